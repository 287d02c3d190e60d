"""What the system knows of processes: who descends from whom, who was left by an earlier start."""

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

import psutil

_PR_SET_CHILD_SUBREAPER: Final = 36


def keep_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets lost."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(ancestor: int, *, among: Callable[[Mapping[str, str]], bool]) -> list[psutil.Process]:
    """Processes below one whose environment is `among` what is asked for, and all below those."""
    children: dict[int, list[psutil.Process]] = {}
    for process in psutil.process_iter(["ppid"]):
        children.setdefault(process.info["ppid"], []).append(process)
    found: list[psutil.Process] = []

    def walk(pid: int, ours: bool) -> None:
        for child in children.get(pid, ()):
            counted = ours or among(environment(child))
            if counted:
                found.append(child)
            walk(child.pid, counted)

    walk(ancestor, False)
    return found


def marked(name: str, value: str) -> list[psutil.Process]:
    """Every process but this one that was started with an environment variable of that value."""
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    return [process for process in others if environment(process).get(name) == value]


def kill_all(find: Callable[[], list[psutil.Process]], *, limit_s: float = 5.0) -> None:
    """Kill what `find` finds until it finds nothing; those that end reveal others."""
    until = time.monotonic() + limit_s
    while (found := find()) and time.monotonic() < until:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()  # not another one that has got its number meanwhile
        reap()
        time.sleep(0.02)


def reap() -> None:
    """Bury adopted children that have ended; the ones that `subprocess` waits for are ended by its own wait."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def environment(process: psutil.Process) -> Mapping[str, str]:
    """The environment a process was started with; empty if it is gone or not ours to read."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}
