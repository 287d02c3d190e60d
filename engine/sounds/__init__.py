"""Wavetables, LFO shapes and noise samples, all synthesised here: what presets are made of.

>>> from engine.sounds import frames, wave_frame
>>> table = frames("analog_square")
>>> table.shape[1], float(abs(table).max()) <= 1.0
(2048, True)
>>> wave_frame("analog_square", 0.0)
0.0
"""

from engine.sounds.lfo_shapes import LFO_SHAPES, LfoShape, vital_lfo
from engine.sounds.noise import NOISES, NoiseRecipe, samples, silent_sample, vital_sample
from engine.sounds.wavetables import (
    WAVETABLES,
    WavetableRecipe,
    frames,
    morph_amount,
    vital_wavetable,
    wave_frame,
)

__all__ = [
    "LFO_SHAPES",
    "NOISES",
    "WAVETABLES",
    "LfoShape",
    "NoiseRecipe",
    "WavetableRecipe",
    "frames",
    "morph_amount",
    "samples",
    "silent_sample",
    "vital_lfo",
    "vital_sample",
    "vital_wavetable",
    "wave_frame",
]
