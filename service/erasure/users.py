"""Erasing a user: locked out, jobs stopped and waited for, everything deleted, and then looked for.

Begun again it goes on where it was: what is left to do can be told from what is still there.
"""

import math
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from service.erasure.jobs import Eraser, family_of, hold
from service.erasure.search import Search
from service.keys import sign_in_subject
from service.objects import ObjectStore
from service.tables import ENDED, IN_FLIGHT, jobs

_LOOK_S = 0.1
_JOBS_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was erased of a user, what is left to do, and what a search found. Numbers and ids, no words."""

    user_id: int
    complete: bool
    """False while something of the user still runs; the next retention run goes on."""
    rows: dict[str, int] = field(default_factory=dict)
    """Deleted rows by table."""
    files: dict[str, int] = field(default_factory=dict)
    """Deleted files of the object store by place."""
    in_flight: tuple[str, ...] = ()
    """Jobs that are being stopped and waited for."""
    partitions_waiting: int = 0
    """Partitions whose files are yet to be erased; nobody can reach them any more."""
    searched: dict[str, int] = field(default_factory=dict)
    """How much was looked through afterwards: rows, keys, and the files whose content was read."""
    left: dict[str, int] = field(default_factory=dict)
    """Where that search still found something of the user. Empty, if all is well."""

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {"in_flight": list(self.in_flight)}


class UserErasure:
    """Erases one user."""

    def __init__(self, engine: Engine, store: ObjectStore, user_id: int, *, folders: Sequence[Path] = ()) -> None:
        self._engine, self._store, self._user_id = engine, store, user_id
        self._eraser = Eraser(engine, store)
        self._rows: Counter[str] = Counter()
        self._partitions: set[str] = set()
        self._search = Search(engine, store, self._eraser.rows, folders=folders)

    def run(
        self, *, now: datetime, wait_s: float = 5.0, files_s: float = math.inf, search_s: float = math.inf
    ) -> ErasureReport:
        """Erase as much as can be: what runs is waited for up to `wait_s`, files are erased for up to `files_s`.

        Then it is looked for, in contents for up to `search_s`. A retention run goes on with what is left.

        The user can't sign in or use a key any more from the first moment on.
        """
        self._lock_out(now)
        self._search.remember(self._user_id)
        give_up = time.monotonic() + wait_s
        while True:
            self._stop_jobs(now)
            self._delete_ended(now)
            running = self._in_flight()
            if (not running and self._delete_user()) or time.monotonic() >= give_up:
                break
            time.sleep(_LOOK_S)
        purger, mine = self._eraser.purger, sorted(self._partitions)
        files = purger.run(now=now, partitions=mine, give_up=time.monotonic() + files_s)
        checkpoint(self._engine)
        waiting = purger.waiting(mine)
        left: dict[str, int] = {}
        searched: dict[str, int] = {}
        if not running and not waiting:
            left, searched = self._search.run(self._partitions, limit_s=search_s)
        return ErasureReport(
            self._user_id,
            complete=not (running or waiting or left),
            rows=dict(self._rows),
            files=dict(files),
            in_flight=tuple(running),
            partitions_waiting=waiting,
            searched=searched,
            left=left,
        )

    def _lock_out(self, now: datetime) -> None:
        rows = self._eraser.rows
        users, keys = rows.table("users"), rows.table("api_keys")
        with self._engine.begin() as connection:
            first = sa.func.coalesce(users.c.erase_requested_at, now)
            locked = {"is_active": False, "erase_requested_at": first}
            connection.execute(sa.update(users).where(users.c.id == self._user_id).values(locked))
            of_keys = sa.select(keys.c.id).where(keys.c.user_id == self._user_id)
            self._rename_in_admin_log(connection, "apikey", of_keys, "a key")
            mine = connection.execute(sa.delete(keys).where(keys.c.user_id == self._user_id))
            self._rows["api_keys"] += mine.rowcount

    def _stop_jobs(self, now: datetime) -> None:
        mine = jobs.c.user_id == self._user_id
        with self._engine.begin() as connection:
            unasked = (mine, jobs.c.state.in_(IN_FLIGHT), jobs.c.cancel_requested_at.is_(None))
            connection.execute(sa.update(jobs).where(*unasked).values(cancel_requested_at=now))
            unstarted = (mine, jobs.c.state == "queued", jobs.c.run_id.is_(None))
            ended = {"state": "cancelled", "stage": "cancelled", "finished_at": now}
            connection.execute(sa.update(jobs).where(*unstarted).values(ended))

    def _delete_ended(self, now: datetime) -> None:
        """Ended jobs, but for one with an export in flight: that reads its files."""
        mine = (jobs.c.user_id == self._user_id, jobs.c.source_id.is_(None), jobs.c.state.in_(ENDED))
        last = uuid.UUID(int=0)
        while True:
            with self._engine.begin() as connection:
                some = (
                    sa.select(jobs.c.id).where(*mine, jobs.c.id > last).order_by(jobs.c.id).limit(_JOBS_AT_A_TIME)
                )
                ids = connection.execute(some).scalars().all()
                if not ids:
                    return
                last = ids[-1]
                for one in ids:
                    self._delete_family(connection, one, now)

    def _delete_family(self, connection: Connection, job_id: uuid.UUID, now: datetime) -> None:
        hold(connection, job_id)
        family = family_of(connection, job_id)
        if all(one.state in ENDED for one in family):
            self._partitions |= {one.partition_key for one in family}
            self._rows += self._eraser.delete_rows(connection, family, now=now)

    def _in_flight(self) -> list[str]:
        with self._engine.connect() as connection:
            mine = (jobs.c.user_id == self._user_id, jobs.c.state.in_(IN_FLIGHT))
            return [str(one) for one in connection.execute(sa.select(jobs.c.id).where(*mine)).scalars()]

    def _delete_user(self) -> bool:
        """The row itself with all that refers to it. False if a request that was under way has made a job."""
        rows = self._eraser.rows
        users = rows.table("users")
        with self._engine.begin() as connection:
            if connection.execute(sa.select(jobs.c.id).where(jobs.c.user_id == self._user_id).limit(1)).first():
                return False
            user = connection.execute(sa.select(users).where(users.c.id == self._user_id)).one_or_none()
            if user is not None:
                self._forget_in_logs(connection, str(user.username))
            self._rows += rows.delete(connection, "users", [self._user_id])
        return True

    def _forget_in_logs(self, connection: Connection, username: str) -> None:
        """The log of who did what stays, with a number for a name and without addresses."""
        rows = self._eraser.rows
        audit = rows.table("audit_log")
        connection.execute(sa.delete(audit).where(audit.c.subject == sign_in_subject(username)))
        mine = sa.or_(audit.c.actor_id == self._user_id, audit.c.subject == f"user:{self._user_id}")
        connection.execute(sa.update(audit).where(mine).values(remote_addr=None))
        self._rename_in_admin_log(connection, "user", [str(self._user_id)], f"user {self._user_id}")

    def _rename_in_admin_log(
        self, connection: Connection, model: str, ids: Sequence[str] | sa.Select[Any], name: str
    ) -> None:
        """The admin's own log quotes what an object is called: a user's name, or what they call a key."""
        admins, types = (self._eraser.rows.table(one) for one in ("django_admin_log", "django_content_type"))
        kind = sa.select(types.c.id).where(types.c.app_label == "api", types.c.model == model).scalar_subquery()
        these = (admins.c.object_id.in_(ids), admins.c.content_type_id == kind)
        connection.execute(sa.update(admins).where(*these).values(object_repr=name))


def checkpoint(engine: Engine) -> None:
    """Let SQLite write what it has changed over the old pages, so that its log holds nothing that is erased."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
