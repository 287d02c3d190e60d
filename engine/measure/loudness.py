"""Integrated loudness after ITU-R BS.1770-4.

The K-weighting is applied to the power of the shared spectrum (Parseval's theorem) instead of running two recursive
filters over the samples: the same to 0.1 LU at a tenth of the time, and without importing scipy.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.measure.level import FLOOR_DB
from engine.measure.spectrum import Spectrum

_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_HOPS_PER_BLOCK, _HOPS_OF_A_TAKE = 4, 3


def _shelf(sample_rate: int) -> tuple[list[float], list[float]]:
    """Stage 1: the high shelf of +4 dB for the head, as the analogue prototype of BS.1770 at any sample rate."""
    gain_db, q, f0 = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = math.tan(math.pi * f0 / sample_rate)
    vh = 10 ** (gain_db / 20)
    vb = vh**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = [(vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0]
    return b, [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _highpass(sample_rate: int) -> tuple[list[float], list[float]]:
    """Stage 2: the RLB high-pass at 38 Hz."""
    q, f0 = 0.5003270373238773, 38.13547087602444
    k = math.tan(math.pi * f0 / sample_rate)
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


@cache
def _weighting(block: int, sample_rate: int) -> NDArray[np.float32]:
    """Power response of both stages at the bins of a block, scaled so that a sum over bins is a mean square."""
    z = np.exp(-2j * np.pi * np.arange(block // 2 + 1) / block)
    response = np.ones_like(z)
    for b, a in (_shelf(sample_rate), _highpass(sample_rate)):
        response *= (b[0] + z * (b[1] + z * b[2])) / (a[0] + z * (a[1] + z * a[2]))
    weighting = np.square(np.abs(response)) * 2.0 / block**2
    if block % 2 == 0:
        weighting[-1] /= 2.0
    single: NDArray[np.float32] = weighting.astype(np.float32)
    return single


def loudness_lufs(spectrum: Spectrum, samples: int) -> float:
    """Integrated, gated loudness of the `samples` that `spectrum` was made of, LUFS; -120 for silence.

    Gating blocks of 400 ms overlap by 75 %. A sound shorter than one is measured as if silence followed it up to
    400 ms: the standard does not say, and so a short hit is as loud as it would be within a longer recording.
    """
    return _gated(_blocks(spectrum, samples))


def loudest_lufs(spectrum: Spectrum, samples: int) -> float:
    """Loudness of the loudest 300 ms, LUFS: momentary loudness (EBU Tech 3341) within a short take's length.

    Other than the integrated loudness it doesn't depend on how long one listens once the loudest moment has passed.
    """
    return max(FLOOR_DB, _lufs(float(_blocks(spectrum, samples, hops_each=_HOPS_OF_A_TAKE).max(initial=0.0))))


def _blocks(spectrum: Spectrum, samples: int, *, hops_each: int = _HOPS_PER_BLOCK) -> NDArray[np.float64]:
    """Mean squares, summed over channels, of blocks that overlap by all but a hop."""
    weighting = _weighting(spectrum.block, spectrum.sample_rate)
    per_hop = np.einsum("cbk,k->b", spectrum.power, weighting)  # no BLAS: its sums differ from CPU to CPU
    hops = max(hops_each, round(samples / spectrum.block))
    held = np.zeros(hops)
    held[: min(hops, len(per_hop))] = per_hop[:hops]
    sums = np.concatenate(([0.0], np.cumsum(held)))
    blocks: NDArray[np.float64] = np.maximum(sums[hops_each:] - sums[:-hops_each], 0.0)
    return blocks / hops_each


def _gated(blocks: NDArray[np.float64]) -> float:
    """BS.1770's two gates over the mean squares (summed over channels) of the blocks."""
    gate = _power(_ABSOLUTE_GATE_LUFS)
    loud = blocks[blocks > gate]
    if not len(loud):
        return max(FLOOR_DB, _lufs(float(blocks.max(initial=0.0))))
    gate = max(gate, float(loud.mean()) * 10 ** (_RELATIVE_GATE_LU / 10))
    return _lufs(float(blocks[blocks > gate].mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))


def _lufs(power: float) -> float:
    return _OFFSET_DB + 10 * math.log10(power) if power > 0 else FLOOR_DB
