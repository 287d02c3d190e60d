"""The service as real processes in a home of its own, and ways to put jobs into its table and to kill its parts."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from dagster import DagsterInstance, DagsterRun, RunsFilter

from assets.attempts import JOB_TAG
from hosting.ports import free_ports
from pipelines.on_demand.home import prepare
from pipelines.on_demand.processes import Program, environment, programs
from schemas.request import Request
from service.keys import export_key, generator_version, job_key, partition_key
from service.ledger import Ledger
from service.objects import ObjectStore, object_store
from service.settings import Settings, settings
from service.tables import ENDED, engine_for

DAGSTER = ("code-server", "daemon", "worker-generate", "worker-export")
_REPOSITORY = Path(__file__).resolve().parents[2]


_given: set[int] = set()


def free_port() -> int:
    """A port of loopback that nobody listens on, given once a process.

    Below those of outgoing connections: one of these could take a port between its choice and the server's start.
    """
    port = next(port for port in iter(lambda: free_ports(1)[0], 0) if port not in _given)
    _given.add(port)
    return port


@dataclass
class Running:
    """A service. `jobs` in its table are put there as the API would."""

    settings: Settings
    env: Mapping[str, str]
    port: int
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = engine_for(self.settings.app_database)
        self.ledger = Ledger(self.engine)

    # -- processes ---------------------------------------------------------------------------------------------

    @property
    def programs(self) -> Mapping[str, Program]:
        """By name."""
        return {one.name: one for one in programs(self.settings, host="127.0.0.1", port=self.port)}

    def start(self, *names: str) -> None:
        """Start processes and wait until they are at work."""
        before = datetime.now(UTC)
        for name in names:
            one = self.programs[name]
            with (self.logs / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    one.argv,
                    env={**self.env, **one.env},
                    cwd=_REPOSITORY,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        for name in names:
            self._until_at_work(name, before)

    def _until_at_work(self, name: str, since: datetime) -> None:
        part = {"daemon": "sensor", "code-server": "", "web": "", "dagster-ui": ""}.get(
            name, name.replace("-", ":")
        )
        until = time.monotonic() + 180

        def seen() -> bool:
            return any(beat > since for who, beat in self.ledger.beats().items() if who.startswith(part))

        while part and not seen():
            code = self.processes[name].poll()
            assert code is None, f"{name} ended with {code}:\n{self.log(name)}"
            assert time.monotonic() < until, f"{name} is not at work:\n{self.log(name)}"
            time.sleep(0.05)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """End a process, without its children, and wait for its end."""
        self.processes[name].send_signal(number)
        self.processes[name].wait(20)

    def children(self, name: str) -> list[int]:
        """A process's children."""
        return [one.pid for one in psutil.Process(self.processes[name].pid).children()]

    def log(self, name: str) -> str:
        """The end of what a process said."""
        return (self.logs / f"{name}.log").read_text()[-3000:]

    def stop(self) -> None:
        """End all of it, whatever it takes."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(8)
            with_group(process, signal.SIGKILL)
            process.wait()

    # -- jobs --------------------------------------------------------------------------------------------------

    def user(self, name: str = "somebody") -> int:
        """A user's id."""
        users = self.table("users")
        with self.engine.begin() as connection:
            known = connection.execute(sa.select(users.c.id).where(users.c.username == name)).scalar()
            if known is not None:
                return int(known)
            row = {c.name: "" for c in users.columns if isinstance(c.type, sa.String)} | {
                "username": name,
                "is_superuser": False,
                "is_staff": False,
                "is_active": True,
                "date_joined": self._now(),
            }
            key = connection.execute(sa.insert(users).values(row)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def put(
        self, prompt: str, *, user: str = "somebody", variations: int = 0, seed: int = 0, **other: Any
    ) -> uuid.UUID:
        """A new job of the queue `generate`."""
        user_id = self.user(user)
        key = job_key(user_id, Request(prompt="x", variations=variations, seed=seed))[:32] + uuid.uuid4().hex
        return self._insert(user_id, key, prompt=prompt, variations=variations, seed=seed, **other)

    def put_export(self, source: uuid.UUID, export_format: str, *, user: str = "somebody") -> uuid.UUID:
        """A new job that exports another one's presets."""
        key = export_key(str(source), export_format)
        return self._insert(
            self.user(user), key, queue="export", source_id=source, export_format=export_format, prompt=""
        )

    def _insert(self, user_id: int, key: str, **given: Any) -> uuid.UUID:
        table, job = self.table("jobs"), uuid.uuid4()
        texts = {c.name: "" for c in table.columns if isinstance(c.type, sa.String) and not c.nullable}
        row = texts | {
            "id": job,
            "user_id": user_id,
            "job_key": key,
            "partition_key": partition_key(key[-32:] + key),
            "queue": "generate",
            "state": "queued",
            "stage": "waiting",
            "progress": 0.0,
            "prompt_sha256": "0" * 64,
            "tags": [],
            "seed": 0,
            "variations": 0,
            "generator_version": generator_version(),
            "attempt": 1,
            "created_at": self._now(),
        }
        with self.engine.begin() as connection:
            connection.execute(sa.insert(table).values(row | given))
        return job

    def job(self, job_id: uuid.UUID) -> Any:
        """A job's row."""
        table = self.table("jobs")
        with self.engine.connect() as connection:
            return connection.execute(sa.select(table).where(table.c.id == job_id)).one()

    def cancel(self, job_id: uuid.UUID) -> None:
        """Wish it stopped, as the API does."""
        table = self.table("jobs")
        with self.engine.begin() as connection:
            wish = sa.update(table).where(table.c.id == job_id).values(cancel_requested_at=self._now())
            connection.execute(wish)

    def wait(self, job_id: uuid.UUID, until: Callable[[Any], bool] | None = None, *, limit_s: float = 240) -> Any:
        """The job's row as soon as `until` holds; without one, as soon as it has ended."""
        reached = until or (lambda row: row.state in ENDED)
        end = time.monotonic() + limit_s
        while True:
            row = self.job(job_id)
            if reached(row):
                return row
            if time.monotonic() > end:
                logs = "\n".join(f"== {name}\n{self.log(name)}" for name in self.processes)
                raise AssertionError(f"after {limit_s:g} s the job is still {row}\n{logs}")
            time.sleep(0.02)

    def runs(self, job_id: uuid.UUID) -> Sequence[DagsterRun]:
        """The Dagster runs of a job, newest first."""
        with self.instance() as instance:
            return instance.get_runs(RunsFilter(tags={JOB_TAG: str(job_id)}))

    @contextmanager
    def instance(self) -> Iterator[DagsterInstance]:
        """Its Dagster instance."""
        with as_if_of(self.env), DagsterInstance.from_config(str(self.settings.dagster_home)) as instance:
            yield instance

    @property
    def store(self) -> ObjectStore:
        """Where its files lie."""
        return object_store(self.settings)

    def table(self, name: str) -> sa.Table:
        table = sa.Table(name, sa.MetaData(), autoload_with=self.engine)
        for column in ("id", "source_id"):
            if name == "jobs":
                table.c[column].type = sa.Uuid()
        if name == "jobs":
            table.c.tags.type = sa.JSON()
        return table

    def _now(self) -> datetime:
        now = datetime.now(UTC)
        return now.replace(tzinfo=None) if self.engine.dialect.name == "sqlite" else now


def with_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to whatever is left of a process's group."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def as_if_of(env: Mapping[str, str]) -> Iterator[None]:
    """Let this process read the settings of another's environment."""
    ours = dict(os.environ)
    os.environ.update(env)
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(ours)
        settings.cache_clear()


@contextmanager
def running(home: Path, *names: str, **other: Any) -> Iterator[Running]:
    """A service in `home`, with the named processes at work; `other` settings, by their names."""
    port, ui = free_port(), free_port()
    given = {"home": str(home), "dagster_url": f"http://127.0.0.1:{ui}", **other}
    told = {f"SYNTHCOPILOT_{name.upper()}": str(value) for name, value in given.items()}
    env = {**os.environ, **told}
    ours = Settings(**given)
    with as_if_of(env):
        prepare(ours)
    migrate = [sys.executable, "-m", "django", "migrate", "-v", "0"]
    subprocess.run(
        migrate,
        env={**env, **environment(ours), "DJANGO_SETTINGS_MODULE": "api.settings"},
        cwd=_REPOSITORY,
        check=True,
    )
    logs = home / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    one = Running(ours, env, port, logs)
    try:
        one.start(*(names or DAGSTER))
        yield one
    finally:
        one.stop()
        one.engine.dispose()
