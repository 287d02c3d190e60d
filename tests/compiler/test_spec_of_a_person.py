"""A PatchSpec that a person wrote: what is wrong is refused with pointer, value and range, gaps are filled."""

import json
from typing import Any

import numpy as np
import pytest
import vita
from pydantic import BaseModel, ValidationError
from vital_documents import play

from engine import sounds
from engine.compiler import canonical_bytes, compile_spec, dump_spec, import_vital, load_spec, spec_from_dict
from engine.compiler.spec_io import model_from_json, problems
from engine.errors import SpecError
from schemas.modulation import CURVE_POWERS
from schemas.patch_spec import PatchSpec
from schemas.request import Request

BASE: dict[str, Any] = {"engine_version": "0.1.0"}
MACRO: dict[str, Any] = {"role_id": "bright", "label": "Bright"}
ROUTE: dict[str, Any] = {"source": "lfo_1", "target": "/modules/osc/0/level_percent", "amount": 0.5}

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "unknown field": ({"modules": {"osc": [{"levl": 5}]}}, ["/modules/osc/0/levl", "no such field"]),
    "too high": (
        {"modules": {"filter": [{"cutoff_hz": 99_000.0}]}},
        ["/modules/filter/0/cutoff_hz", "at most 21096", "99000.0"],
    ),
    "too low": ({"modules": {"env": [{"attack_s": -1.0}]}}, ["/modules/env/0/attack_s", "at least 0", "-1.0"]),
    "not whole": ({"modules": {"voicing": {"polyphony": 2.5}}}, ["/modules/voicing/polyphony", "2.5"]),
    "text for a number": ({"modules": {"lfo": [{"rate_hz": "fast"}]}}, ["/modules/lfo/0/rate_hz", "'fast'"]),
    "unknown option": ({"modules": {"filter": [{"model": "moog"}]}}, ["/modules/filter/0/model", "'moog'"]),
    "four oscillators": ({"modules": {"osc": [{}, {}, {}, {}]}}, ["/modules/osc", "3"]),
    "an effect in a foreign slot": ({"modules": {"fx": [{"type": "delay"}]}}, ["/modules/fx", "fx/0", "chorus"]),
    "an effect's value": (
        {"modules": {"fx": [{"type": "chorus", "mix_percent": 900.0}]}},
        ["/modules/fx/0/mix_percent", "at most 100"],
    ),
    "an unknown curve": (
        {"modulation": {"routes": [{**ROUTE, "curve": "s-shape"}]}},
        ["/modulation/routes/0/curve:", "'exp'"],
    ),
    "an effect twice": ({"modules": {"fx_order": ["delay"] * 9}}, ["/modules/fx_order", "once"]),
    "unknown source": ({"modulation": {"routes": [{**ROUTE, "source": "lfo_9"}]}}, ["/modulation/routes/0/source"]),
    "amount too high": (
        {"modulation": {"routes": [{**ROUTE, "amount": 1.5}]}}, ["/modulation/routes/0/amount", "at most 1", "1.5"],
    ),
    "no amount": (
        {"modulation": {"routes": [{k: v for k, v in ROUTE.items() if k != "amount"}]}},
        ["/modulation/routes/0/amount", "must be given"],
    ),
    "65 routes": ({"modulation": {"routes": [ROUTE] * 65}}, ["/modulation/routes", "64"]),
    "65 connections": (
        {"modulation": {"routes": [ROUTE] * 64},
         "macros": [{**MACRO, "targets": [{"path": ROUTE["target"], "amount": 1.0}]}]},
        ["/modulation/routes/63", "64 modulations"],
    ),
    "a pointer to nothing": (
        {"modulation": {"routes": [{**ROUTE, "target": "/modules/osc/0/levl"}]}},
        ["/modulation/routes/0", "/modules/osc/0/levl", "/level_percent"],
    ),
    "no pointer": ({"modulation": {"routes": [{**ROUTE, "target": "osc_1_level"}]}}, ["/routes/0/target"]),
    "a macro on a switch": (
        {"macros": [{**MACRO, "targets": [{"path": "/modules/osc/0/on", "amount": 1.0}]}]},
        ["/macros/0/targets/0", "/modules/osc/0/on", "can't be moved"],
    ),
    "nine macros": ({"macros": [MACRO] * 9}, ["/macros", "8"]),
    "another synth": ({"synth_target": "serum"}, ["/synth_target", "'serum'"]),
    "another schema": ({"schema_version": "2.0"}, ["/schema_version", "'2.0'"]),
    "an unknown wavetable": (
        {"modules": {"osc": [{"wavetable": {"table": {"kind": "own", "id": "no_such"}}}]}},
        ["/modules/osc/0/wavetable/table", "no_such"],
    ),
    "an unknown shape": (
        {"modules": {"lfo": [{"shape": {"kind": "own", "id": "no_such"}}]}}, ["/modules/lfo/0/shape", "no_such"],
    ),
    "an unknown noise": (
        {"modules": {"sample": {"sample": {"kind": "own", "id": "no_such"}}}},
        ["/modules/sample/sample", "no_such"],
    ),
    "an unknown shape of a route": (
        {"modulation": {"routes": [{**ROUTE, "shape": {"kind": "own", "id": "no_such"}}]}},
        ["/modulation/routes/0/shape", "no_such"],
    ),
    "powers that don't fit the points": (
        {"modules": {"lfo": [{"shape": {"kind": "drawn", "points": [[0, 0], [1, 1]], "powers": [0]}}]}},
        ["/modules/lfo/0/shape", "powers"],
    ),
    "a foreign slot in what was imported": (
        {"imported": {"synth_version": "1.0.7", "modulations": {"64": {}}}}, ["/imported/modulations/64"],
    ),
    "foreign content in what was imported": (
        {"imported": {"synth_version": "1.0.7", "content": {"lfos/9": {}}}}, ["/imported/content/lfos"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told_with_pointer_and_value(kind: str) -> None:
    fields, words = WRONG[kind]
    with pytest.raises(SpecError) as refused:
        load_spec(json.dumps({**BASE, **fields}).encode())
    for word in words:
        assert word in str(refused.value)


LINES: dict[str, tuple[dict[str, Any], str]] = {
    "a foreign field": ({"modules": {"osc": [{"levl": 5}]}}, "/modules/osc/0/levl: no such field (is 5)"),
    "two problems": (
        {"modules": {"env": [{"attack_s": -1.0}, {"attack_s": -2}]}},
        "/modules/env/0/attack_s: must be at least 0 (is -1.0)\n"
        "/modules/env/1/attack_s: must be at least 0 (is -2)",
    ),
    "one of an effect": (
        {"modules": {"fx": [{"type": "chorus", "mix_percent": 900.0}]}},
        "/modules/fx/0/mix_percent: must be at most 100 (is 900.0)",
    ),
    "a rule of several fields": (
        {"modules": {"fx_order": ["delay"] * 9}},
        "/modules/fx_order: fx_order must name each of chorus, compressor, delay, distortion, eq, filter_fx, "
        "flanger, phaser, reverb once",
    ),
    "a gap": (
        {"modulation": {"routes": [{"source": "lfo_1", "target": "/a"}]}},
        "/modulation/routes/0/amount: must be given",
    ),
    "a long text": (
        {"metadata": {"name": "x" * 130}},
        "/metadata/name: must have at most 120 characters (has 130)",
    ),
    "a pointer to nothing": (
        {"modulation": {"routes": [{**ROUTE, "target": "/modules/osc/0/unison/no"}]}},
        "/modulation/routes/0: /modules/osc/0/unison/no doesn't name a parameter; /modules/osc/0/unison has "
        "/voices, /detune_percent, /detune_power, /detune_range_semitones, /blend_percent, "
        "/stereo_spread_percent, /stack, /spectral",
    ),
    "a pointer to nothing among many": (
        {"modulation": {"routes": [{**ROUTE, "target": "/modules/env/0/no"}]}},
        "/modulation/routes/0: /modules/env/0/no doesn't name a parameter; /modules/env/0 has /delay_s, /attack_s, "
        "/attack_power, /hold_s, /decay_s, /decay_power, /sustain_percent, /release_s, …",
    ),
}


@pytest.mark.parametrize("kind", LINES)
def test_an_error_is_a_line_of_pointer_reason_and_value(kind: str) -> None:
    fields, line = LINES[kind]
    with pytest.raises(SpecError) as refused:
        load_spec(json.dumps({**BASE, **fields}).encode())
    assert str(refused.value) == line


def test_somebody_s_words_are_not_quoted_where_they_may_not_be() -> None:
    data = b'{"prompt": "", "tags": [5]}'
    with pytest.raises(SpecError) as open_one:
        model_from_json(Request, data)
    assert str(open_one.value).splitlines()[1] == "/tags/0: must be text (is 5)"
    with pytest.raises(SpecError) as closed:
        model_from_json(Request, data, values=False)
    assert str(closed.value).splitlines() == [
        "/prompt: must not be empty",
        "/tags/0: must be text",
    ]


class _Places(BaseModel):
    places: list[int] | str


def test_a_place_in_a_list_is_told_and_not_which_form_of_the_field_was_tried() -> None:
    with pytest.raises(ValidationError) as refused:
        _Places.model_validate({"places": [1, "x"]})
    text = ": must be text"
    number = ": must be a whole number (is 'x')"
    told = problems(refused.value, {"places": [1, "x"]})
    assert told.splitlines() == [f"/places/1{number}", f"/places{text}"]
    unread = problems(refused.value)  # without the document nobody knows which are places in it
    assert unread.splitlines() == [f"/places/list[int]/1{number}", f"/places/str{text}"]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"engine_version": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(SpecError):
        load_spec(data)


def test_what_is_wrong_with_the_whole_has_a_place_too() -> None:
    with pytest.raises(SpecError, match=r"^/: Input should be an object$"):
        load_spec(b"[]")


def test_nan_is_no_number() -> None:
    with pytest.raises(SpecError):
        load_spec(b'{"engine_version":"1","modules":{"osc":[{"level_percent":NaN}]}}')


def test_the_shortest_patch_is_a_whole_one() -> None:
    spec = load_spec(json.dumps({**BASE, "modules": {"osc": [{"level_percent": 50.0}]}}).encode())
    assert [osc.on for osc in spec.modules.osc] == [False, False, False]
    assert spec.modules.osc[2].destination == "effects"
    made = compile_spec(spec)
    assert len(made["settings"]) == 772 + 4
    assert len(made["settings"]["modulations"]) == 64
    assert load_spec(dump_spec(spec)) == spec


def test_equal_patches_are_equal_bytes() -> None:
    fields = {"modules": {"osc": [{"pan_percent": 5.0, "on": True}]}, "macros": [MACRO]}
    turned = {key: fields[key] for key in reversed(fields)}
    first, second = (spec_from_dict({**BASE, **given}) for given in (fields, turned))
    assert dump_spec(first) == dump_spec(second)
    assert canonical_bytes(compile_spec(first)) == canonical_bytes(compile_spec(second))


def test_own_content_is_compiled_and_comes_back_as_drawn() -> None:
    """By id in the PatchSpec, whole in the file."""
    table, shape, noise = (sorted(have)[0] for have in (sounds.WAVETABLES, sounds.LFO_SHAPES, sounds.NOISES))
    spec = spec_from_dict(
        {
            **BASE,
            "modules": {
                "osc": [{"wavetable": {"table": {"kind": "own", "id": table}}}],
                "lfo": [{"shape": {"kind": "own", "id": shape}}],
                "sample": {"sample": {"kind": "own", "id": noise}},
            },
        }
    )
    made = compile_spec(spec)
    assert made["settings"]["wavetables"][0] == sounds.vital_wavetable(table)
    assert made["settings"]["lfos"][0] == sounds.vital_lfo(shape)
    assert made["settings"]["sample"] == sounds.vital_sample(noise)
    back = import_vital(canonical_bytes(made))
    assert canonical_bytes(compile_spec(back)) == canonical_bytes(made)


def test_macros_lie_where_they_say() -> None:
    target = {"path": "/modules/osc/0/level_percent", "amount": 0.5}
    macros = [
        {**MACRO, "label": "Third", "control": "macro_3", "default": 0.25, "targets": [target]},
        {**MACRO, "label": "Wheel", "control": "mod_wheel", "targets": [target]},
    ]
    made = compile_spec(spec_from_dict({**BASE, "macros": macros}))
    assert (made["macro3"], made["settings"]["macro_control_3"]) == ("Third", 0.25)
    assert made["macro1"] == "MACRO 1"
    sources = [entry["source"] for entry in made["settings"]["modulations"][:3]]
    assert sources == ["macro_control_3", "mod_wheel", ""]


def _amplitude(curve: str, position: float) -> float:
    """Of a sounding oscillator whose level a macro at `position` opens along `curve`; 1 is fully open."""
    target = {"path": "/modules/osc/0/level_percent", "amount": 1.0, "curve": curve}
    macro = {**MACRO, "default": position, "targets": [target]}
    osc = {"on": True, "level_percent": 0.0, "destination": "effects", "random_phase_percent": 0.0}
    spec = spec_from_dict({**BASE, "modules": {"osc": [osc]}, "macros": [macro]})
    synth = vita.Synth()
    assert synth.load_json(canonical_bytes(compile_spec(spec)).decode())
    play(synth, 48, 0.8, 0.2, 0.3)
    audio = play(synth, 48, 0.8, 0.4, 0.4)[:, 9_000:]
    return float(np.sqrt(np.mean(audio**2)))


def test_named_curves_bend_the_way_their_names_say() -> None:
    """Half-way up, a logarithm is above the straight line and an exponential below it, as the synth plays them."""
    assert set(CURVE_POWERS) == {"linear", "log", "exp"}
    middle = {curve: _amplitude(curve, 0.5) for curve in CURVE_POWERS}
    assert middle["log"] > 1.5 * middle["linear"] > 0
    assert middle["exp"] < middle["linear"] / 1.5
    assert _amplitude("log", 1.0) == pytest.approx(_amplitude("exp", 1.0), rel=0.02)


def test_a_model_is_frozen() -> None:
    spec = PatchSpec(engine_version="x")
    with pytest.raises(ValueError, match="frozen"):
        spec.engine_version = "y"
