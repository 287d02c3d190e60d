"""Titles, tags and comments."""

import re

import pytest

from engine.planner import comment, plan, tags, title
from engine.planner.naming import pole
from engine.planner.words import lexicon, read_yaml
from schemas.intent import AXES, Axis, Style

PROMPTS = [
    "warm evolving pad",
    "very dark reese bass at 174 bpm, mono, no reverb",
    "glassy bell with a long tail",
    "juno strings through a minimoog filter",
    "xyzzy",
    "noisy riser, fast, wide, distorted, resonant, detuned, huge, complex, with flanger, phaser, chorus and delay",
]


def banks() -> list[str]:
    names = read_yaml("names.yaml")
    found = [word for style in names["nouns"].values() for word in style]
    for bank in names["adjectives"].values():
        found += [word for words in bank.values() for word in words] if isinstance(bank, dict) else bank
    return found


@pytest.mark.parametrize("prompt", PROMPTS)
def test_titles_are_two_or_three_words_and_differ_by_seed(prompt: str) -> None:
    intent = plan(prompt)
    titles = [title(intent, seed) for seed in range(100)]
    assert all(re.fullmatch(r"[A-Z][a-z-]+( [A-Z][a-z]+){1,2}", name) for name in titles)
    assert len(set(titles)) >= 70
    assert titles == [title(intent, seed) for seed in range(100)]


def test_a_title_is_pinned() -> None:
    assert title(plan("warm evolving pad"), 0) == "Migrant Amber Horizon"


def test_words_of_a_title_fit_the_sound() -> None:
    names = read_yaml("names.yaml")["adjectives"]["brightness"]
    dark = {title(plan("dark pad"), seed).split()[0] for seed in range(50)}
    assert dark <= set(names["low"])


def test_every_style_and_axis_has_a_bank() -> None:
    names = read_yaml("names.yaml")
    assert set(names["adjectives"]) == {*AXES, "any"}
    assert set(Style.__args__) <= set(names["nouns"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("axis", AXES)
def test_each_side_of_an_axis_has_a_word_of_its_own(axis: Axis) -> None:
    assert pole(axis, -1.0) != pole(axis, 1.0)


def test_no_bank_holds_a_brand() -> None:
    assert not {word.lower() for word in banks()} & lexicon().brands


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
