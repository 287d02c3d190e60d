"""Bodies: a million bytes pass, one more doesn't, however it comes; what passes arrives as it was sent."""

import asyncio
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings

from api.body_limit import BodyLimit

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
MOST = 1_000_000
CHUNKED = [(b"host", b"x"), (b"transfer-encoding", b"chunked")]


@pytest.fixture(autouse=True)
def _database() -> None:
    """None of these needs one."""


class _Inner:
    """The application behind the limit: notes what it is called with, and reads all that it may."""

    def __init__(self, *, messages: int = 1) -> None:
        self.scope: dict[str, Any] | None = None
        self.received: list[Any] = []
        self._messages = messages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        for _ in range(self._messages):
            self.received.append(await receive())


def _length(told: object) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), (b"content-length", str(told).encode())]


def _run(
    pieces: list[bytes],
    headers: list[tuple[bytes, bytes]],
    *,
    inner: _Inner,
    kind: str = "http",
    gone: bool = False,
) -> tuple[list[Any], int]:
    """What was sent back, and how many messages were taken from the client."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": one, "more_body": True} for one in pieces]
    if gone:
        messages.append({"type": "http.disconnect"})
    elif messages:
        messages[-1]["more_body"] = False
    sent: list[Any] = []
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return messages[taken - 1] if taken <= len(messages) else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "headers": headers, "path": "/api/v1/jobs"}
    asyncio.run(BodyLimit(inner)(scope, receive, send))
    return sent, taken


def _refused(sent: list[Any]) -> dict[str, Any]:
    start, body = sent
    assert (start["type"], start["status"]) == ("http.response.start", 413)
    assert dict(start["headers"]) == {b"content-type": b"application/problem+json", b"connection": b"close"}
    assert body["type"] == "http.response.body"
    return orjson.loads(body["body"])


def test_the_guide_says_one_megabyte_and_django_allows_no_less() -> None:
    assert re.search(r"`too-large`: more than (\d+) MB", GUIDE)[1] == "1"
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 1_000_000


def test_a_million_bytes_pass() -> None:
    inner = _Inner()
    sent, _ = _run([b"x" * MOST], _length(MOST), inner=inner)
    assert sent == []
    assert inner.received == [{"type": "http.request", "body": b"x" * MOST, "more_body": False}]


def test_one_byte_more_is_refused_before_any_is_read() -> None:
    inner = _Inner()
    sent, taken = _run([b"x" * (MOST + 1)], _length(MOST + 1), inner=inner)
    assert _refused(sent) == {
        "type": "urn:synthcopilot:problem:too-large", "title": "Request Entity Too Large", "status": 413,
        "code": "too-large", "detail": "the body is larger than 1,000,000 bytes", "instance": "/api/v1/jobs",
    }  # fmt: skip
    assert (taken, inner.scope) == (0, None)


@pytest.mark.parametrize("headers", [CHUNKED, _length("no number"), _length("-1"), _length(10)])
def test_what_is_really_sent_counts_whatever_was_told(headers: list[tuple[bytes, bytes]]) -> None:
    half = b"x" * (MOST // 2)
    fits, over = _Inner(), _Inner()
    assert _run([half, half], headers, inner=fits) == ([], 2)
    assert fits.received[0]["body"] == half + half
    sent, taken = _run([half, half, b"x", half], headers, inner=over)
    assert _refused(sent)["code"] == "too-large"
    assert (taken, over.scope) == (3, None), "no more of it is read"


def test_a_length_that_was_not_told_is_told_to_the_application() -> None:
    untold, told = _Inner(), _Inner()
    _run([b"abc", b"de"], CHUNKED, inner=untold)
    assert untold.scope["headers"] == [*CHUNKED, (b"content-length", b"5")]
    _run([b"abc", b"de"], _length(5), inner=told)
    assert told.scope["headers"] == _length(5)


def test_the_whole_body_is_one_message_and_then_comes_what_comes() -> None:
    inner = _Inner(messages=2)
    _run([b"abc", b"", b"de"], CHUNKED, inner=inner)
    assert inner.received == [
        {"type": "http.request", "body": b"abcde", "more_body": False}, {"type": "http.disconnect"},
    ]  # fmt: skip


def test_a_client_that_goes_away_is_not_waited_for() -> None:
    inner = _Inner()
    assert _run([b"abc"], _length(500), inner=inner, gone=True) == ([], 2)
    assert inner.received[0]["body"] == b"abc"


@pytest.mark.parametrize(
    ("kind", "headers"), [("http", [(b"host", b"x")]), ("lifespan", []), ("websocket", CHUNKED)]
)
def test_what_has_no_body_is_handed_on_untouched(kind: str, headers: list[tuple[bytes, bytes]]) -> None:
    inner = _Inner(messages=0)
    assert _run([], headers, inner=inner, kind=kind) == ([], 0)
    assert inner.scope == {"type": kind, "headers": headers, "path": "/api/v1/jobs"}
