"""Analog and pulse families: shapes of voltage-controlled oscillators, mixtures, sync and pulse width."""

import numpy as np

from engine.sounds._waves import (
    MAX_HARMONIC,
    WIDE_SPAN,
    Frames,
    WavetableRecipe,
    band_limited,
    from_sines,
    from_spectrum,
    harmonic_numbers,
    lanczos,
    morph,
)


def _saw() -> Frames:
    h = harmonic_numbers()
    return (lanczos(h.size) / h).reshape(1, -1)


def _square() -> Frames:
    h = harmonic_numbers()
    return _saw() * (h % 2)


def _triangle() -> Frames:
    h = harmonic_numbers()
    signs: Frames = np.where(h % 4 == 1, 1.0, -1.0)
    return (signs * (h % 2) / h / h)[np.newaxis]


def _sine() -> Frames:
    return np.eye(1, MAX_HARMONIC)


def _warm_saw() -> Frames:
    h = harmonic_numbers()
    return _saw() / np.sqrt(1.0 + (h / 14.0) ** 2)


def _basic_shapes() -> Frames:
    return np.concatenate([_sine(), 1.2 * _triangle(), _square(), 0.9 * _saw()])


def _octave_saw() -> Frames:
    """A saw, then its octave and the octave above that mixed in."""
    h = harmonic_numbers()
    saw: Frames = _saw()[0]
    octave, second = np.zeros_like(saw), np.zeros_like(saw)
    octave[1::2], second[3::4] = saw[: h.size // 2], saw[: h.size // 4]
    amount = morph(3)
    return saw + amount * (0.8 * octave + 0.6 * second)


def _fifth_saw() -> Frames:
    """Harmonics 2, 4, 6 ... as the root and 3, 6, 9 ... as the fifth above it, over a quiet octave below."""
    h = harmonic_numbers()
    saw = _saw()[0]
    root, fifth = np.zeros_like(saw), np.zeros_like(saw)
    root[1::2], fifth[2::3] = saw[: h.size // 2], saw[: h.size // 3]
    return np.concatenate([[saw * 0.35 + root], [saw * 0.35 + root + 0.5 * fifth], [saw * 0.35 + root + fifth]])


def _sync(ratio: Frames, *, square: bool) -> Frames:
    def shape(phase: Frames) -> Frames:
        slave = (phase * ratio) % 1.0
        return np.where(slave < 0.5, 1.0, -1.0) if square else 1.0 - 2.0 * slave

    return band_limited(shape, 700)


def _soft_sync() -> Frames:
    """A slave sine under a falling window, so that the reset makes no jump."""
    ratio = 1.0 + 7.0 * morph(9)
    return band_limited(lambda p: np.sin(2 * np.pi * ratio * p) * np.cos(0.5 * np.pi * p) ** 2, density=4)


def _pulses(widths: Frames) -> Frames:
    """Pulses of widths 0..1 (a column), centred on phase 0: cosine h has the amplitude sin(pi h w) / h."""
    h = harmonic_numbers()
    return from_spectrum((np.sin(np.pi * h * widths) * lanczos(h.size) / h).astype(np.complex128))


def _two_pulses() -> Frames:
    """A pulse and its negative copy that moves away from it."""
    distance = 0.06 + 0.44 * morph(9)

    def shape(p: Frames) -> Frames:
        first = (p < 0.08).astype(np.float64)
        second = ((p >= distance) & (p < distance + 0.08)).astype(np.float64)
        return first - second

    return band_limited(shape)


def _trapezoid() -> Frames:
    """A square whose edges slow down until it is a triangle, from soft to hard."""
    slope = 1.0 + 15.0 * morph(5) ** 2
    return band_limited(lambda p: np.clip(slope * (1.0 - np.abs(4.0 * ((p + 0.75) % 1.0) - 2.0)), -1.0, 1.0))


ANALOG: tuple[WavetableRecipe, ...] = (
    WavetableRecipe(
        id="sine",
        family="analog",
        title="Sine",
        words=("pure", "dark", "sub", "clean"),
        keyframes=1,
        make=lambda: from_sines(_sine()),
    ),
    WavetableRecipe(
        id="analog_triangle",
        family="analog",
        title="Analog Triangle",
        words=("soft", "round", "mellow", "flute"),
        keyframes=1,
        make=lambda: from_sines(_triangle()),
    ),
    WavetableRecipe(
        id="analog_saw",
        family="analog",
        title="Analog Saw",
        words=("bright", "full", "classic", "buzzy"),
        keyframes=1,
        make=lambda: from_sines(_saw()),
    ),
    WavetableRecipe(
        id="warm_saw",
        family="analog",
        title="Warm Saw",
        words=("warm", "full", "rounded", "vintage"),
        keyframes=1,
        make=lambda: from_sines(_warm_saw()),
    ),
    WavetableRecipe(
        id="analog_square",
        family="analog",
        title="Analog Square",
        words=("hollow", "woody", "classic", "clarinet"),
        keyframes=1,
        make=lambda: from_sines(_square()),
    ),
    WavetableRecipe(
        id="basic_shapes",
        family="analog",
        title="Basic Shapes",
        words=("pure", "soft", "hollow", "bright", "versatile"),
        keyframes=4,
        make=lambda: from_sines(_basic_shapes()),
    ),
    WavetableRecipe(
        id="saw_square",
        family="analog",
        title="Saw to Square",
        words=("full", "hollow", "classic"),
        keyframes=2,
        make=lambda: from_sines(np.concatenate([_saw(), _square()])),
    ),
    WavetableRecipe(
        id="sine_saw",
        family="analog",
        title="Sine to Saw",
        words=("pure", "warm", "bright"),
        keyframes=5,
        make=lambda: from_sines(_saw() ** (1.0 + 3.0 * (1.0 - morph(5)))),
    ),
    WavetableRecipe(
        id="octave_saw",
        family="analog",
        title="Octave Saw",
        words=("full", "big", "bright", "stacked"),
        keyframes=3,
        make=lambda: from_sines(_octave_saw()),
    ),
    WavetableRecipe(
        id="fifth_saw",
        family="analog",
        title="Fifth Saw",
        words=("power", "stacked", "hoover", "rave"),
        keyframes=3,
        make=lambda: from_sines(_fifth_saw()),
    ),
    WavetableRecipe(
        id="trapezoid",
        family="analog",
        title="Trapezoid",
        words=("soft", "hollow", "hard"),
        keyframes=5,
        make=_trapezoid,
    ),
    WavetableRecipe(
        id="sync_saw",
        family="analog",
        title="Sync Saw",
        words=("full", "screaming", "sync", "bright", "aggressive"),
        keyframes=9,
        span=WIDE_SPAN,
        make=lambda: _sync(2.0 ** (2.5 * morph(9)), square=False),
    ),
    WavetableRecipe(
        id="sync_square",
        family="analog",
        title="Sync Square",
        words=("hollow", "sync", "nasal", "aggressive"),
        keyframes=9,
        span=WIDE_SPAN,
        make=lambda: _sync(2.0 ** (2.0 * morph(9)), square=True),
    ),
    WavetableRecipe(
        id="sync_soft",
        family="analog",
        title="Soft Sync",
        words=("pure", "sync", "vocal", "sweeping"),
        keyframes=9,
        make=_soft_sync,
    ),
)

PULSE: tuple[WavetableRecipe, ...] = (
    WavetableRecipe(
        id="pulse_width",
        family="pulse",
        title="Pulse Width",
        words=("hollow", "thin", "nasal", "reedy", "pwm"),
        keyframes=9,
        make=lambda: _pulses(0.5 - 0.45 * morph(9)),
    ),
    WavetableRecipe(
        id="pulse_25",
        family="pulse",
        title="Pulse 25",
        words=("chip", "nasal", "bright", "retro"),
        keyframes=1,
        make=lambda: _pulses(np.array([[0.25]])),
    ),
    WavetableRecipe(
        id="pulse_12",
        family="pulse",
        title="Pulse 12",
        words=("chip", "thin", "reedy", "clav"),
        keyframes=1,
        make=lambda: _pulses(np.array([[0.125]])),
    ),
    WavetableRecipe(
        id="pulse_pair",
        family="pulse",
        title="Pulse Pair",
        words=("thin", "nasal", "phasey", "clav"),
        keyframes=9,
        make=_two_pulses,
    ),
)
