"""`generate` and `explain`: words to a bundle."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.bundle import open_bundle
from tests.cli.conftest import Call

SYNTHCOPILOT = Path(sys.executable).with_name("synthcopilot")


def test_the_bundle_is_there_unpacked_and_zipped(generated: Any) -> None:
    folder = Path(generated["folder"])
    bundle = open_bundle(Path(generated["zip"]).read_bytes())
    assert bundle.sha256 == generated["sha256"]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(bundle.files)
    assert zipfile.ZipFile(generated["zip"]).testzip() is None


def test_the_report_says_what_was_made(generated: Any) -> None:
    assert generated["unused"] == ["zzyzx"]
    assert generated["usable"] is True
    assert generated["presets"][0]["kind"] == "base"
    assert len(generated["presets"]) + len(generated["refused"]) == 2
    assert len(generated["macros"]) == 8
    for preset in generated["presets"]:
        assert Path(generated["folder"], preset["file"]).is_file()
        heard = preset["measurements"]
        assert heard["peak"] <= 0.95
        assert -19.0 <= heard["loudness_lufs"] <= -17.0
        assert 0 < preset["renders"] <= 30, "more are not taken for a sound, and each takes its time"


def test_from_the_shell_the_same_words_make_the_same_bytes(generated: Any, tmp_path: Path) -> None:
    """In a process of its own, in another folder."""
    arguments = ["warm clean sub bass zzyzx", "--out", tmp_path, "--variations", "1", "--seed", "3", "--tag", "dub"]
    done = subprocess.run(
        [SYNTHCOPILOT, "generate", *arguments], capture_output=True, text=True, timeout=300, check=True, cwd="/"
    )
    name = Path(generated["folder"]).name
    assert (tmp_path / f"{name}.zip").read_bytes() == Path(generated["zip"]).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, f"{name}.zip"]
    assert generated["title"] in done.stdout
    assert "No effect: zzyzx" in done.stdout
    assert str(tmp_path / name) in done.stdout


def test_a_changed_bundle_is_not_written_over(generated: Any, call: Call, as_json: Callable[..., Any]) -> None:
    folder = Path(generated["folder"])
    arguments = ("generate", "warm clean sub bass zzyzx", "--out", folder.parent, "--variations", 1, "--seed", 3)
    arguments = (*arguments, "--tag", "dub")
    (folder / "notes.txt").write_text("mine")
    refused = call(*arguments)
    assert refused.exit_code == 2
    assert "--force replaces it" in refused.stderr
    assert (folder / "notes.txt").exists()
    assert as_json(*arguments, "--force")["sha256"] == generated["sha256"]
    assert not (folder / "notes.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("   ",), "prompt"),
        (("x" * 2001,), "at most 2,000 characters (has 2,001)"),
        (("pad", "--template", "no_such"), "no template 'no_such'; there are"),
        (("pad", "--seed", "-1"), "--seed must be at least 0"),
        (("pad", "--name", "x" * 61), "--name must have at most 60 characters"),
        (("pad", "--tag", "x" * 41), "--tag must have at most 40 characters"),
    ],
)
def test_a_request_that_cant_be_used_is_refused(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    result = call("generate", *arguments, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_explain_shows_each_word_and_what_it_gave(as_json: Callable[..., Any]) -> None:
    told = as_json("explain", "very dark pad zzyzx, no reverb", "--tag", "cinematic")
    by_text = {row["text"]: row for row in told["words"]}
    assert by_text["zzyzx"]["used"] is False
    assert "brightness -" in by_text["very dark"]["effect"]
    assert told["unused"] == ["zzyzx"]
    assert told["intent"]["style"] == "Pad"
    assert told["intent"]["features"]["reverb"] == "banned"
    assert "cinematic" in told["intent"]["tags"]
    assert told["template"]


def test_explain_lists_what_is_set_with_the_words_it_was_read_from(call: Call, as_json: Callable[..., Any]) -> None:
    prompt = "pad, attack 10ms, cutoff at 1200 Hz, volume -3 dB"
    shown = call("explain", prompt).stdout
    rows = {
        tuple(cell.strip() for cell in line.strip("│ ").split("│")) for line in shown.splitlines() if "│" in line
    }
    assert {("attack", "10 ms", "attack 10ms"), ("cutoff", "1.2 kHz", "cutoff at 1200 Hz")} <= rows
    assert 'Note: "volume -3 dB" is not set' in shown
    told = as_json("explain", prompt)
    assert [(one["name"], one["value"], one["unit"], one["told"], one["text"]) for one in told["values"]] == [
        ("attack", 0.01, "s", "10 ms", "attack 10ms"),
        ("cutoff", 1200.0, "Hz", "1.2 kHz", "cutoff at 1200 Hz"),
    ]
    assert any("is not set" in note for note in told["notes"])
    assert "Read from" not in call("explain", "pad").stdout


def test_explain_says_what_a_value_comes_to_that_can_not_be_kept(call: Call) -> None:
    shown = call("explain", "pad, attack 50 s, release 2 s").stdout
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line[:1] == "│"]
    assert rows[-2:] == [
        ["attack", "50 s: as near as Vital goes: 32 s", "attack 50 s"],
        ["release", "2 s", "release 2 s"],
    ]


def test_explain_as_a_table(call: Call) -> None:
    result = call("explain", "bright [red]bell[/red]")
    assert result.exit_code == 0
    assert "bell" in result.stdout
    assert "Would be:" in result.stdout
    assert "\x1b[" not in result.stdout, "no colours where nobody sees them"


@pytest.mark.parametrize(("prompt", "name"), [("zzyzx", ""), ("แพดอบอุ่นและมืด", "it looks like Thai")])
def test_what_was_not_understood_is_refused(call: Call, tmp_path: Path, prompt: str, name: str) -> None:
    for arguments in (("explain", prompt), ("generate", prompt, "--out", tmp_path / "out")):
        result = call(*arguments)
        assert result.exit_code == 2
        assert "This was not understood" in result.stderr
        assert name in result.stderr
    assert not (tmp_path / "out").exists()


def test_with_a_template_it_is_told_that_no_word_was_understood(call: Call) -> None:
    assert "No word of the prompt was understood: the template decides." in call(
        "explain", "zzyzx", "--template", "sub_bass"
    ).stdout.replace("\n", " ")


def test_explain_offers_what_was_meant(call: Call, as_json: Callable[..., Any]) -> None:
    said = call("explain", "brite pluk").stdout
    assert "Did you mean: bright, for brite?" in said
    assert "Did you mean: pluck, for pluk?" in said
    told = as_json("explain", "brite pluk with bras")
    assert told["did_you_mean"] == {"brite": "bright", "pluk": "pluck", "bras": "brass"}
    assert [row["read_as"] for row in told["words"]] == ["bright", "pluck", ""]


def test_templates_are_listed_and_shown(call: Call, as_json: Callable[..., Any]) -> None:
    listed = as_json("templates")
    assert len(listed) >= 24
    assert {one["category"] for one in listed} == {"Bass", "Lead", "Keys", "Pad", "Percussion", "Sequence", "SFX"}
    first = listed[0]
    assert as_json("templates", first["id"]) == first
    shown = call("templates", first["id"])
    assert all(role["label"] in shown.stdout for role in first["roles"])
    assert all(one["id"] in call("templates").stdout for one in listed[:3])


def test_templates_stand_by_style_and_tell_which_roles_are_macros(call: Call, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    def cells(*arguments: str) -> list[list[str]]:
        lines = call("templates", *arguments).stdout.splitlines()
        return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]

    rows = [(row[1], row[0]) for row in cells() if row[0]]
    assert rows == sorted(rows)
    assert rows[0] == ("Bass", "acid_bass")
    on = {row[0]: row[2] for row in cells("kick") if row[0]}
    assert on == {
        "Bright": "–", "Weight": "macro", "Decay": "macro", "Punch": "macro", "Drive": "macro", "Click": "–",
        "Body": "–", "Room": "–",
    }  # fmt: skip


def test_a_templates_targets_are_shown_by_the_names_that_its_file_has(call: Call) -> None:
    shown = call("templates", "acid_bass").stdout
    assert "distortion/mix_percent +1" in shown
    assert "lfo_1 to filter_1/cutoff_hz" in shown
    assert "/modules/" not in shown


def test_an_unknown_template_is_refused_with_the_known_ones(call: Call) -> None:
    result = call("templates", "no_such")
    assert result.exit_code == 2
    assert "sub_bass" in result.stderr
    assert json.loads(call("templates", "no_such", "--json").stdout)["exit_code"] == 2
