"""One log line a request, with an id that the client sees as well. Routes and ids only, never words."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from asgiref.sync import iscoroutinefunction
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import LazyObject, empty

from api.operations import metrics
from service import logs

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_JSON_LIMIT = 100_000
_QUIET = ("/healthz", "/readyz", "/metrics")
_log = logs.get("api.request")


@sync_and_async_middleware
def request_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Gives each request an id, keeps its words out of the logs, and writes down how it went. The outermost one."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            with _told(request) as told:
                told.response = await get_response(request)
                return told.marked()

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        with _told(request) as told:
            told.response = get_response(request)
            return told.marked()

    return answer


class _Answering:
    """A request while it is answered."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.response: HttpResponseBase | None = None
        given = request.headers.get(HEADER, "")
        self.id = given if _ID.fullmatch(given) else _new_id()
        self._start = time.perf_counter()

    def marked(self) -> HttpResponseBase:
        response = self.response
        assert response is not None  # noqa: S101 - set by whoever calls this
        response.headers[HEADER] = self.id
        return response

    def write(self) -> None:
        status = self.response.status_code if self.response is not None else 500
        seconds = time.perf_counter() - self._start
        route = route_of(self.request)
        metrics.observe_request(route=route, method=self.request.method or "", status=status, seconds=seconds)
        if self.request.path in _QUIET and status < 400:
            return
        fields: dict[str, Any] = {"method": self.request.method, "route": route, "status": status}
        _log.info("request", **fields, ms=round(seconds * 1000, 1), user_id=_user_id(self.request))


@contextmanager
def _told(request: HttpRequest) -> Iterator[_Answering]:
    told = _Answering(request)
    request.request_id = told.id  # type: ignore[attr-defined]
    with logs.about(request_id=told.id), logs.guarding(*words_of(request)):
        try:
            yield told
        finally:
            told.write()


def route_of(request: HttpRequest) -> str:
    """The pattern of the address, such as `/api/v1/jobs/<uuid:job_id>`; what matched none is all one."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None else "unmatched"


def words_of(request: HttpRequest) -> list[str]:
    """Every longer text in the query and in a JSON or form body: whatever a person may have written."""
    found = [value for values in request.GET.lists() for value in values[1]]
    kind = (request.content_type or "").lower()
    try:
        if kind == "application/json" and int(request.headers.get("Content-Length") or 0) <= _JSON_LIMIT:
            found += _texts(orjson.loads(request.body))
        elif kind == "application/x-www-form-urlencoded":
            found += [value for values in request.POST.lists() for value in values[1]]
    except (ValueError, OSError, SuspiciousOperation):
        pass  # a body that can't be read is the view's to refuse
    return [text for text in found if not _UUID.fullmatch(text)]


def _texts(value: Any) -> list[str]:
    found, waiting = [], [value]
    while waiting:  # no recursion: the nesting is the client's choice
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
    return found


def _user_id(request: HttpRequest) -> int | None:
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and getattr(user, "_wrapped", None) is empty:
        return None  # nobody has asked who it is, and a log line must not ask the database
    return getattr(user, "pk", None)


def _new_id() -> str:
    return uuid.uuid4().hex
