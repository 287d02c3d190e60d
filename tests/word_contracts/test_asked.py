"""What a prompt asks for, and the neutral twin of each of its words."""

import pytest

from engine.planner import plan
from engine.word_contracts import AskedAxis, asked_axes, without_words
from schemas.intent import AXES, Evidence
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


OPPOSITES = [
    ("dark", "bright", "brightness"),
    ("cold", "warm", "warmth"),
    ("instant attack", "slow attack", "attack"),
    ("short", "long", "length"),
    ("static", "evolving", "movement"),
    ("slowly moving", "fast moving", "rate"),
    ("mono", "wide", "width"),
    ("dry", "spacious", "space"),
    ("clean", "distorted", "grit"),
    ("hissless", "noisy", "noise"),
    ("thin", "heavy", "weight"),
    ("simple", "complex", "complexity"),
    ("calm", "dissonant", "tension"),
    ("flat", "resonant", "resonance"),
]


def test_every_axis_has_opposite_words():
    assert {axis for _, _, axis in OPPOSITES} == set(AXES)


@pytest.mark.parametrize(("low", "high", "axis"), OPPOSITES)
def test_opposite_words_ask_for_the_two_directions_of_an_axis(low, high, axis):
    assert asked(f"{low} pad")[axis].value < -0.15
    assert asked(f"{high} pad")[axis].value > 0.15


def intent_of(prompt, asking, axes):
    """An intent whose evidence is what `asking` says: words, the axis that they ask for, and where they stand."""
    evidence = tuple(
        Evidence(
            source=source,
            start=prompt.index(text) if source == "prompt" else 0,
            end=(prompt.index(text) if source == "prompt" else 0) + len(text),
            text=text,
            effect="x",
            rule="x",
            asks=axis,
        )
        for text, axis, source in asking
    )
    return plan(prompt).model_copy(update={"evidence": evidence, "axes": axes})


@pytest.mark.parametrize(
    ("value", "asks"), [(0.15, True), (-0.15, True), (0.149, False), (-0.149, False), (0.0, False)]
)
def test_what_is_hardly_asked_for_is_no_contract(value, asks):
    intent = intent_of("bright pad", [("bright", "brightness", "prompt")], {"brightness": value})
    assert bool(asked_axes(intent)) is asks


def test_a_tag_asks_for_nothing():
    intent = intent_of("some pad", [("bright", "brightness", "tag")], {"brightness": 0.6})
    assert asked_axes(intent) == ()


def test_all_words_that_ask_for_an_axis_are_named_in_the_prompts_order():
    intent = intent_of(
        "dark and muffled wide pad",
        [("dark", "brightness", "prompt"), ("muffled", "brightness", "prompt"), ("wide", "width", "prompt")],
        {"brightness": -0.9, "width": 0.7},
    )
    assert asked_axes(intent) == (
        AskedAxis("brightness", -0.9, ("dark", "muffled")),
        AskedAxis("width", 0.7, ("wide",)),
    )


def test_equally_strong_words_come_in_the_order_of_their_axes_whichever_way_they_go():
    words = ["one", "two", "three"]
    intent = intent_of(
        "one two three pad",
        [(word, axis, "prompt") for word, axis in zip(words, ["width", "grit", "noise"], strict=True)],
        {"width": -0.6, "grit": 0.6, "noise": 0.8},
    )
    assert [one.axis for one in asked_axes(intent)] == ["noise", "grit", "width"]


def test_a_twin_keeps_the_style_and_what_tags_say():
    request = Request(prompt="dark bass", tags=("wide",))
    intent = plan(request.prompt, tags=request.tags)
    twin = without_words(request, intent, asked_axes(intent)[0])
    assert twin.axes["width"] == intent.axes["width"] > 0
    sound = intent.model_copy(update={"style": "Lead"})
    assert without_words(request, sound, asked_axes(sound)[0]).style == "Lead"


def test_side_effects_of_the_words_go_with_them_and_other_words_stay():
    request = Request(prompt="spacious and warm pad")
    intent = plan(request.prompt)
    assert set(intent.axes) == {"space", "width", "warmth", "brightness"}
    assert set(without_words(request, intent, asked(request.prompt)["space"]).axes) == {"warmth", "brightness"}
    assert set(without_words(request, intent, asked(request.prompt)["warmth"]).axes) == {"space", "width"}


def test_a_prompt_of_one_word_keeps_all_else_of_its_intent():
    intent = plan("spacious")
    twin = without_words(Request(prompt="spacious"), intent, asked_axes(intent)[0])
    assert twin.axes == {"width": 0.4}


def test_a_twin_lacks_the_axis_where_the_words_hid_another_that_asks_for_it():
    intent = intent_of("dark muffled wide pad", [("dark", "brightness", "prompt")], {"brightness": -0.9})
    twin = without_words(Request(prompt="dark muffled wide pad"), intent, asked_axes(intent)[0])
    assert set(twin.axes) == {"width"}


def test_a_twin_lacks_all_words_that_ask_for_the_axis():
    request = Request(prompt="dark and muffled glockenspiel")
    intent = plan(request.prompt)
    twin = without_words(request, intent, asked_axes(intent)[0])
    assert twin.axes == plan("glockenspiel").axes
