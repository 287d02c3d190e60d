"""Loudness in LUFS as ITU-R BS.1770-4 has it, on signals whose blocks can be worked out by hand."""

import numpy as np
import pytest
from known_signals import RATE, gain, sine, stereo

from engine.measure import loudness
from engine.measure.brief import loudest_of, measure_take
from engine.measure.spectrum import spectrum_of


def integrated(*parts: tuple[float, float], hz: float = 997.0, rate: int = RATE) -> float:
    """Loudness of a tone in both channels of (LUFS, seconds) each, one after the other."""
    signal = np.concatenate([gain(lufs) * sine(hz, length_s, rate) for lufs, length_s in parts])
    return loudness.loudness_lufs(spectrum_of(stereo(signal), rate), len(signal))


def momentary(*parts: tuple[float, float]) -> float:
    signal = np.concatenate([gain(lufs) * sine(1000, length_s) for lufs, length_s in parts])
    return loudness.loudest_lufs(spectrum_of(stereo(signal), RATE), len(signal))


SILENCE = -400.0


def test_the_filters_are_those_that_the_standard_prints_for_48_khz():
    shelf, highpass = loudness._shelf(48_000), loudness._highpass(48_000)
    assert shelf[0] == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-9)
    assert shelf[1] == pytest.approx([1.0, -1.69065929318241, 0.73248077421585], abs=1e-9)
    assert highpass[0] == [1.0, -2.0, 1.0]
    assert highpass[1] == pytest.approx([1.0, -1.99004745483398, 0.99007225036621], abs=1e-9)


# What these filters give a full-scale sine in both channels, with the standard's -0.691.
@pytest.mark.parametrize(
    ("hz", "lufs"),
    [
        (20, -13.966), (30, -8.995), (40, -6.258), (60, -3.590), (100, -1.824), (200, -0.956), (500, -0.649),
        (1500, 1.345), (2000, 2.380), (4000, 3.277), (10_000, 3.351),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rate", [RATE, 48_000])
def test_a_full_scale_sine_is_weighted_as_the_standard_has_it(hz, lufs, rate):
    assert integrated((0.0, 1.0), hz=hz, rate=rate) == pytest.approx(lufs, abs=0.006)


@pytest.mark.parametrize("rate", [RATE, 48_000])
def test_997_hz_at_full_scale_in_one_channel_reads_minus_3_01(rate):
    left = sine(997, 3.0, rate)
    for audio in (stereo(left, 0.0 * left), stereo(0.0 * left, left)):
        found = loudness.loudness_lufs(spectrum_of(audio, rate), len(left))
        assert found == pytest.approx(-3.01, abs=0.02)


def test_the_highest_bin_counts_once():
    """It has no mirror image: +-1 at half the rate is 3 dB above a sine, in the shelf's +3.36 dB."""
    highest = np.tile([1.0, -1.0], RATE // 2)
    found = loudness.loudness_lufs(spectrum_of(stereo(highest), RATE), RATE)
    assert found == pytest.approx(3.01 + 3.356, abs=0.01)


def test_the_highest_bin_of_an_odd_block_has_a_mirror_image():
    assert integrated((0.0, 1.0), hz=11_020, rate=22_050) == pytest.approx(3.36, abs=0.05)


# Blocks of 400 ms: what is shorter is as loud as if silence followed; hops are counted to the nearest.
@pytest.mark.parametrize(
    ("length_s", "lufs"),
    [(0.1, -6.021), (0.2, -3.010), (0.3, -1.249), (0.4, 0.0), (0.44, 0.0), (0.46, -0.223), (0.5, 0.0), (3.0, 0.0)],
)
def test_a_sound_shorter_than_400_ms_is_as_loud_as_within_silence(length_s, lufs):
    assert integrated((0.0, length_s), hz=1000) == pytest.approx(lufs, abs=0.02)


# Blocks overlap by 75 %: of 3 s and 3 s, 27 blocks hold the first tone, 3 hold 1.5 of each in sum, 27 the second.
@pytest.mark.parametrize(
    ("second_lufs", "lufs"),
    [
        (-69.4, -66.665),  # the mean of all blocks
        (-70.6, -65.160),  # those of the second alone lie below the gate, the 3 that hold both do not
        (-90.0, -65.114),  # so does the one in between that holds a quarter of the first
    ],
)
def test_what_is_softer_than_minus_70_lufs_is_left_out(second_lufs, lufs):
    assert integrated((-65.0, 3.0), (second_lufs, 3.0), hz=1000) == pytest.approx(lufs, abs=0.02)


# The relative gate lies 10 LU below the mean of both, so at -32.75 here.
@pytest.mark.parametrize(("second_lufs", "lufs"), [(-32.2, -22.754), (-33.4, -20.213)])
def test_what_is_10_lu_softer_than_the_rest_is_left_out(second_lufs, lufs):
    assert integrated((-20.0, 3.0), (second_lufs, 3.0), hz=1000) == pytest.approx(lufs, abs=0.02)


@pytest.mark.parametrize("lufs", [-69.5, -70.5, -75.0, -119.0])
def test_a_sound_below_the_gate_is_as_loud_as_its_loudest_block(lufs):
    assert integrated((lufs, 1.0), hz=1000) == pytest.approx(lufs, abs=0.02)
    assert integrated((lufs, 0.4), (lufs - 20.0, 0.4), hz=1000) == pytest.approx(lufs, abs=0.3)


def test_zeros_read_minus_120():
    nothing = spectrum_of(stereo(np.zeros(RATE)), RATE)
    assert loudness.loudness_lufs(nothing, RATE) == -120.0
    assert loudness.loudest_lufs(nothing, RATE) == -120.0


@pytest.mark.parametrize("lufs", [SILENCE, -125.0])
def test_silence_and_what_is_softer_than_minus_120_read_minus_120(lufs):
    assert integrated((lufs, 1.0)) == -120.0
    assert momentary((lufs, 1.0)) == -120.0


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(0.0, 0.1)], -4.771),
        ([(0.0, 0.2)], -1.761),
        ([(0.0, 0.3)], 0.0),
        ([(0.0, 3.0)], 0.0),
        ([(-20.0, 0.5), (0.0, 0.3), (-20.0, 0.5)], 0.0),
        ([(-20.0, 0.5), (0.0, 0.2), (-20.0, 0.5)], -1.739),
        ([(0.0, 0.3), (-6.0, 1.0)], 0.0),
        ([(-75.0, 1.0)], -75.0),
    ],
)
def test_the_loudest_moment_lasts_300_ms_and_is_not_gated(parts, lufs):
    assert momentary(*parts) == pytest.approx(lufs, abs=0.02)


def test_the_loudest_moment_of_audio_with_samples_that_are_no_numbers():
    audio = stereo(gain(-12.345) * sine(1000, 0.6))
    assert loudest_of(audio, RATE) == pytest.approx(-12.338, abs=0.006)
    assert loudest_of(audio, RATE) == round(loudest_of(audio, RATE), 3)
    audio[1, 5] = np.nan
    assert loudest_of(audio, RATE) == pytest.approx(-12.338, abs=0.006)


def test_a_take_and_its_loudest_moment_are_heard_to_their_end():
    """A sine of full scale on both sides has 0 LUFS; what begins after 600 ms of silence has it as well."""
    late = stereo(np.concatenate([np.zeros(round(0.6 * RATE)), sine(1000, 0.6)]))
    told = measure_take(late, RATE)
    assert loudest_of(late, RATE) == told["loudest_lufs"] == pytest.approx(0.0, abs=0.02)
    # Six blocks of 400 ms hold a quarter, a half, three quarters of it, and three times all: 4.5 / 6, -1.25 dB.
    assert told["loudness_lufs"] == pytest.approx(-1.25, abs=0.02)
    assert loudest_of(late, RATE) == pytest.approx(momentary((0.0, 0.6)), abs=0.001)
