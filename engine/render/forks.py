"""Work in a fork of the loaded synth: what it does to the synth stays there, a crash included."""

import os
import selectors
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from engine.render.process import die_with_the_parent, send_whole
from engine.render.protocol import Inbox, Message, pack

_CHUNK = 1 << 16


AT_ONCE = 2
"""Forks that work side by side. A number of its own, not the machine's: what is heard must not depend on it."""


def run_in_forks(works: Sequence[Callable[[], Iterable[bytes]]]) -> "Ended":
    """For each of `works` the packed messages that it yields in a process of its own, and whether it ended well.

    All start from the state that the caller is in. Messages are sent as they are made, so a crash loses only what
    follows it.
    """
    found: list[tuple[list[Message], bool]] = [([], False) for _ in works]
    waiting = deque(enumerate(works))
    with selectors.DefaultSelector() as running:
        while waiting or running.get_map():
            while waiting and len(running.get_map()) < AT_ONCE:
                number, work = waiting.popleft()
                pid, reader = _begin(work)
                running.register(reader, selectors.EVENT_READ, (number, pid, Inbox()))
            for key, _ in running.select():
                number, pid, inbox = key.data
                if _took(key.fd, inbox, found[number][0]):
                    continue
                running.unregister(key.fd)
                found[number] = (found[number][0], _reaped(pid, key.fd))
    return found


Ended = list[tuple[list[Message], bool]]


def start_in_forks(works: Sequence[Callable[[], Iterable[bytes]]]) -> Callable[[], Ended]:
    """Starts `run_in_forks(works)` beside the caller, who may go on with the synth; what comes back waits for it.

    All start from the state that the caller is in now, whatever it does meanwhile.
    """
    if not works:
        return list

    def relay() -> Iterable[bytes]:
        for number, (messages, survived) in enumerate(run_in_forks(works)):
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
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _run(work, writer, parent)
    os.close(writer)
    return pid, reader


def _end(pid: int, reader: int) -> tuple[list[Message], bool]:
    inbox, found = Inbox(), list[Message]()
    while _took(reader, inbox, found):
        pass
    return found, _reaped(pid, reader)


def _took(reader: int, inbox: Inbox, messages: list[Message]) -> bool:
    """Whether there was something to read: complete messages in it are added to `messages`."""
    data = os.read(reader, _CHUNK)
    inbox.feed(data)
    while message := inbox.next_message():
        messages.append(message)
    return bool(data)


def _reaped(pid: int, reader: int) -> bool:
    """Whether a fork that has nothing more to say ended well."""
    os.close(reader)
    return os.waitpid(pid, 0)[1] == 0


def _run(work: Callable[[], Iterable[bytes]], out: int, parent: int) -> None:
    """The whole life of a fork; never returns."""
    code = 1
    try:
        die_with_the_parent(parent)
        for message in work():
            send_whole(message, out)
        code = 0
    finally:
        os._exit(code)
