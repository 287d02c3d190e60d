"""The JSON Schema files say what the models say, with ranges and units."""

import json
from typing import Any

import pytest

from engine.compiler.controls import module_controls
from schemas.base import Strict
from schemas.export import DOCUMENTS, FOLDER, schema_text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_file_is_in_step_with_its_model(name: str) -> None:
    written = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert written == schema_text(name), "run: python -m schemas.export"


def test_there_is_no_schema_without_a_model() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in DOCUMENTS}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_object_takes_unknown_fields(name: str) -> None:
    schema = json.loads(schema_text(name))
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            assert part["additionalProperties"] is False, part["title"]


def test_documents_are_strict_and_frozen() -> None:
    for model in DOCUMENTS.values():
        assert issubclass(model, Strict)
        assert model.model_config["frozen"]


def _fields() -> dict[str, dict[str, Any]]:
    schema = json.loads(schema_text("patch_spec"))
    properties = [field for part in schema["$defs"].values() for field in part.get("properties", {}).values()]
    return {field["vital"]: field for field in properties if "vital" in field}


def test_every_control_shows_its_range_unit_and_meaning() -> None:
    fields = _fields()
    for control in module_controls().values():
        parameter, field = control.parameter, fields[control.parameter.vital]
        assert field["description"]
        assert field.get("unit", "") == parameter.unit
        if parameter.options:
            assert field["enum"] == list(parameter.options)
        elif field["type"] != "boolean":
            low, high = sorted(
                (float(parameter.to_person(parameter.low)), float(parameter.to_person(parameter.high)))
            )
            assert (field["minimum"], field["maximum"]) == (low, high)


def test_units_stand_in_the_names_too() -> None:
    """`cutoff_hz` is in Hz: a reader of the JSON needs no schema to know."""
    endings = {"Hz": "_hz", "s": "_s", "ms": "_ms", "dB": "_db", "%": "_percent", "cents": "_cents", "BPM": "_bpm"}
    for control in module_controls().values():
        ending = endings.get(control.parameter.unit)
        assert ending is None or control.pointer.endswith(ending), control.pointer
