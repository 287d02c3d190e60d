"""How far two renders are apart, on tones of known level and band and on levels written down."""

import numpy as np
import pytest
from known_signals import RATE, gain, mid_side, noise, sine, stereo

from engine.measure.change import averaged, change_db, third_octave_levels_db

BANDS_AT_44_100 = 27
"""Of 30 third octaves from 25 Hz, the lowest three share a bin of 21.5 Hz, as do the next two."""


def levels(audio: np.ndarray) -> np.ndarray:
    return third_octave_levels_db(audio, RATE)


@pytest.mark.parametrize(("samples", "frames"), [(2047, 0), (2048, 1), (4095, 1), (4096, 2), (RATE, 21)])
def test_levels_have_a_row_for_mid_and_side_a_frame_of_2048_samples_and_a_band(samples, frames):
    assert levels(stereo(np.ones(samples))).shape == (2, frames, BANDS_AT_44_100)


# Tones in the middle of a bin of 21.5 Hz, on either side of the bands' edges: 50, 126, 200, 252, 1,008, 3,200,
# 10,159 and 20,319 Hz.
@pytest.mark.parametrize(
    ("bin_number", "band"),
    [
        (2, 0), (3, 1), (4, 2), (5, 3), (7, 4), (8, 5), (9, 5), (10, 6), (11, 6), (12, 7), (46, 12), (47, 13),
        (148, 17), (149, 18), (471, 22), (472, 23), (943, 25), (944, 26), (1000, 26),
    ],
)  # fmt: skip
def test_a_tone_stands_in_its_third_octave(bin_number, band):
    tone = sine(bin_number * RATE / 2048)
    assert int(levels(stereo(tone))[0, 5].argmax()) == band


# Two channels of amplitude 1 make a mid signal of 2, whose energy in a Hann window is 2048 * 767.6, so 61.97 dB.
@pytest.mark.parametrize(("mid", "side"), [(1.0, 0.1), (0.1, 1.0), (0.5, 0.25)])
def test_a_tone_has_its_level_in_mid_and_side(mid, side):
    tone = sine(42 * RATE / 2048)
    found = levels(mid_side(mid * tone, side * tone))[:, 3]
    assert found[0, 12] == pytest.approx(61.97 + 20 * np.log10(mid), abs=0.05)
    assert found[1, 12] == pytest.approx(61.97 + 20 * np.log10(side), abs=0.05)


def test_silence_stands_at_minus_120():
    assert levels(stereo(np.zeros(4096))) == pytest.approx(-120.0)


def test_frames_follow_one_another():
    audio = stereo(np.concatenate([noise(1.0)[:2048], np.zeros(2048), noise(1.0)[:2048]]))
    loud = levels(audio)[0].max(axis=1) > 0.0
    assert loud.tolist() == [True, False, True]


def made(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, 1, -1)


@pytest.mark.parametrize(
    ("first", "second", "expected_db"),
    [
        ((0.0, -30.0), (0.0, -30.0), 0.0),
        ((0.0, 0.0), (-5.0, -5.0), 5.0),
        ((0.0, -30.0), (0.0, -36.0), 3.46),  # 30 of 90 parts differ by 6
        ((0.0, -30.0), (0.0, -24.0), 3.67),  # 36 of 96
        ((0.0, -54.0), (0.0, -154.0), 1.81),  # 6 of 66 differ by the 6 that are above the floor
        ((0.0, -61.0), (0.0, -154.0), 0.0),
        ((40.0, -14.0), (40.0, -154.0), 1.81),
        ((40.0, 0.0), (0.0, 0.0), 34.64),  # the floor is 60 dB below the louder of both
    ],
)
def test_the_change_is_the_weighted_root_mean_square_of_what_is_heard(first, second, expected_db):
    assert change_db(made(*first), made(*second)) == pytest.approx(expected_db, abs=0.0051)
    assert change_db(made(*second), made(*first)) == pytest.approx(expected_db, abs=0.0051)


def test_a_change_of_level_in_every_band_is_that_of_the_sound():
    sound = stereo(noise())
    assert change_db(levels(sound), levels(gain(-7.0) * sound)) == pytest.approx(7.0, abs=0.01)


def test_a_change_is_told_to_a_hundredth():
    assert change_db(made(0.0, 0.0), made(-1.23456, -1.23456)) == 1.23


def test_the_long_term_level_is_the_mean_power_of_each_band():
    course = np.array([[[0.0, -10.0], [-20.0, -10.0]], [[-400.0, 3.0], [-400.0, 3.0]]], np.float32)
    found = averaged(course)
    assert found.shape == (2, 1, 2)
    assert found[:, 0].tolist() == [
        pytest.approx([-2.967, -10.0], abs=0.001),
        pytest.approx([-120.0, 3.0], abs=0.001),
    ]
