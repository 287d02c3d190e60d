"""Dagster's storage classes, for ours to derive from: they differ in where their connections come from."""

# What is called with each event of a run that is watched, and with its place in the log.
from dagster._core.event_api import EventHandlerFn as EventHandlerFn

# Runs, events and schedules together.
from dagster._core.storage.base_storage import DagsterStorage as DagsterStorage

# Looks for new events of watched runs every so often.
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher as SqlPollingEventWatcher

# All runs' events in one database.
from dagster._core.storage.event_log.sqlite.consolidated_sqlite_event_log import (
    ConsolidatedSqliteEventLogStorage as ConsolidatedSqliteEventLogStorage,
)

# Runs, on SQLite.
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage as SqliteRunStorage

# What sensors and schedules remember, on SQLite.
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import (
    SqliteScheduleStorage as SqliteScheduleStorage,
)
from dagster._core.storage.sqlite import create_db_conn_string

# The three, on SQLite.
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage as DagsterSqliteStorage


def sqlite_url(folder: str, name: str) -> str:
    """Where Dagster looks for the database `name` in a folder."""
    return create_db_conn_string(folder, name)
