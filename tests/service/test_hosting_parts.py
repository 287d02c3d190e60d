"""Parts of `serve`: locks, ports, signals, how a process becomes a program, when a start is given up."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hosting import child, lock, ports, run
from hosting.errors import HostingError
from hosting.ports import WebAddress
from hosting.signals import Stopped, stops_on_signals
from hosting.supervisor import Supervised


def test_the_lock_names_its_present_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "serve.lock").write_text("123456789012")
    with lock.only_one(tmp_path):
        assert (tmp_path / "serve.lock").read_text() == str(os.getpid())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_wish_to_stop_is_heard_once_and_then_what_was_there_is_again(number: signal.Signals) -> None:
    told: list[str] = []
    before = signal.getsignal(number)
    with stops_on_signals(lambda: told.append("stopped")):
        try:
            os.kill(os.getpid(), number)
            told.append("went on")
        except Stopped:
            os.kill(os.getpid(), number)  # once more, while it is ending
            told.append("ended in peace")
            raise
    assert told == ["ended in peace", "stopped"]
    assert signal.getsignal(number) is before


def test_ports_lie_below_those_of_outgoing_connections_and_differ() -> None:
    found = ports.free_ports(20)
    assert len(set(found)) == 20
    assert all(15_000 <= port < 32_000 for port in found)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("fe80::1", "http://[fe80::1]:8000"),
        ("studio.example", "http://studio.example:8000"),
    ],
)
def test_a_place_is_called_as_this_machine_reaches_it(host: str, url: str) -> None:
    assert WebAddress(host, 8000).url == url


def test_root_is_given_up_with_its_groups_first_and_the_user_last(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, object]] = []
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: done.append((name, value)))
    entry = SimpleNamespace(pw_uid=70, pw_gid=71)
    monkeypatch.setattr(child.pwd, "getpwnam", {"postgres": entry}.__getitem__)
    child.become("postgres")
    assert done == [("setgroups", []), ("setgid", 71), ("setuid", 70)]


@pytest.mark.parametrize("user", ["", "postgres"])
def test_a_process_becomes_its_program_as_its_user_in_its_folder(
    user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Any] = []
    monkeypatch.setattr(child, "become", lambda name: done.append(("become", name)))
    monkeypatch.setattr(child, "end_with_parent", lambda number, is_parent: done.append(("ends by", number)))
    monkeypatch.setattr(os, "chdir", lambda folder: done.append(("in", str(folder))))
    monkeypatch.setattr(os, "execvpe", lambda name, argv, env: done.append((name, argv, env["WORD"])))
    program = {"user": user, "stop_signal": "INT", "cwd": str(tmp_path), "argv": ["a", "b"], "env": {"WORD": "w"}}
    child.run(program)
    first = [("become", "postgres")] if user else []
    assert done == [*first, ("ends by", signal.SIGINT), ("in", str(tmp_path)), ("a", ["a", "b"], "w")]


def test_a_process_whose_parent_is_gone_already_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(child.ctypes, "CDLL", lambda *_, **__: SimpleNamespace(prctl=lambda *_: 0))
    monkeypatch.setattr(os, "_exit", ended.append)
    child.end_with_parent(signal.SIGTERM, is_parent=lambda pid: pid == os.getppid())
    assert ended == []
    child.end_with_parent(signal.SIGTERM, is_parent=lambda pid: False)
    assert ended == [1]


class FakeSupervisor:
    """In a supervisor's place: each look finds the next process of `pids`, the last one for good."""

    logs = Path("/logs")

    def __init__(self, *pids: int, word: str = "RUNNING") -> None:
        self.pids, self.word = list(pids), word

    def states(self) -> dict[str, Any]:
        pid = self.pids.pop(0) if len(self.pids) > 1 else self.pids[0]
        return {"web": SimpleNamespace(pid=pid, word=self.word, why="")}

    def log_tail(self, name: str) -> str:
        return f"the last words of {name}"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Waits by a clock that goes a second a look."""
    clock = iter(range(10_000))
    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=lambda: float(next(clock)), sleep=lambda s: None))

    def wait(supervisor: FakeSupervisor, *missing: list[str]) -> None:
        answers = list(missing)
        run.wait_until_ready(
            supervisor,  # type: ignore[arg-type]
            (Supervised("web", ("web",)),),
            lambda: answers.pop(0) if len(answers) > 1 else answers[0],
        )

    return wait


def test_a_start_is_over_when_all_runs_and_nothing_is_missing(start: Callable[..., None]) -> None:
    start(FakeSupervisor(7), ["broker: down"], ["broker: down"], [])
    start(FakeSupervisor(7, 8, 9), ["broker: down"], ["broker: down"], ["broker: down"], [])


def test_a_process_has_three_lives(start: Callable[..., None]) -> None:
    start(FakeSupervisor(7, 0, 8, 0, 9), *(["not yet"],) * 6, [])
    with pytest.raises(HostingError) as refused:
        start(FakeSupervisor(7, 0, 8, 0, 9, 0, 10), *(["not yet"],) * 8, [])
    assert str(refused.value) == "web has ended 3 times; the end of /logs/web.log:\nthe last words of web"


def test_a_start_has_five_minutes_and_says_what_was_missing(start: Callable[..., None]) -> None:
    start(FakeSupervisor(7), *(["broker: down"],) * 299, [])
    with pytest.raises(HostingError, match=r"^not ready after 300 s: broker: down; logs: /logs$"):
        start(FakeSupervisor(7), *(["broker: down"],) * 301, [])
    with pytest.raises(HostingError, match=r"^not ready after 300 s: web \(backoff\); logs: /logs$"):
        start(FakeSupervisor(0, word="BACKOFF"), [])
