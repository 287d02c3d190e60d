"""Share links."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from api.admin.reading import ReadOnly
from api.models import IdempotencyKey, ShareToken


class Openness(admin.SimpleListFilter):
    """By whether a link opens anything."""

    title = "state"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """The choices."""
        return (("open", "open"), ("expired", "expired"), ("revoked", "revoked"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[ShareToken]) -> QuerySet[ShareToken]:
        """The links in that state."""
        now = timezone.now()
        if self.value() == "revoked":
            return queryset.filter(revoked_at__isnull=False)
        if self.value() == "expired":
            return queryset.filter(revoked_at__isnull=True, expires_at__lte=now)
        if self.value() == "open":
            return queryset.filter(revoked_at__isnull=True).exclude(expires_at__lte=now)
        return queryset


@admin.register(ShareToken)
class ShareTokenAdmin(ReadOnly):
    """Whose job each link opens; the tokens themselves are kept hashed."""

    list_display = ("hint", "user", "job", "created_at", "expires_at", "revoked_at")
    list_filter = (Openness, "created_at")
    list_select_related = ("user", "job")
    search_fields = ("hint", "user__username", "=job__id")
    exclude = ("token_sha256",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnly):
    """Which request of a client made which job."""

    list_display = ("id", "user", "job", "created_at")
    list_select_related = ("user", "job")
    search_fields = ("user__username", "=job__id")
    exclude = ("key",)
