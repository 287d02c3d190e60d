"""Every template is heard through the real synth."""

from engine.render.job import Rendered, RenderJob
from schemas.template import MacroTemplate


def test_base_sounds(template: MacroTemplate, pool, patch_of, preset_of, center_note) -> None:
    note = center_note(template)
    outcome = pool.render(RenderJob(template.id, preset_of(patch_of(template)), (note,)))
    assert isinstance(outcome, Rendered), outcome
    overall = outcome.measurements.overall
    assert overall.loudness_lufs > -50
    assert overall.peak < 1.0
    assert overall.dc < 0.02
