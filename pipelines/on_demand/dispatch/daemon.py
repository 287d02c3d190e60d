"""Dagster's daemon with shorter waits: `python -m pipelines.on_demand.dispatch.daemon`.

Stock, a sensor is looked at every five seconds and the run queue every second; a job would wait for both. Only
waits are changed, all of them here, against the pinned version: `dagster-daemon run` does the same work, later.
"""

import sys
import threading
from collections.abc import Iterator
from typing import Any

import dagster._daemon.sensor as sensors
from dagster import DagsterInstance, DagsterRun
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.controller import create_daemons_from_instance, daemon_controller_from_instance
from dagster._daemon.daemon import DagsterDaemon
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._daemon.utils import DaemonErrorCapture
from dagster._utils.interrupts import capture_interrupts, setup_interrupt_handlers

from pipelines.on_demand.code_server import wait_for_code_server
from pipelines.on_demand.connections import instance
from pipelines.on_demand.dispatch.sensor import NAME
from pipelines.on_demand.home import workspace_file
from pipelines.on_demand.records.postgres_events import write_in_background
from service import logs
from service.settings import settings

SENSOR_LOOP_S = 0.05
DEQUEUE_S = 0.1
_stock_is_under_min_interval = sensors.is_under_min_interval
_stock_submit_run = QueuedRunCoordinator.submit_run
_submitted = threading.Event()


class PromptQueue(QueuedRunCoordinatorDaemon):
    """Looks into the run queue when this process has put a run there, and ten times a second."""

    def core_loop(self, workspace_process_context: Any, shutdown_event: threading.Event) -> Iterator[Any]:
        """The stock loop but for its wait."""
        while True:
            try:
                yield from self.run_iteration(workspace_process_context)
            except Exception:
                yield DaemonErrorCapture.process_exception(
                    exc_info=sys.exc_info(),
                    logger=self._logger,
                    log_message="the run queue could not be worked off",
                )
                shutdown_event.wait(1.0)
            _submitted.wait(DEQUEUE_S)
            _submitted.clear()
            yield None


def tune() -> None:
    """Let sensors be looked at in quick succession, the one that waits for jobs at once after its last tick.

    And the run queue when a run has been put there.
    """
    sensors.MIN_INTERVAL_LOOP_TIME = SENSOR_LOOP_S

    def is_under_min_interval(state: Any, sensor: Any, *arguments: Any) -> bool:
        return sensor.name != NAME and _stock_is_under_min_interval(state, sensor, *arguments)

    def submit_run(*arguments: Any, **named: Any) -> DagsterRun:
        try:
            return _stock_submit_run(*arguments, **named)
        finally:
            _submitted.set()

    sensors.is_under_min_interval = is_under_min_interval
    QueuedRunCoordinator.submit_run = submit_run  # type: ignore[method-assign]


def daemons(instance: DagsterInstance) -> Iterator[DagsterDaemon]:
    """The stock daemons, with the prompt queue in place of its own."""
    for one in create_daemons_from_instance(instance):
        is_queue = isinstance(one, QueuedRunCoordinatorDaemon)
        yield PromptQueue(interval_seconds=one.interval_seconds) if is_queue else one


def main() -> None:
    """Run until interrupted."""
    logs.configure(settings().log_format)
    wait_for_code_server(settings())
    tune()
    write_in_background()
    setup_interrupt_handlers()
    target = WorkspaceFileTarget([str(workspace_file(settings()))])
    try:
        with (
            capture_interrupts(),
            daemon_controller_from_instance(
                instance(), workspace_load_target=target, gen_daemons=daemons, log_level="warning"
            ) as controller,
        ):
            controller.check_daemon_loop()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
