"""Why a run or a step failed: what was raised, by the name of its class, with what it was raised from."""

from dagster import DagsterEvent

# What an event of Dagster's own machinery carries: a worker that could not start, an error outside of any step.
from dagster._core.events import EngineEventData as EngineEventData

# What the event of a failed run carries.
from dagster._core.events import JobFailureData as JobFailureData

# Why a run failed, in a word of Dagster's.
from dagster._core.events import RunFailureReason as RunFailureReason

# What the event of a failed step carries.
from dagster._core.execution.plan.objects import StepFailureData as StepFailureData
from dagster._utils.error import SerializableErrorInfo  # type: ignore[attr-defined]

RaisedError = SerializableErrorInfo
"""An exception as Dagster keeps it: its class's name, its message, its cause and its context."""


def error_of(event: DagsterEvent) -> RaisedError | None:
    """What was raised, if the event tells of that."""
    data = event.event_specific_data
    return data.error if isinstance(data, StepFailureData | JobFailureData | EngineEventData) else None


def never_started(event: DagsterEvent) -> bool:
    """Whether a run failed because nobody took it in time."""
    data = event.event_specific_data
    return isinstance(data, JobFailureData) and data.failure_reason == RunFailureReason.START_TIMEOUT
