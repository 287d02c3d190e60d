"""What README, decisions and schemas say of the measures, held against signals on either side of the figure."""

import re
from pathlib import Path

import numpy as np
import pytest
from known_signals import RATE, gain, mid_side, noise, seconds, sine, staircase, stereo

from engine.measure.brief import measure_take
from engine.measure.note import measure_note
from schemas.measurements import NoteMeasurements, TakeMeasurements

ROOT = Path(__file__).resolve().parents[2]


def text_of(page: str) -> str:
    """A page, or the description of a measurement's field, with single spaces."""
    if page.startswith("docs/") or page == "README.md":
        text = (ROOT / page).read_text("utf-8")
    else:
        model, _, field = page.partition(".")
        models = {"NoteMeasurements": NoteMeasurements, "TakeMeasurements": TakeMeasurements}
        text = str(models[model].model_fields[field].description)
    return re.sub(r"\s+", " ", text)


LIMITS, RENDERING = "docs/decisions/gate-limits.md", "docs/decisions/rendering.md"

# Page, sentence and figure. What each figure is held against stands in the tests below and beside them.
QUOTED = [
    ("README.md", r"mono-safe, broad band and below (\S+) Hz", 150),
    (LIMITS, r"mono_safe_low \(< (\S+) Hz\)", 150),
    ("NoteMeasurements.low_band_mono_loss_db", r"the same below (\S+) Hz", 150),
    ("NoteMeasurements.low_band_mono_loss_db", r"none if that band holds less than (\S+) % of the energy", 1),
    (LIMITS, r"counts only if the band holds (\S+) % of the energy", 1),
    (LIMITS, r"the steepest step of the first (\S+) ms", 3),
    (LIMITS, r"against the steepest of the next (\S+) ms", 97),
    ("NoteMeasurements.click_db", r"steepest step in the first (\S+) ms", 3),
    ("NoteMeasurements.click_db", r"against the steepest of the following (\S+) ms", 97),
    (LIMITS, r"or for (\S+) s after note off", 10),
    (LIMITS, r"-24 dB, (\S+) s after note off", 10),
    ("NoteMeasurements.stuck_db", r"end of the tail, (\S+) s after note off at the most", 10),
    (LIMITS, r"Needs a tail of (\S+) s", 1),
    ("NoteMeasurements.stuck_db", r"less than (\S+) s of tail", 1),
    ("NoteMeasurements.stuck_db", r"less than (\S+) s were heard", 10),
    (LIMITS, r"the power spectrum of (\S+) ms blocks", 100),
    (LIMITS, r"within (\S+) LU of EBU Tech 3341's signals", 0.1),
    (LIMITS, r"Below (\S+) s the sound is measured as if silence followed", 0.4),
    (LIMITS, r"holds below (\S+) s have none", 0.15),
    (LIMITS, r"rounded where they are made \((\S+) dB", 0.001),
    (LIMITS, r"what the loudest (\S+) ms", 300),
    ("TakeMeasurements.level_lufs", r"what the loudest (\S+) ms differ by", 300),
    ("NoteMeasurements.attack_s", r"note on to (\S+) % of the loudest", 90),
    ("NoteMeasurements.attack_s", r"of the loudest (\S+) ms", 10),
    (LIMITS, r"follows the note's rise for up to (\S+) s", 0.6),
    (LIMITS, r"silent in its first (\S+) s", 0.3),
    (LIMITS, r"a note of (\S+) ms; the released tail", 30),
    (RENDERING, r"It is then heard for the hold and (\S+) s more", 0.4),
    (RENDERING, r"took to reach its loudest 10 ms and (\S+) s more", 0.4),
    (RENDERING, r"with (\S+) s thrown away between them", 0.1),
    (RENDERING, r"is rendered and thrown away \((\S+) s\)", 0.2),
    (RENDERING, r"enough for (\S+) notes", 6),
    (RENDERING, r"\*\*Vital clamps its output to \+-(\S+)\*\*", 2.1),
]


@pytest.mark.parametrize(("page", "sentence", "figure"), QUOTED)
def test_a_page_quotes_the_figure_that_is_measured(page, sentence, figure):
    found = re.findall(sentence, text_of(page))
    assert [float(one.rstrip(",;:")) for one in found] == [figure] * len(found)
    assert found


def quoted(page: str, sentence: str) -> float:
    match = re.search(sentence, text_of(page))
    assert match is not None
    return float(match[1])


def figures(audio: np.ndarray, *, hold_s: float = 1.0, note: int = 69) -> dict[str, object]:
    return measure_note(audio, RATE, note=note, velocity=0.8, hold_s=hold_s)


@pytest.mark.parametrize("measure", [figures, lambda audio: measure_take(audio, RATE)], ids=["note", "take"])
@pytest.mark.parametrize("page", ["README.md", LIMITS])
def test_a_bass_apart_is_told_below_the_frequency_of_the_page_and_not_above(page, measure):
    edge_hz = quoted(page, r"(?:below|<) (\d+) Hz")
    below, above = (mid_side(sine(60.0), sine(share * edge_hz)) for share in (0.8667, 1.1333))  # 130 and 170 Hz
    assert measure(below)["low_band_mono_loss_db"] == pytest.approx(-3.01, abs=0.01)
    assert measure(above)["low_band_mono_loss_db"] == pytest.approx(0.0, abs=0.01)


def test_a_low_band_counts_from_the_share_of_the_page_on():
    share = quoted(LIMITS, r"holds (\S+) % of the energy") / 100
    for factor, counts in ((0.95, False), (1.05, True)):
        audio = stereo(np.sqrt(1 - factor * share) * sine(1000) + np.sqrt(factor * share) * sine(60))
        assert (figures(audio)["low_band_mono_loss_db"] is not None) == counts


def test_a_click_is_told_within_the_times_of_the_page():
    onset_ms = quoted(LIMITS, r"steepest step of the first (\S+) ms")
    end_ms = onset_ms + quoted(LIMITS, r"steepest of the next (\S+) ms")

    def click(**at_ms: float) -> float:
        steps = {f"at_{round(at_ms[name] * RATE / 1000)}": size for name, size in (("one", 0.5), ("two", 0.25))}
        return float(str(figures(stereo(staircase(RATE, **steps)))["click_db"]))

    assert click(one=onset_ms - 0.1, two=end_ms - 1.0) == pytest.approx(6.02, abs=0.01)
    assert click(one=onset_ms - 0.1, two=end_ms + 1.0) == pytest.approx(30.46, abs=0.01)  # 2 % of 0.75
    assert click(one=onset_ms + 0.1, two=end_ms - 1.0) == -120.0


def test_a_decay_is_listened_to_for_the_time_of_the_page():
    after_s = quoted(LIMITS, r"or for (\S+) s after note off")

    def told(tail_s: float) -> object:
        level_db = -2.0 * np.maximum(seconds(1.0 + tail_s) - 1.0, 0.0)
        return figures(stereo(sine(1000, 1.0 + tail_s) * 10 ** (level_db / 20)))["stuck_db"]

    assert told(after_s) == pytest.approx(-2.0 * (after_s - 1.0), abs=0.3)  # its last second begins there
    assert told(after_s - 0.1) is None


def test_a_sound_is_as_loud_as_within_silence_up_to_the_time_of_the_page():
    block_s = quoted(LIMITS, r"Below (\S+) s the sound")
    half = figures(stereo(sine(1000, block_s / 2)), hold_s=block_s / 2)["loudness_lufs"]
    assert half == pytest.approx(-3.01, abs=0.02)


def test_a_hold_shorter_than_that_of_the_page_has_no_pitch():
    shortest_s = quoted(LIMITS, r"holds below (\S+) s have none")
    assert figures(stereo(sine(440)), hold_s=shortest_s * 0.97)["pitch_hz"] is None
    assert figures(stereo(sine(440)), hold_s=shortest_s * 1.03)["pitch_hz"] == pytest.approx(440.0, abs=0.05)


def test_the_loudest_moment_lasts_as_long_as_the_page_says():
    moment_s = quoted(LIMITS, r"what the loudest (\S+) ms") / 1000
    burst = np.concatenate([sine(1000, moment_s / 3), np.zeros(RATE)])
    assert measure_take(stereo(burst), RATE)["loudest_lufs"] == pytest.approx(-4.77, abs=0.02)


def test_what_the_page_calls_a_click_stands_out_from_what_it_does_not():
    """`kick, hat, saw: below 6 dB; a sine that starts at its crest has 25-35 dB`."""
    crest = figures(stereo(np.cos(2 * np.pi * 60.0 * seconds(1.0))))["click_db"]
    assert 25.0 <= float(str(crest)) <= 35.0
    saw = sum(sine(110.0 * number) / number for number in range(1, 60))
    hat = noise(1.0) * np.exp(-seconds(1.0) * 40)
    kick = np.sin(2 * np.pi * np.cumsum(50 + 400 * np.exp(-seconds(1.0) * 60)) / RATE) * np.exp(-seconds(1.0) * 8)
    for sound in (saw, hat, kick):
        assert float(str(figures(stereo(gain(-12.0) * sound))["click_db"])) < 6.0
