"""What stands in the compiled file, held against documents that were written by hand: no round trip heals here."""

from typing import Any

import orjson
import pytest
from vital_documents import line, plain, sixteen_bit, wavetable

from engine.compiler import canonical_bytes, compile_spec, dump_spec, import_vital, spec_from_dict
from engine.errors import SpecError, VitalFileError
from schemas.patch_spec import PatchSpec

LEVEL = "/modules/osc/0/level_percent"
CUTOFF = "/modules/filter/0/cutoff_hz"
LFO = {"kind": "drawn", "name": "Zig", "points": [[0, 1], [0.25, 0], [1, 1]], "powers": [0, 2, -3], "smooth": True}
LFO_IN_THE_FILE = {
    "name": "Zig", "num_points": 3, "points": [0, 1, 0.25, 0, 1, 1], "powers": [0, 2, -3], "smooth": True,
}  # fmt: skip


def compiled(**fields: Any) -> dict[str, Any]:
    return compile_spec(spec_from_dict({"engine_version": "test", **fields}))


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """Numbers that the patch says otherwise than a new synth does."""
    start = plain()["settings"]
    return {
        name: value
        for name, value in document["settings"].items()
        if isinstance(value, float) and value != pytest.approx(start[name], rel=1e-6, abs=1e-7)
    }


@pytest.mark.parametrize(("imported", "told"), [(None, "1.0.7"), ({"synth_version": "1.5.5"}, "1.5.5")])
def test_a_file_tells_the_version_of_the_synth_that_it_was_imported_from(imported: Any, told: str) -> None:
    assert compiled(imported=imported)["synth_version"] == told


def taken(document: dict[str, Any]) -> dict[int, Any]:
    """The modulations that are there, by place."""
    nothing = {"destination": "", "source": ""}
    return {place: entry for place, entry in enumerate(document["settings"]["modulations"]) if entry != nothing}


def test_an_empty_patch_is_the_file_of_a_new_synth() -> None:
    made = compiled()
    assert changed(made) == {}
    assert set(made["settings"]) == set(plain()["settings"])
    assert len(made["settings"]["modulations"]) == 64
    assert taken(made) == {}
    assert {name: text for name, text in made.items() if name != "settings"} == {
        "author": "", "comments": "", "preset_name": "", "preset_style": "", "synth_version": "1.0.7",
        "macro1": "MACRO 1", "macro2": "MACRO 2", "macro3": "MACRO 3", "macro4": "MACRO 4",
    }  # fmt: skip
    assert made["settings"]["effect_chain_order"] == 0.0
    assert [table["name"] for table in made["settings"]["wavetables"]] == ["Analog Saw"] * 3
    assert [shape["name"] for shape in made["settings"]["lfos"]] == ["Triangle"] * 8
    assert made["settings"]["lfos"][0]["points"] == [0, 1, 0.5, 0, 1, 1]


def test_a_player_that_is_on_plays_white_noise_and_one_that_is_off_next_to_nothing() -> None:
    on = compiled(modules={"sample": {"on": True}})["settings"]["sample"]
    off = compiled(modules={"sample": {"on": False}})["settings"]["sample"]
    assert (on["name"], on["length"], on["sample_rate"]) == ("White Noise", 32_768, 44_100)
    assert (off["name"], off["length"]) == ("Silence", 64)
    assert set(off["samples"].rstrip("=")) == {"A"}


def test_the_browser_s_texts_lie_where_vital_looks_for_them() -> None:
    made = compiled(metadata={"name": "N", "author": "A", "comments": "C", "style": "Bass"})
    texts = {name: made[name] for name in ("preset_name", "author", "comments", "preset_style")}
    assert texts == {"preset_name": "N", "author": "A", "comments": "C", "preset_style": "Bass"}


ROUTES: dict[str, tuple[dict[str, Any], dict[str, float]]] = {
    "plain": ({}, {"amount": 0.5}),
    "negative": ({"amount": -0.25}, {"amount": -0.25}),
    "bipolar": ({"polarity": "bipolar"}, {"amount": 0.5, "bipolar": 1.0}),
    "stereo": ({"stereo": True}, {"amount": 0.5, "stereo": 1.0}),
    "bypassed": ({"bypass": True}, {"amount": 0.5, "bypass": 1.0}),
    "straight": ({"curve": "linear"}, {"amount": 0.5}),
    "logarithmic": ({"curve": "log"}, {"amount": 0.5, "power": 4.0}),
    "exponential": ({"curve": "exp"}, {"amount": 0.5, "power": -4.0}),
    "bent by a number": ({"curve": -2.5}, {"amount": 0.5, "power": -2.5}),
}


@pytest.mark.parametrize("kind", ROUTES)
def test_a_route_sets_its_own_five_controls_and_no_other(kind: str) -> None:
    given, wanted = ROUTES[kind]
    route = {"source": "lfo_3", "target": CUTOFF, "amount": 0.5, **given}
    made = compiled(modulation={"routes": [{"source": "env_2", "target": LEVEL, "amount": 0.0}, route]})
    assert changed(made) == {f"modulation_2_{name}": value for name, value in wanted.items()}
    assert taken(made) == {
        0: {"source": "env_2", "destination": "osc_1_level"},
        1: {"source": "lfo_3", "destination": "filter_1_cutoff"},
    }


@pytest.mark.parametrize("kind", ROUTES)
def test_a_macro_s_target_sets_them_likewise(kind: str) -> None:
    given, wanted = ROUTES[kind]
    target = {"path": CUTOFF, "amount": 0.5, **given}
    made = compiled(macros=[{"role_id": "a", "label": "Open", "default": 0.75, "targets": [target]}])
    assert changed(made) == {
        "macro_control_1": 0.75, **{f"modulation_1_{name}": value for name, value in wanted.items()},
    }  # fmt: skip
    assert taken(made) == {0: {"source": "macro_control_1", "destination": "filter_1_cutoff"}}
    assert (made["macro1"], made["macro2"]) == ("Open", "MACRO 2")


@pytest.mark.parametrize("kind", ROUTES)
def test_the_file_s_five_controls_of_a_route_are_read_into_fields_and_nothing_is_left_over(kind: str) -> None:
    given, stored = ROUTES[kind]
    document = plain()
    document["settings"]["modulations"][9] = {"source": "lfo_3", "destination": "filter_1_cutoff"}
    document["settings"]["modulations"][5] = {"source": "macro_control_2", "destination": "osc_1_level"}
    for place in (10, 6):
        document["settings"].update({f"modulation_{place}_{name}": value for name, value in stored.items()})
    spec = import_vital(orjson.dumps(document))
    powers = {"linear": 0.0, "log": 4.0, "exp": -4.0}
    curve = given.get("curve", 0.0)
    wanted = {
        "amount": 0.5, "polarity": "unipolar", "stereo": False, "bypass": False, "shape": None,
        **given, "curve": powers.get(curve, curve),
    }  # fmt: skip
    (route,) = spec.modulation.routes
    (target,) = spec.macros[1].targets
    assert route.model_dump() == {**wanted, "source": "lfo_3", "target": CUTOFF, "slot": 9}
    assert target.model_dump() == {**wanted, "path": LEVEL, "slot": 5}
    assert [len(macro.targets) for macro in spec.macros] == [0, 1, 0, 0]
    assert spec.imported is not None
    assert spec.imported.model_dump() == NOTHING_LEFT


NOTHING_LEFT = {
    "synth_version": "1.0.7", "settings": {}, "absent": (), "modulations": {}, "content": {}, "texts": {},
    "fields": {},
}  # fmt: skip


def test_a_drawn_curve_of_a_route_stands_in_its_place() -> None:
    route = {"source": "lfo_1", "target": LEVEL, "amount": 1.0, "shape": LFO, "slot": 63}
    made = compiled(modulation={"routes": [route]})
    assert taken(made) == {
        63: {"source": "lfo_1", "destination": "osc_1_level", "line_mapping": LFO_IN_THE_FILE}
    }  # fmt: skip


def test_drawn_content_stands_in_the_file_as_vital_keeps_it() -> None:
    table: dict[str, Any] = {
        "kind": "vital", "name": "T", "author": "Q", "version": "1.0.6", "full_normalize": False,
        "remove_all_dc": True,
        "groups": [{"components": [
            {"type": "Wave Folder", "keyframes": [{"position": 0, "fold_boost": 2.0}], "settings": {"x": 1}},
        ]}],
    }  # fmt: skip
    sample = {"kind": "vital", "name": "S", "length": 8, "sample_rate": 22_050, "samples": sixteen_bit(8)}
    made = compiled(
        modules={
            "osc": [{}, {"wavetable": {"table": table}}],
            "lfo": [{}, {}, {"shape": LFO}],
            "sample": {"sample": {**sample, "samples_stereo": sixteen_bit(8, 1)}},
        }
    )["settings"]
    assert made["wavetables"][1] == {
        "name": "T", "author": "Q", "version": "1.0.6", "full_normalize": False, "remove_all_dc": True,
        "groups": [{"components": [
            {"type": "Wave Folder", "keyframes": [{"position": 0, "fold_boost": 2.0}], "x": 1},
        ]}],
    }  # fmt: skip
    assert [shape["name"] for shape in made["lfos"]] == ["Triangle"] * 2 + ["Zig"] + ["Triangle"] * 5
    assert made["lfos"][2] == LFO_IN_THE_FILE
    assert made["sample"] == {
        "name": "S", "length": 8, "sample_rate": 22_050,
        "samples": sixteen_bit(8), "samples_stereo": sixteen_bit(8, 1),
    }  # fmt: skip
    mono = compiled(modules={"sample": {"sample": sample}})["settings"]["sample"]
    assert mono == {"name": "S", "length": 8, "sample_rate": 22_050, "samples": sixteen_bit(8)}


def test_all_that_the_fields_can_say_is_read_into_them_and_nothing_is_left_over() -> None:
    document = plain()
    document.update(author="A", comments="C", preset_name="N", preset_style="Lead", macro2="Tone", macro4="")
    settings = document["settings"]
    settings["wavetables"][2] = wavetable("Wave Source", "Wave Folder", name="Mine")
    settings["lfos"][7] = LFO_IN_THE_FILE
    settings["sample"] = {"name": "S", "length": 4, "sample_rate": 48_000, "samples": sixteen_bit(4)}
    settings["modulations"][0] = {"source": "env_3", "destination": "lfo_1_frequency", "line_mapping": line(5)}
    settings["modulations"][1] = {"source": "lfo_2", "destination": "macro_control_4"}
    settings["modulations"][2] = {"source": "note", "destination": "modulation_1_amount"}
    settings["modulations"][3] = {"source": "macro_control_3", "destination": "modulation_2_power"}
    settings.update(macro_control_1=0.25, macro_control_4=1.0, effect_chain_order=1.0)
    spec = import_vital(orjson.dumps(document))
    assert spec.metadata.model_dump() == {"name": "N", "author": "A", "comments": "C", "style": "Lead"}
    assert [(m.role_id, m.label, m.default) for m in spec.macros] == [
        ("macro_1", "MACRO 1", 0.25), ("macro_2", "Tone", 0.0), ("macro_3", "MACRO 3", 0.0), ("macro_4", "", 1.0),
    ]  # fmt: skip
    assert [(r.source, r.target) for r in spec.modulation.routes] == [
        ("env_3", "/modules/lfo/0/rate_hz"), ("lfo_2", "/macros/3/default"),
        ("note", "/modulation/routes/0/amount"),
    ]  # fmt: skip
    assert [t.path for t in spec.macros[2].targets] == ["/modulation/routes/1/curve"]
    shape = spec.modulation.routes[0].shape
    assert shape is not None
    assert shape.model_dump()["name"] == "Line 5"
    tables = [osc.wavetable.table for osc in spec.modules.osc]
    assert tables[:2] == [wanted.wavetable.table for wanted in import_vital(orjson.dumps(plain())).modules.osc[:2]]
    assert tables[2] is not None
    assert tables[2].model_dump()["name"] == "Mine"
    assert [lfo.shape is None for lfo in spec.modules.lfo] == [True] * 7 + [False]
    assert spec.modules.lfo[7].shape is not None
    assert spec.modules.lfo[7].shape.model_dump(mode="json") == LFO
    assert spec.modules.sample.sample is not None
    assert spec.modules.sample.sample.model_dump(exclude_none=True) == {"kind": "vital", **settings["sample"]}
    assert spec.modules.fx_order == (
        "chorus", "compressor", "delay", "distortion", "eq", "filter_fx", "flanger", "reverb", "phaser",
    )  # fmt: skip
    assert spec.imported is not None
    assert spec.imported.model_dump() == NOTHING_LEFT


def test_own_content_that_stands_where_nothing_is_said_is_nothing_said() -> None:
    """What the compiler fills an empty field with reads as the empty field again."""
    made = compiled(modules={"sample": {"on": True}})
    spec = import_vital(canonical_bytes(made))
    assert [osc.wavetable.table for osc in spec.modules.osc] == [None] * 3
    assert [lfo.shape for lfo in spec.modules.lfo] == [None] * 8
    assert spec.modules.sample.sample is None
    quiet = import_vital(canonical_bytes(compiled()))
    assert quiet.modules.sample.sample is None


def test_a_route_s_curve_that_is_the_plain_triangle_is_a_curve_all_the_same() -> None:
    document = plain()
    triangle = {
        "name": "Triangle",
        "num_points": 3,
        "points": [0, 1, 0.5, 0, 1, 1],
        "powers": [0, 0, 0],
        "smooth": False,
    }
    document["settings"]["modulations"][0] = {
        "source": "lfo_1", "destination": "osc_1_level", "line_mapping": triangle,
    }  # fmt: skip
    spec = import_vital(orjson.dumps(document))
    shape = spec.modulation.routes[0].shape
    assert shape is not None
    assert shape.model_dump()["points"] == ((0.0, 1.0), (0.5, 0.0), (1.0, 1.0))


LEFT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a value out of range": ({"osc_1_level": 1.5}, {"settings": {"osc_1_level": 1.5}}),
    "a whole value that isn't": ({"polyphony": 2.4}, {"settings": {"polyphony": 2.4}}),
    "a foreign setting": ({"osc_1_spectral_morph_phase": 0.5}, {"settings": {"osc_1_spectral_morph_phase": 0.5}}),
    "an amount of a place without a route": (
        {"modulation_8_amount": 0.7}, {"settings": {"modulation_8_amount": 0.7}},
    ),
    "an order beyond the last": (
        {"effect_chain_order": 362_880.0}, {"settings": {"effect_chain_order": 362_880.0}},
    ),
    "an order below the first": ({"effect_chain_order": -1.0}, {"settings": {"effect_chain_order": -1.0}}),
    "a value that the file lacks": ({"osc_1_level": None}, {"absent": ("osc_1_level",)}),
    "a sample of nothing": ({"sample": None}, {"content": {"sample": None}}),
}  # fmt: skip


@pytest.mark.parametrize("kind", LEFT)
def test_what_the_fields_can_t_say_is_kept_by_name_and_stands_in_the_file_again(kind: str) -> None:
    changes, wanted = LEFT[kind]
    document = plain()
    for name, value in changes.items():
        if value is None and name != "sample":
            del document["settings"][name]
        else:
            document["settings"][name] = value
    spec = import_vital(orjson.dumps(document))
    assert spec.imported is not None
    assert {**spec.imported.model_dump(), "fields": {}} == {**NOTHING_LEFT, **wanted}
    again = compile_spec(spec)["settings"]
    assert again.keys() == document["settings"].keys()
    assert all(again[name] == value for name, value in changes.items() if name in again)


@pytest.mark.parametrize(("past", "kept"), [(0.8e-9, False), (1.2e-9, True)])
@pytest.mark.parametrize(("name", "end"), [("osc_1_level", 1.0), ("osc_1_pan", -1.0), ("lfo_1_frequency", -7.0)])
def test_what_comes_out_within_a_thousand_millionth_is_the_same(
    name: str, end: float, past: float, kept: bool
) -> None:
    document = plain()
    document["settings"][name] = end * (1 + past)
    spec = import_vital(orjson.dumps(document))
    assert spec.imported is not None
    assert spec.imported.settings == ({name: end * (1 + past)} if kept else {})


def test_a_short_list_comes_back_as_short_as_it_was() -> None:
    document = plain()
    settings = document["settings"]
    settings["lfos"], settings["wavetables"] = settings["lfos"][:2], settings["wavetables"][:1]
    settings["modulations"] = settings["modulations"][:5]
    spec = import_vital(orjson.dumps(document))
    assert spec.imported is not None
    assert spec.imported.content == {"modulations/5": None, "wavetables/1": None, "lfos/2": None}
    made = compile_spec(spec)["settings"]
    assert [len(made[name]) for name in ("modulations", "wavetables", "lfos")] == [5, 1, 2]


def test_lists_are_cut_after_what_was_kept_is_in_its_place() -> None:
    """In whatever order a patch tells it: a list that was cut first would have no place left for the other."""
    content = {"lfos/2": None, "lfos/3": LFO_IN_THE_FILE, "lfos/1": LFO_IN_THE_FILE}
    made = compiled(imported={"synth_version": "1.0.7", "content": content})
    assert [shape["name"] for shape in made["settings"]["lfos"]] == ["Triangle", LFO_IN_THE_FILE["name"]]


def test_kept_content_of_a_foreign_form_stands_at_its_own_place() -> None:
    document = plain()
    odd = {**wavetable("Wave Source"), "foreign": 1}
    document["settings"]["wavetables"][1] = odd
    document["settings"]["lfos"][3] = {**LFO_IN_THE_FILE, "foreign": [2]}
    spec = import_vital(orjson.dumps(document))
    assert spec.imported is not None
    assert set(spec.imported.content) == {"wavetables/1", "lfos/3"}
    assert spec.modules.osc[1].wavetable.table is None
    made = compile_spec(spec)["settings"]
    assert made["wavetables"][1] == odd
    assert made["lfos"][3] == {**LFO_IN_THE_FILE, "foreign": [2]}
    assert made["lfos"][2]["name"] == made["lfos"][4]["name"] == "Triangle"


def test_entries_at_the_top_come_back_and_what_is_not_there_stays_away() -> None:
    document = {**plain(), "ztail": [1], "author": "x" * 200}
    del document["macro2"], document["preset_style"]
    spec = import_vital(orjson.dumps(document))
    assert spec.imported is not None
    assert spec.imported.texts == {
        "ztail": [1], "author": "x" * 200, "macro2": None, "preset_style": None,
    }  # fmt: skip
    assert len(spec.metadata.author) == 120
    made = compile_spec(spec)
    assert {name: text for name, text in made.items() if name != "settings"} == {
        name: text for name, text in document.items() if name != "settings"
    }


def test_long_texts_are_cut_in_the_fields_only() -> None:
    document = {
        **plain(),
        **dict.fromkeys(("author", "preset_name", "comments", "preset_style", "macro1"), "y" * 3000),
    }
    spec = import_vital(orjson.dumps(document))
    lengths = {name: len(text) for name, text in spec.metadata.model_dump().items()}
    assert lengths == {"author": 120, "name": 120, "comments": 2000, "style": 40}
    assert len(spec.macros[0].label) == 40
    assert compile_spec(spec)["macro1"] == "y" * 3000


SKIPPED = {
    "an unknown source": {"source": "lfo_9", "destination": "osc_1_level"},
    "an unknown target": {"source": "lfo_1", "destination": "filter_1_on"},
    "a place that is empty": {"source": "", "destination": "osc_1_level"},
    "a modulation that isn't there": {"source": "lfo_1", "destination": "modulation_60_amount"},
    "a macro as a source beyond the fourth": {"source": "macro_control_5", "destination": "osc_1_level"},
}


@pytest.mark.parametrize("kind", SKIPPED)
def test_a_place_that_vital_skips_is_kept_and_no_new_route_takes_it(kind: str) -> None:
    document = plain()
    document["settings"]["modulations"][0] = SKIPPED[kind]
    spec = import_vital(orjson.dumps(document))
    assert spec.modulation.routes == ()
    assert spec.imported is not None
    assert spec.imported.modulations == {0: SKIPPED[kind]}
    more = {"source": "lfo_1", "target": LEVEL, "amount": 0.5}
    written = orjson.loads(dump_spec(spec))
    written["modulation"]["routes"] = [more]
    made = compile_spec(PatchSpec.model_validate_json(orjson.dumps(written)))
    assert taken(made) == {0: SKIPPED[kind], 1: {"source": "lfo_1", "destination": "osc_1_level"}}
    assert made["settings"]["modulation_2_amount"] == 0.5
    assert made["settings"]["modulation_1_amount"] == 0.0


def test_with_a_kept_place_there_is_room_for_63_more() -> None:
    imported = {"synth_version": "1.0.7", "modulations": {"5": {"source": "lfo_9", "destination": "osc_1_level"}}}
    route = {"source": "lfo_1", "target": LEVEL, "amount": 0.5}
    made = compiled(modulation={"routes": [route] * 63}, imported=imported)
    assert made["settings"]["modulations"][5] == {"source": "lfo_9", "destination": "osc_1_level"}
    with pytest.raises(
        SpecError, match="/modulation/routes/63: Vital has 64 modulations and this patch wants more"
    ):
        compiled(modulation={"routes": [route] * 64}, imported=imported)


BARE = ("MACRO 1", "MACRO 2", "MACRO 3", "MACRO 4")
MACROS: dict[str, tuple[list[str | None], list[str], list[str]]] = {
    "by place": ([None] * 5, [*"ABCD"], [f"macro_control_{n}" for n in (1, 2, 3, 4)]),
    "by name": (["macro_4", "macro_1"], ["B", *BARE[1:3], "A"], ["macro_control_4", "macro_control_1"]),
    "on the wheel": (["mod_wheel", "aftertouch"], [*BARE], ["mod_wheel", "aftertouch"]),
    "baked": (["baked", None], [BARE[0], "B", *BARE[2:]], ["macro_control_2"]),
    "two on one macro": (["macro_2", None], [BARE[0], "A", *BARE[2:]], ["macro_control_2"] * 2),
}


@pytest.mark.parametrize("kind", MACROS)
def test_macros_lie_on_the_controls_that_they_name_or_on_the_macro_of_their_place(kind: str) -> None:
    lie, labels, sources = MACROS[kind]
    target = {"path": LEVEL, "amount": 0.5}
    macros = [
        {"role_id": "r", "label": "ABCDE"[n], "default": (n + 1) / 10, "control": control, "targets": [target]}
        for n, control in enumerate(lie)
    ]
    made = compiled(macros=macros)
    assert [made[f"macro{n}"] for n in range(1, 5)] == labels
    assert [entry["source"] for entry in taken(made).values()] == sources
    positions = {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}
    assert [made["settings"][f"macro_control_{n}"] for n in range(1, 5)] == [
        positions.get(label, 0.0) for label in labels
    ]


def test_a_file_s_bytes_begin_with_the_author_whatever_else_is_in_it() -> None:
    assert canonical_bytes({"b": 1, "author": "A", "a": {"z": 1, "y": [2.5, None, True]}}) == (
        b'{"author":"A","a":{"y":[2.5,null,true],"z":1},"b":1}'
    )
    assert canonical_bytes({"settings": {}, "author": "A"}) == b'{"author":"A","settings":{}}'
    assert canonical_bytes({"z": 1, "b": "\u00b5"}) == '{"b":"\u00b5","z":1}'.encode()
    with pytest.raises(VitalFileError, match="the preset can't be written as JSON"):
        canonical_bytes({"author": "A", "a": 2**64})


def test_the_spec_s_json_is_sorted_and_indented() -> None:
    text = dump_spec(spec_from_dict({"engine_version": "test"})).decode()
    assert text.startswith(
        '{\n  "engine_version": "test",\n  "imported": null,\n  "macros": [],\n  "metadata": {\n    "author": "",'
    )
    assert text.endswith("}\n")


def spoilt(value: Any) -> Any:
    """Everything in a document changed in place, however deep it lies."""
    if isinstance(value, dict):
        for key in value:
            value[key] = spoilt(value[key])
        return value
    if isinstance(value, list):
        value[:] = [spoilt(one) for one in value]
        return value
    return "spoilt"


KEPT: dict[str, Any] = {
    "synth_version": "1.5.5",
    "texts": {"preset_name": "X"},
    "settings": {"beats_per_minute": 2.0},
    "content": {"lfos/0": {**LFO_IN_THE_FILE, "more": [{"deep": 1}]}},
}


@pytest.mark.parametrize("imported", [None, KEPT])
@pytest.mark.parametrize("fields", [{}, {"modules": {"sample": {"on": True}}}])
def test_who_changes_what_was_compiled_changes_no_other_patch(fields: dict[str, Any], imported: Any) -> None:
    spec = spec_from_dict({"engine_version": "test", "imported": imported, **fields})
    before = canonical_bytes(compile_spec(spec))
    spoilt(compile_spec(spec))
    assert canonical_bytes(compile_spec(spec)) == before
