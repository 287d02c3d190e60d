"""Fills the documents that the API answers with."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from api.models import Artifact, Job, Queue, ShareToken
from api.selectors.jobs import Page, files_of
from api.selectors.results import result_of
from api.v1 import documents as docs
from api.v1 import own_documents as own
from service.job_errors import job_error
from service.objects import ObjectError

_log = logging.getLogger(__name__)


def job_summary(job: Job) -> docs.JobSummaryDocument:
    """A job, as lists have it."""
    return docs.JobSummaryDocument(
        id=job.pk,
        queue=job.queue,
        state=job.state,
        stage=job.stage,
        progress=job.progress,
        prompt=None if job.prompt_erased_at or job.queue == Queue.EXPORT else job.prompt,
        tags=list(job.tags),
        template_id=job.template_id,
        seed=job.seed,
        variations=job.variations,
        planner=job.planner,
        model=job.model,
        source_id=job.source_id,
        export_format=job.export_format or None,
        title=job.title or None,
        style=job.style or None,
        made_with=job.made_with or None,
        attempt=job.attempt,
        cancel_requested_at=job.cancel_requested_at,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
        timings=_timings(job),
        error=_error(job),
        links=_links(job),
    )


def job_document(job: Job) -> docs.JobDocument:
    """A job, with what it made once it has succeeded."""
    return docs.JobDocument(**dict(job_summary(job)), result=_result(job), files=file_list(job))


def file_list(job: Job) -> list[docs.FileDocument]:
    """A job's files, by path; none before it has succeeded."""
    return [_file(job, one) for one in files_of(job)]


def share_document(share: ShareToken) -> own.ShareDocument:
    """A link, without its token."""
    return own.ShareDocument(
        id=share.pk,
        job_id=share.job_id,
        hint=share.hint,
        created_at=share.created_at,
        expires_at=share.expires_at,
        revoked_at=share.revoked_at,
    )


def job_list(page: Page, *, query: dict[str, str]) -> docs.JobListDocument:
    """A page of jobs; `query` is what it was asked for with."""
    cursor = str(page.following) if page.following else None
    following = f"{reverse('v1:jobs')}?{urlencode(query | {'cursor': cursor})}" if cursor else None
    return docs.JobListDocument(results=[job_summary(job) for job in page.jobs], next=following, next_cursor=cursor)


def _links(job: Job) -> docs.LinksDocument:
    def to(name: str) -> str:
        return reverse(f"v1:{name}", args=[job.pk])

    return docs.LinksDocument(
        self=to("job"),
        cancel=to("job-cancel"),
        events=to("job-events"),
        bundle=to("job-bundle"),
        exports=to("job-exports"),
        shares=to("job-shares"),
    )


def _timings(job: Job) -> docs.TimingsDocument:
    return docs.TimingsDocument(
        waited_s=_between(job.created_at, job.started_at or job.finished_at),
        ran_s=_between(job.started_at, job.finished_at),
        total_s=_between(job.created_at, job.finished_at),
    )


def _between(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else round(max(0.0, (end - start).total_seconds()), 3)


def _error(job: Job) -> docs.JobErrorDocument | None:
    if job.state != "failed":
        return None
    code = job.error_code or "failed"
    return docs.JobErrorDocument(
        type=f"urn:synthcopilot:problem:job-{code}",
        title=job_error(code).title,
        code=code,
        detail=job.error_detail,
    )


def _file(job: Job, artifact: Artifact) -> docs.FileDocument:
    return docs.FileDocument(
        path=artifact.path,
        kind=artifact.kind,
        preset_id=artifact.preset_id or None,
        media_type=artifact.media_type,
        bytes=artifact.bytes,
        sha256=artifact.sha256,
        url=reverse("v1:job-file", args=[job.pk, artifact.path]),
    )


def _result(job: Job) -> docs.ResultDocument | None:
    """Null, too, where the files can't be reached just now: what state a job is in can be told all the same."""
    try:
        found = result_of(job)
    except (ObjectError, OSError):
        _log.warning("the manifest of job %s can't be read", job.pk, exc_info=True)
        return None
    if found is None:
        return None
    presets = [
        one | {"audio_url": reverse("v1:preset-audio", args=[job.pk, one["id"]])} for one in found["presets"]
    ]
    return docs.ResultDocument.model_validate(found | {"presets": presets})


def listed(models: Iterable[docs.Document]) -> list[dict[str, object]]:
    """Documents as JSON."""
    return [one.model_dump(mode="json") for one in models]
