"""People with keys, and jobs that come to their ends through the ledger, as workers bring them there."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from api.body_limit import BodyLimit
from api.models import Entitlement, User
from api.services.keys import create_api_key
from api.services.plans import make_first_plans
from api.store import store
from api.workers import database
from engine.bundle import Bundle
from schemas.request import Request
from service.ledger import Ledger, MadeFile, MadePatch
from tests.api.making import NOW
from tests.once import rendered

PROMPT = "warm clean sub bass, no reverb, release 400ms"
V1 = "/api/v1"
_KINDS = {
    "vital": ("preset", "application/json"),
    "json": ("meta", "application/json"),
    "flac": ("audio", "audio/flac"),
    "png": ("picture", "image/png"),
    "html": ("page", "text/html"),
}


@dataclass(frozen=True)
class Person:
    """A user with a key, and a client that sends it."""

    user: User
    key: str
    client: Client

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(V1 + path, body, content_type="application/json", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(V1 + path, headers=headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(V1 + path)


@pytest.fixture(autouse=True)
def _database(transactional_db: None, settings: Any) -> None:
    """Committed, since other threads look at the same tables; with the plans that `synthcopilot migrate` makes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hashing well takes its time
    cache.clear()
    make_first_plans()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets Django's clock, which services, selectors and rows read."""

    def turn(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return turn


@pytest.fixture
def user(clock: Callable[[datetime], None]) -> User:
    """Somebody on the plan `studio`, at the time of the rows that are made."""
    clock(NOW)
    return User.objects.create_user("ada", entitlement=Entitlement.objects.get(name="studio"))


@pytest.fixture
def person() -> Callable[[str], Person]:
    """Makes a user with a key."""

    def make(name: str) -> Person:
        user = User.objects.create_user(name, password="correct horse 7")
        _, key = create_api_key(user=user)
        return Person(user, key, Client(headers={"Authorization": f"Api-Key {key}"}))

    return make


@pytest.fixture
def ada(person: Callable[[str], Person]) -> Person:
    return person("ada")


@pytest.fixture
def eve(person: Callable[[str], Person]) -> Person:
    return person("eve")


@pytest.fixture
def nobody() -> Client:
    return Client()


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """A real one, rendered once."""
    return rendered(Request(prompt=PROMPT, variations=0))


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    yield Ledger(database())
    database().dispose()


def delivered(bundle: Bundle) -> list[MadeFile]:
    """A bundle's files in the object store, as the last asset hands them over."""
    owners = {path: preset.id for preset in bundle.manifest.presets for path in preset.files.paths()}
    zipped = MadeFile(
        f"{bundle.folder_name}.zip", "bundle", "application/zip", store().put_blob(bundle.zip), len(bundle.zip)
    )
    files = [zipped]
    for path, data in bundle.files.items():
        kind, media_type = _KINDS[path.rpartition(".")[2]]
        files.append(MadeFile(path, kind, media_type, store().put_blob(data), len(data), owners.get(path, "")))
    return files


@pytest.fixture
def finish(ledger: Ledger, bundle: Bundle) -> Callable[[str], None]:
    """Brings a queued job to its end, as a worker does."""

    def work(job_id: str) -> None:
        job, now = uuid.UUID(job_id), datetime.now(UTC)
        assert ledger.start(job, attempt=1, run_id="run-1", now=now)
        assert ledger.report(job, attempt=1, stage="renders", progress=0.5)
        row = ledger.job(job)
        assert row is not None
        files, patches = _made(bundle, row.queue)
        assert ledger.deliver(
            job,
            attempt=1,
            files=files,
            patches=patches,
            title=bundle.manifest.title,
            style=bundle.manifest.style,
            made_with=bundle.manifest.template_id,
        )
        assert ledger.succeed(job, attempt=1, now=datetime.now(UTC))

    return work


def _made(bundle: Bundle, queue: str) -> tuple[list[MadeFile], list[MadePatch]]:
    if queue == "export":
        data = b"PK-exported"
        return [MadeFile("Bank.vitalbank", "export", "application/zip", store().put_blob(data), len(data))], []
    preset = bundle.manifest.presets[0]
    spec = {"schema_version": "1.0"}
    return delivered(bundle), [MadePatch(preset.id, preset.title, spec, preset.preset_sha256)]


@pytest.fixture
def done(ada: Person, finish: Callable[[str], None]) -> str:
    """The id of a job of Ada's that has succeeded."""
    job_id: str = ada.post("/jobs", {"prompt": PROMPT, "variations": 0}).json()["id"]
    finish(job_id)
    return job_id


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The service's web server with the tests' database; its address."""
    application = BodyLimit(get_asgi_application())
    config = uvicorn.Config(application, port=0, log_config=None, lifespan="off", ws="none", access_log=False)
    made = uvicorn.Server(config)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not made.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    port = made.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    made.should_exit = made.force_exit = True
    thread.join(10)
