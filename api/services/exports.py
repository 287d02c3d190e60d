"""A finished job's bundle, turned into another format by a job of its own in a queue of its own."""

from django.utils import timezone

from api.errors import FieldProblem, Gone, InvalidInput, NotNow
from api.models import Job, JobState, Queue, User
from api.services.asking import AnsweringJob, WantedJob, ask, fingerprint
from service.keys import EXPORT_FORMATS, export_key


def create_export(
    *,
    user: User,
    source: Job,
    export_format: str,
    idempotency_key: str | None = None,
    remote_addr: str | None = None,
) -> AnsweringJob:
    """The job that exports a job's bundle, new or known, as `create_job` would say.

    Raises:
        InvalidInput: there is no such format, or the source is an export itself.
        NotNow: the source hasn't succeeded.
        Gone: its files have expired.
        LimitReached, ReusedKey: as for a job.
    """
    if export_format not in EXPORT_FORMATS:
        raise InvalidInput(FieldProblem("/format", f"must be one of {', '.join(EXPORT_FORMATS)}"))
    if source.queue != Queue.GENERATE:
        raise NotNow("the job is an export itself; export the job that it was made of")
    if source.state != JobState.SUCCEEDED:
        raise NotNow(f"only a job that has succeeded can be exported; this one is {source.state}")
    if source.expires_at is not None and source.expires_at <= timezone.now():
        raise Gone("the job's files have been deleted; make it again first")
    wanted = WantedJob(
        user=user,
        key=export_key(source.job_key, export_format),
        queue=Queue.EXPORT,
        action="export.create",
        fields={
            "source": source,
            "export_format": export_format,
            "prompt_sha256": source.prompt_sha256,
            "template_id": source.template_id,
            "seed": source.seed,
            "variations": source.variations,
            "title": source.title,
            "style": source.style,
            "made_with": source.made_with,
        },
        fingerprint=fingerprint({"source": str(source.pk), "format": export_format}),
        idempotency_key=idempotency_key,
        remote_addr=remote_addr,
        expires_at=source.expires_at,
    )
    return ask(wanted)
