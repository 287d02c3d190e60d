"""One Fourier transform of a whole render, shared by every measure that needs a spectrum."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Stereo = NDArray[np.float32]
"""Audio of shape (2, n): left and right, 1 = full scale."""

_FILTER_TAIL_S = 0.05
_BAND_HZ = 20.0
_LEAKAGE_DB = -60.0


@dataclass(frozen=True)
class Spectrum:
    """Transform of a zero-padded render: `bins` of shape (2, size // 2 + 1), `power` its squares per channel."""

    bins: NDArray[np.complex64]
    power: NDArray[np.float32]
    size: int
    sample_rate: int

    @property
    def bin_hz(self) -> float:
        """Distance of two bins, Hz."""
        return self.sample_rate / self.size


@cache
def fast_length(at_least: int) -> int:
    """The smallest even product of powers of 2, 3 and 5 that is not below `at_least`."""
    best = 1 << at_least.bit_length()
    threes = 1
    while threes < best:
        fives = threes
        while fives < best:
            candidate = 2 * fives
            while candidate < at_least:
                candidate *= 2
            best = min(best, candidate)
            fives *= 5
        threes *= 3
    return best


def spectrum_of(audio: Stereo, sample_rate: int) -> Spectrum:
    """Transform `audio`, padded by 50 ms so that a filter applied to the bins does not wrap round audibly."""
    size = fast_length(audio.shape[1] + int(_FILTER_TAIL_S * sample_rate))
    padded = np.zeros((2, size), np.float32)
    padded[:, : audio.shape[1]] = audio
    bins: NDArray[np.complex64] = np.fft.rfft(padded, axis=1)  # type: ignore[assignment]  # stays single in numpy 2
    power = np.square(bins.real) + np.square(bins.imag)
    return Spectrum(bins=bins, power=power, size=size, sample_rate=sample_rate)


def centroid_hz(spectrum: Spectrum) -> float:
    """Amplitude-weighted mean frequency of 20 Hz bands, Hz; 0 for silence.

    Bands 60 dB below the strongest are left out: they are the leakage of the note's edges, and summed up they would
    pull the centroid of a pure tone upwards.
    """
    per_band = max(1, round(_BAND_HZ / spectrum.bin_hz))
    both = spectrum.power.sum(axis=0)[1:]
    bands = len(both) // per_band
    energy = both[: bands * per_band].reshape(bands, per_band).sum(axis=1, dtype=np.float64)
    strongest = energy.max(initial=0.0)
    if strongest <= 0.0:
        return 0.0
    amplitude = np.sqrt(np.where(energy > strongest * 10 ** (_LEAKAGE_DB / 10), energy, 0.0))
    centres = (np.arange(bands) * per_band + 1 + (per_band - 1) / 2) * spectrum.bin_hz
    return float((amplitude * centres).sum() / amplitude.sum())
