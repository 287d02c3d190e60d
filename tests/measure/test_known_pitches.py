"""Pitch by YIN: exact on tones, and its limits beside the nearest sound that passes them."""

import numpy as np
import pytest
from known_signals import RATE, noise, seconds, sine, stereo

from engine.measure.pitch import cents_off, note_hz, pitch_hz

TIME = seconds(1.0)


def found_hz(signal: np.ndarray, hold_s: float = 1.0) -> float | None:
    return pitch_hz(stereo(signal), RATE, hold_s)


@pytest.mark.parametrize(
    ("note", "hz"), [(69, 440.0), (57, 220.0), (60, 261.6256), (21, 27.5), (108, 4186.009), (68.5, 427.4741)]
)
def test_a_note_has_its_frequency_in_equal_temperament(note, hz):
    assert note_hz(note) == pytest.approx(hz, rel=1e-6)


@pytest.mark.parametrize(
    ("hz", "note", "cents"),
    [
        (440.0, 69, 0.0),
        (220.0, 69, 0.0),
        (1760.0, 69, 0.0),
        (445.0, 69, 19.56),
        (435.0, 69, -19.79),
        (445.0, 57, 19.56),
        (217.5, 69, -19.79),
        (440.0 * 2 ** (590 / 1200), 69, 590.0),
        (440.0 * 2 ** (610 / 1200), 69, -590.0),
        (440.0 * 2 ** (-610 / 1200), 69, 590.0),
        (440.0, 70, -100.0),
    ],
)
def test_cents_are_counted_from_the_nearest_octave_of_the_note(hz, note, cents):
    assert cents_off(hz, note) == pytest.approx(cents, abs=0.01)


@pytest.mark.parametrize("hz", [20.5, 27.5, 41.3, 110.0, 261.63, 997.0, 2500.0, 4186.0, 5000.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_pitch_of_a_tone_is_told_to_a_tenth_of_a_cent(hz, seed):
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, 5)
    partials = [k for k in range(1, 6) if hz * k < 8000] if seed else [1]
    tone = sum(np.sin(2 * np.pi * hz * k * TIME + phases[k - 1]) / k for k in partials)
    assert 1200 * np.log2(found_hz(tone) / hz) == pytest.approx(0.0, abs=0.1)


def test_a_tone_lower_than_20_hz_has_none():
    assert found_hz(sine(20.1)) == pytest.approx(20.1, abs=0.01)
    assert found_hz(sine(19.9)) is None


def test_a_period_of_less_than_8_samples_is_heard_as_two():
    assert found_hz(sine(RATE / 8)) == pytest.approx(5512.5, abs=0.1)
    assert found_hz(sine(RATE / 7)) == pytest.approx(3150.0, abs=0.1)


# Beside a tone of 200 Hz and amplitude 1, one of 100 Hz and amplitude a leaves a dip of 2 a^2 / (1 + a^2) at 5 ms.
@pytest.mark.parametrize(("dip", "hz"), [(0.13, 200.0), (0.143, 200.0), (0.157, 100.0), (0.17, 100.0)])
@pytest.mark.parametrize("level", [1.0, 1e-5])
def test_an_octave_below_is_heard_from_a_dip_of_0_15_on_however_soft(dip, hz, level):
    amplitude = np.sqrt(dip / (2.0 - dip))
    tone = sine(200) + amplitude * np.sin(2 * np.pi * 100 * TIME + 0.3)
    assert found_hz(level * tone) == pytest.approx(hz, abs=0.01)


# Noise of variance n^2 beside a tone of variance 1/2 leaves a dip of n^2 / (1/2 + n^2).
@pytest.mark.parametrize(("dip", "told"), [(0.31, True), (0.33, True), (0.37, False), (0.40, False)])
@pytest.mark.parametrize("seed", [0, 1, 4])
def test_what_has_no_dip_of_0_35_is_noise(dip, told, seed):
    found = found_hz(sine(200) + np.sqrt(0.5 * dip / (1.0 - dip)) * noise(1.0, seed))
    assert (found is not None) == told
    assert found in (None, pytest.approx(200.0, abs=0.5))


# With noise as well, the dip at 5 ms may lie 0.05 above that at 10 ms and is still the tone's.
@pytest.mark.parametrize(("above", "hz"), [(0.035, 200.0), (0.065, 100.0)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_of_dips_that_differ_by_0_05_the_first_counts(above, hz, seed):
    octave, hiss = above / 2.0, 0.25  # energies, whose sum with the tone's is 1
    tone = 1.0 - octave - hiss
    signal = np.sqrt(2.0 * tone) * sine(200) + np.sqrt(2.0 * octave) * np.sin(2 * np.pi * 100 * TIME + 0.3)
    assert found_hz(signal + np.sqrt(hiss) * noise(1.0, seed)) == pytest.approx(hz, abs=1.0)


@pytest.mark.parametrize(
    ("hold_s", "told"),
    [(0.14, False), (0.149, False), (6614 / RATE, False), (6615 / RATE, True), (0.15, True), (0.2, True)],
)
def test_a_hold_of_less_than_150_ms_tells_no_pitch(hold_s, told):
    assert (found_hz(sine(440), hold_s) is not None) == told
    assert (found_hz(sine(440, hold_s), 1.0) is not None) == told


def test_what_follows_the_hold_is_not_heard():
    assert found_hz(np.concatenate([sine(440), sine(660)]), 1.0) == pytest.approx(440.0, abs=0.01)
    assert found_hz(np.concatenate([sine(440), sine(660)]), 2.0) is None  # nor agree the three places of both


def swept(cents: np.ndarray, hz: float = 220.0) -> np.ndarray:
    return np.sin(2 * np.pi * np.cumsum(hz * 2.0 ** (cents / 1200)) / RATE)


# Windows of 100 ms begin at 0.2125, 0.425 and 0.6375 s of a hold of 1 s, so a glide of 283 cents/s is 60 cents
# further from one to the next.
@pytest.mark.parametrize(("cents_per_s", "told"), [(276.0, True), (289.0, False)])
@pytest.mark.parametrize("jump", ["none", "after", "before"])
def test_two_windows_must_agree_within_60_cents(cents_per_s, told, jump):
    cents = cents_per_s * TIME
    if jump == "after":
        cents = np.where(TIME < 0.6, cents, cents + 700.0)
    if jump == "before":
        cents = np.where(TIME > 0.4, cents, cents - 700.0)
    assert (found_hz(swept(cents)) is not None) == told


@pytest.mark.parametrize("cents_per_s", [100.0, 150.0, -150.0])
def test_the_pitch_of_a_glide_is_that_of_its_middle(cents_per_s):
    """The window in the middle, 0.425 to 0.525 s, and the same a few periods later."""
    cents = 1200 * np.log2(found_hz(swept(cents_per_s * TIME)) / 220.0)
    assert cents == pytest.approx(cents_per_s * 0.4925, abs=abs(cents_per_s) * 0.005)


@pytest.mark.parametrize(("hz", "cents_per_s"), [(40.0, -100.0), (40.0, -200.0), (40.3, -60.0)])
def test_a_period_is_read_at_the_very_last_lag_too(hz, cents_per_s):
    """Twice the period of a falling tone lies at 2,205 samples, the last lag that there is, without a neighbour."""
    assert found_hz(swept(cents_per_s * (TIME - 0.5), hz)) == pytest.approx(hz, abs=0.05)


@pytest.mark.parametrize(
    ("tones", "told"),
    [
        ((1, 1, 1), True),
        ((1, 1, 0), True),
        ((1, 0, 1), True),
        ((0, 1, 1), True),
        ((1, 0, 0), False),
        ((0, 0, 1), False),
    ],
)
def test_two_windows_must_have_a_pitch(tones, told):
    windows = np.select([TIME < 0.4, TIME < 0.6], [tones[0], tones[1]], tones[2])
    found = found_hz(np.where(windows == 1, sine(330), noise(1.0)))
    assert (found is not None) == told
    assert found in (None, pytest.approx(330.0, abs=0.01))


def test_the_median_of_three_pitches_counts():
    cents = np.select([TIME < 0.4, TIME < 0.6], [50.0, 0.0], 20.0)
    assert 1200 * np.log2(found_hz(swept(cents)) / 220.0) == pytest.approx(20.0, abs=0.1)


def test_both_channels_are_heard():
    silent = np.zeros(RATE)
    assert pitch_hz(stereo(sine(330), silent), RATE, 1.0) == pytest.approx(330.0, abs=0.01)
    assert pitch_hz(stereo(silent, sine(330)), RATE, 1.0) == pytest.approx(330.0, abs=0.01)
    assert pitch_hz(stereo(sine(330), -sine(330)), RATE, 1.0) == pytest.approx(330.0, abs=0.01)


def test_silence_has_no_pitch():
    assert found_hz(np.zeros(RATE)) is None


def test_a_soft_tone_has_a_pitch():
    assert found_hz(1e-4 * sine(330)) == pytest.approx(330.0, abs=0.01)
