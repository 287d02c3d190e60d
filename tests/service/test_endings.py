"""What a run's end means for its job, and when another attempt is made."""

import uuid
from collections.abc import Callable

import pytest
from dagster import DagsterEvent, DagsterInstance, DagsterRunStatus, RunsFilter, job, op
from sqlalchemy.exc import OperationalError

from api.models import Job
from assets.attempts import ATTEMPT_TAG, JOB_TAG, Attempt
from assets.storage import StoreError
from engine.errors import RenderError
from pipelines.on_demand.housekeeping.endings import end_attempt, verdict_of
from pipelines.on_demand.housekeeping.reconciling import reconcile
from pipelines.on_demand.housekeeping.verdicts import FAILURES, LOST, RunVerdict, verdict
from service.ledger import Ledger, MadeFile
from service.settings import Settings
from tests.service.test_ledger import NOW, ledger
from tests.service.test_ledger import job as a_job

__all__ = ["a_job", "ledger"]
SETTINGS = Settings(max_attempts=3, retry_base_s=1.0)
FILE = MadeFile("a.zip", "bundle", "application/zip", "0" * 64, 3)


class SoftTimeLimitExceeded(Exception):  # noqa: N818 - as Celery calls it
    pass


def wrapped() -> None:
    try:
        raise OperationalError("select", {}, Exception("gone"))
    except OperationalError as error:
        raise RuntimeError("could not load") from error


def raising(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "code", "retried"),
    [
        (raising(SoftTimeLimitExceeded()), "timeout", False),
        (raising(MemoryError()), "out_of_memory", True),
        (raising(RenderError("the render process ended")), "worker_lost", True),
        (raising(StoreError("blob is missing")), "storage", True),
        (raising(ConnectionResetError()), "storage", True),
        (raising(FileNotFoundError("x")), "storage", True),
        (wrapped, "storage", True),
        (raising(ValueError("a bug")), "internal", False),
    ],
)
def test_what_was_raised_decides(run: Callable[[], None], code: str, retried: bool) -> None:
    @op
    def step() -> None:
        run()

    @job
    def made() -> None:
        step()

    with DagsterInstance.ephemeral() as instance:
        result = made.execute_in_process(instance=instance, raise_on_error=False)
        afterwards = verdict_of(instance, result.run_id)
    at_once = verdict(DagsterRunStatus.FAILURE, [e for e in result.all_events if e.event_type in FAILURES])
    for found in (afterwards, at_once):
        assert found is not None
        assert (found.kind, found.code, found.retried) == ("failed", code, retried)
        assert "a bug" not in found.words


def run_of(instance: DagsterInstance, a_job: Job, status: DagsterRunStatus = DagsterRunStatus.STARTED) -> str:
    @op
    def step() -> None: ...

    @job
    def made() -> None:
        step()

    tags = {JOB_TAG: str(a_job.pk), ATTEMPT_TAG: str(a_job.attempt)}
    return instance.create_run_for_job(made, tags=tags, status=status).run_id


@pytest.mark.parametrize(
    ("message", "code", "retried"),
    [
        ("stopped by the hard time limit: the process was killed", "timeout", False),
        ("worker lost: silent", "worker_lost", True),
    ],
)
def test_runs_that_others_give_up_are_told_apart(
    instance: DagsterInstance, a_job: Job, message: str, code: str, retried: bool
) -> None:
    run_id = run_of(instance, a_job)
    assert verdict_of(instance, run_id) is None, "it goes on"
    run = instance.get_run_by_id(run_id)
    assert run
    instance.report_run_failed(run, message)
    found = verdict_of(instance, run_id)
    assert found
    assert (found.code, found.retried) == (code, retried)
    assert verdict_of(instance, str(uuid.uuid4())) == LOST


def begin(ledger: Ledger, a_job: Job, instance: DagsterInstance) -> str:
    run_id = run_of(instance, a_job)
    assert ledger.bind(a_job.pk, attempt=a_job.attempt, run_id=run_id)
    assert ledger.start(a_job.pk, attempt=a_job.attempt, run_id=run_id, now=NOW)
    return run_id


def test_a_job_is_tried_as_often_as_allowed(ledger: Ledger, a_job: Job, instance: DagsterInstance) -> None:
    outcomes = []
    for number in (1, 2, 3):
        a_job.refresh_from_db()
        assert a_job.attempt == number
        begin(ledger, a_job, instance)
        outcomes.append(end_attempt(ledger, Attempt(a_job.pk, number), LOST, SETTINGS))
        assert end_attempt(ledger, Attempt(a_job.pk, number), LOST, SETTINGS) == "kept"
    assert outcomes == ["retried", "retried", "failed"]
    a_job.refresh_from_db()
    assert (a_job.state, a_job.error_code) == ("failed", "worker_lost")


def test_an_attempt_that_no_worker_took_costs_little(ledger: Ledger, a_job: Job) -> None:
    unbegun = RunVerdict("failed", "worker_lost", began=False)
    for number in range(1, 13):
        assert end_attempt(ledger, Attempt(a_job.pk, number), unbegun, SETTINGS) == "retried"
    assert end_attempt(ledger, Attempt(a_job.pk, 13), unbegun, SETTINGS) == "failed", "three, and ten more"


def test_a_wish_to_cancel_outweighs_every_end(ledger: Ledger, a_job: Job, instance: DagsterInstance) -> None:
    begin(ledger, a_job, instance)
    Job.objects.update(cancel_requested_at=NOW)
    assert end_attempt(ledger, Attempt(a_job.pk, 1), LOST, SETTINGS) == "cancelled"


@pytest.mark.parametrize(
    ("status", "delivered", "outcome"),
    [
        (DagsterRunStatus.SUCCESS, True, ("succeeded", 1)),
        (DagsterRunStatus.SUCCESS, False, ("failed", 1)),
        (DagsterRunStatus.CANCELED, True, ("queued", 2)),
        (None, True, ("queued", 2)),
    ],
)
def test_what_a_worker_could_not_write_is_written_for_it(
    ledger: Ledger,
    a_job: Job,
    instance: DagsterInstance,
    status: DagsterRunStatus | None,
    delivered: bool,
    outcome: tuple[str, int],
) -> None:
    run_id = begin(ledger, a_job, instance)
    assert reconcile(ledger, instance, SETTINGS) == 0, "its run goes on"
    if delivered:
        assert ledger.deliver(a_job.pk, attempt=1, files=[FILE])
    if status is None:
        instance.delete_run(run_id)
    else:
        event = {DagsterRunStatus.SUCCESS: "PIPELINE_SUCCESS", DagsterRunStatus.CANCELED: "PIPELINE_CANCELED"}[
            status
        ]
        instance.report_dagster_event(DagsterEvent(event, job_name="made"), run_id)
        assert instance.get_runs(RunsFilter(statuses=[status]))
    assert reconcile(ledger, instance, SETTINGS) == 1
    assert reconcile(ledger, instance, SETTINGS) == 0, "once"
    a_job.refresh_from_db()
    assert (a_job.state, a_job.attempt) == outcome
    assert ledger.files(a_job.pk) == ((FILE,) if outcome[0] == "succeeded" else ())
