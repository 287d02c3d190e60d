"""Confidence intervals. All are of 95 % and come out the same each time."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

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
    interval = stats.binomtest(right, count).proportion_ci(method="wilson")
    return Estimate(right / count, float(interval.low), float(interval.high), count)


def bootstrapped(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], float], *, seed: int = 0
) -> Estimate:
    """`statistic` of `values` with the percentile interval of 2,000 seeded resamples."""
    sample = np.asarray(values, dtype=np.float64)
    if not sample.size:
        return Estimate(math.nan, math.nan, math.nan, 0)
    value = float(statistic(sample))
    low, high = _interval([sample], statistic, seed=seed) if sample.size > 1 else (value, value)
    return Estimate(value, low, high, int(sample.size))


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

    def spread(*again: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        spreads: NDArray[np.float64] = np.sqrt(
            sum(one.var(axis=axis, ddof=1) * one.shape[axis] for one in again) / freedom
        )
        return spreads

    low, high = _interval(samples, spread, seed=seed)
    return Estimate(math.sqrt(squares / freedom), low, high, count)


def _interval(
    samples: Sequence[NDArray[np.float64]], statistic: Callable[..., Any], *, seed: int
) -> tuple[float, float]:
    found = stats.bootstrap(
        samples, statistic, n_resamples=_RESAMPLES, method="percentile", rng=np.random.default_rng(seed)
    ).confidence_interval
    return float(found.low), float(found.high)
