"""Erasing people's words, their jobs and themselves, wherever they lie.

What lies where is listed in `docs/security.md`; a test greps a whole home for a prompt and holds that list against
it. Everything here may be interrupted at any moment and begun again. Knows neither Django nor Dagster: what Dagster
remembers of a partition holds no words, and is forgotten by the sensor once the files are gone (`purges`).
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from engine.bundle import BundleError, open_bundle, redact_bundle
from engine.errors import SynthCopilotError
from service import logs
from service.erasure.purging import Purger, request_purge
from service.erasure.rows import Rows
from service.erasure.search import SHORTEST
from service.llm.answers import words_hash
from service.objects import ObjectError, ObjectStore
from service.tables import ENDED, artifacts, jobs, planner_answers

_log = logs.get("service.erasure")


class InFlightError(SynthCopilotError):
    """A job, or an export of it, has not ended: what its run writes next would be left behind."""


class Eraser:
    """Erases from a database and its object store."""

    def __init__(self, engine: Engine, store: ObjectStore) -> None:
        self._engine, self._store = engine, store
        self.purger = Purger(engine, store)

    @cached_property
    def rows(self) -> Rows:
        """The database's tables as they are now."""
        return Rows(self._engine)

    # -- a prompt ----------------------------------------------------------------------------------------------

    def erase_prompt(self, job_id: uuid.UUID, *, now: datetime) -> bool:
        """Erase a job's prompt and tags wherever they lie; its presets stay. False if there was nothing to do.

        Raises:
            InFlightError: the job or an export of it has not ended.
        """
        with self._engine.connect() as connection:
            family = family_of(connection, job_id)
            if not family or family[0].prompt_erased_at is not None:
                return False
            _check_ended(family)
            made = connection.execute(
                sa.select(artifacts).where(artifacts.c.job_id.in_([one.id for one in family]))
            ).all()
        with logs.guarding(family[0].prompt, *(family[0].tags or ())):
            changes = self._without_words(made, family[0].prompt)
        with self._engine.begin() as connection:
            erased = {"prompt": "", "tags": [], "prompt_erased_at": now}
            for one in family:
                still = (jobs.c.id == one.id, jobs.c.state.in_(ENDED))
                if connection.execute(sa.update(jobs).where(*still).values(erased)).rowcount != 1:
                    raise InFlightError(f"job {one.id} has begun anew")
            for artifact, new in changes.items():
                _replace(connection, artifact, new)
            old = [one.sha256 for one in made if one.id in changes]
            forget_answers(connection, family)
            _purge_free(connection, family, blobs=old, now=now)
        self._purge(family, old, now)
        return True

    def _without_words(self, rows: Sequence[sa.Row[Any]], prompt: str) -> dict[uuid.UUID, tuple[str, int] | None]:
        """New hash and size of each artifact that holds words; None for one that can't be kept."""
        changes: dict[uuid.UUID, tuple[str, int] | None] = {}
        for zipped in (one for one in rows if one.kind == "bundle"):
            siblings = {one.path: one for one in rows if one.job_id == zipped.job_id}
            try:
                bundle = open_bundle(self._store.blob(zipped.sha256))
                redacted = redact_bundle(bundle)
            except (ObjectError, BundleError) as error:
                _log.error("a bundle can't be opened and is dropped", job_id=str(zipped.job_id), why=str(error))
                changes |= {one.id: None for one in siblings.values() if one.kind in ("bundle", "page", "meta")}
                continue
            changes[zipped.id] = (self._store.put_blob(redacted.zip), len(redacted.zip))
            for path, data in redacted.files.items():
                if path in siblings and bundle.files[path] != data:
                    changes[siblings[path].id] = (self._store.put_blob(data), len(data))
        return changes | {one.id: None for one in rows if one.kind == "export" and self._holds(one, prompt)}

    def _holds(self, export: sa.Row[Any], prompt: str) -> bool:
        """Whether an export quotes the prompt: it holds presets, so none should, and one that does must go.

        A short prompt is not looked for: "warm pad" is what a preset's own comment may say.
        """
        try:
            return len(prompt) >= SHORTEST and prompt.encode() in self._store.blob(export.sha256)
        except ObjectError:
            return False

    # -- a job -------------------------------------------------------------------------------------------------

    def erase_job(self, job_id: uuid.UUID, *, now: datetime) -> bool:
        """Delete a job with its exports, links and files. False if there was none.

        Raises:
            InFlightError: the job or an export of it has not ended.
        """
        with self._engine.begin() as connection:
            hold(connection, job_id)
            family = family_of(connection, job_id)
            if not family:
                return False
            _check_ended(family)
            made = artifacts.c.job_id.in_([one.id for one in family])
            old = list(connection.execute(sa.select(artifacts.c.sha256).where(made)).scalars())
            self.delete_rows(connection, family, now=now)
        self._purge(family, old, now)
        return True

    def _purge(self, family: Sequence[sa.Row[Any]], blobs: Sequence[str], now: datetime) -> None:
        """Erase the files of jobs whose rows are gone or redacted; of a partition that stays, the old blobs."""
        self.purger.run(now=now, partitions=[one.partition_key for one in family])
        self.purger.drop_blobs(blobs)

    def delete_rows(self, connection: Connection, family: Sequence[sa.Row[Any]], *, now: datetime) -> Counter[str]:
        """Delete ended jobs; the same transaction notes which files are to go. How many rows of which tables."""
        ids = [one.id for one in family]
        statement = sa.select(artifacts.c.sha256).where(artifacts.c.job_id.in_(ids))
        blobs = connection.execute(statement).scalars().all()
        forget_answers(connection, family)
        _purge_free(connection, family, blobs=blobs, now=now)
        return self.rows.delete(connection, "jobs", [self.rows.raw("jobs", one) for one in ids])


def hold(connection: Connection, job_id: uuid.UUID) -> None:
    """Let nobody else change a job and its exports until the transaction ends."""
    mine = sa.or_(jobs.c.id == job_id, jobs.c.source_id == job_id)
    connection.execute(sa.update(jobs).where(mine).values(job_key=jobs.c.job_key))


def family_of(connection: Connection, job_id: uuid.UUID) -> list[sa.Row[Any]]:
    """A job, if it exists, and its exports."""
    return connection.execute(
        sa.select(jobs)
        .where(sa.or_(jobs.c.id == job_id, jobs.c.source_id == job_id))
        .order_by(jobs.c.source_id.is_not(None), jobs.c.created_at)
    ).all()  # type: ignore[return-value]


def _check_ended(family: Sequence[sa.Row[Any]]) -> None:
    for one in family:
        if one.state not in ENDED:
            raise InFlightError(f"job {one.id} is {one.state}")


def _replace(connection: Connection, artifact: uuid.UUID, new: tuple[str, int] | None) -> None:
    mine = artifacts.c.id == artifact
    if new is None:
        connection.execute(sa.delete(artifacts).where(mine))
    else:
        connection.execute(sa.update(artifacts).where(mine).values(sha256=new[0], bytes=new[1]))


def forget_answers(connection: Connection, family: Sequence[sa.Row[Any]]) -> None:
    """Delete what a language model answered about jobs' words, but for words that another job of the user holds."""
    ids = [one.id for one in family]
    for one in (one for one in family if one.prompt):
        words = words_hash(one.prompt, one.tags or ())
        about = (planner_answers.c.user_id == one.user_id, planner_answers.c.words_sha256 == words)
        if connection.execute(sa.select(planner_answers.c.id).where(*about).limit(1)).first() is None:
            continue
        same = (jobs.c.user_id == one.user_id, jobs.c.prompt == one.prompt, jobs.c.id.not_in(ids))
        others = connection.execute(sa.select(jobs.c.prompt, jobs.c.tags).where(*same)).all()
        if words not in {words_hash(other.prompt, other.tags or ()) for other in others}:
            connection.execute(sa.delete(planner_answers).where(*about))


def _purge_free(
    connection: Connection, family: Sequence[sa.Row[Any]], *, blobs: Sequence[str], now: datetime
) -> None:
    """Have the partitions of jobs erased, but for one that a later job of the same key works in or has made."""
    ids = [one.id for one in family]
    for partition in sorted({one.partition_key for one in family}):
        living = (jobs.c.partition_key == partition, jobs.c.id.not_in(ids), jobs.c.prompt_erased_at.is_(None))
        others = sa.select(jobs.c.id).where(*living).limit(1)
        if connection.execute(others).first() is None:
            request_purge(connection, partition, blobs=blobs, now=now)
