"""What becomes of errors outside of views: problems below /api/, Django's own pages elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from api.v1.problems import Problem, problem_of, problem_response


def _ours(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400: a host that isn't ours, headers that can't be read."""
    if _ours(request):
        return problem_response(problem_of(exception), request.path)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403."""
    if _ours(request):
        return problem_response(problem_of(exception), request.path)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404."""
    if _ours(request):
        return problem_response(problem_of(exception), request.path)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponseBase:
    """500, which tells nothing of the inside."""
    if _ours(request):
        detail = "something went wrong on our side; it has been logged"
        return problem_response(Problem(500, "internal-error", detail), request.path)
    return defaults.server_error(request)
