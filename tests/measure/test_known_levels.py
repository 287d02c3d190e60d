"""Peak, offset, what is lost in mono and below 150 Hz, and the centroid, in figures worked out by hand."""

import numpy as np
import pytest
from known_signals import RATE, gain, mid_side, noise, sine, stereo

from engine.measure.level import amplitude_db, dc, decibels, low_band_mono_loss_db, mono_loss_and_width, peak
from engine.measure.spectrum import centroid_hz, hann, spectrum_of


@pytest.mark.parametrize(
    ("ratio", "of_powers", "of_amplitudes"),
    [
        (1.0, 0.0, 0.0),
        (2.0, 3.0103, 6.0206),
        (0.001, -30.0, -60.0),
        (1.1e-6, -59.586, -119.172),
        (0.9e-6, -60.458, -120.0),
        (1.1e-12, -119.586, -120.0),
        (0.9e-12, -120.0, -120.0),
        (0.0, -120.0, -120.0),
        (-1.0, -120.0, -120.0),
    ],
)
def test_decibels_of_powers_and_of_amplitudes_end_at_minus_120(ratio, of_powers, of_amplitudes):
    assert decibels(ratio) == pytest.approx(of_powers, abs=0.001)
    assert amplitude_db(ratio) == pytest.approx(of_amplitudes, abs=0.001)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([0.1, 0.75, -0.2], [0.0, 0.0, 0.5], 0.75),
        ([0.1, -0.75, 0.2], [0.0, 0.0, 0.5], 0.75),
        ([0.0, 0.0, 0.5], [0.1, 0.75, -0.2], 0.75),
        ([0.0, 0.0, 0.5], [0.1, -0.75, 0.2], 0.75),
        ([0.3, 0.3], [0.2, 0.2], 0.3),
        ([-0.3, -0.3], [-0.2, -0.2], 0.3),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([], [], 0.0),
    ],
)
def test_the_peak_is_the_largest_sample_of_either_channel_and_sign(left, right, expected):
    assert peak(stereo(np.array(left), np.array(right))) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("left", "right", "expected"), [(0.04, 0.0, 0.04), (0.0, -0.04, 0.04), (-0.04, 0.03, 0.04), (0.0, 0.0, 0.0)]
)
def test_the_offset_is_that_of_the_channel_further_from_zero(left, right, expected):
    assert dc(stereo(sine(100) + left, sine(100) + right)) == pytest.approx(expected, abs=1e-5)


def test_the_offset_is_that_of_the_whole_length():
    assert dc(stereo(np.concatenate([np.full(100, 0.5), np.zeros(300)]))) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("side", "loss_db", "width"),
    [
        (0.0, 0.0, 0.0),
        (0.5, -0.969, 0.2),
        (0.7, -1.732, 0.3289),
        (0.8, -2.148, 0.3902),
        (1.0, -3.010, 0.5),
        (3.0, -10.0, 0.9),
    ],
)
def test_a_side_signal_of_known_share_is_what_mono_loses(side, loss_db, width):
    audio = mid_side(sine(200), side * sine(300))
    found_db, found_width = mono_loss_and_width(audio)
    assert found_db == pytest.approx(loss_db, abs=0.002)
    assert found_width == pytest.approx(width, abs=0.0002)


@pytest.mark.parametrize(
    ("left", "right", "loss_db", "width"),
    [(1.0, 0.0, -3.010, 0.5), (0.0, 1.0, -3.010, 0.5), (1.0, 0.5, -0.458, 0.1), (0.5, 1.0, -0.458, 0.1)],
)
def test_a_channel_that_is_softer_than_the_other_makes_a_side_signal(left, right, loss_db, width):
    found_db, found_width = mono_loss_and_width(stereo(left * sine(200), right * sine(200)))
    assert found_db == pytest.approx(loss_db, abs=0.002)
    assert found_width == pytest.approx(width, abs=0.0002)


def test_silence_is_mono_and_opposite_channels_are_lost():
    assert mono_loss_and_width(stereo(np.zeros(100))) == (0.0, 0.0)
    assert mono_loss_and_width(stereo(sine(200), -sine(200))) == (-120.0, 1.0)


def test_channels_that_differ_in_their_last_bit_lose_nothing_and_gain_nothing():
    audio = np.array([[1.0] * 9, [1.0 - 2.0**-24] * 9], np.float32)
    assert mono_loss_and_width(audio) == (0.0, 0.0)
    audio = np.tile(np.array([[1.0], [1.0 - 2.0**-24]], np.float32), 4410) * sine(100, 0.1).astype(np.float32)
    assert low_band_mono_loss_db(spectrum_of(audio, RATE)) == pytest.approx(0.0, abs=1e-6)
    assert low_band_mono_loss_db(spectrum_of(audio, RATE)) <= 0.0


# A side signal beside a mid signal of the same level at 60 Hz: the whole of it counts up to 140 Hz, 5/6 at 150 Hz,
# of 160 Hz the sixth that lies beside its bin, and nothing from 170 Hz on.
@pytest.mark.parametrize(
    ("side_hz", "loss_db"),
    [(40, -3.010), (130, -3.010), (140, -3.010), (150, -2.632), (160, -0.669), (170, 0.0), (180, 0.0), (1000, 0.0)],
)
@pytest.mark.parametrize("rate", [RATE, 48_000])
def test_the_low_band_ends_at_150_hz(side_hz, loss_db, rate):
    audio = mid_side(sine(60, rate=rate), sine(side_hz, rate=rate))
    assert low_band_mono_loss_db(spectrum_of(audio, rate)) == pytest.approx(loss_db, abs=0.003)


@pytest.mark.parametrize(("side", "loss_db"), [(0.0, 0.0), (0.5, -0.969), (0.8, -2.148), (2.0, -6.990)])
def test_the_low_band_loses_what_its_own_side_signal_holds(side, loss_db):
    audio = mid_side(sine(60) + sine(1000), side * sine(100) + sine(2000))
    assert low_band_mono_loss_db(spectrum_of(audio, RATE)) == pytest.approx(loss_db, abs=0.003)


@pytest.mark.parametrize("side", [False, True])
@pytest.mark.parametrize(("share", "counts"), [(0.0095, False), (0.0105, True)])
def test_a_low_band_of_less_than_a_hundredth_of_the_energy_does_not_count(share, counts, side):
    tone = np.sqrt(1.0 - share) * sine(1000)
    rumble = np.sqrt(share) * sine(60)
    audio = mid_side(tone, rumble) if side else mid_side(tone + rumble, 0.0 * tone)
    found = low_band_mono_loss_db(spectrum_of(audio, RATE))
    assert (found is not None) == counts
    assert found in (None, pytest.approx(-120.0 if side else 0.0, abs=0.001))


def test_the_low_band_of_silence_does_not_count():
    assert low_band_mono_loss_db(spectrum_of(stereo(np.zeros(RATE)), RATE)) is None


def test_a_hann_window_leaves_two_thirds_in_the_bin_and_a_sixth_beside_it():
    bins = hann(spectrum_of(stereo(sine(1000, 0.1)), RATE).bins)[0, 0]
    energy = np.abs(bins) ** 2 / np.sum(np.abs(bins) ** 2)
    assert energy[98:101] == pytest.approx([1 / 6, 4 / 6, 1 / 6], abs=1e-4)  # the first of them is bin 1, 10 Hz


def test_a_block_is_windowed_as_if_its_samples_had_been_multiplied_by_a_hann_window():
    block = noise(0.1)
    window = np.sin(np.pi * np.arange(4410) / 4410) ** 2
    expected = np.fft.rfft(block * window)[1:-1]
    assert np.abs(hann(spectrum_of(stereo(block), RATE).bins)[1, 0] - expected).max() < 1e-3


@pytest.mark.parametrize(("length_s", "blocks"), [(0.05, 1), (0.1, 1), (0.11, 2), (0.3, 3), (1.0, 10)])
def test_blocks_of_100_ms_are_filled_up_with_silence(length_s, blocks):
    spectrum = spectrum_of(stereo(np.ones(round(length_s * RATE))), RATE)
    assert spectrum.bins.shape == (2, blocks, 2206)
    assert spectrum.bin_hz == pytest.approx(10.0)
    last = length_s - 0.1 * (blocks - 1)
    assert spectrum.bins[0, -1, 0].real == pytest.approx(last * RATE, rel=1e-4)


def test_the_power_of_a_block_holds_both_parts_of_a_bin():
    wave = sine(1000, 0.1) * 3.0 + np.cos(2 * np.pi * 1000 * np.arange(4410) / RATE) * 4.0
    power = spectrum_of(stereo(wave), RATE).power
    assert power[0, 0, 100] == pytest.approx((5.0 * 4410 / 2) ** 2, rel=1e-4)


@pytest.mark.parametrize(
    ("signal", "expected_hz"),
    [
        (sine(500), 500.0),
        (sine(500) + 0.5 * sine(2000), 1000.0),
        (sine(100) + sine(200) + sine(900), 400.0),
        (0.01 * sine(5000), 5000.0),
        (sine(500) + gain(-58) * sine(5000), 502.83),
        (sine(500) + gain(-62) * sine(5000), 500.0),
    ],
    ids=["one", "two", "three", "soft", "at -58 dB", "at -62 dB"],
)
def test_the_centroid_is_the_mean_frequency_by_amplitude_of_what_stands_less_than_60_db_below(signal, expected_hz):
    assert centroid_hz(spectrum_of(stereo(signal), RATE)) == pytest.approx(expected_hz, abs=0.1)


def test_the_centroid_of_silence_is_zero():
    assert centroid_hz(spectrum_of(stereo(np.zeros(RATE)), RATE)) == 0.0


def test_the_centroid_is_that_of_the_louder_channel():
    assert centroid_hz(spectrum_of(stereo(sine(500), 2 * sine(3000)), RATE)) == pytest.approx(3000.0, abs=0.1)
    assert centroid_hz(spectrum_of(stereo(2 * sine(500), sine(3000)), RATE)) == pytest.approx(500.0, abs=0.1)


def test_the_centroid_is_that_of_all_blocks():
    both = np.concatenate([sine(1000, 0.5), sine(3000, 0.5)])
    assert centroid_hz(spectrum_of(stereo(both), RATE)) == pytest.approx(2000.0, abs=0.1)


def test_the_centroid_of_white_noise_lies_in_the_middle():
    assert centroid_hz(spectrum_of(stereo(noise(3.0)), RATE)) == pytest.approx(11_025.0, rel=0.01)
