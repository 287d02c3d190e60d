"""Alive, ready, and why not: for anybody to ask, and with nothing in it that isn't for anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from api.operations import health
from service.ledger import Ledger
from service.settings import Settings, settings

PARTS = {"database", "broker", "storage", "scheduler", "worker-generate", "worker-export"}


@pytest.fixture(autouse=True)
def fresh():
    health.forget()
    yield
    health.forget()


@pytest.fixture
def everything_seen(transactional_db: None) -> Ledger:
    from django.db import connection

    ledger = Ledger.at(f"sqlite:///{connection.settings_dict['NAME']}")
    now = datetime.now(UTC)
    for part in ("sensor", "worker:generate:host-1", "worker:generate:host-2", "worker:export:host-1"):
        ledger.beat(part, now=now)
    return ledger


def test_alive_needs_no_database(client: Client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_ready_when_every_part_is(client: Client, everything_seen: Ledger):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert set(answer.json()["parts"]) == PARTS
    assert all(part == {"ok": True, "why": ""} for part in answer.json()["parts"].values())


def test_not_ready_before_anything_was_started(client: Client, transactional_db: None):
    answer = client.get("/readyz")
    parts = answer.json()["parts"]
    assert answer.status_code == 503
    assert parts["database"]["ok"]
    assert {name for name, part in parts.items() if not part["ok"]} == {
        "scheduler", "worker-generate", "worker-export"
    }  # fmt: skip
    assert parts["scheduler"]["why"] == "never seen"


def test_a_part_that_has_gone_silent_is_missed(client: Client, everything_seen: Ledger):
    long_ago = datetime.now(UTC) - timedelta(seconds=health.SILENCE_S + 5)
    everything_seen.beat("worker:export:host-1", now=long_ago)
    everything_seen.beat("worker:generate:host-2", now=long_ago)
    answer = client.get("/readyz")
    parts = answer.json()["parts"]
    assert answer.status_code == 503
    assert parts["worker-export"]["why"].startswith("silent for 3")
    assert parts["worker-generate"]["ok"], "another host's is there"


@pytest.mark.django_db
def test_reasons_name_no_addresses(tmp_path):
    secret = "redis://user:hunter2@127.0.0.1:9/0"  # the discard port: nobody listens
    parts = health.parts(Settings(broker_url=secret, storage_url=str(tmp_path / "none\0where"), home=tmp_path))
    assert not parts["broker"].ok
    assert not parts["storage"].ok
    told = repr(parts)
    assert "hunter2" not in told
    assert "127.0.0.1" not in told
    assert str(tmp_path) not in told


@pytest.mark.django_db
def test_missing_migrations_are_named_as_the_reason(monkeypatch: pytest.MonkeyPatch):
    from django.db import connection

    monkeypatch.setattr(health, "_migrated", type(health._migrated)())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'api'")
    part = health.parts(settings())["database"]
    assert not part.ok
    assert "synthcopilot migrate" in part.why


def test_only_reading_is_answered(client: Client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405


def test_a_look_at_the_store_leaves_nothing_in_it(tmp_path):
    health._storage(Settings(home=tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_answer_is_given_again_for_two_seconds(monkeypatch):
    looks, clock = [], [100.0]
    monkeypatch.setattr(health, "parts", lambda ours: looks.append(1) or {})
    monkeypatch.setattr(health.time, "monotonic", lambda: clock[0])
    health.forget()
    try:
        for at, looked in ((100.0, 1), (102.0, 1), (102.1, 2), (104.0, 2), (104.2, 3)):
            clock[0] = at
            health._recent()
            assert len(looks) == looked, at
    finally:
        health.forget()
