"""Deletes a job's rows, and with them the files that are nobody else's."""

import uuid

from django.db import transaction

from api.models import Artifact, Job
from api.services.blobs import drop_unused


def delete_rows(job: Job) -> None:
    """Delete a job, its exports and share links; once that is committed, the files that no other job has."""
    ids: list[uuid.UUID] = [job.pk, *job.exports.values_list("pk", flat=True)]
    hashes = set(Artifact.objects.filter(job_id__in=ids).values_list("sha256", flat=True))
    job.delete()
    transaction.on_commit(lambda: drop_unused(hashes))
