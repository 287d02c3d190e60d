"""`synthcopilot doctor` on a real deployment, of which one part at a time is broken."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from hosting.checkup import CHECKS, Finding, _found, examine
from hosting.servers import Servers
from hosting.stack import Stack
from service.settings import Settings
from tests.service.backups import assert_nothing_is_lost, back_up, restored_servers
from tests.service.real_servers import need_servers

PATIENT = {"SOFT_TIME_LIMIT_S": "480", "HARD_TIME_LIMIT_S": "500"}
"""For machines that are busy with other tests."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    need_servers()
    with Stack(tmp_path_factory.mktemp("stack"), settings=PATIENT) as made:
        yield made


def doctor(stack: Stack, *arguments: str, **changes: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and findings by name, with other settings than the service's."""
    env = {**stack.env, **{f"SYNTHCOPILOT_{name}": value for name, value in changes.items()}}
    command = [*stack.command, "doctor", "--json", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    assert not [secret for secret in secrets(stack) if secret in done.stdout + done.stderr]
    told = json.loads(done.stdout)
    assert told["ok"] == (done.returncode == 0)
    return done.returncode, {one["name"]: one for one in told["checks"]}


def secrets(stack: Stack) -> list[str]:
    settings = stack.settings
    keys = (settings.secret_key, settings.s3_secret_key)
    return [one.get_secret_value() for one in keys if one]


def wrong(findings: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, one in findings.items() if one["outcome"] == "wrong"]


def look(stack: Stack, name: str, **changes: object) -> Finding:
    """One check, in this process."""
    (check,) = [one for one in CHECKS if one.name == name]
    return _found(check, stack.settings.model_copy(update=changes), set())


@contextmanager
def stopped(stack: Stack, name: str, check: str) -> Iterator[None]:
    """A process of the deployment doesn't run; when it does again, `check` has to find it."""
    stack.stop(name)
    try:
        yield
    finally:
        stack.start(name)
        until = time.monotonic() + 240
        while (found := look(stack, check)).outcome != "ok":
            assert time.monotonic() < until, found
            time.sleep(0.1)


def test_a_deployment_that_works_passes_every_check(stack: Stack) -> None:
    code, found = doctor(stack)
    assert code == 0, found
    assert {one["outcome"] for one in found.values()} == {"ok"}
    assert list(found) == ["settings", *(check.name for check in CHECKS)]


def test_before_the_start_the_running_parts_are_left_out(stack: Stack) -> None:
    code, found = doctor(stack, "--before-start")
    assert code == 0, found
    assert "scheduler" not in found


def test_a_database_that_is_down_is_told_and_what_depends_on_it_is_not_guessed_at(stack: Stack) -> None:
    with stopped(stack, "postgres", "scheduler"):
        code, found = doctor(stack)
    assert code == 1
    assert wrong(found) == ["database", "dagster"]
    assert "SYNTHCOPILOT_DATABASE_URL" in found["database"]["todo"]
    assert found["migrations"]["outcome"] == found["scheduler"]["outcome"] == "skipped"


def test_a_database_without_our_tables_is_told(stack: Stack) -> None:
    empty = stack.settings.database_url.replace("/app", "/postgres")
    _, found = doctor(stack, "--before-start", DATABASE_URL=empty, DAGSTER_DATABASE_URL=empty)
    assert wrong(found) == ["migrations", "dagster"]
    assert "synthcopilot migrate" in found["migrations"]["todo"]
    assert "has no tables" in found["dagster"]["says"]


def test_a_worker_that_is_gone_is_named(stack: Stack) -> None:
    with stopped(stack, "worker-export", "worker export"):
        found = look(stack, "worker export")
        assert found.outcome == "wrong"
        assert "queue export" in found.says
        assert look(stack, "worker generate").outcome == "ok"


def test_a_broker_that_is_down_is_told(stack: Stack) -> None:
    with stopped(stack, "redis", "broker"):
        found = look(stack, "broker")
    assert found.outcome == "wrong"
    assert "SYNTHCOPILOT_BROKER_URL" in found.todo


def test_a_broker_that_forgets_messages_is_told(stack: Stack) -> None:
    with redis.Redis.from_url(stack.settings.broker_url) as client:
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            found = look(stack, "broker")
        finally:
            client.config_set("maxmemory", "0")
            client.config_set("maxmemory-policy", "noeviction")
    assert (found.outcome, found.todo.split(";")[0]) == ("wrong", "set maxmemory-policy noeviction")


def test_a_silent_scheduler_is_told(stack: Stack) -> None:
    database = stack.settings.database_url
    with stopped(stack, "daemon", "scheduler"):
        with psycopg.connect(database) as connection:
            connection.execute("UPDATE heartbeats SET at = at - interval '5 minutes' WHERE part LIKE 'sensor%'")
        found = look(stack, "scheduler")
        with psycopg.connect(database) as connection:
            connection.execute("DELETE FROM heartbeats WHERE part LIKE 'sensor%'")
        never = look(stack, "scheduler")
    assert "last seen 30" in found.says
    assert "never been seen" in never.says


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"storage_url": "s3://no-such-bucket-of-ours/x", "s3_access_key": "somebody"}, ""),
        ({"s3_endpoint_url": "http://127.0.0.1:9"}, "127.0.0.1:9"),
    ],
)
def test_an_object_store_that_refuses_or_is_not_there_is_told(
    stack: Stack, changes: dict[str, Any], words: str
) -> None:
    settings = Settings.model_validate({**stack.settings.model_dump(), **changes})
    (check,) = [one for one in CHECKS if one.name == "object store"]
    found = _found(check, settings, set())
    assert found.outcome == "wrong"
    assert words in found.says
    assert "SYNTHCOPILOT_S3_*" in found.todo


def test_a_deployment_comes_back_from_its_backup(stack: Stack, tmp_path: Path) -> None:
    """The last test of the deployment: it is lost, and another machine takes its place."""
    (tmp_path / "backup").mkdir()
    backup = back_up(stack, tmp_path / "backup")
    stack.close()
    home = tmp_path / "restored"
    try:
        restored_servers(backup, home)
    except BaseException:
        shutil.rmtree(Servers(home, {}, "").postgres_data, ignore_errors=True)
        raise
    with Stack(home, settings=PATIENT) as restored:
        assert_nothing_is_lost(restored, backup)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("STORAGE_ULR", "s3://x/y", "SYNTHCOPILOT_STORAGE_ULR (meant: SYNTHCOPILOT_STORAGE_URL?)"),
        ("MAX_ATTEMPTS", "many", "SYNTHCOPILOT_MAX_ATTEMPTS"),
        ("DATABASE_URL", "postgresql://u:p@h/n", "so these are needed too"),
        ("SOFT_TIME_LIMIT_S", "70", "must be below SYNTHCOPILOT_HARD_TIME_LIMIT_S"),
        ("ALLOWED_HOSTS", "example.com", "allowed_hosts"),
    ],
)
def test_settings_that_cannot_be_are_told_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"SYNTHCOPILOT_{variable}", value)
    (found,) = examine(os.environ)
    assert found.outcome == "wrong"
    assert words in found.says


def alone(name: str, **values: Any) -> Finding:
    """One check of an embedded home."""
    (check,) = [one for one in CHECKS if one.name == name]
    return _found(check, Settings(**values), set())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"public_url": "http://a.example"}, "a.example is not among SYNTHCOPILOT_ALLOWED_HOSTS"),
        ({"public_url": "https://localhost"}, "SYNTHCOPILOT_HTTPS is False"),
        ({"https": True}, "SYNTHCOPILOT_HTTPS is True"),
    ],
)
def test_addresses_that_do_not_fit_are_told(values: dict[str, Any], words: str) -> None:
    assert alone("addresses").outcome == "ok"
    assert words in alone("addresses", **values).says


def test_a_weak_or_open_secret_is_told(tmp_path: Path) -> None:
    assert alone("secret key", home=tmp_path).outcome == "ok"
    assert "weak" in alone("secret key", secret_key="change me").says
    assert "weak" in alone("secret key", secret_key="ab" * 40).says
    kept = tmp_path / "secret_key"
    kept.write_text("x")
    kept.chmod(0o644)
    assert "others can read" in alone("secret key", home=tmp_path).says


def test_a_home_that_was_never_started_says_what_to_do(tmp_path: Path) -> None:
    for name in ("database", "dagster", "broker"):
        found = alone(name, home=tmp_path)
        assert found.outcome == "wrong"
        assert "synthcopilot migrate" in found.todo


def test_too_little_room_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hosting.checkup.LEAST_FREE_GB", 1e9)
    assert "GB are free" in alone("disk", home=tmp_path).says


def test_an_engine_that_does_not_load_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "vita.py").write_text("raise ImportError('no such engine')")
    monkeypatch.setitem(
        __import__("engine.render.pool", fromlist=["_ENVIRONMENT"])._ENVIRONMENT,
        "PYTHONPATH",
        f"{tmp_path}{os.pathsep}{Path(__file__).resolve().parents[2]}",
    )
    found = alone("renderer")
    assert found.outcome == "wrong"
    assert "make setup" in found.todo
