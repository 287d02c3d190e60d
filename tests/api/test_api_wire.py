"""What only a real server shows: event streams, large bodies, bodies of untold length."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from api.models import Job
from api.v1 import events
from service.ledger import Ledger
from tests.api.conftest import PROMPT


def _events(answer: requests.Response) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, kind and data of each event."""
    found: dict[str, str] = {}
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif "data" in found:
            yield found["id"], found["event"], json.loads(found["data"])
            found = {}


@pytest.fixture
def follow(ada: Any, server: str) -> Callable[..., requests.Response]:
    def get(job_id: str, **headers: str) -> requests.Response:
        sent = {"Authorization": f"Api-Key {ada.key}", "Accept": "text/event-stream", **headers}
        return requests.get(f"{server}/api/v1/jobs/{job_id}/events", headers=sent, stream=True, timeout=30)

    return get


def test_a_job_is_followed_from_its_queue_to_its_end(
    ada: Any, follow: Any, finish: Callable[[str], None], ledger: Ledger
) -> None:
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    answer = follow(job_id)
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    told = _events(answer)
    first = next(told)
    assert (first[1], first[2]["state"], first[2]["progress"]) == ("job", "queued", 0.0)
    job = uuid.UUID(job_id)
    ledger.start(job, attempt=1, run_id="r", now=datetime.now(UTC))
    assert next(told)[2]["state"] == "running"
    ledger.report(job, attempt=1, stage="renders", progress=0.4)
    second = next(told)[2]
    assert (second["stage"], second["progress"]) == ("renders", 0.4)
    ledger.fail(job, attempt=1, code="refused", detail="too quiet", now=datetime.now(UTC))
    name, kind, end = next(told)
    assert (name, kind, end["state"], end["error"]) == (
        "end", "end", "failed", {"code": "refused", "detail": "too quiet"},
    )  # fmt: skip
    assert list(told) == [], "and the stream ends"


def test_who_comes_again_is_told_what_is_new(ada: Any, follow: Any, done: str) -> None:
    (ended,) = _events(follow(done))
    assert (ended[0], ended[1], ended[2]["state"]) == ("end", "end", "succeeded")
    assert [one[0] for one in _events(follow(done, **{"Last-Event-ID": "nonsense"}))] == ["end"]
    assert follow(done, **{"Last-Event-ID": "end"}).status_code == 204, "which ends an EventSource's tries"


def test_a_quiet_stream_is_kept_alive_and_ends_in_time(
    ada: Any, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "KEEP_ALIVE_S", 0.3)
    monkeypatch.setattr(events, "LONGEST_S", 1.5)
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    text = follow(job_id).text
    assert text.count("event: job") == 1
    assert text.count(": still here") >= 2


def test_the_stream_of_a_job_that_is_deleted_ends(ada: Any, follow: Any) -> None:
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    told = _events(follow(job_id))
    next(told)
    Job.objects.all().delete()
    assert next(told)[2]["state"] == "deleted"


def test_streams_are_limited_for_each_user_and_freed_when_closed(
    ada: Any, follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "STREAMS_A_USER", 2)
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    opened = [follow(job_id) for _ in range(2)]
    told = [_events(one) for one in opened]
    assert [next(one)[2]["state"] for one in told] == ["queued", "queued"]
    refused = follow(job_id)
    assert refused.status_code == 429
    assert refused.json()["limit"]["name"] == "event_streams"
    for one in opened:
        one.close()
    until = time.monotonic() + 60
    while events.open_streams.of(ada.user.pk):
        assert time.monotonic() < until, "a closed stream stays counted"
        time.sleep(0.05)
    again = follow(job_id)
    assert again.status_code == 200
    again.close()


def _post(server: str, key: str, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json", **more.pop("headers", {})}
    return requests.post(f"{server}/api/v1/jobs", headers=headers, timeout=30, **more)


def test_a_body_of_a_million_bytes_is_read_and_a_larger_one_refused(ada: Any, server: str) -> None:
    fits = b'{"prompt": "' + b"x" * 999_986 + b'"}'
    assert len(fits) == 1_000_000
    read = _post(server, ada.key, data=fits)
    assert (read.status_code, read.json()["code"]) == (422, "invalid-input")
    refused = _post(server, ada.key, data=fits + b" ")
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_body_of_untold_length_is_read_and_limited(ada: Any, server: str) -> None:
    pieces = iter([b'{"prompt": ', b'"pad"}'])
    assert _post(server, ada.key, data=pieces).status_code == 201
    endless = (b" " * 100_000 for _ in range(1000))
    with suppress(requests.ConnectionError):  # the server may close while we are still sending
        assert _post(server, ada.key, data=endless).status_code == 413
    assert Job.objects.count() == 1


def test_a_body_that_never_comes_holds_nothing_up(ada: Any, server: str) -> None:
    place = urlsplit(server)
    with socket.create_connection((place.hostname, place.port), timeout=10) as stuck:
        stuck.sendall(b"POST /api/v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{")
        assert _post(server, ada.key, json={"prompt": "pad"}).status_code == 201


def test_my_data_arrives_whole(ada: Any, server: str, done: str) -> None:
    for seed in range(3):
        job_id = ada.post("/jobs", {"prompt": f"pad {seed}"}).json()["id"]
        ada.post(f"/jobs/{job_id}/cancel")
    headers = {"Authorization": f"Api-Key {ada.key}"}
    told = requests.get(f"{server}/api/v1/me/export", headers=headers, timeout=30).json()
    assert {job["prompt"] for job in told["jobs"]} == {"pad 0", "pad 1", "pad 2", PROMPT}
    assert threading.active_count() < 60
