"""What a pool starts and sends, with a process that is none: it is never answered."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import RenderError
from engine.render.job import Centre, HeardSeed, NotePlan, RenderFailure, RenderJob, Take, Turn
from engine.render.pool import RenderPool
from engine.render.protocol import Inbox
from schemas.measurements import NoteMeasurements

NOTE, LOW = NotePlan(60, 0.8, 0.3, 0.5), NotePlan(36, 1.0, 0.2, 0.4)
FIGURES = NoteMeasurements(
    note=60, velocity=0.8, hold_s=0.3, render_s=0.5, nonfinite_samples=0, peak=0.5, peak_dbfs=-6.021,
    loudness_lufs=-20.0, mono_loss_db=0.0, low_band_mono_loss_db=None, dc=0.0, stuck_db=None, click_db=-3.0,
    attack_s=0.07, centroid_hz=900.0, width=0.0,
)  # fmt: skip


CENTRE = Centre(FIGURES, -18.0, np.zeros((2, 9), np.float32))


class NoProcess:
    """Written down in place of a process that is started."""

    started: list["NoProcess"]
    returncode = -9

    def __init__(self, command: list[str], **options: object) -> None:
        self.command, self.options, self.killed = command, options, False
        NoProcess.started.append(self)

    def kill(self) -> None:
        self.killed = True

    def wait(self) -> int:
        return self.returncode

    def poll(self) -> int | None:
        return self.returncode if self.killed else None


@pytest.fixture(autouse=True)
def started(monkeypatch):
    monkeypatch.setattr(NoProcess, "started", [], raising=False)
    monkeypatch.setattr(subprocess, "Popen", NoProcess)
    return NoProcess.started


def sent(pool: RenderPool) -> list[tuple[dict[str, object], bytes]]:
    inbox, found = Inbox(), []
    for part in pool._outgoing:
        inbox.feed(bytes(part))
    while message := inbox.next_message():
        found.append(message)
    return found


def job(key: str = "lead", **options: object) -> RenderJob:
    return RenderJob(key, b"{}", options.pop("notes", (NOTE,)), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, ["1", "30.0", "1024"]),
        ({"workers": 3, "time_limit_s": 0.4, "memory_limit_mb": 512}, ["3", "0.4", "512"]),
    ],
)
def test_the_render_process_is_started_with_its_limits_and_away_from_where_the_caller_is(started, settings, told):
    with RenderPool(**settings) as pool:
        (one,) = started
        (fd,) = one.options["pass_fds"]
        assert one.command == [sys.executable, "-m", "engine.render.zygote", str(fd), *told]
        assert one.options["cwd"] == "/"
        assert [one.options[name] for name in ("stdin", "stdout", "stderr")] == [subprocess.DEVNULL] * 3
        assert pool.alive
    assert one.killed
    assert not pool.alive


def test_a_job_is_sent_with_nothing_that_was_not_asked_for():
    with RenderPool() as pool:
        pool._submit(job())
        assert sent(pool) == [
            (
                {
                    "id": 0, "notes": [[60, 0.8, 0.3, 0.5]], "measured": 1, "preview": -1, "bpm": None, "turns": [],
                    "again": [], "takes": [], "timbre": False, "keep": False, "known_attack_s": None,
                    "known_seeds": 0, "known_samples": [],
                    "to_the_end": False, "patience_s": 0.0,
                },
                b"{}",
            )
        ]  # fmt: skip


def test_a_job_is_sent_with_all_that_was_asked_for():
    take = Take("hard", (60, 64), 1.0, 0.3, 0.4, (None, 1.0, None, None), 0.5)
    turned = job(
        notes=(NOTE, LOW), preview=NotePlan(72, 0.8, 0.3, 0.5), bpm=90.0, turns=(Turn(2, 1.0, 0.3, "width"),),
        again=(0.4,), timbre=True, to_the_end=True,
    )  # fmt: skip
    known = job("known", takes=(take,), keep=True, known=CENTRE, to_the_end=True)
    with RenderPool() as pool:
        pool._submit(turned)
        pool._submit(known)
        assert [head for head, _ in sent(pool)] == [
            {
                "id": 0, "notes": [[60, 0.8, 0.3, 0.5], [36, 1.0, 0.2, 0.4], [72, 0.8, 0.3, 0.5]], "measured": 2,
                "preview": 2, "bpm": 90.0, "turns": [[2, 1.0, 0.3, "width"]], "again": [0.4], "takes": [],
                "timbre": True, "keep": False, "known_attack_s": None, "known_seeds": 0,
                "known_samples": [], "to_the_end": True, "patience_s": 0.0,
            },
            {
                "id": 1, "notes": [[60, 0.8, 0.3, 0.5]], "measured": 1, "preview": -1, "bpm": None, "turns": [],
                "again": [], "takes": [["hard", [60, 64], 1.0, 0.3, 0.4, [None, 1.0, None, None], 0.5, []]],
                "timbre": False, "keep": True, "known_attack_s": 0.07, "known_seeds": 0,
                "known_samples": [], "to_the_end": True, "patience_s": 0.0,
            },
        ]  # fmt: skip


def test_what_turns_are_compared_with_is_sent_behind_the_preset():
    seed = HeardSeed(FIGURES.model_copy(update={"condition": "phase seed 2"}), np.full((2, 4), 0.5, np.float32))
    centre = replace(CENTRE, seeds=(seed,))
    with RenderPool() as pool:
        pool._submit(job(known=centre, turns=(Turn(2, 1.0, 0.3, "width"),), again=(0.4,)))
        ((head, body),) = sent(pool)
        assert (head["known_seeds"], head["known_samples"], head["again"]) == (1, [9, 4], [0.4])
        assert body == b"{}" + bytes(2 * 9 * 4) + np.full((2, 4), 0.5, np.float32).tobytes()


def test_the_end_of_a_known_note_that_was_heard_is_not_asked_for_again():
    ended = replace(CENTRE, figures=FIGURES.model_copy(update={"stuck_db": -40.0}))
    with RenderPool() as pool:
        pool._submit(job(known=ended, to_the_end=True))
        assert [head["to_the_end"] for head, _ in sent(pool)] == [False]


def test_jobs_are_taken_two_ahead_of_the_workers():
    for workers in (1, 3):
        with RenderPool(workers=workers) as pool:
            taken = []
            pool._exchange = lambda: pool._accept(  # type: ignore[method-assign]
                ({"id": min(n for n, one in pool._pending.items() if one.outcome is None), "kind": "crash",
                  "reason": "r"}, b"")
            )  # fmt: skip
            iterator = pool.map(taken.append(n) or job(str(n)) for n in range(20))
            assert next(iterator).key == "0"
            assert len(taken) == workers + 3, "the window, and one in the place of what came out"
            assert [one.key for one in iterator] == [str(n) for n in range(1, 20)]


def test_after_a_death_what_was_in_hand_is_sent_once_more_and_what_came_out_is_not(started):
    with RenderPool() as pool:
        for name in "abc":
            pool._submit(job(name))
        pool._accept((({"ready": True}), b""))
        pool._accept(({"id": 0, "kind": "memory", "reason": "too much"}, b""))
        pool._restart()
        assert [head["id"] for head, _ in sent(pool)] == [1, 2]
        assert [one.killed for one in started] == [True, False]
        pool._accept(({"ready": True}, b""))
        pool._restart()
        assert sent(pool) == []
        reason = "the render process ended 2 times while it had this preset"
        assert [one.outcome for one in pool._pending.values()] == [
            RenderFailure("a", "memory", "too much"),
            RenderFailure("b", "engine", reason),
            RenderFailure("c", "engine", reason),
        ]


def test_a_process_that_ends_before_it_is_ready_is_not_started_again(started):
    with RenderPool() as pool:
        with pytest.raises(RenderError, match=r"ended at its start \(exit status -9\)"):
            pool._restart()
        assert len(started) == 1


def test_a_process_that_does_not_start_says_why():
    with RenderPool() as pool, pytest.raises(RenderError, match="does not start: ImportError: vita"):
        pool._accept(({"error": "ImportError: vita"}, b""))


def test_what_is_answered_to_nobody_is_passed_over():
    with RenderPool() as pool:
        pool._accept(({"id": 9, "kind": "crash", "reason": "r"}, b""))
        assert pool._pending == {}
