"""Formant family: a voice-like source through resonances, at the formants of Peterson and Barney (1952)."""

from collections.abc import Sequence

import numpy as np

from engine.sounds._waves import WIDE_SPAN, Frames, WavetableRecipe, from_sines, harmonic_numbers, morph

_REFERENCE_HZ = 130.8
"""Pitch at which the formants lie where a voice has them; like the whole table they move with the note."""

_TOP = 96
_FLOOR = 0.004

_VOWELS: dict[str, tuple[float, float, float]] = {
    "a": (730.0, 1090.0, 2440.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
}


def _voice(formants_hz: Frames, *, tilt: float, bandwidth: float = 0.1) -> Frames:
    """Waves of a source of slope h^-tilt through parallel resonances at `formants_hz` (frames, formants)."""
    h = harmonic_numbers(_TOP)
    hertz = h * _REFERENCE_HZ
    gains = np.array([1.0, 0.65, 0.4, 0.3])[: formants_hz.shape[1]]
    widths = 50.0 + bandwidth * formants_hz
    resonance = 1.0 / (1.0 + ((hertz - formants_hz[..., np.newaxis]) / widths[..., np.newaxis]) ** 2)
    level = _FLOOR + (gains[:, np.newaxis] * resonance).sum(axis=1)
    return from_sines(level * h**-tilt)


def _path(vowels: str, count: int) -> Frames:
    """Formants at `count` keyframes along a row of vowels, moved evenly in pitch: shape (count, 3)."""
    stops = np.log([_VOWELS[v] for v in vowels])
    at = np.linspace(0.0, len(vowels) - 1.0, count)
    columns = [np.interp(at, np.arange(len(vowels)), stops[:, k]) for k in range(stops.shape[1])]
    return np.exp(np.stack(columns, axis=1))


def _vowels(
    ident: str, title: str, words: Sequence[str], *, path: str, count: int = 9, tilt: float = 0.5
) -> WavetableRecipe:
    return WavetableRecipe(
        id=ident,
        family="formant",
        title=title,
        words=tuple(words),
        keyframes=count,
        make=lambda: _voice(_path(path, count), tilt=tilt),
    )


def _formant_sweep() -> Frames:
    """One sharp resonance that climbs from the 2nd to the 24th harmonic."""
    return _voice(_REFERENCE_HZ * 2.0 * 12.0 ** morph(9), tilt=0.3, bandwidth=0.03)


def _throat() -> Frames:
    """A low drone under a narrow whistle-like formant, as in overtone singing."""
    whistle = _REFERENCE_HZ * np.linspace(6.0, 12.0, 9)[:, np.newaxis]
    fixed = np.full((9, 1), 320.0)
    return _voice(np.concatenate([fixed, whistle], axis=1), tilt=0.2, bandwidth=0.015)


def _twin_peaks() -> Frames:
    """Two resonances that start together and part: the motion of a talking bass."""
    step = morph(9)
    low, high = 520.0 * 2.0 ** (-1.2 * step), 520.0 * 2.0 ** (2.2 * step)
    return _voice(np.concatenate([low, high], axis=1), tilt=0.4, bandwidth=0.06)


FORMANT: tuple[WavetableRecipe, ...] = (
    _vowels("vowel_ah_oh", "Vowel Ah Oh", ("vocal", "open", "round", "choir"), path="ao", count=5),
    _vowels("vowel_oo_ee", "Vowel Oo Ee", ("vocal", "dark", "nasal", "talking"), path="ui"),
    _vowels("vowel_a_e_i_o_u", "Five Vowels", ("vocal", "talking", "robot", "formant"), path="aeiou"),
    _vowels("vowel_yoi", "Vowel Yoi", ("vocal", "talking", "growl", "bass"), path="ioi"),
    _vowels("choir_soft", "Soft Choir", ("choir", "soft", "airy", "warm"), path="uoa", count=5, tilt=1.2),
    WavetableRecipe(
        id="formant_sweep",
        family="formant",
        title="Formant Sweep",
        words=("vocal", "wah", "sweeping", "nasal"),
        keyframes=9,
        span=WIDE_SPAN,
        make=_formant_sweep,
    ),
    WavetableRecipe(
        id="throat_singer",
        family="formant",
        title="Throat Singer",
        words=("drone", "vocal", "whistle", "overtone"),
        keyframes=9,
        make=_throat,
    ),
    WavetableRecipe(
        id="talking_bass",
        family="formant",
        title="Talking Bass",
        words=("vocal", "growl", "wobble", "neuro"),
        keyframes=9,
        make=_twin_peaks,
    ),
)
