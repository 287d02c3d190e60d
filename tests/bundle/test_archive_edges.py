"""The limits of archives, each at its edge; the figures are written down here a second time."""

import io
import zipfile

import pytest

from engine.bundle import archive
from engine.bundle.archive import _admit, checked_path, read_zip, zip_bytes
from engine.bundle.names import safe_stem
from engine.errors import BundleError


def test_the_limits_are_these() -> None:
    assert archive.MAX_BUNDLE_BYTES == 268_435_456, "256 MiB"
    assert archive.MAX_PACK_BYTES == 4_000_000_000, "what a zip can be without ZIP64"


def entry(name: str, size: int = 0, *, mode: int = 0o100644, system: int = 3) -> zipfile.ZipInfo:
    one = zipfile.ZipInfo(name)
    one.file_size, one.external_attr, one.create_system = size, mode << 16, system
    return one


def test_an_archive_has_60_000_files_at_the_most() -> None:
    _admit([entry(str(n)) for n in range(60_000)], limit=1)
    with pytest.raises(BundleError, match="60,000 files"):
        _admit([entry(str(n)) for n in range(60_001)], limit=1)


def test_what_is_unpacked_may_have_the_limit_and_not_a_byte_more() -> None:
    _admit([entry("a", 60), entry("b", 40)], limit=100)
    with pytest.raises(BundleError, match="unpacks to more than"):
        _admit([entry("a", 60), entry("b", 41)], limit=100)


def test_what_is_packed_may_have_the_limit_and_not_a_byte_more() -> None:
    assert read_zip(zip_bytes({"a": b"x" * 60, "b": b"y" * 40}, limit=100)) == {"a": b"x" * 60, "b": b"y" * 40}
    with pytest.raises(BundleError, match=r"larger than .* at b"):
        zip_bytes({"a": b"x" * 60, "b": b"y" * 41}, limit=100)


@pytest.mark.parametrize(
    ("mode", "system", "admitted"),
    [(0o100644, 3, True), (0, 3, True), (0o120777, 3, False), (0o060660, 3, False), (0o040755, 3, False),
     (0o120777, 0, True)],
)  # fmt: skip
def test_only_plain_files_are_admitted_where_the_system_tells(mode: int, system: int, admitted: bool) -> None:
    if admitted:
        _admit([entry("a", mode=mode, system=system)], limit=1)
    else:
        with pytest.raises(BundleError, match="a link or a device"):
            _admit([entry("a", mode=mode, system=system)], limit=1)


def test_names_that_differ_in_case_only_are_refused_on_the_way_in_too() -> None:
    _admit([entry("a/Drift"), entry("a/Drift 2")], limit=1)
    with pytest.raises(BundleError, match="is in the archive twice"):
        _admit([entry("a/Drift"), entry("a/drift")], limit=1)


def test_a_path_has_240_characters_at_the_most() -> None:
    assert checked_path("a/" + "b" * 238)
    with pytest.raises(BundleError, match="not a path"):
        checked_path("a/" + "b" * 239)


@pytest.mark.parametrize(
    "path", ["a/b.", "a/b ", "a /b", "a..b", "a//b", "/a", "a/", "", "-a", ".a", "a\\b", "C:a"]
)
def test_a_path_that_another_system_reads_otherwise_is_refused(path: str) -> None:
    with pytest.raises(BundleError, match="not a path"):
        checked_path(path)


@pytest.mark.parametrize("path", ["a", "_a", "0", "a b/c-d.e", "Gre", "a!#&'()+,b", "a.b.c"])
def test_a_plain_path_is_itself(path: str) -> None:
    assert checked_path(path) == path


def test_entries_are_stored_dated_1980_and_readable() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes({"b": b"2", "a": b"1"}))) as opened:
        told = [
            (one.filename, one.date_time, one.compress_type, one.external_attr >> 16) for one in opened.infolist()
        ]
    assert told == [("a", (1980, 1, 1, 0, 0, 0), 0, 0o100644), ("b", (1980, 1, 1, 0, 0, 0), 0, 0o100644)]


def test_a_name_has_60_characters_and_keeps_a_last_part_of_24() -> None:
    assert safe_stem("x" * 60) == "x" * 60
    assert safe_stem("x" * 61) == "x" * 60
    assert safe_stem("x" * 80 + " - " + "y" * 24) == "x" * 33 + " - " + "y" * 24
    assert safe_stem("x" * 80 + " - " + "y" * 25) == "x" * 60
