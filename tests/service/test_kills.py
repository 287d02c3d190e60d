"""Kill -9 everything in turn, under load, on PostgreSQL, Redis and S3: each job ends once, and nothing is damaged.

How each job ended is written down by a trigger in the database itself, so no part of the service can hide it.
"""

import hashlib
import json
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.bundle.bundle import open_bundle
from hosting.stack import Stack
from service.ledger import Ledger
from service.objects import object_store
from service.tables import ENDED, engine_for
from tests.once import QUICK
from tests.service.real_servers import need_servers

VICTIMS = ("worker-generate", "daemon", "web", "postgres", "redis", "s3", "code-server")
USERS, AT_A_TIME = 2, 2
WATCH = """
CREATE TABLE seen (job_id uuid, was text, became text, attempt int, at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.state IS DISTINCT FROM OLD.state THEN
    INSERT INTO seen (job_id, was, became, attempt) VALUES (NEW.id, OLD.state, NEW.state, NEW.attempt);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER note AFTER UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION note();
"""

UNDONE = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')"
WORKING = "SELECT count(*) FROM jobs WHERE state = 'running' AND progress > 0"
SERVED = """
SELECT count(*) FROM seen AS first JOIN seen AS last USING (job_id)
WHERE first.became = 'running' AND first.at > %s AND last.became = 'succeeded' AND last.at > first.at
"""


@dataclass
class Client:
    """A user's program: asks for one preset after the other, and asks again when the service doesn't answer."""

    url: str
    key: str
    jobs: dict[str, None] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def call(self, path: str, body: dict[str, Any] | None = None, *, patience_s: float = 240.0) -> bytes:
        """What the API says, however often it takes to ask."""
        head = {"Authorization": f"Api-Key {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        until = time.monotonic() + patience_s
        while True:
            try:
                asked = urllib.request.Request(f"{self.url}{path}", data=data, headers=head)
                with urllib.request.urlopen(asked, timeout=10) as answer:
                    return answer.read()
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    self.refused.append(f"{path}: {error.code} {error.read()[:300]!r}")
                    raise
            except OSError:
                pass
            if time.monotonic() > until:
                raise TimeoutError(f"{path}: no answer in {patience_s} s")
            time.sleep(0.5)

    def keep_asking(self, seed: int, stopping: threading.Event) -> None:
        """Ask, wait for the end, and ask for the next."""
        while not stopping.is_set():
            seed += 1
            wish = {"prompt": QUICK, "seed": seed, "variations": 0}
            job = json.loads(self.call("/api/v1/jobs", wish))
            self.jobs[job["id"]] = None
            while job["state"] not in ENDED and not stopping.is_set():
                time.sleep(0.5)  # the plan allows 300 calls a minute
                job = json.loads(self.call(f"/api/v1/jobs/{job['id']}"))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    need_servers()
    patient = {"SOFT_TIME_LIMIT_S": "150", "HARD_TIME_LIMIT_S": "180"}  # what is slow here is the machine
    with Stack(tmp_path, settings={"MAX_ATTEMPTS": "8", "RETRY_BASE_S": "0.5", **patient}) as made:
        yield made


def test_whoever_is_killed_each_job_ends_once_and_every_file_is_whole(stack: Stack) -> None:
    database = stack.settings.database_url
    with psycopg.connect(database) as connection:
        connection.execute(WATCH)
    clients = [Client(stack.url, stack.run("apikey", "create", "--user", f"user{n}").strip()) for n in range(USERS)]
    stopping = threading.Event()
    load = [
        threading.Thread(target=client.keep_asking, args=(1000 * (2 * n + lane), stopping), daemon=True)
        for n, client in enumerate(clients)
        for lane in range(AT_A_TIME)
    ]
    for thread in load:
        thread.start()
    told = [kill_one(stack, victim) for victim in VICTIMS]
    stopping.set()
    for thread in load:
        thread.join(240)
        assert not thread.is_alive()
    wait_until(
        lambda: count(database, "SELECT 1") and not count(database, UNDONE),
        "the end of every job",
        told=lambda: how(stack),
    )
    sys.stdout.write("\n".join([*told, ""]))
    jobs = {job: client for client in clients for job in client.jobs}

    assert [one for client in clients for one in client.refused] == []
    assert reasons(database) == {}, "what was killed was tried again"
    became = transitions(database)
    assert set(became) == set(jobs), "no job is lost, none came from nowhere"
    assert {job: [state for _, state in moves if state in ENDED] for job, moves in became.items()} == {
        job: ["succeeded"] for job in jobs
    }
    assert not [moves for moves in became.values() if any(was in ENDED for was, _ in moves)], "an end is for good"
    check_files(stack, jobs)
    assert not unfinished_runs(stack.settings.dagster_database_url), "Dagster, too, knows how each run ended"


def kill_one(stack: Stack, victim: str) -> str:
    """Kill a process while a job is at work; wait until a later job was made from start to end."""
    database = stack.settings.database_url
    wait_until(lambda: count(database, WORKING), "a job at work")
    start, moment = time.monotonic(), datetime.now(UTC)
    killed = stack.kill(victim)
    wait_until(lambda: stack.states()[victim].pid not in (0, killed), f"another {victim}")
    wait_until(lambda: count(database, SERVED, moment), f"a job after {victim} was killed", told=lambda: how(stack))
    return f"{victim}: a job was made from start to end {time.monotonic() - start:.1f} s after the kill"


def wait_until(
    truth: Callable[[], object], what: str, *, limit_s: float = 240.0, told: Callable[[], str] = str
) -> None:
    until = time.monotonic() + limit_s
    while not truth():
        assert time.monotonic() < until, f"waited in vain for {what}\n{told()}"
        time.sleep(0.1)


def how(stack: Stack) -> str:
    """How jobs, runs and processes are."""
    with psycopg.connect(stack.settings.database_url) as app:
        jobs = app.execute("SELECT id, state, stage, attempt, run_id, now() - started_at FROM jobs").fetchall()
        beats = app.execute("SELECT part, now() - at FROM heartbeats").fetchall()
    with psycopg.connect(stack.settings.dagster_database_url) as dagster:
        runs = dagster.execute("SELECT run_id, status, update_timestamp FROM runs").fetchall()
    return "\n".join(str(row) for row in [*jobs, *beats, *runs, *stack.states().values()])


def count(database: str, query: str, *values: object) -> int:
    """A number; 0 if the database can't be asked now."""
    try:
        with psycopg.connect(database, connect_timeout=10) as connection:
            row = connection.execute(query, values).fetchone()  # type: ignore[call-overload]
    except psycopg.OperationalError:
        return 0
    return int(row[0]) if row else 0


def reasons(database: str) -> dict[str, tuple[str, str]]:
    """Why jobs failed, if any did."""
    with psycopg.connect(database) as connection:
        failed = connection.execute("SELECT id, error_code, error_detail FROM jobs WHERE state <> 'succeeded'")
        return {str(job): (code, detail) for job, code, detail in failed}


def transitions(database: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with psycopg.connect(database) as connection:
        for (job,) in connection.execute("SELECT id FROM jobs"):
            found[str(job)] = []
        for job, was, became in connection.execute("SELECT job_id, was, became FROM seen ORDER BY at"):
            found[str(job)].append((was, became))
    return found


def check_files(stack: Stack, jobs: dict[str, Client]) -> None:
    """Each file is there once and is what its hash says, in the store and as the API gives it."""
    settings = stack.settings
    engine, store = engine_for(settings.app_database), object_store(settings)
    ledger = Ledger(engine)
    for job, owner in jobs.items():
        files = ledger.files(uuid.UUID(job))
        assert [path for path, times in Counter(one.path for one in files).items() if times > 1] == []
        assert [one.kind for one in files].count("bundle") == 1
        for one in files:
            assert len(store.blob(one.sha256)) == one.bytes
        bundle = owner.call(f"/api/v1/jobs/{job}/bundle")
        assert hashlib.sha256(bundle).hexdigest() in {one.sha256 for one in files if one.kind == "bundle"}
        open_bundle(bundle)
    engine.dispose()
    orphans = "SELECT count(*) FROM artifacts a JOIN jobs j ON j.id = a.job_id WHERE j.state <> 'succeeded'"
    assert count(settings.database_url, orphans) == 0


def unfinished_runs(database: str, *, limit_s: float = 60.0) -> list[tuple[Any, ...]]:
    """Runs that Dagster still waits for, after it was given the time to find that nobody works on them."""
    until = time.monotonic() + limit_s
    query = "SELECT run_id, status FROM runs WHERE status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED')"
    while True:
        with psycopg.connect(database) as connection:
            left = connection.execute(query).fetchall()
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.5)
