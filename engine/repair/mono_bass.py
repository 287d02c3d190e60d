"""What a maker does to a sound that loses its bass in mono: the low part goes to the middle, the rest stays wide.

Effects get nothing below `WET_FROM_HZ`, since what they make wide there is what is lost, and the voices of the
oscillators that play low are spread less.
"""

import math

from engine.compiler.controls import by_pointer
from engine.generate.variations import Operations, apply_patch
from engine.repair.limits import LEAST_SPREAD_PERCENT, WET_FROM_HZ
from schemas.effects import Chorus, Delay, Reverb
from schemas.patch_spec import PatchSpec

_OCTAVES_AROUND = 8.0
"""Measured with vita: at a spread of 100 %, the filters of chorus and delay let pass so many octaves either way."""
_OCTAVE_UP = 12
_INSIDE = 0.9
"""Part of what is worked out, so that once is enough: voices that beat are not always equally far apart."""


def bass_to_the_middle(spec: PatchSpec, factor: float) -> PatchSpec | None:
    """The patch with its bass in the middle; none if there is nothing to do.

    Oscillators that play low are spread some `factor` times as wide. What that comes to must be heard.
    """
    changes = {**_wet_without_bass(spec), **_spread_less(spec, factor)}
    if not changes:
        return None
    operations: Operations = tuple(
        {"op": "replace", "path": path, "value": value} for path, value in changes.items()
    )
    return apply_patch(spec, operations)


def _wet_without_bass(spec: PatchSpec) -> dict[str, float]:
    found: dict[str, float] = {}
    for slot, effect in enumerate(spec.modules.fx):
        here = f"/modules/fx/{slot}"
        match effect:
            case Reverb(on=True) if effect.pre_low_hz < WET_FROM_HZ:
                found[f"{here}/pre_low_hz"] = WET_FROM_HZ
            case Chorus(on=True) | Delay(on=True):
                found |= _passed_from(here, effect.cutoff_hz, effect.filter_spread_percent)
    return found


def _passed_from(effect: str, cutoff_hz: float, spread_percent: float) -> dict[str, float]:
    """The filter of a chorus or a delay with its lower edge at `WET_FROM_HZ` and its upper one as it is."""
    octaves = _OCTAVES_AROUND * spread_percent / 100.0
    low, high = cutoff_hz * 2.0**-octaves, min(cutoff_hz * 2.0**octaves, _highest_hz(f"{effect}/cutoff_hz"))
    if low >= 0.99 * WET_FROM_HZ or high <= 2.0 * WET_FROM_HZ:
        return {}
    around = math.log2(high / WET_FROM_HZ) / 2.0
    return {
        f"{effect}/cutoff_hz": round(math.sqrt(WET_FROM_HZ * high), 1),
        f"{effect}/filter_spread_percent": round(100.0 * around / _OCTAVES_AROUND, 2),
    }


def _highest_hz(pointer: str) -> float:
    parameter = by_pointer()[pointer].parameter
    return float(parameter.to_person(parameter.high))


def _spread_less(spec: PatchSpec, factor: float) -> dict[str, float]:
    found = {}
    for number, one in enumerate(spec.modules.osc):
        low = one.on and one.unison.voices > 1 and one.transpose_semitones < _OCTAVE_UP
        if low and one.unison.stereo_spread_percent > LEAST_SPREAD_PERCENT:
            spread = max(_INSIDE * factor * one.unison.stereo_spread_percent, LEAST_SPREAD_PERCENT)
            found[f"/modules/osc/{number}/unison/stereo_spread_percent"] = round(spread, 2)
    return found
