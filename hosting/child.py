"""Becomes one of the supervised processes: `python -m hosting.child NAME`.

Stands between supervisord and the program for a moment only. It drops to the program's user, asks the kernel to end
the program when supervisord ends, so that none lives on if that is killed, and becomes the program.
"""

import ctypes
import json
import os
import pwd
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

MARK: Final = "SYNTHCOPILOT_SUPERVISED_IN"
"""Environment variable of every supervised process: the home it works for."""
PROGRAMS: Final = "programs.json"
"""In the home's folder `run`: what is to be run, by name."""
_PR_SET_PDEATHSIG: Final = 1


def end_with_parent(signal_number: int, *, is_parent: Callable[[int], bool]) -> None:
    """Have the kernel send this process a signal when its parent ends. Elsewhere than on Linux nothing happens."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if not is_parent(os.getppid()):  # it ended before it was asked for, and somebody else took its place
        os._exit(1)


def is_supervisord(pid: int) -> bool:
    """Whether a process is a supervisord."""
    try:
        return b"supervisord" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def become(user: str) -> None:
    """Drop root for a user, for good."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def run(program: dict[str, Any]) -> NoReturn:
    """Replace this process by a program, as `supervisor.py` has written it down."""
    if program["user"]:
        become(program["user"])  # before the wish below, which a change of user erases
    end_with_parent(signal.Signals[f"SIG{program['stop_signal']}"], is_parent=is_supervisord)
    os.chdir(program["cwd"] or Path(__file__).resolve().parents[1])
    argv = program["argv"]
    os.execvpe(argv[0], argv, {**os.environ, **program["env"]})  # noqa: S606 - no shell is what we want


if __name__ == "__main__":
    run(json.loads(Path(os.environ[MARK], "run", PROGRAMS).read_bytes())[sys.argv[1]])
