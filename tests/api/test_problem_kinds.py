"""Which status, code and headers each kind of error becomes; the table here, the guide and the code agree."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions

from api import errors
from api.v1.problems import problem_of, problem_response
from engine.errors import RequestError

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SOON = {"Retry-After": "2"}


@pytest.fixture(autouse=True)
def _database() -> None:
    """None of these needs one."""


def _limit(frees_at: datetime | None = None) -> errors.Limit:
    return errors.Limit("jobs_per_day", 2, 3, frees_at)


KINDS: list[tuple[Exception, int, str, dict[str, str]]] = [
    (errors.InvalidInput(errors.FieldProblem("/seed", "x")), 422, "invalid-input", {}),
    (errors.ReusedKey("x"), 422, "idempotency-key-reused", {}),
    (errors.NotInPlan("x"), 403, "not-in-plan", {}),
    (errors.LimitReached("x", _limit()), 429, "limit-reached", {"Retry-After": "5"}),
    (errors.NotNow("x"), 409, "wrong-state", {}),
    (errors.NotNow("x", retry_after_s=1), 409, "wrong-state", {"Retry-After": "1"}),
    (errors.NotNow("x", retry_after_s=0), 409, "wrong-state", {"Retry-After": "0"}),
    (errors.Gone("x"), 410, "gone", {}),
    (errors.ServiceError("x"), 400, "refused", {}),
    (RequestError("x"), 422, "invalid-input", {}),
    (Http404(), 404, "not-found", {}),
    (PermissionDenied(), 403, "forbidden", {}),
    (RequestDataTooBig(), 413, "too-large", {}),
    (SuspiciousOperation(), 400, "bad-request", {}),
    (DisallowedHost(), 400, "bad-request", {}),
    (exceptions.ParseError(), 400, "malformed", {}),
    (exceptions.NotAuthenticated(), 401, "not-authenticated", {}),
    (exceptions.AuthenticationFailed(), 401, "not-authenticated", {}),
    (exceptions.PermissionDenied(), 403, "forbidden", {}),
    (exceptions.NotFound(), 404, "not-found", {}),
    (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed", {}),
    (exceptions.NotAcceptable(), 406, "not-acceptable", {}),
    (exceptions.UnsupportedMediaType("x"), 415, "unsupported-media-type", {}),
    (exceptions.Throttled(), 429, "too-many-requests", {}),
    (exceptions.Throttled(wait=17.2), 429, "too-many-requests", {"Retry-After": "18"}),
    (exceptions.Throttled(wait=0), 429, "too-many-requests", {"Retry-After": "1"}),
    (exceptions.APIException(), 500, "refused", {}),
    (OperationalError(), 503, "unavailable", SOON),
    (InterfaceError(), 503, "unavailable", SOON),
    (BotoCoreError(), 503, "unavailable", SOON),
    (ClientError({}, "GetObject"), 503, "unavailable", SOON),
    (ConnectionRefusedError(), 503, "unavailable", SOON),
    (TimeoutError(), 503, "unavailable", SOON),
    (IntegrityError(), 500, "internal-error", {}),
    (ZeroDivisionError(), 500, "internal-error", {}),
]


@pytest.mark.parametrize(
    ("error", "status", "code", "headers"), KINDS, ids=lambda one: getattr(type(one), "__name__", "")
)
def test_each_error_is_a_problem_of_its_own(
    error: Exception, status: int, code: str, headers: dict[str, str]
) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code, problem.headers) == (status, code, headers)
    assert problem.detail


def test_the_guide_lists_each_status_with_its_codes() -> None:
    table = GUIDE.split("| status | code |")[1].split("\n\n")[0]
    told: set[tuple[int, str]] = set()
    for row in table.splitlines()[2:]:
        statuses, codes = row.strip("| ").split(" | ", 1)
        names = re.findall(r"`([a-z-]+)`", codes)
        numbers = [int(one) for one in re.findall(r"\d+", statuses)]
        pairs = zip(numbers, names, strict=True) if len(numbers) > 1 else ((numbers[0], one) for one in names)
        told |= set(pairs)
    ours = {(status, code) for _, status, code, _ in KINDS if code != "refused"}
    assert ours | {(416, "range-not-satisfiable")} == told


@pytest.mark.parametrize(
    ("left", "wait"),
    [(timedelta(seconds=90), "90"), (timedelta(seconds=90.01), "91"), (timedelta(seconds=0.2), "1"),
     (timedelta(0), "1"), (timedelta(seconds=-5), "1")],
)  # fmt: skip
def test_when_a_limit_frees_is_told_in_whole_seconds(clock: Any, left: timedelta, wait: str) -> None:
    clock(NOW)
    problem = problem_of(errors.LimitReached("x", _limit(NOW + left)))
    assert problem.headers == {"Retry-After": wait}
    assert problem.more["limit"] == {
        "name": "jobs_per_day", "allowed": 2, "used": 3, "frees_at": (NOW + left).isoformat(),
    }  # fmt: skip


def test_a_limit_is_told_where_one_was_met() -> None:
    limit = {"name": "jobs_per_day", "allowed": 2, "used": 3, "frees_at": None}
    assert problem_of(errors.LimitReached("x", _limit())).more == {"limit": limit}
    assert problem_of(errors.NotInPlan("x", _limit())).more == {"limit": limit}
    assert problem_of(errors.NotInPlan("x")).more == {}


def test_each_wrong_field_is_told_by_its_place() -> None:
    problems = (
        errors.FieldProblem("/seed", "a"),
        errors.FieldProblem("", "b", parameter="limit"),
        errors.FieldProblem("", "c", header="Idempotency-Key"),
        errors.FieldProblem("", "d"),
    )
    problem = problem_of(errors.InvalidInput(*problems))
    assert problem.detail == "/seed: a; limit: b; Idempotency-Key: c; the body: d"
    assert problem.more == {"errors": [
        {"pointer": "/seed", "detail": "a"}, {"parameter": "limit", "detail": "b"},
        {"header": "Idempotency-Key", "detail": "c"}, {"pointer": "", "detail": "d"},
    ]}  # fmt: skip
    reused = problem_of(errors.ReusedKey("e")).more
    assert reused == {"errors": [{"header": "Idempotency-Key", "detail": "e"}]}


def test_details_tell_what_was_said_and_nothing_of_the_inside() -> None:
    assert problem_of(PermissionDenied("not on a Sunday")).detail == "not on a Sunday"
    assert problem_of(errors.Gone("it went")).detail == "it went"
    assert problem_of(RequestError("too long")).detail == "too long"
    assert problem_of(exceptions.ParseError("no brace")).detail == "no brace"
    for error in (OperationalError("10.0.0.7"), ZeroDivisionError("10.0.0.7"), Http404("10.0.0.7"),
                  SuspiciousOperation("10.0.0.7"), exceptions.ValidationError(["10.0.0.7"])):  # fmt: skip
        assert "10.0.0.7" not in problem_of(error).detail


def test_a_problem_is_a_document_of_that_type_with_its_headers() -> None:
    answer = problem_response(problem_of(OperationalError()), "/api/v1/jobs")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (
        503, "application/problem+json", "2",
    )  # fmt: skip
    assert b'"instance": "/api/v1/jobs"' in answer.content
    assert b'"title": "Service Unavailable"' in answer.content
    assert b'"type": "urn:synthcopilot:problem:unavailable"' in answer.content
