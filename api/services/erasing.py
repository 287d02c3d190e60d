"""Deletes a job wherever it lies."""

from django.utils import timezone

from api.errors import NotNow
from api.models import Job
from api.workers import eraser
from service.erasure.jobs import InFlightError


def erase(job: Job) -> bool:
    """Delete an ended job with its exports, links and files; False if somebody else has. Not inside a transaction.

    Raises:
        NotNow: it, or an export of it, is still in flight.
    """
    try:
        return eraser().erase_job(job.pk, now=timezone.now())
    except InFlightError:
        raise NotNow("the job, or an export of it, is in flight; cancel it first") from None
