"""The job table as the workers see it: the one place where the API and Dagster meet.

The API writes a row and maybe a wish to cancel; everything else about a job's life is written here. Every change of
state is one conditional UPDATE that names the attempt it speaks of, so a job ends exactly once, whoever is killed
in between. The tables themselves are in `tables`.
"""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemas.request import Planner
from service.tables import ENDED, IN_FLIGHT, artifacts, engine_for, heartbeats, jobs, patch_specs, purges


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as a worker needs it."""

    id: uuid.UUID
    user_id: int
    partition_key: str
    queue: str
    state: str
    attempt: int
    run_id: str | None
    cancel_requested: bool
    prompt: str = field(repr=False)
    prompt_sha256: str
    tags: tuple[str, ...] = field(repr=False)
    template_id: str | None
    seed: int
    variations: int
    source_id: uuid.UUID | None
    export_format: str
    planner: Planner = "rules"
    model: str | None = None


@dataclass(frozen=True, slots=True)
class EndedJob:
    """A job that Dagster may forget."""

    id: uuid.UUID
    partition_key: str


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file for `artifacts`; its bytes lie in the object store under `sha256`."""

    path: str
    kind: str
    media_type: str
    sha256: str
    bytes: int
    preset_id: str = ""


@dataclass(frozen=True, slots=True)
class MadePatch:
    """A PatchSpec for `patch_specs`; `sha256` is the compiled preset's."""

    preset_id: str
    title: str
    spec: dict[str, Any]
    sha256: str


class Ledger:
    """Reads jobs and moves them through their states. `now` is the caller's clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def at(cls, url: str) -> "Ledger":
        """The ledger in the database at a SQLAlchemy URL."""
        return cls(engine_for(url))

    # -- reading -----------------------------------------------------------------------------------------------

    def waiting(self, *, now: datetime, limit: int) -> tuple[JobRow, ...]:
        """Queued jobs that no run was made for yet, oldest first; not while their partition is being erased."""
        due = sa.or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now)
        free = jobs.c.partition_key.not_in(sa.select(purges.c.partition_key))
        unstarted = (
            jobs.c.state == "queued",
            jobs.c.run_id.is_(None),
            jobs.c.cancel_requested_at.is_(None),
            due,
            free,
        )
        return self._rows(sa.select(jobs).where(*unstarted).order_by(jobs.c.created_at, jobs.c.id).limit(limit))

    def in_flight(self) -> tuple[JobRow, ...]:
        """Jobs that a run was made for and that have not ended."""
        started = (jobs.c.state.in_(IN_FLIGHT), jobs.c.run_id.is_not(None))
        return self._rows(sa.select(jobs).where(*started).order_by(jobs.c.created_at, jobs.c.id))

    def to_cancel(self) -> tuple[JobRow, ...]:
        """Jobs in flight that their user wants stopped."""
        return self._rows(
            sa.select(jobs).where(jobs.c.state.in_(IN_FLIGHT), jobs.c.cancel_requested_at.is_not(None))
        )

    def job(self, job_id: uuid.UUID) -> JobRow | None:
        """One job, if it exists."""
        return next(iter(self._rows(sa.select(jobs).where(jobs.c.id == job_id))), None)

    def files(self, job_id: uuid.UUID) -> tuple[MadeFile, ...]:
        """What a job has made, by path."""
        statement = sa.select(artifacts).where(artifacts.c.job_id == job_id).order_by(artifacts.c.path)
        with self._engine.connect() as connection:
            return tuple(
                MadeFile(r.path, r.kind, r.media_type, r.sha256, r.bytes, r.preset_id)
                for r in connection.execute(statement)
            )

    # -- a job's life ------------------------------------------------------------------------------------------

    def bind(self, job_id: uuid.UUID, *, attempt: int, run_id: str) -> bool:
        """Remember the run of an attempt. False if the job has moved on."""
        return self._move(job_id, attempt, ("queued",), {"run_id": run_id}, jobs.c.run_id.is_(None))

    def start(self, job_id: uuid.UUID, *, attempt: int, run_id: str, now: datetime) -> bool:
        """A worker begins. False if the job has ended or moved on: then there is nothing to do."""
        begun = {"state": "running", "run_id": run_id, "started_at": now, "stage": "starting"}
        return self._move(job_id, attempt, IN_FLIGHT, begun, jobs.c.cancel_requested_at.is_(None))

    def report(self, job_id: uuid.UUID, *, attempt: int, stage: str, progress: float) -> bool:
        """Say how far a running job is. False if it should stop: cancelled, ended, or another attempt's by now."""
        told = {"stage": stage, "progress": progress}
        with self._engine.begin() as connection:
            _may_be_lost(connection)
            wanted = jobs.c.cancel_requested_at.is_(None)
            return _move(connection, job_id, attempt, ("running",), told, wanted)

    def deliver(
        self,
        job_id: uuid.UUID,
        *,
        attempt: int,
        files: Sequence[MadeFile],
        patches: Sequence[MadePatch] = (),
        title: str = "",
        style: str = "",
        made_with: str = "",
    ) -> bool:
        """Write down what a running job has made; nobody sees it before the job has succeeded.

        An earlier attempt's files are replaced. False, and nothing written, if the job has ended or moved on.
        """
        with self._engine.begin() as connection:
            named = {
                "title": title,
                "style": style,
                "made_with": made_with,
                "stage": "delivering",
                "progress": 0.98,
            }
            if not _move(connection, job_id, attempt, ("running",), named):
                return False
            connection.execute(sa.delete(artifacts).where(artifacts.c.job_id == job_id))
            connection.execute(sa.delete(patch_specs).where(patch_specs.c.job_id == job_id))
            _insert(connection, artifacts, (_file_row(job_id, one) for one in files))
            _insert(connection, patch_specs, (_patch_row(job_id, one) for one in patches))
        return True

    def fail_soon(self, job_id: uuid.UUID, *, attempt: int, code: str, detail: str) -> bool:
        """Note why a running job will fail, for whoever ends it: a refusal is no error of the run."""
        return self._move(job_id, attempt, ("running",), {"error_code": code, "error_detail": detail})

    def succeed(self, job_id: uuid.UUID, *, attempt: int, now: datetime) -> bool:
        """End a job whose files are delivered. False if they aren't, if it was refused, or if it had ended."""
        ended = {"state": "succeeded", "stage": "done", "progress": 1.0, "finished_at": now}
        delivered = sa.exists(sa.select(artifacts.c.id).where(artifacts.c.job_id == job_id))
        return self._move(job_id, attempt, IN_FLIGHT, ended, jobs.c.error_code == "", delivered)

    def fail(self, job_id: uuid.UUID, *, attempt: int, code: str, detail: str, now: datetime) -> bool:
        """End a job that can't be done; a reason that was noted before stands. False if it had ended already."""
        with self._engine.begin() as connection:
            unsaid = jobs.c.error_code == ""
            ended = {
                "state": "failed",
                "stage": "failed",
                "finished_at": now,
                "error_detail": sa.case((unsaid, detail), else_=jobs.c.error_detail),
                "error_code": sa.case((unsaid, code), else_=jobs.c.error_code),
            }
            return _move(connection, job_id, attempt, IN_FLIGHT, ended) and _forget_files(connection, job_id)

    def cancel(self, job_id: uuid.UUID, *, attempt: int, now: datetime) -> bool:
        """End a job that its user stopped. False if it had ended already."""
        with self._engine.begin() as connection:
            ended = {"state": "cancelled", "stage": "cancelled", "finished_at": now}
            wanted = jobs.c.cancel_requested_at.is_not(None)
            return _move(connection, job_id, attempt, IN_FLIGHT, ended, wanted) and _forget_files(
                connection, job_id
            )

    def retry(self, job_id: uuid.UUID, *, attempt: int, not_before: datetime) -> bool:
        """Queue the next attempt; what this one delivered is forgotten. False if the job has ended or moved on."""
        again = {
            "state": "queued",
            "attempt": attempt + 1,
            "run_id": None,
            "not_before": not_before,
            "stage": "waiting",
            "progress": 0.0,
            "error_code": "",
            "error_detail": "",
        }
        with self._engine.begin() as connection:
            wanted = jobs.c.cancel_requested_at.is_(None)
            return _move(connection, job_id, attempt, IN_FLIGHT, again, wanted) and _forget_files(
                connection, job_id
            )

    # -- signs of life -----------------------------------------------------------------------------------------

    def beat(self, part: str, *, now: datetime) -> None:
        """Say that a part of the service is at work; `/readyz` misses it when it hasn't for a while."""
        seen = sa.update(heartbeats).where(heartbeats.c.part == part).values(at=now)
        with suppress(sa.exc.IntegrityError), self._engine.begin() as connection:  # another process was first
            _may_be_lost(connection)
            if connection.execute(seen).rowcount == 0:
                connection.execute(sa.insert(heartbeats).values(part=part, at=now))

    def beats(self) -> dict[str, datetime]:
        """When each part was last seen."""
        with self._engine.connect() as connection:
            return {row.part: row.at for row in connection.execute(sa.select(heartbeats))}

    # -- pruning -----------------------------------------------------------------------------------------------

    def to_prune(self, *, keep: int, limit: int) -> tuple[EndedJob, ...]:
        """Ended jobs that Dagster still knows, oldest first, but the newest `keep`."""
        known = (jobs.c.state.in_(ENDED), jobs.c.pruned_at.is_(None))
        newest_first = sa.select(jobs.c.finished_at).where(*known).order_by(jobs.c.finished_at.desc())
        with self._engine.connect() as connection:
            newest_old = connection.execute(newest_first.offset(keep).limit(1)).scalar()
            if newest_old is None:
                return ()
            old = sa.select(jobs.c.id, jobs.c.partition_key).where(*known, jobs.c.finished_at <= newest_old)
            rows = connection.execute(old.order_by(jobs.c.finished_at).limit(limit))
            return tuple(EndedJob(row.id, row.partition_key) for row in rows)

    def others_of_partition(self, job: EndedJob) -> bool:
        """Whether Dagster knows another job of the same partition: one asked for again after an end."""
        others = (jobs.c.partition_key == job.partition_key, jobs.c.id != job.id, jobs.c.pruned_at.is_(None))
        with self._engine.connect() as connection:
            return bool(connection.execute(sa.select(sa.exists().where(*others))).scalar())

    def pruned(self, job_ids: Sequence[uuid.UUID], *, now: datetime) -> None:
        """Dagster has forgotten these jobs."""
        if job_ids:
            with self._engine.begin() as connection:
                connection.execute(sa.update(jobs).where(jobs.c.id.in_(job_ids)).values(pruned_at=now))

    # -- erasure -----------------------------------------------------------------------------------------------

    def erased_partitions(self, *, limit: int) -> tuple[str, ...]:
        """Partitions whose files are erased, and whose runs, events and key Dagster has yet to forget."""
        gone = purges.c.files_erased_at.is_not(None)
        statement = sa.select(purges.c.partition_key).where(gone).order_by(purges.c.requested_at).limit(limit)
        with self._engine.connect() as connection:
            return tuple(row.partition_key for row in connection.execute(statement))

    def forgotten(self, partition_key: str) -> None:
        """Dagster has forgotten an erased partition: nothing of it is left, and it may be made anew."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(purges).where(purges.c.partition_key == partition_key))

    # -- how ---------------------------------------------------------------------------------------------------

    def _rows(self, statement: sa.Select[Any]) -> tuple[JobRow, ...]:
        with self._engine.connect() as connection:
            return tuple(_job_row(row) for row in connection.execute(statement))

    def _move(
        self,
        job_id: uuid.UUID,
        attempt: int,
        states: Iterable[str],
        values: dict[str, Any],
        *conditions: sa.ColumnElement[bool],
    ) -> bool:
        with self._engine.begin() as connection:
            return _move(connection, job_id, attempt, states, values, *conditions)

    @property
    def engine(self) -> Engine:
        """The database itself, for what is more than a job's life: erasure."""
        return self._engine


def _move(
    connection: Connection,
    job_id: uuid.UUID,
    attempt: int,
    states: Iterable[str],
    values: dict[str, Any],
    *conditions: sa.ColumnElement[bool],
) -> bool:
    here = (jobs.c.id == job_id, jobs.c.attempt == attempt, jobs.c.state.in_(tuple(states)), *conditions)
    return connection.execute(sa.update(jobs).where(*here).values(values)).rowcount == 1


def _may_be_lost(connection: Connection) -> None:
    """Don't wait until the disk has this transaction: it only says what goes on at this moment."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _forget_files(connection: Connection, job_id: uuid.UUID) -> bool:
    connection.execute(sa.delete(artifacts).where(artifacts.c.job_id == job_id))
    connection.execute(sa.delete(patch_specs).where(patch_specs.c.job_id == job_id))
    return True


def _insert(connection: Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    if found := list(rows):
        connection.execute(sa.insert(table), found)


def _file_row(job_id: uuid.UUID, file: MadeFile) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "job_id": job_id,
        "path": file.path,
        "kind": file.kind,
        "preset_id": file.preset_id,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "bytes": file.bytes,
    }


def _patch_row(job_id: uuid.UUID, patch: MadePatch) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "job_id": job_id,
        "preset_id": patch.preset_id,
        "title": patch.title,
        "spec": patch.spec,
        "sha256": patch.sha256,
    }


def _job_row(row: sa.Row[Any]) -> JobRow:
    return JobRow(
        id=row.id,
        user_id=row.user_id,
        partition_key=row.partition_key,
        queue=row.queue,
        state=row.state,
        attempt=row.attempt,
        run_id=row.run_id,
        cancel_requested=row.cancel_requested_at is not None,
        prompt=row.prompt,
        prompt_sha256=row.prompt_sha256,
        tags=tuple(row.tags or ()),
        template_id=row.template_id,
        seed=row.seed,
        variations=row.variations,
        source_id=row.source_id,
        export_format=row.export_format,
        planner="llm" if row.planner == "llm" else "rules",
        model=row.model,
    )
