"""Which waiting jobs get a run now, and what that run is told.

A job's row says nothing of a run before there is one: the run is named by job and attempt, Dagster makes it once,
and only when it is found is it written into the row. So nothing is lost or doubled, whoever is killed in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dagster import AddDynamicPartitionsRequest, DagsterInstance, RunRequest, RunsFilter
from pydantic import ValidationError

from assets.attempts import (
    ATTEMPT_TAG,
    HARD_LIMIT_TAG,
    JOB_TAG,
    LANE_TAG,
    PROMPT_TAG,
    QUEUE_TAG,
    SOFT_LIMIT_TAG,
    USER_TAG,
    Attempt,
)
from assets.exports import EXPORTS
from assets.partitions import REQUEST_BATCHES
from assets.storage import Store
from pipelines.dagster_internals.tags import RUN_KEY_TAG
from pipelines.on_demand.jobs import EXPORT_JOB, GENERATE_JOB
from schemas.request import Request
from service.ledger import JobRow, Ledger
from service.settings import Settings

_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""What happens in a run stands in Dagster's records."""
_LOOKED_AT: Final = 200
_AHEAD_OF_USER: Final = 8
"""Runs of one user that may wait in Dagster's queue; the rest waits in the table, and in nobody's way."""
_AHEAD: Final = 40


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the sensor asks Dagster for."""

    runs: list[RunRequest]
    partitions: list[AddDynamicPartitionsRequest]


def admit(ledger: Ledger, instance: DagsterInstance, store: Store, settings: Settings) -> Admitted:
    """Prepare runs for jobs that are due, oldest first and nobody at another's cost."""
    waiting = _unbound(ledger, instance, ledger.waiting(now=datetime.now(UTC), limit=_LOOKED_AT))
    if not waiting:
        return Admitted([], [])
    rows = [row for row in _chosen(waiting, ledger.in_flight(), settings) if _stored(row, store, ledger)]
    return Admitted([_run_request(row, settings) for row in rows], list(_partitions(rows)))


def _unbound(ledger: Ledger, instance: DagsterInstance, rows: Sequence[JobRow]) -> list[JobRow]:
    """The rows that no run was made for; the others are told of theirs."""
    if not rows:
        return []
    keys = {Attempt(row.id, row.attempt).run_key: row for row in rows}
    for run in instance.get_runs(RunsFilter(tags={RUN_KEY_TAG: list(keys)})):
        row = keys.pop(run.tags[RUN_KEY_TAG], None)
        if row is not None:
            ledger.bind(row.id, attempt=row.attempt, run_id=run.run_id)
    return list(keys.values())


def _chosen(waiting: Iterable[JobRow], in_flight: Iterable[JobRow], settings: Settings) -> Iterator[JobRow]:
    lanes = Counter((row.user_id, row.queue) for row in in_flight)
    queues: Counter[str] = Counter()
    for (_, queue), count in lanes.items():
        queues[queue] += count
    for row in waiting:
        lane = (row.user_id, row.queue)
        if lanes[lane] < settings.user_concurrency + _AHEAD_OF_USER and queues[row.queue] < _AHEAD:
            lanes[lane] += 1
            queues[row.queue] += 1
            yield row


def _stored(row: JobRow, store: Store, ledger: Ledger) -> bool:
    """Put what was asked for where the assets look for it. A request that can't be one ends its job here."""
    if row.queue == "export":
        return True
    try:
        request = Request(
            prompt=row.prompt,
            tags=row.tags,
            template_id=row.template_id,
            seed=row.seed,
            variations=row.variations,
            planner=row.planner,
            model=row.model,
        )
    except ValidationError as error:
        fields = ", ".join(sorted({str(one["loc"][0]) for one in error.errors()}))
        words = f"These fields of the request can't be used: {fields}."
        ledger.fail(row.id, attempt=row.attempt, code="bad_request", detail=words, now=datetime.now(UTC))
        return False
    store.put_batch(row.partition_key, [request])
    return True


def _run_request(row: JobRow, settings: Settings) -> RunRequest:
    attempt = Attempt(row.id, row.attempt)
    return RunRequest(
        run_key=attempt.run_key,
        job_name=EXPORT_JOB if row.queue == "export" else GENERATE_JOB,
        partition_key=row.partition_key,
        run_config=_QUIET,
        tags={
            JOB_TAG: str(row.id),
            ATTEMPT_TAG: str(row.attempt),
            USER_TAG: str(row.user_id),
            LANE_TAG: f"{row.user_id}/{row.queue}",
            QUEUE_TAG: row.queue,
            PROMPT_TAG: row.prompt_sha256,
            SOFT_LIMIT_TAG: f"{settings.soft_time_limit_s:g}",
            HARD_LIMIT_TAG: f"{settings.hard_time_limit_s:g}",
        },
    )


def _partitions(rows: Sequence[JobRow]) -> Iterator[AddDynamicPartitionsRequest]:
    for definition, is_export in ((REQUEST_BATCHES, False), (EXPORTS, True)):
        keys = sorted({row.partition_key for row in rows if (row.queue == "export") == is_export})
        if keys:
            yield definition.build_add_request(keys)
