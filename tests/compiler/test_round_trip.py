"""`.vital` -> PatchSpec -> JSON -> PatchSpec -> `.vital` loses nothing, whatever a file holds."""

from __future__ import annotations  # a type of vita's that outlives the tests aborts their process

import copy
import json
import math
from typing import Any, get_args

import orjson
import pytest
import vita
from hypothesis import given, settings
from hypothesis import strategies as st
from vital_documents import VitalDocument, component, line, names, plain, sixteen_bit, wavetable

from engine.compiler import canonical_bytes, compile_spec, dump_spec, import_vital, load_spec, playable
from engine.compiler.pointers import destinations
from schemas.modulation import ModulationSource
from schemas.patch_spec import PatchSpec
from schemas.wavetables import ComponentType

KINDS = get_args(ComponentType)


def differences(given: Any, returned: Any, where: str = "") -> list[str]:
    """Paths where `returned` isn't `given`: keys and texts must be identical, numbers equal to 1e-6, relative."""
    if isinstance(given, dict) and isinstance(returned, dict):
        odd = [f"{where}/{key}" for key in given.keys() ^ returned.keys()]
        return odd + [
            d for k in given.keys() & returned.keys() for d in differences(given[k], returned[k], f"{where}/{k}")
        ]
    if isinstance(given, list) and isinstance(returned, list) and len(given) == len(returned):
        pairs = enumerate(zip(given, returned, strict=True))
        return [d for i, (g, m) in pairs for d in differences(g, m, f"{where}/{i}")]
    if isinstance(given, int | float) and isinstance(returned, int | float):
        return (
            []
            if math.isclose(given, returned, rel_tol=1e-6, abs_tol=1e-12)
            else [f"{where}: {given} is {returned}"]
        )
    return [] if given == returned else [f"{where}: {str(given)[:40]} is {str(returned)[:40]}"]


def round_trip(document: VitalDocument) -> tuple[PatchSpec, VitalDocument]:
    spec = load_spec(dump_spec(import_vital(orjson.dumps(document))))
    return spec, json.loads(canonical_bytes(compile_spec(spec)))


def assert_survives(document: VitalDocument) -> PatchSpec:
    before = copy.deepcopy(document)
    spec, after = round_trip(document)
    assert differences(before, after) == []
    return spec


SOURCES = [*get_args(ModulationSource), *(f"macro_control_{n}" for n in range(1, 5)), "", "lfo_9", "Ω"]
TARGETS = [*sorted(destinations()), "", "filter_1_on", "osc_9_level"]
MODULATION = st.fixed_dictionaries(
    {"source": st.sampled_from(SOURCES), "destination": st.sampled_from(TARGETS)},
    optional={"line_mapping": st.integers(0, 9).map(line), "foreign": st.integers(-9, 9)},
)
LATER = st.dictionaries(
    st.sampled_from(
        [
            "osc_1_spectral_morph_phase",
            "osc_3_spectral_morph_phase",
            "modulation_1_ramp_up",
            "modulation_9_ramp_down",
        ]
    ),
    st.floats(-10, 10),
)
LATER_CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "custom_warps": st.just([{"name": "W", "points": [0.0, 1.0]}, None]),
        "random_values": st.lists(st.fixed_dictionaries({"seed": st.integers(0, 2**31)}), max_size=3),
    },
)
TABLES = st.lists(
    st.one_of(
        st.lists(st.sampled_from(KINDS), max_size=4).map(lambda kinds: wavetable(*kinds)),
        st.integers(0, 9).map(line),
    ),
    max_size=3,
)
SAMPLES = st.sampled_from(
    [
        None,
        {"name": "S", "length": 8, "sample_rate": 44100, "samples": sixteen_bit(8)},
        {"length": 4, "sample_rate": 48000, "samples": sixteen_bit(9), "samples_stereo": sixteen_bit(4, 1)},
        {"name": "F", "length": 4, "sample_rate": 44100.5, "samples": sixteen_bit(4), "path": "/a.wav"},
    ]
)
TEXTS = st.dictionaries(
    st.sampled_from(["author", "comments", "macro1", "macro4", "preset_name", "preset_style"]),
    st.text(max_size=150),
)


class ChangedDocument(dict[str, Any]):
    """A document that shows itself as what it changes in a plain one."""

    def __repr__(self) -> str:
        return "plain but " + "; ".join(differences(plain(), self))[:6000]


@st.composite
def documents(draw: st.DrawFn) -> VitalDocument:
    document = plain()
    target = document["settings"]
    target.update(draw(st.lists(names(), max_size=20)))
    target.update(draw(st.lists(names(beyond=True), max_size=5)))
    target.update(draw(LATER) | draw(LATER_CONTENT))
    entries = draw(st.lists(MODULATION, max_size=12))
    target["modulations"][: len(entries)] = entries
    if draw(st.booleans()):
        target["modulations"] = target["modulations"][: draw(st.integers(0, 63))]
    shapes = [line(i, draw(st.integers(2, 100))) for i in range(draw(st.integers(0, 8)))]
    target["lfos"] = shapes if draw(st.booleans()) else target["lfos"]
    target["wavetables"] = draw(TABLES) if draw(st.booleans()) else target["wavetables"]
    target["sample"] = draw(SAMPLES)
    for name, _ in draw(st.lists(names(), max_size=3)):
        target.pop(name, None)
    for name in draw(st.lists(st.sampled_from(["modulations", "lfos", "wavetables", "sample"]), max_size=1)):
        del target[name]
    document.update(draw(TEXTS))
    for name in draw(st.lists(st.sampled_from(["author", "macro2", "preset_style", "synth_version"]), max_size=2)):
        document.pop(name, None)
    return ChangedDocument(
        {**document, **draw(st.dictionaries(st.sampled_from(["ztail", "a_head", "mpe"]), st.integers(-9, 9)))}
    )


@settings(max_examples=80)
@given(documents())
def test_a_document_comes_back_as_it_was(document: VitalDocument) -> None:
    assert_survives(document)


def test_what_vital_leaves_of_emptied_components_comes_back() -> None:
    document = plain()
    table = wavetable("Wave Source", "Line Source", "Audio File Source")
    _, line_source, audio = table["groups"][0]["components"]
    line_source["keyframes"] = None
    audio |= {"audio_file": "", "audio_sample_rate": 0}
    document["settings"]["wavetables"][0] = table
    assert playable(compile_spec(assert_survives(document))).preset


@pytest.mark.parametrize("kind", KINDS)
def test_each_component_of_a_wavetable_comes_back(kind: ComponentType) -> None:
    document = plain()
    document["settings"]["wavetables"][1] = wavetable("Wave Source", kind)
    spec = assert_survives(document)
    assert spec.imported is not None
    assert spec.imported.content == {}, "held by the typed fields, not word for word"


def test_vita_itself_loads_and_saves_each_component() -> None:
    """The parts of these tests are of the form that the real synth reads, and what it then saves comes back."""
    synth = vita.Synth()
    document = plain()
    for start in range(0, len(KINDS), 3):
        tables = [wavetable(*(("Wave Source",) if "Source" not in kind else ()), kind) for kind in KINDS[start:]][
            :3
        ]
        document["settings"]["wavetables"][: len(tables)] = tables
        assert synth.load_json(playable(document).preset.decode())
        saved = json.loads(synth.to_json())
        kinds = [c["type"] for t in saved["settings"]["wavetables"] for c in t["groups"][0]["components"]]
        assert set(kinds) >= set(KINDS[start : start + 3])
        for holder in (saved, *saved["settings"]["wavetables"]):
            key = "synth_version" if holder is saved else "version"
            holder[key] = "1.0.7"  # vita gives one that no Vital opens
        assert_survives(saved)


def test_a_route_that_moves_a_modulation_comes_back() -> None:
    document = plain()
    document["settings"]["modulations"][:5] = [
        {"source": "lfo_1", "destination": "modulation_3_amount"},
        {"source": "macro_control_2", "destination": "modulation_1_power"},
        {"source": "env_2", "destination": "osc_1_level", "line_mapping": line(3)},
        {"source": "lfo_2", "destination": "modulation_64_amount"},
        {"source": "lfo_2", "destination": "modulation_4_amount"},
    ]
    spec = assert_survives(document)
    assert [r.target for r in spec.modulation.routes] == [
        "/modulation/routes/1/amount",
        "/modules/osc/0/level_percent",
    ]
    assert spec.macros[1].targets[0].path == "/modulation/routes/0/curve"
    assert spec.imported is not None
    assert set(spec.imported.modulations) == {3, 4}, (
        "what moves a modulation that isn't there, and what hangs on it"
    )


def test_a_skipped_modulation_keeps_its_slot_and_its_controls() -> None:
    document = plain()
    document["settings"]["modulations"][7] = {"source": "lfo_9", "destination": "osc_1_level"}
    document["settings"].update({"modulation_8_amount": 0.7, "modulation_20_power": 3.0})
    spec = assert_survives(document)
    assert spec.modulation.routes == ()


def test_values_out_of_range_are_kept_in_a_marked_place() -> None:
    document = plain()
    document["settings"].update({"osc_1_level": 1.4, "filter_1_cutoff": 140.0, "polyphony": 40.0})
    spec = assert_survives(document)
    assert spec.imported is not None
    assert spec.imported.settings == {"osc_1_level": 1.4, "filter_1_cutoff": 140.0, "polyphony": 40.0}
    assert spec.modules.osc[0].level_percent == 100.0
    assert {problem.name for problem in playable(document).out_of_range} == set(spec.imported.settings)


@settings(max_examples=20)
@given(documents())
def test_the_file_is_canonical(document: VitalDocument) -> None:
    """However its keys were ordered: the same bytes, author first and the rest sorted."""
    spec, _ = round_trip(document)
    made = canonical_bytes(compile_spec(spec))
    turned = {k: dict(reversed(v.items())) if isinstance(v, dict) else v for k, v in reversed(document.items())}
    assert canonical_bytes(compile_spec(import_vital(orjson.dumps(turned)))) == made
    keys = list(json.loads(made))
    rest = keys if "author" not in document and "a_head" not in document else keys[1:]
    assert rest == sorted(rest)
    if "author" in document:
        assert made.startswith(b'{"author":"')
    assert dump_spec(spec) == dump_spec(load_spec(dump_spec(spec)))


def test_a_file_begins_as_the_browser_wants_it() -> None:
    """The style within the first 5,000 bytes, however large the settings."""
    made = canonical_bytes(compile_spec(PatchSpec(engine_version="test")))
    assert made.startswith(b'{"author":"')
    assert b'"preset_style":' in made[:5_000]
    assert b'"synth_version":"1.0.7"' in made


@settings(max_examples=15)
@given(documents())
def test_the_synth_has_what_the_file_says(document: VitalDocument) -> None:
    """What the guard lets through is loaded, and the synth then has those very values."""
    document = {"synth_version": "1.0.7", **document}
    if not document["settings"].get("sample"):
        document["settings"]["sample"] = plain()["settings"]["sample"]
    guarded = playable(document)
    synth = _synth()
    assert synth.load_json(guarded.preset.decode())
    wanted = json.loads(guarded.preset)["settings"]
    for name, control in synth.get_controls().items():
        if name in wanted:
            assert control.value() == pytest.approx(wanted[name], rel=1e-6, abs=1e-6), name


_SYNTHS: list[vita.Synth] = []


def _synth() -> vita.Synth:
    if not _SYNTHS:
        _SYNTHS.append(vita.Synth())
    return _SYNTHS[0]


def test_parts_of_a_component_are_not_shared_between_documents() -> None:
    component("Wave Source")["keyframes"][0]["wave_data"] = "changed"
    assert component("Wave Source")["keyframes"][0]["wave_data"] != "changed"
