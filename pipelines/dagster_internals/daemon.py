"""Dagster's daemon: its parts, and the waits in it that can't be configured."""

import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import dagster._daemon.sensor as sensors
from dagster import DagsterInstance, DagsterRun, QueuedRunCoordinator
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._daemon.controller import (
    DagsterDaemonController,
    create_daemons_from_instance,
    daemon_controller_from_instance,
)

# What its loop yields.
from dagster._daemon.daemon import DaemonIterator as DaemonIterator

# What every one of them derives from.
from dagster._daemon.daemon import DagsterDaemon as DagsterDaemon

# The one that takes runs from the queue and has them launched.
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import (
    QueuedRunCoordinatorDaemon as QueuedRunCoordinatorDaemon,
)
from dagster._daemon.utils import DaemonErrorCapture

from pipelines.dagster_internals.failures import RaisedError

_stock_is_under_min_interval = sensors.is_under_min_interval
_stock_submit_run = QueuedRunCoordinator.submit_run


def stock_daemons(instance: DagsterInstance) -> Sequence[DagsterDaemon[Any]]:
    """Those that an instance's settings ask for."""
    return create_daemons_from_instance(instance)


def daemons_at_work(
    instance: DagsterInstance, workspace: Path, daemons: Callable[[DagsterInstance], Iterable[DagsterDaemon[Any]]]
) -> AbstractContextManager[DagsterDaemonController]:
    """`daemons` at work, each in a thread, for what a `workspace.yaml` names; `check_daemon_loop` watches them."""
    return daemon_controller_from_instance(
        instance,
        workspace_load_target=WorkspaceFileTarget([str(workspace)]),
        gen_daemons=daemons,
        log_level="warning",
    )


def told_error(logger: logging.Logger, words: str) -> RaisedError:
    """Log the exception that is being handled; what a daemon yields then, so that the UI shows it."""
    return DaemonErrorCapture.process_exception(exc_info=sys.exc_info(), logger=logger, log_message=words)


def look_at_sensors_every(seconds: float) -> None:
    """How often this process's daemon looks which sensors are due; stock, every five seconds."""
    sensors.MIN_INTERVAL_LOOP_TIME = seconds  # type: ignore[assignment]


def never_hold_back(sensor_name: str) -> None:
    """Let a sensor be due again as soon as its tick is over; stock, a second must lie between two ticks."""

    def is_under_min_interval(state: Any, sensor: Any, *arguments: Any) -> bool:
        return sensor.name != sensor_name and _stock_is_under_min_interval(state, sensor, *arguments)

    sensors.is_under_min_interval = is_under_min_interval  # type: ignore[assignment]


def when_a_run_is_queued(tell: Callable[[], None]) -> None:
    """Have `tell` called whenever this process has put a run into the queue, or tried to."""

    def submit_run(*arguments: Any, **named: Any) -> DagsterRun:
        try:
            return _stock_submit_run(*arguments, **named)
        finally:
            tell()

    QueuedRunCoordinator.submit_run = submit_run  # type: ignore[method-assign]
