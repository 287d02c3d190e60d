"""The five stages on a made-up renderer: what each hands on, whatever is refused, and where each role went."""

from hashlib import sha256

import orjson
import pytest
from fake_renderer import FakeRenderer, FakeSound, by_amounts

from engine import stages
from engine.bundle import read_zip
from engine.catalog import template
from engine.errors import GateError, RequestError
from engine.generate.patch import Patch
from engine.stages import (
    bundle_stage,
    patch_stage,
    plan_stage,
    render_stage,
    request_key,
    run_request,
    variation_stage,
)
from schemas.intent import AXES
from schemas.request import Request

COMMON = dict.fromkeys(AXES, 2.0) | {"attack": 7.0, "length": 7.0}
"""Figures of a made-up sound."""


def asked(prompt="supersaw lead", **options):
    return Request(prompt=prompt, **{"variations": 2} | options)


def test_a_plan_says_what_was_understood_and_who_answers():
    request = asked("dark warm pad", seed=3)
    made = plan_stage(request)
    assert made.request == request
    assert made.key == request_key(request)
    assert made.intent.style == "Pad"
    assert made.intent.axes["brightness"] < 0
    assert made.template_id == "warm_pad"
    assert made.template_version == template(made.template_id).version
    assert made.title


def test_a_template_that_is_asked_for_answers_and_lends_its_style():
    made = plan_stage(asked("something", template_id="kick"))
    assert made.template_id == "kick"
    assert made.intent.style == "Percussion"
    assert plan_stage(asked("a pad", template_id="kick")).template_id == "kick"


def test_a_name_that_is_asked_for_is_the_title():
    assert plan_stage(asked(name="Mine")).title == "Mine"
    assert plan_stage(asked()).title != plan_stage(asked(seed=4)).title


def test_tags_count():
    plain, tagged = plan_stage(asked("lead")), plan_stage(asked("lead", tags=("dark",)))
    assert "brightness" not in plain.intent.axes
    assert tagged.intent.axes["brightness"] < 0


@pytest.mark.parametrize("options", [{"template_id": "nope"}, {"prompt": "   "}])
def test_what_cannot_be_used_is_refused(options):
    with pytest.raises(RequestError):
        plan_stage(asked(**options))


def test_the_key_is_a_hash_of_the_request_and_every_version(monkeypatch):
    request = asked()
    content = {"request": request.model_dump(mode="json"), "versions": {"engine": "1"}}
    monkeypatch.setattr(stages, "all_versions", lambda: {"engine": "1"})
    assert request_key(request) == sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    monkeypatch.setattr(stages, "all_versions", lambda: {"engine": "2"})
    assert request_key(request) != sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def test_as_many_variations_are_made_as_were_asked_for():
    for count in (0, 1, 3):
        made = plan_stage(asked(variations=count))
        assert len(variation_stage(made, patch_stage(made).spec)) == count


def heard_of(request, fake):
    made = plan_stage(request)
    patch = patch_stage(made)
    return made, patch, render_stage(made, patch.spec, variation_stage(made, patch.spec), fake)


def transposed(played):
    """Of all that varies a sound, only another octave is heard."""
    return FakeSound(-19.0, timbre=COMMON | {"brightness": 2.0 + played.settings["voice_transpose"] / 3.0})


def test_what_is_heard_becomes_a_bundle_with_audio_of_what_is_accepted():
    made, patch, heard = heard_of(asked(), FakeRenderer(transposed))
    *accepted, given_up = heard.presets
    assert [preset.status for preset in heard.presets] == ["accepted", "accepted", "refused"]
    assert [preset.kind for preset in accepted] == ["base", "octave"]
    assert given_up.refused_because[0].startswith(f"Not heard as {given_up.kind}: ")
    assert set(heard.previews) == {preset.id for preset in accepted}
    files = read_zip(bundle_stage(heard, patch.placements).zip)
    manifest = orjson.loads(files["meta/manifest.json"])
    assert manifest["key"] == made.key
    assert [preset["id"] for preset in manifest["presets"]] == [preset.id for preset in accepted]
    assert [preset["id"] for preset in manifest["refused"]] == [given_up.id]
    assert sum(name.endswith(".flac") for name in files) == 2


def test_all_stages_in_a_row_are_a_request():
    request = asked(variations=0)
    _, patch, heard = heard_of(request, FakeRenderer())
    assert run_request(request, FakeRenderer()).zip == bundle_stage(heard, patch.placements).zip


def test_a_base_that_was_refused_makes_no_bundle_and_says_why():
    made, patch, heard = heard_of(asked(), FakeRenderer(lambda played: FakeSound(-120.0)))
    assert [preset.status for preset in heard.presets] == ["refused"] * 3
    assert heard.previews == {}
    assert heard.variations.variations == ()
    reason = "; ".join(heard.presets[0].refused_because)
    with pytest.raises(GateError) as refused:
        bundle_stage(heard, patch.placements)
    assert str(refused.value) == f"{made.title} was refused: {reason}"
    assert reason.startswith("Silent")


def test_a_base_that_was_refused_names_what_was_set():
    _, patch, heard = heard_of(asked("lead, attack 60 s"), FakeRenderer(lambda played: FakeSound(-120.0)))
    with pytest.raises(GateError) as refused:
        bundle_stage(heard, patch.placements)
    assert [(value.asked, value.kept) for value in refused.value.values] == [(60.0, False)]
    assert refused.value.values == heard.presets[0].values


def test_a_variation_that_was_refused_makes_a_bundle_without_it():
    fake = FakeRenderer()
    fake.sound = lambda played: FakeSound(-120.0 if fake.jobs[-1].key == "reseeded" else -19.0)
    _, patch, heard = heard_of(asked(), fake)
    assert [preset.status for preset in heard.presets] == ["accepted", "refused", "refused"]
    assert set(heard.previews) == {"base"}
    files = read_zip(bundle_stage(heard, patch.placements).zip)
    assert sum(name.endswith((".vital", ".flac")) for name in files) == 2


def idle(label):
    """Nothing is heard of the macro of that name."""

    def change(turned, rest, turn):
        found = by_amounts(turned, rest, turn)
        if turned.labels[turn.macro - 1] == label:
            found.change_db = 0.0
        return found

    return change


def test_a_macro_without_effect_is_replaced_and_the_manifest_says_where_it_went():
    request = asked(variations=0)
    made = plan_stage(request)
    patch: Patch = patch_stage(made)
    first = patch.spec.macros[0]
    assert first.control == "macro_1"
    _, _, heard = heard_of(request, FakeRenderer(change=idle(first.label)))
    base = heard.presets[0]
    assert base.status == "accepted"
    assert first.role_id not in {one.role_id for one in base.macros}
    assert [one.number for one in base.macros] == [1, 2, 3, 4]
    (swapped,) = [one for one in base.repairs if one.kind == "role"]
    assert swapped.subject == first.label
    assert swapped.reason == (
        f"Macro 1 ({first.label}) changes the sound by 0.0 dB (at least 1.0 dB), so the next role took its place"
    )
    placed = {one.role_id: one for one in stages._as_heard(patch.placements, base.spec)}
    before = {one.role_id: one for one in patch.placements}
    moved = placed[first.role_id]
    assert moved.control == "baked"
    assert moved.reason == "moved when another role changed nothing that is heard"
    stayed = next(one for role, one in placed.items() if one.control == before[role].control)
    assert stayed.reason == before[stayed.role_id].reason
    for macro in base.spec.macros:
        assert placed[macro.role_id].targets == tuple(target.path for target in macro.targets)
        assert placed[macro.role_id].control == macro.control
        assert placed[macro.role_id].label == before[macro.role_id].label
    assert [one.role_id for one in stages._as_heard(patch.placements, base.spec)] == [
        macro.role_id for macro in base.spec.macros
    ]


def test_a_role_without_a_control_of_its_own_stays_where_it_was_planned():
    patch = patch_stage(plan_stage(asked(variations=0)))
    bare = patch.spec.model_copy(
        update={"macros": tuple(one.model_copy(update={"control": None}) for one in patch.spec.macros)}
    )
    planned = {one.role_id: (one.control, one.reason) for one in patch.placements}
    found = stages._as_heard(patch.placements, bare)
    assert {one.role_id: (one.control, one.reason) for one in found} == planned


def test_the_seed_picks_among_templates_that_answer_equally_well():
    assert [plan_stage(asked("bass", seed=seed)).template_id for seed in range(3)] == [
        "square_bass",
        "reese_bass",
        "fm_bass",
    ]
