"""Acoustic family: spectra of strings that are plucked, reeds and tuned steel, from dark to bright."""

from collections.abc import Callable, Mapping

import numpy as np

from engine.sounds._waves import Frames, WavetableRecipe, from_sines, harmonic_numbers, lanczos, morph


def _plucked(position: float, *, slopes: tuple[float, float], top: int = 220) -> Frames:
    """A string plucked at `position` of its length: harmonic n as |sin(pi n position)| / n^slope.

    The ideal string has slope 2 in displacement and 1 at its bridge; a softer finger and a longer ring raise it.
    The floor keeps a harmonic that has its node there from being missed altogether, as on a real instrument.
    """
    h = harmonic_numbers(top)
    dark, bright = slopes
    comb = 0.06 + np.abs(np.sin(np.pi * h * position))
    return from_sines(comb * lanczos(top) / h ** (dark + (bright - dark) * morph(5)))


def _steel_pan() -> Frames:
    """A tuned dent: octave and twelfth nearly as strong as the fundamental, upper modes that come with the blow."""
    modes = {1: 1.0, 2: 0.85, 3: 0.42, 4: 0.3, 5: 0.16, 6: 0.22, 8: 0.13, 10: 0.1, 12: 0.08, 15: 0.05}
    order = np.log2(np.array(list(modes), dtype=np.float64))
    amplitudes = np.zeros((5, max(modes)))
    amplitudes[:, np.array(list(modes)) - 1] = np.array(list(modes.values())) * 2.0 ** (
        -order * 2.6 * (1 - morph(5))
    )
    return from_sines(amplitudes)


def _free_reed() -> Frames:
    """An accordion's reed: a wave that is cut off by the reed plate, so strong upper harmonics in broad groups."""
    h = harmonic_numbers(160)
    groups = 1.0 + 0.7 * np.cos(2.0 * np.pi * (h - 1.0) / 9.0)
    return from_sines((0.35 + groups) * lanczos(160) / h ** (1.75 - 0.95 * morph(5)))


def _resonated(peaks: Mapping[float, float], *, slopes: tuple[float, float], top: int = 120) -> Frames:
    """Harmonics under fixed humps: {harmonic of the hump: gain}, each a third of an octave to either side."""
    h = harmonic_numbers(top)
    dark, bright = slopes
    gain = 0.25 + sum(g * np.exp(-((np.log2(h / peak) / 0.45) ** 2)) for peak, g in peaks.items())
    return from_sines(gain * lanczos(top) / h ** (dark + (bright - dark) * morph(5)))


def _recipe(ident: str, title: str, words: str, make: Callable[[], Frames]) -> WavetableRecipe:
    return WavetableRecipe(
        id=ident,
        family="acoustic",
        title=title,
        words=tuple(words.split(", ")),
        keyframes=5,
        make=make,
    )


ACOUSTIC: tuple[WavetableRecipe, ...] = (
    _recipe(
        "plucked_string",
        "Plucked String",
        "soft, warm, guitar, harp, bright",
        lambda: _plucked(0.22, slopes=(3.0, 1.1)),
    ),
    _recipe(
        "bridge_pluck",
        "Bridge Pluck",
        "thin, nasal, harpsichord, twangy, bright",
        lambda: _plucked(0.075, slopes=(2.0, 0.45)),
    ),
    _recipe("steel_pan", "Steel Pan", "round, steel drum, metallic, sunny", _steel_pan),
    _recipe("free_reed", "Free Reed", "accordion, reedy, warm, buzzy", _free_reed),
    _recipe(
        "double_reed",
        "Double Reed",
        "oboe, nasal, reedy, piercing",
        lambda: _resonated({3.0: 1.6, 7.0: 0.9}, slopes=(1.5, 0.7)),
    ),
    _recipe(
        "brass_bell",
        "Brass Bell",
        "mellow, horn, brassy, bold",
        lambda: _resonated({2.0: 0.8, 5.0: 0.6}, slopes=(2.8, 0.8)),
    ),
)
