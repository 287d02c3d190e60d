"""Erasing what is due, as runs that one sees in the UI: every hour, and whenever somebody starts the job there.

`service.erasure.retention` says what is erased, and how. The runs take the place of an export for a few seconds.
"""

from datetime import UTC, datetime
from typing import Final

from dagster import (
    DefaultScheduleStatus,
    OpExecutionContext,
    Output,
    ScheduleDefinition,
    job,
    op,
)

from assets.attempts import HARD_LIMIT_TAG, QUEUE_TAG, SOFT_LIMIT_TAG
from pipelines.dagster_internals.tags import MAX_RUNTIME_TAG
from pipelines.on_demand.connections import ledger
from service.erasure.retention import Retention
from service.settings import settings

RETENTION_JOB: Final = "retention"
_LIMIT_S: Final = 300.0
"""What is not done by then is done by the next run."""


@op(description="Prompts, jobs and users that have been kept long enough, and files that belong to nothing.")
def erase_what_is_due(context: OpExecutionContext) -> Output[None]:
    """Erase it; the counts are the run's metadata."""
    report = Retention.of(settings(), ledger().engine).run(now=datetime.now(UTC), limit_s=_LIMIT_S)
    ledger().beat("retention", now=datetime.now(UTC))
    return Output(None, metadata=report.document())


@job(
    name=RETENTION_JOB,
    tags={
        QUEUE_TAG: "export",
        SOFT_LIMIT_TAG: f"{_LIMIT_S * 2:g}",
        HARD_LIMIT_TAG: f"{_LIMIT_S * 3:g}",
        MAX_RUNTIME_TAG: f"{_LIMIT_S * 4:g}",
    },
    description="Erases prompts, jobs and users once they have been kept long enough.",
)
def retention() -> None:
    """One step."""
    erase_what_is_due()


hourly = ScheduleDefinition(
    name="hourly_retention",
    job=retention,
    cron_schedule="17 * * * *",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Erases what is due, every hour.",
)
