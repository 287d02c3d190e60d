"""Jobs as real processes: from a row in the table to files, and every way in which one can end."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from dagster import DagsterRunStatus

from assets.attempts import WORKER_TAG
from engine.bundle import open_bundle
from pipelines.on_demand.home import workspace_file
from pipelines.on_demand.messages.celery_app import broker_folder
from pipelines.on_demand.resources.progress import STAGES, progress_after
from tests.once import LENGTHY, QUICK
from tests.service.running import Running, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("on-demand")
    limits = {"soft_time_limit_s": 240, "hard_time_limit_s": 300, "retry_base_s": 0.2, "user_concurrency": 2}
    with running(home, **limits) as one:
        yield one


def test_a_row_becomes_files_that_are_what_they_say(service: Running) -> None:
    job = service.put(QUICK, variations=1)
    row = service.wait(job)
    assert (row.state, row.stage, row.progress, row.error_code) == ("succeeded", "done", 1.0, "")
    assert row.attempt == 1
    assert row.title
    assert row.style
    assert row.made_with
    files = {one.path: one for one in service.ledger.files(job)}
    for one in files.values():
        assert len(service.store.blob(one.sha256)) == one.bytes
    whole = next(one for one in files.values() if one.kind == "bundle")
    bundle = open_bundle(service.store.blob(whole.sha256))
    assert set(files) == {whole.path, *bundle.files}
    kinds = {one.kind for one in files.values()}
    assert kinds == {"bundle", "preset", "audio", "picture", "page", "meta"}
    assert {one.preset_id for one in files.values() if one.kind == "preset"} == {
        preset.id for preset in bundle.manifest.presets
    }
    (run,) = service.runs(job)
    assert (run.run_id, run.status) == (row.run_id, DagsterRunStatus.SUCCESS)
    assert QUICK not in str(run.tags)

    exports = {name: service.put_export(job, name) for name in ("vitalbank", "presets")}
    for name, export in exports.items():
        row = service.wait(export)
        assert row.state == "succeeded", row.error_detail
        (file,) = service.ledger.files(export)
        with zipfile.ZipFile(BytesIO(service.store.blob(file.sha256))) as archive:
            names = archive.namelist()
            assert len(names) == len(bundle.manifest.presets)
            folder = f"{file.path.removesuffix('.vitalbank')}/Presets/" if name == "vitalbank" else ""
            assert {f"presets/{one.removeprefix(folder)}" for one in names} <= set(bundle.files)


def test_progress_grows_with_every_render_and_stays_below_the_next_stage() -> None:
    shown = [progress_after(renders) for renders in range(100)]
    assert shown[0] == STAGES["renders"][1]
    assert shown == sorted(shown)
    assert shown[20] > 0.6
    assert shown[-1] < STAGES["bundles"][1]


def test_what_cannot_be_used_ends_with_a_reason(service: Running) -> None:
    job = service.put("bell\x07pad")
    row = service.wait(job)
    assert (row.state, row.error_code, row.attempt) == ("failed", "bad_request", 1)
    assert "control character" in row.error_detail
    assert service.ledger.files(job) == ()


def rendering(row: object) -> bool:
    return row.stage == "rendering"  # type: ignore[attr-defined]


def assert_it_can_be_cancelled(service: Running, job: uuid.UUID) -> None:
    service.cancel(job)
    row = service.wait(job)
    assert (row.state, row.error_code) == ("cancelled", "")
    assert service.ledger.files(job) == ()


def test_how_far_the_rendering_is_is_told_meanwhile(service: Running) -> None:
    job = service.put(LENGTHY, seed=10)
    row = service.wait(job, lambda row: row.progress > STAGES["renders"][1])
    assert (row.stage, row.state, row.attempt) == ("rendering", "running", 1)
    assert row.progress < STAGES["bundles"][1]
    assert_it_can_be_cancelled(service, job)


def test_cancelling_ends_queued_and_running_jobs(service: Running) -> None:
    first, second, third = (service.put(LENGTHY, user="busy", seed=seed) for seed in (11, 12, 13))
    for job in (first, second):
        service.wait(job, rendering)
    row = service.wait(third, lambda row: row.run_id is not None)
    assert row.state == "queued", "a user's third job waits, as two of theirs are running"
    for job in (third, first, second):
        assert_it_can_be_cancelled(service, job)
    for job in (first, second, third):
        until = time.monotonic() + 180
        while service.runs(job)[0].status != DagsterRunStatus.CANCELED:
            assert time.monotonic() < until, service.runs(job)[0].status
            time.sleep(0.1)
    after = service.put("bell\x07pad", user="busy")
    assert service.wait(after).error_code == "bad_request", "both lanes are free again"


def test_a_run_that_sees_the_wish_first_stops_itself_and_is_cancelled_in_dagster_too(service: Running) -> None:
    job = service.put(LENGTHY, seed=14)
    service.wait(job, rendering)
    for name in ("daemon", "code-server"):  # where the sensor would stop it
        service.kill(name)
    service.cancel(job)
    assert service.wait(job).state == "cancelled"
    for name in ("code-server", "daemon"):
        service.start(name)
    assert [run.status for run in service.runs(job)] == [DagsterRunStatus.CANCELED]


def test_a_worker_that_is_killed_costs_an_attempt_and_the_job_ends_once(service: Running) -> None:
    job = service.put(LENGTHY, seed=21)
    service.wait(job, rendering)
    for child in service.children("worker-generate"):
        os.kill(child, signal.SIGKILL)
    row = service.wait(job, lambda row: row.attempt == 2 and rendering(row))
    service.kill("worker-generate")
    service.start("worker-generate")
    row = service.wait(job, lambda row: row.attempt == 3 and rendering(row))
    for child in service.children("worker-generate"):
        os.kill(child, signal.SIGKILL)
    row = service.wait(job)
    assert (row.state, row.error_code, row.attempt) == ("failed", "worker_lost", 3)
    runs = service.runs(job)
    assert [run.status for run in runs] == [DagsterRunStatus.FAILURE] * 3, "one run an attempt"
    assert service.ledger.files(job) == ()
    finished_at = row.finished_at
    time.sleep(1.5)
    assert service.job(job).finished_at == finished_at


def test_a_run_that_was_taken_and_not_begun_is_given_up_by_the_next_life(service: Running) -> None:
    """A worker that is killed when it has just taken a run: the job is done again."""
    service.kill("worker-generate")
    job = service.put(QUICK, seed=25)
    service.wait(job, lambda row: row.run_id is not None)
    (run,) = service.runs(job)
    until = time.monotonic() + 180
    while run.status != DagsterRunStatus.STARTING:
        assert time.monotonic() < until, run.status
        time.sleep(0.05)
        (run,) = service.runs(job)
    # What the worker does first, and no more: its message is gone with it.
    with service.instance() as instance:
        instance.add_run_tags(run.run_id, {WORKER_TAG: f"worker:generate:{socket.gethostname()}"})
    for message in (broker_folder(service.settings) / "messages").iterdir():
        message.unlink()

    service.start("worker-generate")
    row = service.wait(job)
    assert (row.state, row.attempt) == ("succeeded", 2)
    assert {one.status for one in service.runs(job)} == {DagsterRunStatus.FAILURE, DagsterRunStatus.SUCCESS}


def test_jobs_wait_for_a_daemon_that_was_killed_and_the_stock_one_will_do(service: Running) -> None:
    service.kill("daemon")
    job = service.put("bell\x07pad", seed=31)
    time.sleep(0.5)
    assert service.job(job).state == "queued"
    workspace = str(workspace_file(service.settings))
    stock = [sys.executable, "-m", "dagster._daemon", "run", "-w", workspace]
    env = {**service.env, "DAGSTER_HOME": str(service.settings.dagster_home)}
    with (
        (service.logs / "stock-daemon.log").open("wb") as log,
        subprocess.Popen(stock, env=env, stdout=log, stderr=log) as daemon,
    ):
        try:
            assert service.wait(job).error_code == "bad_request"
        finally:
            daemon.kill()
    service.start("daemon")
    again = service.put("bell\x07pad", seed=32)
    assert service.wait(again).error_code == "bad_request"


def test_a_job_that_takes_too_long_is_stopped_or_killed(tmp_path: Path) -> None:
    names = ("code-server", "daemon", "worker-generate")
    with running(tmp_path, *names, soft_time_limit_s=3, hard_time_limit_s=12, generate_workers=1) as service:
        asked = service.put(LENGTHY, seed=41)
        row = service.wait(asked)
        assert (row.state, row.error_code, row.attempt) == ("failed", "timeout", 1)
        assert row.finished_at.timestamp() - row.started_at.timestamp() < 11.5, "it was asked, and stopped"
        killed, child = _frozen_at_work(service)  # it can't hear that it should stop
        row = service.wait(killed)
        assert (row.state, row.error_code, row.attempt) == ("failed", "timeout", 1)
        until = time.monotonic() + 180
        while _lives(child):
            assert time.monotonic() < until, "the process lives on"
            time.sleep(0.05)


def _frozen_at_work(service: Running) -> tuple[uuid.UUID, int]:
    """A job and the stopped process that renders it; another job where the soft limit was faster than we."""
    for seed in range(42, 52):
        job = service.put(LENGTHY, seed=seed)
        service.wait(job, lambda row: rendering(row) or row.state == "failed")
        (child,) = service.children("worker-generate")
        time.sleep(0.3)  # while it writes nothing: a stopped process would keep SQLite's lock
        os.kill(child, signal.SIGSTOP)
        if service.job(job).state == "running":
            return job, child
        os.kill(child, signal.SIGCONT)
    pytest.fail("no job was caught while it was rendered")


def _lives(process: int) -> bool:
    """Whether a process still runs; one that is dead and not yet reaped does not."""
    try:
        return psutil.Process(process).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
