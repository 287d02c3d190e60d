"""The made-up renderer tells what the real one would, of what it knows: so tests that lean on it mean something."""

import math

import pytest
from fake_renderer import FakeRenderer, FakeSound, plain

from engine.compiler import compile_spec, playable, spec_from_dict
from engine.generate.draft import Draft
from engine.measure.brief import measure_take
from engine.measure.note import measure_note
from engine.render.job import NotePlan, RenderJob, Take, Turn
from engine.render.pool import RenderPool
from schemas.patch_spec import PatchSpec

NOTE = NotePlan(48, 0.8, 0.5, 1.0)
VOLUME, WIDTH = "/modules/voicing/volume_db", "/modules/voicing/stereo_percent"
LOUDER = {"role_id": "x", "label": "X", "default": 0.25, "targets": [{"path": VOLUME, "amount": 0.1}]}


def preset(macros=(LOUDER,), **changes):
    draft = Draft(PatchSpec(engine_version="test").model_dump(mode="json"))
    draft.set("/modules/osc/0/random_phase_percent", 0.0)
    for pointer, value in changes.items():
        draft.set(f"/modules/{pointer}", value)
    draft.document["macros"] = list(macros)
    return playable(compile_spec(spec_from_dict(draft.document))).preset


def ends():
    return tuple(
        Take(f"at {end:g}", (48,), 0.8, 0.3, 0.3, (end, None, None, None), patience_s=0.3) for end in (0.0, 1.0)
    )


def test_levels_move_as_the_synth_moves_them():
    quiet = preset(**{"voicing/volume_db": -12.0, "osc/0/level_percent": 30.0})

    def steps(pool):
        found = [pool.render(RenderJob("a", one, (NOTE,), takes=ends())).measurements for one in (preset(), quiet)]
        levels = [[one.notes[0].loudness_lufs, *(take.level_lufs for take in one.takes)] for one in found]
        return [level - levels[0][0] for level in (*levels[0], *levels[1])]

    with RenderPool(time_limit_s=30) as real:
        assert steps(FakeRenderer()) == pytest.approx(steps(real), abs=0.1)


def test_its_audio_measures_what_it_tells():
    def wide(played):
        return FakeSound(-20.0, side=0.5)

    job = RenderJob("a", preset(**{"voicing/stereo_percent": 70.0}), (NOTE,), takes=ends(), keep=True)
    found = FakeRenderer(wide).render(job)
    told, (audio,) = found.measurements.notes[0], found.kept.notes
    measured = measure_note(audio, 44_100, note=48, velocity=0.8, hold_s=0.5)
    assert measured["loudness_lufs"] == pytest.approx(told.loudness_lufs, abs=0.05)
    assert measured["mono_loss_db"] == pytest.approx(told.mono_loss_db, abs=0.01)
    assert measured["peak"] == pytest.approx(told.peak, rel=1e-3)
    take = measure_take(found.kept.takes[0], 44_100)
    assert take["loudest_lufs"] == pytest.approx(found.measurements.takes[0].level_lufs, abs=0.05)


def test_what_it_tells_is_in_the_order_of_the_job():
    job = RenderJob(
        "k", preset(), (NOTE, NotePlan(36, 1.0, 0.3, 0.6)), preview=NOTE, again=(0.7, 0.4), takes=ends(),
        turns=(Turn(1, 1.0, 0.7, "brightness"),), timbre=True, keep=True,
    )  # fmt: skip
    fake = FakeRenderer(lambda played: FakeSound(plain(played).lufs, timbre={"brightness": 2.0}))
    found = fake.render(job)
    assert [(n.note, n.condition, n.render_s) for n in found.measurements.notes] == [
        (48, "", 1.0), (36, "", 0.6), (48, "phase seed 2", 0.7), (48, "phase seed 3", 0.4),
    ]  # fmt: skip
    assert [take.condition for take in found.measurements.takes] == ["macro 1 at 1", "at 0", "at 1"]
    assert (len(found.kept.notes), len(found.kept.takes), found.notes_played) == (4, 2, 7)
    assert found.measurements.timbre["brightness"] == 2.0
    assert found.measurements.timbre["grit"] == 0.0
    (turned,) = found.turned
    assert (turned.feature_at_rest, turned.feature) == (0.25, 1.0)
    assert turned.change_db == pytest.approx(30 * 0.1 * 0.75)
    known = fake.render(RenderJob("k", preset(), (NOTE,), takes=ends(), keep=True, known=found.centre))
    assert known.measurements.notes == (found.measurements.notes[0], *found.measurements.notes[2:])
    assert known.measurements.timbre == found.measurements.timbre
    assert (known.notes_played, len(known.kept.notes)) == (2, 3)
    assert math.isclose(known.loudest_lufs, found.loudest_lufs)
