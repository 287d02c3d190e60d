"""The worst cases that a preset is heard in: how it may be played, and where its macros may stand.

All are short takes but the phase seeds, unless the sound takes longer to arrive (`engine.audition.arrival`): then
each is held until it is there. In the middles and corners of the macros, which are many, its amplitude envelope is
hurried instead. What all are judged by stands in docs/decisions/gate-limits.md.
"""

from collections.abc import Collection, Mapping, Sequence

from engine.audition.arrival import AT_ONCE_S, LONGEST_S, Arrival
from engine.render.job import NotePlan, Take, Turn, standard_notes
from schemas.intent import Intent
from schemas.template import MacroTemplate

SOFT, HARD = 0.3, 1.0
CHORD = (0, 4, 7)
"""Semitones above the centre of the register: a triad, which is what most hands play."""
CHORD_STYLES = frozenset({"Keys", "Pad", "Lead", "Sequence"})
"""Styles that are played in chords where a patch has the voices for it."""
_WIDEST_REGISTER = 24
"""Semitones from the centre to the notes that are measured at the register's ends."""
_EDGE_HOLD_S, _EDGE_RENDER_S = 0.5, 0.9
SHORT_NOTE = "a note of 30 ms"
TURN_S = 0.7
SLOW_TURN_S = 1.2
TAKE_S = 0.3
THERE_S = 0.3
"""How long a sound is heard once it has arrived: a level is that of 300 ms."""
LONGEST_TURNED_S = 5.0
"""No longer is waited for in the middles and corners of macros: they are some twenty takes of each preset."""
_SHORT_HOLD_S, _SHORT_TAIL_S = 0.03, 0.27
_NEAR = 0.25
"""An end that a macro stands this near to is not much of a turn."""
_HEARD_WHOLE = frozenset({"length", "space"})
_HEARD_LONG = frozenset({"attack", "movement", "rate"})


def measured_notes(chosen: MacroTemplate, intent: Intent) -> tuple[NotePlan, ...]:
    """The notes a preset is measured at: the template's register, moved to where the prompt wants to play."""
    register, play = chosen.compass, chosen.play
    shift = 0
    if intent.register_midi is not None:
        shift = min(max(intent.register_midi - register.center, -_WIDEST_REGISTER), _WIDEST_REGISTER)
    return standard_notes(
        *(min(max(note + shift, 0), 127) for note in (register.low, register.center, register.high)),
        hold_s=play.hold_s,
        render_s=play.render_s,
        edge_hold_s=min(_EDGE_HOLD_S, play.hold_s),
        edge_render_s=min(_EDGE_RENDER_S, play.render_s),
        velocity=play.velocity,
    )


def held(plan: NotePlan, arrival_s: float) -> NotePlan:
    """The note, held until a sound is there that takes `arrival_s`, s, with the tail that it had.

    >>> held(NotePlan(60, 1.0, 0.5, 0.9), 4.0)
    NotePlan(note=60, velocity=1.0, hold_s=4.3, render_s=4.7)
    """
    if arrival_s <= AT_ONCE_S:
        return plan
    longer_s = max(arrival_s + THERE_S - plan.hold_s, 0.0)
    return plan._replace(hold_s=round(plan.hold_s + longer_s, 3), render_s=round(plan.render_s + longer_s, 3))


def played_takes(first: NotePlan, *, chord: bool, arrival: Arrival | None = None) -> tuple[Take, ...]:
    """Soft and hard, a chord played hard, and a note that is let go at once; the register's ends are notes."""

    def take(condition: str, velocity: float, *notes: int) -> Take:
        return _take(first, condition, notes, velocity, arrival=arrival)

    found = [take(f"velocity {velocity:g}", velocity, first.note) for velocity in (SOFT, HARD)]
    if chord:
        notes = tuple(min(first.note + step, 127) for step in CHORD)
        found.append(take(f"a chord at velocity {HARD:g}", HARD, *notes))
    found.append(Take(SHORT_NOTE, (first.note,), first.velocity, _SHORT_HOLD_S, _SHORT_HOLD_S + _SHORT_TAIL_S))
    return tuple(found)


def _take(
    first: NotePlan,
    condition: str,
    notes: tuple[int, ...],
    velocity: float,
    positions: tuple[float | None, ...] = (),
    *,
    arrival: Arrival | None,
) -> Take:
    length_s = min(TAKE_S, first.render_s)
    hold_s = min(first.hold_s, length_s)
    settings: tuple[tuple[str, float], ...] = ()
    if arrival is not None and arrival.is_slow and arrival.at(positions) > AT_ONCE_S:
        settings = arrival.hurry(positions) if positions else ()
        arrival_s = arrival.at(positions, hurried=bool(positions))
        if arrival_s > AT_ONCE_S:
            hold_s = length_s = round(min(arrival_s, LONGEST_TURNED_S if positions else LONGEST_S) + THERE_S, 3)
    patience_s = max(first.render_s, length_s)
    return Take(condition, notes, velocity, hold_s, length_s, positions, patience_s, settings)


def macro_takes(
    first: NotePlan, defaults: Mapping[int, float], *, middles: bool = True, arrival: Arrival | None = None
) -> tuple[Take, ...]:
    """Each macro in its middle, at an end that it nearly stands at, and all macros in every corner.

    `defaults` is where the macros rest, by number; a macro that is not in it moves nothing and stays there. Corners
    come in Gray's order: one macro moves at a time. Without `middles`, only the ends and corners. The amplitude
    envelope of a slow sound is hurried in them, so that they are heard as those of any other.
    """

    def take(condition: str, positions: tuple[float | None, ...]) -> Take:
        return _take(first, condition, (first.note,), first.velocity, positions, arrival=arrival)

    found = []
    for number, rest in sorted(defaults.items()):
        for place in (0.0, 0.5, 1.0) if middles else (0.0, 1.0):
            away = abs(place - rest)
            if away >= _NEAR / 2 if place == 0.5 else 0.0 < away <= _NEAR:
                turned = tuple(place if n == number else None for n in range(1, 5))
                found.append(take(f"macro {number} at {place:g}", turned))
    for corner in corners(defaults):
        words = "·".join("–" if place is None else f"{place:g}" for place in corner)
        found.append(take(f"macro corner {words}", corner))
    return tuple(found)


def patient(takes: Sequence[Take], patience_s: float) -> tuple[Take, ...]:
    """The takes, with what may be heard for longer before it is called silent given at least `patience_s`."""
    return tuple(
        take._replace(patience_s=max(take.patience_s, patience_s)) if take.patience_s else take for take in takes
    )


def corners(numbers: Collection[int]) -> tuple[tuple[float | None, ...], ...]:
    """Every combination of ends of the macros `numbers`, in Gray's order."""
    used = sorted(numbers)
    found = []
    for count in range(2 ** len(used) if len(used) > 1 else 0):
        code = count ^ (count >> 1)
        places = {number: float(code >> bit & 1) for bit, number in enumerate(used)}
        found.append(tuple(places.get(number) for number in range(1, 5)))
    return tuple(found)


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
        away = (end for end in (0.0, 1.0) if abs(end - defaults[number]) > _NEAR)
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
    first: NotePlan, heard: Sequence[Turn], *, several: bool, arrival: Arrival | None = None
) -> tuple[float, ...]:
    """How long the first note is heard under other phase seeds: each turn is compared with one of them at least."""
    shortest = max(min(TURN_S, first.render_s), _there_s(first, arrival))
    longest = max((turn.length_s for turn in heard), default=shortest)
    return (longest, shortest) if several else (longest,)
