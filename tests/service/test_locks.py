"""Locks between processes: one holds, another waits or is told who it is, and who is killed holds nothing."""

import errno
import fcntl
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.locks import exclusive, sole

HOLDER = """
import sys, time
from pathlib import Path
from service.locks import sole
with sole(Path(sys.argv[1]), refusal=RuntimeError):
    print("held", flush=True)
    time.sleep(600)
"""
WAITER = """
import sys
from pathlib import Path
from service.locks import exclusive
print("waits", flush=True)
with exclusive(Path(sys.argv[1])):
    print("has it", flush=True)
"""


class InUseError(Exception):
    pass


def started(code: str, path: Path) -> subprocess.Popen[str]:
    one = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert one.stdout is not None
    assert one.stdout.readline().strip() in ("held", "waits")
    return one


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    with started(HOLDER, path) as one:
        yield one
        one.kill()


def test_who_comes_second_is_told_by_whom_it_is_held(path: Path, holder: subprocess.Popen[str]) -> None:
    for _ in range(2):  # asking must not erase the answer
        with pytest.raises(InUseError, match=f"^{holder.pid}$"), sole(path, refusal=InUseError):
            raise AssertionError


def test_a_lock_that_does_not_say_by_whom_it_is_held_is_held_all_the_same(path: Path) -> None:
    with exclusive(path), pytest.raises(InUseError, match=r"^unknown$"), sole(path, refusal=InUseError):
        raise AssertionError


def test_the_lock_of_a_killed_process_is_free(path: Path, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with sole(path, refusal=InUseError):
        pass


def test_a_turn_comes_when_the_holder_is_killed(path: Path, holder: subprocess.Popen[str]) -> None:
    with started(WAITER, path) as waiter:
        with pytest.raises(subprocess.TimeoutExpired):
            waiter.wait(0.5)
        holder.send_signal(signal.SIGKILL)
        assert waiter.communicate(timeout=30) == ("has it\n", None)


def test_a_turn_is_over_whatever_happened_in_it(path: Path) -> None:
    with pytest.raises(InUseError), exclusive(path):
        raise InUseError
    with sole(path, refusal=AssertionError):
        pass


def test_no_other_kind_of_lock_stands_in_where_there_are_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a killed process leaves behind would keep a home shut."""

    def missing(*_: object) -> None:
        raise OSError(errno.ENOSYS, "no locks here")

    monkeypatch.setattr(fcntl, "flock", missing)
    with pytest.raises(OSError, match="no locks here"), exclusive(path):
        raise AssertionError
