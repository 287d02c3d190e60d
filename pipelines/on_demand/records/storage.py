"""Where Dagster keeps its records, over pooled connections.

Dagster opens a connection for every statement, some two hundred a run; here a process has one pool a database. The
only file that knows how Dagster's storage classes come by their connections: it is written against the pinned
version, and a test runs it.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from dagster_postgres.storage import DagsterPostgresStorage
from sqlalchemy.engine import Connection, Engine

from pipelines.dagster_internals.configurable import ConfigurableClassData, UserConfigSchema
from pipelines.dagster_internals.storage import (
    ConsolidatedSqliteEventLogStorage,
    DagsterSqliteStorage,
    EventHandlerFn,
    SqliteRunStorage,
    SqliteScheduleStorage,
    SqlPollingEventWatcher,
    sqlite_url,
)
from pipelines.on_demand.records.postgres_events import PostgresEvents
from service.forking import not_inherited
from service.settings import Settings, settings

_IDLE_S = 1.0
"""A connection that lay unused for longer is tried before it is used: the server may have restarted meanwhile."""
_BUSY_S = 30.0
_PARTITION_S = 10.0
"""A partition that was there is taken to be there for so long; only those of ended jobs are ever removed."""

_engines: dict[tuple[str, int], Engine] = {}
_looked_at: set[tuple[str, int]] = set()
_lock = threading.Lock()


def pooled_engine(url: str) -> Engine:
    """This process's one engine for a database. A forked child gets its own: connections can't be shared."""
    key = (url, os.getpid())
    with _lock:
        if key not in _engines:
            made = _sqlite_engine(url) if url.startswith("sqlite") else _postgres_engine(url)
            _engines[key] = not_inherited(made)
        return _engines[key]


def postgres_url(settings: Settings) -> str:
    """Dagster's database for SQLAlchemy, with the one driver that Dagster's PostgreSQL library works with."""
    _, _, address = settings.dagster_database_url.partition("://")
    return f"postgresql+psycopg2://{address}"


def _postgres_engine(url: str) -> Engine:
    # Autocommit is what Dagster itself asks for; then there is nothing to roll back when a connection is returned.
    engine = sa.create_engine(
        url, isolation_level="AUTOCOMMIT", pool_size=4, max_overflow=12, pool_reset_on_return=None
    )

    @sa.event.listens_for(engine, "checkin")
    def _seen(connection: Any, record: Any) -> None:
        record.info["seen"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _alive(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get("seen", time.monotonic()) > _IDLE_S:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except Exception as error:
                raise sa.exc.DisconnectionError from error  # the pool tries another

    return engine


def _sqlite_engine(url: str) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_S, "check_same_thread": False}, pool_size=8)

    @sa.event.listens_for(engine, "connect")
    def _settings(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


class _TablesKnown:
    """An event log that looks once whether its tables are as the pinned version has them.

    Stock Dagster asks the database for its columns at every event and every look for a partition, and a dozen times
    a step whether the step's partition is there.
    """

    def has_table(self, table_name: str) -> bool:
        return _once(self, ("table", table_name), lambda: super(_TablesKnown, self).has_table(table_name))  # type: ignore[misc]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        has_column = super()._has_asset_key_col_on_connection  # type: ignore[misc]
        return _once(self, ("column", column_name), lambda: has_column(conn, column_name))

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        is_there = super().has_dynamic_partition  # type: ignore[misc]
        partition = (partitions_def_name, partition_key)
        latest, since = self.__dict__.get("_partition", (None, 0.0))
        if latest == partition and time.monotonic() - since < _PARTITION_S:
            return True
        if found := bool(is_there(*partition)):
            self.__dict__["_partition"] = (partition, time.monotonic())
        return found


class _RunsKnown:
    """Runs in tables that are looked at once."""

    def has_run_stats_index_cols(self) -> bool:
        return _once(self, "stats", super().has_run_stats_index_cols)  # type: ignore[misc]


class _SchedulesKnown:
    """Sensors in tables that are looked at once; stock Dagster looks at every tick."""

    def has_instigators_table(self) -> bool:
        return _once(self, "instigators", super().has_instigators_table)  # type: ignore[misc]

    def has_built_index(self, migration_name: str) -> bool:
        ask = super().has_built_index  # type: ignore[misc]
        return _once(self, ("index", migration_name), lambda: ask(migration_name))


def _once(storage: Any, question: Any, ask: Callable[[], bool]) -> bool:
    """The answer of `ask`; after a first yes it is not asked again."""
    known: set[Any] = storage.__dict__.setdefault("_known", set())
    if question not in known and ask():
        known.add(question)
    return question in known


class _PostgresEvents(_TablesKnown, PostgresEvents):
    pass


class _PostgresRuns(_RunsKnown, PostgresRunStorage):
    pass


class _PostgresSchedules(_SchedulesKnown, PostgresScheduleStorage):
    pass


class PooledPostgresStorage(DagsterPostgresStorage):
    """Dagster's PostgreSQL storage over this process's pool.

    The URL comes from the settings, not from `dagster.yaml`: the UI shows that file, and a URL holds a password.
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, should_autocreate_tables=_first_here(postgres_url), inst_data=inst_data)
        self._event_log_storage = _PostgresEvents(postgres_url, should_autocreate_tables=False)
        self._run_storage = _PostgresRuns(postgres_url, should_autocreate_tables=False)
        self._schedule_storage = _PostgresSchedules(postgres_url, should_autocreate_tables=False)
        for part in (self._run_storage, self._event_log_storage, self._schedule_storage):
            part._engine = pooled_engine(postgres_url)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PooledPostgresStorage":
        """As the settings have it."""
        return cls(postgres_url(settings()), inst_data)


class PooledSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage over this process's pools: three databases, one of them for all runs' events.

    Stock Dagster makes a database with a dozen tables for every run.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        # Not the parent's, which would make the stock databases first. Dagster leaves it untyped.
        super(DagsterSqliteStorage, self).__init__()  # type: ignore[no-untyped-call]
        self.base_dir, self._inst_data = base_dir, inst_data
        self._run_storage = _PooledRuns.from_local(str(Path(base_dir, "history")))
        # Declared as the stock class, one database a run; whoever reads it asks for no more than any event log has.
        self._event_log_storage = _PooledEvents(  # type: ignore[assignment]
            str(Path(base_dir, "history"))
        )
        self._schedule_storage = _PooledSchedules.from_local(str(Path(base_dir, "schedules")))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PooledSqliteStorage":
        """As `dagster.yaml` has it."""
        return cls.from_local(config_value["base_dir"], inst_data)


def _first_here(folder: str) -> bool:
    """Whether this process opens a database for the first time; later on its tables needn't be looked for."""
    key = (folder, os.getpid())
    known = key in _looked_at
    _looked_at.add(key)
    return not known


class _PooledRuns(_RunsKnown, SqliteRunStorage):
    @classmethod
    def from_local(cls, base_dir: str, inst_data: ConfigurableClassData | None = None) -> "_PooledRuns":
        if _first_here(f"runs {base_dir}"):
            return super().from_local(base_dir, inst_data)
        return cls(sqlite_url(base_dir, "runs"), inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with pooled_engine(self._conn_string).begin() as connection:
            yield connection


class _PooledSchedules(_SchedulesKnown, SqliteScheduleStorage):
    @classmethod
    def from_local(cls, base_dir: str, inst_data: ConfigurableClassData | None = None) -> "_PooledSchedules":
        if _first_here(f"schedules {base_dir}"):
            SqliteScheduleStorage.from_local(base_dir)
        return cls(sqlite_url(base_dir, "schedules"), inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with pooled_engine(self._conn_string).begin() as connection:
            yield connection


class _SqliteEvents(ConsolidatedSqliteEventLogStorage):
    def __init__(self, base_dir: str) -> None:
        super().__init__(base_dir)
        self._poll: SqlPollingEventWatcher | None = None

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        with pooled_engine(self._conn_string).begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        return bool(sa.inspect(pooled_engine(self._conn_string)).has_table(table_name))

    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        if self._poll is None:  # the file itself seldom changes: new events lie in the write-ahead log
            self._poll = SqlPollingEventWatcher(self)
        self._poll.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id: str, handler: EventHandlerFn) -> None:
        if self._poll is not None:
            self._poll.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        if self._poll is not None:
            self._poll.close()
            self._poll = None


class _PooledEvents(_TablesKnown, _SqliteEvents):
    pass
