"""A real bundle in the store and the ledger, as a worker leaves it, and two users who may not see each other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engine.bundle import Bundle
from schemas.request import Request
from service.ledger import Ledger
from tests.once import rendered

if TYPE_CHECKING:  # pytest reads this file before Django is set up
    from django.test import Client

    from api.models import Job, User

ClientOf = Callable[..., "Client"]
"""Gives a client that is signed in as a user."""

PASSWORD = "glassy-bell-9"
PROMPT = "closed hihat, dark and zorbly, release 900ms"
"""One word of it gives nothing, so that a page which shows it can only have it from the prompt."""


def text_of(response: Any) -> str:
    """A page's HTML."""
    return str(response.content.decode())


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    """Hashing them as slowly as in service would be most of these tests' time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """What the engine makes of the prompt, rendered for real."""
    return rendered(Request(prompt=PROMPT, variations=1))


@pytest.fixture
def ledger(transactional_db: None) -> Iterator[Ledger]:
    """The workers' way into the test's database."""
    from api.workers import database

    yield Ledger(database())
    database().dispose()


@pytest.fixture
def ada(transactional_db: None) -> User:
    return _users().create_user("ada", password=PASSWORD)


@pytest.fixture
def eve(transactional_db: None) -> User:
    return _users().create_user("eve", password=PASSWORD)


@pytest.fixture
def root(transactional_db: None) -> User:
    return _users().create_superuser("root", password=PASSWORD)


@pytest.fixture
def of() -> ClientOf:
    """A client that is signed in."""

    from django.test import Client

    def client(user: User, **options: Any) -> Client:
        made = Client(**options)
        made.force_login(user)
        return made

    return client


def _users() -> Any:
    from api.models import User

    return User.objects


def _asked(user: User, **fields: Any) -> Job:
    from api.services.jobs import create_job

    return create_job(user=user, request=Request(**fields)).job


@pytest.fixture
def queued(ada: User) -> Job:
    return _asked(ada, prompt="a queued bell", seed=1)


@pytest.fixture
def running(ada: User, ledger: Ledger) -> Job:
    job = _asked(ada, prompt="a running bass", seed=2)
    assert ledger.start(job.pk, attempt=1, run_id="run-2", now=datetime.now(UTC))
    assert ledger.report(job.pk, attempt=1, stage="rendering", progress=0.42)
    job.refresh_from_db()
    return job


@pytest.fixture
def failed(ada: User, ledger: Ledger) -> Job:
    job, now = _asked(ada, prompt="a silent lead", seed=3), datetime.now(UTC)
    assert ledger.start(job.pk, attempt=1, run_id="run-3", now=now)
    detail = "Silent Ember was refused: too quiet, -61.2 LUFS"
    assert ledger.fail(job.pk, attempt=1, code="refused", detail=detail, now=now)
    job.refresh_from_db()
    return job


@pytest.fixture
def finished(ada: User, ledger: Ledger, bundle: Bundle) -> Job:
    from api.store import store
    from tests.web.delivering import deliver

    job = _asked(ada, **bundle.manifest.request.model_dump())
    deliver(ledger, store(), job, bundle)
    return job
