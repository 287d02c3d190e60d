"""Digital and noise families: steps, folds and phase distortion, and single cycles of shaped noise."""

from functools import partial

import numpy as np

from engine.sounds._random import generator
from engine.sounds._waves import (
    WIDE_SPAN,
    Frames,
    WavetableRecipe,
    band_limited,
    from_spectrum,
    harmonic_numbers,
    morph,
)

_TAU = 2.0 * np.pi


def _bit_crush() -> Frames:
    """A sine in ever fewer levels: 64 down to 2 above and below zero."""
    levels = 32.0 * (1.0 / 32.0) ** morph(9)
    return band_limited(lambda p: np.round(np.sin(_TAU * p) * levels) / levels)


def _rate_crush() -> Frames:
    """A rounded saw held for ever longer: 64 steps a cycle down to 4."""

    def shape(p: Frames) -> Frames:
        rows = []
        for steps in (64, 48, 32, 24, 16, 12, 8, 6, 4):
            held = (np.floor(p * steps) + 0.5) / steps
            rows.append(np.sin(_TAU * held) + 0.5 * np.sin(2 * _TAU * held) + 0.33 * np.sin(3 * _TAU * held))
        return np.stack(rows)

    return band_limited(shape)


def _fold() -> Frames:
    """A sine driven into a sine-shaped folder, 0.5 to 4.5 quarter cycles."""
    drive = 0.25 * np.pi + 2.0 * np.pi * morph(9)
    return band_limited(lambda p: np.sin(drive * np.sin(_TAU * p)), density=4)


def _fold_hard() -> Frames:
    """A sine driven into a triangle-shaped folder, which leaves corners."""
    drive = 0.8 + 5.2 * morph(9)
    return band_limited(lambda p: 2.0 / np.pi * np.arcsin(np.sin(0.5 * np.pi * drive * np.sin(_TAU * p))))


def _phase_distortion() -> Frames:
    """A sine read faster in its first part, after the phase-distortion synths: towards a saw."""
    knee = 0.5 - 0.47 * morph(9)

    def shape(p: Frames) -> Frames:
        warped = np.where(p < knee, 0.5 * p / knee, 0.5 + 0.5 * (p - knee) / (1.0 - knee))
        return np.sin(_TAU * warped)

    return band_limited(shape)


def _phase_resonance() -> Frames:
    """A sine of 1 to 16 cycles under a falling saw window: the resonant wave of phase distortion."""
    cycles = 1.0 + 15.0 * morph(9)
    return band_limited(lambda p: (1.0 - p) * (1.0 - np.cos(_TAU * cycles * p)))


def _chip_triangle() -> Frames:
    """A triangle in 16 levels, as the sound chips of the eighties had it."""
    return band_limited(lambda p: np.floor(np.abs(((p + 0.25) % 1.0) * 32.0 - 16.0)) / 7.5 - 1.0)


def _bit_pattern() -> Frames:
    """Byte-beat arithmetic on the phase: a counter masked and shifted against itself, darkest first."""
    masks = (0, 4, 12, 28, 60)

    def shape(p: Frames) -> Frames:
        counter = np.floor(p * 64.0).astype(np.int64)
        return np.stack([(counter ^ ((counter << 2) & mask)) / 31.5 - 1.0 for mask in masks])

    return band_limited(shape)


def _saturated() -> Frames:
    """A sine with its second harmonic, driven into a hyperbolic tangent."""
    drive = 0.5 * 24.0 ** morph(5)
    return band_limited(lambda p: np.tanh(drive * (np.sin(_TAU * p) + 0.35 * np.sin(2 * _TAU * p))), density=8)


def _ring() -> Frames:
    """A sine times a sine of 2 to 10 cycles: two sidebands that climb."""
    cycles = np.arange(2.0, 11.0)[:, np.newaxis]
    return band_limited(lambda p: np.sin(_TAU * p) * (0.4 + np.cos(_TAU * cycles * p)), density=4)


def _random_phases(ident: str, top: int) -> Frames:
    return _TAU * generator("wavetable", ident).random(top)


def _noise_frames(ident: str, levels: Frames) -> Frames:
    """Harmonics of the given levels (frames, harmonics) with random phases, the same in every frame."""
    return from_spectrum(levels * np.exp(1j * _random_phases(ident, levels.shape[1])))


def _noise_colour() -> Frames:
    h = harmonic_numbers(900)
    return _noise_frames("noise_colour", h ** -(1.5 * (1.0 - morph(5))))


def _noise_band() -> Frames:
    h = harmonic_numbers(600)
    octaves = np.log2(h) - (2.0 + 6.0 * morph(9))
    return _noise_frames("noise_band", np.exp(-((octaves / 0.45) ** 2)) / np.sqrt(h))


def _sine_to_noise() -> Frames:
    h = harmonic_numbers(700)
    grain = np.where(h == 1, 1.0, 0.35 * morph(5) ** 2.5 * h**-0.35)
    return _noise_frames("sine_to_noise", grain)


def _grit() -> Frames:
    """A saw whose harmonics lose their even slope to a random one; the phases stay those of the saw."""
    h = harmonic_numbers()
    scatter = generator("wavetable", "gritty_saw").standard_normal(h.size)
    return from_spectrum(-1j * np.exp(1.1 * morph(5) * scatter) / h)


_digital = partial(WavetableRecipe, family="digital")
_noise = partial(WavetableRecipe, family="noise")

DIGITAL: tuple[WavetableRecipe, ...] = (
    _digital(
        id="bit_crush",
        title="Bit Crush",
        words=("pure", "crushed", "lo-fi", "gritty"),
        keyframes=9,
        make=_bit_crush,
    ),
    _digital(
        id="rate_crush",
        title="Rate Crush",
        words=("warm", "lo-fi", "crushed", "harsh"),
        keyframes=9,
        make=_rate_crush,
    ),
    _digital(
        id="fold_sine",
        title="Folded Sine",
        words=("pure", "growl", "west coast", "complex"),
        keyframes=9,
        make=_fold,
    ),
    _digital(
        id="fold_hard",
        title="Hard Fold",
        words=("soft", "aggressive", "buzzy", "neuro"),
        keyframes=9,
        make=_fold_hard,
    ),
    _digital(
        id="phase_saw",
        title="Phase Saw",
        words=("pure", "brassy", "digital", "bright"),
        keyframes=9,
        make=_phase_distortion,
    ),
    _digital(
        id="phase_resonance",
        title="Phase Resonance",
        words=("soft", "resonant", "squelchy", "digital"),
        keyframes=9,
        make=_phase_resonance,
    ),
    _digital(
        id="chip_triangle",
        title="Chip Triangle",
        words=("chip", "retro", "soft", "game"),
        keyframes=1,
        make=_chip_triangle,
    ),
    _digital(
        id="bit_pattern",
        title="Bit Pattern",
        words=("digital", "glitchy", "harsh", "robot"),
        keyframes=5,
        make=_bit_pattern,
    ),
    _digital(
        id="saturated",
        title="Saturated",
        words=("warm", "driven", "fat", "distorted"),
        keyframes=5,
        make=_saturated,
    ),
    _digital(
        id="ring_mod",
        title="Ring Modulator",
        words=("metallic", "hollow", "bell", "robot"),
        keyframes=9,
        make=_ring,
    ),
)

NOISE: tuple[WavetableRecipe, ...] = (
    _noise(
        id="noise_colour",
        title="Noise Colour",
        words=("noisy", "dark", "gritty", "harsh"),
        keyframes=5,
        make=_noise_colour,
    ),
    _noise(
        id="noise_band",
        title="Noise Band",
        words=("noisy", "airy", "whistling", "sweeping"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_noise_band,
    ),
    _noise(
        id="sine_to_noise",
        title="Sine to Noise",
        words=("pure", "breathy", "noisy", "industrial"),
        keyframes=5,
        make=_sine_to_noise,
    ),
    _noise(
        id="gritty_saw",
        title="Gritty Saw",
        words=("bright", "gritty", "unstable", "raw"),
        keyframes=5,
        make=_grit,
    ),
)
