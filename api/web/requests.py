"""What views ask of a request again and again."""

import uuid

from django.http import Http404, HttpRequest

from api.models import Job
from api.selectors.jobs import job_of


def uuid_or_404(text: str) -> uuid.UUID:
    """An id; whatever else was sent leads nowhere."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def own_job(request: HttpRequest, job_id: uuid.UUID) -> Job:
    """A job of the user who asks.

    Raises:
        Http404: there is none, or it is somebody else's: which of the two, nobody learns.
    """
    job = job_of(request.user, job_id)
    if job is None:
        raise Http404
    return job


def address(request: HttpRequest) -> str | None:
    """Where the request came from."""
    return request.META.get("REMOTE_ADDR") or None
