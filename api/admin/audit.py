"""The audit log, to read."""

from django.contrib import admin

from api.admin.reading import ReadOnly
from api.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Who did what, newest first."""

    list_display = ("at", "actor_id", "action", "subject", "remote_addr")
    list_filter = ("action", "at")
    search_fields = ("=actor_id", "subject", "action", "=remote_addr")
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
