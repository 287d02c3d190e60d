"""Templates and lexicon as they were prepared for a quick start: always what the YAML beside them says."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import prepared
from engine.planner.words import parse_yaml
from tools import prepare


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of one prepared YAML file, `sound.yaml`, which says `{level: 1}`."""
    made = tmp_path / "prepared_sounds"
    made.mkdir()
    (made / "__init__.py").touch()
    (made / "sound.yaml").write_text("level: 1")
    (made / prepared.FILE).write_bytes(prepared.line("sound.yaml", b"level: 1", parse_yaml))
    monkeypatch.syspath_prepend(str(tmp_path))
    prepared._prepared.cache_clear()
    yield made
    prepared._prepared.cache_clear()
    sys.modules.pop("prepared_sounds", None)


def _never(text: str) -> None:
    raise AssertionError(f"{text!r} was read although it is prepared")


@pytest.mark.parametrize("where", prepare.FOLDERS, ids=lambda one: one.name)
def test_what_is_prepared_is_what_the_yaml_says(where: Path) -> None:
    assert (where / prepared.FILE).read_bytes() == prepare.text(where), "run: make prepared"


def test_a_prepared_file_is_not_read_again(folder: Path) -> None:
    assert prepared.as_json("prepared_sounds", "sound.yaml", _never) == b'{"level":1}'


def test_a_file_that_was_edited_is_read_itself(folder: Path) -> None:
    (folder / "sound.yaml").write_text("level: 2")
    assert prepared.as_json("prepared_sounds", "sound.yaml", parse_yaml) == b'{"level":2}'


def test_a_folder_that_was_never_prepared_is_read_itself(folder: Path) -> None:
    (folder / prepared.FILE).unlink()
    assert prepared.as_json("prepared_sounds", "sound.yaml", parse_yaml) == b'{"level":1}'


def test_numbers_before_a_colon_become_text(folder: Path) -> None:
    (folder / "sound.yaml").write_text("1.5: loud")
    assert json.loads(prepared.as_json("prepared_sounds", "sound.yaml", parse_yaml)) == {"1.5": "loud"}


def test_preparing_mends_what_is_stale_and_checking_only_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (lexicon,) = (one for one in prepare.FOLDERS if one.name == "lexicon")
    copy = shutil.copytree(lexicon, tmp_path / "lexicon")
    monkeypatch.setattr(prepare, "FOLDERS", {copy: parse_yaml})
    assert prepare.main(["--check"]) == 0
    edited = copy / "languages" / "de.yaml"
    edited.write_text(edited.read_text() + "\n# a remark\n")
    before = (copy / prepared.FILE).read_bytes()
    assert prepare.main(["--check"]) == 1
    assert "make prepared" in capsys.readouterr().err
    assert (copy / prepared.FILE).read_bytes() == before
    assert prepare.main([]) == 0
    assert prepare.main(["--check"]) == 0
