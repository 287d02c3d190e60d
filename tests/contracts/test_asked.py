"""What a prompt asks for, and the neutral twin of each of its words."""

import pytest

from engine.contracts import AUDIBLE, asked_axes, without_words
from engine.planner import plan
from schemas.intent import AXES
from schemas.request import Request


def asked(prompt):
    return {one.axis: one for one in asked_axes(plan(prompt))}


def test_words_that_describe_ask_and_things_only_suggest():
    found = asked("bright bell pad")
    assert found["brightness"].words == ("bright",)
    assert found["brightness"].value > 0
    assert "complexity" not in found


def test_a_word_asks_for_what_it_mainly_means():
    assert "brightness" in asked("dark pad")
    assert set(asked("dark pad")) == {"brightness"}


def test_a_prompt_of_nouns_asks_for_nothing():
    assert asked_axes(plan("supersaw lead")) == ()


def test_the_strongest_words_come_first_and_at_most_six():
    many = "very bright, warm, slow attack, long, wide, noisy, gritty, heavy, constantly moving, roomy pad"
    found = asked_axes(plan(many))
    assert len(found) == 6
    assert [abs(one.value) for one in found] == sorted((abs(one.value) for one in found), reverse=True)


@pytest.mark.parametrize(
    ("prompt", "axis", "left"),
    [
        ("bright pad", "brightness", "pad"),
        ("very bright and wide pad", "brightness", "wide pad"),
        ("string pad with a slow attack", "attack", "string pad with a"),
    ],
)
def test_the_twin_is_the_same_prompt_without_the_words(prompt, axis, left):
    intent = plan(prompt)
    twin = without_words(Request(prompt=prompt), intent, asked(prompt)[axis])
    expected = plan(left)
    assert twin.axes == pytest.approx(expected.axes)
    assert twin.style == intent.style
    assert twin.subtypes == expected.subtypes


def test_a_prompt_of_one_word_has_a_twin_without_the_axis():
    intent = plan("bright")
    twin = without_words(Request(prompt="bright"), intent, asked_axes(intent)[0])
    assert "brightness" not in twin.axes


def test_a_twin_keeps_what_things_suggest_on_the_axis():
    intent = plan("dark glockenspiel")
    twin = without_words(Request(prompt="dark glockenspiel"), intent, asked_axes(intent)[0])
    assert twin.axes["brightness"] > 0 > intent.axes["brightness"]


def test_every_axis_has_a_step_and_more_is_wanted_of_stronger_words():
    assert set(AUDIBLE) == set(AXES)
    assert all(0 < one.wanted(0.2) < one.wanted(-1.0) for one in AUDIBLE.values())
