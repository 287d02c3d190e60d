"""Every error of the API is a problem document (RFC 9457); this is the one place that makes them."""

import logging
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.response import Response

from api import errors
from engine.errors import RequestError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)
_UNAVAILABLE = (OperationalError, InterfaceError, BotoCoreError, ClientError, OSError)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: `code` for programs, `detail` for people, `more` for what this kind of problem has."""

    status: int
    code: str
    detail: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def document(self, instance: str) -> dict[str, Any]:
        """The problem as JSON; `instance` is the path that was asked for."""
        return {
            "type": f"urn:synthcopilot:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "instance": instance,
        } | self.more


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """What Django REST framework calls for whatever a view raises."""
    request = context["request"]
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        view = type(context["view"]).__name__
        _log.error("%s failed in %s", request.method, view, exc_info=error)  # an address may hold a token
    headers = dict(problem.headers)
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    return Response(problem.document(request.path), problem.status, headers=headers, content_type=MEDIA_TYPE)


def problem_response(problem: Problem, instance: str) -> HttpResponse:
    """A problem where Django REST framework isn't at work."""
    return JsonResponse(
        problem.document(instance), status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE
    )


def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; what nobody foresaw is a 500 that tells nothing of the inside."""
    if isinstance(error, errors.ServiceError):
        return _refused(error)
    if isinstance(error, RequestError):
        return Problem(422, "invalid-input", str(error))
    if isinstance(error, Http404):
        return Problem(404, "not-found", "it doesn't exist, or it isn't yours")
    if isinstance(error, PermissionDenied):
        return Problem(403, "forbidden", str(error) or "this isn't allowed")
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too-large", "the body is too large")
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "bad-request", "the request can't be read")
    if isinstance(error, exceptions.APIException):
        return _of_rest_framework(error)
    if isinstance(error, _UNAVAILABLE):
        detail = "the service can't reach its database or its files at the moment; try again soon"
        return Problem(503, "unavailable", detail, headers={"Retry-After": "2"})
    return Problem(500, "internal-error", "something went wrong on our side; it has been logged")


def _refused(error: errors.ServiceError) -> Problem:
    detail, code = str(error), error.code
    match error:
        case errors.InvalidInput():
            return Problem(422, code, detail, {"errors": [one.document() for one in error.problems]})
        case errors.ReusedKey():
            return Problem(422, code, detail, {"errors": [{"header": "Idempotency-Key", "detail": detail}]})
        case errors.NotInPlan():
            return Problem(403, code, detail, _limit(error.limit))
        case errors.LimitReached():
            return Problem(429, code, detail, _limit(error.limit), {"Retry-After": str(_wait_s(error.limit))})
        case errors.NotNow():
            wait = error.retry_after_s
            return Problem(409, code, detail, headers={} if wait is None else {"Retry-After": str(wait)})
        case errors.Gone():
            return Problem(410, code, detail)
    return Problem(400, code, detail)


def _limit(limit: errors.Limit | None) -> dict[str, Any]:
    if limit is None:
        return {}
    frees_at = limit.frees_at.isoformat() if limit.frees_at else None
    return {"limit": {"name": limit.name, "allowed": limit.allowed, "used": limit.used, "frees_at": frees_at}}


def _wait_s(limit: errors.Limit) -> int:
    """Until a limit frees; where that is up to the user's own jobs, a moment."""
    if limit.frees_at is None:
        return 5
    return max(1, math.ceil((limit.frees_at - timezone.now()).total_seconds()))


CODES = {
    400: "malformed",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-input",
    429: "too-many-requests",
}


def _of_rest_framework(error: exceptions.APIException) -> Problem:
    headers: dict[str, str] = {}
    wait_s: float | None = getattr(error, "wait", None) if isinstance(error, exceptions.Throttled) else None
    if wait_s is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait_s)))
    detail = error.detail if isinstance(error.detail, str) else "what was sent can't be used"
    return Problem(error.status_code, CODES.get(error.status_code, "refused"), str(detail), headers=headers)
