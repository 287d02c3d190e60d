"""A user erases themselves, an operator erases a user, and a command does what is due."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from api.models import AuditEntry, Job
from api.services import privacy
from service.settings import Settings
from tests.privacy.house import Everywhere, House
from tests.privacy.words import PROMPT


@pytest.fixture(autouse=True)
def in_this_house(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API's files are those of the home under test; other tests leave the same words in the process's own."""
    monkeypatch.setattr(privacy, "store", lambda: house.store)
    monkeypatch.setattr(privacy, "settings", lambda: Settings(home=house.home))


def test_a_user_is_erased_with_their_sessions(house: House, done: Job, everywhere: Everywhere):
    mine, others = Client(), Client()
    mine.force_login(house.user())
    others.force_login(house.user("bob"))
    number = house.user().pk
    report = privacy.erase_user(user=house.user(), actor=house.user())
    assert (report.complete, report.left) == (True, {})
    assert [one.get_decoded()["_auth_user_id"] for one in Session.objects.all()] == [str(house.user("bob").pk)]
    assert everywhere() == {}
    told = AuditEntry.objects.get(action="erase.user")
    assert (told.actor_id, told.subject, told.remote_addr) == (number, f"user:{number}", None)
    assert told.detail["rows"]["jobs"] == 1
    assert PROMPT not in str(told.detail)


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYNTHCOPILOT_HOME": str(home)}
    argv = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)


def test_the_commands(tmp_path: Path):
    """In processes of their own, on a home of their own."""
    made = command(tmp_path, "user", "create", "ada", "--json")
    assert made.returncode == 0, made.stderr
    asked = command(tmp_path, "user", "erase", "ada")
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    gone = command(tmp_path, "user", "erase", "ada", "--yes", "--json")
    assert gone.returncode == 0, gone.stderr
    assert '"complete": true' in gone.stdout
    assert command(tmp_path, "user", "erase", "ada", "--yes").returncode == 2
    due = command(tmp_path, "retention", "--json")
    assert due.returncode == 0, due.stderr
    assert '"prompts": 0' in due.stdout
