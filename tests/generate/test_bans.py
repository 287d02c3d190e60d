"""What is denied is off in the patch, in every template, however far its words drive it the other way."""

from typing import get_args

import pytest

from engine.catalog import catalog
from engine.compiler.slots import FILTERS, OSCILLATORS, SAMPLE
from engine.generate.draft import Draft
from engine.generate.patch import make_patch
from engine.generate.variations import make_variations
from engine.planner import plan
from schemas.intent import AXES, Axis, Feature, Intent
from schemas.patch_spec import Metadata, PatchSpec

FX = {"chorus": 0, "compressor": 1, "delay": 2, "distortion": 3, "bitcrush": 3, "eq": 4, "flanger": 6, "phaser": 7}
FX |= {"reverb": 8}
ALL_UP: dict[Axis, float] = dict.fromkeys(AXES, 1.0)
HARDEST: dict[Axis, float] = dict.fromkeys(AXES, 2.0)
METADATA = Metadata(name="Test Tone", author="Tester", comments="A test.", style="Bass")


def banning(*features: Feature) -> Intent:
    """An intent that asks for everything else: each axis at its upper end."""
    wishes = dict.fromkeys(features, "banned")
    return plan("sound").model_copy(update={"axes": ALL_UP, "features": wishes})


def patch(template: str, *features: Feature) -> Draft:
    made = make_patch(banning(*features), catalog()[template], seed=3, metadata=METADATA, drives=HARDEST)
    return Draft(made.spec.model_dump(mode="json"))


def sources(draft: Draft) -> list[str]:
    return [one for one in (*OSCILLATORS, SAMPLE) if draft.is_on(f"{one}/on")]


def routes(draft: Draft) -> list[tuple[str, str, float]]:
    return [
        (r["source"], r["target"].rpartition("/")[2], r["amount"]) for r in draft.document["modulation"]["routes"]
    ]


def repeats(draft: Draft, lfo: str) -> bool:
    """Whether an LFO goes round, and is no envelope of its own."""
    return bool(draft.get(f"/modules/lfo/{int(lfo[4:]) - 1}/mode") != "envelope")


@pytest.mark.parametrize("template", sorted(catalog()))
def test_every_denied_effect_is_off_in_every_template(template: str) -> None:
    draft = patch(template, *FX)
    assert [n for n in FX.values() if draft.is_on(f"/modules/fx/{n}/on")] == []
    assert not draft.is_on("/modules/fx/5/on"), "the filter among the effects goes with all others"


@pytest.mark.parametrize("template", sorted(catalog()))
def test_each_denied_effect_is_off_alone(template: str) -> None:
    for feature, slot in FX.items():
        assert not patch(template, feature).is_on(f"/modules/fx/{slot}/on"), feature


@pytest.mark.parametrize("template", sorted(catalog()))
def test_filters_noise_sub_and_unison_are_off_and_something_still_sounds(template: str) -> None:
    draft = patch(template, "filter", "noise", "sub", "unison", "stereo", "velocity")
    assert not any(draft.is_on(f"{one}/on") for one in FILTERS)
    on = [one for one in OSCILLATORS if draft.is_on(f"{one}/on")]
    assert sources(draft), "a sound that is all noise keeps it"
    assert not (on and draft.is_on(f"{SAMPLE}/on"))
    low = [one for one in on if draft.get(f"{one}/transpose_semitones") <= -12]
    assert len(low) <= (len(on) == 1)
    assert all(draft.get(f"{one}/unison/voices") == 1 for one in OSCILLATORS)
    assert draft.get("/modules/voicing/stereo_percent") == 0
    assert "velocity" not in {source for source, _, _ in routes(draft)}


@pytest.mark.parametrize("template", sorted(catalog()))
def test_no_lfo_moves_anything_where_lfos_are_denied(template: str) -> None:
    draft = patch(template, "lfo")
    assert not [source for source, _, _ in routes(draft) if source.startswith("lfo_")]
    for macro in draft.document["macros"]:
        for target in macro["targets"]:
            if target["path"].startswith("/modulation/routes/"):
                Draft.get(draft, target["path"])  # the numbers of the routes that are left


MOTIONS: list[Feature] = [
    "filter_sweep",
    "vibrato",
    "tremolo",
    "gate",
    "pump",
    "arpeggio",
    "pitch_rise",
    "pitch_drop",
]


@pytest.mark.parametrize("template", sorted(catalog()))
def test_no_modulation_makes_what_is_denied(template: str) -> None:
    draft = patch(template, *MOTIONS)
    found = routes(draft)
    again = {source for source, _, _ in found if source.startswith("lfo_") and repeats(draft, source)}
    moved = {end for source, end, _ in found if source in again}
    assert not moved & {
        "cutoff_hz",
        "tune_cents",
        "transpose_semitones",
        "voice_amplitude_percent",
        "level_percent",
    }
    bent = {end for source, end, _ in found if source.startswith("env_")}
    assert not bent & {"cutoff_hz", "transpose_semitones"}


@pytest.mark.parametrize("template", ["fm_bass", "screech_lead", "choir_pad", "sync_lead", "growl_bass", "ufo"])
def test_warps_that_make_what_is_denied_are_none(template: str) -> None:
    draft = patch(template, "fm", "ring_mod", "sync", "formant")
    kinds = {draft.get(f"{one}/warp/type") for one in OSCILLATORS}
    assert not any(kind.startswith(("fm_", "rm_")) or kind in ("sync", "formant") for kind in kinds)
    assert not [one for one in FILTERS if draft.is_on(f"{one}/on") and draft.get(f"{one}/model") == "formant"]


def plain(template: str, **wishes: str) -> Draft:
    intent = plan("sound").model_copy(update={"features": wishes, "axes": {}})
    spec = make_patch(intent, catalog()[template], seed=1, metadata=METADATA).spec
    return Draft(spec.model_dump(mode="json"))


@pytest.mark.parametrize("template", ["chord_gate", "gated_sequence", "bass_sequence"])
def test_a_gate_that_is_taken_away_leaves_the_sound_open(template: str) -> None:
    onto = {end for source, end, _ in routes(plain(template)) if source.startswith("lfo_")}
    assert "voice_amplitude_percent" in onto
    open_draft = plain(template, gate="banned")
    assert open_draft.get("/modules/voicing/voice_amplitude_percent") > 90
    moved = [target["path"] for macro in open_draft.document["macros"] for target in macro["targets"]]
    assert "/modules/voicing/voice_amplitude_percent" not in moved


def test_what_is_wanted_of_an_effect_that_two_features_share_stays() -> None:
    crushed = plain("mono_lead", distortion="banned", bitcrush="wanted")
    assert (crushed.is_on("/modules/fx/3/on"), crushed.get("/modules/fx/3/curve")) == (True, "bit_crush")
    driven = plain("mono_lead", distortion="wanted", bitcrush="banned")
    assert driven.is_on("/modules/fx/3/on")
    assert driven.get("/modules/fx/3/curve") not in ("bit_crush", "down_sample")


def test_no_variation_brings_back_what_is_denied() -> None:
    intent, template = plan("pad, no effects"), catalog()["warm_pad"]
    base = make_patch(intent, template, seed=5, metadata=METADATA).spec
    found = make_variations(base, intent, template, seed=5, count=11)
    switched = {str(op["path"]) for one in found for op in one.patch if str(op["path"]).endswith("/on")}
    assert not {path for path in switched if path.startswith("/modules/fx/")}
    assert isinstance(base, PatchSpec)


def test_every_feature_that_can_be_denied_is_told_to_the_moves() -> None:
    for feature in get_args(Feature):
        made = make_patch(banning(feature), catalog()["mono_lead"], seed=1, metadata=METADATA)
        assert made.spec == make_patch(banning(feature), catalog()["mono_lead"], seed=1, metadata=METADATA).spec
