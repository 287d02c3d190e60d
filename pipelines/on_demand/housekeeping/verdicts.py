"""What a run's end means for its job: done, stopped, or failed, why, and whether trying again can help.

Judged by what was raised, never by its text: that could hold a user's words. No writing here (`endings`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from dagster import DagsterEvent, DagsterEventType, DagsterRunStatus

from pipelines.dagster_internals.failures import RaisedError, error_of, never_started
from service.job_errors import JOB_ERRORS, JobErrorCode

FAILURES: Final = frozenset({DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE})
HARD_LIMIT: Final = "stopped by the hard time limit"
"""Begins the message of a run that was killed for it."""
SOFT_LIMIT: Final = "stopped by the soft time limit"
UNRECORDED: Final = "it could not be recorded how the run ended"
"""The message of a run that ended while its records could not be reached: as if its worker had been lost."""

_CAUSES: Final[dict[str, JobErrorCode]] = {
    "SoftTimeLimitExceeded": "timeout",
    "MemoryError": "out_of_memory",
    "ArrowMemoryError": "out_of_memory",
    "DagsterExecutionInterruptedError": "worker_lost",
    "RenderError": "worker_lost",
    "StoreError": "storage",
    "ObjectError": "storage",
    **dict.fromkeys(("OperationalError", "InterfaceError", "DisconnectionError", "DBAPIError"), "storage"),
    **dict.fromkeys(
        ("OSError", "PermissionError", "FileNotFoundError", "TimeoutError", "BlockingIOError"), "storage"
    ),
    **dict.fromkeys(("ConnectionError", "ConnectionResetError", "ConnectionRefusedError"), "storage"),
    **dict.fromkeys(("ClientError", "EndpointConnectionError", "BotoCoreError", "HTTPClientError"), "storage"),
    **dict.fromkeys(("ServerDisconnectedError", "ClientConnectorError", "ClientOSError"), "storage"),
}
"""By the name of what was raised; a limit is told from a failure that it caused by standing first."""


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """`kind`: how the run ended. For a failure, its code and words, and whether another attempt can help."""

    kind: Literal["done", "stopped", "failed"]
    code: JobErrorCode = "internal"
    began: bool = True
    """False if no worker ever took the run: then trying again costs nothing."""

    @property
    def words(self) -> str:
        """The reason, for the user."""
        return JOB_ERRORS[self.code].detail

    @property
    def retried(self) -> bool:
        """Whether another attempt can help."""
        return self.kind == "stopped" or (self.kind == "failed" and JOB_ERRORS[self.code].retried)


LOST = RunVerdict("failed", "worker_lost")
"""Of a run that is gone without a trace."""


def verdict(status: DagsterRunStatus, events: Iterable[DagsterEvent]) -> RunVerdict:
    """What an ended run means; `events` are its failures."""
    if status == DagsterRunStatus.SUCCESS:
        return RunVerdict("done")
    if status == DagsterRunStatus.CANCELED:
        return RunVerdict("stopped", "worker_lost")
    return _failure(list(events))


def _failure(events: list[DagsterEvent]) -> RunVerdict:
    names = [name for event in events for name in _chain(error_of(event))]
    codes = [_CAUSES[name] for name in names if name in _CAUSES]
    said = [event.message or "" for event in events if event.event_type == DagsterEventType.RUN_FAILURE]
    if "timeout" in codes or any(text.startswith((HARD_LIMIT, SOFT_LIMIT)) for text in said):
        return RunVerdict("failed", "timeout")
    if codes:
        return RunVerdict("failed", codes[0])
    if names:
        return RunVerdict("failed", "internal")
    return RunVerdict("failed", "worker_lost", began=not any(map(never_started, events)))


def _chain(error: RaisedError | None) -> Iterator[str]:
    """Names of what was raised and of what it was raised from."""
    while error is not None:
        if error.cls_name:
            yield error.cls_name
        error = error.cause or error.context
