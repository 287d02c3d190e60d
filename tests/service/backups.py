"""Backup and restore as docs/operations.md tells them: of a service at work, in either profile."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from engine.bundle import open_bundle
from hosting.servers import postgres_program
from hosting.stack import Stack
from service.objects import object_store
from service.settings import Settings
from tests.once import QUICK
from tests.service.real_servers import running_servers

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "cli.main")


@dataclass(frozen=True)
class Backup:
    """What was kept of a service, and what whoever asked it has in hand: a key, a bundle, and two jobs not done."""

    folder: Path
    key: str
    made: str
    bundle: bytes
    undone: tuple[str, str]


def back_up(stack: Stack, folder: Path) -> Backup:
    """Of a service at work, one job running and one behind it: the database first, then the files, then the key."""
    key = stack.run("apikey", "create", "--user", "keeper").strip()
    made = _put(stack, key, seed=1)
    assert _wait(stack, key, made, _ended)["state"] == "succeeded"
    bundle = _ask(stack, key, f"/jobs/{made}/bundle")
    running, waiting = _put(stack, key, seed=2, variations=2), _put(stack, key, seed=3)
    _wait(stack, key, running, lambda shown: shown["stage"] == "rendering")
    _copy(stack, folder)
    return Backup(folder, key, made, bundle, (running, waiting))


def restored_home(backup: Backup, home: Path) -> None:
    """The embedded profile: files laid where they were."""
    home.mkdir()
    for name in ("app.sqlite3", "secret_key"):
        shutil.copy(backup.folder / name, home)
    shutil.copytree(backup.folder / "storage", home / "storage")
    with closing(sqlite3.connect(home / "app.sqlite3")) as database:
        assert _states(backup, dict(database.execute("SELECT id, state FROM jobs"))) == ["succeeded", "running"]


def restored_servers(backup: Backup, home: Path) -> None:
    """PostgreSQL, Redis and S3 run on a new machine, and no part of the service does."""
    with running_servers(home) as servers:
        told = {name.removeprefix("SYNTHCOPILOT_").lower(): value for name, value in servers.environment.items()}
        settings = Settings(home=home, **told)  # type: ignore[arg-type]
        into = ["--clean", "--if-exists", "--no-owner", f"--dbname={settings.database_url}"]
        subprocess.run([postgres_program("pg_restore"), *into, backup.folder / "app.dump"], check=True)
        with psycopg.connect(settings.database_url) as database:
            states = {str(job): state for job, state in database.execute("SELECT id, state FROM jobs")}
        assert _states(backup, states) == ["succeeded", "running"]
        store = object_store(settings)
        for file in (backup.folder / "storage").rglob("*"):
            if file.is_file():
                store.put(file.relative_to(backup.folder / "storage").as_posix(), file.read_bytes())
        with redis.Redis.from_url(settings.broker_url) as broker:
            broker.flushall()
        env = {**os.environ, **servers.environment, "SYNTHCOPILOT_HOME": str(home)}
        for arguments in (("migrate",), ("doctor", "--before-start")):
            subprocess.run([*COMMAND, *arguments], env=env, cwd=ROOT, check=True, capture_output=True)


def assert_nothing_is_lost(stack: Stack, backup: Backup) -> None:
    """The same key opens the same job with the same bytes, and what was under way or waited ends well."""
    assert _ask(stack, backup.key, f"/jobs/{backup.made}/bundle") == backup.bundle
    for job in backup.undone:
        shown = _wait(stack, backup.key, job, _ended)
        assert shown["state"] == "succeeded", shown
        open_bundle(_ask(stack, backup.key, f"/jobs/{job}/bundle"))
    stack.run("doctor")


def _states(backup: Backup, states: dict[str, str]) -> list[str]:
    """Of the job that was made and of the one that ran, in a database whose ids may lack their hyphens."""
    plain = {job.replace("-", ""): state for job, state in states.items()}
    return [plain[job.replace("-", "")] for job in (backup.made, backup.undone[0])]


def _copy(stack: Stack, folder: Path) -> None:
    settings = stack.settings
    if settings.database_url:
        into = ["--format=custom", f"--file={folder / 'app.dump'}"]
        subprocess.run([postgres_program("pg_dump"), *into, settings.database_url], check=True)
    else:
        live, copy = (sqlite3.connect(where / "app.sqlite3") for where in (stack.home, folder))
        with closing(live), closing(copy):
            live.backup(copy)
        shutil.copy(stack.home / "secret_key", folder)
    store = object_store(settings)
    for one in store.find():
        if not one.unfinished:
            kept = folder / "storage" / one.key
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(store.get(one.key))


def _ask(stack: Stack, key: str, path: str, body: dict[str, Any] | None = None) -> bytes:
    head = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{stack.url}/api/v1{path}", data=data, headers=head)
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return bytes(answer.read())


def _put(stack: Stack, key: str, *, seed: int, variations: int = 0) -> str:
    wish = {"prompt": QUICK, "seed": seed, "variations": variations}
    return str(json.loads(_ask(stack, key, "/jobs", wish))["id"])


def _wait(stack: Stack, key: str, job: str, reached: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 240
    while not reached(shown := json.loads(_ask(stack, key, f"/jobs/{job}"))):
        assert time.monotonic() < end, shown
        time.sleep(0.25)  # the plan allows 300 calls a minute
    return shown


def _ended(shown: Any) -> bool:
    return shown["state"] in ("succeeded", "failed", "cancelled")
