"""Dagster's daemon with shorter waits: `python -m pipelines.on_demand.dispatch.daemon`.

Stock, a sensor is looked at every five seconds and the run queue every second; a job would wait for both. Only
waits are changed, all of them here, against the pinned version: `dagster-daemon run` does the same work, later.
"""

import threading
from collections.abc import Iterator
from typing import Any

from dagster import DagsterInstance

from pipelines.dagster_internals.daemon import (
    DaemonIterator,
    DagsterDaemon,
    QueuedRunCoordinatorDaemon,
    daemons_at_work,
    look_at_sensors_every,
    never_hold_back,
    stock_daemons,
    told_error,
    when_a_run_is_queued,
)
from pipelines.dagster_internals.interrupts import capture_interrupts, setup_interrupt_handlers
from pipelines.on_demand.code_server import wait_for_code_server
from pipelines.on_demand.connections import instance
from pipelines.on_demand.dispatch.sensor import NAME
from pipelines.on_demand.home import workspace_file
from pipelines.on_demand.records.postgres_events import write_in_background
from service import logs
from service.settings import settings

SENSOR_LOOP_S = 0.05
DEQUEUE_S = 0.1
_submitted = threading.Event()


class PromptQueue(QueuedRunCoordinatorDaemon):
    """Looks into the run queue when this process has put a run there, and ten times a second."""

    def core_loop(self, workspace_process_context: Any, shutdown_event: threading.Event) -> DaemonIterator:
        """The stock loop but for its wait."""
        while True:
            try:
                yield from self.run_iteration(workspace_process_context)
            except Exception:
                yield told_error(self._logger, "the run queue could not be worked off")
                shutdown_event.wait(1.0)
            _submitted.wait(DEQUEUE_S)
            _submitted.clear()
            yield None


def tune() -> None:
    """Let sensors be looked at in quick succession, the one that waits for jobs at once after its last tick.

    And the run queue when a run has been put there.
    """
    look_at_sensors_every(SENSOR_LOOP_S)
    never_hold_back(NAME)
    when_a_run_is_queued(_submitted.set)


def daemons(instance: DagsterInstance) -> Iterator[DagsterDaemon[Any]]:
    """The stock daemons, with the prompt queue in place of its own."""
    for one in stock_daemons(instance):
        if isinstance(one, QueuedRunCoordinatorDaemon):
            yield PromptQueue(interval_seconds=one.interval_seconds)
        else:
            yield one


def main() -> None:
    """Run until interrupted."""
    logs.configure(settings().log_format)
    wait_for_code_server(settings())
    tune()
    write_in_background()
    setup_interrupt_handlers()
    try:
        with capture_interrupts(), daemons_at_work(instance(), workspace_file(settings()), daemons) as controller:
            controller.check_daemon_loop()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
