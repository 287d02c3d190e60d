"""Bundles that are made up, so that they cost no render: each figure of a preset is another one."""

from typing import Any

import numpy as np

from engine.bundle import Bundle, BundleContent, make_bundle
from engine.bundle.archive import sha256
from engine.codec import encode_flac
from engine.compiler import canonical_bytes, compile_spec
from schemas.intent import Intent
from schemas.measurements import GateReport, GateResult
from schemas.patch_spec import Metadata, PatchSpec
from schemas.request import Request
from schemas.result import HeardPreset, MacroEnd, MacroHeard, MacroPlacement, Plan, Repaired, WordHeard
from schemas.variations import VariationsDiff
from tests.fake_renderer import FakeSound, measurements

RATE = 44_100
FLAC = encode_flac(np.full((2, 33_075), 0.25, np.float32), RATE)
"""Of 0.75 s."""
LEVELLED = Repaired(kind="level", amount=-2.1, unit="dB", reason="Peaks at 1.21")
NARROWED = Repaired(kind="width", amount=62.0, unit="% of the width", reason="Loses 9.1 dB")
WORD = WordHeard(
    axis="brightness", words=("dark",), asked=-0.6, neutral=4.0, heard=3.0, change=1.0, wanted=0.5,
    unit="octaves", satisfied=True, reason="1.0 octaves towards dark",
)  # fmt: skip
WARNING = GateResult(
    gate="pitch", passed=False, severity="warn", value=50.0, limit=35.0, unit="cents", note=48, reason="Out of tune"
)
GATES = GateReport(profile="Pad", passed=True, results=(WARNING,))


def number(number: int, *changes_db: float) -> MacroHeard:
    ends = tuple(MacroEnd(position=place, change_db=db) for place, db in zip((0.0, 1.0), changes_db, strict=False))
    return MacroHeard(number=number, role_id="brightness", label="GLOW", ends=ends)


def spec(title: str, **metadata: str) -> PatchSpec:
    return PatchSpec(engine_version="0.1.0", metadata=Metadata(**{"name": title, "style": "Pad"} | metadata))


def preset(kind: str = "base", title: str = "Drift", **changes: Any) -> HeardPreset:
    made = changes.pop("spec", None) or spec(title)
    fields: dict[str, Any] = {
        "id": kind,
        "kind": kind,
        "title": title,
        "status": "accepted",
        "spec": made,
        "preset_sha256": sha256(canonical_bytes(compile_spec(made))),
        "repairs": (LEVELLED, NARROWED),
        "renders": 5,
        "takes": 41,
        "measurements": measurements(FakeSound(lufs=-24.0)),
        "gates": GATES,
        "macros": (number(1, 2.0, 6.0),),
        "words": (WORD,),
        "tuning_renders": 3,
    }
    return HeardPreset(**fields | changes)


def placement(role: str, control: str, default: float = 0.25) -> MacroPlacement:
    return MacroPlacement.model_validate(
        {
            "role_id": role,
            "label": role.title(),
            "control": control,
            "default": default,
            "targets": (),
            "reason": "r",
        }
    )


def content(*presets: HeardPreset, placements: tuple[MacroPlacement, ...] = (), **request: Any) -> BundleContent:
    asked = Request(**{"prompt": "a dark pad", "seed": 7} | request)
    title = presets[0].title if presets else "Drift"
    plan = Plan(
        key=sha256(asked.model_dump_json().encode() + title.encode()),
        request=asked,
        intent=Intent(
            planner_version="0.3.0", prompt=asked.prompt, usable=True, style="Keys", style_confidence=1.0,
            subtypes=("saw",),
        ),
        template_id="warm_pad",
        template_version=4,
        title=title,
    )  # fmt: skip
    presets = presets or (preset(),)
    previews = {one.id: FLAC for one in presets if one.status == "accepted"}
    return BundleContent(plan, placements, presets, VariationsDiff(variations=()), previews)


def bundle(*presets: HeardPreset, placements: tuple[MacroPlacement, ...] = (), **request: Any) -> Bundle:
    return make_bundle(content(*presets, placements=placements, **request))
