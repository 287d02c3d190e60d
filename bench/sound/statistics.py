"""Confidence intervals. All are of 95 % and come out the same each time."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.959963984540054
_RESAMPLES = 2000


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval and how many values it stands on; NaN where there are none."""

    value: float
    low: float
    high: float
    count: int


def proportion(right: int, count: int) -> Estimate:
    """`right` of `count` with Wilson's score interval.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).

    Raises:
        ValueError: `right` is not within 0..count.
    """
    if not 0 <= right <= count:
        raise ValueError(f"{right} of {count} is no proportion")
    if not count:
        return Estimate(math.nan, math.nan, math.nan, 0)
    share, z2 = right / count, _Z**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half), count)


def bootstrapped(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], float], *, seed: int = 0
) -> Estimate:
    """`statistic` of `values` with the percentile interval of 2,000 seeded resamples."""
    sample = np.asarray(values, dtype=np.float64)
    if not sample.size:
        return Estimate(math.nan, math.nan, math.nan, 0)
    rng = np.random.default_rng(seed)
    drawn = [statistic(rng.choice(sample, sample.size)) for _ in range(_RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(statistic(sample)), float(low), float(high), int(sample.size))


def deviation(values: NDArray[np.float64]) -> float:
    """The standard deviation of a sample (n - 1); 0 of a single value."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def pooled_deviation(groups: Mapping[str, Sequence[float]], *, seed: int = 0) -> Estimate:
    """The deviation within groups, pooled over their degrees of freedom; each group is resampled by itself.

    A resample of n values spreads by (n - 1)/n less than they do, in squares; that is made good.
    """
    samples = [np.asarray(values, dtype=np.float64) for values in groups.values() if len(values) > 1]
    count = sum(map(len, samples))
    if not samples:
        return Estimate(math.nan, math.nan, math.nan, count)

    freedom = sum(len(one) - 1 for one in samples)
    squares = sum(float(((one - one.mean()) ** 2).sum()) for one in samples)
    rng = np.random.default_rng(seed)
    drawn = np.zeros(_RESAMPLES)
    for one in samples:
        again = one[rng.integers(0, len(one), (_RESAMPLES, len(one)))]
        drawn += again.var(axis=1, ddof=1) * len(one)
    low, high = np.percentile(np.sqrt(drawn / freedom), [2.5, 97.5])
    return Estimate(math.sqrt(squares / freedom), float(low), float(high), count)
