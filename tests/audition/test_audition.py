"""Presets that are heard: repaired where that makes sense, refused in words where it doesn't."""

import pytest

from engine.audition import Candidate, audition
from engine.compiler import canonical_bytes, compile_spec, playable, spec_from_dict
from engine.gates import profile_for
from engine.generate.draft import Draft
from engine.macros import failed, reduce_range, trim
from engine.measure.change import change_db, third_octave_levels_db
from engine.render.job import NotePlan, RenderJob, Turn
from engine.render.pool import RenderPool
from schemas.patch_spec import PatchSpec

NOTES = (NotePlan(48, 0.8, 0.5, 1.0), NotePlan(36, 0.8, 0.3, 0.6))
CUTOFF = "/modules/filter/0/cutoff_hz"
VOLUME = "/modules/voicing/volume_db"


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
    macro("SQUELCH", "/modules/filter/0/resonance_percent", 0.45),
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
RESTLESS = {
    "/modules/osc/0/unison/stereo_spread_percent": 0.0,
    "/modules/osc/0/random_phase_percent": 100.0,
    "/modules/osc/0/unison/voices": 6,
    "/modules/osc/0/unison/detune_percent": 20.0,
    "/modules/env/0/sustain_percent": 100.0,
}
PHASY = {
    "/modules/osc/0/random_phase_percent": 100.0,
    "/modules/osc/0/unison/voices": 2,
    "/modules/osc/0/unison/detune_percent": 0.0,
    "/modules/osc/0/unison/stereo_spread_percent": 72.0,
}
CASES = {
    "plain": patch(),
    "wide": patch(WIDE),
    "loud": patch({"/modules/voicing/volume_db": 5.0, "/modules/osc/0/level_percent": 100.0, CUTOFF: 8000.0}),
    "silent": patch({"/modules/osc/0/level_percent": 0.0}),
    "idle-macro": patch(macros=[*GOOD_MACROS[:3], macro("REVERB", "/modules/fx/8/mix_percent", 0.5)]),
}


@pytest.fixture(scope="module")
def heard(pool):
    found = audition([candidate(spec, name) for name, spec in CASES.items()], pool)
    return {one.preset.id: one for one in found}


def test_a_good_preset_is_levelled_to_its_style_and_accepted(heard):
    preset = heard["plain"].preset
    assert preset.status == "accepted"
    assert preset.measurements.overall.loudness_lufs == pytest.approx(-18.0, abs=0.3)
    assert len(preset.measurements.notes) == len(NOTES) + 2  # phase seeds
    assert heard["plain"].flac.startswith(b"fLaC")


def test_a_bass_that_is_wide_below_is_narrowed(heard):
    preset = heard["wide"].preset
    assert preset.status == "accepted"
    kinds = [repair.kind for repair in preset.repairs]
    assert kinds[0] == "mono_bass"
    assert kinds.count("mono_bass") == 1, "what is left is narrowed"
    assert "level" in kinds
    assert max(one.unison.stereo_spread_percent for one in preset.spec.modules.osc if one.on) < 100
    low = next(result for result in preset.gates.results if result.gate == "mono_safe_low")
    assert low.passed
    assert low.value >= -1.0  # a note of 30 ms apart, which tells nothing of phases


def test_what_clips_is_turned_down(heard):
    preset = heard["loud"].preset
    assert preset.status == "accepted"
    assert preset.measurements.overall.peak <= 0.94
    assert preset.spec.modules.voicing.volume_db < 5.0


def test_silence_is_refused_in_words(heard):
    preset = heard["silent"].preset
    assert preset.status == "refused"
    assert preset.refused_because[0].startswith("Silent: ")


def test_a_macro_that_changes_nothing_is_refused_by_name_and_what_was_heard_does_not_ship(heard):
    preset = heard["idle-macro"].preset
    assert preset.status == "refused"
    assert preset.measurements.timbre is not None  # it was heard as it would have shipped
    assert heard["idle-macro"].flac is None
    assert "Macro 4 (REVERB) changes the sound by 0.0 dB" in preset.refused_because[0]


def test_every_macro_of_what_ships_is_heard(heard):
    refused = {key: one.preset.refused_because for key, one in heard.items() if one.preset.refused_because}
    accepted = [one for one in heard.values() if one.preset.status == "accepted"]
    assert len(accepted) == 3, refused
    for one in accepted:
        assert [one.number for one in one.preset.macros] == [1, 2, 3, 4]
        for number in one.preset.macros:
            assert max(end.change_db for end in number.ends) >= 1.0


def heard_alone(pool, spec, style="Bass"):
    return audition([Candidate("one", "base", spec, NOTES, profile_for(style))], pool)[0].preset


def lifting(label, amount):
    """A macro that does little but turn the output up."""
    cutoff = {"path": CUTOFF, "amount": 0.25}
    return macro(label, VOLUME, amount) | {"targets": [cutoff, {"path": VOLUME, "amount": amount}]}


def test_a_macro_that_gets_too_loud_is_trimmed_until_it_holds(pool):
    preset = heard_alone(pool, patch(macros=[lifting("BOOM", 0.3), *GOOD_MACROS[1:]]))
    assert preset.status == "accepted"
    trimmed = {repair.subject: repair for repair in preset.repairs if repair.kind == "macro_level"}["BOOM"]
    assert trimmed.unit == "dB over its travel"
    assert trimmed.amount < 0
    cutoff, volume = preset.spec.macros[0].targets
    assert cutoff.amount == 0.25
    assert volume.amount < 0.3
    assert max(take.level_lufs for take in preset.measurements.takes if take.macros) <= -14.0


def test_what_is_too_loud_in_one_corner_alone_is_named_by_it(pool):
    both = [lifting("ONE", 0.055), lifting("TWO", 0.055), *GOOD_MACROS[1:3]]
    preset = heard_alone(pool, patch(macros=both))
    assert preset.status == "accepted"
    found = {repair.subject: repair for repair in preset.repairs if repair.kind == "macro_level"}
    assert {"ONE", "TWO"} <= set(found)
    assert "macro corner 1·1·" in found["ONE"].reason
    corners = [take for take in preset.measurements.takes if take.condition.startswith("macro corner")]
    assert len(corners) == 16
    assert max(take.level_lufs for take in corners) <= -14.0


def test_a_macro_that_goes_the_wrong_way_is_refused_by_name(pool):
    down = {**macro("BRIGHT", CUTOFF, -0.3), "role_id": "brightness"}
    preset = heard_alone(pool, patch(macros=[down, *GOOD_MACROS[1:]]))
    assert preset.status == "refused"
    assert preset.refused_because[0].startswith("Macro 1 (BRIGHT) gives less brightness turned up")
    assert [one.label for one in failed(preset.macros)] == ["BRIGHT"]
    way = preset.macros[0].direction
    assert way.high < way.low - way.noise


def test_a_macro_that_does_no_more_than_another_phase_seed_is_refused_by_name(pool):
    drift = macro("DRIFT", "/modules/osc/0/tune_cents", 0.07)
    preset = heard_alone(pool, patch(RESTLESS, [drift, *GOOD_MACROS[1:]]), "SFX")
    assert preset.status == "refused"
    assert "which another phase seed does, too" in preset.refused_because[0]
    (end,) = preset.macros[0].ends
    assert 1.0 <= end.change_db <= end.noise_db


def test_what_is_unsafe_in_mono_at_one_phase_seed_is_repaired(pool):
    preset = heard_alone(pool, patch(PHASY), "Pad")
    narrowed = next(repair for repair in preset.repairs if repair.kind in ("width", "mono_low", "mono_bass"))
    assert narrowed.reason.startswith("Loses")
    assert not narrowed.reason.endswith("on note 48")  # the note itself is safe as it was first heard
    assert preset.measurements.overall.mono_loss_db >= -3.5


def test_the_worst_cases_are_heard_and_counted(heard):
    preset = heard["plain"].preset
    conditions = {take.condition for take in preset.measurements.takes}
    assert {"velocity 0.3", "velocity 1", "a note of 30 ms", "macro 1 at 0.5", "macro corner 1·0·1·1"} <= conditions
    assert {note.condition for note in preset.measurements.notes} >= {"phase seed 2", "phase seed 3"}
    assert (preset.renders, preset.takes) == (2, 34)


def test_order_and_company_change_nothing(pool, heard):
    again = audition([candidate(CASES[name], name) for name in ("wide", "plain")], pool)
    assert again[0].preset == heard["wide"].preset
    assert again[1].flac == heard["plain"].flac


def test_narrowing_leaves_the_default_where_it_is(pool):
    spec = patch(macros=[macro("CUTOFF", CUTOFF, 0.3, default=0.5), *GOOD_MACROS[1:]])
    narrowed = reduce_range(spec, 1, part=0.5)
    assert narrowed.macros[0].targets[0].amount == pytest.approx(0.15)
    jobs = [
        RenderJob(key=key, preset=playable(compile_spec(one)).preset, notes=NOTES[:1], preview=NOTES[0])
        for key, one in (("a", spec), ("b", narrowed))
    ]
    one, two = (third_octave_levels_db(outcome.preview, 44_100) for outcome in pool.map(jobs))
    assert change_db(one, two) < 0.1


def test_trimming_turns_down_the_far_end_by_as_much_and_leaves_the_default_where_it_is(pool):
    spec = patch(macros=[macro("CUTOFF", CUTOFF, 0.0001, default=0.4), *GOOD_MACROS[1:]])
    trimmed = trim(spec, 1, trim_db=5.0)
    far = RenderJob("far", playable(compile_spec(trimmed)).preset, NOTES[:1], turns=(Turn(1, 1.0),))
    jobs = [RenderJob("a", playable(compile_spec(spec)).preset, NOTES[:1]), far]
    before, after = pool.map(jobs)
    rest_lufs = before.measurements.overall.loudness_lufs
    assert after.measurements.overall.loudness_lufs == pytest.approx(rest_lufs, abs=0.05)
    assert after.turned[0].take.level_lufs == pytest.approx(rest_lufs - 3.0, abs=0.3)


def test_the_hash_is_of_the_file_that_was_heard(heard):
    import hashlib

    preset = heard["plain"].preset
    vital = compile_spec(preset.spec)
    assert hashlib.sha256(canonical_bytes(vital)).hexdigest() == preset.preset_sha256
    assert playable(vital).preset == canonical_bytes(vital)
