"""Work in a fork of the loaded synth: what it does to the synth stays there, a crash included."""

import os
from collections.abc import Callable, Iterable

from engine.render.protocol import Inbox, Message

_CHUNK = 1 << 16


def apart(work: Callable[[], Iterable[bytes]]) -> tuple[list[Message], bool]:
    """The packed messages that `work` yields in a process of its own, and whether it came to its end.

    Messages are sent as they are made, so a crash loses only what follows it.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(work, writer)
    os.close(writer)
    inbox, found = Inbox(), []
    while data := os.read(reader, _CHUNK):
        inbox.feed(data)
        while message := inbox.take():
            found.append(message)
    os.close(reader)
    _, status = os.waitpid(pid, 0)
    return found, status == 0


def _run(work: Callable[[], Iterable[bytes]], out: int) -> None:
    """The whole life of a fork; never returns."""
    code = 1
    try:
        from engine.render.child import die_with_the_parent

        die_with_the_parent()
        for message in work():
            rest = memoryview(message)
            while rest:
                rest = rest[os.write(out, rest) :]
        code = 0
    finally:
        os._exit(code)
