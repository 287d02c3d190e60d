"""What is told of a macro that is turned: by how much the sound changes, and how far a phase seed takes it."""

import os

import numpy as np
import pytest

from engine.audio import Stereo
from engine.measure.change import third_octave_levels_db
from engine.render.turns import Reference, RenderedTurn, WantedTurn, _Default, _told, compared, hear_turns

RATE = 44_100


def gain(db: float) -> float:
    return float(10 ** (db / 20))


def tone(db: float = 0.0, length_s: float = 1.0, bin_number: int = 20) -> Stereo:
    """430.7 Hz, in the middle of a bin of 2,048 samples."""
    time = np.arange(round(length_s * RATE)) / RATE
    wave = gain(db) * 0.1 * np.sin(2 * np.pi * bin_number * RATE / 2048 * time)
    return np.stack([wave, wave]).astype(np.float32)


def turned(audio: Stereo, *, axis: str = "", length_s: float = 0.5, feature: float | None = None) -> RenderedTurn:
    levels = third_octave_levels_db(audio[:, : round(length_s * RATE)], RATE)
    return RenderedTurn(WantedTurn(2, 1.0, length_s, axis), levels, {"figures": {"peak": 0.1}, "feature": feature})


def reference(audio: Stereo, *seeds: Stereo, hold_s: float = 1.0) -> Reference:
    return Reference(audio, seeds, hold_s, RATE)


@pytest.mark.parametrize(
    ("turned_db", "seeds_db", "change_db", "noise_db"),
    [
        (0.0, (), 0.0, 0.0),
        (-7.0, (), 7.0, 0.0),
        (4.0, (1.0,), 4.0, 1.0),
        (4.0, (1.0, -2.0), 4.0, 2.0),
        (4.0, (-3.0, 1.0), 4.0, 3.0),
    ],
)
def test_the_change_and_the_noise_of_a_turn_are_told_in_db(turned_db, seeds_db, change_db, noise_db):
    found = compared([turned(tone(turned_db))], reference(tone(), *(tone(db) for db in seeds_db)))
    assert found == [
        {
            "macro": 2, "position": 1.0, "length_s": 0.5, "axis": "", "died": "", "figures": {"peak": 0.1},
            "feature": None, "change_db": pytest.approx(change_db, abs=0.05),
            "noise_db": pytest.approx(noise_db, abs=0.05),
        }
    ]  # fmt: skip


def test_a_turn_that_killed_the_synth_changes_nothing():
    dead = RenderedTurn(WantedTurn(3, 0.0, 0.5, "width"), None, {"died": "makes the synth crash"})
    assert compared([dead], reference(tone(), tone(3.0))) == [
        {
            "macro": 3, "position": 0.0, "length_s": 0.5, "axis": "width", "change_db": 0.0,
            "died": "makes the synth crash",
        }
    ]  # fmt: skip


def test_only_the_seconds_of_the_turn_are_compared():
    later = tone()
    later[:, round(0.5 * RATE) :] *= 9.0
    assert compared([turned(tone(-7.0))], reference(later, later))[0]["change_db"] == pytest.approx(7.0, abs=0.05)


@pytest.mark.parametrize(("missing", "compares"), [(0, True), (2, True), (3, False), (4000, False)])
def test_a_reference_that_is_two_samples_short_will_do(missing, compares):
    short = tone()[:, : RATE // 2 - missing]
    found = compared([turned(tone(-7.0))], reference(short))[0]
    assert found["change_db"] == (pytest.approx(7.0, abs=0.05) if compares else 0.0)
    noise = compared([turned(tone(-7.0))], reference(tone(), gain(2.0) * short))[0]["noise_db"]
    assert noise == (pytest.approx(2.0, abs=0.05) if compares else 0.0)


def test_each_turn_is_compared_at_its_own_length_and_axis():
    rising = tone()
    rising[:, round(0.5 * RATE) :] *= np.float32(gain(6.0))
    turns = [
        turned(rising, length_s=0.5, axis="width", feature=-40.0),
        turned(rising, length_s=1.0, axis="brightness", feature=2.5),
        turned(tone(-3.0), length_s=0.5, axis="brightness", feature=2.6),
        turned(tone(-3.0), length_s=0.5),
    ]
    one, two, three, four = compared(turns, reference(tone()))
    assert [found["change_db"] for found in (one, three, four)] == [0.0, *[pytest.approx(3.0, abs=0.05)] * 2]
    assert two["change_db"] > 2.0
    assert (one["axis"], one["feature"], one["feature_at_rest"]) == ("width", -40.0, -40.0)
    assert (two["axis"], two["feature"], two["feature_at_rest"]) == ("brightness", 2.5, 2.11)
    assert (three["axis"], three["feature"], three["feature_at_rest"]) == ("brightness", 2.6, 2.11)
    assert "feature_at_rest" not in four


def test_the_axis_of_a_turn_is_told_at_rest_with_what_a_phase_seed_changes():
    seeds = [tone(bin_number=21), tone(bin_number=18)]  # 452.2 and 387.6 Hz: 2.18 and 1.95 octaves above 100 Hz
    found = compared([turned(tone(), axis="brightness", feature=3.1)], reference(tone(), *seeds))[0]
    assert (found["feature"], found["feature_at_rest"], found["feature_noise"]) == (3.1, 2.11, 0.16)
    alone = compared([turned(tone(), axis="brightness", feature=3.1)], reference(tone()))[0]
    assert alone["feature_noise"] == 0.0


def test_an_axis_at_rest_is_that_of_a_note_let_go_in_time():
    """Held for 0.2 s of the 0.5 that are compared, at -20 dB from then on: that is its space."""
    let_go = tone()
    let_go[:, round(0.2 * RATE) :] *= np.float32(0.1)
    found = compared([turned(let_go, axis="space", feature=-20.0)], reference(let_go, hold_s=0.2))[0]
    assert found["feature_at_rest"] == pytest.approx(-20.0, abs=0.05)


def levels(*rows: tuple[float, ...]) -> np.ndarray:
    """Frames of bands, dB."""
    return np.array([rows], np.float32)


STILL = levels((0.0, 0.0), (0.0, 0.0))
SWUNG = levels((0.0, -6.0), (-6.0, 0.0))
"""By 6 dB in half of the places: 4.24, or less as the weights have it; its average is 2.03 dB lower."""


@pytest.mark.parametrize(
    ("turned_levels", "noise_db", "average_noise_db", "told"),
    [
        (levels((-4.0, -4.0), (-4.0, -4.0)), 2.0, 2.0, (4.0, 2.0)),
        (levels((-4.0, -4.0), (-4.0, -4.0)), 2.0, 1.9, (4.0, 1.9)),  # it stands out more in the average
        (levels((-4.0, -4.0), (-4.0, -4.0)), 2.0, 2.1, (4.0, 2.0)),
        (levels((-1.1, -1.1), (-1.1, -1.1)), 2.0, 0.1, (1.1, 0.1)),
        (levels((-0.9, -0.9), (-0.9, -0.9)), 2.0, 0.1, (0.9, 2.0)),  # an average of less than 1 dB says nothing
        (levels((-1.0, -1.0), (-1.0, -1.0)), 2.0, 0.1, (1.0, 0.1)),
        (SWUNG, 3.0, 0.5, (2.06, 0.5)),
        (SWUNG, 3.0, 2.5, (4.24, 3.0)),
        (levels((-4.0, -4.0), (-4.0, -4.0)), 0.0, 0.0, (4.0, 0.0)),
        (SWUNG, 0.0, 0.0, (4.24, 0.0)),
    ],
)
def test_a_change_is_told_of_the_average_where_it_stands_out_more_there(
    turned_levels, noise_db, average_noise_db, told
):
    found = _told(turned_levels, _Default(STILL, noise_db, average_noise_db))
    assert (found["change_db"], found["noise_db"]) == (pytest.approx(told[0], abs=0.03), told[1])


def played(turn: WantedTurn) -> Stereo:
    """Louder by number, wider by its position; macro 4 kills the synth, macro 3 gives no number."""
    if turn.macro == 4:
        os._exit(1)
    audio = tone(float(turn.macro), turn.length_s)
    audio[1] *= 1.0 - turn.position
    if turn.macro == 3:
        audio[0, 100] = np.nan
    return audio


def test_turns_are_heard_in_forks_each_with_its_levels_and_figures():
    wanted = [
        WantedTurn(1, 1.0, 0.3, "width"),
        WantedTurn(2, 0.0, 0.4, ""),
        WantedTurn(4, 1.0, 0.3, "width"),
        WantedTurn(3, 0.0, 0.3, ""),
    ]
    one, two, four, three = hear_turns(played, wanted, 1.0, RATE)()
    assert [found.wanted for found in (one, two, four, three)] == wanted
    assert np.array_equal(one.levels, third_octave_levels_db(played(wanted[0]), RATE))
    assert np.array_equal(two.levels, third_octave_levels_db(played(wanted[1]), RATE))
    assert one.answer["feature"] == pytest.approx(-3.01, abs=0.01)  # a channel alone
    assert two.answer["feature"] is None
    assert one.answer["figures"]["peak"] == pytest.approx(0.1 * gain(1.0), abs=1e-4)
    assert two.answer["figures"]["peak"] == pytest.approx(0.1 * gain(2.0), abs=1e-4)
    assert one.answer["figures"]["mono_loss_db"] == pytest.approx(-3.01, abs=0.01)
    assert (four.levels, four.answer) == (None, {"died": "makes the synth crash"})
    assert three.answer["figures"]["nonfinite_samples"] == 1
    assert np.isfinite(three.levels).all()


def test_the_axis_of_a_turn_is_that_of_a_note_let_go_in_time():
    def let_go(turn: WantedTurn) -> Stereo:
        audio = tone(0.0, turn.length_s)
        audio[:, round(0.2 * RATE) :] *= np.float32(0.1)
        return audio

    heard = hear_turns(let_go, [WantedTurn(1, 1.0, 0.5, "space")], 0.2, RATE)()
    assert heard[0].answer["feature"] == pytest.approx(-20.0, abs=0.05)


def test_no_turn_is_heard_of_none():
    assert hear_turns(played, [], 1.0, RATE)() == []
