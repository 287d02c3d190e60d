"""The Celery worker: `celery -A pipelines.on_demand.execution.worker worker -Q <queue>`.

The parent process takes messages, watches its children and gives signs of life; a child executes runs. Everything
that a run needs is imported before the children are forked. A killed child is replaced by a fork at any moment, so
what the parent's threads ask of a database is `unforked`.
"""

import gc
import logging
import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import signals
from celery.app.task import Task
from dagster import DagsterRunStatus, RunsFilter

from assets.attempts import WORKER_TAG, Attempt
from engine.stages import patch_stage, plan_stage, variation_stage
from pipelines.on_demand.connections import instance, ledger
from pipelines.on_demand.definitions import JOB_NAMES, defs
from pipelines.on_demand.execution.executing import execute
from pipelines.on_demand.housekeeping.endings import end_attempt, verdict_of
from pipelines.on_demand.housekeeping.verdicts import HARD_LIMIT
from pipelines.on_demand.messages.celery_app import EXECUTE, celery_app
from pipelines.on_demand.records.postgres_events import write_in_background
from pipelines.on_demand.resources import renderer
from pipelines.on_demand.resources.memory import limit_memory
from schemas.request import Request
from service import logs
from service.forking import unforked
from service.settings import settings

_BEAT_S = 1.0
_BORN = datetime.now(UTC)
_log = logs.get(__name__)
app = celery_app(settings())


def worker_name(hostname: str) -> str:
    """A worker's name in the ledger, from Celery's `<queue>@<host>`."""
    queue, _, host = hostname.partition("@")
    return f"worker:{queue}:{host or socket.gethostname()}"[:80]


@app.task(name=EXECUTE, bind=True)
def execute_job(self: "Task[[str], None]", run_id: str) -> None:
    """Execute the run with that id. Never raises: whatever goes wrong is the run's end, and the job's."""
    try:
        execute(run_id, worker=worker_name(self.request.hostname or ""))
    except Exception:
        _log.exception("worker failed", run_id=run_id)
        _give_up(run_id, "The worker could not carry the run out.")


@signals.task_received.connect
@unforked()
def _received(request: Any = None, **_: Any) -> None:
    """In the parent, first of all: whose the run is, if we are killed before it begins."""
    try:
        instance().add_run_tags(request.id, {WORKER_TAG: worker_name(request.hostname)})
    except Exception as error:
        _log.warning("run not marked as ours", run_id=request.id, error=type(error).__name__)


@signals.task_failure.connect(sender=execute_job)
@unforked()
def _child_lost(task_id: str = "", exception: BaseException | None = None, **_: Any) -> None:
    """In the parent: the child that executed a run was killed, by the hard time limit or by somebody else."""
    if isinstance(exception, TimeLimitExceeded):
        _give_up(task_id, f"{HARD_LIMIT}: the process was killed")
    elif isinstance(exception, WorkerLostError):
        _give_up(task_id, f"worker lost: {exception}")


@signals.task_revoked.connect(sender=execute_job)
@unforked()
def _revoked(request: Any = None, **_: Any) -> None:
    """In the parent: a run was stopped before its child could say so.

    Or its child was killed, and had before lived through the end of another run: Celery takes that for the same.
    """
    run = instance().get_run_by_id(request.id)
    if run is not None and run.status == DagsterRunStatus.CANCELING:
        instance().report_run_canceled(run)
    else:
        _give_up(request.id, "worker lost: its process was ended")


def _give_up(run_id: str, words: str) -> None:
    run = instance().get_run_by_id(run_id)
    if run is None:
        return
    if not run.is_finished:
        instance().report_run_failed(run, words)
    found, attempt = verdict_of(instance(), run_id), Attempt.of(run.tags)
    if found and attempt:
        end_attempt(ledger(), attempt, found, settings())


@signals.setup_logging.connect
def _logs(**_: Any) -> None:
    """Instead of Celery's own."""
    logs.configure(settings().log_format)
    for chatty in ("alembic", "celery.worker.strategy", "celery.worker.control", "celery.app.trace"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


@signals.worker_init.connect
def _warm_up(**_: Any) -> None:
    """In the parent, before it forks: everything that a first run would otherwise wait for."""
    for name in JOB_NAMES:
        defs.resolve_job_def(name)
    plan = plan_stage(Request(prompt="warm pad", variations=1))
    variation_stage(plan, patch_stage(plan).spec)
    if settings().llm_url:
        from service.llm.asking import load

        load()
    gc.collect()
    gc.freeze()  # children share what is there now


@signals.worker_ready.connect
@unforked()
def _at_work(sender: Any = None, **_: Any) -> None:
    """In the parent: end what a former life of this worker left behind, then give signs of life."""
    name = worker_name(sender.hostname)
    mine = {WORKER_TAG: name}
    going_on = RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING], tags=mine)
    taken = RunsFilter(statuses=[DagsterRunStatus.STARTING], tags=mine, updated_before=_BORN)  # not by this life
    for run in (*instance().get_runs(going_on), *instance().get_runs(taken)):
        _give_up(run.run_id, "worker lost: it was started anew")
    threading.Thread(target=_beat, args=(name,), daemon=True, name="beat").start()


def _beat(name: str) -> None:
    while True:
        try:
            with unforked():
                ledger().beat(name, now=datetime.now(UTC))
        except Exception as error:
            _log.warning("no sign of life given", error=type(error).__name__)
        time.sleep(_BEAT_S)


@signals.worker_process_init.connect
def _child(**_: Any) -> None:
    """In a child: a limit to its memory, an end when its parent ends, a renderer that is warm."""
    limit_memory(settings().memory_limit_mb << 20)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True, name="parent").start()
    write_in_background()
    instance()
    ledger()
    renderer.warm()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_BEAT_S)
    os.kill(os.getpid(), signal.SIGKILL)
