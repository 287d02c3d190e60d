"""What a worker does with a run, piece by piece: progress, a warm renderer, ends that others report, limits."""

import os
import signal
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRunStatus, JobDefinition, job, op

from assets.attempts import ATTEMPT_TAG, JOB_TAG, WORKER_TAG, Attempt
from pipelines.dagster_internals.launching import WorkerStatus
from pipelines.on_demand.dispatch import launcher
from pipelines.on_demand.dispatch.launcher import WarmWorkerLauncher
from pipelines.on_demand.execution import executing, worker
from pipelines.on_demand.housekeeping import retention
from pipelines.on_demand.resources import memory, progress, renderer
from pipelines.on_demand.resources.progress import Rendering, progress_after
from pipelines.on_demand.resources.renderer import WarmRenderer
from service import forking, logs
from service.erasure.retention import Retention, RetentionReport
from service.ledger import Ledger
from service.settings import Settings
from tests.dagster_internals import create_run_for_test
from tests.service.ledgers import NOW, change_job, put_files, put_job, row_of

STARTED, STARTING, CANCELING = DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING
SETTINGS = Settings(memory_limit_mb=600)


@pytest.fixture(autouse=True)
def at_hand(ledger: Ledger, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (executing, launcher, progress, retention, worker):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
        if hasattr(module, "instance"):
            monkeypatch.setattr(module, "instance", lambda: instance)
        if hasattr(module, "settings"):
            monkeypatch.setattr(module, "settings", lambda: SETTINGS)


def run_of(
    instance: DagsterInstance, job: uuid.UUID | None = None, status: DagsterRunStatus = STARTED, **tags: str
) -> str:
    mine = {JOB_TAG: str(job), ATTEMPT_TAG: "1"} if job else {}
    return create_run_for_test(instance, job_name="made", status=status, tags=mine | tags).run_id


def status_of(instance: DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status.value


# -- progress ----------------------------------------------------------------------------------------------------


def test_how_far_a_job_is_when_a_stage_begins() -> None:
    assert progress.STAGES == {
        "prompts": ("planning", 0.02),
        "plans": ("planning", 0.04),
        "patch_specs": ("patching", 0.08),
        "variations": ("patching", 0.12),
        "renders": ("rendering", 0.15),
        "bundles": ("bundling", 0.88),
        "deliveries": ("delivering", 0.95),
        "exports": ("packing", 0.3),
    }


@pytest.mark.parametrize(("renders", "shown"), [(0, 0.15), (1, 0.186), (10, 0.437), (20, 0.611), (60, 0.844)])
def test_how_far_it_is_after_so_many_renders(renders: int, shown: float) -> None:
    assert progress_after(renders) == shown


def test_rendering_is_told_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = SimpleNamespace(now=50.0), []
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(progress, "report", lambda *what: told.append((clock.now, *what)))
    attempt = Attempt(uuid.uuid4(), 1)
    one = Rendering(attempt)
    for clock.now in (50.5, 50.99, 51.0, 51.5, 51.99, 52.0):
        one.count_render(None)  # type: ignore[arg-type]
    assert told == [(51.0, attempt, "rendering", 0.252), (52.0, attempt, "rendering", 0.339)]


@pytest.mark.parametrize(
    ("about", "stops"),
    [({}, False), ({"cancel_requested_at": NOW}, True), ({"state": "failed"}, True), ({"attempt": 2}, True)],
    ids=str,
)
def test_a_run_that_nobody_wants_any_more_is_stopped_when_it_reports(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, about: dict[str, Any], stops: bool
) -> None:
    stopped: list[Attempt] = []
    monkeypatch.setattr(progress, "stop_own_run", lambda instance, attempt: stopped.append(attempt))
    attempt = Attempt(put_job(ledger, **{"state": "running"} | about), 1)
    progress.report(attempt, "patching", 0.08)
    assert stopped == [attempt] * stops
    row = row_of(ledger, attempt.job_id)
    assert (row["stage"], row["progress"]) == (("waiting", 0.0) if stops else ("patching", 0.08))


# -- the renderer ------------------------------------------------------------------------------------------------


class Pool:
    """Stands for a render process."""

    def __init__(self) -> None:
        self.alive, self.closed, self.on_outcome = True, False, None

    def close(self) -> None:
        self.alive, self.closed = False, True


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> WarmRenderer:
    monkeypatch.setattr(renderer, "_idle", {})
    monkeypatch.setattr(renderer.RendererResource, "started", lambda self: Pool())
    return WarmRenderer()


def test_a_render_process_is_lent_again(warm: WarmRenderer) -> None:
    with warm.pool() as first:
        assert first.on_outcome is None, "no job asks for it"
    with warm.pool() as second, warm.pool() as beside:
        assert second is first
        assert beside is not first
    with warm.pool() as third, warm.pool() as fourth:
        assert {third, fourth} == {first, beside}


def test_one_that_has_died_is_not(warm: WarmRenderer) -> None:
    with warm.pool() as first:
        pass
    first.alive = False  # type: ignore[misc]
    with warm.pool() as second:
        assert second is not first


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_one_that_was_interrupted_is_ended(warm: WarmRenderer, error: type[BaseException]) -> None:
    with pytest.raises(error), warm.pool() as first:
        raise error
    assert first.closed  # type: ignore[attr-defined]
    with warm.pool() as second:
        assert second is not first


def test_another_process_has_its_own(warm: WarmRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    with warm.pool() as mine:
        pass
    monkeypatch.setattr(renderer.os, "getpid", lambda: -1)
    with warm.pool() as theirs:
        assert theirs is not mine


def test_a_jobs_rendering_is_told_to_that_job(warm: WarmRenderer) -> None:
    number = uuid.uuid4()
    run = SimpleNamespace(tags={JOB_TAG: str(number), ATTEMPT_TAG: "3"})
    warm.setup_for_execution(SimpleNamespace(run=run))  # type: ignore[arg-type]
    with warm.pool() as lent:
        assert lent.on_outcome.__self__._attempt == Attempt(number, 3)  # type: ignore[union-attr]
    warm.setup_for_execution(SimpleNamespace(run=None))  # type: ignore[arg-type]
    with warm.pool() as lent:
        assert lent.on_outcome is None, "and not to the one before"


def test_warming_up_leaves_one_that_is_ready(warm: WarmRenderer) -> None:
    renderer.warm()
    ((ready,),) = renderer._idle.values()
    with warm.pool() as lent:
        assert lent is ready


# -- the parent --------------------------------------------------------------------------------------------------


LOST = {"task_id": "r1", "exception": WorkerLostError("killed")}
REQUEST = {"request": SimpleNamespace(id="r1", hostname="generate@here")}


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("_received", REQUEST),
        ("_child_lost", LOST),
        ("_revoked", REQUEST),
        ("_at_work", {"sender": SimpleNamespace(hostname="generate@here")}),
    ],
)
def test_the_parent_is_not_forked_while_it_asks_a_database(
    monkeypatch: pytest.MonkeyPatch, instance: DagsterInstance, handler: str, told: dict[str, Any]
) -> None:
    asked: list[bool] = []

    def watched() -> DagsterInstance:
        asked.append(forking._use._is_owned())  # type: ignore[attr-defined]
        return instance

    monkeypatch.setattr(worker, "instance", watched)
    monkeypatch.setattr(worker, "_beat", lambda name: None)
    getattr(worker, handler)(**told)
    assert asked
    assert all(asked)


def test_nor_while_it_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    class BeatEnded(BaseException):
        pass

    def beat(*_: Any, **__: Any) -> None:
        assert forking._use._is_owned()  # type: ignore[attr-defined]
        raise BeatEnded

    monkeypatch.setattr(worker, "ledger", lambda: SimpleNamespace(beat=beat))
    with pytest.raises(BeatEnded):
        worker._beat("worker:generate:here")


# -- the launcher ------------------------------------------------------------------------------------------------


@pytest.fixture
def launched(instance: DagsterInstance) -> WarmWorkerLauncher:
    one = WarmWorkerLauncher()
    one.register_instance(instance)
    sent: list[tuple[Any, ...]] = []
    revoked: list[tuple[Any, ...]] = []
    one.celery = SimpleNamespace(  # type: ignore[assignment]
        send_task=lambda *what, **how: sent.append((*what, how)),
        control=SimpleNamespace(revoke=lambda *what, **how: revoked.append((*what, how))),
        sent=sent,
        revoked=revoked,
    )
    return one


def test_a_run_without_limits_of_its_own_has_45_and_60_seconds(launched: Any, instance: DagsterInstance) -> None:
    for tags in ({}, {"synthcopilot/soft-limit-s": "soon"}):
        run_id = run_of(instance, **tags)
        launched.launch_run(SimpleNamespace(dagster_run=instance.get_run_by_id(run_id)))
        assert launched.celery.sent.pop() == (
            "execute_job",
            {
                "args": [run_id],
                "task_id": run_id,
                "queue": "generate",
                "soft_time_limit": 45.0,
                "time_limit": 60.0,
                "ignore_result": True,
            },
        )


@pytest.mark.parametrize("status", [STARTED, STARTING, DagsterRunStatus.NOT_STARTED])
def test_terminating_interrupts_the_run_and_takes_its_message_back(
    launched: Any, instance: DagsterInstance, status: DagsterRunStatus
) -> None:
    run_id = run_of(instance, status=status)
    assert launched.terminate(run_id) is True
    assert launched.celery.revoked == [(run_id, {"terminate": True, "signal": "SIGTERM"})]
    assert status_of(instance, run_id) == "CANCELING"


def test_what_is_over_is_not_terminated(launched: Any, instance: DagsterInstance) -> None:
    assert launched.terminate(run_of(instance, status=DagsterRunStatus.FAILURE)) is False
    assert launched.terminate(str(uuid.uuid4())) is False
    assert launched.celery.revoked == []
    assert launched.supports_resume_run is False


def test_a_worker_is_lost_after_eight_seconds_without_a_new_sign(
    launched: Any, instance: DagsterInstance, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(launcher, "time", SimpleNamespace(monotonic=lambda: clock.now))
    run = instance.get_run_by_id(run_of(instance, **{WORKER_TAG: "worker:generate:here"}))
    assert launched.get_run_worker_debug_info(run) == "worker:generate:here"

    def after(seconds: float) -> tuple[WorkerStatus, str | None]:
        clock.now += seconds
        found = launched.check_run_worker_health(run)
        return found.status, found.msg

    fine = (WorkerStatus.RUNNING, None)
    assert after(0) == fine, "never seen: it may just have started"
    assert after(8.0) == fine
    assert after(0.1)[0] == WorkerStatus.FAILED
    ledger.beat("worker:generate:here", now=NOW)
    ledger.beat("worker:generate:there", now=NOW + timedelta(hours=1))
    assert after(5) == fine
    assert after(8.0) == fine
    assert after(0.1) == (
        WorkerStatus.FAILED, "worker lost: worker:generate:here has been silent for 8 s"
    )  # fmt: skip
    ledger.beat("worker:generate:here", now=NOW + timedelta(seconds=1))
    assert after(1) == fine
    unmarked = instance.get_run_by_id(run_of(instance))
    assert launched.check_run_worker_health(unmarked).status == WorkerStatus.RUNNING


# -- one run in a child ------------------------------------------------------------------------------------------


@op
def step() -> None: ...


@job
def made() -> None:
    step()


@pytest.fixture
def runs(instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which runs were executed; each succeeds, and delivers nothing."""
    executed: list[str] = []

    def run(run_id: str, home: DagsterInstance, hear: Any, **_: Any) -> None:
        executed.append(run_id)
        assert home.get_run_by_id(run_id).tags[WORKER_TAG] == "worker:generate:here"  # type: ignore[union-attr]
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        instance.report_dagster_event(DagsterEvent("PIPELINE_SUCCESS", job_name="made"), run_id)

    monkeypatch.setattr(executing, "execute_run", run)
    return executed


@pytest.mark.parametrize("status", [DagsterRunStatus.NOT_STARTED, STARTING])
def test_a_run_that_has_not_begun_is_executed_and_ends_its_job(
    runs: list[str], instance: DagsterInstance, ledger: Ledger, status: DagsterRunStatus
) -> None:
    job = put_job(ledger)
    put_files(ledger, job)
    run_id = run_of(instance, job, status)
    before = signal.getsignal(signal.SIGTERM)
    assert executing.execute(run_id, worker="worker:generate:here") == "succeeded"
    assert runs == [run_id]
    row = row_of(ledger, job)
    assert (row["state"], row["run_id"]) == ("succeeded", run_id)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("status", [STARTED, CANCELING, DagsterRunStatus.FAILURE, DagsterRunStatus.SUCCESS])
def test_a_message_that_comes_twice_or_too_late_is_skipped(
    runs: list[str], instance: DagsterInstance, ledger: Ledger, status: DagsterRunStatus
) -> None:
    job = put_job(ledger)
    before = row_of(ledger, job)
    assert executing.execute(run_of(instance, job, status), worker="w") == "skipped"
    assert executing.execute(str(uuid.uuid4()), worker="w") == "skipped"
    assert runs == []
    assert row_of(ledger, job) == before


@pytest.mark.parametrize(
    ("about", "state"),
    [({"cancel_requested_at": NOW}, "cancelled"), ({"state": "failed"}, "failed"), ({"attempt": 2}, "queued")],
    ids=["unwanted", "over", "at another attempt"],
)
def test_a_run_whose_job_has_moved_on_is_not_executed(
    runs: list[str], instance: DagsterInstance, ledger: Ledger, about: dict[str, Any], state: str
) -> None:
    job = put_job(ledger, **about)
    run_id = run_of(instance, job, STARTING)
    assert executing.execute(run_id, worker="worker:generate:here") == "skipped"
    assert runs == []
    assert status_of(instance, run_id) == "CANCELED"
    assert row_of(ledger, job)["state"] == state


def test_a_jobs_words_and_tags_are_cut_out_of_whatever_is_logged_while_it_runs(
    instance: DagsterInstance, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []

    def run(run_id: str, home: DagsterInstance, hear: Any, **_: Any) -> None:
        logged.append(logs.cut_out("sunlit harbour of velvet, pale"))
        instance.report_dagster_event(DagsterEvent("PIPELINE_SUCCESS", job_name="made"), run_id)

    monkeypatch.setattr(executing, "execute_run", run)
    job = put_job(ledger, prompt="sunlit harbour", tags=["velvet", "pale"])
    executing.execute(run_of(instance, job, STARTING), worker="worker:generate:here")
    assert logged == ["[cut out] of [cut out], [cut out]"]
    assert logs.cut_out("sunlit harbour") == "sunlit harbour"


def test_a_job_ends_when_all_events_of_its_run_are_written_and_not_before(
    runs: list[str], instance: DagsterInstance, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []
    job = put_job(ledger)
    put_files(ledger, job)
    monkeypatch.setattr(
        executing, "all_written", lambda home: seen.append((len(runs), row_of(ledger, job)["state"]))
    )
    assert executing.execute(run_of(instance, job, STARTING), worker="worker:generate:here") == "succeeded"
    assert seen == [(1, "running")]


def test_a_run_that_works_for_no_job_is_executed_as_well(runs: list[str], instance: DagsterInstance) -> None:
    run_id = run_of(instance, None, STARTING)
    assert executing.execute(run_id, worker="worker:generate:here") == "done"
    assert runs == [run_id]


@pytest.mark.parametrize(
    ("left", "status", "outcome"),
    [
        ("over time", "FAILURE", ("failed", "timeout")),
        ("unrecorded", "FAILURE", ("queued", "")),
        ("cancelled", "CANCELED", ("queued", "")),
    ],
)
def test_a_run_that_stopped_where_dagster_does_not_look_is_ended(
    instance: DagsterInstance,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    left: str,
    status: str,
    outcome: tuple[str, str],
) -> None:
    struck: list[int] = []

    def run(run_id: str, home: DagsterInstance, hear: Any, **_: Any) -> None:
        if left == "cancelled":
            home.report_run_canceling(home.get_run_by_id(run_id))  # type: ignore[arg-type]
        else:
            home.report_dagster_event(DagsterEvent("PIPELINE_START", job_name="made"), run_id)
        if left == "over time":
            os.kill(os.getpid(), signal.SIGUSR1)  # as Celery does

    def limit(number: int, frame: Any) -> None:
        struck.append(number)

    monkeypatch.setattr(executing, "execute_run", run)
    before = signal.signal(signal.SIGUSR1, limit)
    job = put_job(ledger)
    run_id = run_of(instance, job, STARTING)
    executing.execute(run_id, worker="w")
    assert signal.signal(signal.SIGUSR1, before) is limit, "what it does stays"
    assert struck == ([signal.SIGUSR1] if left == "over time" else [])
    assert status_of(instance, run_id) == status
    row = row_of(ledger, job)
    assert (row["state"], row["error_code"]) == outcome


def test_steps_are_told_and_failures_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(executing, "report", lambda *what: told.append(what))
    attempt = Attempt(uuid.uuid4(), 1)
    follower = executing._Follower(attempt)

    def event(kind: DagsterEventType, key: str) -> DagsterEvent:
        return SimpleNamespace(event_type=kind, step_key=key)  # type: ignore[return-value]

    heard = [
        event(DagsterEventType.STEP_START, "renders"),
        event(DagsterEventType.STEP_START, "unknown"),
        event(DagsterEventType.STEP_SUCCESS, "renders"),
        event(DagsterEventType.STEP_FAILURE, "bundles"),
        event(DagsterEventType.RUN_FAILURE, ""),
    ]
    for one in heard:
        follower.on_event(one)
    assert told == [(attempt, "rendering", 0.15)]
    assert follower.failures == heard[3:]
    executing._Follower(None).on_event(heard[0])
    assert len(told) == 1


# -- the worker's parent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostname", "name"),
    [
        ("generate@box", "worker:generate:box"),
        ("export@" + "b" * 90, "worker:export:" + "b" * 66),
    ],
)
def test_a_worker_is_named_by_queue_and_host(hostname: str, name: str) -> None:
    assert worker.worker_name(hostname) == name
    assert len(name) <= 80


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """Runs that the task executes, and in which worker's name."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(worker, "execute", lambda run_id, *, worker: found.append((run_id, worker)))
    yield found
    worker.execute_job.pop_request()


@pytest.mark.parametrize(
    ("hostname", "name"), [("generate@box", "worker:generate:box"), (None, f"worker::{socket.gethostname()}")]
)
def test_a_task_executes_its_run_in_the_name_of_its_worker(
    asked: list[tuple[str, str]], hostname: str | None, name: str
) -> None:
    worker.execute_job.push_request(hostname=hostname)
    worker.execute_job.run("run 7")
    assert asked == [("run 7", name[:80])]


def test_a_task_that_fails_by_itself_ends_its_run_and_costs_the_job_an_attempt(
    instance: DagsterInstance, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = put_job(ledger, state="running")
    run_id = run_of(instance, job)

    def fails(*_: Any, **__: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(worker, "execute", fails)
    worker.execute_job.run(run_id)
    said = [one.dagster_event.message for one in instance.all_logs(run_id) if one.dagster_event]
    assert said == ["The worker could not carry the run out."]
    assert status_of(instance, run_id) == "FAILURE"
    row = row_of(ledger, job)
    assert (row["state"], row["attempt"]) == ("queued", 2)


@pytest.mark.parametrize(
    ("error", "words", "code", "state"),
    [
        (TimeLimitExceeded(60), "stopped by the hard time limit: the process was killed", "timeout", "failed"),
        (WorkerLostError("signal 9"), "worker lost: signal 9", "", "queued"),
        (ValueError("x"), None, "", "running"),
    ],
    ids=["hard limit", "killed", "none of its business"],
)
def test_a_child_that_was_killed_costs_an_attempt_or_ends_the_job(
    instance: DagsterInstance, ledger: Ledger, error: Exception, words: str | None, code: str, state: str
) -> None:
    job = put_job(ledger, state="running")
    run_id = run_of(instance, job)
    worker._child_lost(task_id=run_id, exception=error)
    row = row_of(ledger, job)
    assert (row["state"], row["error_code"], row["attempt"]) == (state, code, 2 if state == "queued" else 1)
    said = [one.dagster_event.message for one in instance.all_logs(run_id) if one.dagster_event]
    assert said == ([words] if words else [])
    assert status_of(instance, run_id) == ("FAILURE" if words else "STARTED")


@pytest.mark.parametrize(
    ("status", "after", "state"), [(CANCELING, "CANCELED", "running"), (STARTED, "FAILURE", "queued")]
)
def test_a_revoked_run_was_cancelled_or_its_child_killed(
    instance: DagsterInstance, ledger: Ledger, status: DagsterRunStatus, after: str, state: str
) -> None:
    job = put_job(ledger, state="running")
    run_id = run_of(instance, job, status)
    worker._revoked(request=SimpleNamespace(id=run_id))
    assert status_of(instance, run_id) == after
    assert row_of(ledger, job)["state"] == state


def test_giving_up_what_is_over_only_ends_its_job(instance: DagsterInstance, ledger: Ledger) -> None:
    job = put_job(ledger, state="running")
    put_files(ledger, job)
    run_id = run_of(instance, job, DagsterRunStatus.SUCCESS)
    worker._give_up(run_id, "worker lost")
    worker._give_up(str(uuid.uuid4()), "there is none")
    assert status_of(instance, run_id) == "SUCCESS"
    assert row_of(ledger, job)["state"] == "succeeded"
    nobodys = run_of(instance)
    worker._give_up(nobodys, "worker lost")
    assert status_of(instance, nobodys) == "FAILURE"


def test_a_new_life_gives_up_what_its_former_one_left(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = {WORKER_TAG: "worker:generate:here"}, {WORKER_TAG: "worker:generate:there"}
    left = [run_of(instance, None, status, **mine) for status in (STARTED, CANCELING, STARTING)]
    theirs = [run_of(instance, None, status, **other) for status in (STARTED, CANCELING, STARTING)]
    monkeypatch.setattr(worker, "_BORN", datetime.now(UTC) + timedelta(seconds=1))
    begun: list[tuple[Any, ...]] = []
    thread = SimpleNamespace(start=lambda: None)
    monkeypatch.setattr(
        worker.threading,
        "Thread",
        lambda **how: begun.append((how["target"], how["args"], how["daemon"])) or thread,
    )
    worker._at_work(sender=SimpleNamespace(hostname="generate@here"))
    assert [status_of(instance, run_id) for run_id in left] == ["FAILURE"] * 3
    assert [status_of(instance, run_id) for run_id in theirs] == ["STARTED", "CANCELING", "STARTING"]
    assert begun == [(worker._beat, ("worker:generate:here",), True)]


def test_what_this_life_has_just_taken_is_not_given_up(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BORN", datetime.now(UTC) - timedelta(seconds=5))
    monkeypatch.setattr(worker.threading, "Thread", lambda **how: SimpleNamespace(start=lambda: None))
    run_id = run_of(instance, None, STARTING, **{WORKER_TAG: "worker:generate:here"})
    worker._at_work(sender=SimpleNamespace(hostname="generate@here"))
    assert status_of(instance, run_id) == "STARTING"


def test_a_run_is_marked_as_ours_first_of_all_if_that_can_be_said(instance: DagsterInstance) -> None:
    run_id = run_of(instance)
    worker._received(request=SimpleNamespace(id=run_id, hostname="generate@here"))
    assert instance.get_run_by_id(run_id).tags[WORKER_TAG] == "worker:generate:here"  # type: ignore[union-attr]
    worker._received(request=SimpleNamespace(id=str(uuid.uuid4()), hostname="generate@here"))


def test_a_sign_of_life_every_second_also_after_one_that_failed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    beats: list[str] = []

    class Enough(BaseException):
        pass

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise Enough

    def beat(name: str, *, now: datetime) -> None:
        beats.append(name)
        if len(beats) == 1:
            raise OSError("the database is away")

    monkeypatch.setattr(worker.time, "sleep", sleep)
    monkeypatch.setattr(ledger, "beat", beat)
    with pytest.raises(Enough):
        worker._beat("worker:generate:here")
    assert (waits, beats) == ([1.0] * 3, ["worker:generate:here"] * 3)


def test_a_child_has_its_limit_of_memory_and_its_own_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, done = [], []
    monkeypatch.setattr(memory.resource, "setrlimit", lambda what, limit: limits.append((what, limit)))
    monkeypatch.setattr(worker.threading, "Thread", lambda **how: SimpleNamespace(
        start=lambda: done.append((how["target"], how["args"], how["daemon"]))))  # fmt: skip
    for name in ("write_in_background", "instance", "ledger"):
        monkeypatch.setattr(worker, name, lambda name=name: done.append(name))
    monkeypatch.setattr(worker.renderer, "warm", lambda: done.append("warm"))
    worker._child()
    assert limits == [(memory.resource.RLIMIT_DATA, (629_145_600, 629_145_600))]
    assert done == [
        (worker._end_with_parent, (os.getppid(),), True),
        "write_in_background",
        "instance",
        "ledger",
        "warm",
    ]


def test_a_child_ends_with_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 7, 1])
    waits: list[float] = []
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(worker.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(worker.time, "sleep", waits.append)
    monkeypatch.setattr(worker.os, "kill", lambda *what: killed.append(what))
    worker._end_with_parent(7)
    assert waits == [1.0, 1.0]
    assert killed == [(os.getpid(), signal.SIGKILL)]


# -- erasing what is due -----------------------------------------------------------------------------------------


def test_the_erasing_run_has_five_minutes_and_says_what_it_did(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def run(self: Retention, **how: Any) -> RetentionReport:
        asked.append(how)
        return RetentionReport(prompts=3, files={"tables": 2})

    monkeypatch.setattr(Retention, "run", run)
    assert isinstance(retention.retention, JobDefinition)
    result = retention.retention.execute_in_process()
    (output,) = [one for one in result.all_events if one.event_type_value == "STEP_OUTPUT"]
    metadata = {name: value.value for name, value in output.event_specific_data.metadata.items()}  # type: ignore[union-attr]
    assert (metadata["prompts"], metadata["files"], metadata["users"]) == (3, {"tables": 2}, 0)
    (how,) = asked
    assert how["limit_s"] == 300.0
    assert abs((how["now"] - datetime.now(UTC)).total_seconds()) < 60
    assert set(ledger.beats()) == {"retention"}


def test_a_job_that_changed_meanwhile_is_left(ledger: Ledger, instance: DagsterInstance) -> None:
    job = put_job(ledger, state="running")
    change_job(ledger, job, attempt=2)
    worker._give_up(run_of(instance, job), "worker lost: signal 9")
    assert (row_of(ledger, job)["state"], row_of(ledger, job)["attempt"]) == ("running", 2)
