"""All figures of a note, of a take and of a preset: where each comes from, and to how many places it is told."""

import numpy as np
import pytest
from known_signals import RATE, gain, mid_side, noise, seconds, sine, stereo

from engine.measure.brief import measure_take
from engine.measure.note import finite, measure_note
from engine.measure.overall import combine, summarise
from schemas.measurements import NoteMeasurements, TakeMeasurements


def told() -> np.ndarray:
    """100 Hz: mid of 0.2 and side of 0.1 a quarter of a period apart, 25 dB down after 1 s, with an offset."""
    level = np.where(seconds(3.0) < 1.0, 1.0, gain(-25.0))
    cosine = np.cos(2 * np.pi * 100.0 * seconds(3.0))
    return mid_side(0.2 * sine(100.0, 3.0) * level + 0.001, 0.1 * cosine * level)


NOTE = {
    "note": (43, 0),
    "velocity": (0.7, 0),
    "hold_s": (1.0, 0),
    "render_s": (3.0, 0),
    "nonfinite_samples": (0, 0),
    "peak": (0.22461, 0.0001),  # sqrt(0.2^2 + 0.1^2) + 0.001
    "peak_dbfs": (-12.972, 0.005),
    "loudness_lufs": (-15.54, 0.03),  # -13.01, -1.82 of K, and 8.5 of 10 blocks
    "mono_loss_db": (-0.969, 0.003),
    "low_band_mono_loss_db": (-0.969, 0.003),
    "dc": (0.001, 0.00001),
    "stuck_db": (-25.0, 0.08),
    "click_db": (27.04, 0.05),  # a step of 0.101 beside 2 % of the peak
    "attack_s": (0.0, 0),
    "pitch_hz": (100.0, 0.01),
    "pitch_cents_off": (35.0, 0.1),  # of G2, 98.00 Hz
    "centroid_hz": (99.65, 0.1),  # the offset leaks into the lowest bin, 10 Hz
    "width": (0.2, 0.0005),
}


def test_every_figure_of_a_note_is_told():
    figures = measure_note(told(), RATE, note=43, velocity=0.7, hold_s=1.0)
    assert figures.keys() == NOTE.keys() == NoteMeasurements.model_fields.keys() - {"condition"}
    for name, (value, tolerance) in NOTE.items():
        assert figures[name] == pytest.approx(value, abs=tolerance + 1e-9), name


def test_a_take_tells_of_each_worst_case_what_a_note_does():
    figures = measure_take(told()[:, : round(0.3 * RATE)], RATE)
    expected = {
        "nonfinite_samples": 0,
        "peak": pytest.approx(0.2246, abs=0.0001),
        "loudness_lufs": pytest.approx(-16.083, abs=0.01),  # 300 ms of a block of 400 ms
        "loudest_lufs": pytest.approx(-14.834, abs=0.01),
        "mono_loss_db": pytest.approx(-0.969, abs=0.003),
        "low_band_mono_loss_db": pytest.approx(-0.969, abs=0.003),
    }
    assert figures == expected


def test_a_take_whose_low_band_holds_next_to_nothing_has_no_figure_of_it():
    assert measure_take(stereo(sine(1000, 0.3)), RATE)["low_band_mono_loss_db"] is None
    assert measure_take(mid_side(sine(60, 0.3), sine(130, 0.3)), RATE)["low_band_mono_loss_db"] < -2.9
    assert measure_take(mid_side(sine(60, 0.3), sine(170, 0.3)), RATE)["low_band_mono_loss_db"] > -0.1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_take_counts_samples_that_are_not_numbers_and_measures_them_as_silence(bad):
    audio = stereo(0.5 * sine(441, 0.3))
    audio[1, 1000:1007] = bad
    figures = measure_take(audio, RATE)
    assert figures["nonfinite_samples"] == 7
    assert figures["peak"] == pytest.approx(0.5, abs=1e-4)
    assert figures["loudness_lufs"] == pytest.approx(-7.93, abs=0.03)


def places(value: float) -> int:
    """Digits behind the point that a figure is told with."""
    return len(f"{value:.9f}".rstrip("0").partition(".")[2])


# Figures of a noise have all the digits that are left to them; the seed is one at which none ends in a zero.
NOTE_PLACES = {
    "peak": 6, "peak_dbfs": 3, "loudness_lufs": 3, "mono_loss_db": 3, "dc": 6, "stuck_db": 3, "click_db": 3,
    "centroid_hz": 2, "width": 6,
}  # fmt: skip
TAKE_PLACES = {"peak": 6, "loudness_lufs": 3, "loudest_lufs": 3, "mono_loss_db": 3}


def hiss(length_s: float = 2.0) -> np.ndarray:
    return stereo(0.1 * noise(length_s, 1), 0.1 * noise(length_s, 2))


def dying(length_s: float = 2.0) -> np.ndarray:
    """Loud for 0.9 s, then 31 dB softer."""
    return np.where(seconds(length_s) < 0.9, 1.0, gain(-31.0)).astype(np.float32)


def test_figures_are_rounded_where_they_are_made():
    figures = measure_note(hiss() * dying(), RATE, note=60, velocity=0.8, hold_s=0.9)
    brief = measure_take(hiss(0.3), RATE)
    assert {name: places(figures[name]) for name in NOTE_PLACES} == NOTE_PLACES
    assert {name: places(brief[name]) for name in TAKE_PLACES} == TAKE_PLACES


def test_low_bands_times_and_pitches_are_rounded_where_they_are_made():
    tone = mid_side(sine(123.4567, 2.0), 0.3 * sine(61.2345, 2.0)) * np.float32(0.3)
    figures = measure_note(tone, RATE, note=60, velocity=0.8, hold_s=1.5)
    found = {name: places(figures[name]) for name in ("low_band_mono_loss_db", "pitch_hz", "pitch_cents_off")}
    assert found == {"low_band_mono_loss_db": 3, "pitch_hz": 2, "pitch_cents_off": 1}
    ramp = stereo(sine(1000, 2.0) * np.minimum(1.0, seconds(2.0) / 0.7))
    assert measure_note(ramp, RATE, note=60, velocity=0.8, hold_s=1.5)["attack_s"] == 0.63
    assert places(measure_take(tone, RATE)["low_band_mono_loss_db"]) == 3


@pytest.mark.parametrize("hz", [441.3, 443.7, 447.1])
def test_width_and_cents_of_other_sounds_are_rounded_as_well(hz):
    """A figure may end in a zero by chance; not three of them."""
    tone = mid_side(0.3 * sine(hz, 2.0), 0.1 * noise(2.0, round(hz)))
    figures = measure_note(tone, RATE, note=69, velocity=0.8, hold_s=1.5)
    assert places(figures["width"]) <= 6
    assert places(figures["pitch_cents_off"]) <= 1


def test_a_soft_note_has_a_pitch():
    figures = measure_note(stereo(0.01 * sine(440.0, 2.0)), RATE, note=69, velocity=0.8, hold_s=1.5)
    assert (figures["pitch_hz"], figures["pitch_cents_off"]) == (440.0, 0.0)


def test_silence_has_a_floor_for_every_level_and_no_pitch():
    figures = measure_note(stereo(np.zeros(3 * RATE)), RATE, note=60, velocity=0.8, hold_s=1.0)
    expected = {
        "note": 60, "velocity": 0.8, "hold_s": 1.0, "render_s": 3.0, "nonfinite_samples": 0, "peak": 0.0,
        "peak_dbfs": -120.0, "loudness_lufs": -120.0, "mono_loss_db": 0.0, "low_band_mono_loss_db": None, "dc": 0.0,
        "stuck_db": -120.0, "click_db": -120.0, "attack_s": 0.0, "pitch_hz": None, "pitch_cents_off": None,
        "centroid_hz": 0.0, "width": 0.0,
    }  # fmt: skip
    assert figures == expected


def test_audio_of_numbers_is_left_as_it_is():
    audio = stereo(np.array([0.5, -9_900.0, 9_900.0]))
    assert finite(audio)[0] is audio
    assert finite(audio)[1] == 0


def test_what_is_louder_than_80_dbfs_is_held_there():
    held, count = finite(stereo(np.array([0.5, -10_100.0, 10_100.0, 3e38])))
    assert held.dtype == np.float32
    assert held[0].tolist() == [0.5, -10_000.0, 10_000.0, 10_000.0]
    assert count == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_counted_and_measured_as_silence(bad):
    held, count = finite(stereo(np.array([0.5, bad, -20_000.0]), np.array([bad, 1.0, bad])))
    assert held.tolist() == [[0.5, 0.0, -10_000.0], [0.0, 1.0, 0.0]]
    assert count == 3


QUIET = {
    "note": 60, "velocity": 0.8, "hold_s": 1.0, "render_s": 3.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.021, "loudness_lufs": -20.0, "mono_loss_db": -0.5, "low_band_mono_loss_db": -0.2, "dc": 0.001,
    "stuck_db": -90.0, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": 261.63, "pitch_cents_off": 1.0,
    "centroid_hz": 900.0, "width": 0.1,
}  # fmt: skip
SHORT = {
    "condition": "velocity 1", "notes": (60,), "velocity": 1.0, "hold_s": 0.3, "render_s": 0.3,
    "nonfinite_samples": 0, "peak": 0.5, "loudness_lufs": -40.0, "level_lufs": -20.0, "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.2,
}  # fmt: skip


def note(**changes: object) -> NoteMeasurements:
    return NoteMeasurements.model_validate(QUIET | changes)


def take(**changes: object) -> TakeMeasurements:
    return TakeMeasurements.model_validate(SHORT | changes)


OVERALL_OF_ONE_NOTE = {
    "peak": 0.5, "peak_dbfs": -6.021, "loudness_lufs": -20.0, "quietest_lufs": -20.0, "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.2, "dc": 0.001, "stuck_db": -90.0, "click_db": -3.0, "pitch_cents_off": 1.0,
    "attack_s": 0.01, "centroid_hz": 900.0, "width": 0.1, "nonfinite_samples": 0,
}  # fmt: skip


def test_the_summary_of_one_note_is_that_note():
    assert combine([note()]).overall.model_dump() == OVERALL_OF_ONE_NOTE


# What of the second note and of a take goes into the summary, and what doesn't.
@pytest.mark.parametrize(
    ("of_the_note", "changes"),
    [
        ({"peak": 0.8}, {"peak": 0.8, "peak_dbfs": -1.938}),
        ({"peak": 0.3}, {}),
        ({"loudness_lufs": -23.0}, {"quietest_lufs": -23.0}),
        ({"loudness_lufs": -17.0}, {}),
        ({"mono_loss_db": -2.5}, {"mono_loss_db": -2.5}),
        ({"mono_loss_db": -0.1}, {}),
        ({"low_band_mono_loss_db": -1.5}, {"low_band_mono_loss_db": -1.5}),
        ({"low_band_mono_loss_db": None}, {}),
        ({"low_band_mono_loss_db": 0.0}, {}),
        ({"dc": 0.03}, {"dc": 0.03}),
        ({"dc": 0.0}, {}),
        ({"stuck_db": -30.0}, {"stuck_db": -30.0}),
        ({"stuck_db": None}, {}),
        ({"stuck_db": -100.0}, {}),
        ({"click_db": 21.0}, {"click_db": 21.0}),
        ({"click_db": -20.0}, {}),
        ({"pitch_cents_off": -40.0}, {"pitch_cents_off": -40.0}),
        ({"pitch_cents_off": 40.0}, {"pitch_cents_off": 40.0}),
        ({"pitch_cents_off": -0.5}, {}),
        ({"pitch_cents_off": None}, {}),
        ({"attack_s": 0.5, "centroid_hz": 5000.0, "width": 0.9}, {}),
        ({"nonfinite_samples": 3}, {"nonfinite_samples": 3}),
    ],
)
def test_the_summary_takes_the_worst_of_all_notes_and_describes_the_first(of_the_note, changes):
    found = combine([note(), note(**of_the_note)]).overall.model_dump()
    assert found == OVERALL_OF_ONE_NOTE | changes


@pytest.mark.parametrize(
    ("of_the_take", "changes"),
    [
        ({"peak": 0.8}, {"peak": 0.8, "peak_dbfs": -1.938}),
        ({"peak": 0.3}, {}),
        ({"loudness_lufs": -90.0, "level_lufs": -90.0}, {}),
        ({"loudness_lufs": -3.0, "level_lufs": -3.0}, {}),
        ({"mono_loss_db": -2.5}, {"mono_loss_db": -2.5}),
        ({"low_band_mono_loss_db": -1.5}, {"low_band_mono_loss_db": -1.5}),
        ({"low_band_mono_loss_db": None}, {}),
        ({"nonfinite_samples": 3}, {"nonfinite_samples": 3}),
    ],
)
def test_the_summary_takes_the_worst_of_all_takes(of_the_take, changes):
    found = combine([note()], [take(), take(**of_the_take)])
    assert found.overall.model_dump() == OVERALL_OF_ONE_NOTE | changes
    assert len(found.takes) == 2


def test_what_no_note_has_is_none_in_the_summary():
    nothing = note(low_band_mono_loss_db=None, stuck_db=None, pitch_cents_off=None)
    overall = combine([nothing, nothing]).overall
    assert (overall.low_band_mono_loss_db, overall.stuck_db, overall.pitch_cents_off) == (None, None, None)


def test_samples_that_are_not_numbers_are_added_up():
    found = combine([note(nonfinite_samples=1), note(nonfinite_samples=2)], [take(nonfinite_samples=4)])
    assert found.overall.nonfinite_samples == 7


def test_notes_and_takes_are_kept_in_their_order():
    found = summarise([QUIET, QUIET | {"note": 72}], [take(), take(condition="velocity 0.3")])
    assert [one.note for one in found.notes] == [60, 72]
    assert [one.condition for one in found.takes] == ["velocity 1", "velocity 0.3"]
