"""Which macro is to blame for a limit that is broken where macros are turned, and how far it has to come back.

With all corners heard, the effect of each macro is what a factorial experiment says: the mean of the corners with
the macro at one end against the mean of those with it at the other, whatever the other three do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.gates import MacroFault
from schemas.measurements import NoteMeasurements, TakeMeasurements

LEAST_RANGE = 0.2
"""A macro that is left with less of its range has lost its role."""
MOST_TRIM_DB = 18.0
"""Over its whole travel a macro turns the output down by no more than this."""
_MARGIN_DB = 0.5
_SMALLEST_STEP, _WIDEST_STEP = 0.85, 0.35
_LEAST_EFFECT_DB = 0.5
_BLIND_STEP = 0.6
"""For what has no measure of how much would do: silence, and samples that are not numbers."""
_OF_LEVEL = ("peak", "macro_level")


@dataclass(frozen=True)
class Reduction:
    """What a macro has to do: reach only `part` as far, or turn the output down by `trim_db` on its way."""

    macro: int
    reason: str
    part: float = 1.0
    trim_db: float = 0.0


@dataclass(frozen=True)
class ReducedMacro:
    """What a macro has given up already."""

    range: float = 1.0
    trim_db: float = 0.0


def reductions(
    faults: Sequence[MacroFault],
    takes: Sequence[TakeMeasurements],
    centre: NoteMeasurements,
    *,
    defaults: Mapping[int, float],
    reduced: Mapping[int, ReducedMacro],
    evenly: bool = False,
    trims: bool = True,
) -> tuple[Reduction, ...]:
    """What the macros have to give up so that the worst fault of each gate holds, by macro.

    What gets too loud is turned down by the macros that make it loud, in proportion to what they do, and keep their
    range; only where that doesn't do is the range reduced. `reduced` is what each macro has given up before.

    A macro that rests amid its travel gets louder at one end by what the other is trimmed. `evenly`, a round
    changes the trims by as little as the worst fault needs, which leads to an end where there is one. Without
    `trims`, all have their range reduced.
    """
    found: dict[int, Reduction] = {}
    for gate in dict.fromkeys(fault.gate for fault in faults):
        worst = max((fault for fault in faults if fault.gate == gate), key=lambda fault: fault.excess)
        effects = _effects(worst, takes, centre, defaults)
        wanted = _trims(worst, effects, defaults, reduced, evenly=evenly) if trims and gate in _OF_LEVEL else ()
        for one in wanted or _smaller_range(worst, effects, reduced):
            before = found.get(one.macro, Reduction(one.macro, one.reason))
            trim_db = max(before.trim_db, one.trim_db, key=abs)
            found[one.macro] = Reduction(one.macro, before.reason, min(before.part, one.part), trim_db)
    return tuple(found[number] for number in sorted(found))


def _trims(
    fault: MacroFault,
    effects: Mapping[int, float],
    defaults: Mapping[int, float],
    reduced: Mapping[int, ReducedMacro],
    *,
    evenly: bool,
) -> tuple[Reduction, ...]:
    """The macros that make it loud, each with its part of what is too much; none if they have no more to give."""
    places = {number: place for number, place in enumerate(fault.take.macros, 1) if place is not None}
    away = {number: places[number] - defaults[number] for number in effects if places[number] != defaults[number]}
    loud = {number: effects[number] for number in away if effects[number] >= _LEAST_EFFECT_DB}
    needed_db = _excess_db(fault) + _MARGIN_DB
    if evenly:
        # Agmon and Motzkin's relaxation: the shortest way to where this corner holds, one corner after the other.
        downs = {
            number: needed_db * here * here / sum(there**2 for there in away.values())
            for number, here in away.items()
        }
    else:
        share = min(needed_db / sum(loud.values()), 1.0) if loud else 0.0
        downs = {number: share * effect for number, effect in loud.items()}
    if sum(downs.values()) < _LEAST_EFFECT_DB:
        return ()
    # Over the whole travel; the sign says which end is the loud one.
    found = [
        Reduction(number, fault.reason, trim_db=round(down / away[number], 2)) for number, down in downs.items()
    ]
    far = any(abs(reduced.get(one.macro, ReducedMacro()).trim_db + one.trim_db) > MOST_TRIM_DB for one in found)
    return () if far else tuple(found)


def _smaller_range(
    fault: MacroFault, effects: Mapping[int, float], reduced: Mapping[int, ReducedMacro]
) -> tuple[Reduction, ...]:
    """The macro that does most of it, with less range."""
    reach = {number: reduced.get(number, ReducedMacro()).range for number in effects}
    able = [number for number in effects if reach[number] * _SMALLEST_STEP >= LEAST_RANGE]
    if not able:
        return ()
    number = max(able, key=lambda one: (effects[one], -one))
    part = max(_part(fault, effects[number]), LEAST_RANGE / reach[number])
    return (Reduction(number, fault.reason, part=round(part, 3)),)


def _part(fault: MacroFault, effect_db: float) -> float:
    """How much of its range a macro may keep, if its effect is in proportion to its range."""
    if fault.gate in ("finite", "non_silent") or effect_db <= 0.0:
        return _BLIND_STEP
    return min(max(1.0 - (_excess_db(fault) + _MARGIN_DB) / effect_db, _WIDEST_STEP), _SMALLEST_STEP)


def _excess_db(fault: MacroFault) -> float:
    if fault.gate == "peak":
        return _decibels(fault.value) - _decibels(fault.value - fault.excess)
    return fault.excess


def _effects(
    fault: MacroFault,
    takes: Sequence[TakeMeasurements],
    centre: NoteMeasurements,
    defaults: Mapping[int, float],
) -> dict[int, float]:
    """How much worse each turned macro of a fault makes it against the macro at rest, in dB."""
    places = {number: place for number, place in enumerate(fault.take.macros, 1) if place is not None}
    if len(places) == 1:
        return dict.fromkeys(places, _badness(fault.gate, fault.take) - _badness(fault.gate, centre))
    corners = [take for take in takes if sum(place is not None for place in take.macros) == len(places)]
    return {
        number: _effect(fault.gate, number, place, corners) * abs(place - defaults[number])
        for number, place in places.items()
    }


def _effect(gate: str, number: int, place: float, corners: Sequence[TakeMeasurements]) -> float:
    here = [_badness(gate, take) for take in corners if take.macros[number - 1] == place]
    there = [_badness(gate, take) for take in corners if take.macros[number - 1] != place]
    return sum(here) / len(here) - sum(there) / len(there) if here and there else 0.0


def _badness(gate: str, measured: TakeMeasurements | NoteMeasurements) -> float:
    """The figure of a gate in dB, higher being worse."""
    level = measured.loudness_lufs if isinstance(measured, NoteMeasurements) else measured.level_lufs
    figures = {
        "peak": _decibels(measured.peak),
        "mono_safe": -measured.mono_loss_db,
        "mono_safe_low": -(measured.low_band_mono_loss_db or 0.0),
        "macro_level": measured.loudness_lufs if level is None else level,
        "non_silent": -measured.loudness_lufs,
    }
    return figures.get(gate, float(measured.nonfinite_samples))


def _decibels(peak: float) -> float:
    return 20.0 * math.log10(max(peak, 1e-6))
