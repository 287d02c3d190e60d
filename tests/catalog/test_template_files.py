"""Templates as files: parameters by name or by pointer, and what is wrong is told with its line."""

import re
from pathlib import Path

import pytest

from engine.catalog import read_template
from engine.errors import SpecError
from tools.format_templates import CATALOG

TEXT = (CATALOG / "acid_bass.yaml").read_text("utf-8")


def read(text: str) -> dict:
    return read_template(text, name="acid_bass.yaml").model_dump(mode="json")


def refused(text: str) -> str:
    with pytest.raises(SpecError) as error:
        read(text)
    return str(error.value)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_template_holds_pointers_wherever_its_file_has_names() -> None:
    made = read(TEXT)
    assert made["base"]["/modules/filter/0/cutoff_hz"] == 330
    assert made["routes"][0]["target"] == "/modules/filter/0/cutoff_hz"
    assert made["ranges"][3]["path"] == "/modules/fx/3/drive_db"
    assert made["choices"][0]["path"] == "/modules/filter/0/model"
    movement, space = made["roles"][2], made["roles"][7]
    assert [target["path"] for target in movement["targets"]] == [
        "/modulation/routes/0/amount",
        "/modulation/routes/3/amount",
    ]
    assert space["constraints"]["requires"] == ["/modules/fx/2/on"]


@pytest.mark.parametrize("file", sorted(CATALOG.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_file_of_the_catalog_needs_a_pointer(file: Path) -> None:
    assert not re.search(r"(^|[\s\[])/\w", file.read_text("utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("filter_1/model", "/modules/filter/0/model"),
        ("distortion/", "/modules/fx/3/"),
        ("lfo_1 to filter_1/cutoff_hz", "/modulation/routes/3/amount"),
        ("osc_1/on", "/modules/osc/0/on"),
    ],
)
def test_pointers_say_the_same_as_names(name: str, pointer: str) -> None:
    assert name in TEXT
    assert read(TEXT.replace(name, pointer)) == read(TEXT)


def test_what_a_role_forbids_goes_by_name_too() -> None:
    forbidding = TEXT.replace("{requires: [delay/on]}", "{requires: [delay/on], forbids: [osc_3/on]}")
    assert read(forbidding)["roles"][7]["constraints"]["forbids"] == ["/modules/osc/2/on"]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "nearest"),
    [
        ("eq/band_hz: 280", "eq/bend_hz: 280", "/base/eq/bend_hz", "eq/band_hz"),
        (
            "target: filter_1/resonance_percent",
            "target: filter 1/resonance",
            "/routes/2/target",
            "filter_1/resonance_percent",
        ),
        ("path: env_2/decay_s, min: 0.16", "path: env2/decay_s, min: 0.16", "/ranges/2/path", "env_2/decay_s"),
        ("path: distortion/curve", "path: distortion/kurve", "/choices/1/path", "distortion/curve"),
        (
            "path: lfo_1 to filter_1",
            "path: lfo_2 to filter_1",
            "/roles/2/targets/1/path",
            "lfo_1 to filter_1/cutoff_hz",
        ),
        ("requires: [delay/on]", "requires: [delay/onn]", "/roles/7/constraints/requires/0", "delay/on"),
    ],
)
def test_a_wrong_name_is_told_with_file_line_place_and_the_nearest(
    right: str, wrong: str, place: str, nearest: str
) -> None:
    assert TEXT.count(right) == 1
    broken = TEXT.replace(right, wrong)
    said = refused(broken)
    assert said.startswith(
        f"template acid_bass.yaml: line {line_of(broken, wrong)}, {place}: no parameter is called "
    )
    assert nearest in said


def test_all_wrong_names_are_told_at_once() -> None:
    said = refused(TEXT.replace("eq/low_hz", "eq/lowest_hz").replace("[delay/on]", "[delay/of]"))
    assert "eq/lowest_hz" in said.splitlines()[0]
    assert "delay/of" in said.splitlines()[1]


def test_a_parameter_is_set_once_whatever_it_is_called() -> None:
    twice = TEXT.replace("  eq/on: true\n", "  eq/on: true\n  /modules/fx/4/on: false\n")
    line = line_of(twice, "/modules/fx/4/on")
    assert f"line {line}, /base//modules/fx/4/on: /modules/fx/4/on is set a second time" in refused(twice)


@pytest.mark.parametrize("line", ["  eq/on: true\n", "    label: Sub\n", "name: Acid Bass\n"])
def test_a_key_stands_once(line: str) -> None:
    twice = TEXT.replace(line, line * 2)
    number = line_of(twice, line.strip()) + 1
    assert f"line {number}: {line.strip().partition(':')[0]} stands here a second time" in refused(twice)


@pytest.mark.parametrize(
    "broken",
    [
        "", "- 1", "base: 3", "base: [a]", "routes: {a: b}", "routes: [3]", "routes: [{source: [x], target: 1}]",
        "roles: 1", "roles: [{targets: 3}]", "base: {1: 2}",
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_by_the_schema_not_by_an_accident(broken: str) -> None:
    assert "acid_bass.yaml" in refused(broken)
