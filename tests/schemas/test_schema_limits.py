"""The limits of what a document may say, each with the last that passes and the first that doesn't."""

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.base import Strict
from schemas.intent import AXES, Intent
from schemas.modulation import Macro, MacroTarget, Modulation, Route
from schemas.patch_spec import Imported, Metadata, Modules, PatchSpec
from schemas.request import Library, LibraryEntry, Request
from schemas.sources import Oscillator, Unison
from schemas.template import Behavior, Play, Register, RoleTarget
from schemas.variations import Variation
from schemas.wavetables import DrawnShape, OwnTable, SampleData, VitalTable

ROUTE = {"source": "lfo_1", "target": "/modules/osc/0/level_percent", "amount": 0.5}
TARGET = {"path": "/modules/osc/0/level_percent", "amount": 0.5}
MACRO = {"role_id": "a", "label": "A"}
PLANNED = {"planner_version": "t", "prompt": "warm pad", "usable": True, "style": "Pad", "style_confidence": 1.0}
SPEC = {"engine_version": "t"}
SAMPLE = {"name": "S", "length": 0, "sample_rate": 44_100, "samples": ""}
LIBRARY = {"name": "L", "prompts": ["pad"]}
VARIATION = {"id": "a", "type": "darker", "patch": [], "inverse": []}
SHORT = {"points": [[0, 0], [1, 1]], "powers": [0, 0]}
EVIDENCE = {"start": 0, "end": 4, "text": "warm", "effect": "e", "rule": "r"}


def line(count: int) -> dict[str, Any]:
    return {"points": [[0, 0]] * count, "powers": [0] * count}


EDGES: list[tuple[type[Strict], dict[str, Any], str, Any, Any]] = [
    (Metadata, {}, "name", "x" * 120, "x" * 121),
    (Metadata, {}, "author", "x" * 120, "x" * 121),
    (Metadata, {}, "comments", "x" * 2000, "x" * 2001),
    (Metadata, {}, "style", "x" * 40, "x" * 41),
    (PatchSpec, SPEC, "macros", [MACRO] * 8, [MACRO] * 9),
    (PatchSpec, SPEC, "schema_version", "1.0", "1.1"),
    (PatchSpec, SPEC, "synth_target", "vital", "serum"),
    (Modulation, {}, "routes", [ROUTE] * 64, [ROUTE] * 65),
    (Modules, {}, "osc", [{}] * 3, [{}] * 4),
    (Modules, {}, "filter", [{}] * 2, [{}] * 3),
    (Modules, {}, "env", [{}] * 6, [{}] * 7),
    (Modules, {}, "lfo", [{}] * 8, [{}] * 9),
    (Modules, {}, "random", [{}] * 4, [{}] * 5),
    (Modules, {}, "fx", [{"type": "chorus"}, {"type": "compressor"}], [{"type": "compressor"}]),
    (Route, ROUTE, "amount", 1.0, 1.01),
    (Route, ROUTE, "amount", -1.0, -1.01),
    (Route, ROUTE, "slot", 63, 64),
    (Route, ROUTE, "slot", 0, -1),
    (Route, ROUTE, "curve", 10.0, 10.1),
    (Route, ROUTE, "curve", -10.0, -10.1),
    (Route, ROUTE, "curve", "exp", "sine"),
    (Route, ROUTE, "source", "slide", "macro_control_1"),
    (Route, ROUTE, "target", "/" + "a" * 199, "/" + "a" * 200),
    (Route, ROUTE, "target", "/a~0~1", "/a~2"),
    (Route, ROUTE, "target", "/a", "a"),
    (Route, ROUTE, "polarity", "bipolar", "both"),
    (MacroTarget, TARGET, "path", "/a", ""),
    (Macro, MACRO, "role_id", "a" * 32, "a" * 33),
    (Macro, MACRO, "role_id", "a_1", "1a"),
    (Macro, MACRO, "label", "x" * 40, "x" * 41),
    (Macro, MACRO, "default", 1.0, 1.01),
    (Macro, MACRO, "default", 0.0, -0.01),
    (Macro, MACRO, "min", 0.0, -0.01),
    (Macro, MACRO, "max", 1.0, 1.01),
    (Macro, MACRO, "targets", [TARGET] * 64, [TARGET] * 65),
    (Macro, MACRO, "control", "macro_4", "macro_5"),
    (Imported, {"synth_version": ""}, "modulations", {"63": {}}, {"64": {}}),
    (Imported, {"synth_version": ""}, "content", {"lfos/7": None}, {"lfos/8": None}),
    (Imported, {"synth_version": ""}, "content", {"wavetables/2": None}, {"wavetables/3": None}),
    (Imported, {"synth_version": ""}, "content", {"modulations/63": None}, {"modulations/64": None}),
    (Imported, {"synth_version": ""}, "content", {"sample": None}, {"sample/0": None}),
    (DrawnShape, SHORT, "points", [[0, 0], [1, 1]], [[0, 0]]),
    (OwnTable, {}, "id", "a" * 64, "a" * 65),
    (OwnTable, {}, "id", "9_a", "_a"),
    (VitalTable, {"name": "", "groups": []}, "groups", [{"components": []}] * 64, [{"components": []}] * 65),
    (SampleData, SAMPLE, "length", 20_000_000, 20_000_001),
    (SampleData, SAMPLE, "length", 0, -1),
    (SampleData, SAMPLE, "sample_rate", 1_000_000, 1_000_001),
    (SampleData, SAMPLE, "sample_rate", 1, 0),
    (Request, {"prompt": "x"}, "prompt", "x" * 2000, "x" * 2001),
    (Request, {"prompt": "x"}, "prompt", "x", ""),
    (Request, {"prompt": "x"}, "tags", ["t" * 40] * 16, ["t"] * 17),
    (Request, {"prompt": "x"}, "tags", ["t" * 40], ["t" * 41]),
    (Request, {"prompt": "x"}, "tags", ["t"], [""]),
    (Request, {"prompt": "x"}, "seed", 4_294_967_295, 4_294_967_296),
    (Request, {"prompt": "x"}, "seed", 0, -1),
    (Request, {"prompt": "x"}, "variations", 16, 17),
    (Request, {"prompt": "x"}, "variations", 0, -1),
    (Request, {"prompt": "x"}, "name", "x" * 60, "x" * 61),
    (Request, {"prompt": "x"}, "name", None, ""),
    (Request, {"prompt": "x"}, "author", "x" * 60, "x" * 61),
    (Request, {"prompt": "x"}, "template_id", "sub_bass", "Sub Bass"),
    (LibraryEntry, {"prompt": "x"}, "prompt", "x" * 2000, "x" * 2001),
    (LibraryEntry, {"prompt": "x"}, "tags", ["t"] * 16, ["t"] * 17),
    (LibraryEntry, {"prompt": "x"}, "variations", 16, 17),
    (Library, LIBRARY, "name", "x" * 60, "x" * 61),
    (Library, LIBRARY, "name", "A-1 & 'b'_.+", " A"),
    (Library, LIBRARY, "name", "A", "A/B"),
    (Library, LIBRARY, "name", "A", "A\\B"),
    (Library, LIBRARY, "name", "Café Pack", "-Café"),
    (Library, LIBRARY, "name", "夜 & co", "A\nB"),
    (Library, LIBRARY, "author", "x" * 60, "x" * 61),
    (Library, LIBRARY, "description", "x" * 500, "x" * 501),
    (Library, LIBRARY, "version", "1" * 20, "1" * 21),
    (Library, LIBRARY, "version", "1.0-a+b", "1 0"),
    (Library, LIBRARY, "prompts", ["x" * 2000], ["x" * 2001]),
    (Library, LIBRARY, "prompts", ["x"], []),
    (Library, LIBRARY, "prompts", ["x"], [""]),
    (Library, LIBRARY, "variations", 16, 17),
    (Intent, PLANNED, "prompt", "x" * 2000, "x" * 2001),
    (Intent, PLANNED, "style_confidence", 1.0, 1.01),
    (Intent, PLANNED, "style_confidence", 0.0, -0.01),
    (Intent, PLANNED, "style_scores", {"Pad": 1.0}, {"Pad": 1.01}),
    (Intent, PLANNED, "style", "SFX", "Template"),
    (Intent, PLANNED, "subtypes", ["a"] * 8, ["a"] * 9),
    (Intent, PLANNED, "subtypes", ["a" * 40], ["a" * 41]),
    (Intent, PLANNED, "subtypes", ["a-b"], ["a--b"]),
    (Intent, PLANNED, "axes", {"grit": 1.0}, {"grit": 1.01}),
    (Intent, PLANNED, "axes", {"grit": -1.0}, {"grit": -1.01}),
    (Intent, PLANNED, "axes", {"grit": 0.0}, {"glow": 0.0}),
    (Intent, PLANNED, "features", {"reverb": "banned"}, {"reverb": "less"}),
    (Intent, PLANNED, "tempo_bpm", 300.0, 300.1),
    (Intent, PLANNED, "tempo_bpm", 20.0, 19.9),
    (Intent, PLANNED, "register_midi", 127, 128),
    (Intent, PLANNED, "register_midi", 0, -1),
    (Intent, PLANNED, "voicing", "mono", "duo"),
    (Intent, PLANNED, "glide_s", 10.0, 10.1),
    (Intent, PLANNED, "glide_s", 0.0, -0.1),
    (Intent, PLANNED, "key", "F# minor", "H minor"),
    (Intent, PLANNED, "key", "Bb major", "Bb dorian"),
    (Intent, PLANNED, "tags", ["a"] * 16, ["a"] * 17),
    (Intent, PLANNED, "notes", ["a" * 300], ["a" * 301]),
    (Intent, PLANNED, "notes", ["a"] * 16, ["a"] * 17),
    (Intent, PLANNED, "notes", ["a"], [""]),
    (Intent, PLANNED, "evidence", [EVIDENCE], [{**EVIDENCE, "text": "pad"}]),
    (Intent, PLANNED, "evidence", [EVIDENCE], [{**EVIDENCE, "start": 1}]),
    (Intent, PLANNED, "evidence", [{**EVIDENCE, "source": "tag", "text": "pad"}], [{**EVIDENCE, "end": 3}]),
    (Intent, PLANNED, "unused", [{"start": 5, "end": 8, "text": "pad"}], [{"start": 5, "end": 8, "text": "warm"}]),
    (Variation, VARIATION, "id", "a" * 64, "a" * 65),
    (Variation, VARIATION, "type", "reseeded", "louder"),
    (Register, {"low": 40, "center": 60, "high": 80}, "low", 60, 61),
    (Register, {"low": 40, "center": 60, "high": 80}, "high", 60, 59),
    (Register, {"low": 40, "center": 60, "high": 80}, "high", 127, 128),
    (Play, {}, "hold_s", 8.0, 8.1),
    (Play, {}, "hold_s", 0.01, 0.0),
    (Play, {}, "render_s", 16.0, 16.1),
    (Play, {}, "render_s", 0.01, 0.0),
    (Play, {}, "velocity", 1.0, 1.01),
    (Play, {}, "velocity", 0.01, 0.0),
    (Behavior, {}, "steps", 2, 1),
    (Behavior, {}, "steps", 128, 129),
    (RoleTarget, TARGET, "weight", 1.0, 1.01),
    (RoleTarget, TARGET, "amount", -1.0, -1.01),
    (Unison, {}, "voices", 16, 17),
    (Unison, {}, "voices", 1, 1.5),
    (Oscillator, {}, "on", True, 1),
    (Oscillator, {}, "level_percent", 100, "100"),
    (Oscillator, {}, "level_percent", 50.0, math.nan),
    (Oscillator, {}, "level_percent", 0.0, -0.001),
]


@pytest.mark.parametrize(
    ("model", "rest", "field", "passes", "spoilt"),
    EDGES,
    ids=[f"{m.__name__}.{f}-{n}" for n, (m, _, f, _, _) in enumerate(EDGES)],
)
def test_the_last_passes_and_the_next_does_not(
    model: type[Strict], rest: dict[str, Any], field: str, passes: Any, spoilt: Any
) -> None:
    model.model_validate_json(json.dumps({**rest, field: passes}))
    with pytest.raises(ValidationError) as refused:
        model.model_validate_json(json.dumps({**rest, field: spoilt}))
    found = {error["loc"][0] if error["loc"] else field for error in refused.value.errors()}
    assert found == {field}


@pytest.mark.parametrize("count", [2, 100])
def test_a_shape_has_two_to_a_hundred_points_and_a_power_each(count: int) -> None:
    assert len(DrawnShape.model_validate_json(json.dumps(line(count))).points) == count
    uneven = [{**line(count), "powers": [0] * powers} for powers in (count - 1, count + 1)]
    for spoilt in (line(1), line(101), *uneven):
        with pytest.raises(ValidationError):
            DrawnShape.model_validate_json(json.dumps(spoilt))


def test_a_strict_model_takes_no_foreign_field_and_no_change_and_quotes_nothing() -> None:
    with pytest.raises(ValidationError, match="foreign"):
        Metadata.model_validate({"foreign": 1})
    with pytest.raises(ValidationError) as refused:
        Request.model_validate({"prompt": 5})
    assert "input_value" not in str(refused.value)
    with pytest.raises(ValidationError, match="frozen"):
        Metadata().name = "x"  # type: ignore[misc]
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValidationError):
            Oscillator(pan_percent=value)


def test_what_a_request_leaves_out() -> None:
    assert Request(prompt="x").model_dump() == {
        "prompt": "x", "tags": (), "template_id": None, "seed": 0, "variations": 2, "planner": "rules",
        "model": None, "name": None, "author": "SynthCopilot", "mp3": False,
    }  # fmt: skip


def test_an_entry_takes_from_its_library_what_it_leaves_out_and_no_more() -> None:
    library = Library.model_validate_json(
        '{"name": "L", "author": "Me", "seed": 5, "variations": 3, "mp3": true, "prompts": ["pad", {"prompt": '
        '"bass", "tags": ["t"], "template_id": "x", "seed": 0, "variations": 0, "name": "N"}]}'
    )
    first, second = (request.model_dump() for request in library.requests())
    shared = {"author": "Me", "mp3": True, "planner": "rules", "model": None}
    assert first == {
        "prompt": "pad", "tags": (), "template_id": None, "seed": 5, "variations": 3, "name": None, **shared,
    }  # fmt: skip
    assert second == {
        "prompt": "bass", "tags": ("t",), "template_id": "x", "seed": 0, "variations": 0, "name": "N", **shared,
    }  # fmt: skip


def test_who_reads_is_said_by_an_entry_or_else_by_its_library() -> None:
    library = Library.model_validate_json(
        '{"name": "L", "planner": "llm", "model": "m", "prompts": ["pad", {"prompt": "bass", "planner": "rules"},'
        ' {"prompt": "lead", "model": "n"}]}'
    )
    assert [(one.planner, one.model) for one in library.requests()] == [("llm", "m"), ("rules", None), ("llm", "n")]
    with pytest.raises(ValidationError, match="say planner: llm"):
        Request(prompt="pad", model="m")


def test_a_play_holds_one_second_of_three_at_four_fifths() -> None:
    assert Play().model_dump() == {"hold_s": 1.0, "render_s": 3.0, "velocity": 0.8}


def test_a_connection_starts_plain() -> None:
    route = Route.model_validate_json('{"source": "lfo_1", "target": "/a", "amount": 0.5}')
    assert route.model_dump() == {
        "amount": 0.5, "curve": "linear", "polarity": "unipolar", "stereo": False, "bypass": False, "shape": None,
        "slot": None, "source": "lfo_1", "target": "/a",
    }  # fmt: skip
    macro = Macro(role_id="a", label="A").model_dump()
    assert (macro["default"], macro["min"], macro["max"], macro["control"]) == (0.0, 0.0, 1.0, None)


def test_the_axes_stand_in_their_order() -> None:
    assert list(AXES) == [
        "brightness", "warmth", "attack", "length", "movement", "rate", "width", "space", "grit", "noise", "weight",
        "complexity", "tension", "resonance",
    ]  # fmt: skip
    turned = Intent.model_validate_json(
        '{"planner_version": "t", "prompt": "x", "usable": true, "style": "Pad", "style_confidence": 1,'
        ' "axes": {"width": 0.1, "grit": 0.2}}'
    )
    assert list(turned.axes) == ["grit", "width"]
