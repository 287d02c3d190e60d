"""Presets in folders and banks: what is read, what is passed over, and what is refused."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli import banks
from cli.presets import PresetFile, preset_at, presets_in
from cli.session import InputError
from engine.compiler import canonical_bytes
from engine.errors import VitalFileError
from tests.cli.conftest import Call


def packed(entries: Mapping[str, bytes | str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def bank(path: Path, entries: Mapping[str, bytes | str]) -> Path:
    path.write_bytes(packed(entries))
    return path


def told(files: tuple[PresetFile, ...], root: Path) -> list[str]:
    return [one.path.relative_to(root).as_posix() for one in files]


def test_presets_are_found_whatever_their_case_and_none_twice(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.vital", "a.VITAL", "deep/c.vital", "notes.txt"):
        (tmp_path / name).write_bytes(b"{}")
    (tmp_path / "folder.vital").mkdir()
    found = presets_in([tmp_path / "b.vital", tmp_path])
    assert told(found, tmp_path) == ["b.vital", "a.VITAL", "deep/c.vital"]


def test_what_macos_packs_beside_files_and_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    root = tmp_path / ".mine"  # a hidden folder that is named is meant
    for name in ("Nice.vital", "__MACOSX/._Nice.vital", "._Nice.vital", ".hidden/Y.vital", "deep/.Z.vital"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"{}")
    assert told(presets_in([root]), root) == ["Nice.vital"]
    assert told(presets_in([root / "._Nice.vital"]), root) == ["._Nice.vital"], "one that is named is meant"


ENTRIES = {
    "Bank/Presets/B/Two.vital": b"2", "Bank/Presets/One.VITAL": b"1", "Bank/Wavetables/T.vitaltable": b"t",
    "__MACOSX/Bank/Presets/._One.vital": b"m", "Bank/.hidden/H.vital": b"h", "Bank/Presets/": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", ["Qub.vitalbank", "Qub.zip", "Qub.vital"])
def test_a_bank_is_opened_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    path = bank(tmp_path / name, ENTRIES)
    for places in ([path], [tmp_path]):
        found = presets_in(places)
        assert told(found, path) == ["Bank/Presets/B/Two.vital", "Bank/Presets/One.VITAL"]
        assert [one.read() for one in found] == [b"2", b"1"]


def test_a_bank_in_a_zip_is_opened_and_a_third_in_it_is_not(tmp_path: Path) -> None:
    inner = packed({"In/Presets/Deep.vital": b"d"})
    path = bank(tmp_path / "pack.zip", {"Top.vital": b"t", "a/In.vitalbank": inner})
    found = presets_in([path])
    assert told(found, path) == ["Top.vital", "a/In.vitalbank/In/Presets/Deep.vital"]
    assert [one.read() for one in found] == [b"t", b"d"]
    deeper = bank(tmp_path / "deeper.zip", {"middle.zip": packed({"In.vitalbank": inner})})
    refused(deeper, "In.vitalbank is a bank in a bank in a bank")


def refused(path: Path, words: str) -> None:
    """As one file that can't be read, which says why."""
    (only,) = presets_in([path])
    assert only.path == path
    with pytest.raises(VitalFileError, match=words):
        only.read()


@pytest.mark.parametrize("name", ["../up.vital", "a/../../up.vital", "/etc/x.vital", "..\\up.vital"])
def test_a_bank_that_leads_out_of_itself_is_refused(tmp_path: Path, name: str) -> None:
    refused(bank(tmp_path / "evil.zip", {"Good.vital": b"g", name: b"x"}), "leads out of the bank")


def test_a_bank_of_too_many_presets_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bank(tmp_path / "many.zip", {f"{n}.vital": b"" for n in range(banks.MOST_PRESETS)})
    assert len(presets_in([path])) == banks.MOST_PRESETS
    refused(
        bank(tmp_path / "more.zip", {f"{n}.vital": b"" for n in range(banks.MOST_PRESETS + 1)}),
        "more than 5,000 presets",
    )


def test_a_bank_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = bank(tmp_path / "bomb.zip", {f"{n}.vital": b"x" for n in range(3)})
    data = bytearray(path.read_bytes())
    for at in [at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02"]:
        data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")  # what it says that it unpacks to
    path.write_bytes(data)
    refused(path, "unpacks to more than 4,294,967,296 bytes")
    nested = bank(tmp_path / "nested.zip", {"a.zip": b"x"})
    data = bytearray(nested.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**29).to_bytes(4, "little")
    nested.write_bytes(data)
    refused(nested, "unpacks to more than 268,435,456 bytes")


def test_of_a_preset_that_unpacks_to_too_much_no_more_is_read_than_shows_it(tmp_path: Path) -> None:
    path = bank(tmp_path / "large.zip", {"large.vital": b" " * (70 * 1024 * 1024)})
    (only,) = presets_in([path])
    assert len(only.read()) == 64 * 1024 * 1024 + 1


def test_a_table_of_contents_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    path = bank(tmp_path / "table.zip", {"a.vital": b"x"})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = (banks.MOST_DIRECTORY + 1).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, "too many entries to be a bank")


def test_a_damaged_or_encrypted_bank_is_told(tmp_path: Path) -> None:
    whole = packed({"a.vital": b"abc" * 999, "b.vital": b"fine"})
    path = tmp_path / "cut.vitalbank"
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "only a part of one")
    spoiled = bytearray(whole)
    spoiled[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(spoiled)
    first, second = presets_in([path])
    with pytest.raises(VitalFileError, match="damaged in its zip archive"):
        first.read()
    assert second.read() == b"fine", "costs only itself"
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    with pytest.raises(VitalFileError, match="encrypted"):
        presets_in([path])[0].read()


def test_a_zip_without_presets_is_told_where_it_is_named_and_passed_over_in_a_folder(tmp_path: Path) -> None:
    path = bank(tmp_path / "pictures.zip", {"a.png": b"x"})
    refused(path, "without a preset in it")
    assert presets_in([tmp_path]) == ()
    (tmp_path / "no.zip").write_bytes(b"no zip at all")
    assert presets_in([tmp_path]) == ()
    (tmp_path / "Moved.vitalbank").write_bytes(b"This file has moved.")
    assert told(presets_in([tmp_path]), tmp_path) == ["Moved.vitalbank"]


def test_the_one_preset_of_a_bank_is_meant_and_of_several_one_is_named(tmp_path: Path) -> None:
    one, several = bank(tmp_path / "one.zip", {"a/A.vital": b"A"}), bank(tmp_path / "b.vitalbank", ENTRIES)
    assert preset_at(one) == b"A"
    assert preset_at(several / "Bank/Presets/One.VITAL") == b"1"
    with pytest.raises(InputError, match=r"is a bank of 2 presets; name one: .*Two\.vital, .*One\.VITAL"):
        preset_at(several)
    with pytest.raises(InputError, match="no such preset in"):
        preset_at(several / "Bank/Presets/Three.vital")
    with pytest.raises(InputError, match="no such file"):
        preset_at(tmp_path / "none" / "x.vital")


def test_check_and_import_read_a_bank(
    call: Call, preset: Path, tmp_path: Path, as_json: Callable[..., Any]
) -> None:
    path = bank(tmp_path / "b.vitalbank", {"B/Presets/Good.vital": preset.read_bytes(), "B/Bad.vital": "<html>"})
    checked = {Path(one["file"]).name: one for one in as_json("check", path)["files"]}
    assert checked["Good.vital"]["status"] == "passed"
    assert checked["Bad.vital"]["reasons"] == [
        "this is no preset: a web page; where it came from, look for “Download raw file” or the like"
    ]
    spec = json.loads(call("import", path / "B/Presets/Good.vital").stdout)
    assert spec["metadata"]["author"] == "SynthCopilot"
    result = call("import", path)
    assert result.exit_code == 2
    assert "name one" in result.stderr


def test_a_version_that_vital_refuses_and_settings_of_a_fork_are_warned_of_and_pass(
    call: Call, preset: Path, tmp_path: Path, as_json: Callable[..., Any]
) -> None:
    document = json.loads(preset.read_bytes()) | {"synth_version": "99999.9.9"}
    document["settings"]["osc_1_drive"] = 1.0
    document["settings"]["modulations"][60] = {"source": "lfo_9", "destination": "osc_1_level"}
    odd = tmp_path / "odd.vital"
    odd.write_bytes(canonical_bytes(document))
    (checked,) = as_json("check", odd)["files"]
    assert checked["status"] == "passed"
    assert checked["warnings"][:2] == [
        "no Vital has version 99999.9.9, and each refuses the file; imported and exported it has 1.0.7",
        "settings that no Vital has, and that each ignores: osc_1_drive",
    ]
    assert checked["routes_to_nowhere"] == ["modulation 61: lfo_9 to osc_1_level"]
    result = call("import", odd, "--out", tmp_path / "odd.json")
    assert result.exit_code == 0
    assert "Warning: no Vital has version 99999.9.9" in result.stderr
    assert as_json("import", odd, "--out", tmp_path / "odd.json")["warnings"] == checked["warnings"][:2]
    assert call("export", tmp_path / "odd.json", "--out", tmp_path / "back.vital").exit_code == 0
    back = json.loads((tmp_path / "back.vital").read_bytes())
    assert (back["synth_version"], back["settings"]["osc_1_drive"]) == ("1.0.7", 1.0)


def test_what_never_ends_is_read_no_further_than_a_preset_may_be(call: Call) -> None:
    result = call("import", "/dev/zero")
    assert result.exit_code == 2
    assert "at most 67,108,864 are read" in result.stderr
