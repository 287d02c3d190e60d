"""A bundle without its words: nothing of them anywhere in it, and all the rest as it was."""

import dataclasses

import pytest

from engine.bundle import Bundle, BundleError, open_bundle, redact_bundle
from engine.bundle.archive import sha256
from engine.bundle.redact import ERASED, is_redacted, redact_intent, words_of
from engine.planner import plan
from schemas.intent import Intent
from schemas.request import Request
from schemas.result import ValueSet
from tests.bundle import made_up_bundles
from tests.once import rendered
from tests.privacy.words import PROMPT, TAGS, TRACES, traces_in

REWRITTEN = {"index.html", "meta/intent.json", "meta/manifest.json"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return rendered(Request(prompt=PROMPT, tags=TAGS, seed=3, variations=1))


@pytest.fixture(scope="module")
def redacted(bundle: Bundle) -> Bundle:
    return redact_bundle(bundle)


def test_the_words_are_in_exactly_the_files_that_are_rewritten(bundle: Bundle):
    assert {path for path, data in bundle.files.items() if traces_in(data)} == REWRITTEN
    assert set(traces_in(bundle.files["meta/manifest.json"])) == set(TRACES)
    assert traces_in(bundle.files["meta/intent.json"])
    assert [path for path in bundle.files if traces_in(path.encode())] == []


def test_nothing_of_the_words_is_left(redacted: Bundle):
    assert traces_in(redacted.zip) == []
    assert [path for path, data in redacted.files.items() if traces_in(data)] == []


def test_it_is_still_a_whole_bundle(redacted: Bundle):
    opened = open_bundle(redacted.zip)
    assert opened.manifest == redacted.manifest
    assert opened.sha256 == redacted.sha256 == sha256(redacted.zip)
    assert opened.manifest.request.prompt == ERASED
    assert ERASED.encode() in opened.files["index.html"]


def test_presets_previews_and_pictures_keep_their_bytes(bundle: Bundle, redacted: Bundle):
    assert set(bundle.files) == set(redacted.files)
    changed = {path for path, data in bundle.files.items() if redacted.files[path] != data}
    assert changed == REWRITTEN


def test_what_the_words_came_to_stays(bundle: Bundle, redacted: Bundle):
    before, after = (Intent.model_validate_json(one.files["meta/intent.json"]) for one in (bundle, redacted))
    gone = {"prompt", "evidence", "unused", "tags", "notes", "values"}
    assert before.model_dump(exclude=gone) == after.model_dump(exclude=gone)
    read_from = {"text", "start", "end"}
    assert [one.text for one in before.values] == ["140 bpm"]
    assert [one.model_dump(exclude=read_from) for one in before.values] == [
        one.model_dump(exclude=read_from) for one in after.values
    ]
    for old, new in zip(bundle.manifest.presets, redacted.manifest.presets, strict=True):
        told = {"words": True, "values": {"__all__": {"words"}}}
        assert old.model_dump(exclude=told) == new.model_dump(exclude=told)
        for was, now in zip(old.words, new.words, strict=True):
            assert was.model_dump(exclude={"words"}) == now.model_dump(exclude={"words"})
    base = redacted.manifest.presets[0]
    assert base.words, "the page still says which words were satisfied"
    assert ("gritty",) in [word.words for word in base.words]


def test_the_same_bundle_gives_the_same_bytes_and_a_second_time_changes_nothing(bundle: Bundle, redacted: Bundle):
    assert redact_bundle(open_bundle(bundle.zip)).zip == redacted.zip
    assert redact_bundle(redacted) is redacted
    assert is_redacted(redacted)
    assert not is_redacted(bundle)


def test_two_prompts_that_sound_alike_leave_the_same_intent():
    one, other = (redact_intent(plan(text)) for text in ("warm pad", "warm pad zzyzx"))
    assert one == other


def test_the_words_of_a_bundle(bundle: Bundle):
    assert set(words_of(bundle)) == {PROMPT, *TAGS}


def test_the_words_of_a_bundle_come_longest_first_each_once():
    tags = ("zap", "noir", "ambient", "acid", "box house", "a dark pad")
    assert words_of(made_up_bundles.bundle(tags=tags)) == (
        "a dark pad",
        "box house",
        "ambient",
        "acid",
        "noir",
        "zap",
    )


def test_tags_are_words_too_where_a_prompt_says_that_it_is_erased():
    asked = made_up_bundles.bundle(prompt="(erased)", tags=("ambient",))
    assert not is_redacted(asked)
    assert redact_bundle(asked).manifest.request.tags == ()


def test_a_redacted_bundle_quotes_poles_and_keeps_what_a_variation_s_type_came_to():
    kinds = {"words": (made_up_bundles.WORD.model_copy(update={"words": ("wider",), "axis": "width"}),)}
    made = made_up_bundles.bundle(
        made_up_bundles.preset(), made_up_bundles.preset("wider", "Drift - Wider", **kinds)
    )
    base, wider = redact_bundle(made).manifest.presets
    assert [word.words for word in base.words] == [("dark",)]
    assert [word.words for word in wider.words] == [("wider",)]
    louder = made_up_bundles.WORD.model_copy(update={"words": ("blinding",), "asked": 0.6})
    (base,) = redact_bundle(made_up_bundles.bundle(made_up_bundles.preset(words=(louder,)))).manifest.presets
    assert [word.words for word in base.words] == [("bright",)]


def test_a_value_stays_without_the_text_that_it_was_read_from():
    asked = "a pad, attack time roughly 1234 ms"
    intent = plan(asked)
    assert [(one.noun, one.text) for one in intent.values] == [("attack", "attack time roughly 1234 ms")]
    erased = Intent.model_validate_json(redact_intent(intent).model_dump_json())
    assert [(one.noun, one.value, one.unit, one.text) for one in erased.values] == [("attack", 1.234, "s", "")]
    told = ValueSet(noun="attack", asked=1.234, unit="s", found=1.234, kept=True, words="roughly 1234 ms")
    presets = (
        made_up_bundles.preset(values=(told,)),
        made_up_bundles.preset("wider", "Drift - Wider", values=(told,)),
    )
    made = made_up_bundles.bundle(*presets, prompt=asked)
    assert b"roughly 1234 ms" in made.files["meta/manifest.json"]
    redacted = redact_bundle(made)
    assert [path for path, data in redacted.files.items() if b"roughly" in data] == []
    for preset in redacted.manifest.presets:
        assert preset.values == (told.model_copy(update={"words": ""}),)


def test_an_intent_that_is_none_is_refused(bundle: Bundle):
    broken = dataclasses.replace(bundle, files={**bundle.files, "meta/intent.json": b'{"prompt": "zzyzx"}'})
    with pytest.raises(BundleError, match="is not an intent") as raised:
        redact_bundle(broken)
    assert "zzyzx" not in str(raised.value)
