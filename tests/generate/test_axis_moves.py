"""What a word does along its axis to known patches: the table `known/axis_moves.yaml`, in units one reads."""

from pathlib import Path

import pytest
import yaml
from drafts import DRAFTS, changes, shown

from engine.generate.axis_moves import move_along, move_beside
from schemas.intent import AXES

KNOWN = yaml.safe_load((Path(__file__).parent / "known/axis_moves.yaml").read_text())
STRENGTHS = {"bare": (1.0,), "full": (0.5, 1.5), "hit": (1.0,)}
CASES = [
    (moves, axis, name, sign * strength)
    for moves in ("along", "beside")
    for axis in AXES
    for name, strengths in STRENGTHS.items()
    for strength in strengths
    for sign in (-1, 1)
]


def moved(moves, axis, name, value):
    before, after = DRAFTS[name](), DRAFTS[name]()
    {"along": move_along, "beside": move_beside}[moves](after, axis, value)
    return {path: shown(new) for path, new in changes(before, after).items()}


@pytest.mark.parametrize(("moves", "axis", "name", "value"), CASES)
def test_a_patch_moves_along_an_axis_as_the_table_says(moves, axis, name, value):
    expected = KNOWN[moves][axis].get(f"{name} {value:+g}", {})
    assert moved(moves, axis, name, value) == {
        path: pytest.approx(new, rel=1e-4, abs=1e-9) if isinstance(new, float) else new
        for path, new in expected.items()
    }


def test_the_table_holds_nothing_that_is_not_tested():
    tested = {(moves, axis, f"{name} {value:+g}") for moves, axis, name, value in CASES}
    told = {(moves, axis, case) for moves, axes in KNOWN.items() for axis, cases in axes.items() for case in cases}
    assert told <= tested


@pytest.mark.parametrize("axis", AXES)
def test_nothing_moves_where_no_word_was_said(axis):
    assert moved("along", axis, "full", 0.0) == moved("beside", axis, "full", 0.0) == {}


@pytest.mark.parametrize("axis", AXES)
def test_what_goes_beside_the_roles_goes_no_further_than_a_word_of_full_strength(axis):
    for sign in (-1.0, 1.0):
        assert moved("beside", axis, "full", 2.0 * sign) == moved("beside", axis, "full", sign)
