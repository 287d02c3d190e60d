"""What keeps the service in order: signs of life, and what is still to be erased."""

from django.db import models


class Heartbeat(models.Model):
    """When a part of the service that has no port was last seen at work. Written by the workers' side."""

    part = models.CharField(max_length=80, primary_key=True, help_text="`sensor`, `worker:generate:<host>`, …")
    at = models.DateTimeField()

    class Meta:
        db_table = "heartbeats"
        ordering = ("part",)

    def __str__(self) -> str:
        return self.part


class Purge(models.Model):
    """A partition that is being erased: written before anything of it goes, gone when all of it has.

    No run is started for such a partition; a job that is asked for again meanwhile waits for a moment.
    """

    partition_key = models.CharField(max_length=80, primary_key=True)
    blobs = models.JSONField(default=list, blank=True, help_text="Hashes that may have no other owner.")
    requested_at = models.DateTimeField()
    files_erased_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on only Dagster's own records are left."
    )

    class Meta:
        db_table = "purges"
        ordering = ("requested_at", "partition_key")

    def __str__(self) -> str:
        return self.partition_key
