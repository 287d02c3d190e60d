"""Measures on signals whose values are known or published; tolerances stand with each."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.measure import envelope, level, loudness, pitch
from engine.measure.note import measure_note
from engine.measure.overall import combine, summarise
from engine.measure.spectrum import centroid_hz, spectrum_of
from schemas.measurements import NoteMeasurements

RATE = 44_100


def seconds(length_s: float, rate: int = RATE) -> np.ndarray:
    return np.arange(round(length_s * rate)) / rate


def stereo(left: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    return np.stack([left, left if right is None else right]).astype(np.float32)


def sine(hz: float, length_s: float = 3.0, rate: int = RATE, phase: float = 0.0) -> np.ndarray:
    return np.sin(2 * np.pi * hz * seconds(length_s, rate) + phase)


def saw(hz: float, length_s: float = 1.2) -> np.ndarray:
    t = seconds(length_s)
    return sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, min(60, int(RATE / 2 / hz))))


def noise(length_s: float = 3.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=0.1, size=round(length_s * RATE))


def lufs(audio: np.ndarray, rate: int = RATE) -> float:
    return loudness.loudness_lufs(spectrum_of(audio, rate), audio.shape[1])


# Loudness. The first two rows are BS.1770's own calibration: a full-scale 997 Hz sine in one channel reads -3.01.
# The others are from EBU Tech 3341's minimum requirements (its tolerance of 0.1 LU): 1 kHz stereo, level in dBFS.
@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((997, 0.0, 5.0),), 0.0),
        (((1000, -23.0, 20.0),), -23.0),
        (((1000, -33.0, 20.0),), -33.0),
        (((1000, -36.0, 10.0), (1000, -23.0, 60.0), (1000, -36.0, 10.0)), -23.0),
        (((1000, -26.0, 20.0), (1000, -20.0, 20.1), (1000, -26.0, 20.0)), -23.0),
    ],
)
def test_loudness_of_published_signals(parts, expected, rate):
    signal = np.concatenate([10 ** (db / 20) * sine(hz, length, rate) for hz, db, length in parts])
    assert lufs(stereo(signal), rate) == pytest.approx(expected, abs=0.1)


def test_one_channel_is_3_db_softer_than_two():
    signal = sine(997, 5.0)
    assert lufs(stereo(signal, np.zeros_like(signal))) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_loudness_agrees_with_pyloudnorm(seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyloudnorm
    decay = np.exp(-seconds(3.0) * seed)
    audio = stereo(noise(seed=seed) * decay, noise(seed=seed + 9) * decay)
    reference = pyloudnorm.Meter(RATE).integrated_loudness(audio.T.astype(np.float64))
    assert lufs(audio) == pytest.approx(reference, abs=0.1)  # its filter at 44.1 kHz is off by up to 0.05 LU


def test_a_sound_shorter_than_a_block_is_as_loud_as_within_silence():
    hit = noise(0.2)
    padded = np.concatenate([hit, np.zeros(round(0.2 * RATE))])
    assert lufs(stereo(hit)) == pytest.approx(lufs(stereo(padded)), abs=0.01)


# Mono: with M = (L+R)/2, identical channels lose nothing, unrelated ones 3.01 dB, one silent channel 3.01 dB, and
# opposite ones everything.
@pytest.mark.parametrize(
    ("left", "right", "loss_db", "width"),
    [
        (sine(200), sine(200), 0.0, 0.0),
        (noise(seed=1), noise(seed=2), -3.01, 0.5),
        (sine(200), np.zeros(3 * RATE), -3.01, 0.5),
        (sine(200), sine(200, phase=np.pi / 2), -3.01, 0.5),
        (sine(200), -sine(200), -120.0, 1.0),
        (sine(200), sine(200, phase=2 * np.pi / 3), -6.02, 0.75),
        (np.zeros(RATE), np.zeros(RATE), 0.0, 0.0),
    ],
)
def test_mono_loss_and_width(left, right, loss_db, width):
    assert level.mono_loss_and_width(stereo(left, right)) == pytest.approx((loss_db, width), abs=0.06)


def test_low_band_mono_loss_hears_only_the_low_band():
    bass_apart = stereo(sine(60) + sine(1000), -sine(60) + sine(1000))
    treble_apart = stereo(sine(60) + sine(1000), sine(60) - sine(1000))
    assert level.low_band_mono_loss_db(spectrum_of(bass_apart, RATE)) < -20
    assert level.low_band_mono_loss_db(spectrum_of(treble_apart, RATE)) > -0.1
    assert level.low_band_mono_loss_db(spectrum_of(stereo(sine(1000) + 0.05 * sine(60)), RATE)) is None


def test_peak_and_dc():
    audio = stereo(0.5 * sine(100), 0.25 * sine(100) - 0.3)
    assert level.peak(audio) == pytest.approx(0.55, abs=1e-4)
    assert level.dc(audio) == pytest.approx(0.3, abs=1e-4)


@pytest.mark.parametrize("hz", [60.0, 440.0, 997.0, 8000.0])
def test_centroid_of_a_held_tone_is_its_frequency(hz):
    tone = sine(hz)
    tone[RATE:] = 0.0
    assert centroid_hz(spectrum_of(stereo(tone), RATE)) == pytest.approx(hz, rel=0.1, abs=20)


def test_centroid_rises_with_brightness():
    assert centroid_hz(spectrum_of(stereo(noise()), RATE)) == pytest.approx(RATE / 4, rel=0.02)
    assert centroid_hz(spectrum_of(stereo(np.zeros(RATE)), RATE)) == 0.0


@pytest.mark.parametrize("note", range(21, 109, 3))
@pytest.mark.parametrize("make", [sine, saw])
def test_pitch_of_a_tone_within_5_cents(note, make):
    off = 17.0
    hz = pitch.note_hz(note) * 2 ** (off / 1200)
    found = pitch.pitch_hz(stereo(make(hz, 1.2)), RATE, 1.0)
    assert found is not None
    assert pitch.cents_off(found, note) == pytest.approx(off, abs=5.0)


@pytest.mark.parametrize("note", [36, 48, 60, 72])
def test_pitch_of_a_detuned_pair_lies_between_its_voices(note):
    pair = saw(pitch.note_hz(note - 0.08)) + saw(pitch.note_hz(note + 0.08))
    found = pitch.pitch_hz(stereo(pair), RATE, 1.0)
    assert found is not None
    assert abs(pitch.cents_off(found, note)) < 12.0


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_pitch(seed):
    assert pitch.pitch_hz(stereo(noise(seed=seed), noise(seed=seed + 50)), RATE, 1.0) is None


def test_a_siren_or_a_short_hit_has_no_pitch():
    siren = np.sin(2 * np.pi * np.cumsum(np.geomspace(200, 2000, 3 * RATE)) / RATE)
    assert pitch.pitch_hz(stereo(siren), RATE, 3.0) is None
    assert pitch.pitch_hz(stereo(sine(440)), RATE, 0.1) is None


def clicks(signal: np.ndarray) -> float:
    return envelope.click_db(stereo(signal), RATE, float(np.abs(signal).max()))


def test_a_start_in_mid_swing_clicks():
    assert clicks(sine(60, 1.0, phase=np.pi / 2)) > 20.0
    assert clicks(sine(60, 1.0)) < 3.0


@pytest.mark.parametrize(
    "signal",
    [
        saw(110.0),
        noise(1.0),
        noise(1.0) * np.exp(-seconds(1.0) * 40),
        sine(60, 1.0, phase=np.pi / 2) * np.minimum(1, seconds(1.0) / 0.01),
        np.sin(2 * np.pi * np.cumsum(50 + 400 * np.exp(-seconds(1.0) * 60)) / RATE) * np.exp(-seconds(1.0) * 8),
    ],
    ids=["saw", "noise", "hi-hat", "faded in", "kick"],
)
def test_what_is_steep_by_nature_does_not_click(signal):
    assert clicks(signal) < 12.0


def stuck(gain: np.ndarray, hold_s: float = 1.0) -> float | None:
    audio = stereo(noise(len(gain) / RATE) * gain)
    return envelope.stuck_db(envelope.frame_power(audio, RATE), hold_s)


def released(seconds_per_60_db: float, length_s: float = 3.0) -> np.ndarray:
    t = seconds(length_s)
    return np.where(t < 1.0, 1.0, 10 ** (-3 * (t - 1.0) / seconds_per_60_db))


def test_a_note_that_goes_on_is_stuck():
    assert stuck(np.ones(11 * RATE)) == pytest.approx(0.0, abs=1.0)
    assert stuck(np.ones(3 * RATE)) is None


@pytest.mark.parametrize(("seconds_per_60_db", "level_db"), [(10.0, -54.3), (20.0, -27.2), (30.0, -18.1)])
def test_a_long_release_is_told_after_10_s(seconds_per_60_db, level_db):
    """In the loudest 100 ms of its last second."""
    assert stuck(released(seconds_per_60_db, 11.0)) == pytest.approx(level_db, abs=0.7)
    assert stuck(released(seconds_per_60_db, 3.0)) is None


def test_a_short_tail_says_nothing_about_hanging():
    assert stuck(released(1.0, 1.6)) is None


@pytest.mark.parametrize("rise_s", [0.0, 0.1, 0.5])
def test_attack_is_the_time_to_90_percent(rise_s):
    gain = np.minimum(1.0, seconds(2.0) / max(rise_s, 1e-9))
    power = envelope.frame_power(stereo(np.ones(2 * RATE) * gain), RATE)
    assert envelope.attack_s(power) == pytest.approx(0.9 * rise_s, abs=0.011)


def measured(audio: np.ndarray, note: int = 60) -> NoteMeasurements:
    return NoteMeasurements.model_validate(measure_note(audio, RATE, note=note, velocity=0.8, hold_s=1.0))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_counted_and_spoil_nothing(bad):
    audio = stereo(sine(440))
    audio[0, 100:103] = bad
    assert measured(audio).nonfinite_samples == 3
    assert measured(audio).loudness_lufs == pytest.approx(lufs(stereo(sine(440))), abs=0.05)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([0.0, 1e-30, 1e-6, 1.0, 2.1, 1e5, 3e38]), st.integers(1, 60_000), st.booleans())
def test_every_sound_has_finite_measurements(scale, length, silent_right):
    left = noise(2.0)[:length] * scale
    with np.errstate(over="ignore"):
        audio = stereo(left, np.zeros_like(left) if silent_right else left)
    result = NoteMeasurements.model_validate(
        measure_note(audio, RATE, note=60, velocity=0.8, hold_s=min(1.0, length / RATE))
    )
    assert "Infinity" not in result.model_dump_json()


def test_measuring_twice_gives_the_same_bits_and_leaves_the_audio_alone():
    audio = stereo(noise(seed=3), noise(seed=4))
    before = audio.copy()
    assert measured(audio) == measured(audio)
    assert np.array_equal(audio, before)


def test_the_summary_takes_the_worst_of_what_is_limited_and_the_centre_for_the_rest():
    centre = measured(stereo(0.2 * sine(440)), 69)
    loud = measured(stereo(0.9 * sine(450), 0.9 * sine(450, phase=1.0)), 69)
    overall = combine([centre, loud]).overall
    assert overall.peak == loud.peak
    assert overall.mono_loss_db == loud.mono_loss_db
    assert overall.loudness_lufs == overall.quietest_lufs == centre.loudness_lufs
    assert overall.pitch_cents_off == loud.pitch_cents_off
    assert overall.width == centre.width


def test_the_summary_of_figures_is_that_of_their_notes():
    figures = measure_note(stereo(sine(440)), RATE, note=69, velocity=0.8, hold_s=1.0)
    assert summarise([figures]).notes[0].pitch_hz == pytest.approx(440.0, abs=0.1)
