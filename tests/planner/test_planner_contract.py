"""What `plan` promises for any text: refused with a reason, or the same valid intent every time."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine.errors import RequestError
from engine.planner import explain, known_subtypes, plan
from engine.planner.words import entries
from schemas.intent import MAX_PROMPT_CHARS, Intent

VOCABULARY = sorted({" ".join(key) for key, _ in entries()})
PHRASES = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(", ".join)
GLUED = st.lists(st.sampled_from([*VOCABULARY, "-", "/", ".", "2 s", "128", "c#3"]), min_size=1, max_size=14).map(
    " ".join
)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("", "empty"),
        (" \t\n ", "empty"),
        ("x" * (MAX_PROMPT_CHARS + 1), "2,001 characters"),
        ("pad\x00", "U+0000 at position 3"),
        ("\x1b[31mpad", "U+001B at position 0"),
        ("pad \ud800", "U+D800"),
    ],
)
def test_refused_prompts_say_why(prompt: str, reason: str) -> None:
    with pytest.raises(RequestError, match=reason.replace("+", r"\+")):
        plan(prompt)


@pytest.mark.parametrize(
    ("tags", "reason"), [([""], "tag 1"), (["ok", "x" * 41], "tag 2"), (["t"] * 17, "at most 16")]
)
def test_refused_tags_say_which(tags: list[str], reason: str) -> None:
    with pytest.raises(RequestError, match=reason):
        plan("pad", tags=tags)


def test_refused_style_names_the_styles() -> None:
    with pytest.raises(RequestError, match="Percussion"):
        plan("pad", style="Experiment")  # type: ignore[arg-type]


def test_the_longest_prompt_is_read() -> None:
    assert plan("warm " * 400).axes["warmth"] > 0


@given(st.text(max_size=300))
@example("\u212b\ufb01lter \u0130 ß ẞ cafe\u0301 pad")
@example("9" * 400 + " bpm")
@example("c9 g9 b#9 cb-1 1e5 s 0 s attack 0 ms glide")
def test_any_text_is_refused_or_understood_the_same_way_twice(text: str) -> None:
    found = _understood(text)
    assert found == _understood(text)
    if isinstance(found, Intent):
        assert Intent.model_validate_json(found.model_dump_json()) == found


def _understood(text: str) -> Intent | str:
    """The intent, or why there is none."""
    try:
        return plan(text)
    except RequestError as error:
        return str(error)


@given(PHRASES | GLUED)
def test_any_mix_of_known_words_gives_a_valid_intent_with_true_spans(text: str) -> None:
    assume(len(text) <= MAX_PROMPT_CHARS and text.strip())
    intent = plan(text)
    for row in explain(intent):
        assert text[row.start : row.end] == row.text
    assert Intent.model_validate_json(intent.model_dump_json()) == intent
    assert set(intent.subtypes) <= known_subtypes()


def test_explain_lists_every_content_word_once_and_in_order() -> None:
    rows = explain(plan("a very warm frobnicated pad without reverb"))
    assert [(row.text, row.used) for row in rows] == [
        ("very warm", True),
        ("frobnicated", False),
        ("pad", True),
        ("without reverb", True),
    ]


def test_evidence_names_effect_and_rule() -> None:
    (evidence,) = plan("very dark").evidence
    assert evidence.effect == "brightness -0.84"
    assert evidence.rule == "quality, degree ×1.40"


def test_tags_are_explained_apart_from_the_prompt() -> None:
    rows = explain(plan("pad", tags=["dark"]))
    assert [(row.source, row.text) for row in rows] == [("prompt", "pad"), ("tag", "dark")]
    assert rows[1].effect == "brightness -0.30"


def test_accents_case_and_width_do_not_matter() -> None:
    assert plan("WÁRM ｐａｄ").axes == plan("warm pad").axes
