"""A render describes its notes when asked to."""

from engine.compiler import compile_spec, playable
from engine.measure.timbre import SILENT
from engine.render.job import NotePlan, RenderJob
from engine.render.pool import RenderPool
from schemas.patch_spec import PatchSpec


def test_each_measured_note_is_described_if_asked_for():
    preset = playable(compile_spec(PatchSpec(engine_version="test"))).preset
    notes = (NotePlan(48, 0.8, 0.5, 1.0), NotePlan(60, 0.8, 0.5, 1.0))
    with RenderPool() as pool:
        asked = pool.render(RenderJob(key="a", preset=preset, notes=notes, timbre=True))
        plain = pool.render(RenderJob(key="b", preset=preset, notes=notes))
    assert plain.timbres == ()
    low, high = asked.timbres
    assert low != SILENT
    assert low.brightness < high.brightness
    assert asked.measurements.timbre == low.figures()
    assert asked.measurements.model_copy(update={"timbre": None}) == plain.measurements
