"""How Dagster starts a run on a warm worker, stops it, and learns that a worker is gone.

Written against the pinned dagster-celery. What a worker then does is `execution.executing`'s affair.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from dagster import DagsterRun
from dagster_celery.launcher import CeleryRunLauncher

from assets.attempts import HARD_LIMIT_TAG, QUEUE_TAG, SOFT_LIMIT_TAG, WORKER_TAG
from pipelines.dagster_internals.configurable import ConfigurableClassData, UserConfigSchema
from pipelines.dagster_internals.launching import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from pipelines.on_demand.connections import ledger
from pipelines.on_demand.messages.celery_app import EXECUTE, QUEUES, celery_app
from service.settings import settings

SILENT_S: Final = 8.0
"""A worker that gives no sign of life for so long is taken for dead. It gives one every second."""


class WarmWorkerLauncher(CeleryRunLauncher):
    """A run is a message that names it; its task has the run's own id, so that nothing need be remembered."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        # Not the parent's, which would make a Celery app of its own. Dagster leaves it untyped.
        super(CeleryRunLauncher, self).__init__()  # type: ignore[no-untyped-call]
        self._inst_data = inst_data
        self.celery = celery_app(settings())
        self._seen: dict[str, tuple[object, float]] = {}

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Nothing: the broker comes from the settings, with its password."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> "WarmWorkerLauncher":
        """As the settings have it."""
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Send the run to its queue, with its time limits."""
        run = context.dagster_run
        self.celery.send_task(
            EXECUTE,
            args=[run.run_id],
            task_id=run.run_id,
            queue=run.tags.get(QUEUE_TAG, QUEUES[0]),
            # Stubs of Celery say whole seconds; it takes parts of one, too.
            soft_time_limit=_seconds(run, SOFT_LIMIT_TAG, settings().soft_time_limit_s),  # type: ignore[arg-type]
            time_limit=_seconds(run, HARD_LIMIT_TAG, settings().hard_time_limit_s),  # type: ignore[arg-type]
            ignore_result=True,
        )

    def terminate(self, run_id: str) -> bool:
        """Interrupt a run. Canceling is reported first: otherwise Dagster would call the interrupt a failure."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        self.celery.control.revoke(run_id, terminate=True, signal="SIGTERM")
        return True

    @property
    def supports_resume_run(self) -> bool:
        """A job is tried again instead, with a run of its own."""
        return False

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the worker that took a run still gives signs of life, by this process's own clock."""
        worker = run.tags.get(WORKER_TAG)
        if worker is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        beat, now = ledger().beats().get(worker), time.monotonic()
        last, since = self._seen.get(worker, (None, now))
        if beat != last or worker not in self._seen:
            self._seen[worker] = (beat, now)
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        if now - since <= SILENT_S:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(
            WorkerStatus.FAILED, f"worker lost: {worker} has been silent for {SILENT_S:g} s"
        )

    def get_run_worker_debug_info(self, run: DagsterRun, include_container_logs: bool | None = True) -> str | None:
        """Which worker it is."""
        return run.tags.get(WORKER_TAG)


def _seconds(run: DagsterRun, tag: str, usual: float) -> float:
    try:
        return float(run.tags[tag])
    except (KeyError, ValueError):
        return usual
