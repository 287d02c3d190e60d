"""Archives that are equal byte for byte if their files are, and that can't write outside their folder."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from engine.errors import BundleError

MAX_BUNDLE_BYTES = 256 * 1024 * 1024
MAX_PACK_BYTES = 4_000_000_000
"""Below what needs ZIP64, which not every unpacker has."""
_MAX_FILES = 60_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16
_PART = re.compile(r"[A-Za-z0-9_][ !#&'()+,\-.0-9A-Z_a-z]*")


def checked_path(path: str) -> str:
    """`path` itself, if it stays below the folder it is joined to on every system.

    Raises:
        BundleError: for anything absolute, empty, with `..`, a drive, a backslash, or a character outside of a
            small part of ASCII.
    """
    parts = path.split("/")
    if len(path) > 240 or any(not _PART.fullmatch(part) or part[-1] in " ." or ".." in part for part in parts):
        raise BundleError(f"not a path that an archive may hold: {path[:120]!r}")
    return path


def sha256(data: bytes) -> str:
    """Hash of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def zip_bytes(files: Mapping[str, bytes], *, limit: int = MAX_BUNDLE_BYTES) -> bytes:
    """A zip of `files` (path -> content). Raises BundleError for a bad path or if they exceed `limit` bytes."""
    stream = io.BytesIO()
    write_zip(files, stream, limit=limit)
    return stream.getvalue()


def write_zip(files: Mapping[str, bytes], stream: IO[bytes], *, limit: int = MAX_PACK_BYTES) -> None:
    """Write a zip of `files` to a seekable stream, one file at a time.

    Nothing is compressed: previews and pictures are already, and what deflate makes of the rest depends on which
    zlib a Python was built with.

    Raises:
        BundleError: for a bad path, two that differ in case only, or if they exceed `limit` bytes.
    """
    total = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for path in sorted(_distinct(files)):
            data = files[path]
            total += len(data)
            if total > limit:
                raise BundleError(f"the archive is larger than {limit / 1e6:,.0f} MB at {path}")
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = 3
            entry.external_attr = _FILE_MODE
            archive.writestr(entry, data, zipfile.ZIP_STORED)


def _distinct(files: Mapping[str, bytes]) -> Iterator[str]:
    seen: set[str] = set()
    for path in files:
        if checked_path(path).lower() in seen:
            raise BundleError(f"two files differ in case only: {path}")
        seen.add(path.lower())
        yield path


def read_zip(data: bytes, *, limit: int = MAX_BUNDLE_BYTES) -> dict[str, bytes]:
    """The files of a zip, whoever made it.

    Raises:
        BundleError: for what is no zip, a path that leaves the folder, a link, or more than `limit` bytes unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _admit(entries, limit)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BundleError(f"not a zip that can be opened: {error}") from None


def _admit(entries: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse what must not be unpacked. `ZipFile.read` stops at the size that is declared here."""
    if len(entries) > _MAX_FILES or sum(entry.file_size for entry in entries) > limit:
        raise BundleError(f"the archive unpacks to more than {limit / 1e6:,.0f} MB or {_MAX_FILES:,} files")
    seen: set[str] = set()
    for entry in entries:
        kind = entry.external_attr >> 28
        if entry.create_system == 3 and kind not in (0, 0o10):
            raise BundleError(f"{entry.filename!r} in the archive is a link or a device")
        if checked_path(entry.filename).lower() in seen:
            raise BundleError(f"{entry.filename!r} is in the archive twice")
        seen.add(entry.filename.lower())


def unpack(data: bytes, out: Path, *, limit: int = MAX_BUNDLE_BYTES) -> Path:
    """Write the files of a zip below the folder `out`, which must be new or empty; returns `out`.

    Raises:
        BundleError: see `read_zip`; nothing has been written then. Or if `out` holds something already.
    """
    files = read_zip(data, limit=limit)
    if out.exists() and any(out.iterdir()):
        raise BundleError(f"{out} is not empty")
    write_files(files, out)
    return out


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files` below `folder`, which must not hold links. Raises BundleError for a bad path."""
    made: set[Path] = set()
    for path in sorted(files):
        target = folder / checked_path(path)
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(files[path])
