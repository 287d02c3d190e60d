"""Tags and comments."""

import re

import pytest

from engine.planner import comment, plan, tags
from engine.planner.naming import pole
from schemas.intent import AXES, Axis

PROMPTS = [
    "warm evolving pad",
    "very dark reese bass at 174 bpm, mono, no reverb",
    "glassy bell with a long tail",
    "juno strings through a minimoog filter",
    "xyzzy",
    "noisy riser, fast, wide, distorted, resonant, detuned, huge, complex, with flanger, phaser, chorus and delay",
]


@pytest.mark.parametrize("axis", AXES)
def test_each_side_of_an_axis_has_a_word_of_its_own(axis: Axis) -> None:
    assert pole(axis, -1.0) != pole(axis, 1.0)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_comments_are_short_plain_and_name_no_brand(prompt: str) -> None:
    text = comment(plan(prompt))
    assert text.isascii()
    assert len(text) <= 200
    assert not set(re.findall(r"[a-z0-9]+", text.lower())) & {"juno", "minimoog", "xyzzy"}


def test_a_comment_tells_what_was_asked_for() -> None:
    assert comment(plan(PROMPTS[1])) == (
        "Bass (reese): very dark, narrow, tense, dry, moving, heavy; with unison; no reverb; mono, 174 bpm."
    )


def test_tags_begin_with_style_and_kind_and_say_what_is_clear() -> None:
    assert tags(plan(PROMPTS[1]))[:3] == ("bass", "reese", "dark")


def test_a_comment_names_four_effects_at_most() -> None:
    four = comment(plan("pad with reverb, delay, chorus and phaser"))
    assert four.endswith("; with chorus, delay, phaser, reverb.")
    five = comment(plan("pad with reverb, delay, chorus, phaser and flanger"))
    assert five.endswith("; with chorus, delay, flanger, phaser.")
