"""The distance of two sounds: what it must hold whatever the sounds are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diversity import Sound, Sounds, distance
from engine.diversity.distance import figures_distance
from engine.diversity.fingerprint import FLOOR_DB, difference_db, fingerprint
from engine.diversity.human import AXES_IN_ORDER

RATE = 44_100
FIGURES = st.fixed_dictionaries(
    {axis: st.floats(-60, 60, allow_nan=False, allow_subnormal=False) for axis in AXES_IN_ORDER}
)
MOVING = dict.fromkeys(AXES_IN_ORDER, 5.0)


def tone(*partials_hz: float, gain: float = 0.1, side: float = 0.0, seconds: float = 1.5) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    mid = gain * sum(np.sin(2 * np.pi * hz * time) for hz in partials_hz)
    return np.stack((mid * (1 + side), mid * (1 - side))).astype(np.float32)


def sound(audio: np.ndarray, title: str = "One", **figures: float) -> Sound:
    return Sound(title, MOVING | figures, lambda: (audio, RATE))


@given(first=FIGURES, second=FIGURES)
def test_figures_are_as_far_one_way_as_the_other_and_nothing_is_far_from_itself(first, second):
    assert figures_distance(first, second) == figures_distance(second, first) >= 0.0
    assert figures_distance(first, first) == 0.0


def test_what_hardly_moves_has_no_rate_to_differ_in():
    audio, slow, fast = tone(220), {"movement": 0.1, "rate": 1.0}, {"movement": 0.1, "rate": 6.0}
    assert distance(sound(audio, **slow), sound(audio, **fast)) < 1.0


def test_level_does_not_count():
    loud, soft = fingerprint(tone(220, 440), RATE), fingerprint(tone(220, 440, gain=0.01), RATE)
    assert difference_db(loud, soft) < 0.1


def test_a_fingerprint_hears_partials_and_width_that_no_axis_tells():
    base = sound(tone(220, 440))
    assert distance(base, sound(tone(220, 440, 3000))) >= 1.0
    assert distance(base, sound(tone(220, 440, side=0.9))) >= 1.0
    assert distance(base, sound(tone(220, 441))) < 0.2


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3, 3.0])
def test_sounds_of_any_length_have_a_fingerprint_and_can_be_compared(seconds):
    long = fingerprint(tone(220), RATE)
    found = fingerprint(tone(220, seconds=seconds), RATE)
    assert found.min() >= FLOOR_DB
    assert difference_db(found, long) == difference_db(long, found)


def test_silence_is_as_silent_as_silence():
    silence = fingerprint(np.zeros((2, RATE), np.float32), RATE)
    assert (silence == FLOOR_DB).all()
    assert difference_db(silence, silence) == 0.0


def test_the_nearest_is_named_and_of_equals_the_first():
    audio = tone(220)
    others = [
        sound(audio, "Far", brightness=20.0),
        sound(audio, "NearSound", brightness=5.3),
        sound(audio, "Nearest", brightness=5.06),
        sound(audio, "As near", brightness=4.94),
    ]
    found = Sounds(others).near_duplicate(sound(audio))
    assert found is not None
    assert (found.title, found.distance) == ("Nearest", 0.1)
    assert Sounds(others[:1]).near_duplicate(sound(audio)) is None


def test_previews_of_sounds_that_axes_tell_apart_are_not_asked_for():
    def none() -> tuple[np.ndarray, int]:
        raise AssertionError("asked for a preview")

    one, other = Sound("One", MOVING, none), Sound("Other", MOVING | {"length": 20.0}, none)
    assert Sounds([other]).near_duplicate(one) is None
