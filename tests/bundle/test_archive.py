"""Archives: equal for equal files, and harmless whoever made them."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from engine.bundle.archive import read_zip, unpack, zip_bytes
from engine.bundle.store import FolderFiles, write_archive
from engine.errors import BundleError

FILES = {"meta/a.json": b"{}", "presets/Velvet Drift.vital": b"x" * 1000, "index.html": b"<p>"}


def hostile(name: str, *, data: bytes = b"x", mode: int = 0o100644, method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        entry = zipfile.ZipInfo(name)
        entry.filename = name
        entry.create_system, entry.external_attr = 3, mode << 16
        archive.writestr(entry, data, method)
    return stream.getvalue()


def test_the_order_of_files_changes_nothing() -> None:
    assert zip_bytes(FILES) == zip_bytes(dict(reversed(FILES.items())))


def test_a_zip_opens_elsewhere_with_the_same_files() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes(FILES))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert archive.namelist() == sorted(FILES)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_unpacking_gives_back_what_was_packed(tmp_path: Path) -> None:
    assert dict(FolderFiles(unpack(zip_bytes(FILES), tmp_path / "out"))) == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "a/../../evil", "/etc/evil", "C:/evil", "a\\..\\evil", "..", "a//b", "./a", "a/.", "a/ b",
        "evil.", "ev\x01il", "évil", ".ssh/config", "~/evil", "a" * 300, "a:stream", "-rf",
    ],
)  # fmt: skip
def test_a_path_that_leaves_or_tricks_is_refused_both_ways(name: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        zip_bytes({name: b"x"})
    with pytest.raises(BundleError):
        unpack(hostile(name), tmp_path / "out")
    assert not list(tmp_path.rglob("*evil*"))


def test_a_link_in_a_zip_is_refused() -> None:
    with pytest.raises(BundleError, match="link"):
        read_zip(hostile("presets/x", data=b"/etc/passwd", mode=stat.S_IFLNK | 0o777))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = hostile("a.json", data=bytes(50_000_000), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 60_000
    with pytest.raises(BundleError, match="more than 10 MB"):
        read_zip(bomb, limit=10_000_000)


def test_too_much_is_not_packed() -> None:
    with pytest.raises(BundleError, match="larger than"):
        zip_bytes(FILES, limit=500)


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(BundleError, match="case"):
        zip_bytes({"a/Drift": b"", "a/drift": b""})


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip", zip_bytes(FILES)[:-30]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match="not a zip"):
        read_zip(data)


def test_a_damaged_zip_is_refused() -> None:
    data = bytearray(zip_bytes(FILES))
    data[data.index(b"xxxx") + 2] ^= 1
    with pytest.raises(BundleError, match="not a zip"):
        read_zip(bytes(data))


def test_a_full_folder_is_not_unpacked_into(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(BundleError, match="not empty"):
        unpack(zip_bytes(FILES), tmp_path)


def test_writing_replaces_what_stood_there_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_archive("One", FILES | {"old": b"1"}, tmp_path)
    folder = write_archive("One", FILES, tmp_path)
    assert dict(FolderFiles(folder)) == FILES
    assert (tmp_path / "One.zip").read_bytes() == zip_bytes(FILES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["One", "One.zip"]


def test_writing_does_not_follow_a_link_out_of_the_folder(tmp_path: Path) -> None:
    out, outside = tmp_path / "out", tmp_path / "outside"
    out.mkdir()
    outside.mkdir()
    (out / "One").symlink_to(outside)
    write_archive("One", FILES, out)
    assert not list(outside.iterdir())


def test_a_link_that_leads_nowhere_and_a_file_make_room_too(tmp_path: Path) -> None:
    (tmp_path / "One").symlink_to(tmp_path / "nowhere")
    (tmp_path / "Two").write_bytes(b"a file")
    for name in ("One", "Two"):
        assert dict(FolderFiles(write_archive(name, FILES, tmp_path))) == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["One", "One.zip", "Two", "Two.zip"]


def test_a_zip_that_is_made_already_is_written_as_it_is(tmp_path: Path) -> None:
    write_archive("One", FILES, tmp_path, zipped=b"the very zip")
    assert (tmp_path / "One.zip").read_bytes() == b"the very zip"


def test_a_folder_gives_its_own_files_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = write_archive("One", FILES, tmp_path)
    (folder / "linked").symlink_to(tmp_path / "secret")
    files = FolderFiles(folder)
    assert sorted(files) == list(files) == sorted(FILES)
    for path in ("linked", "../secret", str(tmp_path / "secret"), "meta"):
        with pytest.raises(KeyError):
            files[path]
    with pytest.raises(BundleError, match="is not a folder"):
        FolderFiles(tmp_path / "secret")


def test_a_failure_leaves_the_old_archive_whole(tmp_path: Path) -> None:
    folder = write_archive("One", FILES, tmp_path)
    with pytest.raises(BundleError):
        write_archive("One", {"index.html": b"new", "../evil": b""}, tmp_path)
    assert dict(FolderFiles(folder)) == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["One", "One.zip"]


@pytest.mark.parametrize("name", ["..", "a/b", "", "/abs", "."])
def test_a_folder_name_is_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        write_archive(name, FILES, tmp_path / "out")
