"""Words that no list has: what they are read as, what they may give, and what that costs."""

import subprocess
import sys

import pytest

from engine.planner import plan
from engine.planner.resemble import resembles
from engine.planner.sense import NEAR, nearest


def rule_of(prompt: str, word: str) -> str:
    return next((row.rule for row in plan(prompt).evidence if row.text == word), "")


@pytest.mark.parametrize(("word", "base"), [("sorrows", "sorrow"), ("talks", "talking"), ("changes", "changing")])
def test_a_word_is_read_as_its_nearest_one_and_says_so(word: str, base: str) -> None:
    near = nearest(word)
    assert near is not None
    assert near.base == base
    assert near.similarity == round(near.similarity, 2) >= NEAR


def test_evidence_tells_the_nearest_word_and_how_near_it_is() -> None:
    assert 'sounds like "talking" (0.87)' in rule_of("a bass that talks", "talks")


def test_an_unknown_word_gives_less_than_the_word_that_it_is_read_as() -> None:
    assert 0 < plan("pad that changes").axes["movement"] < plan("changing pad").axes["movement"]


@pytest.mark.parametrize(
    ("slip", "meant"), [("ambint", "ambient"), ("evolvig", "evolving"), ("motoric", "motorik")]
)
def test_what_is_no_word_is_read_by_its_spelling(slip: str, meant: str) -> None:
    read = resembles(slip)
    assert read is not None
    assert read.base == meant
    assert read.how.startswith("spelt like")


@pytest.mark.parametrize("word", ["barge", "qwrt", "thursday", "algebra"])
def test_what_is_near_to_nothing_stays_unused(word: str) -> None:
    assert [unused.text for unused in plan(f"warm pad {word}").unused] == [word]


def test_an_unknown_word_never_changes_what_a_noun_has_named() -> None:
    for prompt in ("bass that shakes", "pad for changes", "kick that talks"):
        said, bare = plan(prompt), plan(prompt.split()[0])
        assert (said.style, said.subtypes) == (bare.style, bare.subtypes)


def test_known_words_load_no_vectors_and_unknown_ones_no_network() -> None:
    code = (
        "import sys; from engine.planner import plan, sense;"
        "plan('warm evolving pad with a long release');"
        "assert sense._vectors.cache_info().currsize == 0;"
        "plan('a pad that changes');"
        "assert sense._vectors.cache_info().currsize == 1;"
        "sys.exit(len({'wordllama', 'requests', 'huggingface_hub', 'httpx2', 'tokenizers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
