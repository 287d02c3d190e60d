"""A job is asked for, stopped or deleted. What else happens to it is the workers': `service/ledger.py`."""

import hashlib

from django.db import transaction
from django.utils import timezone

from api.models import Job, JobState, Queue, User
from api.models.jobs import IN_FLIGHT
from api.services import audit
from api.services.asking import AnsweringJob, WantedJob, ask, fingerprint
from api.services.erasing import erase
from schemas.request import Request
from service.keys import job_key


def create_job(
    *, user: User, request: Request, idempotency_key: str | None = None, remote_addr: str | None = None
) -> AnsweringJob:
    """The job that makes a request's bundle: a new one, the one in flight, or the one that has made it already.

    A job that failed or was cancelled is not in the way of a new one. While one is being cancelled this waits for
    its end, up to 2.5 s.

    Raises:
        NotInPlan, LimitReached: the user's plan; a job that is there already costs nothing.
        ReusedKey: the Idempotency-Key stood for another request.
        NotNow: the same work is still being cancelled.
    """
    key = job_key(user.pk, request)
    wanted = WantedJob(
        user=user,
        key=key,
        queue=Queue.GENERATE,
        action="job.create",
        fields={
            "prompt": request.prompt,
            "prompt_sha256": hashlib.sha256(request.prompt.encode()).hexdigest(),
            "tags": list(request.tags),
            "template_id": request.template_id,
            "seed": request.seed,
            "variations": request.variations,
            "planner": request.planner,
            "model": request.model,
        },
        request=request,
        fingerprint=fingerprint(request.model_dump(mode="json")),
        idempotency_key=idempotency_key,
        remote_addr=remote_addr,
    )
    return ask(wanted)


@transaction.atomic
def cancel_job(*, job: Job, actor: User | None = None, remote_addr: str | None = None) -> Job:
    """Ask for a job's end; the job as it stands now. One that has ended stays as it is; twice is as good as once.

    A job that no run was made for yet ends here; a run that is made for it at this moment finds it ended.
    """
    now = timezone.now()
    asked = Job.objects.filter(pk=job.pk, state__in=IN_FLIGHT, cancel_requested_at=None).update(
        cancel_requested_at=now
    )
    Job.objects.filter(pk=job.pk, state=JobState.QUEUED, run_id=None, cancel_requested_at__isnull=False).update(
        state=JobState.CANCELLED, stage="cancelled", finished_at=now
    )
    if asked:
        audit.record("job.cancel", actor=actor, subject=f"job:{job.pk}", remote_addr=remote_addr)
    job.refresh_from_db()
    return job


def delete_job(*, job: Job, actor: User | None = None, remote_addr: str | None = None) -> None:
    """Delete an ended job with its prompt, its exports, its share links and the files that no other job has.

    Raises:
        NotNow: it, or an export of it, is still in flight.
    """
    if erase(job):
        audit.record("job.delete", actor=actor, subject=f"job:{job.pk}", remote_addr=remote_addr)
