"""Running a partition's assets on an instance, in this process, as runs one sees in the UI.

Which assets and why is `staleness`'s affair; the order of partitions is `build`'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dagster import (
    AssetKey,
    DagsterEvent,
    DagsterInstance,
    DagsterRunStatus,
    ExecuteInProcessResult,
    JobDefinition,
    RunsFilter,
)

from engine.errors import SynthCopilotError
from pipelines.dagster_internals.failures import error_of

BUILD_TAG = "synthcopilot/build"
_UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has ended. `problem` says in words why it failed; None if it did not."""

    run_id: str
    partition: str
    made: tuple[str, ...]
    problem: str | None


def run_partition(
    job: JobDefinition, instance: DagsterInstance, *, partition: str, assets: Sequence[str], library: str
) -> Run:
    """Make `assets` of a partition, with their checks, in this process."""
    result = job.execute_in_process(
        instance=instance,
        partition_key=partition,
        asset_selection=[AssetKey(asset) for asset in assets],
        tags={BUILD_TAG: library},
        run_config=_QUIET,
        raise_on_error=False,
    )
    made = {
        event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key
    }
    return Run(
        run_id=result.run_id,
        partition=partition,
        made=tuple(asset for asset in assets if asset in made),
        problem=None if result.success else _problem(result),
    )


def fail_dangling(instance: DagsterInstance) -> tuple[str, ...]:
    """Mark the runs of builds that were killed as failed. Only to be called by the one build of a home."""
    dangling = instance.get_runs(RunsFilter(statuses=_UNFINISHED, tags=_any_build(instance)))
    for run in dangling:
        instance.report_run_failed(
            run, "The build that made this run was killed; the next build goes on from here."
        )
    return tuple(run.run_id for run in dangling)


def _any_build(instance: DagsterInstance) -> dict[str, list[str]]:
    known = instance.get_run_tags([BUILD_TAG])
    return {BUILD_TAG: [value for _, values in known for value in sorted(values)] or [""]}


def _problem(result: ExecuteInProcessResult) -> str:
    """Failed checks and errors of a run, in the words of whoever raised them."""
    checks = [one for one in result.get_asset_check_evaluations() if not one.passed and one.blocking]
    words = [f"check {one.check_name} of {one.asset_key.to_user_string()}: {one.description}" for one in checks]
    in_steps = [event for event in result.all_events if event.is_step_failure]
    words = words or _errors(in_steps) or _errors(result.all_events)
    return "; ".join(words) or "the run failed"


def _errors(events: Iterable[DagsterEvent]) -> list[str]:
    """What was raised in the first place, with the step in which it was."""
    found: dict[str, None] = {}
    for event in events:
        if error := error_of(event):
            while error.cause:
                error = error.cause
            found[f"{event.step_key or event.job_name}: {error.message.strip()}"] = None
    return list(found)


class BuildFailedError(SynthCopilotError):
    """A run of the build failed; the text says which and why."""
