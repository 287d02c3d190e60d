"""A user's jobs. Somebody else's job is never found, so nobody learns that it exists."""

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from api.models import Artifact, Job, User


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of the list begins: after this job."""

    created_at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.created_at.isoformat()} {self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "PageStart":
        """The place that was written as `text`.

        Raises:
            ValueError: it's none of ours.
        """
        try:
            plain = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
            moment, _, job_id = plain.partition(" ")
            place = cls(datetime.fromisoformat(moment), uuid.UUID(job_id))
        except (binascii.Error, UnicodeError, ValueError):
            raise ValueError("no such position in the list; use `next_cursor` of the page before") from None
        if place.created_at.tzinfo is None:
            raise ValueError("no such position in the list; use `next_cursor` of the page before")
        return place


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, newest first, and where the next ones begin, if there are any."""

    jobs: tuple[Job, ...]
    following: PageStart | None


def job_of(user: User, job_id: uuid.UUID) -> Job | None:
    """One of the user's jobs."""
    return Job.objects.filter(user=user, pk=job_id).first()


def jobs_of(
    user: User,
    *,
    state: str | None = None,
    queue: str | None = None,
    style: str | None = None,
    words: str | None = None,
    after: PageStart | None = None,
    limit: int = 20,
) -> Page:
    """The user's jobs, newest first; with `words`, those that have them in their title or prompt.

    A page costs the same however many jobs lie before it.
    """
    found: QuerySet[Job] = Job.objects.filter(user=user).order_by("-created_at", "-id")
    if state:
        found = found.filter(state=state)
    if queue:
        found = found.filter(queue=queue)
    if style:
        found = found.filter(style=style)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(prompt__icontains=words))
    if after is not None:
        same_moment = Q(created_at=after.created_at, id__lt=after.id)
        found = found.filter(created_at__lte=after.created_at).filter(
            Q(created_at__lt=after.created_at) | same_moment
        )
    jobs = tuple(found[: limit + 1])
    more = len(jobs) > limit
    shown = jobs[:limit]
    return Page(shown, PageStart(shown[-1].created_at, shown[-1].id) if more else None)


def files_of(job: Job) -> tuple[Artifact, ...]:
    """What a job has made, by path; nothing before it has succeeded."""
    return tuple(job.artifacts.order_by("path")) if job.state == "succeeded" else ()
