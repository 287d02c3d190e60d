"""FM family: a sine whose phase a sine moves, with ratios and indices after Chowning (1973)."""

import numpy as np

from engine.sounds._waves import Frames, WavetableRecipe, band_limited, morph

_TAU = 2.0 * np.pi


def _pair(carrier: int, modulator: int, index: Frames) -> Frames:
    """sin(c p + I sin(m p)) for each index, in radians."""
    return band_limited(lambda p: np.sin(_TAU * carrier * p + index * np.sin(_TAU * modulator * p)), 600, density=4)


def _electric_piano() -> Frames:
    """A body of ratio 1:1 under a tine of ratio 1:14 that comes in with the morph."""
    amount = morph(5)

    def shape(p: Frames) -> Frames:
        body = np.sin(_TAU * p + (0.3 + 0.9 * amount) * np.sin(_TAU * p))
        tine = np.sin(_TAU * p + 1.1 * amount * np.sin(_TAU * 14 * p))
        return body + 0.7 * tine

    return band_limited(shape, 200, density=4)


def _feedback() -> Frames:
    """A sine that moves its own phase, solved by Newton steps: towards a saw as the feedback nears 1."""
    amount = 0.95 * morph(5)

    def shape(p: Frames) -> Frames:
        wave = np.sin(_TAU * p) + 0.0 * amount
        for _ in range(8):
            angle = _TAU * p + amount * wave
            wave = wave - (wave - np.sin(angle)) / (1.0 - amount * np.cos(angle))
        return wave

    return band_limited(shape, 300, density=4)


def _stack() -> Frames:
    """Three operators in a row, ratios 1, 2 and 5."""
    index = 2.2 * morph(9)

    def shape(p: Frames) -> Frames:
        top = np.sin(_TAU * 5 * p)
        middle = np.sin(_TAU * 2 * p + 0.8 * index * top)
        return np.sin(_TAU * p + index * middle)

    return band_limited(shape, 600, density=4)


def _recipe(
    ident: str, title: str, words: tuple[str, ...], *, ratio: tuple[int, int], index: tuple[float, float]
) -> WavetableRecipe:
    low, high = index
    return WavetableRecipe(
        id=ident,
        family="fm",
        title=title,
        words=words,
        keyframes=9,
        make=lambda: _pair(*ratio, low + (high - low) * morph(9)),
    )


FM: tuple[WavetableRecipe, ...] = (
    _recipe("fm_bass", "FM Bass", ("pure", "growl", "punchy", "donk"), ratio=(1, 1), index=(0.2, 5.0)),
    _recipe("fm_reed", "FM Reed", ("hollow", "reedy", "woody", "clarinet"), ratio=(1, 2), index=(0.3, 4.5)),
    _recipe("fm_brass", "FM Brass", ("warm", "brassy", "bold"), ratio=(1, 1), index=(0.3, 2.4)),
    _recipe("fm_bell", "FM Bell", ("pure", "bell", "glassy", "metallic"), ratio=(2, 7), index=(0.15, 3.5)),
    _recipe("fm_mallet", "FM Mallet", ("pure", "wooden", "mallet", "marimba"), ratio=(1, 4), index=(0.05, 2.2)),
    _recipe("fm_metal", "FM Metal", ("metallic", "clangorous", "harsh"), ratio=(5, 7), index=(0.5, 6.0)),
    _recipe("fm_growl", "FM Growl", ("growl", "neuro", "aggressive", "dirty"), ratio=(3, 1), index=(1.0, 9.0)),
    WavetableRecipe(
        id="fm_electric_piano",
        family="fm",
        title="FM Electric Piano",
        words=("soft", "electric piano", "tine", "glassy", "keys"),
        keyframes=5,
        make=_electric_piano,
    ),
    WavetableRecipe(
        id="fm_feedback",
        family="fm",
        title="FM Feedback",
        words=("pure", "warm", "saw", "brassy"),
        keyframes=5,
        make=_feedback,
    ),
    WavetableRecipe(
        id="fm_stack",
        family="fm",
        title="FM Stack",
        words=("pure", "complex", "harsh", "digital"),
        keyframes=9,
        make=_stack,
    ),
)
