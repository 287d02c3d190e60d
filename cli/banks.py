"""Banks of presets: zips, which anybody may have made. Nothing is unpacked to disk, and as much is read as fits.

A bank that wants more than that, or names a place outside of itself, is refused as a whole.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from cli.files import MAX_BYTES
from engine.errors import VitalFileError

ENDINGS = (".vitalbank", ".zip")
MOST_PRESETS = 5_000
MOST_UNPACKED = 4 * 1024**3
"""Bytes of all presets together; one is in memory at a time."""
MOST_NESTED = 256 * 1024**2
"""Bytes of a bank in a bank, which is held in memory."""
MOST_DIRECTORY = 8 * 1024**2
"""Bytes of a zip's table of contents: some 100,000 entries."""
DEEPEST = 2
"""A bank in a zip is opened, a zip in that bank is not."""
_END, _END_BYTES = b"PK\x05\x06", 22
_LONGEST_COMMENT = 65_535
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError,
    EOFError, ValueError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What `zipfile` and the decompressors raise on archives that are damaged or of a kind that they don't know."""


@dataclass(frozen=True, slots=True)
class Banked:
    """A preset in a bank."""

    name: str
    """Its path in the bank, with `/` between folders."""
    read: Callable[[], bytes] = field(repr=False)
    """Raises VitalFileError where it is damaged."""


@dataclass(slots=True)
class _Budget:
    """What may still be read of one bank, with the banks in it."""

    presets: int = MOST_PRESETS
    unpacked: int = MOST_UNPACKED
    nested: int = MOST_NESTED

    def take(self, *, presets: int = 0, unpacked: int = 0, nested: int = 0) -> None:
        self.presets -= presets
        self.unpacked -= unpacked
        self.nested -= nested
        if self.presets < 0:
            raise VitalFileError(f"holds more than {MOST_PRESETS:,} presets, the most that are read of a bank")
        if self.unpacked < 0 or self.nested < 0:
            most = MOST_UNPACKED if self.unpacked < 0 else MOST_NESTED
            raise VitalFileError(f"unpacks to more than {most:,} bytes, the most that are read of a bank")


def presets_of(bank: Path) -> tuple[Banked, ...]:
    """The presets in a bank, sorted by their paths in it.

    Raises:
        VitalFileError: it is no zip, or one that is damaged, too large, nested too deep or leads out of itself.
        OSError: it can't be read.
    """
    with bank.open("rb") as file:
        _check_directory(file)
    return _presets(_opened(bank), _Budget(), depth=1)


def passed_over(parts: tuple[str, ...]) -> bool:
    """Whether a path is a system's own: hidden, or what macOS packs beside each file."""
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _presets(archive: zipfile.ZipFile, budget: _Budget, *, depth: int) -> tuple[Banked, ...]:
    found: list[Banked] = []
    for info in sorted(archive.infolist(), key=lambda one: one.filename):
        path = _inside(info.filename)
        if info.is_dir() or passed_over(path.parts):
            continue
        ending = path.suffix.lower()
        if ending == ".vital":
            budget.take(presets=1, unpacked=info.file_size)
            found.append(Banked(_shown(path), partial(_read, archive, info, MAX_BYTES)))
        elif ending in ENDINGS:
            if depth == DEEPEST:
                raise VitalFileError(f"{_shown(path)} is a bank in a bank in a bank; take it out to have it read")
            budget.take(nested=info.file_size)
            inner = BytesIO(_read(archive, info, MOST_NESTED))
            _check_directory(inner)
            below = _presets(_opened(inner), budget, depth=depth + 1)
            found += [Banked(f"{_shown(path)}/{one.name}", one.read) for one in below]
    return tuple(found)


def _check_directory(file: BinaryIO) -> None:
    """Before Python reads a whole table of contents into memory."""
    size = file.seek(0, 2)
    file.seek(max(size - _END_BYTES - _LONGEST_COMMENT, 0))
    end = file.read()
    at = end.rfind(_END)
    if at < 0 or len(end) - at < _END_BYTES:
        raise VitalFileError("no zip archive, or only a part of one; a bank is a zip")
    directory = struct.unpack_from("<L", end, at + 12)[0]
    if directory > MOST_DIRECTORY:  # 2**32 - 1 where a longer number stands elsewhere
        raise VitalFileError("a zip archive with too many entries to be a bank")


def _opened(source: Path | BytesIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except _DAMAGES as error:
        raise VitalFileError(f"a damaged zip archive ({error})") from None


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise VitalFileError(f"{name!r} leads out of the bank; such an archive is not read")
    return path


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, at_most: int) -> bytes:
    """What is packed, and a byte more than is wanted if it has more."""
    if info.flag_bits & 1:
        raise VitalFileError("encrypted; unpack the bank with its password first")
    try:
        with archive.open(info) as file:
            return file.read(at_most + 1)
    except _DAMAGES as error:
        raise VitalFileError(f"damaged in its zip archive ({error})") from None


def _shown(path: PurePosixPath) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(path))
