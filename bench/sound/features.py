"""The feature space in which sounds are compared: a coarse picture of level over pitch and time."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.sound import measures
from bench.sound.clip import SAMPLE_RATE, Clip, Samples

_FRAME, _HOP = 2048, 512
_FLOOR_DB = -60.0
_BANDS = 25
"""Edges of third octaves from 50 Hz to 12.8 kHz."""


def picture(clip: Clip) -> Samples:
    """Levels of 24 third octaves in five parts of a note, and how much each band varies, dB; 144 numbers.

    Parts: first 100 ms, to 400 ms, to note off, half a second after it, the rest. Relative to the loudest band and
    part, floored at -60 dB, so that how loud the clip is doesn't count.
    """
    power = _bands(clip)
    times = (np.arange(power.shape[1]) * _HOP) / SAMPLE_RATE
    cuts = [0.0, 0.1, min(0.4, clip.hold_s), clip.hold_s, clip.hold_s + 0.5, clip.length_s + 1.0]
    parts = np.stack([_mean(power[:, (times >= a) & (times < b)]) for a, b in pairwise(cuts)])
    loudest = max(float(parts.max()), 1e-20)
    means = np.maximum(10 * np.log10(parts / loudest + 1e-12), _FLOOR_DB)
    course = np.maximum(10 * np.log10(power[:, times < clip.hold_s] / loudest + 1e-12), _FLOOR_DB)
    return np.concatenate((means.ravel(), course.std(axis=1)))


def description(clip: Clip) -> Samples:
    """The picture and seven figures of the whole note, for the classifier; 151 numbers."""
    figures = [
        measures.early_energy_db(clip),
        measures.energy_time_s(clip),
        measures.tail_s(clip),
        measures.late_energy_db(clip),
        measures.side_db(clip),
        measures.aperiodicity(clip),
        measures.spectral_change_db(clip),
    ]
    return np.concatenate((picture(clip), figures))


def distance_db(a: Sequence[float], b: Sequence[float]) -> float:
    """How far two pictures are from one another: root of the mean square difference, dB."""
    return float(np.sqrt(np.mean((np.asarray(a) - np.asarray(b)) ** 2)))


def distances_db(pictures: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """All pairs' distances, dB, in the order of `itertools.combinations`."""
    rows = np.asarray(pictures, dtype=np.float64)
    found = [np.sqrt(np.mean((rows[n + 1 :] - rows[n]) ** 2, axis=1)) for n in range(len(rows) - 1)]
    return np.concatenate(found) if found else np.empty(0)


def _bands(clip: Clip) -> Samples:
    """Mean power of both channels by third octave and frame."""
    edges = 50.0 * 2.0 ** (np.arange(_BANDS) / 3)
    hz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE)
    bins = np.searchsorted(hz, edges)
    bins = np.maximum.accumulate(np.maximum(bins, np.arange(_BANDS) + bins[0]))  # low bands are narrower than a bin
    window = np.hanning(_FRAME)
    total = np.zeros((_BANDS - 1, 1))
    for channel in clip.audio.astype(np.float64):
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(channel, _FRAME // 2), _FRAME)[::_HOP]
        power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        total = total + np.add.reduceat(power, bins, axis=1)[:, :-1].T / 2
    return total


def _mean(power: Samples) -> Samples:
    found: Samples = power.mean(axis=1) if power.shape[1] else np.zeros(power.shape[0])
    return found
