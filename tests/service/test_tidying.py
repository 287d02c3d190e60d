"""What the sensors do beside starting runs: cancel, end, forget, prune. Nobody waits for one that can't be."""

import signal
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from dagster import DagsterInstance, DagsterRunStatus
from fake_clock import FakeClock

from assets.attempts import JOB_TAG, Attempt
from assets.exports import EXPORTS
from assets.partitions import REQUEST_BATCHES
from pipelines.dagster_internals.events import CheckExecutionsTable
from pipelines.dagster_internals.tags import PARTITION_TAG
from pipelines.on_demand.dispatch import sensor
from pipelines.on_demand.housekeeping import cancelling, pruning, reconciling
from pipelines.on_demand.housekeeping.cancelling import cancel_unwanted, stop_own_run
from pipelines.on_demand.housekeeping.endings import backoff_s, end_attempt
from pipelines.on_demand.housekeeping.forgetting import forget_erased, forget_partition
from pipelines.on_demand.housekeeping.pruning import prune
from pipelines.on_demand.housekeeping.reconciling import reconcile
from pipelines.on_demand.housekeeping.verdicts import LOST, RunVerdict
from service.ledger import Ledger
from service.settings import Settings
from service.tables import purges
from tests.dagster_internals import create_run_for_test
from tests.service.ledgers import NOW, change_job, files_and_patches, put_files, put_job, row_of

SETTINGS = Settings(max_attempts=3, retry_base_s=1.0)
STARTED, SUCCESS, FAILURE = DagsterRunStatus.STARTED, DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE


def run_of(instance: DagsterInstance, status: DagsterRunStatus = STARTED, **tags: str) -> str:
    return create_run_for_test(instance, job_name="made", status=status, tags=tags).run_id


def a_run_of(
    instance: DagsterInstance, ledger: Ledger, job: uuid.UUID, status: DagsterRunStatus, **more: str
) -> str:
    tags = {JOB_TAG: str(job), PARTITION_TAG: row_of(ledger, job)["partition_key"], **more}
    return run_of(instance, status, **tags)


# -- ends --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "least", "most"),
    [(1, 0.5, 1.5), (2, 1, 3), (3, 2, 6), (6, 16, 48), (7, 30, 90), (12, 30, 90)],
)
def test_waits_double_up_to_a_minute_and_are_spread_by_half(number: int, least: float, most: float) -> None:
    waits = [backoff_s(Attempt(uuid.UUID(int=n), number), base_s=1.0) for n in range(200)]
    assert least <= min(waits) < least * 1.1
    assert most * 0.95 < max(waits) <= most


def test_one_attempt_waits_always_the_same() -> None:
    one = Attempt(uuid.UUID(int=1), 2)
    assert backoff_s(one, base_s=1.0) == pytest.approx(1.4488539, abs=1e-6)
    assert backoff_s(one, base_s=0.5) == pytest.approx(1.4488539 / 2, abs=1e-6)


@pytest.mark.parametrize(
    ("verdict", "attempt", "outcome"),
    [
        (RunVerdict("done"), 1, "failed"),  # nothing is delivered
        (LOST, 1, "retried"),
        (LOST, 2, "retried"),
        (LOST, 3, "failed"),
        (RunVerdict("stopped", "worker_lost"), 2, "retried"),
        (RunVerdict("stopped", "worker_lost"), 3, "failed"),
        (RunVerdict("failed", "storage"), 2, "retried"),
        (RunVerdict("failed", "timeout"), 1, "failed"),
        (RunVerdict("failed", "internal"), 1, "failed"),
        (RunVerdict("failed", "worker_lost", began=False), 12, "retried"),
        (RunVerdict("failed", "worker_lost", began=False), 13, "failed"),
    ],
)
def test_what_becomes_of_a_job_by_its_verdict_and_attempt(
    ledger: Ledger, verdict: RunVerdict, attempt: int, outcome: str
) -> None:
    job = put_job(ledger, state="running", attempt=attempt)
    before = datetime.now(UTC)
    assert end_attempt(ledger, Attempt(job, attempt), verdict, SETTINGS) == outcome
    row = row_of(ledger, job)
    if outcome == "retried":
        assert (row["state"], row["attempt"], row["error_code"]) == ("queued", attempt + 1, "")
        longest = {1: 1.5, 2: 3.0, 12: 90.0}[attempt]
        wait = (row["not_before"] - before).total_seconds()
        assert longest / 3 <= wait <= longest + 5
    else:
        assert (row["state"], row["error_code"]) == ("failed", verdict.code)
        assert row["error_detail"] == verdict.words
        assert row["finished_at"] >= before
    assert end_attempt(ledger, Attempt(job, attempt), verdict, SETTINGS) == "kept"


@pytest.mark.parametrize(
    "verdict", [RunVerdict("done"), LOST, RunVerdict("failed", "internal"), RunVerdict("stopped")]
)
def test_a_wish_outweighs_every_verdict(ledger: Ledger, verdict: RunVerdict) -> None:
    job = put_job(ledger, state="running", cancel_requested_at=NOW)
    put_files(ledger, job)
    assert end_attempt(ledger, Attempt(job, 1), verdict, SETTINGS) == "cancelled"
    assert files_and_patches(ledger, job) == ([], [])


def test_a_job_that_delivered_succeeds(ledger: Ledger) -> None:
    job = put_job(ledger, state="running")
    put_files(ledger, job)
    assert end_attempt(ledger, Attempt(job, 1), RunVerdict("done"), SETTINGS) == "succeeded"
    assert row_of(ledger, job)["state"] == "succeeded"


def test_a_wish_in_the_very_moment_of_a_retry_is_granted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    job = put_job(ledger, state="running")
    retry = ledger.retry

    def wished(*arguments: Any, **named: Any) -> bool:
        change_job(ledger, job, cancel_requested_at=NOW)
        return retry(*arguments, **named)

    monkeypatch.setattr(ledger, "retry", wished)
    assert end_attempt(ledger, Attempt(job, 1), LOST, SETTINGS) == "cancelled"
    assert row_of(ledger, job)["state"] == "cancelled"


# -- cancelling --------------------------------------------------------------------------------------------------


class Stopping:
    """Stands for a run coordinator: notes what is to be stopped, and can't stop what is unknown to it."""

    def __init__(self, unknown: str = "") -> None:
        self.stopped: list[str] = []
        self._unknown = unknown

    def cancel_run(self, run_id: str) -> bool:
        if run_id == self._unknown:
            raise LookupError(run_id)
        self.stopped.append(run_id)
        return True


def test_every_unwanted_job_ends_and_its_run_is_stopped(ledger: Ledger, instance: DagsterInstance) -> None:
    bound = put_job(ledger, run_id="r1", state="running", cancel_requested_at=NOW)
    just_made = put_job(ledger, attempt=2, cancel_requested_at=NOW)
    wanted = put_job(ledger, run_id="r3", state="running")
    run = run_of(instance, **{"dagster/run_key": f"{just_made}:2"})
    run_of(instance, **{"dagster/run_key": f"{just_made}:1"})
    coordinator = Stopping()
    there = SimpleNamespace(run_coordinator=coordinator, get_runs=instance.get_runs)
    before = datetime.now(UTC)
    assert cancel_unwanted(ledger, there) == 2  # type: ignore[arg-type]
    assert sorted(coordinator.stopped) == sorted(["r1", run])
    for job in (bound, just_made):
        row = row_of(ledger, job)
        assert row["state"] == "cancelled"
        assert row["finished_at"] >= before
    assert row_of(ledger, wanted)["state"] == "running"
    assert cancel_unwanted(ledger, there) == 0  # type: ignore[arg-type]


def test_a_run_that_cannot_be_stopped_keeps_no_job_from_its_end_and_is_told(
    ledger: Ledger, instance: DagsterInstance, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [put_job(ledger, run_id=f"r{n}", state="running", cancel_requested_at=NOW) for n in range(3)]
    there = SimpleNamespace(run_coordinator=Stopping(unknown="r0"), get_runs=instance.get_runs)
    assert cancel_unwanted(ledger, there) == 3  # type: ignore[arg-type]
    assert {row_of(ledger, job)["state"] for job in jobs} == {"cancelled"}
    assert sorted(there.run_coordinator.stopped) == ["r1", "r2"]
    (told,) = (one.getMessage() for one in caplog.records if "could not be stopped" in one.getMessage())
    assert str(jobs[0]) in told


@pytest.mark.parametrize(("status", "after"), [(STARTED, "CANCELING"), (SUCCESS, "SUCCESS")])
def test_a_run_that_stops_itself_says_so_first(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch, status: DagsterRunStatus, after: str
) -> None:
    attempt = Attempt(uuid.uuid4(), 2)
    run = run_of(instance, status, **{"dagster/run_key": f"{attempt.job_id}:2"})
    other = run_of(instance, **{"dagster/run_key": f"{attempt.job_id}:1"})
    said: list[tuple[int, int, str]] = []

    def kill(process: int, number: int) -> None:
        said.append((process, number, instance.get_run_by_id(run).status.value))  # type: ignore[union-attr]

    monkeypatch.setattr(cancelling.os, "kill", kill)
    stop_own_run(instance, attempt)
    assert said == [(cancelling.os.getpid(), signal.SIGTERM, after)]
    assert instance.get_run_by_id(other).status == STARTED  # type: ignore[union-attr]


# -- reconciling -------------------------------------------------------------------------------------------------


def test_jobs_whose_runs_are_over_or_gone_are_ended(ledger: Ledger, instance: DagsterInstance) -> None:
    going, over = run_of(instance), run_of(instance, FAILURE)
    put_job(ledger)
    on = put_job(ledger, state="running", run_id=going)
    ended = put_job(ledger, state="running", run_id=over)
    lost = put_job(ledger, state="running", run_id=str(uuid.uuid4()), attempt=3)
    assert reconcile(ledger, instance, SETTINGS) == 2
    assert row_of(ledger, on)["state"] == "running"
    assert (row_of(ledger, ended)["state"], row_of(ledger, ended)["attempt"]) == ("queued", 2)
    assert (row_of(ledger, lost)["state"], row_of(ledger, lost)["error_code"]) == ("failed", "worker_lost")
    assert reconcile(ledger, instance, SETTINGS) == 0


def test_what_was_ended_late_is_told_in_the_log(
    ledger: Ledger, instance: DagsterInstance, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator sees by it that workers are being killed."""
    over = run_of(instance, FAILURE)
    job = put_job(ledger, state="running", run_id=over)
    with caplog.at_level("INFO"):
        reconcile(ledger, instance, SETTINGS)
    (told,) = (one.getMessage() for one in caplog.records if "job ended after its run" in one.getMessage())
    assert all(word in told for word in (str(job), over, "retried"))


def test_one_that_cannot_be_ended_keeps_nobody_waiting(
    ledger: Ledger, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [
        put_job(ledger, state="running", run_id=f"r{n}", attempt=3, created_at=NOW + timedelta(seconds=n))
        for n in range(3)
    ]
    original = reconciling.end_attempt

    def failing(there: Ledger, attempt: Attempt, *rest: Any) -> str:
        if attempt.job_id == jobs[0]:
            raise OSError("no")
        return original(there, attempt, *rest)

    monkeypatch.setattr(reconciling, "end_attempt", failing)
    assert reconcile(ledger, instance, SETTINGS) == 3
    assert [row_of(ledger, job)["state"] for job in jobs] == ["running", "failed", "failed"]


# -- forgetting --------------------------------------------------------------------------------------------------


def erased(ledger: Ledger, name: str, minutes: int = 0) -> None:
    at = NOW - timedelta(minutes=minutes)
    row = {"partition_key": name, "blobs": [], "requested_at": at, "files_erased_at": at}
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(purges).values(row))


def test_five_partitions_are_forgotten_at_a_time_oldest_first(ledger: Ledger, instance: DagsterInstance) -> None:
    for n in range(7):
        erased(ledger, f"job-{n}", minutes=9 - n)
    assert forget_erased(ledger, instance) == 5
    assert ledger.erased_partitions(limit=9) == ("job-5", "job-6")
    assert forget_erased(ledger, instance, limit=1) == 1
    assert forget_erased(ledger, instance) == 1


def test_one_whose_run_goes_on_is_left_and_the_others_are_forgotten(
    ledger: Ledger, instance: DagsterInstance
) -> None:
    erased(ledger, "job-busy", minutes=1), erased(ledger, "job-free")
    busy = run_of(instance, **{PARTITION_TAG: "job-busy"})
    run_of(instance, SUCCESS, **{PARTITION_TAG: "job-busy"})
    free = run_of(instance, SUCCESS, **{PARTITION_TAG: "job-free"})
    other = run_of(instance, SUCCESS, **{PARTITION_TAG: "job-other"})
    assert forget_erased(ledger, instance) == 1
    assert ledger.erased_partitions(limit=9) == ("job-busy",)
    left = {run.run_id for run in instance.get_runs()}
    assert left >= {busy, other}
    assert len(left) == 3
    assert free not in left


@pytest.mark.parametrize("definition", [REQUEST_BATCHES, EXPORTS], ids=["requests", "exports"])
def test_a_forgotten_partition_is_known_nowhere_and_the_next_one_is(
    instance: DagsterInstance, definition: Any
) -> None:
    instance.add_dynamic_partitions(definition.name, ["job-a", "job-b"])
    assert forget_partition(instance, "job-a")
    assert list(instance.get_dynamic_partitions(definition.name)) == ["job-b"]


def test_checks_of_a_forgotten_run_go_and_those_of_others_stay(instance: DagsterInstance) -> None:
    runs = {name: run_of(instance, SUCCESS, **{PARTITION_TAG: name}) for name in ("job-a", "job-b")}
    table = CheckExecutionsTable
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        for run in runs.values():
            row = {"asset_key": '["deliveries"]', "check_name": "sound", "run_id": run, "execution_status": "x"}
            connection.execute(sa.insert(table).values(row))
    assert forget_partition(instance, "job-a")
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        assert list(connection.execute(sa.select(table.c.run_id)).scalars()) == [runs["job-b"]]


# -- pruning -----------------------------------------------------------------------------------------------------


def test_forty_jobs_are_pruned_at_a_time(ledger: Ledger, instance: DagsterInstance) -> None:
    for n in range(43):
        put_job(ledger, state="succeeded", finished_at=NOW + timedelta(minutes=n))
    assert prune(ledger, instance, keep=1) == 40
    assert prune(ledger, instance, keep=1) == 2
    assert prune(ledger, instance, keep=1) == 0


@pytest.mark.parametrize("shared", [False, True], ids=["partition of its own", "partition of another as well"])
def test_a_run_that_goes_on_is_not_pruned(ledger: Ledger, instance: DagsterInstance, shared: bool) -> None:
    job = put_job(ledger, state="cancelled", finished_at=NOW)
    another = put_job(ledger, partition_key=f"job-{job.hex}") if shared else None
    going, ended = (a_run_of(instance, ledger, job, status) for status in (DagsterRunStatus.CANCELING, FAILURE))
    others = a_run_of(instance, ledger, another, SUCCESS) if another else None
    assert prune(ledger, instance, keep=0) == 0
    assert {going, ended} <= {run.run_id for run in instance.get_runs()}
    assert row_of(ledger, job)["pruned_at"] is None
    run = instance.get_run_by_id(going)
    assert run is not None
    instance.report_run_canceled(run)
    assert prune(ledger, instance, keep=0) == 1
    assert [run.run_id for run in instance.get_runs()] == ([others] if others else [])
    assert row_of(ledger, job)["pruned_at"] is not None


# -- the sensors themselves --------------------------------------------------------------------------------------


@pytest.fixture
def at_hand(ledger: Ledger, instance: DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pruning, sensor):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
        monkeypatch.setattr(module, "instance", lambda: instance)
        monkeypatch.setattr(module, "settings", lambda: Settings(finished_partitions_kept=2))


@pytest.fixture
def looks(at_hand: None, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[float]]:
    """When, in a tick in which nobody waits, what was looked for; seconds since its begin."""
    clock, seen = FakeClock(100.0), {}

    def noting(name: str, gives: Any = None) -> Callable[..., Any]:
        def note(*arguments: Any, **named: Any) -> Any:
            seen.setdefault(name, []).append(round(clock.now - 100.0, 3))
            return gives

        return note

    monkeypatch.setattr(sensor, "time", clock)
    monkeypatch.setattr(ledger, "beat", noting("beat"))
    for name in ("cancel_unwanted", "reconcile", "forget_erased"):
        monkeypatch.setattr(sensor, name, noting(name))
    monkeypatch.setattr(sensor, "admit", noting("admit", SimpleNamespace(runs=[], partitions=[])))
    monkeypatch.setattr(sensor, "service_store", lambda: None)
    assert sensor.waiting_jobs(None).skip_message == "nobody waits"  # type: ignore[call-arg, union-attr]
    return seen


def test_a_tick_lasts_four_seconds_and_looks_forty_times_a_second(looks: dict[str, list[float]]) -> None:
    assert len(looks["admit"]) == 160
    assert looks["admit"][:3] == [0.0, 0.025, 0.05]
    assert 3.97 <= looks["admit"][-1] < 4.01


def test_it_gives_a_sign_of_life_every_second_and_tidies_four_times_a_second(looks: dict[str, list[float]]) -> None:
    assert looks["beat"] == pytest.approx([0, 1, 2, 3], abs=0.08)
    for name in ("cancel_unwanted", "reconcile", "forget_erased"):
        assert len(looks[name]) == 16
        assert looks[name][:3] == pytest.approx([0, 0.25, 0.5], abs=0.051)


def test_a_tick_ends_as_soon_as_there_is_something_to_start(
    at_hand: None, ledger: Ledger, instance: DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assets.storage import Store

    monkeypatch.setattr(sensor, "service_store", lambda: Store(tmp_path / "storage"))
    stopped = put_job(ledger, run_id="r1", state="running", cancel_requested_at=NOW)
    job = put_job(ledger)
    found = sensor.waiting_jobs(None)  # type: ignore[call-arg]
    assert [run.run_key for run in found.run_requests] == [f"{job}:1"]  # type: ignore[union-attr]
    assert len(found.dynamic_partitions_requests) == 1  # type: ignore[union-attr, arg-type]
    assert row_of(ledger, stopped)["state"] == "cancelled"
    assert (datetime.now(UTC) - ledger.beats()["sensor"]).total_seconds() < 30


def test_old_jobs_are_pruned_by_the_setting(at_hand: None, ledger: Ledger) -> None:
    for n in range(5):
        put_job(ledger, state="succeeded", finished_at=NOW + timedelta(minutes=n))
    assert pruning.old_jobs(None).skip_message == "3 jobs pruned"  # type: ignore[call-arg, union-attr]


def test_both_sensors_run_by_themselves_and_often() -> None:
    found = {
        one.name: (one.minimum_interval_seconds, one.default_status.value)
        for one in (sensor.waiting_jobs, pruning.old_jobs)
    }
    assert found == {"waiting_jobs": (1, "RUNNING"), "old_jobs": (5, "RUNNING")}
    assert {job.name for job in sensor.waiting_jobs.jobs} == {"make_presets", "export_presets"}
