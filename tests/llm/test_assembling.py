"""From an answer to an intent: each item against its quote."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.planner import plan
from engine.stages import patch_stage, plan_stage
from engine.versions import PLANNER
from engine.word_contracts import asked_axes, without_words
from schemas.intent import AXES, Intent, ValueNoun, ValueUnit
from schemas.request import Request
from service.llm.answer import CHARACTERS, UNITS, Answer
from service.llm.assembling import MOST_ITEMS, UNITS_OF_NOUNS, Assembled, assemble, find
from tests.llm.endpoint import EMPTY, GOOD, PROMPT


def assembled(prompt: str, tags: tuple[str, ...] = (), **said: Any) -> Assembled:
    answer = Answer.model_validate(EMPTY | said)
    return assemble(answer, plan(prompt, tags=tags), tags=tags, version="1", style=None)


def read(prompt: str, tags: tuple[str, ...] = (), **said: Any) -> Intent:
    return assembled(prompt, tags, **said).intent


def number(noun: str, value: float, unit: str, quote: str) -> dict[str, Any]:
    return {"noun": noun, "number": value, "unit": unit, "quote": quote}


def character(name: str, quote: str, said: str = "described") -> dict[str, Any]:
    return {"character": name, "said": said, "quote": quote}


@pytest.mark.parametrize(
    ("quote", "span"),
    [
        ("Warm pad", (2, 10)),
        ("warm PAD", (2, 10)),
        ("  warm \n pad ", (2, 10)),
        ("pad,", (7, 11)),
        ("wide", (12, 16)),
        ("war", None),
        ("arm", None),
        ("wider", None),
        ("cold pad", None),
        ("", None),
        (" ", None),
        ("x" * 3000, None),
        ("warm.*", None),
    ],
)
def test_a_quote_is_found_as_whole_words_in_any_case(quote: str, span: tuple[int, int] | None) -> None:
    found = find(quote, "a Warm pad, wide", ())
    assert (found and (found.start, found.end)) == span


def test_scripts_without_spaces_are_quoted_too() -> None:
    found = find("暗い", "とても暗いパッド", ())
    assert found is not None
    assert (found.start, found.end, found.text) == (3, 5, "暗い")


@pytest.mark.parametrize(
    ("quote", "prompt", "is_there"),
    [
        ("パッド", "暗いパッド", True),  # kana on both sides of the cut
        ("따뜻한", "아주따뜻한패드", True),
        ("тёмн", "тёмный пэд", False),
        ("тёмный", "тёмный пэд", True),
        ("pad", "暗いpad", True),
    ],
)
def test_letters_of_other_scripts_make_words_where_these_are_written_apart(
    quote: str, prompt: str, is_there: bool
) -> None:
    assert (find(quote, prompt, ()) is not None) == is_there


def test_evidence_is_the_prompts_own_text() -> None:
    intent = read(PROMPT, **{name: one for name, one in GOOD.items() if one})
    assert {row.text for row in intent.evidence} == {
        "midnight", "blanket of sound", "cathedral", "nothing harsh", "800 ms attack",
    }  # fmt: skip
    assert [(row.text, row.asks) for row in intent.evidence if row.asks] == [("midnight", "brightness")]
    assert intent.planner_version == f"llm 1, rules {PLANNER}"


def test_what_the_prompt_does_not_say_is_left_out_and_told() -> None:
    found = assembled(
        "warm pad",
        styles=[{"style": "Bass", "sure": "certain", "quote": "bass"}],
        kinds=[{"kind": "reese", "quote": "reese"}],
        characters=[character("warm", "warm"), character("dark", "gloomy")],
        features=[{"feature": "reverb", "wish": "wanted", "quote": "reverb"}],
        keys=[{"key": "C minor", "quote": "C minor"}],
        voicings=[{"voicing": "mono", "quote": "mono"}],
        registers=[{"height": "low", "quote": "low"}],
    )
    intent = found.intent
    assert (intent.style, intent.style_confidence) == ("Pad", 0.0), "as the rules read it"
    assert (intent.subtypes, intent.axes, intent.features, intent.key) == ((), {"warmth": 0.6}, {}, None)
    assert (intent.voicing, intent.register_midi) == (None, None)
    assert (found.read, found.invented) == (1, 7)
    assert "7 parts of its answer were left out: the prompt doesn't say it." in intent.notes
    assert [row.text for row in intent.unused] == ["pad"]


@pytest.mark.parametrize(
    ("prompt", "said", "value", "unit"),
    [
        ("attack 10 ms", number("attack", 10, "ms", "attack 10 ms"), 0.01, "s"),
        ("cutoff at 1.2kHz", number("cutoff", 1.2, "kHz", "cutoff at 1.2kHz"), 1200, "Hz"),
        ("7 voices", number("unison_voices", 7, "voices", "7 voices"), 7, "voices"),
        ("one octave down", number("transpose", -1, "octaves", "one octave down"), -12, "semitones"),
        ("an octave up", number("transpose", 1, "octaves", "an octave up"), 12, "semitones"),
        ("Attack 0,8 s", number("attack", 0.8, "s", "attack 0,8 s"), 0.8, "s"),
        ("cutoff 1,500 Hz", number("cutoff", 1500, "Hz", "cutoff 1,500 Hz"), 1500, "Hz"),
        ("128 bpm", number("tempo", 128, "bpm", "128 bpm"), 128, "bpm"),
        ("glide 40 ms", number("glide", 40, "ms", "glide 40 ms"), 0.04, "s"),
    ],
)
def test_a_number_that_stands_there_is_the_value(prompt: str, said: Any, value: float, unit: str) -> None:
    intent = read(f"{prompt} pad", numbers=[said])
    (found,) = (one for one in intent.values if one.noun == said["noun"])
    assert (found.value, found.unit, found.text) == (pytest.approx(value), unit, prompt)
    assert intent.tempo_bpm == (128 if said["noun"] == "tempo" else None)
    assert intent.glide_s == (0.04 if said["noun"] == "glide" else None)


@pytest.mark.parametrize(
    "said",
    [
        number("release", 3, "s", "a while"),
        number("release", 2, "s", "wait a while"),
        number("cutoff", 1, "voices", "a while"),
        number("waveform", 1, "voices", "a while"),
        number("release", 3, "s", "3 s"),
        number("release", -4, "s", "4 beats"),
        number("release", 4, "voices", "4 beats"),
    ],
    ids=["no such number", "no such words", "no such unit", "not by number", "neither", "below nothing", "not its"],
)
def test_an_invented_number_is_left_out(said: Any) -> None:
    prompt = "pad that rings for a while, for 4 beats"
    found = assembled(prompt, numbers=[said], characters=[character("long", "rings")])
    assert found.intent.values == ()
    assert found.invented == 1


@pytest.mark.parametrize(
    ("prompt", "said", "stands"),
    [
        ("attack 800 ms", number("attack", 800, "ms", "800 ms"), True),
        ("attack 800 ms", number("attack", 800, "s", "800 ms"), False),
        ("attack 2s", number("attack", 2, "s", "2s"), True),
        ("attack 2s", number("attack", 2, "ms", "2s"), False),
        ("cutoff 2k", number("cutoff", 2, "kHz", "2k"), True),
        ("cutoff 2k", number("cutoff", 2, "Hz", "2k"), False),
        ("sustain at 70", number("sustain", 70, "%", "70"), True),
        ("7 voices", number("unison_voices", 7, "voices", "7 voices"), True),
        ("7 voices", number("unison_voices", -7, "voices", "7 voices"), False),
    ],
)
def test_a_unit_that_stands_there_is_the_numbers(prompt: str, said: Any, stands: bool) -> None:
    answer = Answer.model_validate(EMPTY | {"numbers": [said]})
    bare = plan(prompt).model_copy(update={"values": ()})
    found = assemble(answer, bare, tags=(), version="1", style=None)
    assert (len(found.intent.values), found.invented) == ((1, 0) if stands else (0, 1))


def test_what_is_named_is_set_where_it_is_quoted() -> None:
    said = [{"choice": "square_wave", "quote": "hollow wave"}, {"choice": "notch_filter", "quote": "a notch"}]
    found = assembled("a hollow wave, darker", choices=said)
    assert [(one.noun, one.value, one.unit, one.text) for one in found.intent.values] == [
        ("waveform", "square", "word", "hollow wave")
    ]
    assert found.invented == 1
    assert [row.effect for row in found.intent.evidence] == ["sets waveform to square"]


def test_what_the_model_set_is_in_the_patch() -> None:
    prompt = "a blanket of sound that takes 800 ms to rise"
    intent = read(prompt, numbers=[number("attack", 800, "ms", "800 ms")])
    made = plan_stage(Request(prompt=prompt, planner="llm", model="m"), intent=intent)
    assert patch_stage(made).spec.modules.env[0].attack_s == pytest.approx(0.8, rel=0.05)


def test_values_that_the_rules_read_are_not_lost() -> None:
    prompt = "saw lead, 7 voices, attack 20 ms"
    found = assembled(prompt, numbers=[number("attack", 20, "ms", "attack 20 ms")])
    by_noun = {one.noun: one.value for one in found.intent.values}
    assert by_noun == {"attack": 0.02, "waveform": "saw", "unison_voices": 7.0}
    assert found.read == 1, "what the rules read is not the model's"
    rules = [row.rule for row in found.intent.evidence if row.text == "7 voices"]
    assert rules == ["value, as the rules read it"]


def test_a_number_the_model_binds_otherwise_is_not_bound_twice() -> None:
    rules = {one.noun for one in plan("delay 300 ms pad").values}
    assert rules == {"delay_time"}
    intent = read("delay 300 ms pad", numbers=[number("attack", 300, "ms", "delay 300 ms")])
    assert {one.noun for one in intent.values} == {"attack"}


def test_a_ban_holds_over_a_wish() -> None:
    both = [{"feature": "reverb", "wish": wish, "quote": "reverb"} for wish in ("wanted", "banned", "wanted")]
    assert read("pad without reverb", features=both).features == {"reverb": "banned"}


def test_described_outranks_suggested_and_the_same_axis_is_a_mean() -> None:
    said = [
        character("very_bright", "bell", "suggested"),
        character("dark", "dark"),
        character("slightly_dark", "dim"),
    ]
    assert read("dark, dim bell", characters=said).axes == {"brightness": pytest.approx(-0.45)}
    assert read("dark, dim bell", characters=said[:1]).axes == {"brightness": 0.9}


def test_tags_lean_by_half_and_ask_for_nothing() -> None:
    intent = read("pad", ("dark",), characters=[character("dark", "dark")])
    assert intent.axes == {"brightness": -0.3}
    (row,) = intent.evidence
    assert (row.source, row.asks, row.text) == ("tag", None, "dark")
    assert asked_axes(intent) == ()


def test_a_template_overrules_the_style() -> None:
    answer = Answer.model_validate(EMPTY | {"styles": [{"style": "Pad", "sure": "certain", "quote": "pad"}]})
    found = assemble(answer, plan("pad", style="Bass"), tags=(), version="1", style="Bass")
    assert (found.intent.style, found.intent.style_confidence) == ("Bass", 1.0)


def test_no_answer_is_too_long() -> None:
    many = [character("dark", "dark")] * (MOST_ITEMS * 20)
    kinds = [{"kind": kind, "quote": "pad"} for kind in ("bell", "choir", "reese", "808", "brass", "arp", "acid",
                                                         "clap", "conga", "cowbell")]  # fmt: skip
    intent = read("dark pad", characters=many, kinds=kinds)
    assert len(intent.subtypes) == 8
    assert len(intent.evidence) == 9


def test_the_twin_takes_the_axis_out_and_asks_nobody() -> None:
    intent = read("dark pad that is wide", characters=[character("dark", "dark"), character("wide", "wide")])
    request = Request(prompt=intent.prompt, planner="llm", model="m")
    asked = {one.axis: one for one in asked_axes(intent)}
    twin = without_words(request, intent, asked["brightness"])
    assert twin == intent.model_copy(update={"axes": {"width": 0.6}})


def test_words_for_every_end_of_every_axis() -> None:
    assert {axis for axis, _ in CHARACTERS.values()} == set(AXES)
    for axis in AXES:
        places = sorted(value for one, value in CHARACTERS.values() if one == axis)
        assert places == [-0.9, -0.6, -0.3, 0.3, 0.6, 0.9]
    assert CHARACTERS["very_dark"] == ("brightness", -0.9)


def test_units_and_settings_are_the_intents() -> None:
    assert set(UNITS_OF_NOUNS) <= set(get_args(ValueNoun))
    assert {unit for units in UNITS_OF_NOUNS.values() for unit in units} <= set(get_args(ValueUnit))
    assert {unit for unit, _ in UNITS.values()} <= set(get_args(ValueUnit))


_QUOTES = st.one_of(st.text(max_size=12), st.sampled_from(PROMPT.split()), st.just("800 ms attack"))


_SAID = st.sampled_from(["described", "suggested"])
_FIGURES = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.builds(character, st.sampled_from(sorted(CHARACTERS)), _QUOTES, _SAID)),
    st.lists(
        st.builds(number, st.sampled_from(get_args(ValueNoun)), _FIGURES, st.sampled_from(sorted(UNITS)), _QUOTES)
    ),
)
def test_whatever_is_said_an_intent_comes_out_that_quotes_the_prompt(characters: Any, numbers: Any) -> None:
    intent = read(PROMPT, characters=characters, numbers=numbers)
    assert Intent.model_validate_json(intent.model_dump_json()) == intent
    for row in (*intent.evidence, *intent.values):
        assert PROMPT[row.start : row.end] == row.text
