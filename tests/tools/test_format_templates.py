"""The formatter of templates: one form, whatever the keys' order; comments and values as they were."""

import random
from pathlib import Path

import pytest
import yaml

from engine.catalog import read_template
from engine.errors import SpecError
from tools.format_templates import CATALOG, format_template, main

FILES = sorted(CATALOG.glob("*.yaml"))
TEXT = (CATALOG / "acid_bass.yaml").read_text("utf-8")


def formatted(text: str) -> str:
    return format_template(text, name="acid_bass.yaml")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_template_is_formatted(file: Path) -> None:
    text = file.read_text("utf-8")
    assert format_template(text, name=file.name) == text, "run: make format"


def shuffled(value: object, draw: random.Random, *, base: bool = False) -> object:
    """The same document with the keys of each mapping in another order; those of `base` stay."""
    if isinstance(value, list):
        return [shuffled(item, draw) for item in value]
    if not isinstance(value, dict) or base:
        return value
    keys = draw.sample(list(value), len(value))
    return {key: shuffled(value[key], draw, base=key == "base") for key in keys}


@pytest.mark.parametrize("flow", [True, False, None])
def test_keys_come_in_one_order_and_lines_in_one_shape(flow: bool | None) -> None:
    document = shuffled(yaml.safe_load(TEXT), random.Random(7))
    other = yaml.safe_dump(document, sort_keys=False, default_flow_style=flow, width=60)
    assert other != TEXT
    # What PyYAML writes has other quotes; the rest of the form is the formatter's.
    assert formatted(other).replace("'", '"').replace('"', "") == TEXT.replace('"', "")


@pytest.mark.parametrize("name", ["acid_bass", "glitch_fx", "tape_keys"])
def test_pointers_become_names(name: str) -> None:
    text = (CATALOG / f"{name}.yaml").read_text("utf-8")
    made = read_template(text, name=f"{name}.yaml")
    pointers = yaml.safe_dump(made.model_dump(mode="json", exclude_defaults=True), sort_keys=False)
    assert "/modules/" in pointers
    named = format_template(pointers, name=f"{name}.yaml")
    assert "/modules/" not in named
    assert yaml.safe_load(named)["base"] == yaml.safe_load(text)["base"]


CHANGES = {
    "id: acid_bass\n": "# At the top.\nmacros: [brightness, resonance, movement, grit]  # four\nid: acid_bass\n",
    "\nmacros: [brightness, resonance, movement, grit]\n": "\n# The end.\n",
    "name: Acid Bass\n": "# Of the name.\nname: Acid Bass\n",
    "  osc_2/on: true\n": "\n  # The sub: silent # until turned up.\n  osc_2/on: true  # switched on\n",
    "  - role_id: weight\n    label: Sub\n": """\
  # A role.
  - label: Sub # is a label
    # Of the id.
    role_id: weight
""",
    "  - {path: distortion/drive_db, min: 3, max: 10}\n": """\
  - # Of a range.
    min: 3  # gentle
    path: distortion/drive_db
    # As far as it goes.
    max: 10
""",
}


def commented() -> str:
    text = TEXT
    for old, new in reversed(CHANGES.items()):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


COMMENTED = commented()


def test_comments_stay_with_what_they_speak_of() -> None:
    lines = formatted(COMMENTED).splitlines()

    def after(line: str) -> str:
        return lines[lines.index(line) + 1]

    assert lines[:1] == ["id: acid_bass"]
    assert after("# Of the name.") == "name: Acid Bass"
    assert lines[-2:] == ["macros: [brightness, resonance, movement, grit]  # four", "# The end."]
    assert lines[lines.index("# At the top.") + 1].startswith("macros: ")
    assert after("  # The sub: silent # until turned up.") == "  osc_2/on: true  # switched on"
    assert after("  # A role.") == "  # Of the id."
    assert after("  # Of the id.") == "  - role_id: weight"
    assert after("  - role_id: weight") == "    label: Sub  # is a label"
    at = lines.index("  - {path: distortion/drive_db, min: 3, max: 10}  # gentle")
    assert lines[at - 2 : at] == ["  # Of a range.", "  # As far as it goes."]


def test_a_comment_after_a_part_in_block_style_speaks_of_what_follows() -> None:
    loose = (
        TEXT.replace(
            "  - {path: filter_1/model, options: [diode, ladder]}\n",
            "  - path: filter_1/model\n    options:\n    - diode\n    # Softer.\n    - ladder\n  # The next.\n",
        )
        .replace('description: "A', "description: >-\n  A")
        .replace('envelope."\n', "envelope.\n# Kinds.\n")
    )
    lines = formatted(loose).splitlines()
    at = lines.index("choices:")
    assert lines[at + 1 : at + 4] == [
        "  # Softer.",
        "  - {path: filter_1/model, options: [diode, ladder]}",
        "  # The next.",
    ]
    assert lines[lines.index("# Kinds.") + 1] == "subtypes: [acid]"


def test_formatting_twice_changes_nothing_more() -> None:
    once = formatted(COMMENTED)
    assert once != COMMENTED
    assert formatted(once) == once


def test_what_looks_like_a_comment_but_is_text_stays_text() -> None:
    text = TEXT.replace("label: Sub\n", 'label: "C# #1"  # sharp\n').replace("label: Echo", "label: Echo#2")
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("amount: 0.30", "amount: 0.30"),
        ("amount: 3e-1", "amount: 3e-1"),
        ("amount:    .3", "amount: .3"),
    ],
)
def test_numbers_stay_as_they_are_written(written: str, form: str) -> None:
    line = "{source: env_2, target: filter_1/cutoff_hz, amount: 0.3}"
    assert line in TEXT
    text = TEXT.replace(line, line.replace("amount: 0.3", written))
    if written == "amount: 3e-1":  # YAML 1.1 takes this for text, and so the schema refuses it
        with pytest.raises(SpecError, match="amount"):
            formatted(text)
    else:
        assert line.replace("amount: 0.3", form) in formatted(text)


def test_texts_of_several_lines_become_one() -> None:
    text = TEXT.replace('description: "A single saw', "description: >-\n  A single saw").replace(
        'envelope."', "envelope."
    )
    assert formatted(text) == TEXT


def test_a_text_in_block_style_may_hold_what_ends_one_in_flow_style() -> None:
    text = TEXT.replace("options: [diode, ladder]", 'options: ["diode", "lad{d},er"]')
    block = text.replace(
        '  - {path: filter_1/model, options: ["diode", "lad{d},er"]}\n',
        '  - path: filter_1/model\n    options:\n    - "diode"\n    - lad{d},er\n',
    )
    assert block != text
    assert formatted(block) == text


def test_what_the_form_can_not_keep_is_refused() -> None:
    anchored = TEXT.replace("amount: 0.3}", "amount: &third 0.3}").replace("amount: 0.1277", "amount: *third")
    assert read_template(anchored, name="acid_bass.yaml").roles[2].targets[1].amount == 0.3
    with pytest.raises(SpecError, match=r"acid_bass\.yaml: can't be formatted and mean the same"):
        formatted(anchored)


def test_check_changes_nothing_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, other, broken = (tmp_path / f"{name}.yaml" for name in ("acid_bass", "hat", "kick"))
    good.write_text(TEXT, "utf-8")
    loose = (CATALOG / "hat.yaml").read_text("utf-8").replace("register: {low", "register: { low")
    other.write_text(loose, "utf-8")
    broken.write_text("id: kick\n", "utf-8")
    assert main(["--check", str(good)]) == 0
    assert main(["--check", str(good), str(other), str(broken)]) == 1
    said = capsys.readouterr().err
    assert f"{other}: would be written otherwise; run `make format`" in said
    assert "template kick.yaml: /name: must be given" in said
    assert other.read_text("utf-8") == loose


def test_without_check_the_file_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "acid_bass.yaml"
    file.write_text(COMMENTED, "utf-8")
    assert main([str(file)]) == 0
    assert file.read_text("utf-8") == formatted(COMMENTED)
    assert f"{file}: formatted" in capsys.readouterr().out
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml" in capsys.readouterr().err
