"""The distance in figures: every unit and limit written down a second time, and answers worked out by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.diversity import MAX_REDRAWS, Sound, Sounds, distance
from engine.diversity.distance import FINGERPRINT_DB, UNITS, figures_distance
from engine.diversity.fingerprint import FLOOR_DB, difference_db, fingerprint

RATE = 44_100
FRAME = 2_048
BODY = 15 * FRAME
"""Samples of the first segment, 0.7 s."""
BAND = 12
"""The third octave from 800 to 1,008 Hz, in which the tones of these tests lie."""
UNIT_OF = {
    "brightness": 0.6,
    "length": 0.7,
    "movement": 1.3,
    "rate": 0.7,
    "width": 4.0,
    "space": 6.0,
    "attack": 4.5,
}
NOT_COMPARED = ("warmth", "grit", "noise", "weight", "complexity", "tension", "resonance")
STILL = dict.fromkeys((*UNIT_OF, *NOT_COMPARED), 5.0)
DOC = (Path(__file__).resolve().parents[2] / "docs/decisions/diversity.md").read_text("utf-8")


def tone(first: float, then: float, *, side: float = 0.0, frames: int = 30) -> np.ndarray:
    """904 Hz at one gain for 15 frames, then at another; `side` 1 is the left channel alone."""
    gain = np.where(np.arange(frames * FRAME) < BODY, first, then)
    wave = gain * np.sin(2 * np.pi * 42 / FRAME * np.arange(frames * FRAME))
    return np.stack((wave, wave * (1 - side))).astype(np.float32)


def sound(audio: np.ndarray, title: str = "One", **figures: float) -> Sound:
    return Sound(title, STILL | figures, lambda: (audio, RATE))


def db(decibels: float) -> float:
    return float(0.1 * 10 ** (decibels / 20))


def test_the_units_in_force_are_these():
    assert dict(UNITS) == UNIT_OF
    assert (FINGERPRINT_DB, FLOOR_DB, MAX_REDRAWS) == (5.0, -50.0, 3)


def test_the_record_of_the_decision_says_the_same():
    named = DOC.partition("Seven axes (")[2].partition(")")[0].replace("\n", " ").split(", ")
    assert sorted(named) == sorted(UNIT_OF)
    assert "before and after 0.7 s, against the loudest, with 5 dB as its unit" in DOC
    assert "then the next attempt, three at the most" in DOC
    assert "unless it is\nnearer than 1 to one kept before" in DOC
    assert round(BODY / RATE, 1) == 0.7


@pytest.mark.parametrize(("axis", "unit"), UNIT_OF.items())
def test_an_axis_counts_in_its_unit_both_ways(axis, unit):
    for apart in (unit, -unit):
        assert figures_distance(STILL, STILL | {axis: 5.0 + apart}) == pytest.approx(1.0)
        assert figures_distance(STILL, STILL | {axis: 5.0 + 0.5 * apart}) == pytest.approx(0.5)


@pytest.mark.parametrize("axis", NOT_COMPARED)
def test_what_swings_with_the_phases_does_not_count(axis):
    assert figures_distance(STILL, STILL | {axis: 60.0}) == 0.0


def test_the_axis_that_is_furthest_apart_decides_alone():
    assert figures_distance(STILL, STILL | {"width": 7.0, "space": 11.6, "attack": 5.9}) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("moves", "other_moves", "counts"),
    [(1.5, 1.5, 1.0), (6.0, 6.0, 1.0), (0.75, 0.75, 0.5), (0.75, 1.1, 0.5), (1.1, 0.75, 0.5), (0.0, 0.0, 0.0)],
)
def test_a_rate_counts_as_far_as_the_stiller_of_both_moves(moves, other_moves, counts):
    one = STILL | {"movement": moves, "rate": 5.0}
    assert figures_distance(one, STILL | {"movement": other_moves, "rate": 5.7}) == pytest.approx(counts)


def test_a_fingerprint_is_the_level_by_segment_of_mid_and_side_against_the_loudest():
    found = fingerprint(tone(db(0), db(-20), side=1.0), RATE)
    assert found.shape == (2, 2, 27)
    assert found[:, :, BAND].tolist() == [[0.0, -20.0], [0.0, -20.0]]
    assert (np.delete(found, BAND, axis=2) == -50.0).all()
    mono = fingerprint(tone(db(-30), db(0)), RATE)
    assert mono[:, :, BAND].tolist() == [[-30.0, 0.0], [-50.0, -50.0]]


def test_a_fingerprint_is_rounded_to_a_tenth_of_a_db_and_ends_at_its_floor():
    assert fingerprint(tone(db(0), db(-7.26)), RATE)[0, :, BAND].tolist() == [0.0, -7.3]
    assert fingerprint(tone(db(0), db(-49)), RATE)[0, :, BAND].tolist() == [0.0, -49.0]
    assert fingerprint(tone(db(0), db(-51)), RATE)[0, :, BAND].tolist() == [0.0, -50.0]


def test_a_segment_is_the_mean_of_its_frames():
    """Of 15 frames of the first segment 3 sound: a fifth of the power is 7 dB less."""
    audio = tone(db(0), db(0))
    audio[:, 3 * FRAME : BODY] = 0.0
    assert fingerprint(audio, RATE)[0, :, BAND].tolist() == [-7.0, 0.0]


@pytest.mark.parametrize(("frames", "segments"), [(0, 1), (1, 1), (15, 1), (16, 2), (40, 2)])
def test_what_ends_within_the_first_segment_has_no_second(frames, segments):
    found = fingerprint(tone(db(0), db(0), frames=frames), RATE)
    assert found.shape == (2, segments, 27)
    assert (found.max() == -50.0) == (frames == 0)


def test_what_lies_100_db_below_full_scale_is_silence():
    """A tone of 9e-9 comes to -99 dB, one of 7e-9 to -101."""
    assert fingerprint(tone(9e-9, 9e-9), RATE).max() == 0.0
    assert (fingerprint(tone(7e-9, 7e-9), RATE) == -50.0).all()


def levels(*segments: tuple[float, ...]) -> np.ndarray:
    return np.stack([np.array(segments)] * 2)


def test_a_difference_weighs_by_how_far_the_louder_stands_above_the_floor():
    # 10 dB at a weight of 50, nothing at a weight of 10: sqrt(50 * 100 / 60)
    one, other = levels((0.0, -40.0)), levels((-10.0, -40.0))
    assert difference_db(one, other) == pytest.approx(9.1287, abs=1e-4)
    assert difference_db(other, one) == pytest.approx(9.1287, abs=1e-4)
    # at a weight of 10 of 60: sqrt(10 * 100 / 60)
    assert difference_db(levels((0.0, -40.0)), levels((0.0, -50.0))) == pytest.approx(4.0825, abs=1e-4)
    assert difference_db(levels((-50.0, -50.0)), levels((-50.0, -50.0))) == 0.0


def test_only_segments_that_both_have_are_compared():
    short, long = levels((0.0, -50.0)), levels((0.0, -50.0), (-50.0, 0.0))
    assert difference_db(short, long) == difference_db(long, short) == 0.0


@pytest.mark.parametrize(
    ("fall_db", "apart"),
    [
        (-3.5, 0.49),  # sqrt(3.5^2 / 2) = 2.475 dB, in units of 5
        (-7.0, 0.99),
        (-7.2, 1.02),
        (-20.0, 2.83),
    ],
)
def test_a_fingerprint_counts_in_units_of_5_db(fall_db, apart):
    assert distance(sound(tone(db(0), db(0))), sound(tone(db(0), db(fall_db)))) == apart


def test_the_larger_of_figures_and_fingerprint_is_the_distance():
    flat, falling = tone(db(0), db(0)), tone(db(0), db(-3.5))
    assert distance(sound(flat), sound(falling, brightness=5.12)) == 0.49
    assert distance(sound(flat), sound(falling, brightness=5.42)) == 0.7
    assert distance(sound(flat), sound(flat, width=6.0, space=5.06)) == 0.25


@pytest.mark.parametrize(
    ("brightness", "near"), [(5.3, 0.5), (5.59, 0.98), (5.6, None), (5.598, None), (5.61, None)]
)
def test_a_near_duplicate_is_nearer_than_1(brightness, near):
    audio = tone(db(0), db(0))
    found = Sounds([sound(audio, "Other", brightness=brightness)]).near_duplicate(sound(audio))
    assert (found and found.distance) == near


def test_a_near_duplicate_must_be_near_by_its_fingerprint_too():
    other = sound(tone(db(0), db(-7.2)), "Other")
    assert Sounds([other]).near_duplicate(sound(tone(db(0), db(0)))) is None
    nearer = sound(tone(db(0), db(-7.0)), "Nearer")
    assert Sounds([other, nearer]).near_duplicate(sound(tone(db(0), db(0)))) == ("Nearer", 0.99)


def test_a_sound_is_a_near_duplicate_of_its_copy_and_of_nothing_where_there_is_nothing():
    audio = tone(db(0), db(0))
    assert Sounds([sound(audio, "Copy")]).near_duplicate(sound(audio)) == ("Copy", 0.0)
    assert Sounds().near_duplicate(sound(audio)) is None


def test_the_search_goes_on_past_what_is_far_and_past_what_is_less_near():
    audio = tone(db(0), db(0))
    others = [
        sound(audio, title, brightness=at)
        for title, at in (
            ("Near", 5.3),
            ("Far", 9.0),
            ("Nearest", 5.06),
            ("Less near", 5.12),
            ("As near", 4.94),
        )
    ]
    assert Sounds(others).near_duplicate(sound(audio)) == ("Nearest", 0.1)


def test_a_preview_is_decoded_once_however_often_it_is_compared():
    asked: list[str] = []

    def counted(title: str) -> Callable[[], tuple[np.ndarray, int]]:
        def preview() -> tuple[np.ndarray, int]:
            asked.append(title)
            return tone(db(0), db(0)), RATE

        return preview

    one, other = (Sound(title, STILL, counted(title)) for title in ("one", "other"))
    assert distance(one, other) == distance(other, one) == 0.0
    assert sorted(asked) == ["one", "other"]


def test_no_preview_is_decoded_where_an_axis_tells_two_apart():
    def none() -> tuple[np.ndarray, int]:
        raise AssertionError("asked for a preview")

    assert Sounds([Sound("Other", STILL | {"width": 9.0}, none)]).near_duplicate(Sound("One", STILL, none)) is None


def test_the_nearest_of_hundreds_is_found_wherever_it_stands() -> None:
    """More than fit into what is set aside at once; each a unit of brightness from the next."""
    audio = tone(db(0), db(0))
    far = [sound(audio, f"Number {place}", brightness=5.0 + 0.6 * (place + 2)) for place in range(200)]
    for place in (0, 63, 64, 199, 200):
        others = Sounds([*far[:place], sound(audio, "Near", brightness=5.3), *far[place:]])
        assert others.near_duplicate(sound(audio, brightness=5.0)) == ("Near", 0.5)
