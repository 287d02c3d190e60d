"""`user` and `apikey` with services that are made up: what reaches these, what is told, and with which code."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from api.services import keys, privacy, users
from cli import accounts
from cli import privacy as erasing
from cli.main import app
from service.erasure.users import ErasureReport


@pytest.fixture(autouse=True)
def nothing_to_migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "ready", lambda: None)
    monkeypatch.setattr(erasing, "ready", lambda: None)


def user(*, active: bool = True) -> SimpleNamespace:
    return SimpleNamespace(pk=7, username="ada", is_superuser=False, is_active=active)


@pytest.mark.parametrize(
    ("sent", "password"),
    [
        ("glassy bell 9\n", "glassy bell 9"),
        ("glassy bell 9\r\n", "glassy bell 9"),
        (" spaced \nmore\n", " spaced "),
    ],
)
def test_a_password_is_the_first_line_without_its_end(
    monkeypatch: pytest.MonkeyPatch, sent: str, password: str
) -> None:
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(users, "create_user", lambda **given: made.append(given) or user())
    done = CliRunner().invoke(app, ["user", "create", "ada", "--password-stdin"], input=sent)
    assert (done.exit_code, done.stdout) == (0, "Made the user ada\n")
    assert made == [{"name": "ada", "password": password, "superuser": False}]
    made.clear()
    CliRunner().invoke(app, ["user", "create", "ada", "--superuser"], input=sent)
    assert made == [{"name": "ada", "password": None, "superuser": True}]


def test_a_key_is_made_for_who_can_use_it_and_lasts_as_many_days_as_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[dict[str, Any]] = []

    def create(**given: Any) -> tuple[Any, str]:
        made.append(given)
        return SimpleNamespace(prefix="Ab3dEf9h"), "Ab3dEf9h.secret"

    monkeypatch.setattr(keys, "create_api_key", create)
    monkeypatch.setattr(users, "user_named", lambda name: user(active=name == "ada"))
    name = "x" * 50
    done = CliRunner().invoke(app, ["apikey", "create", "--user", "ada", "--days", "7", "--name", name])
    assert (done.exit_code, done.stdout) == (0, "Ab3dEf9h.secret\n")
    left = made[0]["expires_at"] - datetime.now(UTC)
    assert 6.99 < left.total_seconds() / 86_400 <= 7
    assert made[0]["name"] == name
    CliRunner().invoke(app, ["apikey", "create", "--user", "ada"])
    assert made[1]["expires_at"] is None
    done = CliRunner().invoke(app, ["apikey", "create", "--user", "eve"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the user eve is not active, so the key would open nothing" in done.stderr
    assert len(made) == 2


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ({}, "works"),
        ({"revoked": True}, "revoked"),
        ({"has_expired": True}, "expired"),
        ({"revoked": True, "has_expired": True}, "revoked"),
        ({"user": user(active=False)}, "user not active"),
    ],
)
def test_a_key_is_listed_as_what_it_is(key: dict[str, Any], state: str) -> None:
    created = datetime(2026, 11, 24, tzinfo=UTC)
    usual = {"prefix": "Ab3dEf9h", "user": user(), "name": "ci", "revoked": False, "has_expired": False,
             "created": created, "last_used_at": None}  # fmt: skip
    assert accounts._key_row(SimpleNamespace(**usual | key)) == {
        "prefix": "Ab3dEf9h",
        "user": "ada",
        "name": "ci",
        "state": state,
        "created_at": "2026-11-24T00:00:00+00:00",
        "last_used_at": None,
    }


def test_an_erasure_waits_half_a_minute_looks_through_everything_and_fails_if_something_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []
    reports = [
        ErasureReport(7, complete=True, rows={"jobs": 2}, files={"blobs": 1234}),
        ErasureReport(7, complete=False, in_flight=("a", "b")),
        ErasureReport(7, complete=False, left={"table jobs": 1}),
    ]
    monkeypatch.setattr(users, "user_named", lambda name: user())
    monkeypatch.setattr(privacy, "erase_user", lambda **given: asked.append(given) or reports.pop(0))
    well, running, found = (CliRunner().invoke(app, ["user", "erase", "ada", "--yes"]) for _ in range(3))
    assert [one.exit_code for one in (well, running, found)] == [0, 1, 1]
    assert "files: blobs" in well.stdout
    assert "1,234" in well.stdout
    assert "2 jobs have not stopped yet; the service erases the rest" in running.stderr
    assert "left: table jobs" in found.stdout
    for given in asked:
        del given["user"]
        assert given == {"wait_s": 30.0, "files_s": float("inf"), "search_s": float("inf")}
