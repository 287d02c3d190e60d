"""Requests that meet: what is looked at and then written must be one act, however the steps of two of them fall.

Each test stops the first of two threads between its look and its write, until the second has come as far or waits
for a lock: on SQLite for the file, on PostgreSQL for the user's row (`tests/service/test_on_postgresql.py`).
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from api.errors import LimitReached, ReusedKey, ServiceError
from api.models import AuditEntry, Entitlement, IdempotencyKey, Job, ShareToken, User
from api.selectors.shares import share_of
from api.services import asking, jobs
from api.services.asking import AnsweringJob
from api.services.jobs import cancel_job, create_job
from api.services.shares import revoke_share
from schemas.request import Request
from service.ledger import Ledger

_BOTH_THERE_S = 0.4


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Makes two threads meet after a call of a module's function: each waits for the other, but not for long."""

    def at(module: Any, name: str) -> None:
        both = threading.Barrier(2)
        real = getattr(module, name)

        def met(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            with suppress(threading.BrokenBarrierError):
                both.wait(_BOTH_THERE_S)
            return found

        monkeypatch.setattr(module, name, met)

    return at


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave or was refused with, all of them in threads of their own."""

    def done(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except ServiceError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def _asking(user: User, seed: int, key: str | None = None) -> Callable[[], AnsweringJob]:
    request = Request(prompt="pad", seed=seed)
    return lambda: create_job(user=User.objects.get(pk=user.pk), request=request, idempotency_key=key)


def _planned(user: User, **limits: int) -> User:
    user.entitlement = Entitlement.objects.create(name="own", **limits)
    user.save()
    return user


@pytest.mark.parametrize(("limit", "going"), [("concurrent_jobs", 0), ("concurrent_jobs", 2), ("jobs_per_day", 1)])
def test_the_last_place_is_given_once(ada: Any, meeting: Any, limit: str, going: int) -> None:
    user = _planned(ada.user, **{limit: going + 1})
    for seed in range(going):
        _asking(user, 100 + seed)()
    meeting(asking, "check_room")
    first, second = sorted(
        _at_once(_asking(user, 1), _asking(user, 2)), key=lambda one: isinstance(one, AnsweringJob)
    )
    assert isinstance(first, LimitReached)
    assert (first.limit.name, first.limit.allowed, first.limit.used) == (limit, going + 1, going + 1)
    assert second.new
    assert Job.objects.count() == going + 1


def test_two_equal_requests_make_one_job(ada: Any, meeting: Any) -> None:
    meeting(asking, "check_room")
    one, other = _at_once(_asking(ada.user, 1), _asking(ada.user, 1))
    assert one.job == other.job
    assert sorted((one.new, other.new)) == [False, True]
    assert Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="job.create").count() == 1


@pytest.mark.parametrize("seeds", [(1, 1), (1, 2)])
def test_an_idempotency_key_that_comes_twice_at_once_stands_for_one_request(
    ada: Any, meeting: Any, seeds: tuple[int, int]
) -> None:
    meeting(asking, "_idempotent")
    told = _at_once(*(_asking(ada.user, seed, "order-1") for seed in seeds))
    refused = [one for one in told if isinstance(one, ReusedKey)]
    assert len(refused) == (1 if seeds[0] != seeds[1] else 0)
    assert [one.new for one in told if isinstance(one, AnsweringJob)].count(True) == 1
    assert (Job.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_other_users_are_not_waited_for(ada: Any, eve: Any, meeting: Any) -> None:
    """Only one's own row is held; on SQLite everybody waits for the file, and both pass one after the other."""
    meeting(asking, "check_room")
    told = _at_once(_asking(ada.user, 1), _asking(eve.user, 1))
    assert [one.new for one in told] == [True, True]


def test_who_was_first_without_the_lock_is_joined(ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that lives again holds no user's row: the constraint on living keys finds it."""
    old = _asking(ada.user, 1)().job
    Job.objects.filter(pk=old.pk).update(state="failed")
    real = asking.check_room

    def revived(**given: Any) -> None:
        real(**given)
        Job.objects.filter(pk=old.pk).update(state="queued")

    monkeypatch.setattr(asking, "check_room", revived)
    told = _asking(ada.user, 1)()
    assert (told.job.pk, told.new) == (old.pk, False)
    assert AuditEntry.objects.filter(action="job.create").count() == 1


def test_a_start_that_meets_a_cancellation_finds_the_job_ended(
    ada: Any, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start comes before the cancellation is committed."""
    job = _asking(ada.user, 1)().job
    cancelling, begun = threading.Event(), threading.Event()
    real = jobs.audit.record

    def noted(*args: Any, **kwargs: Any) -> Any:
        cancelling.set()
        begun.wait(_BOTH_THERE_S)
        return real(*args, **kwargs)

    def start() -> bool:
        assert cancelling.wait(10)
        found = ledger.start(job.pk, attempt=1, run_id="r", now=datetime.now(UTC))
        begun.set()
        return found

    monkeypatch.setattr(jobs.audit, "record", noted)
    cancelled, started = _at_once(lambda: cancel_job(job=job), start)
    assert (cancelled.state, cancelled.stage, started) == ("cancelled", "cancelled", False)
    job.refresh_from_db()
    assert (job.state, job.run_id, job.started_at) == ("cancelled", None, None)


def test_a_cancellation_that_meets_a_start_is_seen_by_the_worker(ada: Any, ledger: Ledger) -> None:
    job, now = _asking(ada.user, 1)().job, datetime.now(UTC)
    assert ledger.start(job.pk, attempt=1, run_id="r", now=now)
    told = cancel_job(job=job)  # as it was read before the start
    assert (told.state, told.run_id) == ("running", "r")
    assert told.cancel_requested_at is not None
    assert not ledger.report(job.pk, attempt=1, stage="rendering", progress=0.5)
    assert ledger.cancel(job.pk, attempt=1, now=now)


def test_a_job_is_cancelled_once_however_many_ask(ada: Any) -> None:
    job = _asking(ada.user, 1)().job
    told = _at_once(*[lambda: cancel_job(job=Job(pk=job.pk), actor=ada.user)] * 2)
    assert [one.state for one in told] == ["cancelled", "cancelled"]
    assert AuditEntry.objects.filter(action="job.cancel").count() == 1


def test_a_link_is_revoked_once_however_many_ask(ada: Any) -> None:
    made = ShareToken.objects.create(user=ada.user, job=_asking(ada.user, 1)().job, token_sha256="0" * 64)
    as_read = [share_of(ada.user, made.pk), share_of(ada.user, made.pk)]
    one, other = _at_once(*(partial(revoke_share, share=share, actor=ada.user) for share in as_read))
    assert one.revoked_at == other.revoked_at is not None
    assert AuditEntry.objects.filter(action="share.revoke").count() == 1
