"""What a run's end means: every cause by its name, every code with its words, and which of them are tried again."""

import pytest
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRunStatus

from pipelines.dagster_internals.failures import (
    EngineEventData,
    JobFailureData,
    RaisedError,
    RunFailureReason,
    StepFailureData,
)
from pipelines.on_demand.housekeeping.endings import verdict_of
from pipelines.on_demand.housekeeping.verdicts import LOST, RunVerdict, verdict
from tests.dagster_internals import create_run_for_test

CAUSES = {
    "SoftTimeLimitExceeded": "timeout",
    "MemoryError": "out_of_memory",
    "ArrowMemoryError": "out_of_memory",
    "DagsterExecutionInterruptedError": "worker_lost",
    "RenderError": "worker_lost",
    "StoreError": "storage",
    "ObjectError": "storage",
    "OperationalError": "storage",
    "InterfaceError": "storage",
    "DisconnectionError": "storage",
    "DBAPIError": "storage",
    "OSError": "storage",
    "PermissionError": "storage",
    "FileNotFoundError": "storage",
    "TimeoutError": "storage",
    "BlockingIOError": "storage",
    "ConnectionError": "storage",
    "ConnectionResetError": "storage",
    "ConnectionRefusedError": "storage",
    "ClientError": "storage",
    "EndpointConnectionError": "storage",
    "BotoCoreError": "storage",
    "HTTPClientError": "storage",
    "ServerDisconnectedError": "storage",
    "ClientConnectorError": "storage",
    "ClientOSError": "storage",
    "ValueError": "internal",
    "BundleError": "internal",
}
WORDS = {
    "refused": "What was made did not pass the listening tests.",
    "bad_request": "The request can't be used.",
    "timeout": "It took longer than a job may take. Fewer variations take less time.",
    "out_of_memory": "It needed more memory than a job may use.",
    "worker_lost": "The process that was working on it ended unexpectedly.",
    "storage": "A database or the file store could not be reached.",
    "internal": "Something went wrong on our side; it is in the logs under the job's id.",
}
RETRIED = {"out_of_memory", "worker_lost", "storage"}
FAILED = DagsterRunStatus.FAILURE


def error(name: str | None, *, cause: RaisedError | None = None, context=None) -> RaisedError:
    return RaisedError("words of somebody", [], name, cause, context)


def step_failed(of: RaisedError | None) -> DagsterEvent:
    data = StepFailureData(error=of, user_failure_data=None)
    return DagsterEvent(DagsterEventType.STEP_FAILURE.value, "made", event_specific_data=data)


def run_failed(
    message: str = "", *, of: RaisedError | None = None, reason: RunFailureReason | None = None
) -> DagsterEvent:
    data = JobFailureData(error=of, failure_reason=reason)
    return DagsterEvent(DagsterEventType.RUN_FAILURE.value, "made", message=message, event_specific_data=data)


@pytest.mark.parametrize(("name", "code"), CAUSES.items())
def test_a_cause_is_told_by_its_name(name: str, code: str) -> None:
    found = verdict(FAILED, [step_failed(error("DagsterExecutionStepExecutionError", cause=error(name)))])
    assert (found.kind, found.code, found.began) == ("failed", code, True)
    assert (found.words, found.retried) == (WORDS[code], code in RETRIED)
    assert verdict(FAILED, [run_failed(of=error(name))]).code == code


@pytest.mark.parametrize(("code", "words"), WORDS.items())
def test_every_code_has_its_words_and_only_what_can_help_is_tried_again(code, words: str) -> None:
    assert RunVerdict("failed", code).words == words
    assert RunVerdict("failed", code).retried is (code in RETRIED)
    assert RunVerdict("done", code).retried is False
    assert RunVerdict("stopped", code).retried is True


def test_runs_that_did_not_fail() -> None:
    done = verdict(DagsterRunStatus.SUCCESS, [step_failed(error("ValueError"))])
    assert (done.kind, done.retried) == ("done", False)
    stopped = verdict(DagsterRunStatus.CANCELED, [step_failed(error("ValueError"))])
    assert (stopped.kind, stopped.code, stopped.retried) == ("stopped", "worker_lost", True)
    assert (LOST.kind, LOST.code, LOST.began, LOST.retried) == ("failed", "worker_lost", True, True)


def test_the_first_cause_that_is_known_counts_and_a_time_limit_before_all() -> None:
    def code(*names: str) -> str:
        return verdict(FAILED, [step_failed(error(name)) for name in names]).code

    assert code("MemoryError", "OSError") == "out_of_memory"
    assert code("OSError", "MemoryError") == "storage"
    assert code("ValueError", "OSError") == "storage", "what it led to is named first"
    assert code("OSError", "SoftTimeLimitExceeded") == "timeout"


def test_causes_are_followed_also_where_one_was_only_at_hand() -> None:
    deep = error("A", cause=error("B", context=error("MemoryError")))
    assert verdict(FAILED, [step_failed(deep)]).code == "out_of_memory"
    raised_from = error("A", cause=error("MemoryError"), context=error("OSError"))
    assert verdict(FAILED, [step_failed(raised_from)]).code == "out_of_memory", "what was said outweighs"
    assert verdict(FAILED, [step_failed(error(None, cause=error("OSError")))]).code == "storage"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("stopped by the hard time limit: the process was killed", "timeout"),
        ("stopped by the soft time limit", "timeout"),
        ("worker lost: stopped by the hard time limit", "worker_lost"),
        ("worker lost: signal 9 (SIGKILL)", "worker_lost"),
    ],
)
def test_a_run_that_others_gave_up_begins_with_why(message: str, code: str) -> None:
    found = verdict(FAILED, [run_failed(message)])
    assert (found.code, found.began) == (code, True)
    assert verdict(FAILED, [run_failed(message), step_failed(error("OSError"))]).code == (
        "timeout" if code == "timeout" else "storage"
    )


def test_only_a_run_speaks_of_its_own_limit() -> None:
    event = step_failed(error("ValueError"))
    spoken = DagsterEvent(
        event.event_type_value, "made", message="stopped by the hard time limit",
        event_specific_data=event.event_specific_data,
    )  # fmt: skip
    assert verdict(FAILED, [spoken]).code == "internal"


def test_one_that_no_worker_took_did_not_begin() -> None:
    late = verdict(FAILED, [run_failed("timed out", reason=RunFailureReason.START_TIMEOUT)])
    assert (late.code, late.began) == ("worker_lost", False)
    assert verdict(FAILED, [run_failed("died", reason=RunFailureReason.RUN_EXCEPTION)]).began is True
    assert verdict(FAILED, []) == RunVerdict("failed", "worker_lost", began=True)


def test_what_is_neither_a_step_nor_a_run_counts_by_its_error() -> None:
    engine = DagsterEvent(
        DagsterEventType.ENGINE_EVENT.value, "made", event_specific_data=EngineEventData({}, error("OSError"))
    )
    assert verdict(FAILED, [engine]).code == "storage"
    assert verdict(FAILED, [step_failed(None)]).code == "worker_lost", "nothing is said of why"


@pytest.mark.parametrize("status", [one for one in DagsterRunStatus if one != DagsterRunStatus.QUEUED])
def test_only_a_run_that_is_over_has_a_verdict(instance: DagsterInstance, status: DagsterRunStatus) -> None:
    run = create_run_for_test(instance, job_name="made", status=status)
    kinds = {
        DagsterRunStatus.SUCCESS: ("done", "internal"),
        DagsterRunStatus.CANCELED: ("stopped", "worker_lost"),
        DagsterRunStatus.FAILURE: ("failed", "worker_lost"),
    }
    found = verdict_of(instance, run.run_id)
    assert (found and (found.kind, found.code)) == kinds.get(status)
