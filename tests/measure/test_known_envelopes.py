"""Clicks, attacks and hanging notes on steps and decays whose figures can be worked out by hand."""

import numpy as np
import pytest
from known_signals import RATE, staircase, stereo

from engine.measure.envelope import attack_s, click_db, frame_power, stuck_db


@pytest.mark.parametrize(
    ("samples", "frames"),
    [
        (100, 1),
        (441, 1),
        (2 * 441 + 255, 1),
        (2 * 441 + 256, 2),
        (3 * 441 + 255, 2),
        (3 * 441 + 256, 3),
        (RATE, 99),
    ],
)
def test_frames_last_10_ms_and_leave_the_last_256_samples_out(samples, frames):
    assert frame_power(stereo(np.full(samples, 0.5)), RATE) == pytest.approx([0.25] * frames)


def test_the_power_of_a_frame_is_the_mean_of_both_channels():
    left, right = np.repeat([1.0, 0.0, 0.0, 0.0], 441), np.repeat([0.0, 0.0, 3.0, 0.0], 441)
    assert frame_power(stereo(left, right), RATE) == pytest.approx([0.5, 0.0, 4.5])


def test_a_frame_at_another_rate_lasts_10_ms_as_well():
    assert frame_power(stereo(np.repeat([1.0, 2.0, 0.0], 480)), 48_000) == pytest.approx([1.0, 4.0])


@pytest.mark.parametrize(
    ("power", "expected_s"),
    [
        ([1.0, 0.5], 0.0),
        ([0.3, 0.79, 0.79, 0.83, 1.0], 0.03),
        ([0.3, 0.79, 0.79, 0.79, 1.0, 1.0], 0.04),
        ([0.3, 0.82, 1.0], 0.01),
        ([0.0, 0.0], 0.0),
        ([0.003, 0.0079, 0.0083, 0.01], 0.02),
    ],
)
def test_the_attack_ends_at_90_percent_of_the_loudest_amplitude(power, expected_s):
    assert attack_s(np.array(power)) == pytest.approx(expected_s)


def click(peak: float = 1.0, **steps: float) -> float:
    return click_db(stereo(staircase(10_000, **steps)), RATE, peak)


@pytest.mark.parametrize(
    ("steps", "expected_db"),
    [
        ({"at_0": 0.5, "at_1000": 0.25}, 6.021),
        ({"at_131": 0.5, "at_1000": 0.25}, 6.021),  # the last step of 3 ms
        ({"at_132": 0.5}, -120.0),  # the first one after
        ({"at_10": 0.5, "at_132": 0.25}, 6.021),
        ({"at_10": 0.5, "at_4409": 0.25}, 6.021),  # the last step of 100 ms
        ({"at_10": 0.5, "at_4410": 0.25}, 27.959),
        ({"at_10": -0.5, "at_1000": 0.25}, 6.021),
        ({"at_10": 0.5, "at_1000": -0.25}, 6.021),
        ({"at_10": 0.1, "at_1000": 0.5}, -13.979),
        ({"at_10": 0.5, "at_1000": 0.022}, 27.131),
        ({"at_10": 0.5, "at_1000": 0.018}, 27.959),  # 2 % of the peak is the least that counts
        ({"at_5": 0.2, "at_10": 0.5, "at_20": 0.3, "at_1000": 0.1, "at_2000": 0.25}, 6.021),
    ],
)
def test_a_click_is_a_step_of_the_first_3_ms_beside_those_up_to_100_ms(steps, expected_db):
    assert click(**steps) == pytest.approx(expected_db, abs=0.002)


def test_the_least_step_that_counts_grows_with_the_peak():
    assert click(peak=2.0, at_10=0.5) == pytest.approx(21.938, abs=0.002)


@pytest.mark.parametrize("swap", [False, True])
def test_a_click_in_one_channel_is_one(swap):
    left, right = staircase(5_000, at_10=0.5, at_900=0.05), staircase(5_000, at_10=0.1, at_900=0.125)
    audio = stereo(right, left) if swap else stereo(left, right)
    assert click_db(audio, RATE, 1.0) == pytest.approx(12.041, abs=0.002)


def test_silence_and_what_ends_within_3_ms_have_no_click():
    assert click(peak=0.0) == -120.0
    assert click_db(stereo(staircase(132, at_10=0.5)), RATE, 0.5) == -120.0
    assert click_db(stereo(staircase(133, at_10=0.5, at_132=0.25)), RATE, 0.5) == pytest.approx(6.021, abs=0.002)


def held(*tail: np.ndarray, held_frames: int = 100, power: float = 1.0) -> np.ndarray:
    """Frames of 10 ms of a note of 1 s, then its tail."""
    return power * np.concatenate([np.ones(held_frames), *tail])


def decay(db_per_s: float, frames: int = 200, start_db: float = 0.0) -> np.ndarray:
    return 10.0 ** ((start_db - db_per_s * (np.arange(frames) + 0.5) / 100) / 10)


# The last 200 ms of a tail of 2 s are 1.9 d down, and another 8 s take 8 d more.
@pytest.mark.parametrize(
    ("db_per_s", "expected_db"),
    [(0.0, 0.0), (1.0, -9.9), (2.0, -19.8), (3.0, -29.69), (6.0, -59.35), (12.0, -118.75), (12.5, -120.0)],
)
@pytest.mark.parametrize("power", [1.0, 1e-3, 7.0])
def test_a_decay_is_carried_on_to_10_s_after_note_off(db_per_s, expected_db, power):
    power_of_frames = held(decay(db_per_s), power=power)
    assert stuck_db(power_of_frames, 1.0) == pytest.approx(expected_db, abs=0.06)


@pytest.mark.parametrize(("frames", "expected_db"), [(100, -29.71), (101, -29.97), (300, -29.68), (1200, -35.7)])
def test_the_tail_may_be_of_any_length_from_a_second_on(frames, expected_db):
    assert stuck_db(held(decay(3.0, frames)), 1.0) == pytest.approx(expected_db, abs=0.06)


@pytest.mark.parametrize(
    ("db_per_s", "expected_db"),
    [(30.5, -120.0), (32.2, -60.84)],  # their last 200 ms stand at -57.6 and at -60.8
)
def test_a_tail_that_has_ended_counts_as_it_is(db_per_s, expected_db):
    assert stuck_db(held(decay(db_per_s)), 1.0) == pytest.approx(expected_db, abs=0.06)


def test_a_tail_that_grows_is_not_carried_on():
    growing = np.concatenate([np.full(100, 0.01), np.full(100, 0.1)])
    assert stuck_db(held(growing), 1.0) == pytest.approx(-10.0, abs=0.01)


def test_a_tail_that_falls_in_its_second_half_falls_on_by_the_difference_of_the_halves():
    falling = np.concatenate([np.full(100, 0.1), np.full(100, 0.05)])
    assert stuck_db(held(falling), 1.0) == pytest.approx(-13.01 - 8 * 3.01, abs=0.01)


def test_the_end_of_a_tail_is_its_last_200_ms():
    step = np.concatenate([np.full(180, 0.1), np.full(20, 0.02)])
    halves_db = 10 * np.log10((80 * 0.1 + 20 * 0.02) / 100 / 0.1)
    assert stuck_db(held(step), 1.0) == pytest.approx(-16.99 + 8 * halves_db, abs=0.01)
    longer = np.concatenate([np.full(179, 0.1), np.full(21, 0.02)])
    assert stuck_db(held(longer), 1.0) < stuck_db(held(step), 1.0)


def test_the_loudest_moment_lasts_100_ms():
    spike = held(np.full(200, 0.1))
    spike[43] = 11.0  # with nine frames of 1 the mean is 2
    assert stuck_db(spike, 1.0) == pytest.approx(-13.01, abs=0.01)


def test_the_loudest_moment_may_lie_in_the_tail():
    swelling = held(np.concatenate([np.full(100, 4.0), np.full(100, 0.4)]))
    assert stuck_db(swelling, 1.0) == pytest.approx(-10.0 - 8 * 10.0, abs=0.01)


def test_a_note_let_go_between_frames_has_its_tail_from_the_next_on():
    """Held for 0.995 s: the hundredth frame holds both the note and its tail."""
    assert stuck_db(held(np.full(200, 0.1)), 0.995) == pytest.approx(-10.0, abs=0.01)


@pytest.mark.parametrize(("tail_frames", "told"), [(97, False), (98, True), (100, True)])
def test_less_than_a_second_of_tail_but_for_the_renderers_fade_says_nothing(tail_frames, told):
    """A second of tail has 98 to 100 whole frames, since the last 256 samples are left out."""
    found = stuck_db(held(np.full(tail_frames, 0.1)), 1.0)
    assert (found is not None) == told
    assert found in (None, pytest.approx(-10.0, abs=0.01))


def test_silence_does_not_hang():
    assert stuck_db(np.zeros(300), 1.0) == -120.0
