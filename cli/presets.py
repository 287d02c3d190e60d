"""Where presets lie: in files, folders and banks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cli.banks import ENDINGS, passed_over, presets_of
from cli.files import read_bytes
from cli.session import InputError
from engine.errors import VitalFileError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class PresetFile:
    """A preset that can be read, at a path that may lead into a bank."""

    path: Path
    read: Callable[[], bytes] = field(repr=False)
    """Raises InputError or VitalFileError where it can't."""


def presets_in(places: Iterable[Path]) -> tuple[PresetFile, ...]:
    """The presets that are named, and those in named folders and banks, sorted within each; none twice.

    Of a folder, what is hidden or macOS's own is passed over, and so is a zip without presets.
    """
    found: dict[Path, PresetFile] = {}
    for place in places:
        for one in _in_folder(place) if place.is_dir() else _in_file(place):
            found.setdefault(one.path, one)
    return tuple(found.values())


def preset_at(path: Path) -> bytes:
    """The bytes of the one preset at `path`, which may be a bank of one or lead into a bank.

    Raises:
        InputError: there is none, or more than one.
        VitalFileError: it lies in a bank that can't be read.
    """
    bank = next((one for one in path.parents if one.is_file()), None)
    found = [one for one in _in_file(bank) if one.path == path] if bank else list(_in_file(path))
    if len(found) == 1:
        return found[0].read()
    if not found:
        raise InputError(f"{path}: no such preset in {bank or path}")
    named = ", ".join(str(one.path) for one in found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
    raise InputError(f"{path} is a bank of {len(found)} presets; name one: {named}")


def _in_folder(folder: Path) -> Iterator[PresetFile]:
    for path in sorted(folder.rglob("*")):
        if passed_over(path.relative_to(folder).parts) or not path.is_file():
            continue
        if path.suffix.lower() in (".vital", *ENDINGS) and (_is_zip(path) or path.suffix.lower() != ".zip"):
            yield from _in_file(path, named=False)


def _in_file(path: Path, *, named: bool = True) -> Iterator[PresetFile]:
    """The preset that a file is, or those in it if it is a zip, whatever its name says."""
    if not _is_zip(path):
        yield PresetFile(path, partial(read_bytes, path))
        return
    try:
        banked = presets_of(path)
    except (VitalFileError, OSError) as error:
        yield PresetFile(path, _failing(str(error)))
        return
    if not banked and named:
        yield PresetFile(path, _failing("a bank or zip without a preset in it"))
    yield from (PresetFile(path / one.name, one.read) for one in banked)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP
    except OSError:
        return False


def _failing(text: str) -> Callable[[], bytes]:
    def read() -> bytes:
        raise VitalFileError(text)

    return read
