"""A preset that is imported, edited and exported has the edits, and is as it was in all else."""

import copy
import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from edited_files import NOWHERE, SpecDocument, edited, of_no_template
from hypothesis import given, settings
from hypothesis import strategies as st
from test_round_trip import differences, documents
from vital_documents import VitalDocument, line, plain, wavetable

from engine import sounds
from engine.compiler import canonical_bytes, compile_spec, dump_spec, import_vital, load_spec

CUTOFF = "/modules/filter/0/cutoff_hz"


def imported(document: VitalDocument) -> SpecDocument:
    """The PatchSpec as whoever edits it has it."""
    spec: SpecDocument = json.loads(dump_spec(import_vital(orjson.dumps(document))))
    return spec


def exported(spec: SpecDocument) -> VitalDocument:
    made: VitalDocument = json.loads(canonical_bytes(compile_spec(load_spec(orjson.dumps(spec)))))
    return made


def route(amount: float, **more: Any) -> SpecDocument:
    return {"source": "lfo_1", "target": CUTOFF, "amount": amount, **more}


@settings(max_examples=60)
@given(documents(), st.integers(0, 2**32))
def test_ten_edits_are_all_that_changes_of_any_file(document: VitalDocument, seed: int) -> None:
    document["settings"]["modulations"] = document["settings"].get("modulations", [])[:63]
    document["settings"]["modulations"].append({"source": "lfo_2", "destination": "osc_1_level"})
    spec, wanted = edited(orjson.dumps(document), seed)
    assert differences(wanted, exported(spec)) == []


@pytest.mark.parametrize("seed", range(60))
def test_ten_edits_are_all_that_changes_of_a_preset_unlike_any_template(seed: int) -> None:
    document = of_no_template(seed)
    document["settings"]["modulations"][63] = {"source": "lfo_2", "destination": "osc_1_level"}
    spec, wanted = edited(orjson.dumps(document), seed)
    assert differences(wanted, exported(spec)) == []


@pytest.mark.parametrize("amount", [0.1, 0.0, 0.625, 1.0])
@pytest.mark.parametrize("leftover", [0.625, 1.5])
def test_a_route_in_a_slot_with_leftovers_has_its_own_amount(leftover: float, amount: float) -> None:
    document = plain()
    leftovers = {"amount": leftover, "power": 4.0, "bipolar": 1.0, "stereo": 1.0, "bypass": 1.0, "ramp_up": 2.0}
    document["settings"] |= {f"modulation_1_{name}": value for name, value in leftovers.items()}
    document["settings"]["modulation_2_amount"] = 0.3
    spec = imported(document)
    spec["modulation"]["routes"].append(route(amount))
    made = exported(spec)["settings"]
    assert made["modulations"][0] == {"source": "lfo_1", "destination": "filter_1_cutoff"}
    found = {name: made.get(f"modulation_1_{name}") for name in leftovers if name != "ramp_up"}
    assert found == {"amount": amount, "power": 0.0, "bipolar": 0.0, "stereo": 0.0, "bypass": 0.0}
    assert "modulation_1_ramp_up" not in made
    assert made["modulation_2_amount"] == 0.3, "of a slot that nobody touched"


def test_a_route_that_is_edited_keeps_what_is_kept_of_its_other_controls() -> None:
    document = plain()
    document["settings"]["modulations"][4] = {"source": "lfo_1", "destination": "osc_1_level"}
    document["settings"] |= {"modulation_5_amount": 1.5, "modulation_5_power": 11.0, "modulation_5_ramp_up": 2.0}
    spec = imported(document)
    spec["modulation"]["routes"][0]["amount"] = 0.5
    made = exported(spec)["settings"]
    assert [made[f"modulation_5_{name}"] for name in ("amount", "power", "ramp_up")] == [0.5, 11.0, 2.0]
    spec["modulation"]["routes"][0] |= {"amount": 1.0, "target": CUTOFF}
    made = exported(spec)["settings"]
    assert made["modulation_5_amount"] == 1.0, "another connection in the same slot"
    assert "modulation_5_ramp_up" not in made


def test_a_route_put_where_one_led_nowhere_is_made() -> None:
    document = plain()
    document["settings"]["modulations"][0] = {"source": "lfo_9", "destination": "osc_1_level"}
    spec = imported(document)
    spec["modulation"]["routes"].append(route(0.5))
    entries = exported(spec)["settings"]["modulations"]
    assert entries[0]["source"] == "lfo_9", "left alone while there is room elsewhere"
    assert entries[1] == {"source": "lfo_1", "destination": "filter_1_cutoff"}
    spec["modulation"]["routes"][0]["slot"] = 0
    assert exported(spec)["settings"]["modulations"][0] == {"source": "lfo_1", "destination": "filter_1_cutoff"}


def test_a_connection_of_a_foreign_form_that_is_sent_elsewhere_goes_there() -> None:
    document = plain()
    document["settings"]["modulations"][2] = {"source": "lfo_1", "destination": "osc_1_level", "foreign": 1}
    spec = imported(document)
    spec["modulation"]["routes"][0]["amount"] = 0.5
    assert exported(spec)["settings"]["modulations"][2]["foreign"] == 1, "the amount lies elsewhere"
    spec["modulation"]["routes"][0]["target"] = CUTOFF
    assert exported(spec)["settings"]["modulations"][2] == {"source": "lfo_1", "destination": "filter_1_cutoff"}


NUMBERS: dict[str, tuple[float, str, Any, float]] = {
    # what the file has, the field, what it is set to, and how the file has that
    "polyphony": (0.0, "/modules/voicing/polyphony", 6, 6.0),
    "osc_1_level": (1.4, "/modules/osc/0/level_percent", 25.0, 0.5),
    "beats_per_minute": (40.0, "/modules/voicing/tempo_bpm", 90.0, 1.5),
    "mpe_enabled": (0.5, "/modules/voicing/mpe", True, 1.0),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("absent", [False, True])
def test_a_number_that_the_file_had_out_of_range_or_not_at_all_is_what_it_is_set_to(
    name: str, *, absent: bool
) -> None:
    odd, pointer, value, stored = NUMBERS[name]
    document = plain()
    document["settings"][name] = odd
    if absent:
        del document["settings"][name]
    spec = imported(document)
    untouched = copy.deepcopy(spec)
    holder: Any = spec
    *way, last = pointer.split("/")[1:]
    for part in way:
        holder = holder[int(part)] if part.isdigit() else holder[part]
    assert last in holder
    holder[last] = value
    assert exported(spec)["settings"][name] == pytest.approx(stored)
    assert exported(untouched)["settings"].get(name) == (None if absent else odd)


def test_the_order_of_the_effects_is_the_one_that_is_set() -> None:
    document = plain()
    document["settings"]["effect_chain_order"] = 362_880.0
    spec = imported(document)
    spec["modules"]["fx_order"].reverse()
    assert exported(spec)["settings"]["effect_chain_order"] == 0.0


FOREIGN_TABLE = {**wavetable("Wave Source"), "foreign": 1}


@pytest.mark.parametrize("chosen", ["sine", "analog_saw"])
def test_a_wavetable_that_is_chosen_takes_the_place_of_one_of_another_form(chosen: str) -> None:
    """Also the very one that stands in where none is chosen."""
    document = plain()
    document["settings"]["wavetables"][0] = document["settings"]["wavetables"][1] = FOREIGN_TABLE
    spec = imported(document)
    spec["modules"]["osc"][0]["wavetable"]["table"] = {"kind": "own", "id": chosen}
    made = exported(spec)["settings"]["wavetables"]
    assert made[0] == sounds.vital_wavetable(chosen)
    assert made[1] == FOREIGN_TABLE


def test_a_wavetable_stays_while_only_its_position_is_set() -> None:
    document = plain()
    document["settings"]["wavetables"][0] = FOREIGN_TABLE
    spec = imported(document)
    spec["modules"]["osc"][0]["wavetable"]["position"] = 100.0
    made = exported(spec)["settings"]
    assert (made["wavetables"][0], made["osc_1_wave_frame"]) == (FOREIGN_TABLE, 100.0)


def test_a_list_that_was_short_is_whole_once_its_end_is_edited() -> None:
    document = plain()
    document["settings"]["wavetables"] = [FOREIGN_TABLE]
    document["settings"]["lfos"] = document["settings"]["lfos"][:2]
    document["settings"]["modulations"] = document["settings"]["modulations"][:3]
    spec = imported(document)
    spec["modules"]["osc"][2]["wavetable"]["table"] = {"kind": "own", "id": "sine"}
    spec["modules"]["lfo"][5]["shape"] = {"kind": "own", "id": "triangle"}
    spec["modulation"]["routes"].append(route(0.5, slot=9))
    made = exported(spec)["settings"]
    assert made["wavetables"][0] == FOREIGN_TABLE
    assert made["wavetables"][2] == sounds.vital_wavetable("sine")
    assert made["lfos"][5] == sounds.vital_lfo("triangle")
    assert made["modulations"][9] == {"source": "lfo_1", "destination": "filter_1_cutoff"}
    assert [len(made[name]) for name in ("wavetables", "lfos", "modulations")] == [3, 8, 64]


@pytest.mark.parametrize("name", ["wavetables", "lfos", "modulations", "sample"])
def test_a_list_that_was_not_there_is_there_once_it_is_edited(name: str) -> None:
    document = plain()
    del document["settings"][name]
    spec = imported(document)
    assert name not in exported(spec)["settings"]
    spec["modules"]["osc"][0]["wavetable"]["table"] = {"kind": "own", "id": "sine"}
    spec["modules"]["lfo"][0]["shape"] = {"kind": "drawn", "points": [[0, 1], [1, 0]], "powers": [0, 0]}
    spec["modules"]["sample"]["sample"] = {"kind": "own", "id": "white"}
    spec["modulation"]["routes"].append(route(0.5))
    assert exported(spec)["settings"][name]


@pytest.mark.parametrize("on", [False, True])
def test_a_sample_of_another_form_stays_when_the_player_is_switched_and_goes_when_one_is_chosen(
    *, on: bool
) -> None:
    document = plain()
    document["settings"]["sample"] |= {"foreign": 1}
    document["settings"]["sample_on"] = float(on)
    spec = imported(document)
    spec["modules"]["sample"]["on"] = not on
    assert exported(spec)["settings"]["sample"] == document["settings"]["sample"]
    spec["modules"]["sample"] |= {"on": True, "sample": {"kind": "own", "id": "white"}}
    assert exported(spec)["settings"]["sample"] == sounds.vital_sample("white")


LONG = {"preset_name": "n" * 400, "comments": "c" * 4500, "author": "a" * 300, "preset_style": "s" * 99}
FIELDS = {"preset_name": "name", "comments": "comments", "author": "author", "preset_style": "style"}


@pytest.mark.parametrize("key", LONG)
@pytest.mark.parametrize("absent", [False, True])
def test_a_text_that_was_too_long_or_not_there_is_what_it_is_set_to(key: str, *, absent: bool) -> None:
    document = plain() | LONG
    if absent:
        document = {name: text for name, text in document.items() if name not in LONG}
    spec = imported(document)
    spec["metadata"][FIELDS[key]] = "Short"
    made = exported(spec)
    assert {name: made.get(name) for name in LONG} == {
        **dict.fromkeys(LONG),
        **({} if absent else LONG),
        key: "Short",
    }


def test_a_macro_s_name_that_was_too_long_is_what_it_is_set_to() -> None:
    document = plain() | {"macro2": "m" * 60, "macro3": "o" * 60}
    spec = imported(document)
    spec["macros"][1]["label"] = "GRIT"
    made = exported(spec)
    assert (made["macro2"], made["macro3"]) == ("GRIT", "o" * 60)


def test_an_editor_that_writes_whole_numbers_without_a_point_edits_nothing() -> None:
    """As JavaScript does."""
    document = plain()
    document["settings"]["wavetables"][0] = {**FOREIGN_TABLE, "full_normalize": False}
    document["settings"]["lfos"][1] = {**line(3), "foreign": 2}
    document["settings"]["modulations"][1] = {
        "source": "lfo_1",
        "destination": "osc_1_level",
        "line_mapping": line(4),
    }
    document["settings"]["polyphony"] = 0.0

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: bare(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [bare(inner) for inner in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    assert differences(document, exported(bare(imported(document)))) == []


CHANGES: dict[str, Callable[[VitalDocument], Any]] = {
    "saved by vita": lambda d: d.update(synth_version="99999.9.9"),
    "saved by a Vital to come": lambda d: d.update(synth_version="2.0.0"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_file_of_a_version_that_no_vital_opens_is_exported_with_one_that_it_does(kind: str) -> None:
    document = plain()
    CHANGES[kind](document)
    document["settings"]["wavetables"][0] = wavetable("Wave Source") | {"version": document["synth_version"]}
    made = exported(imported(document))
    assert (made["synth_version"], made["settings"]["wavetables"][0]["version"]) == ("1.0.7", "1.0.7")
    document["synth_version"] = document["settings"]["wavetables"][0]["version"] = "1.0.7"
    assert differences(document, made) == []


@pytest.mark.parametrize("version", ["1.0.0", "1.5.5", "1.6.4", "1.9.0"])
def test_a_file_of_any_vital_keeps_its_version(version: str) -> None:
    assert exported(imported(plain() | {"synth_version": version}))["synth_version"] == version


def test_a_slot_that_is_emptied_is_empty() -> None:
    document = plain()
    document["settings"]["modulations"][0] = {"source": "lfo_1", "destination": "osc_1_level", "foreign": 1}
    document["settings"]["modulation_1_amount"] = 1.5
    spec = imported(document)
    spec["modulation"]["routes"].clear()
    made = exported(spec)["settings"]
    assert (made["modulations"][0], made["modulation_1_amount"]) == (NOWHERE, 0.0)
