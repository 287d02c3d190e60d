"""Responses that are sent piece by piece, under ASGI without holding the event loop."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from rest_framework.request import Request


def streamed(request: Request, pieces: Iterator[bytes], **response: Any) -> StreamingHttpResponse:
    """A response of `pieces`. The first is read here, so that what fails at once becomes a problem document."""
    first = next(pieces, b"")
    later = isinstance(request._request, ASGIRequest)
    return StreamingHttpResponse(_later(first, pieces) if later else _now(first, pieces), **response)


def _now(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


async def _later(first: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
