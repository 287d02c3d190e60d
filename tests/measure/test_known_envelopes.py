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


# The tail's last second begins 1 s after note off in a tail of 2 s; its first 100 ms are 1.05 d down in the mean.
@pytest.mark.parametrize(("db_per_s", "expected_db"), [(23.0, -24.13), (30.0, -31.41), (60.0, -62.66)])
@pytest.mark.parametrize("power", [1.0, 1e-3, 7.0])
def test_a_tail_that_has_died_away_is_told_at_its_end(db_per_s, expected_db, power):
    assert stuck_db(held(decay(db_per_s), power=power), 1.0) == pytest.approx(expected_db, abs=0.06)


@pytest.mark.parametrize("db_per_s", [0.0, 3.0, 12.0, 22.5])
def test_a_short_tail_that_has_not_died_away_says_nothing_of_its_end(db_per_s):
    """However fast it falls: what it does after its end has not been heard."""
    assert stuck_db(held(decay(db_per_s)), 1.0) is None


@pytest.mark.parametrize(("db_per_s", "expected_db"), [(0.0, 0.0), (1.0, -9.03), (2.0, -18.06), (2.7, -24.38)])
@pytest.mark.parametrize("frames", [998, 1000])
def test_after_10_s_a_tail_is_told_as_it_is(db_per_s, expected_db, frames):
    assert stuck_db(held(decay(db_per_s, frames)), 1.0) == pytest.approx(expected_db, abs=0.08)


def test_a_tail_of_a_frame_less_than_10_s_is_too_short_to_hang():
    assert stuck_db(held(decay(1.0, 997)), 1.0) is None


def test_what_comes_later_than_10_s_after_note_off_is_not_listened_to():
    again = np.concatenate([decay(30.0, 1000), np.ones(300)])
    assert stuck_db(held(again), 1.0) < -120.0 + 1e-9


@pytest.mark.parametrize(("frames", "begins_s"), [(100, 0.5), (140, 0.7), (200, 1.0), (300, 2.0), (900, 8.0)])
def test_the_second_half_of_a_tail_is_listened_to_but_no_more_than_a_second(frames, begins_s):
    before, begins = np.full(frames, 1e-4), round(begins_s * 100)
    echo, late = before.copy(), before.copy()
    echo[begins - 10 : begins] = 0.5  # the last 100 ms that are passed over
    late[begins : begins + 10] = 0.001  # the first that are not
    assert stuck_db(held(echo), 1.0) == pytest.approx(-40.0, abs=0.01)
    assert stuck_db(held(late), 1.0) == pytest.approx(-30.0, abs=0.01)


def test_a_rest_between_two_echoes_is_no_end():
    echoes = np.tile(np.concatenate([np.full(20, 0.5), np.full(40, 1e-9)]), 4)[:200]
    assert stuck_db(held(echoes), 1.0) is None


def test_a_tail_that_grows_is_heard_on():
    growing = np.concatenate([np.full(100, 0.001), np.full(100, 0.1)])
    assert stuck_db(held(growing), 1.0) is None


def test_the_loudest_moment_lasts_100_ms():
    spike = held(np.full(200, 0.004))
    spike[43] = 11.0  # with nine frames of 1 the mean is 2
    assert stuck_db(spike, 1.0) == pytest.approx(-26.99, abs=0.01)


def test_the_loudest_moment_may_lie_in_the_tail():
    swelling = held(np.concatenate([np.full(100, 4.0), np.full(100, 0.01)]))
    assert stuck_db(swelling, 1.0) == pytest.approx(-26.02, abs=0.01)


def test_a_note_let_go_between_frames_has_its_tail_from_the_next_on():
    """Held for 0.995 s: the hundredth frame holds both the note and its tail."""
    assert stuck_db(held(np.full(98, 0.001)), 0.995) == pytest.approx(-30.0, abs=0.01)
    assert stuck_db(held(np.full(97, 0.001)), 0.995) is None


@pytest.mark.parametrize(("tail_frames", "told"), [(97, False), (98, True), (100, True)])
def test_less_than_a_second_of_tail_but_for_the_renderers_fade_says_nothing(tail_frames, told):
    """A second of tail has 98 to 100 whole frames, since the last 256 samples are left out."""
    found = stuck_db(held(np.full(tail_frames, 0.001)), 1.0)
    assert (found is not None) == told
    assert found in (None, pytest.approx(-30.0, abs=0.01))


@pytest.mark.parametrize(("level_db", "told"), [(-23.9, False), (-24.1, True)])
def test_a_tail_has_died_away_below_the_gates_limit(level_db, told):
    assert (stuck_db(held(np.full(200, 10 ** (level_db / 10))), 1.0) is not None) == told


def test_silence_does_not_hang():
    assert stuck_db(np.zeros(300), 1.0) == -120.0
