"""Stopping what its user wants stopped, queued or running."""

import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime

from dagster import DagsterInstance, DagsterRun, RunsFilter

from assets.attempts import Attempt
from pipelines.dagster_internals.tags import RUN_KEY_TAG
from service import logs
from service.ledger import JobRow, Ledger

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


def stop_own_run(instance: DagsterInstance, attempt: Attempt) -> None:
    """Interrupt the run that this process executes, as the launcher would.

    Canceling is reported first: otherwise Dagster would call the interrupt a failure.
    """
    for run in _runs_of(instance, attempt):
        if not run.is_finished:
            instance.report_run_canceling(run)
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_run(instance: DagsterInstance, row: JobRow) -> None:
    just_made = [] if row.run_id else _runs_of(instance, Attempt(row.id, row.attempt))
    for run_id in [row.run_id] if row.run_id else [run.run_id for run in just_made]:
        instance.run_coordinator.cancel_run(run_id)


def _runs_of(instance: DagsterInstance, attempt: Attempt) -> Sequence[DagsterRun]:
    """An attempt's run, if there is one."""
    return instance.get_runs(RunsFilter(tags={RUN_KEY_TAG: attempt.run_key}))
