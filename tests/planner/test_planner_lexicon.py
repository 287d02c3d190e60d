"""The lexicon itself: every entry can be said, and gives what it promises."""

import pytest

from engine.errors import SpecError
from engine.planner import plan
from engine.planner.words import Effect, Entry, entries, lexicon, parse_effects
from schemas.intent import AXES

GIVING = ("quality", "feature", "sound", "scene", "brand")


def spoken() -> list[tuple[str, Entry]]:
    return [(" ".join(key), entry) for key, entry in entries() if entry.section in GIVING]


def test_there_are_words_enough() -> None:
    assert len({id(entry) for _, entry in spoken()}) >= 300
    assert len(spoken()) >= 3000


def test_every_word_gives_what_it_promises() -> None:
    for words, entry in spoken():
        intent = plan(words)
        assert intent.usable, words
        assert not intent.unused, words
        types = {effect.name for effect in entry.effects if effect.kind == "type"}
        assert types <= set(intent.subtypes), words


def test_every_line_of_evidence_fits_the_schema() -> None:
    longest = max(len(e.effect) for words, _ in spoken() for e in plan(words).evidence)
    assert longest < 300


def test_both_sides_of_every_axis_have_words() -> None:
    sides = {
        (effect.name, effect.value > 0)
        for _, entry in spoken()
        if entry.section == "quality"
        for effect in entry.effects
        if effect.kind == "axis"
    }
    assert sides == {(axis, up) for axis in AXES for up in (True, False)}


@pytest.mark.parametrize(
    "text",
    [
        "brightness 1.5",
        "brightness",
        "lean Polka 1",
        "want magic",
        "noun Bass 99",
        "type Two Words",
        "glow 0.5",
        "register x",
    ],
)
def test_malformed_effects_are_refused_with_their_place(text: str) -> None:
    with pytest.raises(SpecError, match="here"):
        parse_effects(text, where="here")


def test_effects_are_read() -> None:
    assert parse_effects("warmth -0.5; want reverb", where="") == (
        Effect("axis", "warmth", -0.5),
        Effect("want", "reverb", 1.0),
    )


def test_brands_stay_out_of_plain_entries() -> None:
    assert {"moog", "juno", "rhodes"} <= lexicon().brands
