"""The measures that need numpy alone, held to signals whose order is known; the others by `--self-test`."""

from collections.abc import Callable

import numpy as np
import pytest

from bench.sound import measures
from bench.sound.clip import SAMPLE_RATE, Clip
from bench.sound.evaluators import AXES, EVALUATORS, Evaluator, of_axis
from bench.sound.features import description, distance_db, distances_db, picture
from bench.sound.known_answers import KnownAnswer, failures, known_answers
from bench.sound.levels import levels
from bench.sound.run import usable

OWN = [one for one in EVALUATORS if one.measure.__module__ == measures.__name__]
AWARE = [answer for answer in known_answers() if any(one.axis == answer.axis for one in OWN)]


@pytest.fixture(scope="module")
def answers() -> list[KnownAnswer]:
    return AWARE


@pytest.mark.parametrize("evaluator", OWN, ids=lambda one: one.name)
def test_orders_its_known_answers(evaluator: Evaluator, answers: list[KnownAnswer]) -> None:
    assert failures(evaluator, answers) == ()


@pytest.mark.parametrize("evaluator", OWN, ids=lambda one: one.name)
def test_turned_around_it_is_caught(evaluator: Evaluator, answers: list[KnownAnswer]) -> None:
    turned = Evaluator(evaluator.axis, evaluator.name, "", lambda clip: -evaluator.measure(clip))
    assert len(failures(turned, answers)) == sum(one.axis == evaluator.axis for one in answers)


def test_one_that_says_nothing_is_caught(answers: list[KnownAnswer]) -> None:
    assert failures(Evaluator("width", "nothing", "", lambda clip: 1.0), answers)


@pytest.mark.parametrize("axis", AXES)
def test_an_axis_has_two_evaluators_or_more(axis: str) -> None:
    assert len({one.name for one in of_axis(axis)}) >= 2


def test_an_axis_without_evaluator_is_an_error_that_names_it() -> None:
    wrong = {one.name: ["too bad"] * (one.axis == "tail") for one in EVALUATORS}
    with pytest.raises(ValueError, match="no evaluator of tail"):
        usable(wrong)


def test_one_that_fails_is_not_used() -> None:
    wrong = {one.name: ["too bad"] * (one.name == "tail to -40 dB") for one in EVALUATORS}
    assert [one.name for one in usable(wrong)["tail"]] == ["late energy"]


def note(shape: Callable[[np.ndarray], np.ndarray], *, gain: float = 0.5, hold_s: float = 1.0) -> Clip:
    time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    mono = gain * shape(time) * (time < hold_s)
    return Clip(np.stack([mono, mono]).astype(np.float32), hold_s)


def test_levels_of_a_sine_are_what_the_standard_says() -> None:
    """BS.1770: a 997 Hz sine of full scale in one channel reads -3.01 LKFS, so in both 0.0; here at -20 dB."""
    steady = note(lambda t: np.sin(2 * np.pi * 997 * t), gain=0.1, hold_s=3.0)
    found = levels(steady)
    assert found.loudness_lufs == pytest.approx(-20.0, abs=0.1)
    assert found.true_peak == pytest.approx(0.1, rel=0.01)
    assert found.mono_loss_db == pytest.approx(0.0, abs=1e-6)
    assert found.faults == ()


def test_a_peak_between_samples_clips() -> None:
    """A quarter of the sample rate, sampled at 45 degrees: no sample is above 0.74, the wave reaches 1.05."""
    between = note(lambda t: np.sin(2 * np.pi * SAMPLE_RATE / 4 * t + np.pi / 4), gain=1.05, hold_s=3.0)
    assert float(np.abs(between.audio).max()) < 0.75
    assert levels(between).faults == ("clipping",)


def test_opposite_channels_are_unsafe_and_silence_is_silent() -> None:
    sine = note(lambda t: np.sin(2 * np.pi * 440 * t), hold_s=3.0).audio
    opposite = Clip(sine * np.float32([[1], [-1]]), 1.0)
    assert levels(opposite).faults == ("mono-unsafe",)
    assert levels(Clip(np.zeros_like(sine), 1.0)).faults == ("silent",)
    assert Clip(np.zeros_like(sine), 1.0).silent


def test_unrelated_channels_lose_three_db() -> None:
    rng = np.random.default_rng(5)
    noise = Clip((0.1 * rng.standard_normal((2, 3 * SAMPLE_RATE))).astype(np.float32), 1.0)
    assert levels(noise).mono_loss_db == pytest.approx(3.01, abs=0.05)
    assert measures.decorrelation(noise) == pytest.approx(1.0, abs=0.02)


def test_likeness_ignores_level_and_hears_pitch() -> None:
    low = note(lambda t: np.sin(2 * np.pi * 220 * t))
    quiet = note(lambda t: np.sin(2 * np.pi * 220 * t), gain=0.05)
    high = note(lambda t: np.sin(2 * np.pi * 880 * t))
    assert distance_db(picture(low), picture(quiet)) < 0.1
    assert distance_db(picture(low), picture(high)) > 5.0
    assert picture(low).shape == (144,)
    assert np.isfinite(description(low)).all()


def test_all_distances_are_those_of_the_pairs() -> None:
    rows = np.random.default_rng(1).normal(size=(5, 7))
    expected = [distance_db(rows[a], rows[b]) for a in range(5) for b in range(a + 1, 5)]
    assert distances_db(rows) == pytest.approx(expected)
    assert len(distances_db(rows[:1])) == 0
