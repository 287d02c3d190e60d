"""Peak, DC, and what is lost in mono."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.measure.spectrum import Bins, Spectrum, hann

FLOOR_DB = -120.0
LOW_BAND_HZ = 150.0
LOW_BAND_SHARE = 0.01
_HANN_POWER = 0.375


def decibels(power_ratio: float) -> float:
    """10 log10 of a ratio of powers, not below -120."""
    return max(FLOOR_DB, 10.0 * math.log10(power_ratio)) if power_ratio > 0.0 else FLOOR_DB


def amplitude_db(ratio: float) -> float:
    """20 log10 of a ratio of amplitudes, not below -120."""
    return max(FLOOR_DB, 20.0 * math.log10(ratio)) if ratio > 0.0 else FLOOR_DB


def peak(audio: Stereo) -> float:
    """Largest absolute sample of both channels, 1 = full scale (sample peak, not oversampled)."""
    return max(float(audio.max(initial=0.0)), -float(audio.min(initial=0.0)))


def dc(audio: Stereo) -> float:
    """Largest absolute mean of a channel over the whole render, 1 = full scale."""
    return float(np.abs(audio.mean(axis=1, dtype=np.float64)).max())


def _mid_and_total(left: NDArray[np.float32], right: NDArray[np.float32]) -> tuple[float, float]:
    mid = (left + right) * np.float32(0.5)
    energy = [float(np.square(x).sum(dtype=np.float64)) for x in (mid, left, right)]
    return energy[0], (energy[1] + energy[2]) / 2.0


def mono_loss_and_width(audio: Stereo) -> tuple[float, float]:
    """Loss in mono in dB (<= 0) and width (0..1).

    With M = (L+R)/2 and S = (L-R)/2, mean(L^2, R^2) = M^2 + S^2: the loss is 10 log10(M^2 / (M^2 + S^2)) and the
    width is S^2 / (M^2 + S^2). Silence is mono.
    """
    mid, total = _mid_and_total(audio[0], audio[1])
    if total <= 0.0:
        return 0.0, 0.0
    share = min(1.0, mid / total)
    return decibels(share), 1.0 - share


def low_band_mono_loss_db(spectrum: Spectrum) -> float | None:
    """Loss in mono of the energy between 0 (exclusive) and 150 Hz, dB (<= 0), by Parseval's theorem.

    None if that band holds less than 1 % of the energy: a hum that nobody hears must not fail a lead.
    """
    stop = int(LOW_BAND_HZ / spectrum.bin_hz) + 1
    low = hann(spectrum.bins[:, :, : stop + 1])
    low_power = _energy(low)
    if low_power <= LOW_BAND_SHARE * _HANN_POWER * float(spectrum.power[:, :, 1:].sum(dtype=np.float64)):
        return None
    mid_power = _energy((low[0] + low[1]) * np.float32(0.5))
    return decibels(min(1.0, 2.0 * mid_power / low_power))


def _energy(bins: Bins) -> float:
    return float((np.square(bins.real) + np.square(bins.imag)).sum(dtype=np.float64))
