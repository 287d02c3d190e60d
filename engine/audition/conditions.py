"""The worst cases that a preset is heard in: how it may be played, and where its macros may stand.

All are short takes, unless the sound takes longer to arrive (`engine.audition.arrival`): then
each is held until it is there. In the middles and corners of the macros, which are many, its amplitude envelope is
hurried instead. What all are judged by stands in docs/decisions/gate-limits.md.
"""

from collections.abc import Collection, Mapping, Sequence

from engine.audition.arrival import AT_ONCE_S, LONGEST_S, THERE_S, Arrival
from engine.audition.turns import NEAR
from engine.render.job import NotePlan, Take

SOFT, HARD = 0.3, 1.0
CHORD = (0, 4, 7)
"""Semitones above the centre of the register: a triad, which is what most hands play."""
CHORD_STYLES = frozenset({"Keys", "Pad", "Lead", "Sequence"})
"""Styles that are played in chords where a patch has the voices for it."""
SHORT_NOTE = "a note of 30 ms"
TAKE_S = 0.3
LONGEST_TURNED_S = 5.0
"""No longer is waited for in the middles and corners of macros: they are some twenty takes of each preset."""
_SHORT_HOLD_S, _SHORT_TAIL_S = 0.03, 0.27


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
            if away >= NEAR / 2 if place == 0.5 else 0.0 < away <= NEAR:
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
