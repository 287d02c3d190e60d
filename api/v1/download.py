"""Sends a stored file: whole or in part, unless the client has it already, or by a link to the object store."""

import re
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from rest_framework.request import Request

from api.models import Artifact
from api.store import store
from api.v1.problems import Problem, problem_response
from api.v1.streaming import streamed
from service.layout import blob_key
from service.objects import ObjectError

_LINK_LIVES_S = 300
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def send(request: Request, artifact: Artifact, *, inline: bool = False) -> HttpResponseBase:
    """The response for a file; `inline` files are played or shown, others saved.

    Raises:
        ObjectError: the object store has lost it.
        OSError: the object store can't be reached.
    """
    name = artifact.path.rpartition("/")[2]
    key = blob_key(artifact.sha256)
    if request.method == "GET":
        link = store().presigned(key, expires_s=_LINK_LIVES_S, filename=name, media_type=artifact.media_type)
        if link is not None:
            return HttpResponseRedirect(link)
    tag = f'"{artifact.sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    if _has_it(request.headers.get("If-None-Match", ""), tag):
        return HttpResponse(status=304, headers=headers)
    wanted = _wanted(request, artifact.bytes, tag)
    if wanted is None:
        return _out_of_range(request, artifact.bytes)
    start, length = wanted
    headers["Content-Length"] = str(length)
    status = 200
    if length < artifact.bytes:
        status = 206
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{artifact.bytes}"
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=artifact.media_type)
    try:
        return streamed(
            request,
            store().chunks(key, start=start, length=length),
            status=status,
            headers=headers,
            content_type=artifact.media_type,
        )
    except FileNotFoundError:
        raise ObjectError(f"blob {artifact.sha256} is missing") from None


def _has_it(header: str, tag: str) -> bool:
    told = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in told or tag in told


def _wanted(request: Request, size: int, tag: str) -> tuple[int, int] | None:
    """Start and length of what is asked for; None if that lies outside. Several at once are answered whole."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range", tag)
    if match is None or condition.strip() != tag or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if len(first) > 18 or len(last) > 18:
        return None
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else None
    start = int(first)
    end = min(int(last) if last else size - 1, size - 1)
    if last and int(last) < start:
        return 0, size
    return (start, end - start + 1) if start < size else None


def _out_of_range(request: Request, size: int) -> HttpResponse:
    detail = f"the file has {size} bytes; the range lies outside of it"
    headers = {"Content-Range": f"bytes */{size}"}
    return problem_response(Problem(416, "range-not-satisfiable", detail, headers=headers), request.path)
