"""Jobs and what they made. Tables `jobs` and `artifacts` are also written by the workers: `service/ledger.py`."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Where a job stands; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Queue(models.TextChoices):
    """What kind of work a job is; each kind has workers of its own."""

    GENERATE = "generate"
    EXPORT = "export"


ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)
IN_FLIGHT = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """One piece of work that somebody asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    job_key = models.CharField(
        max_length=64, help_text="Hash of user, request and versions: equal work, equal key."
    )
    partition_key = models.CharField(max_length=80, help_text="Of the Dagster assets that this job makes.")
    queue = models.CharField(max_length=16, choices=Queue, default=Queue.GENERATE)
    state = models.CharField(max_length=16, choices=JobState, default=JobState.QUEUED)
    stage = models.CharField(max_length=32, default="waiting", help_text="What is being done, in a word.")
    progress = models.FloatField(default=0.0, help_text="0 to 1.")

    prompt = models.TextField(blank=True, help_text="Erased after some days; its hash stays.")
    prompt_sha256 = models.CharField(max_length=64)
    prompt_erased_at = models.DateTimeField(null=True, blank=True)
    tags = models.JSONField(default=list, blank=True)
    template_id = models.CharField(max_length=64, null=True, blank=True)
    seed = models.BigIntegerField(default=0)
    variations = models.PositiveSmallIntegerField(default=2)
    planner = models.CharField(max_length=8, default="rules", help_text="Who reads the prompt: `rules` or `llm`.")
    model = models.CharField(max_length=120, null=True, blank=True, help_text="The language model that reads it.")
    source = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="exports",
        help_text="Of an export: the job whose bundle it turns into another format.",
    )  # fmt: skip
    export_format = models.CharField(max_length=16, blank=True)
    generator_version = models.CharField(max_length=64)

    title = models.CharField(max_length=80, blank=True)
    style = models.CharField(max_length=16, blank=True)
    made_with = models.CharField(max_length=64, blank=True, help_text="The template that answered.")
    attempt = models.PositiveSmallIntegerField(default=1)
    run_id = models.CharField(max_length=64, null=True, blank=True, help_text="The Dagster run of this attempt.")
    not_before = models.DateTimeField(null=True, blank=True, help_text="A retry waits until then.")
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=32, blank=True)
    error_detail = models.TextField(blank=True, help_text="In words, without the prompt.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    pruned_at = models.DateTimeField(
        null=True, blank=True, help_text="When Dagster's records of the job were removed; its files stay."
    )

    class Meta:
        db_table = "jobs"
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["job_key"], condition=Q(state__in=["queued", "running", "succeeded"]),
                name="one_living_job_a_key",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["user", "-created_at"], name="jobs_of_user"),
            models.Index(fields=["state", "created_at"], name="jobs_by_state"),
            models.Index(fields=["finished_at"], name="jobs_by_end"),
            models.Index(fields=["job_key"], name="jobs_by_key"),
            models.Index(fields=["partition_key"], name="jobs_by_partition"),
            models.Index(fields=["finished_at"], condition=Q(pruned_at__isnull=True), name="unpruned_jobs_by_end"),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


class IdempotencyKey(models.Model):
    """A client's own name for one request: sent again, it gives the same job."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64, help_text="The key may not be used for another request.")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="idempotency_keys")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "idempotency_keys"
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="one_job_an_idempotency_key"),)


class Artifact(models.Model):
    """A file that a job made; its bytes lie in the object store under their hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="artifacts")
    path = models.CharField(max_length=255, help_text="In the bundle; the whole zip has its own file name.")
    kind = models.CharField(max_length=16, help_text="bundle, preset, audio, picture, page, meta or export.")
    preset_id = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()

    class Meta:
        db_table = "artifacts"
        ordering = ("path",)
        constraints = (models.UniqueConstraint(fields=["job", "path"], name="one_artifact_a_path"),)
        indexes = (models.Index(fields=["sha256"], name="artifacts_by_hash"),)


class PatchSpecRecord(models.Model):
    """The PatchSpec of a preset that shipped, so that it can be searched and compiled again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="patch_specs")
    preset_id = models.CharField(max_length=64)
    title = models.CharField(max_length=80)
    spec = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the compiled preset.")

    class Meta:
        db_table = "patch_specs"
        constraints = (models.UniqueConstraint(fields=["job", "preset_id"], name="one_spec_a_preset"),)
