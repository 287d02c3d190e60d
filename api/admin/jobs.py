"""Jobs and what they made. Nobody reads a user's words here: only whether they are still kept."""

from collections.abc import Callable
from typing import Any, get_args

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from api.admin.reading import ReadOnly, who_acts
from api.errors import ServiceError
from api.models import Artifact, Job, JobState, PatchSpecRecord, PlannerAnswer
from api.services.jobs import cancel_job, delete_job
from api.services.repeating import ask_again
from schemas.intent import Style
from service.job_errors import JOB_ERRORS
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


class _KnownValues(admin.SimpleListFilter):
    """By a column whose values are known beforehand: nothing has to be looked for in the whole table."""

    known: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """The choices."""
        return tuple((one, one.replace("_", " ")) for one in self.known)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        """The jobs of that choice."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class OfStyle(_KnownValues):
    """By style."""

    title = parameter_name = "style"
    known = get_args(Style)


class WhyFailed(_KnownValues):
    """By what went wrong."""

    title, parameter_name = "error", "error_code"
    known = tuple(JOB_ERRORS)


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
        "short_id", "user", "state", "run", "title", "words", "queue", "attempt", "error_code", "created_at",
        "took",
    )  # fmt: skip
    list_filter = ("state", "queue", OfStyle, Words, WhyFailed, "created_at")
    list_select_related = ("user",)
    search_fields = ("=id", "=run_id", "=user__username", "title", "=partition_key", "=prompt_sha256")
    search_help_text = "Id, run, user, title, partition or hash of the prompt, each in full but the title."
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("id", "user", "queue", "state", "stage", "progress", "run", "attempt", "not_before")}),
        (
            "Request",
            {
                "fields": (
                    "words", "prompt_sha256", "template_id", "seed", "variations", "planner", "model", "source",
                    "export_format",
                )
            },
        ),
        ("Result", {"fields": ("title", "style", "made_with", "error_code", "error_detail")}),
        (
            "Times",
            {
                "fields": (
                    "created_at", "started_at", "finished_at", "took", "cancel_requested_at", "expires_at",
                    "pruned_at",
                )
            },
        ),
        ("Keys", {"fields": ("job_key", "partition_key", "run_id", "generator_version")}),
    )  # fmt: skip
    readonly_fields = ("id", "words", "run", "took")
    inlines = (ArtifactInline,)
    actions = ("cancel", "retry", "erase")

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

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may act on jobs."""
        return request.user.has_perm("api.change_job")

    @admin.action(description="Cancel the selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Ask for their end, as their users could."""
        self._each(request, jobs, "asked to stop", lambda job: cancel_job(job=job, **_by(request)))

    @admin.action(description="Retry: a new job of the same request", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Those that failed or were cancelled, within their users' plans; what lives is left alone."""
        ended = jobs.filter(state__in=[JobState.FAILED, JobState.CANCELLED])
        if skipped := jobs.count() - ended.count():
            self.message_user(
                request, f"{skipped} had neither failed nor been cancelled: left alone.", messages.WARNING
            )
        self._each(request, ended, "asked for again", lambda job: ask_again(job=job))

    @admin.action(description="Delete the selected jobs with their files", permissions=["operate"])
    def erase(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """For good; jobs in flight must be cancelled first."""
        self._each(request, jobs, "deleted", lambda job: delete_job(job=job, **_by(request)))

    def _each(self, request: HttpRequest, jobs: QuerySet[Job], done: str, act: Callable[[Job], object]) -> None:
        """Do something with each job; what is refused is said, and doesn't stop the rest."""
        count = 0
        for job in jobs.select_related("user", "source"):
            try:
                act(job)
                count += 1
            except ServiceError as error:
                self.message_user(request, f"{str(job.pk)[:8]}: {error}", messages.ERROR)
        if count:
            self.message_user(request, f"{count} job{'s' * (count > 1)} {done}.", messages.SUCCESS)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": who_acts(request), "remote_addr": request.META.get("REMOTE_ADDR") or None}


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


@admin.register(PlannerAnswer)
class PlannerAnswerAdmin(ReadOnly):
    """What language models were asked: for whom and when, without the words."""

    list_display = ("id", "user", "model", "prompt_version", "created_at")
    list_filter = ("model", "prompt_version", "created_at")
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    fields = readonly_fields = ("user", "model", "prompt_version", "words_sha256", "created_at")
    show_full_result_count = False
