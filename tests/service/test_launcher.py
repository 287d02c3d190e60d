"""The launcher: what a run's message says, and when its worker counts as lost."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery.app.task import Context
from dagster import DagsterInstance, DagsterRunStatus

from assets.attempts import HARD_LIMIT_TAG, QUEUE_TAG, SOFT_LIMIT_TAG
from pipelines.on_demand.dispatch.launcher import WarmWorkerLauncher
from pipelines.on_demand.messages.celery_app import EXECUTE, broker_folder, celery_app
from pipelines.on_demand.messages.file_broker import make_folders
from service.settings import settings
from tests.dagster_internals import create_run_for_test
from tests.service.test_ledger import ledger

__all__ = ["ledger"]
WORKER = "worker:generate:here"


@pytest.fixture
def launcher(instance: DagsterInstance) -> WarmWorkerLauncher:
    make_folders(broker_folder(settings()))
    one = WarmWorkerLauncher()
    one.register_instance(instance)
    return one


def run_with(instance: DagsterInstance, status: DagsterRunStatus = DagsterRunStatus.STARTED, **tags: str) -> Any:
    return create_run_for_test(instance, job_name="made", status=status, tags=tags)


def received(queue: str) -> list[Any]:
    app, found = celery_app(settings()), []
    with app.connection_for_read() as connection, connection.SimpleQueue(app.amqp.queues[queue]) as messages:
        while messages.qsize():
            message = messages.get(timeout=60)
            message.ack()
            found.append(message)
    return found


def test_a_message_names_the_run_and_carries_its_limits(launcher: WarmWorkerLauncher, instance: DagsterInstance):
    received("export"), received("generate")
    limits = {SOFT_LIMIT_TAG: "7", HARD_LIMIT_TAG: "9", QUEUE_TAG: "export"}
    run, other = run_with(instance, **limits), run_with(instance)
    for one in (run, other):
        launcher.launch_run(SimpleNamespace(dagster_run=one))  # type: ignore[arg-type]
    ((export,), (usual,)) = received("export"), received("generate")
    assert (export.headers["task"], export.headers["id"]) == (EXECUTE, run.run_id)
    assert Context(export.headers).timelimit == [9.0, 7.0]
    assert export.payload[0] == [run.run_id]
    assert usual.headers["id"] == other.run_id
    assert usual.headers["timelimit"] == [60.0, 45.0]


def test_terminating_reports_first_and_ends_what_has_ended_no_second_time(
    launcher: WarmWorkerLauncher, instance: DagsterInstance
):
    run = run_with(instance)
    assert launcher.terminate(run.run_id)
    assert instance.get_run_by_id(run.run_id).status == DagsterRunStatus.CANCELING  # type: ignore[union-attr]
    assert not launcher.terminate(run_with(instance, status=DagsterRunStatus.SUCCESS).run_id)
    assert not launcher.terminate("00000000-0000-0000-0000-000000000000")


def test_no_message_is_seen_before_it_is_whole(tmp_path: Path):
    make_folders(tmp_path)
    make_folders(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["exchanges", "messages", "taken"]
    assert all(one.stat().st_mode & 0o077 == 0 for one in tmp_path.iterdir())
