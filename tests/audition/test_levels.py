"""Levels that are known without hearing them again, and macros that make a sound loud wherever they are turned."""

import pytest

from engine.audition import Candidate, audition
from engine.compiler import compile_spec, playable, spec_from_dict
from engine.gates import profile_for
from engine.generate.draft import Draft
from engine.macros import measured_after, trim
from engine.render.job import NotePlan, RenderJob, Take
from engine.render.pool import RenderPool
from engine.repair import apply_repair
from schemas.measurements import Repair
from schemas.patch_spec import PatchSpec

NOTE = NotePlan(48, 0.8, 0.5, 1.0)
LOW, HIGH = "/modules/osc/0/level_percent", "/modules/osc/1/level_percent"


@pytest.fixture(scope="module")
def pool():
    with RenderPool(workers=2, time_limit_s=30) as made:
        yield made


def macro(label, default, **targets):
    paths = {"low": LOW, "high": HIGH, "cutoff": "/modules/filter/0/cutoff_hz"}
    found = [{"path": paths[name], "amount": amount} for name, amount in targets.items()]
    return {"role_id": label.lower(), "label": label, "default": default, "targets": found}


def patch(macros, **changes):
    draft = Draft(PatchSpec(engine_version="test").model_dump(mode="json"))
    base = {"filter/0/on": True, "filter/0/cutoff_hz": 900.0, "osc/0/random_phase_percent": 0.0}
    for pointer, value in {**base, **changes}.items():
        draft.set(f"/modules/{pointer}", value)
    draft.document["macros"] = macros
    return spec_from_dict(draft.document)


def heard(spec, pool):
    ends = [
        Take(f"macro 1 at {end:g}", (48,), 0.8, 0.3, 0.3, (end, None, None, None), patience_s=0.3)
        for end in (0.0, 1.0)
    ]
    return pool.render(RenderJob("one", playable(compile_spec(spec)).preset, (NOTE,), takes=ends)).measurements


@pytest.mark.parametrize("gain_db", [-7.5, 4.0])
def test_a_gain_is_as_large_as_it_says_where_a_macro_moves_the_volume(gain_db, pool):
    before = trim(patch([macro("CUTOFF", 0.6, cutoff=0.1)]), 1, trim_db=9.0)
    after, _ = apply_repair(before, Repair(kind="level", gain_db=gain_db, reason="for once"))
    was, found = heard(before, pool), heard(after, pool)
    assert found.overall.loudness_lufs - was.overall.loudness_lufs == pytest.approx(gain_db, abs=0.03)
    known = measured_after(before, after, was)
    assert known.overall.peak == pytest.approx(found.overall.peak, rel=0.005)
    for expected, take in zip(known.takes, found.takes, strict=True):
        assert expected.level_lufs == pytest.approx(take.level_lufs, abs=0.05)
        assert expected.peak == pytest.approx(take.peak, rel=0.01)


def test_what_is_known_of_a_sound_whose_macro_was_narrowed_is_what_is_heard_of_it(pool):
    both = {"osc/1/on": True, "osc/1/random_phase_percent": 0.0, HIGH.removeprefix("/modules/"): 100.0}
    crossing = patch([macro("CROSS", 0.5, low=1.0, high=-1.0)], **both, **{LOW.removeprefix("/modules/"): 0.0})
    found = audition([Candidate("one", "base", crossing, (NOTE,), profile_for("Bass"))], pool)[0].preset
    assert "macro" in [repair.kind for repair in found.repairs]
    known = {take.condition: take for take in found.measurements.takes if take.hold_s >= 0.3}
    takes = tuple(
        Take(one.condition, one.notes, one.velocity, one.hold_s, one.render_s, one.macros) for one in known.values()
    )
    job = RenderJob("one", playable(compile_spec(found.spec)).preset, (NOTE,), takes=takes)
    heard_again = pool.render(job).measurements.takes
    assert {"velocity 1", "macro 1 at 0", "macro 1 at 1"} <= {take.condition for take in heard_again}
    for take in heard_again:
        assert known[take.condition].level_lufs == pytest.approx(take.level_lufs, abs=0.2)
        assert known[take.condition].peak == pytest.approx(take.peak, rel=0.02)


def test_a_macro_that_is_loud_at_both_ends_is_narrowed_and_not_trimmed_to_and_fro(pool):
    both = {"osc/1/on": True, "osc/1/random_phase_percent": 0.0, HIGH.removeprefix("/modules/"): 100.0}
    crossing = patch([macro("CROSS", 0.5, low=1.0, high=-1.0)], **both, **{LOW.removeprefix("/modules/"): 0.0})
    found = audition([Candidate("one", "base", crossing, (NOTE,), profile_for("Bass"))], pool)[0].preset
    kinds = [repair.kind for repair in found.repairs if repair.subject == "CROSS"]
    assert found.status == "accepted", found.refused_because
    assert "macro" in kinds
    assert found.renders <= 6
    assert max(take.level_lufs for take in found.measurements.takes if take.macros) <= -14.0


def struck(pool, **how):
    """A bass that is over within a tenth of a second, heard by Vital itself."""
    spec = patch([], **{"env/0/decay_s": 0.06, "env/0/sustain_percent": 0.0, "filter/0/cutoff_hz": 3000.0})
    (found,) = audition([Candidate("one", "base", spec, (NOTE,), profile_for("Bass"), **how)], pool)
    return found.preset


def test_a_struck_bass_that_its_peaks_keep_too_quiet_ships_at_its_level(pool):
    preset = struck(pool)
    assert preset.status == "accepted", preset.refused_because
    assert preset.measurements.overall.loudness_lufs == pytest.approx(-18.0, abs=0.5)
    assert preset.measurements.overall.peak <= 0.94
    assert [one.subject for one in preset.repairs if one.kind == "peaks"] == ["a soft clip"]


def test_it_is_refused_where_nothing_may_be_done_about_its_peaks(pool):
    preset = struck(pool, left_alone=frozenset(("compressor", "soft_clip", "effects_filter", "velocity")))
    assert [reason.partition(":")[0] for reason in preset.refused_because] == ["Too quiet"]
