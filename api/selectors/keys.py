"""Finds API keys."""

import re

from api.models import ApiKey, User

_KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")


def usable_key(text: str) -> ApiKey | None:
    """The key with that text, with its user; None if there is none, or it was revoked, has expired, or the user is
    not active.
    """
    if not _KEY.fullmatch(text):
        return None
    prefix = text.partition(".")[0]
    found: ApiKey | None = (
        ApiKey.objects.select_related("user__entitlement").filter(prefix=prefix, revoked=False).first()
    )
    if found is None or not found.is_valid(text) or found.has_expired or not found.user.is_active:
        return None
    return found


def keys_of(user: User | None = None) -> list[ApiKey]:
    """A user's keys, or everybody's, newest first."""
    every = ApiKey.objects.select_related("user").order_by("-created", "prefix")
    return list(every if user is None else every.filter(user=user))
