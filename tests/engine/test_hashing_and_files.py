"""Hashes of content, and files that nobody sees half of."""

import hashlib
import stat
from pathlib import Path

import pytest

from engine.files import write_whole
from engine.hashing import content_hash


def test_a_hash_is_that_of_the_sorted_json() -> None:
    said = b'{"a":{"c":[1,2.5,null],"d":true},"b":"\xc3\xa4"}'
    assert content_hash({"b": "ä", "a": {"d": True, "c": [1, 2.5, None]}}) == hashlib.sha256(said).hexdigest()


def test_a_hash_is_the_one_that_is_stored() -> None:
    assert content_hash({"b": 1, "a": 2}) == "d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772"


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_file_is_written_with_the_folders_on_its_way(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a" / "b"
    write_whole(path, b"old", mode=mode)
    write_whole(path, b"new", mode=mode)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(tmp_path.rglob("*")) == [path.parent, path]


def test_what_stood_there_stays_if_writing_fails(tmp_path: Path) -> None:
    place = tmp_path / "a"
    (place / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="a"):
        write_whole(place, b"new")
    assert [one.name for one in tmp_path.rglob("*")] == ["a", "full"], "nothing half is left"
