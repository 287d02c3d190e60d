"""Backup and restore as docs/operations.md tells them, in both profiles: nothing is lost, all ends well."""

import json
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import redis
from real_servers import need_servers

from engine.bundle import open_bundle
from hosting.servers import postgres_program
from hosting.stack import Stack
from service.objects import object_store
from service.settings import Profile

PARTS = ("daemon", "worker-generate", "worker-export", "web", "dagster-ui", "code-server")
SETTINGS = {"SOFT_TIME_LIMIT_S": "150", "HARD_TIME_LIMIT_S": "180"}  # what is slow here is the machine


def ask(stack: Stack, key: str, path: str, body: dict[str, Any] | None = None) -> bytes:
    head = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{stack.url}/api/v1{path}", data=data, headers=head)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return bytes(answer.read())


def put(stack: Stack, key: str, *, seed: int) -> str:
    wish = {"prompt": "short soft pluck", "seed": seed, "variations": 0}
    return str(json.loads(ask(stack, key, "/jobs", wish))["id"])


def wait(stack: Stack, key: str, job: str, reached: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + 180
    while not reached(shown := json.loads(ask(stack, key, f"/jobs/{job}"))):
        assert time.monotonic() < end, shown
        time.sleep(0.1)
    return shown


def ended(shown: Any) -> bool:
    return shown["state"] in ("succeeded", "failed", "cancelled")


def back_up(stack: Stack, folder: Path) -> None:
    """Of a service at work: the database first, then the files, then the key."""
    settings = stack.settings
    if settings.database_url:
        subprocess.run(
            [
                postgres_program("pg_dump"),
                "--format=custom",
                f"--file={folder / 'app.dump'}",
                settings.database_url,
            ],
            check=True,
        )
    else:
        databases = (sqlite3.connect(where / "app.sqlite3") for where in (stack.home, folder))
        with closing(next(databases)) as live, closing(next(databases)) as copy:
            live.backup(copy)
        shutil.copy(stack.home / "secret_key", folder)
    store = object_store(settings)
    for one in store.find():
        if not one.unfinished:
            kept = folder / "storage" / one.key
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(store.get(one.key))


def restore_into_servers(stack: Stack, folder: Path) -> None:
    """PostgreSQL, Redis and S3 run, and no part of the service does."""
    for part in PARTS:
        stack.stop(part)
    settings = stack.settings
    into = ["--clean", "--if-exists", "--no-owner", f"--dbname={settings.database_url}"]
    subprocess.run([postgres_program("pg_restore"), *into, folder / "app.dump"], check=True)
    store = object_store(settings)
    for file in (folder / "storage").rglob("*"):
        if file.is_file():
            store.put(file.relative_to(folder / "storage").as_posix(), file.read_bytes())
    with redis.Redis.from_url(settings.broker_url) as broker:
        broker.flushall()
    stack.run("migrate")
    stack.run("doctor", "--before-start")
    for part in reversed(PARTS):
        stack.start(part)
    stack.wait_until_ready(limit_s=90)


def rehearse(profile: Profile, folder: Path) -> None:
    backup, restored = folder / "backup", folder / "restored"
    backup.mkdir()
    with Stack(folder / "lost", profile, settings=SETTINGS) as stack:
        key = stack.run("apikey", "create", "--user", "ada").strip()
        made = put(stack, key, seed=1)
        assert wait(stack, key, made, ended)["state"] == "succeeded"
        bundle = ask(stack, key, f"/jobs/{made}/bundle")
        at_work, waiting = put(stack, key, seed=2), put(stack, key, seed=3)
        wait(stack, key, at_work, lambda shown: shown["stage"] == "rendering")
        back_up(stack, backup)
    if profile == "embedded":
        restored.mkdir()
        for name in ("app.sqlite3", "secret_key"):
            shutil.copy(backup / name, restored)
        shutil.copytree(backup / "storage", restored / "storage")
    with Stack(restored, profile, settings=SETTINGS) as stack:
        if profile == "deployed":
            restore_into_servers(stack, backup)
        assert ask(stack, key, f"/jobs/{made}/bundle") == bundle, "same key, same job, same bytes"
        for job in (at_work, waiting):
            shown = wait(stack, key, job, ended)
            assert shown["state"] == "succeeded", shown
            open_bundle(ask(stack, key, f"/jobs/{job}/bundle"))
        stack.run("doctor")


def test_a_home_comes_back_from_its_backup(tmp_path: Path) -> None:
    rehearse("embedded", tmp_path)


def test_a_deployment_comes_back_from_its_backup(tmp_path: Path) -> None:
    need_servers()
    rehearse("deployed", tmp_path)
