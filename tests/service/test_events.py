"""How events get into PostgreSQL: a run's records are stock Dagster's, and nothing is claimed that isn't there."""

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetMaterialization,
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DataVersion,
    EventLogEntry,
    MaterializeResult,
    asset,
    materialize,
)
from dagster_postgres.event_log import PostgresEventLogStorage
from sqlalchemy.exc import OperationalError

from hosting.servers import Servers
from pipelines.dagster_internals.failures import EngineEventData
from pipelines.on_demand.home import prepare
from pipelines.on_demand.records import postgres_events
from pipelines.on_demand.records.storage import postgres_url
from service.settings import Settings
from tests.dagster_internals import AssetCheckExecutionRecordStatus, StepMaterializationData
from tests.service.running import as_if_of


@asset
def first() -> MaterializeResult:
    return MaterializeResult(data_version=DataVersion("one"), metadata={"rows": 3})


@asset(deps=[first], check_specs=[AssetCheckSpec("sound", asset="second", blocking=True)])
def second() -> MaterializeResult:
    return MaterializeResult(check_results=[AssetCheckResult(passed=True, check_name="sound")])


@pytest.fixture(scope="module")
def database(servers: Servers) -> str:
    with psycopg.connect(servers.database_url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE events")
    return servers.database_url("events")


@pytest.fixture
def instance(database: str, tmp_path: Path) -> Iterator[DagsterInstance]:
    settings = Settings(home=str(tmp_path), dagster_database_url=database)
    told = {"SYNTHCOPILOT_HOME": str(tmp_path), "SYNTHCOPILOT_DAGSTER_DATABASE_URL": database}
    with as_if_of({**os.environ, **told}):
        prepare(settings)
        with DagsterInstance.from_config(str(settings.dagster_home)) as one:
            yield one


@pytest.fixture
def background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_events, "_in_background", {os.getpid()})


@pytest.fixture
def stock(database: str) -> PostgresEventLogStorage:
    return PostgresEventLogStorage(postgres_url(Settings(dagster_database_url=database)), False)


def said(message: str, run_id: str) -> EventLogEntry:
    return entry(DagsterEventType.ENGINE_EVENT, EngineEventData({}), run_id, message)


def made(key: str, run_id: str, *, version: str = "x") -> EventLogEntry:
    materialization = AssetMaterialization(key, tags={"dagster/data_version": version})
    return entry(DagsterEventType.ASSET_MATERIALIZATION, StepMaterializationData(materialization, []), run_id)


def entry(kind: DagsterEventType, data: Any, run_id: str, message: str = "") -> EventLogEntry:
    event = DagsterEvent(kind.value, "job", message=message, event_specific_data=data)
    return EventLogEntry(None, 20, "", run_id, time.time(), job_name="job", dagster_event=event)


def messages(storage: PostgresEventLogStorage, run_id: str) -> Sequence[str | None]:
    return [one.get_dagster_event().message for one in storage.get_logs_for_run(run_id)]


@contextmanager
def nobody_writes(database: str) -> Iterator[Callable[[], None]]:
    """Hold the table of events; gives a way to end whoever waits for it, as if the server had gone."""
    with psycopg.connect(database) as holder, psycopg.connect(database, autocommit=True) as other:
        holder.execute("LOCK TABLE event_logs IN EXCLUSIVE MODE")
        waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

        def end_who_waits() -> None:
            while not other.execute(f"SELECT pg_terminate_backend(pid) {waiting}").fetchall():
                time.sleep(0.01)

        yield end_who_waits


@pytest.mark.parametrize("mode", ["at once", "background"])
def test_a_run_is_recorded_as_stock_dagster_would(
    mode: str, instance: DagsterInstance, stock: PostgresEventLogStorage, request: pytest.FixtureRequest
) -> None:
    if mode == "background":
        request.getfixturevalue("background")
    result = materialize([first, second], instance=instance)
    stored = [one.dagster_event for one in stock.get_logs_for_run(result.run_id) if one.dagster_event]
    kinds = [one.event_type_value for one in stored]
    assert [one for one in kinds if not one.endswith("PLANNED")] == [
        one.event_type_value for one in result.all_events if not one.event_type_value.endswith("PLANNED")
    ]
    assert kinds[-1] == "PIPELINE_SUCCESS"
    assert kinds.count("ASSET_MATERIALIZATION_PLANNED") == 2
    assert instance.get_run_by_id(result.run_id).is_success  # type: ignore[union-attr]
    (record,) = stock.get_asset_records([AssetKey("first")])
    assert record.asset_entry.last_run_id == result.run_id
    materialization = record.asset_entry.last_materialization
    assert materialization is not None
    assert materialization.asset_materialization is not None
    assert materialization.asset_materialization.metadata["rows"].value == 3
    number = record.asset_entry.last_materialization_storage_id
    (tags,) = stock.get_event_tags_for_asset(AssetKey("first"), filter_event_id=number)
    assert tags["dagster/data_version"] == "one"
    (check,) = stock.get_asset_check_execution_history(AssetCheckKey(AssetKey("second"), "sound"), limit=1)
    assert (check.run_id, check.status) == (result.run_id, AssetCheckExecutionRecordStatus.SUCCEEDED)


def test_what_piles_up_is_written_in_one_transaction(
    database: str, instance: DagsterInstance, stock: PostgresEventLogStorage, background: None
) -> None:
    log, run_id = instance.event_log_storage, str(uuid.uuid4())
    with nobody_writes(database):
        for n in range(20):
            log.store_event(made("piled", run_id, version=str(n)) if n % 2 else said(str(n), run_id))
    log.get_logs_for_run(run_id)
    with psycopg.connect(database) as connection:
        asked = "SELECT count(*), count(DISTINCT xmin::text) FROM event_logs WHERE run_id = %s"
        stored, transactions = connection.execute(asked, [run_id]).fetchone() or (0, 0)
    assert stored == 20
    assert transactions <= 2, "one that was under way already, and one for all the others"
    assert [one for one in messages(stock, run_id) if one] == [str(n) for n in range(0, 20, 2)]


def test_others_wait_for_an_event_where_they_act_on_it(
    database: str, instance: DagsterInstance, stock: PostgresEventLogStorage, background: None
) -> None:
    log, run_id = instance.event_log_storage, str(uuid.uuid4())
    ended = entry(DagsterEventType.RUN_SUCCESS, None, run_id, "ended")
    with ThreadPoolExecutor(1) as pool:
        with nobody_writes(database):
            pool.submit(log.store_event, said("goes on", run_id)).result(60)
            end = pool.submit(log.store_event, ended)
            time.sleep(0.3)
            assert not end.done()
            assert messages(stock, run_id) == []
        end.result(60)
        assert messages(stock, run_id) == ["goes on", "ended"]


def test_a_thread_reads_what_it_wrote(instance: DagsterInstance, background: None) -> None:
    log, run_id = instance.event_log_storage, str(uuid.uuid4())
    for n in range(30):
        log.store_event(made("read", run_id, version=str(n)))
        (record,) = log.get_asset_records([AssetKey("read")])
        latest = record.asset_entry.last_materialization
        assert latest is not None
        assert latest.asset_materialization is not None
        assert latest.asset_materialization.tags == {"dagster/data_version": str(n)}


def test_what_cannot_be_written_is_told_to_whom_it_concerns(
    database: str, instance: DagsterInstance, stock: PostgresEventLogStorage, background: None
) -> None:
    log, lost, kept = instance.event_log_storage, str(uuid.uuid4()), str(uuid.uuid4())
    with ThreadPoolExecutor(1) as another:
        with nobody_writes(database) as end_who_waits:
            log.store_event(made("lost", lost))
            end_who_waits()
        with pytest.raises(OperationalError, match=r"server closed|terminating connection"):
            log.get_logs_for_run(lost)
        another.submit(log.store_event, said("fine", kept)).result(60)
        another.submit(log.get_logs_for_run, kept).result(60)
    log.store_event(said("again", lost))
    assert log.get_logs_for_run(lost)
    assert stock.get_asset_records([AssetKey("lost")]) == []
    assert "again" in messages(stock, lost)
    assert messages(stock, kept) == ["fine"]


def test_runs_side_by_side_write_the_same_assets(instance: DagsterInstance, stock: PostgresEventLogStorage) -> None:
    log, keys = instance.event_log_storage, [f"shared{n}" for n in range(8)]
    together = threading.Barrier(4)

    def write(n: int) -> None:
        run_id = str(uuid.uuid4())
        together.wait()
        for _ in range(25):
            log.store_event_batch([made(key, run_id) for key in (keys if n % 2 else reversed(keys))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(stock.get_asset_records([AssetKey(key) for key in keys])) == 8
