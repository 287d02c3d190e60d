"""Archives on disk: each folder and zip appears whole or not at all, and only where it was meant to."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.bundle.archive import checked_path, write_files, write_zip
from engine.errors import BundleError


class FolderFiles(Mapping[str, bytes]):
    """The files of an unpacked bundle, read when they are asked for; links are not followed."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BundleError(f"{folder} is not a folder")
        self._folder = folder
        found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        self._paths = sorted(checked_path(path.relative_to(folder).as_posix()) for path in found)
        self._known = frozenset(self._paths)

    def __getitem__(self, path: str) -> bytes:
        if path not in self._known:
            raise KeyError(path)
        return (self._folder / path).read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def write_archive(name: str, files: Mapping[str, bytes], out_dir: Path, *, zipped: bytes | None = None) -> Path:
    """Write `files` as the folder `name` below `out_dir`, and a zip of them beside it; returns the folder.

    `zipped` spares making the zip. What stood there under the same name is replaced.

    Raises:
        BundleError: `name` is no plain file name, or a path in `files` leaves the folder.
    """
    if "/" in checked_path(name):
        raise BundleError(f"not a name for a folder: {name!r}")
    out_dir.mkdir(parents=True, exist_ok=True)
    folder, archive = out_dir / name, out_dir / f"{name}.zip"
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=out_dir) as scratch:
        new_folder, new_zip = Path(scratch, "folder"), Path(scratch, "archive.zip")
        new_folder.mkdir()
        write_files(files, new_folder)
        with new_zip.open("wb") as stream:
            if zipped is None:
                write_zip(files, stream)
            else:
                stream.write(zipped)
        new_zip.replace(archive)
        _put(new_folder, folder, Path(scratch, "old"))
    return folder


def _put(new: Path, target: Path, aside: Path) -> None:
    """Move a folder to its place; what stands there is moved aside first, and deleted with the scratch folder."""
    if target.is_symlink() or target.is_file():
        target.unlink()
    elif target.exists():
        target.replace(aside)
    new.replace(target)
