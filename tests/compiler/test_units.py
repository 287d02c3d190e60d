"""`controls.txt`, written down a second time: each control's pointer, unit, default and readings.

A row: the name in the file, the pointer, the unit, what a person reads at the default, and `stored=read` at both
ends and in the middle, or for each option. `#` counts modules: from 1 in names, from 0 in pointers.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from vital_documents import plain

from engine.compiler import canonical_bytes, compile_spec, import_vital, spec_from_dict
from engine.compiler.controls import by_pointer, controls, module_controls
from schemas.patch_spec import Modules

COUNTS = {"osc": 3, "filter": 2, "env": 6, "lfo": 8, "random": 4}
WORDS = {"on": True, "off": False}
EFFECTS = ["chorus", "compressor", "delay", "distortion", "eq", "filter_fx", "flanger", "phaser", "reverb"]
STARTS_OTHERWISE = {"osc_1_on": True, "osc_2_destination": "filter_2", "osc_3_destination": "effects"}
"""What Vital starts from where it isn't the same for each oscillator."""


class UnitRow(NamedTuple):
    """One control."""

    name: str
    pointer: str
    unit: str
    default: Any
    readings: tuple[tuple[float, Any], ...]


def _read(text: str, unit: str) -> Any:
    if unit == "choice":
        return text
    if unit == "switch":
        return WORDS[text]
    number = float(text)
    return int(number) if number.is_integer() else number


@cache
def rows() -> tuple[UnitRow, ...]:
    found = []
    for line in (Path(__file__).parent / "controls.txt").read_text(encoding="utf-8").splitlines():
        name, pointer, unit, default, *pairs = line.split(" ")
        readings = tuple((float(s), _read(r, unit)) for s, r in (pair.split("=") for pair in pairs))
        for place in range(COUNTS[name.split("_")[0]] if "#" in name else 1):
            own = name.replace("#", str(place + 1))
            start = STARTS_OTHERWISE.get(own, _read(default, unit))
            found.append(UnitRow(own, pointer.replace("#", str(place)), unit, start, readings))
    return tuple(found)


ROUNDS = range(14)
"""As many as the longest list of options; a control of fewer readings stays at its last."""


def _reading(row: UnitRow, turn: int) -> tuple[float, Any]:
    return row.readings[min(turn, len(row.readings) - 1)]


def _modules(values: dict[str, Any]) -> dict[str, Any]:
    """Values by pointer as the document that a person would write."""
    lists = {"osc": 3, "filter": 2, "env": 6, "lfo": 8, "random": 4, "fx": 9}
    made: dict[str, Any] = {name: [{} for _ in range(count)] for name, count in lists.items()}
    for place, effect in enumerate(EFFECTS):
        made["fx"][place]["type"] = effect
    for pointer, value in values.items():
        here: Any = made
        *parents, leaf = pointer.split("/")[2:]
        for part in parents:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        here[leaf] = value
    return made


def _at(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[2:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def test_the_table_has_each_control_of_a_module_once() -> None:
    names = [row.name for row in rows()]
    assert len(names) == len(set(names)) == len(controls()) - 4 - 5 * 64 - 1
    assert {row.pointer: row.name for row in rows()} == {p: c.name for p, c in by_pointer().items()}


@pytest.mark.parametrize("turn", ROUNDS)
def test_what_a_person_writes_is_stored_as_the_table_says(turn: int) -> None:
    wanted = {row.name: _reading(row, turn)[0] for row in rows()}
    modules = _modules({row.pointer: _reading(row, turn)[1] for row in rows()})
    made = compile_spec(spec_from_dict({"engine_version": "test", "modules": modules}))["settings"]
    assert {name: made[name] for name in wanted} == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("turn", ROUNDS)
def test_what_a_file_stores_is_read_as_the_table_says_and_nothing_is_left_over(turn: int) -> None:
    document = plain()
    document["settings"].update({row.name: _reading(row, turn)[0] for row in rows()})
    spec = import_vital(orjson.dumps(document))
    read = spec.modules.model_dump(mode="json")
    for row in rows():
        value, wanted = _at(read, row.pointer), _reading(row, turn)[1]
        assert type(value) is type(wanted) or isinstance(value, float), row.name
        assert value == (wanted if isinstance(wanted, str | bool) else pytest.approx(wanted, rel=1e-9, abs=1e-9))
    assert spec.imported is not None
    assert spec.imported.settings == {}
    assert spec.imported.absent == ()


def test_a_patch_starts_from_what_the_table_says() -> None:
    read = Modules().model_dump(mode="json")
    for row in rows():
        value = _at(read, row.pointer)
        assert value == (row.default if isinstance(row.default, str | bool) else pytest.approx(row.default)), (
            row.name
        )


def test_units_are_the_tables() -> None:
    for row in rows():
        unit = module_controls()[row.name].parameter.unit
        assert row.unit == (unit.replace(" ", "_") or row.unit), row.name
        assert unit or row.unit in ("choice", "switch", "number", "whole"), row.name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([{"on": False}], [False, False, False]),
        ([{}, {}], [False, False, False]),
        ([], [True, False, False]),
    ],
)
def test_a_shorter_list_is_filled_up_with_what_the_synth_starts_from(given: list[Any], kept: list[bool]) -> None:
    modules = spec_from_dict({"engine_version": "test", "modules": {"osc": given}}).modules
    assert [osc.on for osc in modules.osc] == kept
    assert [osc.destination for osc in modules.osc[len(given) :]] == ["filter_1", "filter_2", "effects"][
        len(given) :
    ]
    sizes = (modules.filter, modules.env, modules.lfo, modules.random, modules.fx)
    assert [len(part) for part in sizes] == [2, 6, 8, 4, 9]


def test_the_bytes_of_equal_settings_are_equal_whichever_way_they_were_written() -> None:
    """A patch of all its defaults, written out, is the empty patch."""
    whole = _modules({row.pointer: row.default for row in rows()})
    short = spec_from_dict({"engine_version": "test"})
    written = canonical_bytes(compile_spec(short))
    read = compile_spec(spec_from_dict({"engine_version": "test", "modules": whole}))["settings"]
    for name, value in orjson.loads(written)["settings"].items():
        assert read[name] == (pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value)
