"""The wavetables that presets are made of: a registry of recipes, their frames, and Vital's JSON for them.

A single-frame table plays the same wave whatever `wave_frame` says. A morphing table runs over `wave_frame`
0..`last_position` (32 or 64 of the 256 that the control offers) because Vital's load time grows with it;
`wave_frame(id, morph)` and `morph_amount(id, change)` turn a share of the morph into control units.
"""

import base64
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SpecError
from engine.sounds._acoustic import ACOUSTIC
from engine.sounds._additive import ADDITIVE, HARMONIC_SWEEP
from engine.sounds._analog import ANALOG, PULSE
from engine.sounds._digital import DIGITAL, NOISE
from engine.sounds._fm import FM
from engine.sounds._formant import FORMANT
from engine.sounds._waves import Family, WavetableRecipe, finish
from engine.versions import VITAL

__all__ = [
    "WAVETABLES",
    "Family",
    "WavetableRecipe",
    "frames",
    "morph_amount",
    "vital_wavetable",
    "wave_frame",
]

AUTHOR = "SynthCopilot"

WAVE_FRAME_MAX = 256
"""Top of the `osc_N_wave_frame` control."""

_TIME_DOMAIN = 0
_NO_INTERPOLATION, _LINEAR = 0, 1

WAVETABLES: Mapping[str, WavetableRecipe] = MappingProxyType(
    {
        recipe.id: recipe
        for family in (ANALOG, PULSE, FM, FORMANT, ADDITIVE, ACOUSTIC, HARMONIC_SWEEP, DIGITAL, NOISE)
        for recipe in family
    }
)
"""Every wavetable by id."""


def _recipe(ident: str) -> WavetableRecipe:
    try:
        return WAVETABLES[ident]
    except KeyError:
        raise SpecError(f"There is no wavetable {ident!r}. Known: {', '.join(WAVETABLES)}.") from None


@cache
def frames(ident: str) -> NDArray[np.float32]:
    """Keyframes of a wavetable, shape (keyframes, 2048), within [-1, 1], free of DC; read-only.

    Raises SpecError for an unknown id.
    """
    return finish(_recipe(ident).make())


def wave_frame(ident: str, morph: float) -> float:
    """`wave_frame` (0..256) at a morph position 0..1, darkest or first word of the recipe at 0."""
    return morph * _recipe(ident).last_position


def morph_amount(ident: str, change: float) -> float:
    """Amount (-1..1) of a modulation route to `wave_frame` that moves the morph by `change` (-1..1)."""
    return change * _recipe(ident).last_position / WAVE_FRAME_MAX


@cache
def _encoded(ident: str) -> tuple[str, ...]:
    return tuple(base64.b64encode(f.astype("<f4").tobytes()).decode("ascii") for f in frames(ident))


def vital_wavetable(ident: str) -> dict[str, Any]:
    """One entry of a preset's `wavetables`, a fresh dict. Raises SpecError for an unknown id."""
    recipe = _recipe(ident)
    positions = np.linspace(0, recipe.last_position, recipe.keyframes).round().astype(int).tolist()
    keyframes = [
        {"position": position, "wave_data": data} for position, data in zip(positions, _encoded(ident), strict=True)
    ]
    source = {
        "type": "Wave Source",
        "interpolation": _TIME_DOMAIN,
        "interpolation_style": _LINEAR if recipe.morphs else _NO_INTERPOLATION,
        "keyframes": keyframes,
    }
    return {
        "author": AUTHOR,
        "name": recipe.title,
        "version": VITAL,
        "full_normalize": True,
        "remove_all_dc": True,
        "groups": [{"components": [source]}],
    }
