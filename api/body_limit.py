"""Refuses large bodies before anything is made of them: Django would write any amount to disk first."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson

MAX_BODY_BYTES: Final = 1_000_000
AsgiScope: TypeAlias = dict[str, Any]
AsgiMessage: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[AsgiMessage]]
Send: TypeAlias = Callable[[AsgiMessage], Awaitable[None]]
Application: TypeAlias = Callable[[AsgiScope, Receive, Send], Awaitable[None]]


class BodyLimit:
    """An ASGI application around another one, which gets bodies whole, with their length told."""

    def __init__(self, inner: Application, *, limit: int = MAX_BODY_BYTES) -> None:
        self._inner, self._limit = inner, limit

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answers 413, or hands on to the inner application."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._inner(scope, receive, send)
            return
        told = _told_length(scope)
        if told is not None and told > self._limit:
            await self._refuse(scope, send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse(scope, send)
            return
        if told is None:
            scope = {**scope, "headers": [*scope["headers"], (b"content-length", str(len(body)).encode())]}
        await self._inner(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body; None if it is too large. A client that goes away in between sent what it sent."""
        pieces, size = [], 0
        while True:
            message = await receive()
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._limit:
                return None
            pieces.append(piece)
            if message["type"] != "http.request" or not message.get("more_body", False):
                return b"".join(pieces)

    async def _refuse(self, scope: AsgiScope, send: Send) -> None:
        document = {
            "type": "urn:synthcopilot:problem:too-large",
            "title": "Request Entity Too Large",
            "status": 413,
            "code": "too-large",
            "detail": f"the body is larger than {self._limit:,} bytes",
            "instance": scope["path"],
        }
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps(document)})


def _has_body(scope: AsgiScope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


def _told_length(scope: AsgiScope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What the inner application receives: the body at once, then whatever comes after it."""
    given = False

    async def again() -> AsgiMessage:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
