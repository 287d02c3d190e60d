"""What a file says where the PatchSpec says nothing: a saw, a triangle LFO, white noise, and idle modulations.

Each is made anew: whoever compiles a patch may change what comes out, and no other patch must hear of it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine import sounds
from engine.compiler.controls import MODULATION_PARAMETERS, MODULATION_SLOTS

MODULATION_SETTINGS: Mapping[str, float] = MappingProxyType(
    {
        parameter.vital.replace("#", str(slot)): parameter.default
        for slot in range(1, MODULATION_SLOTS + 1)
        for parameter in MODULATION_PARAMETERS.values()
    }
)
"""The controls of 64 modulations that do nothing."""


def wavetable() -> dict[str, Any]:
    """The saw that an oscillator without a wavetable plays."""
    return sounds.vital_wavetable("analog_saw")


def lfo() -> dict[str, Any]:
    """The triangle of an LFO without a shape."""
    return sounds.vital_lfo("triangle")


def sample(*, plays: bool) -> dict[str, Any]:
    """The white noise of a sample player without a sample; next to nothing where the player is off anyway."""
    return sounds.vital_sample("white") if plays else sounds.silent_sample()
