"""What a file says where the PatchSpec says nothing: a saw, a triangle LFO, white noise, and idle modulations."""

import base64
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from engine import sounds
from engine.compiler.controls import MODULATION_KNOBS, MODULATION_SLOTS

_NOISE_FRAMES = 11_025
"""A quarter of a second: enough for a noise that loops, and a quarter of the size in every file."""

MODULATION_SETTINGS: Mapping[str, float] = MappingProxyType(
    {
        knob.vital.replace("#", str(slot)): knob.default
        for slot in range(1, MODULATION_SLOTS + 1)
        for knob in MODULATION_KNOBS.values()
    }
)
"""The controls of 64 modulations that do nothing."""


@cache
def wavetable() -> dict[str, Any]:
    """The saw that an oscillator without a wavetable plays."""
    return sounds.vital_wavetable("analog_saw")


@cache
def lfo() -> dict[str, Any]:
    """The triangle of an LFO without a shape."""
    return sounds.vital_lfo("triangle")


@cache
def sample() -> dict[str, Any]:
    """The white noise of a sample player without a sample."""
    frames = sounds.samples("white")[:_NOISE_FRAMES]
    data = base64.b64encode(frames.astype("<i2").tobytes()).decode()
    return {"name": "White Noise", "length": len(frames), "sample_rate": 44100, "samples": data}
