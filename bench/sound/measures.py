"""Measures of the benchmark's own that need nothing but numpy. None shares code or definition with the engine's.

Each takes a clip that is not silent. Higher is further towards the second word of the axis: brighter, slower,
longer, wetter, wider, noisier, more moved, heavier.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.sound.clip import SAMPLE_RATE, Clip, Samples

_FRAME = 2048
_LOW_HZ = 120.0
_TAIL_DB = -40.0
_EARLY_S = 0.06
_ENERGY_SHARE = 0.95
_SIDE_FLOOR = 1e-6
_LOUDEST_DB = 30.0
_PITCH_S = (1 / 2000, 1 / 30)


def early_energy_db(clip: Clip) -> float:
    """Mean power of the held note against that of its first 60 ms, dB: high where a note comes slowly."""
    power = clip.envelope[: round(clip.hold_s * clip.envelope_rate)] ** 2
    early = power[: round(_EARLY_S * clip.envelope_rate)].mean()
    return float(10 * np.log10(power.mean() / max(early, 1e-12 * power.mean())))


def energy_time_s(clip: Clip) -> float:
    """Time from note on until 95 % of all the clip's energy has sounded, s."""
    energy = np.cumsum(clip.envelope**2)
    return float(np.searchsorted(energy, _ENERGY_SHARE * energy[-1]) / clip.envelope_rate)


def tail_s(clip: Clip) -> float:
    """Time from note off until what is left holds 1/10,000 of the clip's energy, s; below 0 if that was before.

    Backward integration of the squared envelope: M. R. Schroeder, New method of measuring reverberation time,
    JASA 37 (1965).
    """
    left = np.cumsum(clip.envelope[::-1] ** 2)[::-1]
    ended = np.searchsorted(-left, -(10 ** (_TAIL_DB / 10)) * left[0])
    return float(ended / clip.envelope_rate - clip.hold_s)


def late_energy_db(clip: Clip) -> float:
    """Energy after note off against energy before it, dB."""
    power, off = clip.envelope**2, round(clip.hold_s * clip.envelope_rate)
    before, after = power[:off].sum(), power[off:].sum()
    return float(10 * np.log10(max(after, 1e-12 * before) / max(before, 1e-12 * after)))


def decorrelation(clip: Clip) -> float:
    """1 minus the correlation of left and right: 0 mono, 1 unrelated, 2 opposite."""
    left, right = clip.audio.astype(np.float64)
    power = float(np.sqrt((left @ left) * (right @ right)))
    return 1.0 - float(left @ right) / power if power > 0 else 1.0


def side_db(clip: Clip) -> float:
    """Power of the difference of the channels against that of their sum, dB, each band of the ear counting alike.

    Bands of a third of an octave from 100 Hz to 10 kHz, weighted by the cube root of their power, which is about
    how loud they are (S. S. Stevens' power law): a mono bass must not hide a wide top.
    """
    left, right = (_spectrogram(channel.astype(np.float64)).mean(axis=1) for channel in _mid_side(clip))
    edges = 100.0 * 2.0 ** (np.arange(22) / 3)
    bins = np.searchsorted(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE), edges)
    mid, side = (np.add.reduceat(power, bins)[:-1] for power in (left, right))
    total = mid + side
    loud = np.cbrt(total)
    share = np.where(total > 0, side / np.maximum(total, 1e-30), 0.0)
    width = float((loud * share).sum() / max(loud.sum(), 1e-30))
    return float(10 * np.log10(max(width, _SIDE_FLOOR) / max(1.0 - width, _SIDE_FLOOR)))


def _mid_side(clip: Clip) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return (clip.audio[0] + clip.audio[1]) / 2, (clip.audio[0] - clip.audio[1]) / 2


def aperiodicity(clip: Clip) -> float:
    """1 minus the greatest autocorrelation at lags of 0.5 to 33 ms, mean over the frames that count: 0 periodic.

    After P. Boersma, Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of
    a sampled sound, IFA Proceedings 17 (1993): divided by the autocorrelation of the window.
    """
    length = 4096
    window = np.hanning(length)
    frames = _frames(clip.held, length, length // 2) * window
    powers = np.abs(np.fft.rfft(frames, 2 * length, axis=1)) ** 2
    low, high = (round(lag_s * SAMPLE_RATE) for lag_s in _PITCH_S)
    own = np.fft.irfft(powers, axis=1)[:, :high]
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * length)) ** 2)[:high]
    energy = own[:, :1]
    scaled = own / np.maximum(energy, 1e-20) / (of_window / of_window[0])
    best = np.clip(scaled[:, low:].max(axis=1), 0.0, 1.0)
    return float(np.average(1.0 - best, weights=_heard(energy[:, 0])))


def noise_share(clip: Clip) -> float:
    """How much of the held note is like noise, 0..1: flatness of quarter octaves, by how loud they are.

    Flatness within bands from 250 Hz to 16 kHz as in MPEG-7 (ISO/IEC 15938-4, AudioSpectrumFlatness), so that a
    darker sound isn't a cleaner one; frames of 186 ms, which part the partials of low notes and of detuned voices.
    Bands weigh as the cube root of their power; what lies lower counts as tone.
    """
    length = 8192
    power = _spectrogram(clip.held, length).mean(axis=1)
    hz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    edges = np.searchsorted(hz, 250.0 * 2.0 ** (np.arange(25) / 4))
    bands = [power[a:b] for a, b in pairwise(edges)]
    low = power[1 : edges[0]]
    total = np.array([band.sum() for band in bands])
    flat = np.array([np.exp(np.log(band + 1e-30).mean()) / (band.mean() + 1e-30) for band in bands])
    loud = np.cbrt(total)
    return float((loud * flat).sum() / max(loud.sum() + np.cbrt(low.sum()), 1e-30))


def spectral_change_db(clip: Clip) -> float:
    """How far the spectrum is from itself 100 ms later, dB, over the held note after its first quarter second.

    Levels of third octaves in frames of 46 ms, each frame at its own mean level, mean over bands within 30 dB.
    """
    held = clip.held[min(round(0.25 * SAMPLE_RATE), len(clip.held) // 3) :]
    levels = _band_levels_db(held)
    lag = max(1, round(0.1 * SAMPLE_RATE / (_FRAME // 2)))
    if levels.shape[1] <= lag:
        return 0.0
    weights = _heard(10 ** (levels.mean(axis=1) / 10))
    steps = np.abs(levels[:, lag:] - levels[:, :-lag]).mean(axis=1)
    return float(np.average(steps, weights=weights > 0))


def low_share_db(clip: Clip) -> float:
    """Share of the power below 120 Hz, dB."""
    power = _spectrogram(clip.mono, 8192).mean(axis=1)
    low = np.fft.rfftfreq(8192, 1 / SAMPLE_RATE) < _LOW_HZ
    return float(10 * np.log10(max(power[low].sum(), 1e-12 * power.sum()) / power.sum()))


def _frames(signal: Samples, length: int, hop: int) -> Samples:
    if len(signal) < length:
        signal = np.pad(signal, (0, length - len(signal)))
    found: Samples = np.lib.stride_tricks.sliding_window_view(signal, length)[::hop]
    return found


def _spectrogram(signal: Samples, length: int = _FRAME) -> Samples:
    """Power by bin and frame under a Hann window, half overlapping."""
    found: Samples = np.abs(np.fft.rfft(_frames(signal, length, length // 2) * np.hanning(length), axis=1).T) ** 2
    return found


def _band_levels_db(signal: Samples) -> Samples:
    edges = 60.0 * 2.0 ** (np.arange(25) / 3)
    bins = np.unique(np.searchsorted(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE), edges))
    bands = np.add.reduceat(_spectrogram(signal), bins, axis=0)[:-1]
    found: Samples = 10 * np.log10(bands + 1e-9 * bands.max(initial=1e-20))
    return found


def _heard(power: Samples) -> Samples:
    """`power` where it is within 30 dB of its greatest, else 0."""
    found: Samples = np.where(power >= power.max() * 10 ** (-_LOUDEST_DB / 10), power, 0.0)
    return found
