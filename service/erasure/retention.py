"""What is erased because its time is over: prompts after some days, jobs when their plan says so.

And what was left behind by processes that were killed. `synthcopilot retention` and a schedule of Dagster run this.
It may be interrupted and begun again at any moment, and two at once do no harm.
"""

import math
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from engine.errors import SynthCopilotError
from service import logs
from service.erasure.jobs import Eraser, InFlightError
from service.erasure.orphans import remove_orphans
from service.erasure.users import UserErasure, checkpoint
from service.llm.answers import FOLDER as ANSWERS
from service.objects import ObjectStore, object_store
from service.settings import Settings
from service.tables import ENDED, audit_log, heartbeats, jobs, planner_answers

FREE: Final = "free"
"""The plan of users that have none."""
_log = logs.get("service.retention")


class RetentionError(SynthCopilotError):
    """Something that was due could not be erased; everything else was."""


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What a retention run did."""

    users: int = 0
    jobs: int = 0
    prompts: int = 0
    files: dict[str, int] = field(default_factory=dict)
    """Files of erased partitions, by place."""
    orphans: dict[str, int] = field(default_factory=dict)
    """Files that belonged to nothing any more, by place."""
    answers: int = 0
    """What a language model answered, and is older than prompts may get."""
    in_flight: int = 0
    """What was due but still ran: it is left for the next time."""

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.users or self.jobs or self.prompts or self.answers or self.files or self.orphans)


class Retention:
    """Erases what is due."""

    def __init__(
        self, engine: Engine, store: ObjectStore, *, prompt_days: int, folders: Sequence[Path] = ()
    ) -> None:
        self._engine, self._store = engine, store
        self._prompt_days, self._folders = prompt_days, folders
        self._eraser = Eraser(engine, store)
        self._files: Counter[str] = Counter()

    @classmethod
    def of(cls, settings: Settings, engine: Engine) -> "Retention":
        """Of a deployment."""
        return cls(
            engine, object_store(settings), prompt_days=settings.prompt_retention_days, folders=(settings.root,)
        )

    def run(self, *, now: datetime, limit_s: float = math.inf) -> RetentionReport:
        """Erase all that is due at `now`, or as much of it as can be begun within a time.

        Raises:
            RetentionError: some of it could not be; the log says why.
        """
        done: Counter[str] = Counter()
        give_up = time.monotonic() + limit_s
        for what, act, about in self._due(now):
            if time.monotonic() >= give_up:
                break
            done += _tried(what, act, **about)
        done += _tried("purged", partial(self._purge, now))
        answers = self._forget_answers(now)
        orphans = remove_orphans(self._engine, self._store, now=now)
        self._forget_silent(now)
        checkpoint(self._engine)
        report = RetentionReport(
            users=done["users"],
            jobs=done["jobs"],
            prompts=done["prompts"],
            files=dict(self._files + self._eraser.purger.erased),
            orphans=dict(orphans),
            answers=answers,
            in_flight=done["in_flight"],
        )
        self._note(report, now)
        if done["failed"]:
            raise RetentionError(f"{done['failed']} of what was due could not be erased; the log names each")
        return report

    def _due(self, now: datetime) -> Iterator[tuple[str, Callable[[], bool], dict[str, Any]]]:
        """What is to be erased, and how. What was deleted before its turn came is nothing to do."""
        for user_id in self._leaving():
            yield "users", partial(self._erase_user, user_id, now), {"user_id": user_id}
        for job_id in self._expired(now):
            yield "jobs", partial(self._eraser.erase_job, job_id, now=now), {"job_id": str(job_id)}
        for job_id in self._too_old(now):
            yield "prompts", partial(self._eraser.erase_prompt, job_id, now=now), {"job_id": str(job_id)}

    def _purge(self, now: datetime) -> bool:
        return bool(self._eraser.purger.run(now=now))

    def _erase_user(self, user_id: int, now: datetime) -> bool:
        report = UserErasure(self._engine, self._store, user_id, folders=self._folders).run(now=now)
        self._files += Counter(report.files)
        if report.in_flight or report.partitions_waiting:
            raise InFlightError(f"{len(report.in_flight)} jobs of user {user_id} have not ended")
        if report.left:
            _log.error("something of an erased user is left", user_id=user_id, left=report.left)
        return True

    def _leaving(self) -> list[int]:
        users = self._eraser.rows.table("users")
        with self._engine.connect() as connection:
            leaving = sa.select(users.c.id).where(users.c.erase_requested_at.is_not(None)).order_by(users.c.id)
            return list(connection.execute(leaving).scalars())

    def _expired(self, now: datetime) -> list[uuid.UUID]:
        self._set_missing_expiry()
        with self._engine.connect() as connection:
            due = (jobs.c.expires_at <= now, jobs.c.state.in_(ENDED))
            first = jobs.c.source_id.is_not(None)  # a job takes its exports along
            return list(connection.execute(sa.select(jobs.c.id).where(*due).order_by(first, jobs.c.id)).scalars())

    def _set_missing_expiry(self) -> None:
        """Jobs that came without an end get the one of their user's plan."""
        users, plans = (self._eraser.rows.table(name) for name in ("users", "entitlements"))
        plan = sa.func.coalesce(
            users.c.entitlement_id, sa.select(plans.c.id).where(plans.c.name == FREE).scalar_subquery()
        )
        endless = (
            sa.select(jobs.c.id, jobs.c.created_at, plans.c.retention_days)
            .join(users, users.c.id == jobs.c.user_id)
            .join(plans, plans.c.id == plan)
            .where(jobs.c.expires_at.is_(None))
        )
        with self._engine.begin() as connection:
            for row in connection.execute(endless).all():
                until = row.created_at + timedelta(days=row.retention_days)
                connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(expires_at=until))

    def _too_old(self, now: datetime) -> list[uuid.UUID]:
        due = (
            jobs.c.prompt_erased_at.is_(None),
            jobs.c.source_id.is_(None),
            jobs.c.state.in_(ENDED),
            jobs.c.created_at <= now - timedelta(days=self._prompt_days),
        )
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(jobs.c.id).where(*due).order_by(jobs.c.created_at)).scalars())

    def _forget_answers(self, now: datetime) -> int:
        """What was answered about words that no job holds, and what lies in files of the home."""
        oldest = now - timedelta(days=self._prompt_days)
        with self._engine.begin() as connection:
            old = sa.delete(planner_answers).where(planner_answers.c.created_at <= oldest)
            gone = connection.execute(old).rowcount
        for path in (path for folder in self._folders for path in (folder / ANSWERS).glob("*")):
            with suppress(FileNotFoundError):  # another run was quicker
                if path.stat().st_mtime <= oldest.timestamp():
                    path.unlink()
                    gone += 1
        return gone

    def _forget_silent(self, now: datetime) -> None:
        """Hosts that are gone for good are missed no longer."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(heartbeats).where(heartbeats.c.at < now - timedelta(days=7)))

    def _note(self, report: RetentionReport, now: datetime) -> None:
        """In the log of who did what, unless there was nothing to do."""
        _log.info("retention", **report.document())
        if report.idle:
            return
        with self._engine.begin() as connection:
            row = {"at": now, "action": "erase.due", "subject": "", "detail": report.document()}
            connection.execute(sa.insert(audit_log).values(row))


def _tried(what: str, act: Callable[[], bool], **about: Any) -> Counter[str]:
    """One of the things that are due; a failure is told and does not keep the others from being erased."""
    try:
        return Counter({what: int(act())})
    except InFlightError:
        return Counter({"in_flight": 1})
    except Exception:
        _log.exception("could not be erased", what=what, **about)
        return Counter({"failed": 1})
