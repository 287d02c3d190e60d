"""Forks, their limits and their ends, with nothing of the synth in them."""

import ctypes
import math
import mmap
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import psutil
import pytest

from engine.render.child import run
from engine.render.forks import run_in_forks, start_in_forks
from engine.render.process import ProcessLimits, confine, die_with_the_parent
from engine.render.protocol import Inbox, pack
from engine.render.zygote import Child, Zygote, _cpu_s, _last_words, describe_death

ROOMY_MB = 1_000_000


def says(**what: object) -> Callable[[], Iterable[bytes]]:
    return lambda: [pack(what)]


def test_a_third_fork_begins_when_one_of_two_has_ended() -> None:
    third = mmap.mmap(-1, 1)  # shared with the forks

    def waits() -> Iterable[bytes]:
        patience = time.monotonic() + 0.5
        while not third[0] and time.monotonic() < patience:
            time.sleep(0.005)
        return [pack({"saw": third[0]})]

    def begins() -> Iterable[bytes]:
        third[0] = 1
        return []

    (one, other, last) = run_in_forks([waits, waits, begins])
    assert [survived for _, survived in (one, other, last)] == [True] * 3
    assert third[0] == 1
    assert 0 in [head["saw"] for messages, _ in (one, other) for head, _ in messages]


def test_two_forks_can_wait_for_each_other() -> None:
    one, other = os.pipe(), os.pipe()

    def meets(writes: int, reads: int) -> Callable[[], Iterable[bytes]]:
        def work() -> Iterable[bytes]:
            signal.alarm(20)
            os.write(writes, b"!")
            return [pack({"met": os.read(reads, 1).decode()})]

        return work

    found = run_in_forks([meets(one[1], other[0]), meets(other[1], one[0])])
    for end in (*one, *other):
        os.close(end)
    assert [([head for head, _ in messages], survived) for messages, survived in found] == [
        ([{"met": "!"}], True),
        ([{"met": "!"}], True),
    ]


def test_what_forks_say_comes_in_their_order_and_a_dead_one_keeps_what_it_said() -> None:
    def dies() -> Iterable[bytes]:
        yield pack({"before": 1}, b"body")
        os.kill(os.getpid(), signal.SIGKILL)

    def fails() -> Iterable[bytes]:
        yield pack({"number": 2})
        raise ValueError

    for told in (run_in_forks([dies, says(number=1), fails, says(number=3)]),
                 start_in_forks([dies, says(number=1), fails, says(number=3)])()):  # fmt: skip
        assert told == [
            ([({"before": 1}, b"body")], False),
            ([({"number": 1}, b"")], True),
            ([({"number": 2}, b"")], False),
            ([({"number": 3}, b"")], True),
        ]


def test_forks_leave_no_open_file_behind() -> None:
    before = psutil.Process().num_fds()
    run_in_forks([says()] * 4)
    start_in_forks([says()] * 4)()
    assert psutil.Process().num_fds() == before


def test_a_fork_dies_with_its_parent() -> None:
    def work() -> Iterable[bytes]:
        told = ctypes.c_int()
        ctypes.CDLL(None).prctl(2, ctypes.byref(told))  # PR_GET_PDEATHSIG
        return [pack({"signal": told.value})]

    assert run_in_forks([work]) == [([({"signal": 9}, b"")], True)]


def test_a_child_whose_parent_is_gone_already_ends_at_once() -> None:
    def work() -> Iterable[bytes]:
        die_with_the_parent(1)
        return [pack({"alive": True})]

    assert run_in_forks([work]) == [([], False)]


def test_a_child_is_bound_to_its_limits() -> None:
    parent = os.getpid()

    def work() -> Iterable[bytes]:
        confine(ProcessLimits(time_s=2.5, memory_mb=ROOMY_MB, parent=parent))
        limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
                  for name in ("AS", "CPU", "CORE", "FSIZE")}  # fmt: skip
        return [pack(limits)]

    ((((limits, _),), survived),) = run_in_forks([work])
    assert survived
    assert limits == {
        "AS": [ROOMY_MB * 1_048_576] * 2,
        "CPU": [4, 5],
        "CORE": [0, 0],
        "FSIZE": [0, 0],
    }


class Hungry:
    """A synth that fails where a preset is loaded."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def load_json(self, text: str) -> bool:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [(MemoryError(), 77, ""), (KeyError("osc"), 1, "KeyError: 'osc'"), (SystemExit(0), 1, "SystemExit: 0")],
)
def test_a_child_that_fails_ends_with_a_code_and_its_last_words(
    error: BaseException, code: int, words: str
) -> None:
    (reader, writer), (err_reader, err_writer), parent = os.pipe(), os.pipe(), os.getpid()
    if (pid := os.fork()) == 0:
        os.dup2(err_writer, 2)
        run(
            Hungry(error),
            {"id": 1, "bpm": None, "known_samples": []},
            b"{}",
            ProcessLimits(5.0, ROOMY_MB, parent),
            writer,
        )
    os.close(writer), os.close(err_writer)
    said, (_, status) = os.read(reader, 100), os.waitpid(pid, 0)
    told = os.read(err_reader, 1000).decode()
    os.close(reader), os.close(err_reader)
    assert (said, os.waitstatus_to_exitcode(status), told) == (b"", code, words)


@pytest.mark.parametrize(
    ("status", "last_words", "late", "kind", "reason"),
    [
        (signal.SIGKILL, "", True, "timeout", "not rendered within 2.5 s"),
        (signal.SIGXCPU, "", False, "timeout", "not rendered within 2.5 s"),
        (
            signal.SIGABRT,
            "terminate: std::bad_alloc",
            False,
            "memory",
            "needs more than the 512 MB a render may use",
        ),
        (77 << 8, "", False, "memory", "needs more than the 512 MB a render may use"),
        (signal.SIGSEGV, "", False, "crash", "Vital's engine crashed on it (SIGSEGV)"),
        (signal.SIGKILL, "", False, "crash", "Vital's engine crashed on it (SIGKILL)"),
        (1 << 8, "KeyError: 'osc'", False, "crash", "the render ended early: KeyError: 'osc'"),
        (3 << 8, "", False, "crash", "the render ended early: exit status 3"),
    ],
)
def test_the_death_of_a_child_is_told_by_its_kind(
    status: int, last_words: str, late: bool, kind: str, reason: str
) -> None:
    child = Child(1, "job", 0, 0, 0.0, 0.0, timed_out=late)
    assert describe_death(child, status, last_words, 2.5, 512) == {"kind": kind, "reason": reason}


def test_last_words_are_the_last_300_characters() -> None:
    reader, writer = os.pipe()
    assert _last_words(reader) == ""
    os.write(writer, b"a" * 50 + b"b" * 300 + b"\n")
    assert _last_words(reader) == "b" * 300
    os.close(reader), os.close(writer)


def test_a_child_that_is_late_is_killed_once_unless_it_was_just_heard() -> None:
    with subprocess.Popen(["/bin/sleep", "30"]) as late, subprocess.Popen(["/bin/sleep", "30"]) as in_time:
        zygote, now = _zygote(), time.monotonic()
        zygote._children = {
            7: Child(late.pid, "late", 7, 0, now - 1.0, now - 1.0),
            8: Child(in_time.pid, "in time", 8, 0, now + 60.0, now + 600.0),
        }
        zygote._kill_late({7: 1})
        assert late.poll() is None
        zygote._kill_late({8: 1})
        assert late.wait(20) == -signal.SIGKILL
        assert [child.timed_out for child in zygote._children.values()] == [True, False]
        zygote._kill_late({})  # it is gone: a second signal would find another process, or none
        del zygote._children[7]
        assert in_time.poll() is None
        zygote.end()
        assert in_time.wait(20) == -signal.SIGKILL


def test_a_child_that_had_no_time_of_the_cores_is_given_what_it_lacks_by_the_clock() -> None:
    with subprocess.Popen(["/bin/sleep", "30"]) as waiting:
        zygote, now = _zygote(), time.monotonic()
        zygote._children = {7: Child(waiting.pid, "waiting", 7, 0, now - 1.0, now + 600.0)}
        zygote._kill_late({})
        (child,) = zygote._children.values()
        assert (waiting.poll(), child.timed_out) == (None, False)
        assert 2.4 < child.deadline - now < 60.0, "it has 2.5 s and has taken none"
        child.deadline = child.latest = now - 0.5
        zygote._kill_late({})
        assert waiting.wait(20) == -signal.SIGKILL
        assert child.timed_out


def test_cpu_time_is_that_of_the_process_and_without_end_where_it_is_gone() -> None:
    busy = [sys.executable, "-c", "while True: pass"]
    with subprocess.Popen(busy) as one:
        until = time.monotonic() + 60
        while _cpu_s(one.pid) < 0.2:
            assert time.monotonic() < until
            time.sleep(0.02)
        one.kill()
        one.wait()
        assert _cpu_s(one.pid) == math.inf


def _zygote() -> Zygote:
    made = Zygote.__new__(Zygote)
    made._limits = ProcessLimits(time_s=2.5, memory_mb=512, parent=os.getpid())
    return made


def test_messages_are_cut_out_of_a_stream_however_it_arrives() -> None:
    stream = pack({"id": 1}, b"body") + pack({"id": 2}) + pack({"id": 3}, memoryview(b"x"))
    told = [({"id": 1}, b"body"), ({"id": 2}, b""), ({"id": 3}, b"x")]
    for size in (1, 7, len(stream)):
        inbox, found = Inbox(), []
        for start in range(0, len(stream), size):
            inbox.feed(stream[start : start + size])
            while message := inbox.next_message():
                found.append(message)
        assert found == told
    assert Inbox().next_message() is None


def test_what_is_no_message_is_refused() -> None:
    inbox = Inbox()
    inbox.feed(b"\xff" * 12)
    with pytest.raises(ValueError, match="not a message of the renderer"):
        inbox.next_message()
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            pack({"level": value})
