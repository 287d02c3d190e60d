"""Finds or makes the job of a key: idempotent, never the same work twice, within the plan."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from api.errors import NotNow, ReusedKey
from api.models import IdempotencyKey, Job, JobState, User
from api.models.jobs import IN_FLIGHT
from api.selectors.plans import plan_of
from api.services import audit
from api.services.erasing import erase
from api.services.planning import count_llm_call
from api.services.plans import check_plan_has, check_room
from engine.hashing import content_hash
from schemas.request import Request
from service.keys import generator_version, partition_key

_LIVING: Final = (*IN_FLIGHT, JobState.SUCCEEDED)
_CANCEL_WAIT_S: Final = 2.5
_CANCEL_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class AnsweringJob:
    """The job that answers a request, and whether it is a new one."""

    job: Job
    new: bool


@dataclass(frozen=True, slots=True)
class WantedJob:
    """A job to be had, new or known."""

    user: User
    key: str
    queue: str
    action: str
    fields: dict[str, Any]
    fingerprint: str
    idempotency_key: str | None
    remote_addr: str | None
    request: Request | None = None
    """What is to be made; none of an export."""
    expires_at: datetime | None = None
    """Not later than that, whatever the plan says."""


def ask(wanted: WantedJob) -> AnsweringJob:
    """The living job of a key, or a new one; see `create_job`. Exports come through here, too."""
    give_up = time.monotonic() + _CANCEL_WAIT_S
    while True:
        found = _ask_once(wanted)
        if isinstance(found, AnsweringJob):
            return found
        if found.ended:  # its files have expired, and the sweep that deletes it hasn't come yet
            erase(found)
            continue
        if time.monotonic() >= give_up:
            raise NotNow("the same job is being cancelled; ask again in a moment", retry_after_s=1)
        time.sleep(_CANCEL_LOOK_S)


@transaction.atomic
def _ask_once(wanted: WantedJob) -> AnsweringJob | Job:
    """The answer, or the job that is in its way: one that is being cancelled, or has expired.

    The user's row is held, so that places are given one by one.
    """
    User.objects.select_for_update().get(pk=wanted.user.pk)
    if (known := _idempotent(wanted)) is not None:
        return AnsweringJob(known, new=False)
    now = timezone.now()
    job = Job.objects.filter(job_key=wanted.key, state__in=_LIVING).first()
    if job is not None and _in_the_way(job, now=now):
        return job
    made = job is None
    if job is None:
        job, made = _new(wanted, now=now)
    if wanted.idempotency_key is not None:
        IdempotencyKey.objects.create(
            user=wanted.user, key=wanted.idempotency_key, request_sha256=wanted.fingerprint, job=job
        )
    return AnsweringJob(job, new=made)


def _idempotent(wanted: WantedJob) -> Job | None:
    if wanted.idempotency_key is None:
        return None
    used = IdempotencyKey.objects.select_related("job").filter(user=wanted.user, key=wanted.idempotency_key).first()
    if used is None:
        return None
    if used.request_sha256 != wanted.fingerprint:
        raise ReusedKey("this Idempotency-Key was used for another request; use a new one for each request")
    return used.job


def _in_the_way(job: Job, *, now: datetime) -> bool:
    if job.ended:
        return job.expires_at is not None and job.expires_at <= now
    return job.cancel_requested_at is not None


def _new(wanted: WantedJob, *, now: datetime) -> tuple[Job, bool]:
    check_plan_has(
        user=wanted.user,
        template_id=wanted.fields.get("template_id"),
        variations=wanted.fields.get("variations", 0),
        planner=wanted.fields.get("planner", "rules"),
    )
    check_room(user=wanted.user, queue=wanted.queue, now=now)
    if wanted.request is not None:
        count_llm_call(user=wanted.user, request=wanted.request, remote_addr=wanted.remote_addr)
    expires_at = now + timedelta(days=plan_of(wanted.user).retention_days)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                user=wanted.user,
                job_key=wanted.key,
                partition_key=partition_key(wanted.key),
                queue=wanted.queue,
                generator_version=generator_version(),
                created_at=now,
                expires_at=min(expires_at, wanted.expires_at or expires_at),
                **wanted.fields,
            )
    except IntegrityError:  # the constraint on living keys: somebody else was first, a retry by an operator
        return Job.objects.get(job_key=wanted.key, state__in=_LIVING), False
    audit.record(
        wanted.action,
        actor=wanted.user,
        subject=f"job:{job.pk}",
        detail={"queue": job.queue},
        remote_addr=wanted.remote_addr,
    )
    return job, True


def fingerprint(content: dict[str, Any]) -> str:
    """A hash of a request, by which an Idempotency-Key knows it again."""
    return content_hash(content)
