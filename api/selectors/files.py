"""Finds one file of a job that may be downloaded."""

from django.utils import timezone

from api.errors import Gone, NotNow
from api.models import Artifact, Job, JobState, Queue

PACKED = {Queue.GENERATE: "bundle", Queue.EXPORT: "export"}
"""The kind of artifact that is the whole of what a job makes, by queue."""


def check_ready(job: Job) -> None:
    """Whether a job's files can be read.

    Raises:
        NotNow: it hasn't succeeded, or not yet.
        Gone: they have expired.
    """
    if job.state != JobState.SUCCEEDED:
        waiting = not job.ended
        raise NotNow(
            f"the job has no files {'yet' if waiting else 'to show'}: it is {job.state}",
            retry_after_s=1 if waiting else None,
        )
    if job.expires_at is not None and job.expires_at <= timezone.now():
        raise Gone("the job's files have been deleted, as the plan says; ask for it again to have them made again")


def packed_file(job: Job) -> Artifact:
    """The one file that is the whole: a bundle, or an export.

    Raises:
        NotNow, Gone: see `check_ready`.
    """
    check_ready(job)
    found = job.artifacts.filter(kind=PACKED[Queue(job.queue)]).order_by("path").first()
    if found is None:
        raise Gone("the job's files have been deleted; ask for it again to have them made again")
    return found


def file_at(job: Job, path: str) -> Artifact | None:
    """The file at a path in the bundle, or None.

    Raises:
        NotNow, Gone: see `check_ready`.
    """
    check_ready(job)
    return job.artifacts.filter(path=path).first() if "\0" not in path else None


def audio_of(job: Job, preset_id: str) -> Artifact | None:
    """A preset's preview, or None: FLAC if there are several.

    Raises:
        NotNow, Gone: see `check_ready`.
    """
    check_ready(job)
    return job.artifacts.filter(kind="audio", preset_id=preset_id).order_by("media_type").first()
