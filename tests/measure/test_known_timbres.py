"""Each figure of a timbre on tones whose figure can be worked out by hand.

Spectra come from Hann windows of 2,048 samples: a tone in the middle of bin k (of 21.53 Hz) has 2/3 of its energy
there and 1/6 in either bin beside it. Fine spectra come from windows of 8,192 samples, so from bins of 5.38 Hz.
"""

import numpy as np
import pytest
from known_signals import RATE, gain, mid_side, noise, seconds, sine, stereo

from engine.measure.timbre import SILENT, timbre


def tone(bin_number: float, length_s: float = 1.0) -> np.ndarray:
    """In the middle of a bin of 21.53 Hz."""
    return sine(bin_number * RATE / 2048, length_s)


def fine_tone(bin_number: float, length_s: float = 1.0) -> np.ndarray:
    """In the middle of a bin of 5.38 Hz."""
    return sine(bin_number * RATE / 8192, length_s)


def figure(axis: str, signal: np.ndarray, hold_s: float = 1.0) -> float:
    audio = signal.astype(np.float32) if signal.ndim == 2 else stereo(signal)
    return timbre(audio, RATE, hold_s=hold_s).figures()[axis]


@pytest.mark.parametrize(
    ("signal", "octaves"),
    [
        (tone(20), 2.11),  # 430.7 Hz
        (tone(400), 6.43),  # 8,613 Hz
        (tone(10) + 0.5 * tone(60), 2.52),  # (215.3 + 646.0) / 1.5
        (tone(20) + 0.01 * tone(900), 2.63),  # (20 + 9) / 1.01 bins
        (0.3 * tone(20) + gain(-58) * 0.3 * tone(900), 2.15),  # the middle of its three bins still counts
        (0.3 * tone(20) + gain(-62) * 0.3 * tone(900), 2.11),  # more than 60 dB below
    ],
)
def test_brightness_is_the_centroid_in_octaves_above_100_hz(signal, octaves):
    assert figure("brightness", signal) == pytest.approx(octaves, abs=0.015)


@pytest.mark.parametrize(
    ("bin_number", "warmth_db"),
    [(4, -60.0), (5, -10.79), (6, -3.80), (7, -3.01), (26, -3.01), (27, -3.80), (28, -10.79), (29, -60.0)],
)
def test_warmth_is_the_share_from_120_to_600_hz(bin_number, warmth_db):
    """Bins 6 to 27, beside a tone of 4.3 kHz."""
    assert figure("warmth", tone(bin_number) + tone(200)) == pytest.approx(warmth_db, abs=0.011)


# A linear rise over r reaches 50 % at r/2 and 90 % at 0.9 r, and 10 ms later on average over 25 ms.
@pytest.mark.parametrize(
    ("rise_s", "octaves"),
    [
        (0.0, 3.82),  # 10 and 20 ms
        (0.1, 6.28),  # 60 and 100 ms
        (0.4, 8.13),  # 210 and 370 ms
        (0.8, 9.12),  # 410 and 730 ms
    ],
)
def test_attack_is_the_mean_of_the_times_to_50_and_90_percent_in_octaves_above_1_ms(rise_s, octaves):
    rising = tone(47, 2.0) * np.minimum(1.0, seconds(2.0) / max(rise_s, 1e-9))
    assert figure("attack", rising, 2.0) == pytest.approx(octaves, abs=0.025)


@pytest.mark.parametrize(("start_s", "octaves"), [(0.1, 6.84), (0.5, 9.00)])
def test_what_begins_late_has_a_late_attack(start_s, octaves):
    assert figure("attack", tone(47) * (seconds(1.0) >= start_s)) == pytest.approx(octaves, abs=0.015)


def test_no_time_is_shorter_than_3_ms():
    burst = tone(47) * (np.arange(RATE) < 220)
    assert figure("attack", burst) == pytest.approx(1.58, abs=0.006)
    assert figure("length", burst) == pytest.approx(1.58, abs=0.006)


# 90 % of an exponential decay have passed after 2.303 time constants.
@pytest.mark.parametrize(("time_constant_s", "octaves"), [(0.05, 6.85), (0.2, 8.85), (0.5, 10.17)])
def test_length_is_when_90_percent_of_the_amplitude_have_passed_in_octaves_above_1_ms(time_constant_s, octaves):
    decaying = tone(47, 4.0) * np.exp(-seconds(4.0) / time_constant_s)
    assert figure("length", decaying) == pytest.approx(octaves, abs=0.025)


def test_the_length_of_a_steady_sound_is_nine_tenths_of_it():
    assert figure("length", tone(47)) == pytest.approx(9.81, abs=0.01)


def swinging(depth_db: float, hz: float, length_s: float = 2.0) -> np.ndarray:
    """A gain that swings by `depth_db` to either side."""
    return 10.0 ** (depth_db * np.cos(2 * np.pi * hz * seconds(length_s)) / 20.0)


# The root mean square of a swing is 0.707 of its depth, less what windows of 46 ms and pairs of them smooth. Its
# rate is the swing's in octaves above 0.1 Hz.
@pytest.mark.parametrize(
    ("depth_db", "hz", "movement_db", "rate"),
    [(6.0, 2.0, 4.11, 4.32), (6.0, 4.0, 3.97, 5.32), (3.0, 4.0, 1.98, 5.32), (3.0, 8.0, 1.68, 6.23)],
)
def test_movement_is_the_swing_of_a_band_and_rate_its_frequency(depth_db, hz, movement_db, rate):
    moving = tone(54, 2.0) * swinging(depth_db, hz)
    assert figure("movement", moving, 2.0) == pytest.approx(movement_db, abs=0.03)
    assert figure("rate", moving, 2.0) == pytest.approx(rate, abs=0.06)


# Bands weigh by what they stand above -40 dB: a steady one at 0 dB counts 40.
@pytest.mark.parametrize(
    ("level_db", "movement_db"),
    [
        (-20.0, 2.37),  # 20 of 60 parts: 4.11 * 0.577
        (-30.0, 1.84),  # 10 of 50
        (-50.0, 0.0),
    ],
)
def test_a_soft_band_moves_the_sound_less(level_db, movement_db):
    moving = tone(170, 2.0) + gain(level_db) * tone(54, 2.0) * swinging(6.0, 2.0)
    assert figure("movement", moving, 2.0) == pytest.approx(movement_db, abs=0.04)


@pytest.mark.parametrize("time_constant_s", [0.1, 0.5])
def test_a_decay_is_no_movement(time_constant_s):
    decaying = tone(54, 2.0) * np.exp(-seconds(2.0) / time_constant_s)
    assert figure("movement", decaying, 2.0) <= 0.02


def test_a_decay_that_slows_down_moves_little():
    """A parabola of 6 dB over the hold is 1.8 dB from its line, and nothing from itself."""
    bent = tone(54, 2.0) * 10.0 ** (6.0 * np.square(seconds(2.0) - 1.0) / 20.0)
    assert figure("movement", bent, 2.0) <= 0.05


def test_what_moves_after_the_hold_does_not_count():
    moving = tone(54, 3.0) * np.where(seconds(3.0) < 1.0, gain(6.0), swinging(6.0, 4.0, 3.0))
    assert figure("movement", moving, 0.95) <= 0.02
    assert figure("rate", moving, 0.95) == 0.0
    assert figure("movement", moving, 1.5) > 1.0


def test_what_moves_before_the_attack_is_over_does_not_count():
    """It swings up to 0.4 s, jumps up there, and stands still."""
    moving = tone(54, 2.0) * np.where(seconds(2.0) < 0.4, 0.2 * swinging(3.0, 10.0), 1.0)
    assert figure("movement", moving, 1.0) <= 0.02
    assert figure("movement", moving, 0.6) > 0.3  # half of the hold has passed before


def test_of_a_slow_attack_at_most_half_the_hold_is_left_out():
    """It swings from 0.5 to 1 s of a hold of 1 s, and is louder after it."""
    time = seconds(2.0)
    moving = tone(54, 2.0) * np.select([time < 0.5, time < 1.0], [0.5, 0.5 * swinging(3.0, 8.0)], 2.0)
    assert figure("movement", moving, 1.0) == pytest.approx(1.88, abs=0.03)


@pytest.mark.parametrize(
    ("side", "width_db"), [(0.5, -6.99), (1.0, -3.01), (3.0, -0.46), (0.012, -38.42), (0.009, -40.0), (0.0, -40.0)]
)
def test_width_is_the_share_of_the_side_signal(side, width_db):
    assert figure("width", mid_side(sine(200), side * sine(300))) == pytest.approx(width_db, abs=0.011)


def parts(*levels_and_lengths: tuple[float, float]) -> np.ndarray:
    return np.concatenate([gain(db) * sine(1000, length_s) for db, length_s in levels_and_lengths])


SILENCE = -400.0


@pytest.mark.parametrize(
    ("signal", "space_db"),
    [
        (parts((0, 1.0), (-20, 1.5)), -20.0),
        (parts((0, 1.045), (-30, 1.5)), -30.0),  # the first 50 ms after the hold don't count
        (parts((0, 1.1), (-30, 1.5)), -12.72),  # 10.6 of the 200 frames that do
        (parts((0, 1.0), (-30, 1.05), (0, 0.3)), -30.0),  # nor what comes after 1.05 s
        (parts((0, 1.0), (-30, 1.0), (0, 0.3)), -13.34),
        (parts((0, 0.05), (-30, 2.0)), -27.0),  # half of the loudest 100 ms
        (parts((0, 1.0), (-58, 1.1)), -58.0),
        (parts((0, 1.0), (-62, 1.1)), -60.0),
        (parts((0, 1.0), (SILENCE, 1.1)), -60.0),
        (parts((0, 1.0)), -60.0),
        (parts((0, 1.0), (-10, 0.2)), -10.0),  # what there is of it
    ],
)
def test_space_is_the_second_after_the_hold_against_the_loudest_100_ms(signal, space_db):
    assert figure("space", signal) == pytest.approx(space_db, abs=0.03)


# Of 25 third octaves from 40 Hz, 17 count: from bin 10 (215 Hz) to bin 475 (10.2 kHz). One tone fills one of them,
# the other 16 stand at -60 dB.
@pytest.mark.parametrize(
    ("bin_number", "grit_db"),
    [
        (None, -56.47),
        (430, -52.94),  # a second one is full
        (500, -56.47),
        (11, -49.92),  # at -0.8 and -7.8 dB in the first two
        (9, -53.40),  # at -7.8 dB in the first
        (8, -56.47),
        (47, -49.92),  # bins 46 and 47 | 48
        (48, -49.92),
        (50, -52.94),
    ],
)
def test_grit_is_how_full_the_third_octaves_are(bin_number, grit_db):
    second = 0.0 if bin_number is None else tone(bin_number)
    assert figure("grit", tone(21) + second) == pytest.approx(grit_db, abs=0.015)


@pytest.mark.parametrize(("level_db", "grit_db"), [(-58.0, -56.35), (-62.0, -56.47), (-17.0, -53.94)])
def test_a_third_octave_is_empty_60_db_below_the_fullest(level_db, grit_db):
    assert figure("grit", tone(21) + gain(level_db) * tone(430)) == pytest.approx(grit_db, abs=0.015)


def swell(length_s: float = 0.5) -> np.ndarray:
    """A gain that comes and goes as a Hann window does."""
    return np.sin(np.pi * seconds(length_s) / length_s) ** 2


# Two tones after each other: 16 bands at -60 dB, and one at the level of the second.
@pytest.mark.parametrize(
    ("level_db", "grit_db"),
    [
        (-20.0, -54.12),
        (-38.0, -55.25),  # of which the loudest frames count
        (-42.0, -56.47),
    ],
)
def test_frames_40_db_below_the_loudest_do_not_count(level_db, grit_db):
    signal = np.concatenate([tone(43, 0.5) * swell(), gain(level_db) * tone(134, 0.5) * swell()])
    assert figure("grit", signal) == pytest.approx(grit_db, abs=0.1)


# White noise: the sixth of 17 neighbours holds 6/17 of the mean, -4.5 dB, and its spectrum is flat.
def test_noise_is_what_lies_between_partials_and_how_flat_the_spectrum_is():
    assert figure("noise", noise(3.0)) == pytest.approx(-2.25, abs=0.04)
    assert figure("noise", stereo(noise(3.0, 1), noise(3.0, 2))) == pytest.approx(-1.41, abs=0.04)


def test_a_pure_tone_has_no_noise():
    """-60 dB between partials, and bins at -80 dB against one and two quarters of 3,342: -46.5 dB."""
    assert figure("noise", tone(20, 3.0)) == pytest.approx(-53.24, abs=0.03)


@pytest.mark.parametrize(("level_db", "noise_db"), [(-20.0, -18.59), (-40.0, -38.46)])
def test_noise_beside_a_tone_falls_with_its_level(level_db, noise_db):
    assert figure("noise", tone(20, 3.0) + gain(level_db) * noise(3.0)) == pytest.approx(noise_db, abs=0.1)


@pytest.mark.parametrize(("hz", "noise_db"), [(75.37, -11.50), (301.46, -20.3)])
def test_hiss_over_a_sub_counts_more_than_over_a_tone(hz, noise_db):
    """A first order below 300 Hz leaves 1/17 of the sub, and half of the tone."""
    assert figure("noise", 10.0 * sine(hz, 3.0) + np.sqrt(0.5) * noise(3.0)) == pytest.approx(noise_db, abs=0.1)


# 1 / (1 + (f / 160 Hz)^4) of the energy, over the three bins of a tone.
@pytest.mark.parametrize(
    ("bin_number", "weight_db"), [(3, -0.14), (5, -0.84), (7, -2.51), (8, -3.66), (10, -6.25), (20, -17.25)]
)
def test_weight_is_the_energy_below_a_soft_edge_at_160_hz(bin_number, weight_db):
    assert figure("weight", tone(bin_number)) == pytest.approx(weight_db, abs=0.011)


def test_an_offset_has_no_weight_but_for_what_leaks_into_the_next_bin():
    """An offset of 1 leaves a quarter of its energy there, beside 3/8 of a tone of amplitude 1."""
    assert figure("weight", 1.0 + tone(100)) == pytest.approx(-3.98, abs=0.011)


# A tone has 2/3, 1/6 and 1/6 of its energy in three bins: 1.25 bits. Each doubling of equal tones adds one.
@pytest.mark.parametrize(
    ("bins", "bits"),
    [
        ((100,), 1.25),
        ((100, 400), 2.25),
        (tuple(range(100, 260, 10)), 5.25),
        ((100, 3330), 2.25),  # 17.9 kHz
        ((100, 3360), 1.25),  # 18.1 kHz
    ],
)
def test_complexity_is_the_entropy_up_to_18_khz_in_bits(bins, bits):
    assert figure("complexity", sum(fine_tone(number) for number in bins)) == pytest.approx(bits, abs=0.015)


def test_the_complexity_of_white_noise_is_nearly_that_of_3342_equal_bins():
    assert figure("complexity", noise(3.0)) == pytest.approx(11.68, abs=0.02)


@pytest.mark.parametrize(("level_db", "noise_db"), [(-36.0, -38.76), (-44.0, -52.51)])
def test_long_frames_40_db_below_the_loudest_do_not_count(level_db, noise_db):
    hiss = gain(level_db) * np.sqrt(0.5) * noise(1.0) * swell(1.0)
    assert figure("noise", np.concatenate([fine_tone(80) * swell(1.0), hiss])) == pytest.approx(noise_db, abs=0.1)


# Of two equal tones: 50 (exp(-3.51 d) - exp(-5.75 d)), d = 0.24 (f2 - f1) / (0.0207 f1 + 18.96).
@pytest.mark.parametrize(
    ("low", "high", "amplitude", "points"),
    [
        (100, 106, 1.0, 8.88),  # 538.3 and 570.6 Hz: d = 0.2574
        (100, 106, 0.5, 7.10),  # as 0.5 is to 1.25
        (100, 112, 1.0, 5.61),
        (100, 200, 1.0, 0.0),
        (1000, 1010, 1.0, 7.03),  # 5,383 and 5,437 Hz: d = 0.0991
        (400, 420, 1.0, 7.17),  # 2,153 and 2,261 Hz: d = 0.4068
    ],
)
def test_tension_is_the_roughness_of_two_tones_after_plomp_and_levelt(low, high, amplitude, points):
    pair = fine_tone(low) + amplitude * fine_tone(high)
    assert figure("tension", pair) == pytest.approx(points, abs=0.03)


def test_a_glide_is_no_chord():
    """Between two tones that follow one another there is no roughness, but for the window that has both."""
    together = fine_tone(100) + fine_tone(106)
    after = np.concatenate([fine_tone(100), fine_tone(106)])
    assert figure("tension", after) < figure("tension", together) / 5


def test_the_peaks_of_a_noise_are_no_partials():
    assert figure("tension", noise(3.0)) < 1.0


@pytest.mark.parametrize(("others", "rough"), [(18, True), (19, False)])
def test_the_20_strongest_partials_count(others, rough):
    """Far apart, all but the last two, which are the softest: the second of them is the 20th or the 21st."""
    alone = sum(fine_tone(200 + 150 * number) for number in range(others))
    pair = 0.5 * fine_tone(100) + 0.4 * fine_tone(106)
    added = figure("tension", alone + pair) - figure("tension", alone + 0.5 * fine_tone(100))
    assert (added > 0.1) == rough


# Tones in the middle of third octaves: 452, 581, 732, 926, 1,163, 1,443 and 2,885 Hz.
MIDDLES = {10: 21, 11: 27, 12: 34, 13: 43, 14: 54, 15: 67, 18: 134}


def bands(**levels_db: float) -> np.ndarray:
    return sum(gain(level) * tone(MIDDLES[int(name.removeprefix("band_"))]) for name, level in levels_db.items())


# Bands without a tone stand at -50 dB. A tone alone: a third of 50 dB above them, and nothing at its sides.
@pytest.mark.parametrize(
    ("levels_db", "resonance_db"),
    [
        ({"band_12": 0.0}, 16.67),
        ({"band_12": -60.0}, 16.67),
        ({"band_12": 0.0, "band_18": 0.0}, 23.57),  # the root of two squares
        ({"band_12": 0.0, "band_18": -20.0}, 19.44),  # a third of 30 dB
        ({"band_12": 0.0, "band_18": -24.0}, 18.79),
        ({"band_12": 0.0, "band_18": -26.0}, 16.67),  # more than 25 dB below the fullest
        ({"band_10": 0.0, "band_15": 0.0}, 14.73),  # an eighth of 50 dB at each one's side
        ({"band_11": 0.0, "band_12": 0.0}, 47.14),  # two thirds of 50 dB each
        ({"band_11": 0.0, "band_12": 0.0, "band_13": 0.0, "band_14": 0.0}, 68.53),  # 20.83 and 43.75, twice
    ],
)
def test_resonance_is_how_far_three_bands_stand_above_four_on_either_side(levels_db, resonance_db):
    assert figure("resonance", bands(**levels_db)) == pytest.approx(resonance_db, abs=0.03)


def test_peaks_of_louder_moments_count_by_their_amplitude():
    """Two tones of 0.2 are 0.283 against 1."""
    late = 0.2 * bands(band_12=0.0, band_18=0.0)
    expected = (16.67 + 0.283 * 23.57) / 1.283
    assert figure("resonance", np.concatenate([tone(34), late])) == pytest.approx(expected, abs=0.15)


def low_passed(hz: float, cutoff_hz: float, quality: float) -> np.ndarray:
    """A saw through two poles."""
    found = np.zeros(len(seconds(2.0)))
    for number in range(1, int(16_000 / hz)):
        ratio = hz * number / cutoff_hz
        level = 1.0 / np.hypot(1.0 - ratio**2, ratio / quality)
        found += level / number * np.sin(2 * np.pi * hz * number * seconds(2.0) + number**2)
    return found


@pytest.mark.parametrize("cutoff_hz", [1000.0, 3000.0, 8000.0])
@pytest.mark.parametrize("hz", [55.0, 220.0])
def test_each_doubling_of_a_filters_quality_is_more_resonance(hz, cutoff_hz):
    found = [figure("resonance", low_passed(hz, cutoff_hz, quality)) for quality in (0.7, 1.4, 2.8, 5.6)]
    assert (np.diff(found) > (2.5 if hz < 100 else 0.4)).all()


def test_a_filter_that_closes_is_as_resonant_as_one_that_stands():
    """What sweeps is in no average of the whole note."""
    steps = [low_passed(55.0, cutoff_hz, 5.6)[: RATE // 4] for cutoff_hz in (8000.0, 4000.0, 2000.0, 1000.0)]
    plain = [low_passed(55.0, cutoff_hz, 0.7)[: RATE // 4] for cutoff_hz in (8000.0, 4000.0, 2000.0, 1000.0)]
    swept, dull = (figure("resonance", np.concatenate(parts)) for parts in (steps, plain))
    assert swept - dull > 10.0


FLOORS = {
    "brightness": 0.0, "warmth": -60.0, "attack": 0.0, "length": 0.0, "movement": 0.0, "rate": 0.0, "width": -40.0,
    "space": -60.0, "grit": -60.0, "noise": -60.0, "weight": -60.0, "complexity": 0.0, "tension": 0.0,
    "resonance": 0.0,
}  # fmt: skip


def test_silence_stands_at_the_floor_of_every_axis():
    assert SILENT.figures() == FLOORS
    assert timbre(stereo(np.zeros(RATE)), RATE, hold_s=0.5).figures() == FLOORS


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_single_sample_that_is_no_number_makes_it_silent(bad):
    audio = stereo(tone(20))
    audio[1, 500] = bad
    assert timbre(audio, RATE, hold_s=0.5) == SILENT


def test_what_lies_where_windows_have_their_edges_is_silent():
    edge = np.zeros(RATE)
    edge[0] = 1.0
    assert timbre(stereo(edge), RATE, hold_s=0.5) == SILENT


def test_figures_are_told_to_a_hundredth():
    figures = timbre(stereo(noise(2.0, 1), noise(2.0, 2)), RATE, hold_s=1.0).figures()
    assert all(round(value, 2) == value for value in figures.values())
    assert sum(round(value, 1) != value for value in figures.values()) >= 8
    assert str(timbre(stereo(tone(20)), RATE, hold_s=1.0).warmth) == "0.0"  # never -0.0


def test_sound_shorter_than_a_window_is_filled_up_with_silence():
    short = tone(20)[:1000] * np.hanning(1000)
    assert figure("brightness", short, 0.02) == pytest.approx(2.11, abs=0.1)
    assert figure("length", short, 0.02) == pytest.approx(3.9, abs=0.1)


def test_frames_reach_the_end_of_the_sound():
    """A tone in the last 2,048 of 3 * 1,024 samples is in the second of two frames, and only there whole."""
    late = np.concatenate([np.zeros(1024), tone(20)[:2048]])
    assert figure("brightness", late, 0.06) == pytest.approx(2.11, abs=0.12)
