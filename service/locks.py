"""Locks among the processes of one host. The system frees each when its holder ends, even if it is killed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock; whoever else holds it is waited for. Its folder must be there."""
    with _lock(path):
        yield


@contextmanager
def sole(path: Path, *, refusal: Callable[[str], Exception]) -> Iterator[None]:
    """Hold a lock and tell in its file by whom, if it is free. Its folder must be there.

    Raises:
        Exception: what `refusal` makes of the number of the process that holds it, or of "unknown".
    """
    try:
        held = _lock(path).acquire(blocking=False)
    except Timeout:
        raise refusal(path.read_text("utf-8").strip() or "unknown") from None
    with held:
        path.write_text(str(os.getpid()), "utf-8")
        yield


def _lock(path: Path) -> FileLock:
    # On a file system without locks, the library would take turns by a file, which outlives a killed process.
    return FileLock(path, fallback_to_soft=False)
