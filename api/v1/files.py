"""Downloads: the bundle, its files one by one, a preset's sound."""

import uuid

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter

from api.selectors.files import audio_of, file_at, packed_file
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import BINARY, operation
from api.v1.download import send
from api.v1.jobs import own_job
from api.v1.reading import AnyType

RANGES = [
    OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
    OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="The ETag that the range is of."),
    OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="ETags that you have."),
]
MEDIA_TYPES = ("application/json", "application/zip", "audio/flac", "audio/mpeg", "image/png", "text/html")
"""Of all files that jobs make."""
PROBLEMS = (404, 409, 410, 416)


def binary(*media_types: str) -> dict[object, object]:
    """Answers of a download, whole, in part, by a link, or not at all since the client has it."""
    whole: dict[object, object] = {(200, one): BINARY for one in media_types}
    return whole | {(206, one): BINARY for one in media_types} | {302: None, 304: None}


class FileView(ApiView):
    """A view that sends files: their type is what it is, whatever was asked for."""

    content_negotiation_class = AnyType


class BundleView(FileView):
    """All that a job made."""

    @operation(
        "getBundle", answers=binary("application/zip"), problems=PROBLEMS,
        parameters=RANGES, summary="Download the bundle", tags=["files"],
    )  # fmt: skip
    def get(self, request: ApiRequest, job_id: uuid.UUID) -> HttpResponseBase:
        """The whole as one file: a zip, or what an export made. The ETag is its sha256.

        302 leads to the object store where that is how files are served.
        """
        return send(request, packed_file(own_job(request, job_id)))


class JobFileView(FileView):
    """One file of a job."""

    @operation(
        "getFile", answers=binary(*MEDIA_TYPES),
        problems=PROBLEMS, parameters=RANGES, summary="Download one file", tags=["files"],
    )  # fmt: skip
    def get(self, request: ApiRequest, job_id: uuid.UUID, path: str) -> HttpResponseBase:
        """A file by its path, as the job's `files` have it; in the type that they say."""
        found = file_at(own_job(request, job_id), path)
        if found is None:
            raise Http404
        return send(request, found, inline=found.kind in ("audio", "picture"))


class PresetAudioView(FileView):
    """What a preset sounds like."""

    @operation(
        "getPresetAudio", answers=binary("audio/flac", "audio/mpeg"), problems=PROBLEMS, parameters=RANGES,
        summary="Hear a preset", tags=["files"],
    )  # fmt: skip
    def get(self, request: ApiRequest, job_id: uuid.UUID, preset_id: str) -> HttpResponseBase:
        """The preview of a preset, by its id in the job's `result`."""
        found = audio_of(own_job(request, job_id), preset_id)
        if found is None:
            raise Http404
        return send(request, found, inline=True)
