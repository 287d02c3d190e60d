"""API keys: made, revoked."""

from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from api.models import ApiKey, User
from api.services import audit

_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_api_key(
    *, user: User, name: str = "", expires_at: datetime | None = None, actor: User | None = None
) -> tuple[ApiKey, str]:
    """A new key of a user, and its text, which is told only now: only its hash is kept."""
    created, text = ApiKey.objects.create_key(user=user, name=name or "key", expiry_date=expires_at)
    made = cast("ApiKey", created)  # the manager is typed for the package's abstract key
    audit.record("apikey.create", actor=actor, subject=f"apikey:{made.prefix}", detail={"user_id": user.pk})
    return made, text


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: User | None = None) -> ApiKey:
    """Revoke a key for good; doing so twice does no harm."""
    if not key.revoked:
        key.revoked = True
        key.save(update_fields=["revoked"])
        audit.record("apikey.revoke", actor=actor, subject=f"apikey:{key.prefix}", detail={"user_id": key.user_id})
    return key


def note_use(*, key: ApiKey) -> None:
    """Remember that a key was used, to the minute: a write a request would be one too many."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - _NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
