"""What keeps the service in order, to look at."""

from django.contrib import admin

from api.admin.reading import ReadOnly
from api.models import Heartbeat, Purge


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    """When each part was last seen at work."""

    list_display = ("part", "at")


@admin.register(Purge)
class PurgeAdmin(ReadOnly):
    """Partitions that are still being erased."""

    list_display = ("partition_key", "requested_at", "files_erased_at")
    search_fields = ("=partition_key",)
