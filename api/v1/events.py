"""Server-sent events: a job's way to its end, as it happens."""

import asyncio
import threading
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from api.errors import Limit, LimitReached
from api.models import Job
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import operation
from api.v1.jobs import own_job
from api.v1.reading import AnyType

LOOK_S = 0.2
KEEP_ALIVE_S = 10.0
LONGEST_S = 900.0
"""Then the stream ends, and a client that still wants to know connects again."""
STREAMS_A_USER = 16
_FIELDS = ("state", "stage", "progress", "attempt", "error_code", "error_detail")
_ENDED = ("succeeded", "failed", "cancelled")
_LAST = "end"
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["job", "end"]},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "id", "data"],
}


class OpenStreams:
    """How many streams of this process each user has open."""

    def __init__(self) -> None:
        self._count: Counter[int] = Counter()
        self._lock = threading.Lock()

    def of(self, user_id: int) -> int:
        """How many are open."""
        return self._count[user_id]

    def change(self, user_id: int, by: int) -> None:
        """One more, or one less."""
        with self._lock:
            self._count[user_id] += by
            if not self._count[user_id]:
                del self._count[user_id]


open_streams = OpenStreams()


class EventsView(ApiView):
    """A job's events."""

    content_negotiation_class = AnyType

    @operation(
        "getEvents", answers={(200, "text/event-stream"): _EVENT, 204: None}, problems=(404,),
        summary="Follow a job", tags=["jobs"],
    )  # fmt: skip
    def get(self, request: ApiRequest, job_id: uuid.UUID) -> HttpResponseBase:
        """Server-sent events until the job ends: `job` whenever state, stage or progress change, then one `end`.

        Each has id, state, stage, progress, attempt and error as JSON. A client that reconnects after the end gets
        204, which ends an EventSource's tries.
        """
        job = own_job(request, job_id)
        seen = request.headers.get("Last-Event-ID", "")
        if seen == _LAST and job.ended:
            return HttpResponse(status=204)
        if (used := open_streams.of(request.user.pk)) >= STREAMS_A_USER:
            raise LimitReached(
                f"{STREAMS_A_USER} event streams are open already; close one",
                Limit("event_streams", STREAMS_A_USER, used),
            )
        return StreamingHttpResponse(
            _events(job.pk, request.user.pk, seen),
            content_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )


async def _events(job_id: uuid.UUID, user_id: int, seen: str) -> AsyncIterator[bytes]:
    open_streams.change(user_id, 1)
    try:
        async for piece in _watch(job_id, seen):
            yield piece
    finally:
        open_streams.change(user_id, -1)


async def _watch(job_id: uuid.UUID, seen: str) -> AsyncIterator[bytes]:
    """What to send, as it happens."""
    look = sync_to_async(_look, thread_sensitive=False)
    began = spoke = time.monotonic()
    yield b"retry: 1000\n\n"
    while True:
        found = await look(job_id)
        now = time.monotonic()
        if found is None:
            yield _event(_LAST, "end", {"id": str(job_id), "state": "deleted"})
            return
        name = f"{found['attempt']}/{found['state']}/{found['stage']}/{found['progress']:.3f}"
        if found["state"] in _ENDED:
            yield _event(_LAST, "end", found)
            return
        if name != seen:
            yield _event(name, "job", found)
            seen, spoke = name, now
        elif now - spoke >= KEEP_ALIVE_S:
            yield b": still here\n\n"
            spoke = now
        if now - began >= LONGEST_S:
            return
        await asyncio.sleep(LOOK_S)


def _look(job_id: uuid.UUID) -> dict[str, Any] | None:
    """The job as it stands, with a connection that goes back at once: a stream must not hold one."""
    try:
        row = Job.objects.filter(pk=job_id).values(*_FIELDS).first()
    finally:
        connection.close()
    if row is None:
        return None
    code, detail = row.pop("error_code"), row.pop("error_detail")
    failed = row["state"] == "failed"
    return {"id": str(job_id), **row, "error": {"code": code, "detail": detail} if failed else None}


def _event(name: str, kind: str, content: dict[str, Any]) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (name.encode(), kind.encode(), orjson.dumps(content))
