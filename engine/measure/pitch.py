"""Fundamental frequency by the YIN difference function (de Cheveigné and Kawahara 2002), computed by FFT."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo

_WINDOW_S = 0.1
_MAX_LAG_S = 0.05
_MIN_LAG = 8
_PERIODIC = 0.15
_TOLERABLE = 0.35
_POSITIONS = (0.25, 0.5, 0.75)
_CONSISTENT_CENTS = 60.0


def note_hz(note: float) -> float:
    """Frequency of a MIDI note in equal temperament with A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((note - 69.0) / 12.0))


def cents_off(pitch_hz: float, note: int) -> float:
    """Distance from the nearest octave of `note`, cents (-600..600): a patch may well sound an octave lower."""
    cents = 1200.0 * math.log2(pitch_hz / note_hz(note))
    return (cents + 600.0) % 1200.0 - 600.0


def pitch_hz(audio: Stereo, sample_rate: int, hold_s: float) -> float | None:
    """Median pitch of three windows while the note is held, Hz (20..5,000); None if they disagree or are noise."""
    held = min(audio.shape[1], round(hold_s * sample_rate))
    window, lags = round(_WINDOW_S * sample_rate), round(_MAX_LAG_S * sample_rate)
    room = held - window - lags
    if room < 0:
        return None
    starts = sorted({round(p * room) for p in _POSITIONS})
    found = [_frame_pitch(audio[:, s : s + window + lags], window, sample_rate) for s in starts]
    pitches = sorted(p for p in found if p is not None)
    if 2 * len(pitches) <= len(starts):
        return None
    middle = pitches[len(pitches) // 2]
    agreeing = [p for p in pitches if abs(1200.0 * math.log2(p / middle)) < _CONSISTENT_CENTS]
    return middle if 2 * len(agreeing) > len(starts) else None


@cache
def _fast_length(at_least: int) -> int:
    """The smallest even product of powers of 2, 3 and 5 that is not below `at_least`."""
    sizes: list[int] = [2 ** (a + 1) * 3**b * 5**c for a in range(16) for b in range(8) for c in range(6)]
    return min(size for size in sizes if size >= at_least)


def _difference(part: Stereo, window: int) -> NDArray[np.float64]:
    """YIN's cumulative mean normalised difference for lags 0..n - window, both channels added up."""
    lags = part.shape[1] - window
    size = _fast_length(part.shape[1])  # what wraps round lands on lags that nobody reads
    whole = np.fft.rfft(part, n=size, axis=1)
    head = np.fft.rfft(part[:, :window], n=size, axis=1)
    product = np.fft.irfft((whole * head.conj()).sum(axis=0), n=size)[: lags + 1].astype(np.float64)
    squares = np.concatenate(([0.0], np.cumsum(np.square(part.astype(np.float64)).sum(axis=0))))
    energy = squares[window : window + lags + 1] - squares[: lags + 1]
    difference = np.maximum(energy[0] + energy - 2.0 * product, 0.0)
    difference[0] = 0.0
    total = np.cumsum(difference)
    normalised: NDArray[np.float64] = np.ones_like(difference)
    usable = total > 1e-12
    usable[0] = False
    normalised[usable] = difference[usable] * np.arange(lags + 1)[usable] / total[usable]
    return normalised


def _frame_pitch(part: Stereo, window: int, sample_rate: int) -> float | None:
    curve = _difference(part, window)
    dips = 1 + np.flatnonzero((curve[1:-1] <= curve[:-2]) & (curve[1:-1] < curve[2:]))
    dips = dips[dips >= _MIN_LAG]
    if not len(dips):
        return None
    deepest = float(curve[dips].min())
    if deepest > _TOLERABLE:
        return None
    lag = int(dips[np.argmax(curve[dips] <= max(_PERIODIC, deepest + 0.05))])
    return sample_rate / _refine(curve, lag)


def _vertex(curve: NDArray[np.float64], lag: int) -> float:
    """Abscissa of the parabola through the dip at `lag` and its neighbours."""
    if not 0 < lag < len(curve) - 1:
        return float(lag)
    before, at, after = curve[lag - 1 : lag + 2]
    bend = before - 2.0 * at + after
    return lag + float(np.clip(0.5 * (before - after) / bend, -1.0, 1.0)) if bend > 0 else float(lag)


def _refine(curve: NDArray[np.float64], lag: int) -> float:
    """Period in samples, read at twice, four times ... the lag, where a sample is a smaller part of it."""
    period, multiple = _vertex(curve, lag), 2
    while multiple * period < len(curve) - 2:
        near = round(multiple * period)
        reach = max(1, int(period * 0.1))
        low = max(1, near - reach)
        at = low + int(np.argmin(curve[low : near + reach + 1]))
        if curve[min(at, len(curve) - 1)] > _TOLERABLE:
            break
        period = _vertex(curve, at) / multiple
        multiple *= 2
    return period
