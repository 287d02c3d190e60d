"""`check`, `import` and `export`: presets from anywhere."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutants import mutants, rich
from vital_documents import plain

from engine.compiler import canonical_bytes, compile_spec, import_vital
from engine.stages import patch_stage, plan_stage
from schemas.request import Request
from tests.cli.conftest import Call


def _write(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    document = plain()
    change(document["settings"])
    path.write_bytes(canonical_bytes(document))
    return path


def test_a_good_preset_passes(call: Call, preset: Path) -> None:
    result = call("check", preset)
    assert result.exit_code == 0, result.output
    assert "Good one.vital" in result.stdout
    assert "1 preset: 1 passed" in result.stdout


def test_each_bad_file_is_told_by_name_and_costs_only_itself(
    preset: Path, tmp_path: Path, as_json: Callable[..., Any], call: Call
) -> None:
    folder = tmp_path / "some" / "presets"
    folder.mkdir(parents=True)
    (folder / "a good.vital").write_bytes(preset.read_bytes())
    (folder / "b text.VITAL").write_text("not a preset")
    _write(folder / "c crash.vital", lambda s: s.update(filter_1_cutoff=1e9))
    _write(folder / "d silent.vital", lambda s: s.update(osc_1_on=0.0, sample_on=0.0))
    _write(folder / "e odd.vital", lambda s: s.update(osc_1_level=1.5))
    (folder / "readme.txt").write_text("no preset at all")
    missing = tmp_path / "missing.vital"
    result = call("check", folder, missing, preset)
    assert result.exit_code == 1
    told = {Path(one["file"]).name: one for one in as_json("check", folder, missing, preset)["files"]}
    assert {name: one["status"] for name, one in told.items()} == {
        "a good.vital": "passed", "b text.VITAL": "unreadable", "c crash.vital": "unreadable",
        "d silent.vital": "failed", "e odd.vital": "passed", "missing.vital": "unreadable",
        "Good one.vital": "passed",
    }  # fmt: skip
    assert "not JSON" in told["b text.VITAL"]["reasons"][0]
    assert "settings/filter_1_cutoff" in told["c crash.vital"]["reasons"][0]
    assert "Silent" in told["d silent.vital"]["reasons"][0]
    assert told["e odd.vital"]["out_of_range"] == [
        "osc_1_level (/modules/osc/0/level_percent): 225 % is out of 0 to 100 %; measured as 100 % "
        "(in the file: 1.5, out of 0 to 1)"
    ]
    assert told["missing.vital"]["reasons"] == ["no such file or directory"]
    assert told["a good.vital"]["measurements"] == told["Good one.vital"]["measurements"]
    for name, one in told.items():
        assert all(f"{name}: {reason}" in result.stdout for reason in one["reasons"])


def test_nothing_readable_is_bad_input(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.vital").write_bytes(b"{}")
    result = call("check", tmp_path)
    assert result.exit_code == 2
    assert "settings: missing" in result.stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    result = call("check", empty)
    assert result.exit_code == 2
    assert "no .vital file in" in result.stderr


def test_a_style_is_held_to_its_own_limits(preset: Path, as_json: Callable[..., Any]) -> None:
    by = {judge: as_json("check", preset, "--judge", judge)["files"][0] for judge in ("human", "style")}
    assert by["human"]["gates"]["profile"] == "human"
    assert by["style"]["gates"]["profile"] == by["style"]["style"] == "Bass"


def test_what_is_made_here_passes_by_its_style_as_it_passed_in_the_making(
    generated: Any, as_json: Callable[..., Any]
) -> None:
    folder = Path(generated["folder"])
    made = [folder / one["file"] for one in generated["presets"]]
    checked = as_json("check", *made, "--judge", "style")["files"]
    for one, preset in zip(checked, generated["presets"], strict=True):
        assert one["status"] == "passed", one["reasons"]
        heard = one["measurements"]["overall"]["loudness_lufs"]
        assert heard == preset["measurements"]["loudness_lufs"], "at the very same note"


def test_what_a_fuzzer_makes_is_checked_like_anything_else(
    preset: Path, tmp_path: Path, as_json: Callable[..., Any]
) -> None:
    for number, data in enumerate(mutants([json.loads(preset.read_bytes()), rich()], 12, seed=11)):
        (tmp_path / f"mutant {number:02}.vital").write_bytes(data)
    told = as_json("check", tmp_path)
    assert len(told["files"]) == 13
    assert told["passed"] + told["failed"] + told["unreadable"] == 13
    assert all(one["reasons"] for one in told["files"] if one["status"] != "passed")


def test_a_preset_goes_to_a_spec_and_back_without_loss(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "rich.vital"
    source.write_bytes(canonical_bytes(rich()))
    spec, back = tmp_path / "new" / "rich.json", tmp_path / "back.vital"
    assert call("import", source, "--out", spec).exit_code == 0
    assert json.loads(spec.read_text())["schema_version"] == "1.0"
    result = call("export", spec, "--out", back)
    assert result.exit_code == 0, result.output
    assert back.read_bytes() == source.read_bytes()


def test_modulations_are_counted_with_what_the_macros_move(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "kick.vital"
    source.write_bytes(canonical_bytes(compile_spec(patch_stage(plan_stage(Request(prompt="a kick"))).spec)))
    spec = import_vital(source.read_bytes())
    own, moved = len(spec.modulation.routes), sum(len(macro.targets) for macro in spec.macros)
    assert min(own, moved) > 0
    told = call("import", source, "--out", tmp_path / "kick.json").stdout
    assert f", {own + moved} modulations\n" in told


def test_without_out_the_spec_itself_is_printed(call: Call, preset: Path) -> None:
    result = call("import", preset)
    assert json.loads(result.stdout)["metadata"]["author"] == "SynthCopilot"
    assert result.stderr == ""


def test_machines_hear_what_was_kept(as_json: Callable[..., Any], tmp_path: Path) -> None:
    odd = _write(tmp_path / "odd.vital", lambda s: s.update(osc_1_level=1.5, mystery=1.0))
    assert as_json("import", odd, "--out", tmp_path / "s.json")["kept"] == ["mystery", "osc_1_level"]
    told = as_json("export", tmp_path / "s.json", "--out", tmp_path / "back.vital")
    assert "osc_1_level" in told["out_of_range"][0]
    assert json.loads((tmp_path / "back.vital").read_bytes())["settings"]["osc_1_level"] == 1.5


def test_nothing_is_written_over_without_force(call: Call, preset: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text("mine")
    result = call("import", preset, "--out", spec)
    assert result.exit_code == 2
    assert f"{spec} is there already; --force replaces it" in result.stderr
    assert spec.read_text() == "mine"
    assert call("import", preset, "--out", spec, "--force").exit_code == 0
    assert call("import", preset, "--out", spec).exit_code == 0, "the same content is no clash"
    preset.write_bytes(b"mine")
    assert call("export", spec, "--out", preset).exit_code == 2
    assert preset.read_bytes() == b"mine"
    assert call("export", spec, "--out", preset, "--force").exit_code == 0
    assert preset.read_bytes().startswith(b'{"author":"SynthCopilot"')
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Good one.vital", "spec.json"], "no scraps"


KEPT = '{"engine_version":"1","imported":{"synth_version":"1.0.7",'
ROUTE = '{"source":"lfo_1","target":"/modules/osc/9","amount":1.0}'
WRONG_SPECS = [
    ("{", "Invalid JSON"),
    (
        '{"engine_version":"1","modules":{"osc":[{"level_percent":400.0}]}}',
        "/modules/osc/0/level_percent: must be at most 100 (is 400.0)",
    ),
    (
        '{"engine_version":"1","modulation":{"routes":[' + ROUTE + "]}}",
        "/modulation/routes/0: /modules/osc/9 doesn't name a parameter",
    ),
    (KEPT + '"settings":{"osc_1_level":1e30}}}', "so far out of range"),
    (KEPT + '"settings":{"x":' + "9" * 40 + "}}}", "can't be written"),
    (KEPT + '"content":{"sample":null}}}', "settings/sample: missing"),
]


@pytest.mark.parametrize(("text", "words"), WRONG_SPECS, ids=[words for _, words in WRONG_SPECS])
def test_a_wrong_spec_is_refused_with_file_and_pointer(call: Call, tmp_path: Path, text: str, words: str) -> None:
    spec, target = tmp_path / "wrong.json", tmp_path / "x.vital"
    spec.write_text(text)
    result = call("export", spec, "--out", target)
    assert result.exit_code == 2
    assert f"Error: {spec}: " in result.stderr
    assert words in result.stderr
    assert not target.exists()


def test_a_malformed_preset_is_refused_by_name(call: Call, tmp_path: Path) -> None:
    bad = tmp_path / "bad.vital"
    bad.write_text("{}")
    result = call("import", bad)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {bad}: settings: missing; this is not a Vital preset\n"
    assert result.stdout == ""
