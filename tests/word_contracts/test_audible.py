"""How much of a step counts as heard: the tables that the decision record prints, and where each axis ends."""

import re
from pathlib import Path

import pytest

from engine.word_contracts import AUDIBLE, MAX_RENDERS

RECORD = (Path(__file__).parents[2] / "docs/decisions/words-as-contracts.md").read_text()

STEPS = {
    "brightness": (0.6, "octaves"),
    "attack": (1.5, "octaves"),
    "length": (0.7, "octaves"),
    "movement": (0.9, "dB"),
    "rate": (0.5, "octaves"),
    "width": (4.0, "dB"),
    "space": (6.0, "dB"),
    "grit": (2.0, "dB"),
    "noise": (3.0, "dB"),
    "weight": (3.0, "dB"),
    "warmth": (1.2, "dB"),
    "complexity": (0.4, "bits"),
    "tension": (0.6, "points"),
    "resonance": (2.0, "dB"),
}

WANTED = {  # of words at 0.15, 0.5 and 1 of an axis
    "brightness": (0.31, 0.48, 0.72),
    "attack": (0.78, 1.2, 1.8),
    "length": (0.36, 0.56, 0.84),
    "movement": (0.47, 0.72, 1.08),
    "rate": (0.26, 0.4, 0.6),
    "width": (2.08, 3.2, 4.8),
    "space": (3.12, 4.8, 7.2),
    "grit": (1.04, 1.6, 2.4),
    "noise": (1.56, 2.4, 3.6),
    "weight": (1.56, 2.4, 3.6),
    "warmth": (0.62, 0.96, 1.44),
    "complexity": (0.21, 0.32, 0.48),
    "tension": (0.31, 0.48, 0.72),
    "resonance": (1.04, 1.6, 2.4),
}

ENDS = {
    "brightness": (1.0, 6.8),
    "attack": (4.3, 10.0),
    "length": (5.6, None),
    "movement": (0.7, 3.5),
    "rate": (None, None),
    "width": (-30.0, -3.5),
    "space": (-45.0, -6.0),
    "grit": (None, None),
    "noise": (-42.0, -6.0),
    "weight": (None, -1.0),
    "warmth": (None, -0.4),
    "complexity": (1.5, None),
    "tension": (0.6, None),
    "resonance": (None, None),
}


@pytest.mark.parametrize("axis", AUDIBLE)
def test_a_step_is_what_is_clearly_heard(axis):
    assert (AUDIBLE[axis].step, AUDIBLE[axis].unit) == STEPS[axis]


def test_the_decision_record_prints_the_same_steps():
    said = re.search(r"\*\*Steps\*\* \(at full strength times 1\.2\): (.*?)\. They lie", RECORD, re.DOTALL)
    rows = re.findall(r"([a-z]+) ([\d.]+) (octaves|dB|bits|points)", said[1].replace("\n", " "))
    assert {axis: (float(step), unit) for axis, step, unit in rows} == STEPS


def test_the_decision_record_prints_how_strength_counts_and_how_often_is_listened():
    assert "times 0.52 to 1.2 by how strongly" in RECORD
    assert "At most 16 renders" in RECORD
    assert MAX_RENDERS == 16


def test_the_decision_record_prints_how_far_words_and_variations_are_driven():
    """What these figures do is tested where they do it: in `test_loop`, `test_fitting` and `test_refine`."""
    said = " ".join(RECORD.split())
    assert "at most to twice its value" in said
    assert "pushed to 1.8 times its change" in said
    assert "once less than -42 LUFS is left of the sound" in said
    assert "with 60 % and then with a quarter of that" in said


@pytest.mark.parametrize("axis", AUDIBLE)
def test_more_of_a_step_is_wanted_of_stronger_words_in_either_direction(axis):
    audible = AUDIBLE[axis]
    assert tuple(audible.wanted(value) for value in (0.15, 0.5, 1.0)) == WANTED[axis]
    assert tuple(audible.wanted(value) for value in (-0.15, -0.5, -1.0)) == WANTED[axis]


@pytest.mark.parametrize("axis", AUDIBLE)
def test_an_axis_ends_where_no_sound_goes_further(axis):
    audible, (least, most) = AUDIBLE[axis], ENDS[axis]
    assert audible.at_its_end(-200.0, up=False) is (least is not None)
    assert audible.at_its_end(200.0, up=True) is (most is not None)
    if least is not None:
        assert audible.at_its_end(least, up=False)
        assert not audible.at_its_end(least + 0.01, up=False)
        assert not audible.at_its_end(least, up=True)
    if most is not None:
        assert audible.at_its_end(most, up=True)
        assert not audible.at_its_end(most - 0.01, up=True)
        assert not audible.at_its_end(most, up=False)
