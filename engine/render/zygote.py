"""The render process: imports vita, warms one synth, and forks a child for each job. Run by `engine.render.pool`.

    python -m engine.render.zygote FD WORKERS TIME_LIMIT_S MEMORY_LIMIT_MB

It is its own program, not a fork of the caller: the caller may have threads, and what they hold must not decide how
a preset sounds. It ends when the caller does (end of file on the socket FD) and takes its children along.
"""

import gc
import math
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from engine.render.process import MEMORY_EXIT, ProcessLimits, return_free_memory
from engine.render.protocol import Inbox, Message, pack

_CHUNK = 1 << 20
_F_SETPIPE_SZ = 1031
_IDLE_S = 2.0
_CLOCK_TO_CPU = 10.0
"""A child may take this many times its CPU time by the clock: others may want the cores, too."""
_LEAST_WAIT_S = 0.05


@dataclass
class Child:
    """A running child: its job, its two pipes (answer, stderr) and what has been read of the answer.

    `deadline` is when its CPU time is looked at next, `latest` when it is killed in any case (monotonic clock, s).
    """

    pid: int
    job: object
    pipe: int
    errors: int
    deadline: float
    latest: float
    answer: bytearray = field(default_factory=bytearray)
    timed_out: bool = False


def describe_death(
    child: Child, status: int, last_words: str, time_limit_s: float, memory_mb: int
) -> dict[str, object]:
    """Kind and reason of a child that brought no answer."""
    if child.timed_out or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU,)):
        return {"kind": "timeout", "reason": f"not rendered within {time_limit_s:g} s"}
    if "bad_alloc" in last_words or (os.WIFEXITED(status) and os.WEXITSTATUS(status) == MEMORY_EXIT):
        return {"kind": "memory", "reason": f"needs more than the {memory_mb} MB a render may use"}
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return {"kind": "crash", "reason": f"Vital's engine crashed on it ({name})"}
    words = last_words or f"exit status {os.WEXITSTATUS(status)}"
    return {"kind": "crash", "reason": f"the render ended early: {words}"}


class Zygote:
    """The event loop: one socket to the pool, two pipes to each child. Never blocks on either."""

    def __init__(self, sock: socket.socket, workers: int, time_limit_s: float, memory_mb: int) -> None:
        from engine.render.child import warm_measures, warmed_synth

        self._sock, self._workers = sock, workers
        self._limits = ProcessLimits(time_s=time_limit_s, memory_mb=memory_mb, parent=os.getpid())
        self._synth = warmed_synth()
        warm_measures()
        self._inbox = Inbox()
        self._jobs: deque[Message] = deque()
        self._children: dict[int, Child] = {}
        self._outgoing: deque[memoryview] = deque()
        self._selector = selectors.DefaultSelector()
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ)
        self._parent = os.getppid()

    def serve(self) -> None:
        """Work until the pool goes away."""
        self._send(pack({"ready": True}))
        self._flush()
        while True:
            ready = {key.fd: mask for key, mask in self._selector.select(self._patience_s())}
            mask = ready.pop(self._sock.fileno(), 0)
            if mask & selectors.EVENT_READ and not self._receive():
                return
            for fd in ready:
                self._read(self._children[fd])
            self._kill_late(ready)
            while self._jobs and len(self._children) < self._workers:
                self._spawn(*self._jobs.popleft())
            self._flush()
            if os.getppid() != self._parent:
                return

    def end(self) -> None:
        """Kill what still runs."""
        for child in self._children.values():
            os.kill(child.pid, signal.SIGKILL)

    def _patience_s(self) -> float:
        deadlines = [c.deadline for c in self._children.values() if not c.timed_out]
        return max(0.0, min([d - time.monotonic() for d in deadlines] + [_IDLE_S]))

    def _receive(self) -> bool:
        try:
            data = self._sock.recv(_CHUNK)
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        self._inbox.feed(data)
        while message := self._inbox.next_message():
            self._jobs.append(message)
        return bool(data)

    def _spawn(self, head: dict[str, object], preset: bytes) -> None:
        reader, writer = os.pipe()
        err_reader, err_writer = os.pipe()
        os.set_blocking(err_writer, False)
        _widen(reader)
        pid = os.fork()
        if pid == 0:
            from engine.render.child import run

            self._sock.close()
            os.dup2(err_writer, 2)
            run(self._synth, head, preset, self._limits, writer)
        os.close(writer)
        os.close(err_writer)
        now, limit_s = time.monotonic(), self._limits.time_s
        latest = now + limit_s * _CLOCK_TO_CPU
        self._children[reader] = Child(pid, head["id"], reader, err_reader, now + limit_s, latest)
        self._selector.register(reader, selectors.EVENT_READ)

    def _read(self, child: Child) -> None:
        data = os.read(child.pipe, _CHUNK)
        if data:
            child.answer += data
            return
        self._selector.unregister(child.pipe)
        del self._children[child.pipe]
        _, status = os.waitpid(child.pid, 0)
        if status == 0:
            self._send(bytes(child.answer))
        else:
            words = _last_words(child.errors)
            death = describe_death(child, status, words, self._limits.time_s, self._limits.memory_mb)
            self._send(pack({"id": child.job, **death}))
        os.close(child.pipe)
        os.close(child.errors)

    def _kill_late(self, ready: dict[int, int]) -> None:
        """Kill what is over time, unless it has just written: it may only have waited for this process to read.

        The limit is of CPU time: what a preset sounds like, and whether it ships, is no matter of what else the
        machine does.
        """
        now = time.monotonic()
        for fd, child in self._children.items():
            if now < child.deadline or fd in ready or child.timed_out:
                continue
            left_s = self._limits.time_s - _cpu_s(child.pid)
            if left_s > 0 and now < child.latest:
                child.deadline = min(now + max(left_s, _LEAST_WAIT_S), child.latest)
            else:
                child.timed_out = True
                os.kill(child.pid, signal.SIGKILL)

    def _send(self, message: bytes) -> None:
        self._outgoing.append(memoryview(message))

    def _flush(self) -> None:
        try:
            while self._outgoing:
                sent = self._sock.send(self._outgoing[0])
                unsent = self._outgoing.popleft()[sent:]
                if unsent:
                    self._outgoing.appendleft(unsent)
        except BlockingIOError:
            pass
        except ConnectionError:
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
        self._selector.modify(self._sock, wanted)


def _widen(pipe: int) -> None:
    """Let an answer with its audio fit into the pipe, so that the child need not wait to end."""
    import fcntl

    try:
        fcntl.fcntl(pipe, _F_SETPIPE_SZ, _CHUNK)
    except OSError:
        return


def _cpu_s(pid: int) -> float:
    """CPU time that a child has taken, s; one that is gone took more than anybody may."""
    try:
        after_the_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.inf
    return sum(map(int, after_the_name[11:13])) / os.sysconf("SC_CLK_TCK")


def _last_words(errors: int) -> str:
    os.set_blocking(errors, False)
    try:
        return os.read(errors, 65536).decode(errors="replace").strip()[-300:]
    except BlockingIOError:
        return ""


def main(arguments: list[str]) -> None:
    """Serve on the socket of the given number; any failure to start is told through it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the pool decides
    sock = socket.socket(fileno=int(arguments[0]))
    try:
        zygote = Zygote(sock, int(arguments[1]), float(arguments[2]), int(arguments[3]))
    except Exception as error:
        sock.sendall(pack({"error": f"{type(error).__name__}: {error}"}))
        os._exit(1)
    gc.collect()
    gc.freeze()
    gc.disable()
    return_free_memory()
    try:
        zygote.serve()
    finally:
        zygote.end()
        os._exit(0)  # the binding aborts when it is torn down


if __name__ == "__main__":
    main(sys.argv[1:])
