"""Kinds of events, and the tables that they are kept in."""

from typing import Final

from dagster import DagsterInstance, EventLogEntry
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS

# What is known of each asset.
from dagster._core.storage.event_log import AssetKeyTable as AssetKeyTable
from dagster._core.storage.event_log import SqlEventLogStorageTable
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

EventsTable: Final = SqlEventLogStorageTable
"""Every event of every run."""
CheckExecutionsTable: Final = AssetCheckExecutionsTable
"""Every evaluation of every check."""


def tells_of_check(event: EventLogEntry) -> bool:
    """Whether a check was planned or evaluated."""
    return event.is_dagster_event and event.dagster_event_type in ASSET_CHECK_EVENTS


def tells_of_asset(event: EventLogEntry) -> bool:
    """Whether an asset was planned, made, observed or not made."""
    return event.is_dagster_event and event.dagster_event_type in ASSET_EVENTS


def forget_checks(instance: DagsterInstance, run_id: str) -> None:
    """Remove what a run's checks found: Dagster keeps it when the run is deleted."""
    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage):
        with storage.index_connection() as connection:
            connection.execute(CheckExecutionsTable.delete().where(CheckExecutionsTable.c.run_id == run_id))
