"""The macros' turns, and the phase seeds that they are compared with: how long each hears the first note."""

from collections.abc import Mapping, Sequence

from engine.audition.arrival import THERE_S, Arrival
from engine.render.job import HeardSeed, NotePlan, Turn

TURN_S = 0.7
SLOW_TURN_S = 1.2
NEAR = 0.25
"""An end that a macro stands this near to is not much of a turn."""
_HEARD_WHOLE = frozenset({"length", "space"})
_HEARD_LONG = frozenset({"attack", "movement", "rate"})


def turns(
    first: NotePlan,
    axes: Mapping[int, str],
    defaults: Mapping[int, float],
    *,
    whole_notes: bool = False,
    arrival: Arrival | None = None,
) -> tuple[Turn, ...]:
    """The ends of each macro in `axes` at which it doesn't nearly stand already, at the length that its role takes.

    `whole_notes`: at the length of the whole note.
    """
    there_s = _there_s(first, arrival)
    found = []
    for number, axis in sorted(axes.items()):
        length_s = first.render_s if whole_notes else max(_turn_length_s(first, axis), there_s)
        away = (end for end in (0.0, 1.0) if abs(end - defaults[number]) > NEAR)
        found += [Turn(number, end, length_s, axis) for end in away]
    return tuple(found)


def _turn_length_s(first: NotePlan, axis: str) -> float:
    """What lies in the tail, or comes slowly, is not in the first second."""
    if axis in _HEARD_WHOLE:
        return first.render_s
    if axis in _HEARD_LONG:
        return min(max(first.hold_s, TURN_S), SLOW_TURN_S, first.render_s)
    return min(TURN_S, first.render_s)


def _there_s(first: NotePlan, arrival: Arrival | None) -> float:
    """How much of the first note it takes to hear the sound once it is there, s; 0 where nobody waits for it."""
    if arrival is None or not arrival.is_slow:
        return 0.0
    return min(round(arrival.at() + THERE_S, 3), first.render_s)


def seed_lengths(
    first: NotePlan,
    heard: Sequence[Turn],
    *,
    several: bool,
    arrival: Arrival | None = None,
    known: Sequence[HeardSeed] = (),
) -> tuple[float, ...]:
    """How long the first note is still to be heard under other phase seeds, beside those that are known.

    Each turn is compared with one of them at least, the `several` of a base with two where they are long enough.
    """
    shortest = max(min(TURN_S, first.render_s), _there_s(first, arrival))
    longest = max((turn.length_s for turn in heard), default=shortest)
    wanted = (longest, shortest) if several else (longest,)
    missing, heard_s = [], sorted(seed.figures.render_s for seed in known)
    for length_s in wanted:
        if heard_s and heard_s[-1] >= length_s:
            heard_s.pop()
        else:
            missing.append(length_s)
    return tuple(missing)
