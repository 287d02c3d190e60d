"""Asks for a job's work once more."""

from api.errors import Gone
from api.models import Job, User
from api.services.asking import AnsweringJob
from api.services.exports import create_export
from api.services.jobs import create_job
from api.services.planning import who_reads
from schemas.request import Request


def ask_again(*, job: Job, seed: int | None = None, remote_addr: str | None = None) -> AnsweringJob:
    """The same request as a job's, for the same user and within their plan; with another seed, if one is given.

    What has succeeded or is in flight is joined, as always.

    Raises:
        Gone: the words have been erased.
        NotInPlan, LimitReached, NotNow: as for any job.
    """
    user: User = job.user
    if job.source is not None:
        return create_export(user=user, source=job.source, export_format=job.export_format, remote_addr=remote_addr)
    if job.prompt_erased_at or not job.prompt:
        raise Gone("the words of this job have been erased; only somebody who knows them can ask for it again")
    planner, model = who_reads(user=user, wanted="llm" if job.planner == "llm" else "rules")
    request = Request(
        prompt=job.prompt,
        tags=tuple(job.tags),
        template_id=job.template_id,
        seed=job.seed if seed is None else seed,
        variations=job.variations,
        planner=planner,
        model=model,
    )
    return create_job(user=user, request=request, remote_addr=remote_addr)
