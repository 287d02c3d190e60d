"""The noise and texture samples that presets are made of: mono, 44.1 kHz, 32,768 samples (0.74 s).

Every sample is one period of a periodic signal, made by circular filtering, so that it loops without a click. They
are short because each preset file carries its own copy: 87 kB of base64.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import SAMPLE_RATE
from engine.errors import SpecError
from engine.sounds._random import generator

LENGTH = 32_768
Signal = NDArray[np.float64]

_HERTZ: Signal = np.arange(LENGTH // 2 + 1, dtype=np.float64) * (SAMPLE_RATE / LENGTH)
_SECONDS: Signal = np.arange(LENGTH, dtype=np.float64) / SAMPLE_RATE
_PEAK = 32_000


@dataclass(frozen=True, kw_only=True)
class NoiseRecipe:
    """One sample; `loops` is False for a one-shot that should be played once per note."""

    id: str
    title: str
    words: tuple[str, ...]
    make: Callable[[], Signal]
    loops: bool = True


def _white(ident: str) -> Signal:
    return generator("noise", ident).standard_normal(LENGTH)


def _filtered(signal: Signal, gain: Signal) -> Signal:
    """Circular filtering by a gain for each of the FFT's frequencies; DC goes."""
    spectrum = np.fft.rfft(signal) * gain
    spectrum[0] = 0.0
    return np.fft.irfft(spectrum, n=LENGTH)


def _tilted(ident: str, exponent: float, *, above_hz: float = 25.0) -> Signal:
    """Noise whose amplitude goes as frequency to the `exponent`, rolled off below `above_hz`."""
    hertz = np.maximum(_HERTZ, 1.0)
    return _filtered(_white(ident), hertz**exponent / (1.0 + (above_hz / hertz) ** 4))


def _band(centre_hz: float, octaves: float) -> Signal:
    """A bell of gain around `centre_hz`, `octaves` wide between its 1/e points."""
    distance = np.log2(np.maximum(_HERTZ, 1.0) / centre_hz)
    return np.exp(-((2.0 * distance / octaves) ** 2))


def _impulses(ident: str, count: int, *, spread: float = 1.0) -> Signal:
    """`count` impulses at random places, levels log-normal with `spread` nepers, random signs."""
    rng = generator("noise", ident)
    signal = np.zeros(LENGTH)
    levels = np.exp(spread * rng.standard_normal(count)) * rng.choice([-1.0, 1.0], count)
    np.add.at(signal, rng.integers(0, LENGTH, count), levels)
    return signal


def _ringing(signal: Signal, grain_hz: float, decay_s: float) -> Signal:
    """Circular convolution with a ping at `grain_hz` that dies away in `decay_s`."""
    ping = np.exp(-_SECONDS / decay_s) * np.sin(2.0 * np.pi * grain_hz * _SECONDS)
    return np.fft.irfft(np.fft.rfft(signal) * np.fft.rfft(ping), n=LENGTH)


def _wobble(ident: str, cycles: int, depth: float) -> Signal:
    """A slow periodic gain, 1 - depth to 1, of `cycles` random partials."""
    rng = generator("noise", ident, "wobble")
    phase = 2.0 * np.pi * np.arange(LENGTH) / LENGTH
    slow = sum(np.sin(k * phase + 2.0 * np.pi * rng.random()) / k for k in range(1, cycles + 1))
    unit = (slow - np.min(slow)) / np.ptp(slow)
    return np.asarray(1.0 - depth * unit)


def _unit(signal: Signal) -> Signal:
    """The signal at an RMS of 1."""
    return signal / float(np.sqrt(np.mean(np.square(signal))))


def _softened(signal: Signal, drive: float) -> Signal:
    """Tall peaks rounded off so that the small ones are heard: the tallest goes into a tanh at `drive`."""
    return np.tanh(signal * (drive / float(np.abs(signal).max())))


def _vinyl() -> Signal:
    """Sparse clicks over a quiet, dull hiss."""
    clicks = _ringing(_impulses("vinyl", 26, spread=0.9), 2_600.0, 0.0005)
    return clicks / float(np.abs(clicks).max()) + 0.015 * _unit(_tilted("vinyl_bed", -0.5))


def _rain() -> Signal:
    """Dense drops in three sizes over a soft hiss."""
    drops = (
        _ringing(_impulses("rain_large", 30), 1_400.0, 0.004)
        + 0.7 * _ringing(_impulses("rain_mid", 120), 3_100.0, 0.002)
        + 0.5 * _ringing(_impulses("rain_fine", 500), 6_300.0, 0.001)
    )
    return _softened(drops, 8.0) + 0.03 * _unit(_filtered(_white("rain"), _band(5_000.0, 3.0)))


def _fire() -> Signal:
    """Crackles of all sizes over a low rumble."""
    crackle = _filtered(_impulses("fire", 160, spread=1.6), _band(3_500.0, 3.5))
    return _softened(crackle, 14.0) + 0.04 * _unit(_tilted("fire", -1.0))


def _wind() -> Signal:
    """Two whistling bands that come and go against each other, over brown noise."""
    low = _filtered(_white("wind_low"), _band(420.0, 1.2)) * _wobble("wind_low", 3, 0.85)
    high = _filtered(_white("wind_high"), _band(950.0, 0.7)) * _wobble("wind_high", 4, 0.95)
    return _unit(low) + 0.6 * _unit(high) + 0.3 * _unit(_tilted("wind", -1.0))


def _waves() -> Signal:
    """Pink noise that swells and dulls once a cycle: surf in miniature."""
    swell = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(LENGTH) / LENGTH)) ** 2
    body, foam = _unit(_tilted("waves_body", -0.7)), _unit(_tilted("waves_foam", 0.2))
    return body * (0.2 + 0.8 * swell) + 0.5 * foam * np.square(swell)


def _breath() -> Signal:
    """Air through a mouth: two broad formants without a rumble."""
    gain = _band(1_100.0, 1.6) + 0.7 * _band(2_900.0, 1.4) + 0.25 * _band(7_000.0, 1.5)
    return _filtered(_white("breath"), gain) * _wobble("breath", 3, 0.25)


def _metallic() -> Signal:
    """White noise through narrow, inharmonic resonances: the hiss of a cymbal."""
    rng = generator("noise", "metal_hiss", "modes")
    centres = 2_000.0 * 8.0 ** rng.random(36)
    gain = 0.08 * _band(7_500.0, 2.5) + sum(_band(float(c), 0.025) for c in centres)
    return _filtered(_white("metal_hiss"), np.asarray(gain))


def _tape() -> Signal:
    """White above 1 kHz, with a slow flutter of its level."""
    return _tilted("tape_hiss", 0.35, above_hz=300.0) * _wobble("tape_hiss", 6, 0.15)


def _crushed() -> Signal:
    """Noise held for 16 samples and rounded to 8 levels."""
    held = np.repeat(_white("digital_crush")[: LENGTH // 16], 16)
    return np.round(np.clip(held, -2.0, 2.0) * 2.0) / 2.0


def _velvet() -> Signal:
    """Sparse impulses of equal level and random sign, one in every 24 samples: smooth but grainy."""
    rng = generator("noise", "velvet")
    count = LENGTH // 24
    signal = np.zeros(LENGTH)
    signal[np.arange(count) * 24 + rng.integers(0, 24, count)] = rng.choice([-1.0, 1.0], count)
    return signal


def _machine() -> Signal:
    """A hum of 20 partials of the loop's 64th harmonic (86 Hz) with some hiss."""
    rng = generator("noise", "machine_hum")
    cycles = 2.0 * np.pi * np.arange(LENGTH) / LENGTH
    hum = sum(np.sin(64 * k * cycles + 6.283 * rng.random()) / k for k in range(1, 21))
    return _unit(np.asarray(hum)) + 0.15 * _unit(_tilted("machine_hum", -0.5))


def _room() -> Signal:
    """The low, wide noise floor of a quiet room."""
    return _tilted("room_tone", -0.8, above_hz=40.0)


def _hit(noise: Signal, decay_s: float) -> Signal:
    """A burst that starts at once and is silent long before the sample ends."""
    fade = np.clip((_SECONDS[-1] - _SECONDS) / 0.1, 0.0, 1.0)
    onset = np.clip(_SECONDS / 0.0003, 0.0, 1.0)
    envelope: Signal = np.exp(-_SECONDS / decay_s) * fade * onset
    return noise * envelope


def _click() -> Signal:
    return _hit(_tilted("click", 0.3, above_hz=800.0), 0.0025)


def _thump() -> Signal:
    """A falling sine from 180 to 55 Hz with a touch of dull noise."""
    hertz = 55.0 + 125.0 * np.exp(-_SECONDS / 0.02)
    body = np.sin(2.0 * np.pi * np.cumsum(hertz) / SAMPLE_RATE)
    return _hit(body + 0.1 * _unit(_tilted("thump", -0.6)), 0.06)


def _key() -> Signal:
    """A key's felt and wood: a dull knock, then a lighter one 25 ms after."""
    knock = _hit(_filtered(_white("key_noise"), _band(450.0, 2.0)), 0.012)
    rebound = _hit(_filtered(_white("key_noise_2"), _band(1_300.0, 2.0)), 0.006)
    return _unit(knock) + 0.4 * np.roll(_unit(rebound), round(0.025 * SAMPLE_RATE))


def _pick() -> Signal:
    """A plectrum's scrape: a short rising band of noise."""
    scrape = _filtered(_white("pick"), _band(3_800.0, 1.2))
    return _hit(scrape * np.clip(_SECONDS / 0.004, 0.0, 1.0) ** 2, 0.006)


def _noise(ident: str, title: str, words: str, make: Callable[[], Signal], *, loops: bool = True) -> NoiseRecipe:
    return NoiseRecipe(id=ident, title=title, words=tuple(words.split(", ")), make=make, loops=loops)


_RECIPES = (
    _noise("white", "White Noise", "bright, hiss, neutral", lambda: _tilted("white", 0.0)),
    _noise("pink", "Pink Noise", "balanced, soft", lambda: _tilted("pink", -0.5)),
    _noise("brown", "Brown Noise", "dark, rumble", lambda: _tilted("brown", -1.0)),
    _noise("blue", "Blue Noise", "thin, airy, bright", lambda: _tilted("blue", 0.5)),
    _noise("tape_hiss", "Tape Hiss", "hiss, lo-fi, vintage", _tape),
    _noise("vinyl", "Vinyl Crackle", "crackle, lo-fi, vintage", _vinyl),
    _noise("room_tone", "Room Tone", "dark, soft, space", _room),
    _noise("wind", "Wind", "whistling, airy, nature", _wind),
    _noise("rain", "Rain", "drops, wet, nature", _rain),
    _noise("waves", "Waves", "swelling, ocean, nature", _waves),
    _noise("fire", "Fire", "crackle, warm, nature", _fire),
    _noise("breath", "Breath", "breathy, vocal, airy, flute", _breath),
    _noise("metal_hiss", "Metal Hiss", "metallic, cymbal, bright", _metallic),
    _noise("digital_crush", "Digital Crush", "crushed, lo-fi, harsh, digital", _crushed),
    _noise("velvet", "Velvet Noise", "grainy, crackle, smooth", _velvet),
    _noise("machine_hum", "Machine Hum", "hum, industrial, dark", _machine),
    _noise("click", "Click", "transient, attack, bright", _click, loops=False),
    _noise("thump", "Thump", "transient, punch, low", _thump, loops=False),
    _noise("key_noise", "Key Noise", "transient, wooden, keys", _key, loops=False),
    _noise("pick", "Pick", "transient, plucked, scrape", _pick, loops=False),
)

NOISES: Mapping[str, NoiseRecipe] = MappingProxyType({recipe.id: recipe for recipe in _RECIPES})
"""Every sample by id."""


@cache
def samples(ident: str) -> NDArray[np.int16]:
    """Samples of a noise, shape (32768,), peak 32,000; read-only. Raises SpecError for an unknown id."""
    if ident not in NOISES:
        raise SpecError(f"There is no noise {ident!r}. Known: {', '.join(NOISES)}.")
    signal = NOISES[ident].make()
    result: NDArray[np.int16] = np.round(signal * (_PEAK / np.abs(signal).max())).astype("<i2")
    result.flags.writeable = False
    return result


@cache
def _encoded(ident: str) -> str:
    return base64.b64encode(samples(ident).tobytes()).decode("ascii")


def vital_sample(ident: str) -> dict[str, Any]:
    """A preset's `sample`, a fresh dict. Raises SpecError for an unknown id."""
    encoded = _encoded(ident)
    return {
        "name": NOISES[ident].title,
        "length": LENGTH,
        "sample_rate": SAMPLE_RATE,
        "samples": encoded,
    }


def silent_sample() -> dict[str, Any]:
    """A preset's `sample` where the sample player is off: 64 zeros, which spare 9 ms of load and 87 kB."""
    return {
        "name": "Silence",
        "length": 64,
        "sample_rate": SAMPLE_RATE,
        "samples": base64.b64encode(bytes(128)).decode("ascii"),
    }
