"""Links by which anybody can hear a finished job: made, revoked."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from api.errors import FieldProblem, InvalidInput, NotNow
from api.models import Job, JobState, Queue, ShareToken, User
from api.models.sharing import token_hash
from api.services import audit

_TOKEN_BYTES = 16
_HINT_CHARS = 4


@transaction.atomic
def create_share(
    *, user: User, job: Job, expires_at: datetime | None = None, remote_addr: str | None = None
) -> tuple[ShareToken, str]:
    """A new link to a job, and its token of 128 random bits, which is told only now.

    Raises:
        NotNow: the job hasn't succeeded, or is an export.
        InvalidInput: the link would have expired already.
    """
    if job.queue != Queue.GENERATE:
        raise NotNow("an export can't be shared; share the job that it was made of")
    if job.state != JobState.SUCCEEDED:
        raise NotNow(f"only a job that has succeeded can be shared; this one is {job.state}")
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(FieldProblem("/expires_at", "must be in the future"))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    share = ShareToken.objects.create(
        user=user, job=job, token_sha256=token_hash(token), hint=token[:_HINT_CHARS], expires_at=expires_at
    )
    detail = {"job": str(job.pk)}
    audit.record("share.create", actor=user, subject=f"share:{share.pk}", detail=detail, remote_addr=remote_addr)
    return share, token


@transaction.atomic
def revoke_share(*, share: ShareToken, actor: User | None = None, remote_addr: str | None = None) -> ShareToken:
    """Close a link, for good. Twice is as good as once."""
    if ShareToken.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("share.revoke", actor=actor, subject=f"share:{share.pk}", remote_addr=remote_addr)
    share.refresh_from_db()
    return share
