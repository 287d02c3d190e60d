"""Who did what, kept after the users themselves are gone."""

from django.db import models


class AuditEntry(models.Model):
    """One act. Names no prompt; who acted stays as a number once the user is deleted."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="User; empty: the system itself.")
    action = models.CharField(max_length=48, db_index=True, help_text="`job.create`, `share.revoke`, …")
    subject = models.CharField(max_length=80, blank=True, help_text="Kind and id of what it was done to.")
    detail = models.JSONField(default=dict, blank=True)
    remote_addr = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        db_table = "audit_log"
        ordering = ("-at", "-id")
        verbose_name_plural = "audit entries"
        indexes = (models.Index(fields=["actor_id", "action", "at"], name="audit_of_user"),)
