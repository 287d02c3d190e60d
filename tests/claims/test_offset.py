"""The repair of an offset from zero, which the README promises beside those of level, width and a macro's reach."""

import base64
import json

import numpy as np
import pytest

from engine.compiler import canonical_bytes, compile_spec, playable
from engine.compiler.from_vital import import_vital
from engine.gates import judge, profile_for
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.repair import apply_repair, suggest_repairs
from schemas.patch_spec import PatchSpec

NOTE = NotePlan(48, 0.8, 0.5, 0.8)


def with_offset(part: float) -> PatchSpec:
    """A sine that stands off zero by a part of its height, in a wavetable that may keep it."""
    document = compile_spec(PatchSpec(engine_version="test"))
    wave = 0.5 * np.sin(2 * np.pi * np.arange(2048) / 2048) + 0.5 * part
    (table, *_) = document["settings"]["wavetables"]
    table.update(remove_all_dc=False, full_normalize=False)
    for component in table["groups"][0]["components"]:
        for frame in component["keyframes"]:
            frame["wave_data"] = base64.b64encode(wave.astype("<f4").tobytes()).decode()
    return import_vital(canonical_bytes(json.loads(json.dumps(document))))


def heard(spec: PatchSpec, pool: RenderPool) -> tuple[Rendered, float]:
    """What the engine measured, and the largest mean of a channel, worked out here."""
    made = pool.render(RenderJob("one", playable(compile_spec(spec)).preset, (NOTE,), preview=NOTE))
    assert isinstance(made, Rendered), made
    assert made.preview is not None
    return made, float(np.abs(np.asarray(made.preview, dtype=np.float64).mean(axis=1)).max())


def test_an_offset_is_filtered_out_and_what_is_left_is_heard_again() -> None:
    with RenderPool(time_limit_s=60) as pool:
        spoilt, offset = heard(with_offset(0.6), pool)
        assert offset > 0.02
        assert spoilt.measurements.overall.dc == pytest.approx(offset, abs=1e-3)
        report = judge(spoilt.measurements, profile_for("Bass"))
        assert "dc" in [result.gate for result in report.failures]
        (repair,) = [one for one in suggest_repairs(report, spoilt.measurements) if one.kind == "dc"]
        repaired = apply_repair(with_offset(0.6), repair)
        assert repaired is not None
        mended, told = repaired
        assert (told.kind, told.amount, told.unit) == ("dc", 25.0, "Hz high pass")
        again, left = heard(mended, pool)
        assert left < 0.02
        assert "dc" not in [result.gate for result in judge(again.measurements, profile_for("Bass")).failures]
        _, plain = heard(with_offset(0.0), pool)
        assert plain < 0.005
