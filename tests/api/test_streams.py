"""Event streams by a clock that the test turns: what is told when, when silence is broken, when a stream ends."""

import asyncio
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from api.errors import Limit, LimitReached
from api.models import Job, User
from api.v1 import events
from api.v1.events import EventsView, OpenStreams

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
JOB = uuid.UUID("6b0d2b4a-6f6c-4f5e-9d55-0c8f43f7c001")
RUNNING = {"id": str(JOB), "state": "running", "stage": "rendering", "progress": 0.15, "attempt": 1, "error": None}
STILL_HERE = b": still here\n\n"


@pytest.fixture(autouse=True)
def _database() -> None:
    """None of these needs one."""


class FakeStream:
    """A stream in a world where only sleeping takes time; `job` says how the job stands at a second of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, job: Any, *, step_s: float | None = None) -> None:
        self.now, self.slept = 5000.0, []
        self.pieces: list[tuple[float, bytes]] = []
        self._step_s = step_s
        monkeypatch.setattr(events, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(events, "asyncio", SimpleNamespace(sleep=self._sleep))
        monkeypatch.setattr(events, "_look", lambda job_id: job(round(self.now - 5000.0, 3)))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += self._step_s or seconds

    def follow(self, seen: str = "") -> list[tuple[float, bytes]]:
        async def all_of_it() -> None:
            async for piece in events._watch(JOB, seen):
                self.pieces.append((round(self.now - 5000.0, 3), piece))

        asyncio.run(all_of_it())
        return self.pieces


def _ended(state: str, **other: Any) -> dict[str, Any]:
    return RUNNING | {"state": state, "stage": "done", "progress": 1.0} | other


def test_the_guide_tells_the_same_times_and_limits() -> None:
    assert re.search(r"A comment line every\s+(\d+) s keeps it open, and after (\d+) minutes", GUIDE).groups() == (
        "10",
        "15",
    )
    assert re.search(r"Each user may have (\d+) streams open", GUIDE)[1] == "16"


def test_an_event_is_written_as_the_guide_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = FakeStream(monkeypatch, lambda at: RUNNING if at < 0.2 else _ended("succeeded")).follow()
    assert told[0] == (0.0, b"retry: 1000\n\n")
    first = told[1][1].decode()
    assert first.startswith("id: 1/running/rendering/0.150\nevent: job\ndata: {")
    assert "id: 1/running/rendering/0.150\nevent: job\ndata:" in GUIDE
    assert first.endswith("}\n\n")
    assert json.loads(first.split("data: ")[1]) == RUNNING
    assert told[2][1].startswith(b"id: end\nevent: end\ndata: {")
    assert json.loads(told[2][1].split(b"data: ")[1]) == _ended("succeeded")
    assert len(told) == 3


@pytest.mark.parametrize(
    "change",
    [{"state": "queued"}, {"stage": "bundling"}, {"progress": 0.151}, {"attempt": 2}],
    ids=lambda one: next(iter(one)),
)
def test_each_change_is_told_once_within_two_tenths_of_a_second(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    def job(at: float) -> dict[str, Any]:
        return _ended("failed") if at >= 2 else RUNNING | change if at >= 1 else RUNNING

    world = FakeStream(monkeypatch, job)
    kinds = [(at, piece.split(b"\n")[1]) for at, piece in world.follow()[1:]]
    assert kinds == [(0.0, b"event: job"), (1.0, b"event: job"), (2.0, b"event: end")]
    assert set(world.slept) == {0.2}


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_a_job_that_has_ended_is_told_at_once(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    world = FakeStream(monkeypatch, lambda at: _ended(state))
    assert [piece[:7] for _, piece in world.follow()] == [b"retry: ", b"id: end"]
    assert world.slept == []


def test_a_job_that_is_deleted_meanwhile_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    told = FakeStream(monkeypatch, lambda at: RUNNING if at < 1 else None).follow()
    assert told[-1] == (1.0, b'id: end\nevent: end\ndata: {"id":"%s","state":"deleted"}\n\n' % str(JOB).encode())


def test_what_was_seen_before_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = FakeStream(monkeypatch, lambda at: RUNNING if at < 1 else _ended("failed")).follow(
        "1/running/rendering/0.150"
    )
    assert [piece[:7] for _, piece in told] == [b"retry: ", b"id: end"]


def test_ten_seconds_of_silence_are_broken_and_no_less(monkeypatch: pytest.MonkeyPatch) -> None:
    def job(at: float) -> dict[str, Any]:
        return _ended("failed") if at >= 25 else RUNNING | {"progress": 0.5 if at >= 4 else 0.15}

    told = FakeStream(monkeypatch, job, step_s=0.5).follow()
    assert [at for at, piece in told if piece == STILL_HERE] == [14.0, 24.0], "ten after the last word"


def test_a_stream_closes_after_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    world = FakeStream(monkeypatch, lambda at: RUNNING, step_s=2.5)
    told = world.follow()
    assert world.now - 5000.0 == 900.0
    assert len([piece for _, piece in told if piece == STILL_HERE]) == 90
    assert b"event: end" not in b"".join(piece for _, piece in told)


def test_streams_are_counted_for_each_user() -> None:
    streams = OpenStreams()
    for user, by in ((1, 1), (1, 1), (2, 1), (1, -1)):
        streams.change(user, by)
    assert (streams.of(1), streams.of(2), streams.of(3)) == (1, 1, 0)
    streams.change(2, -1)
    assert dict(streams._count) == {1: 1}, "nothing is kept of who has none"


@pytest.fixture
def opened() -> Iterator[User]:
    """A user, who leaves no stream counted."""
    yield User(pk=77)
    events.open_streams.change(77, -events.open_streams.of(77))


def _get(user: User, monkeypatch: pytest.MonkeyPatch, *, state: str = "running", **headers: str) -> Any:
    monkeypatch.setattr(events, "own_job", lambda request, job_id: Job(pk=job_id, state=state))
    request = Request(RequestFactory().get("/x", headers={k.replace("_", "-"): v for k, v in headers.items()}))
    request.user = user
    return EventsView().get(request, JOB)


def test_sixteen_streams_a_user_and_no_more(opened: User, monkeypatch: pytest.MonkeyPatch) -> None:
    events.open_streams.change(77, 15)
    answer = _get(opened, monkeypatch)
    assert (answer.status_code, answer["Cache-Control"], answer["X-Accel-Buffering"]) == (200, "no-store", "no")
    events.open_streams.change(77, 1)
    with pytest.raises(LimitReached, match="16 event streams are open already") as refused:
        _get(opened, monkeypatch)
    assert refused.value.limit == Limit("event_streams", 16, 16)
    assert _get(User(pk=78), monkeypatch).status_code == 200


def test_a_stream_is_counted_while_it_is_open(opened: User, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeStream(monkeypatch, lambda at: RUNNING if at < 1 else _ended("failed"))

    async def follow() -> list[int]:
        return [events.open_streams.of(77) async for _ in events._events(JOB, 77, "")]

    assert asyncio.run(follow()) == [1, 1, 1]
    assert events.open_streams.of(77) == 0


@pytest.mark.parametrize(
    ("state", "seen", "status"), [("failed", "end", 204), ("running", "end", 200), ("failed", "", 200)]
)
def test_only_who_has_seen_the_end_is_sent_away(
    opened: User, monkeypatch: pytest.MonkeyPatch, state: str, seen: str, status: int
) -> None:
    assert _get(opened, monkeypatch, state=state, Last_Event_ID=seen).status_code == status
