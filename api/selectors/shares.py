"""Share links: a user's own, and the job that an open one leads to."""

import re
import uuid

from django.db.models import Q
from django.utils import timezone

from api.models import Job, JobState, ShareToken, User
from api.models.sharing import token_hash

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
PUBLIC_KINDS = ("preset", "audio", "picture")
"""Files that a link shows. The others say who asked for what in which words."""


def open_share(token: str) -> ShareToken | None:
    """The share that a token opens, with its job; None if there is none, or it was revoked or has expired."""
    if not _TOKEN.fullmatch(token):
        return None
    now = timezone.now()
    still = Q(expires_at=None) | Q(expires_at__gt=now)
    kept = Q(job__expires_at=None) | Q(job__expires_at__gt=now)
    here = {"token_sha256": token_hash(token), "revoked_at": None, "job__state": JobState.SUCCEEDED}
    return ShareToken.objects.select_related("job").filter(still, kept, user__is_active=True, **here).first()


def share_of(user: User, share_id: uuid.UUID) -> ShareToken | None:
    """One of the user's shares."""
    return ShareToken.objects.select_related("job").filter(user=user, pk=share_id).first()


def shares_of(user: User, *, job: Job | None = None) -> list[ShareToken]:
    """The user's shares, of one job or of all, newest first; the revoked and expired ones, too."""
    found = ShareToken.objects.select_related("job").filter(user=user).order_by("-created_at", "id")
    return list(found if job is None else found.filter(job=job))
