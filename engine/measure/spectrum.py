"""One short-time Fourier transform of a render, shared by every measure that needs a spectrum.

Blocks of 100 ms without overlap or window: they are the hops of BS.1770's gating blocks, and the transform of a
block with a Hann window is had from its bins by a sum of three (`hann`), where leakage would matter.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo

Bins = NDArray[np.complex64]

HOP_S = 0.1
_LEAKAGE_DB = -60.0


@dataclass(frozen=True)
class Spectrum:
    """`bins` of shape (2, blocks, block // 2 + 1): the transforms of consecutive blocks of `block` samples."""

    bins: Bins
    block: int
    sample_rate: int

    @property
    def bin_hz(self) -> float:
        """Distance of two bins, Hz."""
        return self.sample_rate / self.block

    @cached_property
    def power(self) -> NDArray[np.float32]:
        """Squared magnitude of each bin."""
        power: NDArray[np.float32] = np.square(self.bins.real)
        power += np.square(self.bins.imag)
        return power


def spectrum_of(audio: Stereo, sample_rate: int) -> Spectrum:
    """Transform `audio`; its last block is filled up with silence."""
    block = round(HOP_S * sample_rate)
    blocks = -(-audio.shape[1] // block)
    if audio.shape[1] != blocks * block:
        filled = np.zeros((2, blocks * block), np.float32)
        filled[:, : audio.shape[1]] = audio
        audio = filled
    bins: Bins = np.fft.rfft(audio.reshape(2, blocks, block), axis=2)  # type: ignore[assignment]  # single in numpy 2
    return Spectrum(bins=bins, block=block, sample_rate=sample_rate)


def hann(bins: Bins) -> Bins:
    """Bins 1 to n - 2 of blocks of n bins as if each block had been multiplied by a Hann window."""
    centre, beside = np.float32(0.5), np.float32(0.25)
    windowed: Bins = centre * bins[..., 1:-1] - beside * (bins[..., :-2] + bins[..., 2:])
    return windowed


def centroid_hz(spectrum: Spectrum) -> float:
    """Amplitude-weighted mean frequency of the louder channel's average spectrum, Hz; 0 for silence.

    Bins 60 dB below the strongest are left out: they are the leakage of the note's edges, and summed up they would
    pull the centroid of a pure tone upwards.
    """
    per_channel = spectrum.power.sum(axis=(1, 2), dtype=np.float64)
    bins = hann(spectrum.bins[int(per_channel.argmax())])
    energy = (np.square(bins.real) + np.square(bins.imag)).sum(axis=0, dtype=np.float64)
    strongest = energy.max(initial=0.0)
    if strongest <= 0.0:
        return 0.0
    amplitude = np.sqrt(np.where(energy > strongest * 10 ** (_LEAKAGE_DB / 10), energy, 0.0))
    hz = (np.arange(len(energy)) + 1) * spectrum.bin_hz
    return float((amplitude * hz).sum() / amplitude.sum())
