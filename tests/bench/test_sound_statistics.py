"""Intervals against published and exact values."""

import math

import numpy as np
import pytest

from bench.sound.statistics import bootstrapped, deviation, pooled_deviation, proportion


def test_wilson_against_a_published_value() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 gives 0.2553 to 0.3662."""
    found = proportion(81, 263)
    assert (found.value, found.count) == (81 / 263, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_wilson_at_its_ends() -> None:
    assert proportion(0, 20).low == 0.0
    assert proportion(20, 20).high == 1.0
    assert proportion(20, 20).low == pytest.approx(0.8389, abs=1e-4)
    assert math.isnan(proportion(0, 0).value)


def test_more_right_than_asked_is_an_error() -> None:
    with pytest.raises(ValueError, match="21 of 20"):
        proportion(21, 20)


def test_the_bootstrap_of_a_mean_is_near_the_normal_interval() -> None:
    values = np.random.default_rng(3).normal(10.0, 2.0, 400)
    found = bootstrapped(values, np.mean)
    half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
    assert found.low == pytest.approx(values.mean() - half, abs=0.03)
    assert found.high == pytest.approx(values.mean() + half, abs=0.03)
    assert bootstrapped(values, np.mean) == found


def test_what_was_never_measured_or_once_has_no_width() -> None:
    one = bootstrapped([3.0], np.mean)
    assert (one.value, one.low, one.high, one.count) == (3.0, 3.0, 3.0, 1)
    assert math.isnan(bootstrapped([], np.mean).value)


def test_pooled_deviation_leaves_out_what_lies_between_groups() -> None:
    found = pooled_deviation({"a": [0.0, 2.0], "b": [100.0, 102.0], "alone": [50.0]})
    assert found.value == pytest.approx(math.sqrt(2.0))
    assert found.count == 4
    assert math.isnan(pooled_deviation({"alone": [1.0]}).value)


def test_the_pooled_interval_lies_about_the_true_deviation() -> None:
    """Of 60 sets of seven groups of ten, 85 % or more hold it."""
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(60):
        groups = {name: list(rng.normal(5.0, 2.0, 10)) for name in "abcdefg"}
        found = pooled_deviation(groups)
        held += found.low <= 2.0 <= found.high
    assert held >= 51


def test_one_value_deviates_by_nothing() -> None:
    assert deviation(np.array([3.0])) == 0.0
    assert deviation(np.array([0.0, 2.0])) == pytest.approx(math.sqrt(2.0))
