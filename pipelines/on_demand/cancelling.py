"""Stopping what its user wants stopped, queued or running."""

from datetime import UTC, datetime

from dagster import DagsterInstance, RunsFilter

from assets.attempts import Attempt
from service import logs
from service.ledger import JobRow, Ledger

_RUN_KEY = "dagster/run_key"
_log = logs.get(__name__)


def cancel_unwanted(ledger: Ledger, instance: DagsterInstance) -> int:
    """End every job in flight whose user asked for it; how many.

    The run is interrupted first and the job ends at once, without waiting for the run: what that still writes goes
    nowhere, since the job has ended. Whoever is killed in between finds the wish again.
    """
    ended = 0
    for row in ledger.to_cancel():
        try:
            _stop_run(instance, row)
        except Exception as error:
            _log.warning("run could not be stopped", job_id=str(row.id), error=type(error).__name__)
        ended += ledger.cancel(row.id, attempt=row.attempt, now=datetime.now(UTC))
    return ended


def _stop_run(instance: DagsterInstance, row: JobRow) -> None:
    run_ids = [row.run_id] if row.run_id else _just_made(instance, row)
    for run_id in run_ids:
        instance.run_coordinator.cancel_run(run_id)


def _just_made(instance: DagsterInstance, row: JobRow) -> list[str]:
    """The run of a job that doesn't know of it yet."""
    key = Attempt(row.id, row.attempt).run_key
    return [run.run_id for run in instance.get_runs(RunsFilter(tags={_RUN_KEY: key}))]
