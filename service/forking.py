"""What a forked child must not inherit: connections to a database, and the locks of threads that it doesn't have.

SQLite keeps what a process has locked of a file in that process's memory. A child forked while another thread wrote
finds the file locked for as long as it lives; one forked while a connection lay idle takes the parent's hold on the
file for its own, and holds nothing (https://sqlite.org/howtocorrupt.html, section 2.6).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from sqlalchemy.engine import Engine

_use = threading.RLock()
"""Held by a thread that uses a connection, and while this process is forked."""
_engines: WeakSet[Engine] = WeakSet()


def not_inherited(engine: Engine) -> Engine:
    """The same engine; its idle connections are closed before this process is forked."""
    _engines.add(engine)
    return engine


@contextmanager
def unforked() -> Iterator[None]:
    """A fork of this process waits for the end of this. Around whatever a thread of a process that forks asks."""
    with _use:
        yield


def _before() -> None:
    _use.acquire()
    for engine in tuple(_engines):
        engine.dispose()


def _in_parent() -> None:
    _use.release()


def _in_child() -> None:
    global _use
    _use = threading.RLock()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
