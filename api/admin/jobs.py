"""Jobs and what they made. Nobody reads a user's words here: only whether they are still kept."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.admin.reading import ReadOnly
from api.models import Artifact, Job, PatchSpecRecord
from service.settings import settings


class Words(admin.SimpleListFilter):
    """By whether the prompt is kept or erased."""

    title = "prompt"
    parameter_name = "words"

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """The choices."""
        return (("kept", "kept"), ("erased", "erased"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """The jobs of that choice."""
        if self.value() is None:
            return queryset
        return queryset.filter(prompt_erased_at__isnull=self.value() == "kept")


class ArtifactInline(admin.TabularInline):
    """The files of a job."""

    model = Artifact
    fields = readonly_fields = ("path", "kind", "media_type", "bytes", "sha256")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Workers add."""
        return False


@admin.register(Job)
class JobAdmin(ReadOnly):
    """Jobs, newest first, with Dagster's run of each."""

    list_display = (
        "short_id", "user", "queue", "state", "stage", "title", "style", "words", "attempt", "created_at", "took",
        "run",
    )  # fmt: skip
    list_filter = ("state", "queue", "style", Words, "error_code", "created_at")
    list_select_related = ("user",)
    search_fields = ("=id", "=run_id", "=user__username", "title", "=partition_key", "=prompt_sha256")
    search_help_text = "Id, run, user, title, partition or hash of the prompt, each in full but the title."
    date_hierarchy = "created_at"
    list_per_page = 50
    show_full_result_count = False
    exclude = ("prompt", "tags")
    readonly_fields = ("words", "run", "took")
    inlines = (ArtifactInline,)

    @admin.display(description="id", ordering="id")
    def short_id(self, job: Job) -> str:
        """The id's first characters."""
        return str(job.id)[:8]

    @admin.display(description="prompt", ordering="prompt_erased_at")
    def words(self, job: Job) -> str:
        """Kept, or erased when."""
        return f"erased {job.prompt_erased_at:%Y-%m-%d}" if job.prompt_erased_at else "kept"

    @admin.display(description="took")
    def took(self, job: Job) -> str:
        """Seconds from the row to its end."""
        return f"{(job.finished_at - job.created_at).total_seconds():.1f} s" if job.finished_at else "–"

    @admin.display(description="Dagster run", ordering="run_id")
    def run(self, job: Job) -> SafeString | str:
        """A link to the run in Dagster's UI."""
        if not job.run_id:
            return "–"
        address = f"{settings().dagster_url.rstrip('/')}/runs/{job.run_id}"
        return format_html('<a href="{}" rel="noreferrer">{}</a>', address, job.run_id[:8])


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly):
    """Files by job and hash."""

    list_display = ("path", "job", "kind", "media_type", "bytes", "sha256")
    list_filter = ("kind", "media_type")
    list_select_related = ("job",)
    search_fields = ("=job__id", "=sha256")
    show_full_result_count = False


@admin.register(PatchSpecRecord)
class PatchSpecRecordAdmin(ReadOnly):
    """PatchSpecs of what shipped."""

    list_display = ("title", "preset_id", "job", "sha256")
    list_select_related = ("job",)
    search_fields = ("=job__id", "=sha256", "title")
    show_full_result_count = False
