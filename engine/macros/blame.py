"""Which knob is to blame for a limit that is broken where knobs are turned, and how far it has to come back.

With all corners heard, the effect of each knob is what a factorial experiment says: the mean of the corners with
the knob at one end against the mean of those with it at the other, whatever the other three do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.gates import KnobFault
from schemas.measurements import NoteMeasurements, TakeMeasurements

LEAST_REACH = 0.2
"""A knob that is left with less of its reach has lost its role."""
MOST_TRIM_DB = 18.0
"""Over its whole travel a knob turns the output down by no more than this."""
_MARGIN_DB = 0.5
_SMALLEST_STEP, _WIDEST_STEP = 0.85, 0.35
_LEAST_EFFECT_DB = 0.5
_BLIND_STEP = 0.6
"""For what has no measure of how much would do: silence, and samples that are not numbers."""
_OF_LEVEL = ("peak", "macro_level")


@dataclass(frozen=True)
class Reduction:
    """What a knob has to do: reach only `part` as far, or turn the output down by `trim_db` on its way."""

    knob: int
    reason: str
    part: float = 1.0
    trim_db: float = 0.0


@dataclass(frozen=True)
class ReducedMacro:
    """What a knob has given up already."""

    reach: float = 1.0
    trim_db: float = 0.0


def reductions(
    faults: Sequence[KnobFault],
    takes: Sequence[TakeMeasurements],
    centre: NoteMeasurements,
    *,
    defaults: Mapping[int, float],
    given: Mapping[int, ReducedMacro],
    evenly: bool = False,
    trims: bool = True,
) -> tuple[Reduction, ...]:
    """What the knobs have to give up so that the worst fault of each gate holds, by knob.

    What gets too loud is turned down by the knobs that make it loud, in proportion to what they do, and keeps its
    reach; only what that doesn't mend is narrowed. `given` is what each knob has given up before.

    A knob that rests amid its travel gets louder at one end by what the other is trimmed. `evenly`, a round changes
    the trims by as little as the worst fault needs, which leads to an end where there is one. Without `trims`, all
    are narrowed.
    """
    found: dict[int, Reduction] = {}
    for gate in dict.fromkeys(fault.gate for fault in faults):
        worst = max((fault for fault in faults if fault.gate == gate), key=lambda fault: fault.excess)
        effects = _effects(worst, takes, centre, defaults)
        wanted = _trims(worst, effects, defaults, given, evenly=evenly) if trims and gate in _OF_LEVEL else ()
        for one in wanted or _smaller_range(worst, effects, given):
            before = found.get(one.knob, Reduction(one.knob, one.reason))
            trim_db = max(before.trim_db, one.trim_db, key=abs)
            found[one.knob] = Reduction(one.knob, before.reason, min(before.part, one.part), trim_db)
    return tuple(found[knob] for knob in sorted(found))


def _trims(
    fault: KnobFault,
    effects: Mapping[int, float],
    defaults: Mapping[int, float],
    given: Mapping[int, ReducedMacro],
    *,
    evenly: bool,
) -> tuple[Reduction, ...]:
    """The knobs that make it loud, each with its part of what is too much; none if they have no more to give."""
    places = {knob: place for knob, place in enumerate(fault.take.knobs, 1) if place is not None}
    away = {knob: places[knob] - defaults[knob] for knob in effects if places[knob] != defaults[knob]}
    loud = {knob: effects[knob] for knob in away if effects[knob] >= _LEAST_EFFECT_DB}
    needed_db = _excess_db(fault) + _MARGIN_DB
    if evenly:
        # Agmon and Motzkin's relaxation: the shortest way to where this corner holds, one corner after the other.
        downs = {
            knob: needed_db * here * here / sum(there**2 for there in away.values()) for knob, here in away.items()
        }
    else:
        share = min(needed_db / sum(loud.values()), 1.0) if loud else 0.0
        downs = {knob: share * effect for knob, effect in loud.items()}
    if sum(downs.values()) < _LEAST_EFFECT_DB:
        return ()
    # Over the whole travel; the sign says which end is the loud one.
    found = [Reduction(knob, fault.reason, trim_db=round(down / away[knob], 2)) for knob, down in downs.items()]
    far = any(abs(given.get(one.knob, ReducedMacro()).trim_db + one.trim_db) > MOST_TRIM_DB for one in found)
    return () if far else tuple(found)


def _smaller_range(
    fault: KnobFault, effects: Mapping[int, float], given: Mapping[int, ReducedMacro]
) -> tuple[Reduction, ...]:
    """The knob that does most of it, with less reach."""
    reach = {knob: given.get(knob, ReducedMacro()).reach for knob in effects}
    able = [knob for knob in effects if reach[knob] * _SMALLEST_STEP >= LEAST_REACH]
    if not able:
        return ()
    knob = max(able, key=lambda one: (effects[one], -one))
    part = max(_part(fault, effects[knob]), LEAST_REACH / reach[knob])
    return (Reduction(knob, fault.reason, part=round(part, 3)),)


def _part(fault: KnobFault, effect_db: float) -> float:
    """How much of its reach a knob may keep, if its effect is in proportion to its reach."""
    if fault.gate in ("finite", "non_silent") or effect_db <= 0.0:
        return _BLIND_STEP
    return min(max(1.0 - (_excess_db(fault) + _MARGIN_DB) / effect_db, _WIDEST_STEP), _SMALLEST_STEP)


def _excess_db(fault: KnobFault) -> float:
    if fault.gate == "peak":
        return _decibels(fault.value) - _decibels(fault.value - fault.excess)
    return fault.excess


def _effects(
    fault: KnobFault,
    takes: Sequence[TakeMeasurements],
    centre: NoteMeasurements,
    defaults: Mapping[int, float],
) -> dict[int, float]:
    """How much worse each turned knob of a fault makes it against the knob at rest, in dB."""
    places = {knob: place for knob, place in enumerate(fault.take.knobs, 1) if place is not None}
    if len(places) == 1:
        return dict.fromkeys(places, _badness(fault.gate, fault.take) - _badness(fault.gate, centre))
    corners = [take for take in takes if sum(place is not None for place in take.knobs) == len(places)]
    return {
        knob: _effect(fault.gate, knob, place, corners) * abs(place - defaults[knob])
        for knob, place in places.items()
    }


def _effect(gate: str, knob: int, place: float, corners: Sequence[TakeMeasurements]) -> float:
    here = [_badness(gate, take) for take in corners if take.knobs[knob - 1] == place]
    there = [_badness(gate, take) for take in corners if take.knobs[knob - 1] != place]
    return sum(here) / len(here) - sum(there) / len(there) if here and there else 0.0


def _badness(gate: str, heard: TakeMeasurements | NoteMeasurements) -> float:
    """The figure of a gate in dB, higher being worse."""
    level = heard.loudness_lufs if isinstance(heard, NoteMeasurements) else heard.level_lufs
    figures = {
        "peak": _decibels(heard.peak),
        "mono_safe": -heard.mono_loss_db,
        "mono_safe_low": -(heard.low_band_mono_loss_db or 0.0),
        "macro_level": heard.loudness_lufs if level is None else level,
        "non_silent": -heard.loudness_lufs,
    }
    return figures.get(gate, float(heard.nonfinite_samples))


def _decibels(peak: float) -> float:
    return 20.0 * math.log10(max(peak, 1e-6))
