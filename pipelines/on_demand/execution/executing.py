"""One run in a worker's child process: from the message to the job's end.

A run is run the way Dagster's own command does it, with instance and definitions that stay warm.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus

from assets.attempts import WORKER_TAG, Attempt
from pipelines.dagster_internals.execution import execute_run
from pipelines.on_demand.connections import instance, ledger
from pipelines.on_demand.housekeeping.endings import end_attempt
from pipelines.on_demand.housekeeping.verdicts import FAILURES, SOFT_LIMIT, UNRECORDED, verdict
from pipelines.on_demand.records.postgres_events import all_written
from pipelines.on_demand.resources.progress import STAGES, report
from service import logs
from service.settings import settings

_NOT_BEGUN: Final = (DagsterRunStatus.NOT_STARTED, DagsterRunStatus.QUEUED, DagsterRunStatus.STARTING)
_log = logs.get(__name__)


def execute(run_id: str, *, worker: str) -> str:
    """Make a run happen and end its job; how it ended, in a word. `worker` is our name in the ledger."""
    home = instance()
    run = home.get_run_by_id(run_id)
    if run is None or run.status not in _NOT_BEGUN:
        return "skipped"  # cancelled in the queue, given up, or delivered twice
    attempt = Attempt.of(run.tags)
    with logs.about(run_id=run_id, job_id=str(attempt.job_id) if attempt else None), _guarded(attempt):
        outcome = _executed(home, run, attempt, worker)
        _log.info("run ended", outcome=outcome)
    return outcome


@contextmanager
def _guarded(attempt: Attempt | None) -> Iterator[None]:
    """Keep the user's words out of whatever is logged, tracebacks of libraries included."""
    row = ledger().job(attempt.job_id) if attempt else None
    with logs.guarding(*((row.prompt, *row.tags) if row else ())):
        yield


def _executed(home: DagsterInstance, run: DagsterRun, attempt: Attempt | None, worker: str) -> str:
    run_id = run.run_id
    if run.tags.get(WORKER_TAG) != worker:  # our parent could not say so
        home.add_run_tags(run_id, {WORKER_TAG: worker})
    if attempt and not ledger().start(attempt.job_id, attempt=attempt.number, run_id=run_id, now=datetime.now(UTC)):
        home.report_run_canceled(run, "The job has ended or moved on to another run.")
        end_attempt(ledger(), attempt, verdict(DagsterRunStatus.CANCELED, ()), settings())
        return "skipped"
    follower = _Follower(attempt)
    with _own_signals(), _heard_limit(follower):
        execute_run(run_id, home, follower.on_event)
    all_written(home)
    status = _final_status(home, run, follower)
    return end_attempt(ledger(), attempt, verdict(status, follower.failures), settings()) if attempt else "done"


class _Follower:
    """Hears a run's events as they happen, and says how far it is."""

    def __init__(self, attempt: Attempt | None) -> None:
        self._attempt = attempt
        self.failures: list[DagsterEvent] = []
        self.over_time = False
        """Whether the soft time limit was reached."""

    def on_event(self, event: DagsterEvent) -> None:
        if event.event_type in FAILURES:
            self.failures.append(event)
        if event.event_type == DagsterEventType.STEP_START and self._attempt and event.step_key in STAGES:
            report(self._attempt, *STAGES[event.step_key])


def _final_status(home: DagsterInstance, run: DagsterRun, follower: _Follower) -> DagsterRunStatus:
    """How the run ended. One that stopped where Dagster doesn't look, or couldn't say how it ended, is ended here.

    Between two steps Dagster swallows what is raised: the time limit as well as a database that is gone.
    """
    found = home.get_run_by_id(run.run_id)
    if found is not None and not found.is_finished:
        if found.status == DagsterRunStatus.CANCELING:
            home.report_run_canceled(found)
        else:
            follower.on_event(home.report_run_failed(found, SOFT_LIMIT if follower.over_time else UNRECORDED))
        found = home.get_run_by_id(run.run_id)
    return found.status if found else DagsterRunStatus.FAILURE


@contextmanager
def _heard_limit(follower: _Follower) -> Iterator[None]:
    """Take note of the signal by which Celery says that the soft time limit is reached; what it does stays."""
    before = signal.getsignal(signal.SIGUSR1)

    def reached(number: int, frame: FrameType | None) -> None:
        follower.over_time = True
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGUSR1, reached)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, before)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Give Celery its signal handlers back: Dagster sets both to what it found for one of them."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
