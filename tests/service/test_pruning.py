"""Dagster forgets old jobs, oldest first; the jobs and their files stay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from assets.attempts import JOB_TAG
from assets.partitions import REQUEST_BATCHES
from pipelines.dagster_internals.tags import PARTITION_TAG
from pipelines.on_demand.housekeeping.pruning import prune
from service.ledger import Ledger
from tests.dagster_internals import create_run_for_test
from tests.service.test_ledger import ledger, make_job

__all__ = ["ledger"]
NAME = str(REQUEST_BATCHES.name)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    with DagsterInstance.local_temp(str(tmp_path)) as one:
        yield one


def ended(instance: DagsterInstance, n: int, *, status: DagsterRunStatus = DagsterRunStatus.SUCCESS, **job: object):
    finished = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=n)
    one = make_job(state="succeeded", finished_at=finished, **job)
    instance.add_dynamic_partitions(NAME, [one.partition_key])
    tags = {JOB_TAG: str(one.pk), PARTITION_TAG: one.partition_key}
    create_run_for_test(instance, job_name="make_presets", tags=tags, status=status)
    return one


def known(instance: DagsterInstance) -> tuple[list[str], set[str]]:
    """Partitions, and the jobs that runs are of."""
    return list(instance.get_dynamic_partitions(NAME)), {run.tags[JOB_TAG] for run in instance.get_runs()}


def test_the_oldest_go_and_the_newest_stay(ledger: Ledger, instance: DagsterInstance) -> None:
    jobs = [ended(instance, n) for n in range(6)]
    assert prune(ledger, instance, keep=2, limit=3) == 3
    assert known(instance) == ([job.partition_key for job in jobs[3:]], {str(job.pk) for job in jobs[3:]})
    assert prune(ledger, instance, keep=2, limit=3) == 1
    assert prune(ledger, instance, keep=2, limit=3) == 0
    assert known(instance) == ([job.partition_key for job in jobs[4:]], {str(job.pk) for job in jobs[4:]})
    for job in jobs:
        job.refresh_from_db()
        assert job.state == "succeeded"
        assert (job.pruned_at is None) == (job in jobs[4:])


def test_a_partition_stays_while_another_job_has_it(ledger: Ledger, instance: DagsterInstance) -> None:
    old = ended(instance, 0)
    new = ended(instance, 1, partition_key=old.partition_key)
    assert prune(ledger, instance, keep=1) == 1
    assert known(instance) == ([old.partition_key], {str(new.pk)})


def test_a_run_that_goes_on_is_waited_for(ledger: Ledger, instance: DagsterInstance) -> None:
    job = ended(instance, 0, status=DagsterRunStatus.CANCELING)
    assert prune(ledger, instance, keep=0) == 0
    assert known(instance) == ([job.partition_key], {str(job.pk)})
    (run,) = instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.CANCELING]))
    instance.report_run_canceled(run)
    assert prune(ledger, instance, keep=0) == 1
    assert known(instance) == ([], set())
