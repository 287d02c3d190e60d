"""Ending jobs whose runs ended without a word: the worker was killed, the run was lost, or a write failed."""

from dagster import DagsterInstance, RunsFilter

from assets.attempts import Attempt
from pipelines.on_demand.housekeeping.endings import end_attempt, verdict_of
from service import logs
from service.ledger import Ledger
from service.settings import Settings

_log = logs.get(__name__)


def reconcile(ledger: Ledger, instance: DagsterInstance, settings: Settings) -> int:
    """Settle every job in flight whose run is over or gone; how many there were."""
    rows = [row for row in ledger.in_flight() if row.run_id]
    if not rows:
        return 0
    runs = instance.get_runs(RunsFilter(run_ids=[row.run_id for row in rows if row.run_id]))
    going_on = {run.run_id for run in runs if not run.is_finished}
    over = [row for row in rows if row.run_id not in going_on]
    for row in over:
        try:
            if (found := verdict_of(instance, str(row.run_id))) is not None:
                outcome = end_attempt(ledger, Attempt(row.id, row.attempt), found, settings)
                _log.info("job ended after its run", job_id=str(row.id), run_id=row.run_id, outcome=outcome)
        except Exception:  # the others must not wait for one that can't be ended now
            _log.exception("job could not be ended", job_id=str(row.id))
    return len(over)
