"""Reading what the user names, and writing without destroying what isn't ours."""

import os
from pathlib import Path

from cli.session import InputError
from engine.files import write_whole

MAX_BYTES = 64 * 1024 * 1024
"""As many as of a preset (`engine.compiler.reader`), the largest that is read."""


def read_bytes(path: Path) -> bytes:
    """The file's content; no more of it than whoever reads a file here takes, and a byte that says it has more.

    Raises:
        InputError: there is none, or it can't be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def write_file(path: Path, data: bytes, *, force: bool) -> None:
    """Writes a file whole or not at all; folders on the way are made.

    Raises:
        InputError: something else is there already and `force` is not set, or the place can't be written.
    """
    try:
        if path.exists() and not force and (path.is_dir() or path.read_bytes() != data):
            raise InputError(f"{path} is there already; --force replaces it")
        write_whole(path, data, mode=0o666 & ~_umask())
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def folder_for_output(path: Path) -> Path:
    """`path` as a folder that exists and can be written.

    Raises:
        InputError: it can't be one.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: the folder can't be made ({(error.strerror or str(error)).lower()})") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise InputError(f"{path}: can't be written")
    return path
