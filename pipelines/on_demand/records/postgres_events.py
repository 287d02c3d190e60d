"""How Dagster's events get into PostgreSQL: all that is at hand in one transaction, while the run goes on.

Stock Dagster commits once or twice an event and waits for the disk each time, some hundred times a run. Here a
thread writes what there is to write, in order. Whoever made an event waits for it where somebody acts on it: the
beginning and the end of a run, a failure, before anything is read, and before a job ends. So a run has succeeded
only when all of its events are in the database for good. What can't be written fails the run, as in stock Dagster.

Written against the pinned dagster-postgres; a test runs it.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dagster import DagsterInstance, EventLogEntry
from dagster_postgres.event_log import PostgresEventLogStorage
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from pipelines.dagster_internals.events import AssetKeyTable, EventsTable, tells_of_asset, tells_of_check

_INSERTED = sa.insert(EventsTable).returning(EventsTable.c.id, sort_by_parameter_order=True)
_in_background: set[int] = set()


def write_in_background() -> None:
    """From now on this process, but not one that it forks, goes on while its events are written."""
    _in_background.add(os.getpid())


def all_written(instance: DagsterInstance) -> None:
    """Return when every event that this thread made is in the database.

    Raises:
        Exception: some could not be written.
    """
    log = instance.event_log_storage
    if isinstance(log, PostgresEvents):
        log.wait()


class PostgresEvents(PostgresEventLogStorage):
    """Dagster's event log. Each event is stored whole, with what else it changes, or not at all."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._own = threading.local()
        self._writer = EventWriter(self._write)

    def store_event(self, event: EventLogEntry) -> None:
        """Write an event, or have it written if nobody acts on it at once."""
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Write several events."""
        if os.getpid() not in _in_background:
            self._write(events)
            return
        self._writer.add(events)
        if any(map(_acted_on, events)):
            self._writer.wait()

    def wait(self) -> None:
        """Until all that this thread stored is written."""
        self._writer.wait()

    def dispose(self) -> None:
        """Write what there is."""
        self.wait()
        super().dispose()

    def _connect(self) -> AbstractContextManager[Connection]:
        """The transaction that this thread writes events in; else a connection that sees what it wrote before."""
        writing = getattr(self._own, "transaction", None)
        if writing is not None:
            return nullcontext(writing)
        self._writer.wait()
        return super()._connect()

    def _write(self, events: Sequence[EventLogEntry]) -> None:
        rows = [self._event_to_row(event) for event in events]
        with self._transaction() as connection:
            ids = [int(number) for number in connection.execute(_INSERTED, rows).scalars()]
            stored = list(zip(events, ids, strict=True))
            for event, number in stored:
                if tells_of_check(event):
                    self.store_asset_check_event(event, number)
            if assets := [(event, number) for event, number in stored if tells_of_asset(event)]:
                self._store_asset_event_tags(connection, *zip(*assets, strict=True))
                self._store_assets(connection, assets)

    def _store_assets(self, connection: Connection, stored: Sequence[tuple[EventLogEntry, int]]) -> None:
        """What is known of each asset. Always in the same order: others write the same rows at the same time."""
        known: dict[str, dict[str, Any]] = {}
        for event, number in stored:
            key = event.get_dagster_event().asset_key
            if key:
                values = self._get_asset_entry_values(event, number, has_asset_key_index_cols=True)
                known.setdefault(key.to_string(), {}).update(values)
        for asset_key, values in sorted(known.items()):
            insert = postgresql.insert(AssetKeyTable).values(asset_key=asset_key, **values)
            by_key = [AssetKeyTable.c.asset_key]
            connection.execute(
                insert.on_conflict_do_update(index_elements=by_key, set_=values)
                if values
                else insert.on_conflict_do_nothing(index_elements=by_key)
            )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with super()._connect() as connection:
            once = connection.execution_options(isolation_level="READ COMMITTED")
            with once.begin():
                self._own.transaction = once
                try:
                    yield once
                finally:
                    self._own.transaction = None


@dataclass
class _Added:
    """What one thread has had written: up to which event, and what went wrong with any of it."""

    last: int = 0
    error: Exception | None = None


class EventWriter:
    """A thread that hands events on in the order in which they were added, as many at a time as there are."""

    def __init__(self, write: Callable[[Sequence[EventLogEntry]], None]) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._waiting: list[tuple[_Added, EventLogEntry]] = []
        self._count = self._done = 0
        self._own = threading.local()
        self._thread: threading.Thread | None = None

    def add(self, events: Sequence[EventLogEntry]) -> None:
        """Have events written.

        Raises:
            Exception: what this thread added before could not be written.
        """
        if not hasattr(self._own, "added"):
            self._own.added = _Added()
        mine: _Added = self._own.added
        _complain(mine)
        with self._changed:
            self._waiting += [(mine, event) for event in events]
            self._count += len(events)
            mine.last = self._count
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="events")
                self._thread.start()
            self._changed.notify_all()

    def wait(self) -> None:
        """Return when all that this thread added is written.

        Raises:
            Exception: some of it could not be written.
        """
        mine: _Added | None = getattr(self._own, "added", None)
        if mine is not None:
            with self._changed:
                self._changed.wait_for(lambda: self._done >= mine.last)
            _complain(mine)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                taken, self._waiting = self._waiting, []
            error = self._error_of([event for _, event in taken])
            with self._changed:
                self._done += len(taken)
                for added, _ in taken:
                    added.error = error or added.error
                self._changed.notify_all()

    def _error_of(self, events: Sequence[EventLogEntry]) -> Exception | None:
        try:
            self._write(events)
        except Exception as error:
            return error
        return None


def _complain(added: _Added) -> None:
    if error := added.error:
        added.error = None
        raise error


def _acted_on(event: EventLogEntry) -> bool:
    """Whether a run's state, or what becomes of a step, depends on it."""
    made = event.dagster_event
    return made is not None and (made.is_job_event or made.is_failure)
