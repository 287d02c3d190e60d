"""Additive and harmonic-sweep families: chosen partials, and filters drawn into the harmonic series."""

from collections.abc import Mapping

import numpy as np

from engine.sounds._waves import (
    WIDE_SPAN,
    Frames,
    WavetableRecipe,
    dispersed,
    from_sines,
    harmonic_numbers,
    lanczos,
    morph,
)

_DRAWBARS = (1, 3, 2, 4, 6, 8, 10, 12, 16)
"""Harmonics of a tonewheel organ's nine drawbars over its 16' pitch, in their order on the manual."""


def _partials(*frames: Mapping[int, float]) -> Frames:
    """Waves of partials given as {harmonic: amplitude}, one mapping a frame."""
    amplitudes = np.zeros((len(frames), max(max(f) for f in frames)))
    for row, partials in zip(amplitudes, frames, strict=True):
        row[np.array(list(partials)) - 1] = list(partials.values())
    return from_sines(amplitudes)


def _organ(*registrations: str) -> Frames:
    """Drawbar registrations such as "888000000": 8 is full, each step down is 3 dB."""
    frames = []
    for registration in registrations:
        steps = [int(digit) for digit in registration]
        frames.append({h: 10.0 ** ((s - 8) * 0.15) for h, s in zip(_DRAWBARS, steps, strict=True) if s})
    return _partials(*frames)


def _odd_to_all() -> Frames:
    h = harmonic_numbers(256)
    return from_sines(np.where(h % 2 == 1, 1.0, morph(5)) * lanczos(256) / h)


def _glass() -> Frames:
    """A fundamental under sparse high partials that come in from the bottom up."""
    high = {5: 0.5, 9: 0.42, 14: 0.36, 20: 0.3, 27: 0.25, 35: 0.2, 44: 0.16}
    order = np.arange(len(high))
    frames = []
    for step in np.linspace(0.0, 1.0, 5):
        gains = np.clip(step * (len(high) + 1) - order, 0.03, 1.0)
        frames.append({1: 1.0, 2: 0.15} | {h: a * float(g) for (h, a), g in zip(high.items(), gains, strict=True)})
    return _partials(*frames)


def _strings() -> Frames:
    """A bowed saw whose even spread of body resonances moves a little with the morph."""
    h = harmonic_numbers(300)
    body = 1.0 + 0.75 * np.cos(2.0 * np.pi * np.log2(h) * 1.7 + 2.2 * morph(3))
    return from_sines(body * lanczos(300) / h ** (1.25 - 0.25 * morph(3)))


def _only(numbers: Frames, slope: Frames) -> Frames:
    amplitudes = np.zeros((slope.shape[0], 256))
    amplitudes[:, numbers.astype(int) - 1] = numbers**-slope
    return from_sines(amplitudes)


def _primes() -> Frames:
    numbers = np.array([n for n in range(2, 128) if all(n % d for d in range(2, n))], dtype=np.float64)
    return _only(np.concatenate([[1.0], numbers]), 1.8 - 1.2 * morph(5))


def _saw(top: int = 1023) -> Frames:
    return lanczos(top) / harmonic_numbers(top)


def _lowpass_sweep() -> Frames:
    """A saw opened by a 24 dB/octave low pass, cut-off from harmonic 1 to 512."""
    cutoff = 512.0 ** morph(9)
    return from_sines(_saw() / np.sqrt(1.0 + (harmonic_numbers() / cutoff) ** 8))


def _resonant_sweep() -> Frames:
    """The same sweep with a resonance of 17 dB at the cut-off."""
    ratio = harmonic_numbers() / (1.5 * 100.0 ** morph(9))
    return from_sines(_saw() / np.sqrt((1.0 - ratio**2) ** 2 + (0.1 * ratio) ** 2) / np.sqrt(1.0 + ratio**2))


def _highpass_sweep() -> Frames:
    """A saw that thins out from below; the fundamental never goes altogether."""
    ratio = harmonic_numbers() / (0.4 * 100.0 ** morph(9))
    return dispersed(_saw() * (0.02 + ratio**2 / np.sqrt(1.0 + ratio**4)))


def _band_sweep() -> Frames:
    """A hump of harmonics an octave wide that climbs over a steady fundamental."""
    h = harmonic_numbers(256)
    octaves = np.log2(h) - (1.0 + 6.0 * morph(9))
    amplitudes = np.exp(-((octaves / 0.5) ** 2)) / np.sqrt(h)
    amplitudes[:, 0] += 0.35
    return dispersed(amplitudes)


def _harmonic_walk() -> Frames:
    """Harmonics 2 to 17 one after another over the fundamental: an arpeggio of overtones."""
    frames = _partials(*({1: 0.6, 2 * k: 0.8, 2 * k + 1: 0.35} for k in range(1, 10)))
    return frames


def _comb_sweep() -> Frames:
    """A saw whose notches close in: the spectrum of a flanger that stands still at each position."""
    h = harmonic_numbers()
    return from_sines(_saw() * (0.06 + np.cos(np.pi * h * (0.02 + 0.23 * morph(9))) ** 2))


def _drawn(ident: str, title: str, words: tuple[str, ...], frame: Mapping[int, float]) -> WavetableRecipe:
    """A single frame of listed partials."""
    return WavetableRecipe(
        id=ident, family="additive", title=title, words=words, keyframes=1, make=lambda: _partials(frame)
    )


ADDITIVE: tuple[WavetableRecipe, ...] = (
    WavetableRecipe(
        id="organ_drawbars",
        family="additive",
        title="Organ Drawbars",
        words=("organ", "soft", "full", "gospel"),
        keyframes=5,
        make=lambda: _organ("008000000", "808000000", "888000000", "888600004", "888888888"),
    ),
    WavetableRecipe(
        id="organ_combo",
        family="additive",
        title="Combo Organ",
        words=("organ", "reedy", "retro", "bright"),
        keyframes=3,
        make=lambda: _organ("006808000", "006868060", "006868787"),
    ),
    _drawn(
        "music_box",
        "Music Box",
        ("bell", "tine", "delicate", "toy"),
        {1: 1.0, 2: 0.06, 4: 0.32, 6: 0.05, 9: 0.2, 13: 0.1, 17: 0.05},
    ),
    _drawn(
        "kalimba",
        "Kalimba",
        ("wooden", "tine", "plucked", "warm"),
        {1: 1.0, 2: 0.12, 3: 0.05, 5: 0.2, 6: 0.08, 11: 0.05},
    ),
    _drawn(
        "sub_octave",
        "Sub Octave",
        ("sub", "deep", "warm", "bass"),
        {1: 1.0, 2: 0.45, 3: 0.12, 4: 0.06},
    ),
    WavetableRecipe(
        id="bell_partials",
        family="additive",
        title="Bell Partials",
        words=("bell", "metallic", "church", "bright"),
        keyframes=3,
        make=lambda: _partials(
            {2: 1.0, 4: 0.6, 5: 0.2},
            {1: 0.3, 2: 0.8, 4: 0.7, 5: 0.5, 6: 0.3, 8: 0.5, 11: 0.2},
            {1: 0.2, 2: 0.6, 4: 0.6, 5: 0.6, 6: 0.5, 8: 0.7, 11: 0.6, 14: 0.5, 17: 0.45, 21: 0.4, 27: 0.3},
        ),
    ),
    WavetableRecipe(
        id="glass_partials",
        family="additive",
        title="Glass Partials",
        words=("pure", "glassy", "icy", "sparkling"),
        keyframes=5,
        make=_glass,
    ),
    WavetableRecipe(
        id="odd_to_all",
        family="additive",
        title="Odd to All",
        words=("hollow", "woody", "full"),
        keyframes=5,
        make=_odd_to_all,
    ),
    WavetableRecipe(
        id="octave_stack",
        family="additive",
        title="Octave Stack",
        words=("pure", "clean", "shimmer", "organ"),
        keyframes=5,
        make=lambda: _only(np.array([1.0, 2, 4, 8, 16, 32, 64, 128]), 2.2 - 2.0 * morph(5)),
    ),
    WavetableRecipe(
        id="prime_partials",
        family="additive",
        title="Prime Partials",
        words=("hollow", "strange", "bright", "metallic"),
        keyframes=5,
        make=_primes,
    ),
    WavetableRecipe(
        id="bowed_strings",
        family="additive",
        title="Bowed Strings",
        words=("warm", "strings", "ensemble", "bright"),
        keyframes=3,
        make=_strings,
    ),
)

HARMONIC_SWEEP: tuple[WavetableRecipe, ...] = (
    WavetableRecipe(
        id="sweep_lowpass",
        family="harmonic_sweep",
        title="Low-pass Sweep",
        words=("dark", "warm", "bright", "opening"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_lowpass_sweep,
    ),
    WavetableRecipe(
        id="sweep_resonant",
        family="harmonic_sweep",
        title="Resonant Sweep",
        words=("dark", "acid", "squelchy", "liquid"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_resonant_sweep,
    ),
    WavetableRecipe(
        id="sweep_highpass",
        family="harmonic_sweep",
        title="High-pass Sweep",
        words=("full", "thin", "airy", "bright"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_highpass_sweep,
    ),
    WavetableRecipe(
        id="sweep_band",
        family="harmonic_sweep",
        title="Band Sweep",
        words=("warm", "vocal", "whistling", "moving"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_band_sweep,
    ),
    WavetableRecipe(
        id="harmonic_walk",
        family="harmonic_sweep",
        title="Harmonic Walk",
        words=("pure", "overtone", "bell", "sequence"),
        keyframes=9,
        make=_harmonic_walk,
    ),
    WavetableRecipe(
        id="sweep_comb",
        family="harmonic_sweep",
        title="Comb Sweep",
        words=("full", "phasey", "hollow", "flanged"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_comb_sweep,
    ),
)
