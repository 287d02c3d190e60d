"""How much two renders of one note differ."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo

Levels = NDArray[np.float32]

_FRAME = 2048
_FLOOR_DB = -60.0
_LOWEST_HZ = 25.0
_BANDS = 30


def third_octave_levels_db(audio: Stereo, sample_rate: int) -> Levels:
    """Level by frame of 2,048 samples and third-octave band from 25 Hz, dB, of float32 (2, n).

    Of the mid signal, then of the side signal, so that a change of width shows: shape (2, frames, bands).
    """
    count = audio.shape[1] // _FRAME
    window = np.hanning(_FRAME).astype(np.float32)
    left, right = audio[:, : count * _FRAME].reshape(2, count, _FRAME) * window
    power = np.abs(np.fft.rfft(np.stack((left + right, left - right)), axis=-1)) ** 2
    edges = _LOWEST_HZ * 2.0 ** (np.arange(_BANDS) / 3.0)
    starts = np.unique(np.searchsorted(np.fft.rfftfreq(_FRAME, 1.0 / sample_rate), edges))
    return np.asarray(10.0 * np.log10(np.add.reduceat(power, starts, axis=-1) + 1e-12), dtype=np.float32)


def change_db(first: Levels, second: Levels) -> float:
    """Root mean square of the difference of two sounds' levels over time and bands, dB, rounded to 0.01.

    What lies more than 60 dB below the loudest of either counts as equal, since nobody hears it; the rest weighs by
    how far the louder of both stands above that.
    """
    floor = max(float(first.max()), float(second.max())) + _FLOOR_DB
    a, b = np.maximum(first, floor).astype(np.float64), np.maximum(second, floor).astype(np.float64)
    weight = np.maximum(a, b) - floor
    total = float(weight.sum())
    return round(math.sqrt(float((weight * (a - b) ** 2).sum()) / total), 2) if total > 0.0 else 0.0


def averaged(levels: Levels) -> Levels:
    """The long-term levels: the mean power of each band over all frames, shape (2, 1, bands).

    What phases and random sources do to a frame averages out here, what a filter or a reverb does stays.
    """
    power = 10.0 ** (levels.astype(np.float64) / 10.0)
    return np.asarray(10.0 * np.log10(power.mean(axis=1, keepdims=True) + 1e-12), dtype=np.float32)
