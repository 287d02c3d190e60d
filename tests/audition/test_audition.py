"""Presets that are heard: repaired where that makes sense, refused in words where it doesn't."""

import pytest

from engine.audition import Candidate, audition
from engine.compiler import canonical_bytes, compile_spec, playable, spec_from_dict
from engine.gates import profile_for
from engine.generate.draft import Draft
from engine.macros import LEAST_CHANGE_DB, narrow
from engine.measure.change import change_db, third_octave_levels_db
from engine.render.job import NotePlan, RenderJob
from engine.render.pool import RenderPool
from schemas.patch_spec import PatchSpec

NOTES = (NotePlan(48, 0.8, 0.5, 1.0), NotePlan(36, 0.8, 0.3, 0.6))
CUTOFF = "/modules/filter/0/cutoff_hz"


@pytest.fixture(scope="module")
def pool():
    with RenderPool(workers=2, time_limit_s=30) as made:
        yield made


def macro(label, path, amount, default=0.0):
    return {
        "role_id": label.lower(),
        "label": label,
        "default": default,
        "targets": [{"path": path, "amount": amount}],
    }


GOOD_MACROS = [
    macro("CUTOFF", CUTOFF, 0.3),
    macro("RESONANCE", "/modules/filter/0/resonance_percent", 0.45),
    macro("DRIVE", "/modules/filter/0/drive_db", 0.6),
    macro("SUSTAIN", "/modules/env/0/sustain_percent", -0.8),
]


def patch(changes=None, macros=None):
    draft = Draft(PatchSpec(engine_version="test").model_dump(mode="json"))
    base = {
        "/modules/filter/0/on": True,
        CUTOFF: 400.0,
        "/modules/osc/0/random_phase_percent": 0.0,
        "/modules/env/0/decay_s": 0.1,
    }
    for pointer, value in {**base, **(changes or {})}.items():
        draft.set(pointer, value)
    draft.document["macros"] = GOOD_MACROS if macros is None else macros
    return spec_from_dict(draft.document)


def candidate(spec, name="one"):
    return Candidate(name, "base", spec, NOTES, profile_for("Bass"))


WIDE = {
    "/modules/osc/0/unison/voices": 8,
    "/modules/osc/0/unison/detune_percent": 60.0,
    "/modules/osc/0/random_phase_percent": 100.0,
}
CASES = {
    "plain": patch(),
    "wide": patch(WIDE),
    "loud": patch({"/modules/voicing/volume_db": 5.0, "/modules/osc/0/level_percent": 100.0, CUTOFF: 8000.0}),
    "silent": patch({"/modules/osc/0/level_percent": 0.0}),
    "idle-knob": patch(macros=[*GOOD_MACROS[:3], macro("REVERB", "/modules/fx/8/mix_percent", 0.5)]),
}


@pytest.fixture(scope="module")
def heard(pool):
    found = audition([candidate(spec, name) for name, spec in CASES.items()], pool)
    return {one.preset.id: one for one in found}


def test_a_good_preset_is_levelled_to_its_style_and_accepted(heard):
    preset = heard["plain"].preset
    assert preset.status == "accepted"
    assert preset.measurements.overall.loudness_lufs == pytest.approx(profile_for("Bass").target_lufs, abs=0.3)
    assert len(preset.measurements.notes) == len(NOTES)
    assert heard["plain"].flac.startswith(b"fLaC")


def test_a_bass_that_is_wide_below_is_narrowed(heard):
    preset = heard["wide"].preset
    assert preset.status == "accepted"
    assert {"width", "mono_low"} & {repair.kind for repair in preset.repairs}
    assert preset.spec.modules.voicing.stereo_percent < 100
    assert preset.measurements.overall.low_band_mono_loss_db >= -1.0


def test_what_clips_is_turned_down(heard):
    preset = heard["loud"].preset
    assert preset.status == "accepted"
    assert preset.measurements.overall.peak <= 0.98
    assert preset.spec.modules.voicing.volume_db < 5.0


def test_silence_is_refused_in_words_and_ships_no_audio(heard):
    preset = heard["silent"].preset
    assert preset.status == "refused"
    assert "Silent" in " ".join(preset.refused_because)
    assert heard["silent"].flac is None


def test_a_knob_that_changes_nothing_is_refused_by_name(heard):
    preset = heard["idle-knob"].preset
    assert preset.status == "refused"
    assert "Macro 4 (REVERB) changes the sound by 0.0 dB" in preset.refused_because[0]


def test_every_knob_of_what_ships_is_heard(heard):
    for one in heard.values():
        if one.preset.status == "accepted":
            assert len(one.preset.macros) == 4
            for knob in one.preset.macros:
                assert max(end.change_db for end in knob.ends) >= LEAST_CHANGE_DB


def test_a_knob_that_clips_at_its_end_is_narrowed_until_it_holds(pool):
    loud = macro("BOOM", "/modules/fx/4/low_gain_db", 0.5)
    spec = patch({"/modules/fx/4/on": True, "/modules/fx/4/low_hz": 120.0}, [loud, *GOOD_MACROS[1:]])
    # A second target that only adds level, so that the far end is much louder than the default.
    spec = spec_from_dict(
        {
            **spec.model_dump(mode="json"),
            "macros": [
                {**loud, "targets": [*loud["targets"], {"path": "/modules/voicing/volume_db", "amount": 0.4}]},
                *GOOD_MACROS[1:],
            ],
        }
    )
    preset = audition([candidate(spec)], pool)[0].preset
    assert preset.status == "accepted"
    assert "macro" in {repair.kind for repair in preset.repairs}
    assert preset.spec.macros[0].targets[0].amount < 0.5
    assert not any(end.broken for knob in preset.macros for end in knob.ends)


def test_order_and_company_change_nothing(pool, heard):
    again = audition([candidate(CASES[name], name) for name in ("wide", "plain")], pool)
    assert again[0].preset == heard["wide"].preset
    assert again[1].flac == heard["plain"].flac


def test_narrowing_leaves_the_default_where_it_is(pool):
    spec = patch(macros=[macro("CUTOFF", CUTOFF, 0.3, default=0.5), *GOOD_MACROS[1:]])
    narrowed = narrow(spec, 1, part=0.5)
    assert narrowed.macros[0].targets[0].amount == pytest.approx(0.15)
    jobs = [
        RenderJob(key=key, preset=playable(compile_spec(one)).preset, notes=NOTES[:1], preview=NOTES[0])
        for key, one in (("a", spec), ("b", narrowed))
    ]
    one, two = (third_octave_levels_db(outcome.preview, 44_100) for outcome in pool.map(jobs))
    assert change_db(one, two) < 0.1


def test_the_hash_is_of_the_file_that_was_heard(heard):
    import hashlib

    preset = heard["plain"].preset
    vital = compile_spec(preset.spec)
    assert hashlib.sha256(canonical_bytes(vital)).hexdigest() == preset.preset_sha256
    assert playable(vital).preset == canonical_bytes(vital)
