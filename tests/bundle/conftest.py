"""Bundles of presets that the real synth has played."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from engine.audio import SAMPLE_RATE
from engine.bundle import Bundle, BundleContent, make_bundle
from engine.codec import encode_flac
from engine.compiler import canonical_bytes, compile_spec
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from schemas.intent import Intent
from schemas.patch_spec import Metadata, Modules, PatchSpec
from schemas.request import Request
from schemas.result import HeardPreset, MacroPlacement, Plan, Repaired
from schemas.variations import Variation, VariationsDiff
from schemas.voicing import Voicing

KINDS = ("base", "brighter", "wider")
NOTE = NotePlan(48, 0.8, 0.3, 0.6)


def spec_of(title: str, kind: str) -> PatchSpec:
    """A patch that differs by kind, and by name."""
    volume = -6.0 - KINDS.index(kind)
    return PatchSpec(
        engine_version="0.1.0",
        metadata=Metadata(name=title, style="Pad"),
        modules=Modules(voicing=Voicing(volume_db=volume)),
    )


@pytest.fixture(scope="session")
def rendered() -> dict[str, Rendered]:
    """What the synth made of each kind."""
    with RenderPool() as pool:
        jobs = [
            RenderJob(kind, canonical_bytes(compile_spec(spec_of("Test", kind))), (NOTE,), preview=NOTE)
            for kind in KINDS
        ]
        outcomes = {outcome.key: outcome for outcome in pool.map(jobs)}
    assert all(isinstance(outcome, Rendered) for outcome in outcomes.values()), outcomes
    return {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, Rendered)}


@pytest.fixture(scope="session")
def audio(rendered: dict[str, Rendered]) -> Any:
    """A rendered note, float32 of shape (2, n)."""
    preview = rendered["base"].preview
    assert preview is not None
    return np.array(preview)


@pytest.fixture(scope="session")
def flacs(rendered: dict[str, Rendered]) -> dict[str, bytes]:
    return {
        kind: encode_flac(one.preview, SAMPLE_RATE) for kind, one in rendered.items() if one.preview is not None
    }


MakeContent = Callable[..., BundleContent]


@pytest.fixture(scope="session")
def content(rendered: dict[str, Rendered], flacs: dict[str, bytes]) -> MakeContent:
    """Makes content: base and "brighter" accepted, "wider" refused."""

    def make(title: str = "Velvet Drift", **request: Any) -> BundleContent:
        asked = Request(**{"prompt": "a warm pad", "seed": 7, "tags": ("ambient",)} | request)
        key = sha256(asked.model_dump_json().encode() + title.encode()).hexdigest()
        plan = Plan(
            key=key,
            request=asked,
            intent=Intent(
                planner_version="0.1.0", prompt=asked.prompt, usable=True, style="Pad", style_confidence=1.0
            ),
            template_id="warm_pad",
            template_version=1,
            title=title,
        )
        return BundleContent(
            plan=plan,
            placements=_placements(),
            presets=tuple(_heard(title, kind, rendered[kind]) for kind in KINDS),
            variations=_variations(),
            previews={kind: flacs[kind] for kind in KINDS[:2]},
        )

    return make


@pytest.fixture(scope="session")
def bundle(content: MakeContent) -> Bundle:
    return make_bundle(content())


def _heard(title: str, kind: str, rendered: Rendered) -> HeardPreset:
    name = title if kind == "base" else f"{title} - {kind.title()}"
    spec = spec_of(name, kind)
    return HeardPreset(
        id=kind,
        kind=kind,
        title=name,
        status="refused" if kind == "wider" else "accepted",
        refused_because=("Loses 9.1 dB in mono (limit 6 dB)",) if kind == "wider" else (),
        spec=spec,
        preset_sha256=sha256(canonical_bytes(compile_spec(spec))).hexdigest(),
        repairs=(Repaired(kind="level", amount=-2.1, unit="dB", reason="Peaks at 1.21"),) if kind == "base" else (),
        renders=2,
        measurements=rendered.measurements,
    )


def _placements() -> tuple[MacroPlacement, ...]:
    where = {
        "brightness": ("Glow", "macro_1"),
        "movement": ("Motion", "macro_2"),
        "space": ("Air", "mod_wheel"),
        "grit": ("Dirt", "baked"),
    }
    return tuple(
        MacroPlacement(
            role_id=role,
            label=label,
            control=control,
            default=0.25,
            targets=("/modules/filter/0/cutoff",),
            reason="the prompt spoke of it",
        )
        for role, (label, control) in where.items()
    )


def _variations() -> VariationsDiff:
    path = "/modules/voicing/volume_db"
    return VariationsDiff(
        variations=(
            Variation(
                id="brighter",
                type="brighter",
                patch=({"op": "replace", "path": path, "value": -7.0},),
                inverse=({"op": "replace", "path": path, "value": -6.0},),
            ),
        )
    )
