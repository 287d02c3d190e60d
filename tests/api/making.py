"""Rows as other tests need them, made without asking for them; and what an answer says."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from api.models import Job, User

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
Clock = Callable[[datetime], None]


def made_job(user: User, **other: Any) -> Job:
    """A job of a user's that has succeeded, unless something else is said."""
    key = uuid.uuid4().hex
    given = {"user": user, "job_key": key, "partition_key": key, "prompt_sha256": key, "created_at": NOW}
    return Job.objects.create(**given | {"generator_version": "1", "state": "succeeded", "prompt": "pad"} | other)


def body_of(answer: Any) -> bytes:
    """All of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
