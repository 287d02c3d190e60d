"""What a page says of a preset: each word beside the figure at which it begins and ends."""

import pytest

from engine.bundle.words import clock, facts
from schemas.measurements import NoteMeasurements, OverallMeasurements

OVERALL = {
    "peak": 0.5, "peak_dbfs": -6.02, "loudness_lufs": -24.0, "quietest_lufs": -30.0, "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.4, "dc": 0.001, "stuck_db": None, "click_db": -3.0, "pitch_cents_off": 3.0,
    "attack_s": 0.01, "centroid_hz": 900.0, "width": 0.1, "nonfinite_samples": 0,
}  # fmt: skip
CENTRE = {
    "note": 48, "velocity": 0.8, "hold_s": 0.5, "render_s": 1.0, "nonfinite_samples": 0, "peak": 0.5,
    "peak_dbfs": -6.02, "loudness_lufs": -24.0, "mono_loss_db": -0.5, "low_band_mono_loss_db": None, "dc": 0.001,
    "stuck_db": None, "click_db": -3.0, "attack_s": 0.01, "pitch_hz": None, "pitch_cents_off": None,
    "centroid_hz": 900.0, "width": 0.1,
}  # fmt: skip


def told(label: str, **figures: object) -> tuple[str, str]:
    found = facts(OverallMeasurements(**OVERALL | figures), NoteMeasurements(**CENTRE))
    (one,) = [fact for fact in found if fact.label == label]
    return one.words, one.figure


def test_the_facts_come_in_this_order() -> None:
    found = facts(OverallMeasurements(**OVERALL), NoteMeasurements(**CENTRE))
    assert [one.label for one in found] == ["Loudness", "Tone", "Attack", "Stereo", "Low end", "Tuning"]


def test_levels_have_a_true_minus_and_a_decimal() -> None:
    assert told("Loudness", loudness_lufs=-18.04, peak_dbfs=-0.96) == ("−18.0 LUFS", "peak −1.0 dBFS")


@pytest.mark.parametrize(
    ("hertz", "words", "figure"),
    [
        (250.0, "deep", "250 Hz"), (251.0, "dark", "251 Hz"), (600.0, "dark", "600 Hz"), (601.0, "warm", "601 Hz"),
        (999.0, "warm", "999 Hz"), (1000.0, "warm", "1.0 kHz"), (1300.0, "warm", "1.3 kHz"),
        (1310.0, "balanced", "1.3 kHz"), (2600.0, "balanced", "2.6 kHz"), (2610.0, "bright", "2.6 kHz"),
        (5000.0, "bright", "5.0 kHz"), (5010.0, "airy", "5.0 kHz"),
    ],
)  # fmt: skip
def test_a_tone_has_the_word_of_its_centre(hertz: float, words: str, figure: str) -> None:
    assert told("Tone", centroid_hz=hertz) == (words, f"centred on {figure}")


@pytest.mark.parametrize(
    ("seconds", "words", "figure"),
    [
        (0.008, "immediate", "8 ms"), (0.009, "quick", "9 ms"), (0.03, "quick", "30 ms"), (0.031, "soft", "31 ms"),
        (0.15, "soft", "150 ms"), (0.151, "slow", "151 ms"), (0.999, "slow", "999 ms"), (1.0, "slow", "1.00 s"),
        (1.01, "a long swell", "1.01 s"),
    ],
)  # fmt: skip
def test_an_attack_has_the_word_of_its_length(seconds: float, words: str, figure: str) -> None:
    assert told("Attack", attack_s=seconds) == (words, figure)


@pytest.mark.parametrize(
    ("width", "words"),
    [(0.005, "mono"), (0.006, "narrow"), (0.06, "narrow"), (0.061, "wide"), (0.25, "wide"), (0.251, "very wide")],
)
def test_a_width_has_its_word(width: float, words: str) -> None:
    assert told("Stereo", width=width) == (words, "loses 0.5 dB in mono")


@pytest.mark.parametrize(
    ("loss_db", "figure"),
    [(0.0, "loses nothing in mono"), (-0.09, "loses nothing in mono"), (-0.1, "loses 0.1 dB in mono"),
     (-3.02, "loses 3.0 dB in mono")],
)  # fmt: skip
def test_a_loss_in_mono_is_told_from_a_tenth_of_a_db_on(loss_db: float, figure: str) -> None:
    assert told("Stereo", mono_loss_db=loss_db)[1] == figure


@pytest.mark.parametrize(
    ("loss_db", "words", "figure"),
    [(None, "none", "little below 150 Hz"), (-0.99, "centred", "loses 1.0 dB in mono"),
     (-1.0, "spread", "loses 1.0 dB in mono"), (-0.05, "centred", "loses nothing in mono")],
)  # fmt: skip
def test_a_low_end_is_centred_within_a_db(loss_db: float | None, words: str, figure: str) -> None:
    assert told("Low end", low_band_mono_loss_db=loss_db) == (words, figure)


@pytest.mark.parametrize(
    ("cents", "words", "figure"),
    [
        (None, "unpitched", "played at C3"), (0.2, "in tune", "played at C3, within 1 cents"),
        (14.9, "in tune", "played at C3, within 15 cents"), (-14.9, "in tune", "played at C3, within 15 cents"),
        (15.0, "15 cents sharp", "played at C3"), (-15.0, "15 cents flat", "played at C3"),
        (-40.4, "40 cents flat", "played at C3"),
    ],
)  # fmt: skip
def test_a_pitch_is_in_tune_below_15_cents(cents: float | None, words: str, figure: str) -> None:
    assert told("Tuning", pitch_cents_off=cents) == (words, figure)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.2, "0:01"), (3.4, "0:03"), (3.6, "0:04"), (59.6, "1:00"), (61, "1:01")]
)
def test_a_length_is_shown_in_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
