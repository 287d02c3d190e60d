"""Ending a job exactly once: whoever comes first, the worker after its run or the sensor that missed it.

Every write is conditional on the attempt it speaks of, so the second to come changes nothing.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from dagster import DagsterInstance, DagsterRunStatus

from assets.attempts import Attempt
from pipelines.on_demand.housekeeping.verdicts import FAILURES, LOST, RunVerdict, verdict
from service.ledger import Ledger
from service.settings import Settings

UNBEGUN_ATTEMPTS = 10
"""So many more attempts has a job that no worker took: none was there, which is no fault of the job's."""
_LONGEST_WAIT_S = 60.0


def verdict_of(instance: DagsterInstance, run_id: str) -> RunVerdict | None:
    """How a run ended; None while it goes on."""
    run = instance.get_run_by_id(run_id)
    if run is None:
        return LOST
    if not run.is_finished:
        return None
    if run.status != DagsterRunStatus.FAILURE:
        return verdict(run.status, ())
    logs = instance.all_logs(run_id, of_type=set(FAILURES))
    return verdict(run.status, [entry.dagster_event for entry in logs if entry.dagster_event])


def end_attempt(ledger: Ledger, attempt: Attempt, verdict: RunVerdict, settings: Settings) -> str:
    """Write down how an attempt ended; the result for the job, in a word. `kept` if it had ended before."""
    now, job, number = datetime.now(UTC), attempt.job_id, attempt.number
    if ledger.cancel(job, attempt=number, now=now):
        return "cancelled"
    if verdict.kind == "done":
        if ledger.succeed(job, attempt=number, now=now):
            return "succeeded"
    elif verdict.retried and number < most_attempts(verdict, settings):
        wait = timedelta(seconds=backoff_s(attempt, base_s=settings.retry_base_s))
        if ledger.retry(job, attempt=number, not_before=now + wait):
            return "retried"
        if ledger.cancel(job, attempt=number, now=now):  # asked for in this very moment
            return "cancelled"
    failed = ledger.fail(job, attempt=number, code=verdict.code, detail=verdict.words, now=now)
    return "failed" if failed else "kept"


def backoff_s(attempt: Attempt, *, base_s: float) -> float:
    """How long the next attempt waits, s: twice as long each time, spread by a hash so that few coincide."""
    spread = int(hashlib.sha256(attempt.run_key.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return min(base_s * 2.0 ** (attempt.number - 1), _LONGEST_WAIT_S) * (0.5 + spread)


def most_attempts(verdict: RunVerdict, settings: Settings) -> int:
    """How often a job is tried at the most, the first time included, where `verdict.retried` says that it helps.

    Nobody else tries again: Dagster resumes no run, and a message that comes twice finds its run begun.
    """
    return settings.max_attempts + (0 if verdict.began else UNBEGUN_ATTEMPTS)
