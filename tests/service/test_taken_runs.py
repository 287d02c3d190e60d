"""A worker that is killed when it has just taken a run: its next life gives it up, and the job is done again."""

import socket
import time
from pathlib import Path

from dagster import DagsterRunStatus

from assets.attempts import WORKER_TAG
from pipelines.on_demand.messages.celery_app import broker_folder
from tests.service.running import running

NAME = f"worker:generate:{socket.gethostname()}"


def test_a_run_that_was_taken_and_not_begun_is_given_up_by_the_next_life(tmp_path: Path) -> None:
    with running(tmp_path, retry_base_s=0.2, hard_time_limit_s=300, soft_time_limit_s=240) as service:
        service.kill("worker-generate")
        job = service.put("short pluck")
        row = service.wait(job, lambda row: row.run_id is not None)
        (run,) = service.runs(job)
        until = time.monotonic() + 30
        while run.status != DagsterRunStatus.STARTING:
            assert time.monotonic() < until, run.status
            time.sleep(0.05)
            (run,) = service.runs(job)
        # What the worker does first, and no more: its message is gone with it.
        with service.instance() as instance:
            instance.add_run_tags(run.run_id, {WORKER_TAG: NAME})
        for message in (broker_folder(service.settings) / "messages").iterdir():
            message.unlink()

        service.start("worker-generate")
        row = service.wait(job, limit_s=240)
        assert (row.state, row.attempt) == ("succeeded", 2)
        assert {one.status for one in service.runs(job)} == {DagsterRunStatus.FAILURE, DagsterRunStatus.SUCCESS}
