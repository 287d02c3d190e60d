"""Jobs: ask for one, list, look, cancel, delete."""

import re
import uuid

from django.http import Http404
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import FieldProblem, InvalidInput
from api.models import Job
from api.selectors.jobs import PageStart, job_of, jobs_of
from api.services.exports import create_export
from api.services.jobs import cancel_job, create_job, delete_job
from api.services.planning import who_reads
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import IDEMPOTENCY, operation, query_parameters
from api.v1.documents import JobDocument, JobListDocument
from api.v1.inputs import IDEMPOTENCY_KEY, ExportRequest, JobRequest, JobsQuery
from api.v1.show import job_document, job_list
from api.v1.throttle import remote_addr

_KEY = re.compile(IDEMPOTENCY_KEY)


def own_job(request: ApiRequest, job_id: uuid.UUID) -> Job:
    """The caller's job.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    found = job_of(request.user, job_id)
    if found is None:
        raise Http404
    return found


def idempotency_key(request: Request) -> str | None:
    """The client's own name for this request.

    Raises:
        InvalidInput: it can't be one.
    """
    key: str | None = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInput(FieldProblem("", "must be 1 to 255 visible ASCII characters", header="Idempotency-Key"))
    return key


def _answer(job: Job, *, new: bool) -> Response:
    document = job_document(job)
    return Response(
        document.model_dump(mode="json"), 201 if new else 200, headers={"Location": document.links.self}
    )


_ASKED = {200: JobDocument, 201: JobDocument}


class JobsView(ApiView):
    """Your jobs."""

    @operation(
        "listJobs", answers={200: JobListDocument}, problems=(404, 422), summary="List your jobs", tags=["jobs"],
        parameters=query_parameters(JobsQuery),
    )  # fmt: skip
    def get(self, request: ApiRequest) -> Response:
        """Newest first, a page at a time; `next` leads on."""
        asked = self.query(JobsQuery)
        try:
            after = PageStart.read(asked.cursor) if asked.cursor else None
        except ValueError as error:
            raise NotFound(str(error)) from None
        page = jobs_of(request.user, state=asked.state, queue=asked.queue, after=after, limit=asked.limit)
        query = asked.model_dump(mode="json", exclude_none=True, exclude={"cursor"}, exclude_defaults=True)
        return Response(job_list(page, query=query).model_dump(mode="json"))

    @operation(
        "createJob", request=JobRequest, answers=_ASKED, problems=(400, 403, 409, 413, 415, 422),
        parameters=[IDEMPOTENCY], summary="Ask for a sound", tags=["jobs"],
    )  # fmt: skip
    def post(self, request: ApiRequest) -> Response:
        """Make a preset and its variations of words.

        201: a new job. 200: the same was asked for before, and this is its job: in flight, or finished.
        A job that failed or was cancelled is made anew.
        """
        wanted = self.body(JobRequest)
        planner, model = who_reads(user=request.user, wanted=wanted.planner)
        asked = create_job(
            user=request.user,
            request=wanted.engine_request(planner, model),
            idempotency_key=idempotency_key(request),
            remote_addr=remote_addr(request),
        )
        return _answer(asked.job, new=asked.new)


class JobView(ApiView):
    """One of your jobs."""

    @operation("getJob", answers={200: JobDocument}, problems=(404,), summary="Look at a job", tags=["jobs"])
    def get(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """State, stage and progress; once it has succeeded, what was made and heard, and its files."""
        return Response(job_document(own_job(request, job_id)).model_dump(mode="json"))

    @operation(
        "deleteJob", answers={204: None}, problems=(403, 404, 409), summary="Delete a job and its files",
        tags=["jobs"],
    )  # fmt: skip
    def delete(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """With its prompt, its exports and its share links. A job in flight must be cancelled first."""
        delete_job(job=own_job(request, job_id), **self.caller())
        return Response(status=204)


class CancelView(ApiView):
    """The end of a job."""

    @operation(
        "cancelJob", request=None, answers={200: JobDocument}, problems=(403, 404), summary="Cancel a job",
        tags=["jobs"],
    )  # fmt: skip
    def post(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """Ask for a job's end; it is `cancelled` within 2 s. One that has ended is answered as it is."""
        job = cancel_job(job=own_job(request, job_id), **self.caller())
        return Response(job_document(job).model_dump(mode="json"))


class ExportsView(ApiView):
    """A job's bundle in other formats."""

    @operation(
        "createExport", request=ExportRequest, answers=_ASKED, parameters=[IDEMPOTENCY],
        problems=(400, 403, 404, 409, 410, 413, 415, 422), summary="Export a job's bundle", tags=["jobs"],
    )  # fmt: skip
    def post(self, request: ApiRequest, job_id: uuid.UUID) -> Response:
        """An export is a job of its own, in a queue of its own; its `bundle` link is the exported file."""
        asked = create_export(
            user=request.user,
            source=own_job(request, job_id),
            export_format=self.body(ExportRequest).format,
            idempotency_key=idempotency_key(request),
            remote_addr=remote_addr(request),
        )
        return _answer(asked.job, new=asked.new)
