"""Word forms and slips: which base a word comes from, and what its ending adds."""

import pytest

from engine.planner import plan
from engine.planner.spelling import respell


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("softly", "soft"),
        ("tenderly", "tender"),
        ("the harpsichord's", "harpsichord"),
        ("harpsichords", "harpsichord"),
        ("eeriness", "eerie"),
        ("gloominess", "gloomy"),
        ("darkness", "dark"),
        ("filter-sweeps", "filter sweep"),
        ("WOBBLE BASSES", "wobble bass"),
        ("hi-fi", "hifi"),
        ("sidechain", "side chain"),
    ],
)
def test_forms_give_what_their_base_gives(form: str, base: str) -> None:
    assert plan(form).axes == plan(base).axes
    assert plan(form).usable


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("darkish", "dark"),
        ("dark", "darker"),
        ("darker", "darkest"),
        ("wide", "ultrawide"),
        ("fat", "fatter"),
        ("noisy", "noisiest"),
        ("subtle warm pad", "warm pad"),
        ("gritty", "a lot more gritty"),
        ("pad with reverb", "reverb-heavy pad"),
    ],
)
def test_endings_and_prefixes_scale(less: str, more: str) -> None:
    below, above = plan(less).axes, plan(more).axes
    axis = next(iter(below))
    assert 0 < abs(below[axis]) < abs(above[axis])


@pytest.mark.parametrize(
    ("denied", "plain"),
    [("noiseless", "noise"), ("undistorted", "distorted"), ("noise-free", "noise"), ("no attack", "fast attack")],
)
def test_denying_forms(denied: str, plain: str) -> None:
    axis = next(iter(plan(plain).axes))
    assert plan(denied).axes[axis] * plan(plain).axes[axis] < 0


def test_a_noun_used_as_an_adjective_leans_but_does_not_name_the_style() -> None:
    assert plan("flutelike pad").style == "Pad"
    assert plan("fluty").style == "Lead"


@pytest.mark.parametrize(
    ("slip", "word"),
    [("brigth", "bright"), ("mufled", "muffled"), ("distrortion", "distortion"), ("reverbb", "reverb")],
)
def test_slips_are_read(slip: str, word: str) -> None:
    assert respell(slip) == word


@pytest.mark.parametrize("word", ["external", "effect", "factor", "coming", "therein", "brug", "größer"])
def test_other_words_are_left_alone(word: str) -> None:
    assert respell(word) is None
