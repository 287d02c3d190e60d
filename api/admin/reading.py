"""Admins of what only the service itself writes."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from api.models import User


def who_acts(request: HttpRequest) -> User:
    """The user behind a request; the admin lets nobody else in.

    Raises:
        PermissionDenied: there is none.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


class ReadOnly(admin.ModelAdmin):
    """Shows; changes nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting goes through a service, which also removes files."""
        return False
