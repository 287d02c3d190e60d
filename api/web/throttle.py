"""Guessing passwords is slow: failures are counted in the audit log, where every process and an admin sees them."""

from datetime import timedelta

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from api.models import AuditEntry, User
from service.keys import sign_in_subject

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
PER_ADDRESS = 30
PER_NAME = 50
"""From any address: somebody who knows a name may slow its owner down, but not with one computer."""
FAILED = "sign_in.failed"


def locked(request: HttpRequest | None, username: str) -> bool:
    """Whether this name, or whoever asks, has failed too often of late."""
    failures = AuditEntry.objects.filter(action=FAILED, at__gt=timezone.now() - WINDOW)
    of_name = failures.filter(subject=sign_in_subject(username))
    address = _address(request)
    return (
        of_name.filter(remote_addr=address).count() >= PER_NAME_AND_ADDRESS
        or of_name.count() >= PER_NAME
        or (address is not None and failures.filter(remote_addr=address).count() >= PER_ADDRESS)
    )


class ThrottledBackend(ModelBackend):
    """Django's own check of names and passwords, for those who haven't failed too often."""

    def authenticate(  # noqa: D102 - Django's
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        if username is not None and locked(request, username):
            raise PermissionDenied
        return super().authenticate(request, username=username, password=password, **kwargs)


@receiver(user_login_failed)
def _count(sender: object, credentials: dict[str, str], request: HttpRequest | None = None, **_: object) -> None:
    username = str(credentials.get("username", ""))
    if not locked(request, username):  # the log can't be flooded
        AuditEntry.objects.create(action=FAILED, subject=sign_in_subject(username), remote_addr=_address(request))


@receiver(user_logged_in)
def _note(sender: object, user: User, request: HttpRequest | None = None, **_: object) -> None:
    AuditEntry.objects.filter(
        action=FAILED, subject=sign_in_subject(user.get_username()), remote_addr=_address(request)
    ).delete()
    AuditEntry.objects.create(
        actor_id=user.pk, action="sign_in", subject=f"user:{user.pk}", remote_addr=_address(request)
    )


def _address(request: HttpRequest | None) -> str | None:
    return (request.META.get("REMOTE_ADDR") or None) if request else None
