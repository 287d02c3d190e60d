"""One service a home."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from hosting.errors import HostingError


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold a home's lock; the system releases it even if we are killed.

    Raises:
        HostingError: another service runs in that home.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise HostingError(
                f"the service runs in {home} already (process {lock.read().strip() or 'unknown'}); "
                "stop it, or set SYNTHCOPILOT_HOME to another folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
