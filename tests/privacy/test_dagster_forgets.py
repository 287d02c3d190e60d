"""Dagster forgets a partition once its files are erased; and it is Dagster that has what is due erased."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter

from api.models import Heartbeat, Job, Purge
from assets.partitions import REQUEST_BATCHES
from pipelines.on_demand.housekeeping import retention as pipeline
from pipelines.on_demand.housekeeping.forgetting import forget_erased, forget_partition
from service.settings import Settings
from tests.privacy.house import Everywhere, House

NOW = datetime.now(UTC)


def test_an_erased_partition_is_forgotten_and_may_be_made_anew(house: House, done: Job, instance: DagsterInstance):
    (run,) = instance.get_runs()
    partition = done.partition_key
    assert forget_erased(house.ledger, instance) == 0, "nothing is erased yet"
    assert instance.has_dynamic_partition(REQUEST_BATCHES.name, partition)
    house.eraser.erase_job(done.pk, now=NOW)
    again = house.job()
    assert house.ledger.waiting(now=NOW, limit=5) == ()
    assert forget_erased(house.ledger, instance) == 1
    assert instance.get_run_by_id(run.run_id) is None
    assert instance.get_dynamic_partitions(REQUEST_BATCHES.name) == []
    assert not instance.event_log_storage.get_materialized_partitions(AssetKey("bundles"))
    assert not Purge.objects.exists()
    assert [row.id for row in house.ledger.waiting(now=NOW, limit=5)] == [again.pk]


def test_no_row_of_its_runs_is_left(house: House, done: Job, instance: DagsterInstance):
    assert forget_partition(instance, done.partition_key)
    for path in Path(instance.root_directory).rglob("*.db"):
        with sqlite3.connect(path) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if table in ("asset_keys", "alembic_version", "secondary_indexes", "sqlite_sequence", "snapshots"):
                    continue  # what assets and jobs there are, and each asset's latest state
                rows = database.execute(f"SELECT * FROM {table}").fetchall()
                assert not [row for row in rows if done.partition_key in repr(row)], f"{path.name}: {table}"


def test_a_partition_whose_run_goes_on_is_not_forgotten(house: House, done: Job, instance: DagsterInstance):
    (run,) = instance.get_runs()
    house.eraser.erase_job(done.pk, now=NOW)
    with sqlite3.connect(Path(instance.root_directory, "history", "runs.db")) as database:
        database.execute("UPDATE runs SET status = 'STARTED'")
    assert instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED]))
    assert forget_erased(house.ledger, instance) == 0
    assert Purge.objects.count() == 1
    assert instance.get_run_by_id(run.run_id) is not None


def test_the_job_erases_what_is_due_and_says_how_much(
    house: House, done: Job, everywhere: Everywhere, monkeypatch: pytest.MonkeyPatch
):
    there = Settings(home=house.home, prompt_retention_days=30)
    monkeypatch.setattr(pipeline, "settings", lambda: there)
    monkeypatch.setattr(pipeline, "ledger", lambda: house.ledger)
    Job.objects.update(created_at=NOW - timedelta(days=31))
    with DagsterInstance.ephemeral() as instance:
        result = pipeline.retention.execute_in_process(instance=instance)
        (output,) = [event for event in result.all_events if event.event_type_value == "STEP_OUTPUT"]
    metadata = output.event_specific_data.metadata
    assert metadata["prompts"].value == 1
    assert metadata["files"].value["tables"] == 6
    assert everywhere() == {}
    assert json.dumps({name: value.value for name, value in metadata.items()})
    assert Heartbeat.objects.filter(part="retention").exists()


def test_it_runs_by_itself_in_a_queue_of_its_own_limits():
    from pipelines.on_demand.definitions import defs

    schedule = defs.resolve_schedule_def("hourly_retention")
    assert schedule.default_status.value == "RUNNING"
    job = defs.resolve_job_def("retention")
    assert job.tags["dagster-celery/queue"] == "export"
    assert float(job.tags["synthcopilot/soft-limit-s"]) > pipeline._LIMIT_S
