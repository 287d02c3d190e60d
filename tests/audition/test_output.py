"""What is known of a patch whose width and volume alone are set otherwise is what the synth makes of it."""

import pytest

from engine.audition.output import KnownSound
from engine.compiler import compile_spec, playable, spec_from_dict
from engine.generate.draft import Draft
from engine.macros import trim
from engine.render.job import NotePlan, RenderJob, Take
from engine.render.pool import RenderPool
from engine.repair import apply_repair
from schemas.measurements import Repair
from schemas.patch_spec import PatchSpec

NOTES = (NotePlan(48, 0.8, 0.5, 1.0), NotePlan(36, 1.0, 0.3, 0.6))
STEREO = "/modules/voicing/stereo_percent"
CUTOFF = {
    "role_id": "cutoff",
    "label": "CUTOFF",
    "default": 0.5,
    "targets": [{"path": "/modules/filter/0/cutoff_hz", "amount": 0.2}],
}
WIDE = {
    "filter/0/on": True,
    "filter/0/cutoff_hz": 900.0,
    "osc/0/random_phase_percent": 60.0,
    "osc/0/unison/voices": 5,
    "osc/0/unison/detune_percent": 40.0,
    "fx/0/on": True,  # chorus
    "fx/1/on": True,  # compressor
    "fx/3/on": True,  # distortion
    "fx/8/on": True,  # reverb
}


@pytest.fixture(scope="module")
def pool():
    with RenderPool(workers=2, time_limit_s=30) as made:
        yield made


def patch(*macros, **changes):
    draft = Draft(PatchSpec(engine_version="test").model_dump(mode="json"))
    for pointer, value in {**WIDE, **changes}.items():
        draft.set(f"/modules/{pointer}", value)
    draft.document["macros"] = [CUTOFF, *macros]
    return spec_from_dict(draft.document)


def heard(spec, pool):
    takes = [
        Take("a chord", (48, 52), 1.0, 0.3, 0.3),
        *(Take(f"macro 1 at {end:g}", (48,), 0.8, 0.3, 0.3, (end, None, None, None)) for end in (0.0, 1.0)),
    ]
    job = RenderJob("one", playable(compile_spec(spec)).preset, NOTES, again=(0.5,), takes=tuple(takes), keep=True)
    outcome = pool.render(job)
    return KnownSound(spec, outcome.measurements, outcome.kept, spec)


def repaired(spec, **repair):
    return apply_repair(spec, Repair(reason="for once", **repair))[0]


def same(known, worked_out):
    assert [one.condition for one in known.notes] == [one.condition for one in worked_out.notes]
    for before, now in zip((*known.notes, *known.takes), (*worked_out.notes, *worked_out.takes), strict=True):
        assert before.peak == pytest.approx(now.peak, rel=1e-4)
        for figure in ("loudness_lufs", "mono_loss_db", "low_band_mono_loss_db", "level_lufs", "click_db"):
            was, now_is = getattr(before, figure, None), getattr(now, figure, None)
            assert was == (None if now_is is None else pytest.approx(now_is, abs=0.01)), (before.condition, figure)


def test_what_is_narrowed_at_the_output_is_known_without_hearing_it(pool):
    before = heard(patch(), pool)
    narrower = repaired(before.spec, kind="width", factor=0.4)
    known = before.after(narrower)
    same(known.measured, heard(narrower, pool).measured)
    louder = trim(repaired(narrower, kind="level", gain_db=-4.0), 1, trim_db=6.0)
    same(known.after(louder).measured, heard(louder, pool).measured)
    both = known.after(louder).after(repaired(louder, kind="mono_low", factor=0.5))
    assert both.measured.overall.mono_loss_db > known.measured.overall.mono_loss_db
    same(both.measured, heard(both.spec, pool).measured)


def test_what_changes_the_sound_before_its_output_has_to_be_heard(pool):
    before = heard(patch(), pool)
    assert before.after(repaired(before.spec, kind="dc")) is None
    assert before.after(repaired(before.spec, kind="click")) is None
    full = patch(**{"voicing/volume_db": 6.0, "osc/0/level_percent": 20.0})
    assert heard(full, pool).after(repaired(full, kind="level", gain_db=6.0)) is None  # its sources took it


def test_a_width_that_a_macro_moves_has_to_be_heard(pool):
    wider = {**CUTOFF, "role_id": "width", "label": "WIDTH", "targets": [{"path": STEREO, "amount": 0.3}]}
    before = heard(patch(wider, **{"voicing/stereo_percent": 60.0}), pool)
    assert before.after(repaired(before.spec, kind="width", factor=0.4)) is None
    assert before.after(repaired(before.spec, kind="level", gain_db=-3.0)) is not None


def test_what_the_synth_clamped_has_to_be_heard(pool):
    loud = heard(patch(**{"voicing/volume_db": 6.0, "osc/0/level_percent": 100.0, "osc/1/on": True}), pool)
    assert loud.measured.overall.peak > 2.09
    assert loud.after(repaired(loud.spec, kind="width", factor=0.4)) is None
