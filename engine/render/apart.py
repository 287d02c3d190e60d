"""Work in a fork of the loaded synth: what it does to the synth stays there, a crash included."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from engine.render.protocol import Inbox, Message, pack

_CHUNK = 1 << 16


AT_ONCE = 2
"""Forks that work side by side. A number of its own, not the machine's: what is heard must not depend on it."""


def apart(works: Sequence[Callable[[], Iterable[bytes]]]) -> "Ended":
    """For each of `works` the packed messages that it yields in a process of its own, and whether it ended well.

    All start from the state that the caller is in. Messages are sent as they are made, so a crash loses only what
    follows it.
    """
    found: list[tuple[list[Message], bool]] = []
    running: deque[tuple[int, int]] = deque()
    for work in works:
        if len(running) == AT_ONCE:
            found.append(_end(*running.popleft()))
        running.append(_begin(work))
    return found + [_end(*one) for one in running]


Ended = list[tuple[list[Message], bool]]


def aside(works: Sequence[Callable[[], Iterable[bytes]]]) -> Callable[[], Ended]:
    """Starts `apart(works)` beside the caller, who may go on with the synth; what comes back waits for its outcome.

    All start from the state that the caller is in now, whatever it does meanwhile.
    """
    if not works:
        return list

    def relay() -> Iterable[bytes]:
        for number, (messages, survived) in enumerate(apart(works)):
            for head, body in messages:
                yield pack({"number": number, "head": head}, bytes(body))
            yield pack({"number": number, "survived": survived})

    pid, reader = _begin(relay)

    def wait() -> Ended:
        found: list[tuple[list[Message], bool]] = [([], False) for _ in works]
        for told, body in _end(pid, reader)[0]:
            number = int(str(told["number"]))
            messages, _ = found[number]
            if "survived" in told:
                found[number] = (messages, bool(told["survived"]))
            else:
                messages.append((cast("dict[str, object]", told["head"]), body))
        return found

    return wait


def _begin(work: Callable[[], Iterable[bytes]]) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(work, writer)
    os.close(writer)
    return pid, reader


def _end(pid: int, reader: int) -> tuple[list[Message], bool]:
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
