"""Executing a run in this process, as Dagster's own command does in a process made for it."""

from collections.abc import Callable
from typing import Any

from dagster import DagsterEvent, DagsterInstance
from dagster._cli.api import _execute_run_command_body

from pipelines.dagster_internals.interrupts import capture_interrupts


def execute_run(run_id: str, instance: DagsterInstance, on_event: Callable[[DagsterEvent], Any]) -> None:
    """Execute a run to its end; `on_event` is told of each event. Whatever is raised becomes the run's end.

    An interrupt stops the step that goes on, and the run. Both signals' handlers are other ones afterwards.
    """
    with capture_interrupts():
        _execute_run_command_body(run_id, instance, on_event, set_exit_code_on_failure=True)
