"""Slips: what a misspelt word is read as, which words are left alone, and what is offered instead."""

from pathlib import Path

import pytest
import yaml

from engine.planner import offered, plan
from engine.planner.english import COMMON, is_english
from engine.planner.spelling import respell, suggestion
from engine.planner.words import lexicon

FOLDER = Path(__file__).parent / "words"
SLIPS = {
    slip: meant
    for row in yaml.safe_load((FOLDER / "slips.yaml").read_text(encoding="utf-8"))
    for meant, slips in row.items()
    for slip in slips
}
ENGLISH = (FOLDER / "english.txt").read_text(encoding="utf-8").split()


def means_the_same(word: str, other: str) -> bool:
    phrases = lexicon().phrases
    return word == other or phrases.get((word,), word) is phrases.get((other,))


def test_of_two_hundred_slips_and_more_nearly_all_are_read_as_what_was_meant() -> None:
    read = {slip: slip if (slip,) in lexicon().phrases else respell(slip) for slip in SLIPS}
    right = [slip for slip, base in read.items() if base and means_the_same(base, SLIPS[slip])]
    wrong = {slip: base for slip, base in read.items() if base and slip not in right}
    assert len(SLIPS) >= 280
    assert len(right) >= 277
    # "floot" is as near to "float"; "chor" is a choir in German
    assert set(wrong) <= {"floot"}


def test_no_english_word_is_corrected() -> None:
    unknown = [word for word in ENGLISH if (word,) not in lexicon().phrases]
    assert len(unknown) >= 250
    assert {word: base for word in unknown if (base := respell(word))} == {}


@pytest.mark.parametrize(
    ("slips", "meant"),
    [
        ("brite pluk with a slow filtr swep", "bright pluck with a slow filter sweep"),
        ("recce bass", "reece bass"),
        ("bass with ressonance and distorsion", "bass with resonance and distortion"),
        ("ambiant pad with revrb", "ambient pad with reverb"),
        ("lead witout dellay", "lead without delay"),
        ("verry drak pad, slow atack", "very dark pad, slow attack"),
    ],
)
def test_slips_lose_nothing_of_what_was_meant(slips: str, meant: str) -> None:
    read, right = plan(slips), plan(meant)
    fields = ("style", "subtypes", "axes", "features", "register_midi", "voicing", "tags")
    assert {name: getattr(read, name) for name in fields} == {name: getattr(right, name) for name in fields}


def test_what_a_slip_was_read_as_is_told() -> None:
    intent = plan("brite pluk with a slow filtr swep")
    told = {row.text: (row.read_as, row.rule) for row in intent.evidence}
    assert told["pluk"] == ("pluck", "read as: pluck, sound")
    assert told["brite"] == ("bright", "read as: bright, quality")
    assert told["filtr swep"] == ("filter sweep", "read as: filter sweep, feature")
    assert told["slow filtr swep"][0] == "slow filter sweep"
    assert offered(intent)[:2] == [("brite", "bright"), ("pluk", "pluck")]


def test_what_is_spelt_right_is_read_as_nothing_else() -> None:
    intent = plan("bright pluck with a slow filter sweep")
    assert {row.read_as for row in intent.evidence} == {""}
    assert offered(intent) == []


def test_an_english_word_that_gave_nothing_is_offered_its_neighbour_and_gives_nothing() -> None:
    intent = plan("warm pad with bras")
    assert [(unused.text, unused.did_you_mean) for unused in intent.unused] == [("bras", "brass")]
    assert offered(intent) == [("bras", "brass")]


@pytest.mark.parametrize("word", ["thursday", "algebra", "qwrt", "zx", "ünü", "a1b"])
def test_nothing_is_offered_for_what_is_near_to_nothing(word: str) -> None:
    assert suggestion(word) is None


def test_a_rare_word_is_a_slip_only_beside_the_word_that_makes_a_known_phrase() -> None:
    assert plan("recce bass").subtypes[0] == "reese"
    assert [unused.text for unused in plan("recce pad").unused] == ["recce"]
    assert [unused.text for unused in plan("leap guitar").unused] == ["leap"]


@pytest.mark.parametrize(
    ("word", "known", "common"), [("barge", True, True), ("recce", True, False), ("pluk", False, False)]
)
def test_the_list_of_english_words(word: str, known: bool, common: bool) -> None:
    assert is_english(word) is known
    assert is_english(word, at_least=COMMON) is common


def test_no_word_is_offered_in_its_own_place() -> None:
    for prompt in ("pad with attack", "lead, LFO to pitch", "bass with a sustain"):
        assert all(said.casefold() != meant for said, meant in offered(plan(prompt)))


@pytest.mark.parametrize(("word", "offered"), [("vaxty", "vast"), ("fwzqy", "fuzzy")])
def test_a_word_that_is_too_far_for_a_slip_is_offered_up_to_seven_tenths_further(word: str, offered: str) -> None:
    assert respell(word) is None
    assert suggestion(word) == offered
