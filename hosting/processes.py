"""What the system knows of processes: who descends from whom, who was left by an earlier start. Reads /proc."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

_PR_SET_CHILD_SUBREAPER: Final = 36
_PROC: Final = Path("/proc")


def keep_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets lost."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(ancestor: int, *, among: Callable[[Mapping[str, str]], bool]) -> list[int]:
    """Processes below one whose environment is `among` what is asked for, and all below those."""
    children: dict[int, list[int]] = {}
    for pid in _all():
        children.setdefault(_parent(pid), []).append(pid)
    found: list[int] = []

    def walk(pid: int, ours: bool) -> None:
        for child in children.get(pid, ()):
            counted = ours or among(environment(child))
            if counted:
                found.append(child)
            walk(child, counted)

    walk(ancestor, False)
    return found


def end_leftovers(name: str, value: str) -> list[int]:
    """Kill every process that has an environment variable of that value; which they were."""
    killed: list[int] = []

    def leftovers() -> list[int]:
        found = [pid for pid in _all() if pid != os.getpid() and environment(pid).get(name) == value]
        killed.extend(pid for pid in found if pid not in killed)
        return found

    kill_all(leftovers)
    return killed


def kill_all(find: Callable[[], list[int]], *, limit_s: float = 5.0) -> None:
    """Kill what `find` finds until it finds nothing; those that end reveal others."""
    until = time.monotonic() + limit_s
    while (found := find()) and time.monotonic() < until:
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        reap()
        time.sleep(0.02)


def reap() -> None:
    """Bury adopted children that have ended; the ones that `subprocess` waits for are ended by its own wait."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def environment(pid: int) -> Mapping[str, str]:
    """The environment a process was started with; empty if it is gone or not ours to read."""
    try:
        pairs = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return {}
    return dict(os.fsdecode(pair).split("=", 1) for pair in pairs if b"=" in pair)


def _parent(pid: int) -> int:
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return 0
    return int(stat.rpartition(b")")[2].split()[1])  # after the name, which may hold anything


def _all() -> list[int]:
    return [int(one.name) for one in _PROC.iterdir() if one.name.isdigit()] if _PROC.is_dir() else []
