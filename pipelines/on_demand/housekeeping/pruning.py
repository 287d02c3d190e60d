"""Keeping the number of partitions and runs bounded: Dagster forgets ended jobs that are older than the newest few.

Jobs themselves and their files stay as long as retention says; what is erased is `forgetting`'s affair.
"""

from datetime import UTC, datetime
from typing import Final

from dagster import DagsterInstance, DefaultSensorStatus, RunsFilter, SensorEvaluationContext, SkipReason, sensor

from assets.attempts import JOB_TAG
from pipelines.on_demand.connections import instance, ledger
from pipelines.on_demand.housekeeping.forgetting import forget_partition, forget_run
from service.ledger import EndedJob, Ledger
from service.settings import settings

AT_A_TIME: Final = 40
"""Jobs a tick: more than end meanwhile, and done in a second or two."""
_EVERY_S: Final = 5


@sensor(
    name="old_jobs",
    minimum_interval_seconds=_EVERY_S,
    default_status=DefaultSensorStatus.RUNNING,
    description="Removes partitions and runs of jobs that ended long ago; the jobs and their files stay.",
)
def old_jobs(context: SensorEvaluationContext) -> SkipReason:
    """Starts nothing."""
    pruned = prune(ledger(), instance(), keep=settings().finished_partitions_kept)
    return SkipReason(f"{pruned} jobs pruned")


def prune(ledger: Ledger, instance: DagsterInstance, *, keep: int, limit: int = AT_A_TIME) -> int:
    """Make Dagster forget ended jobs, oldest first, but the newest `keep`; how many it forgot."""
    done = [job.id for job in ledger.to_prune(keep=keep, limit=limit) if _forget(ledger, instance, job)]
    ledger.pruned(done, now=datetime.now(UTC))
    return len(done)


def _forget(ledger: Ledger, instance: DagsterInstance, job: EndedJob) -> bool:
    """A job's runs; and its partition, unless another job has it as well. False while a run still goes on."""
    if not ledger.others_of_partition(job):
        return forget_partition(instance, job.partition_key)
    runs = instance.get_runs(RunsFilter(tags={JOB_TAG: str(job.id)}))
    if any(not run.is_finished for run in runs):
        return False
    for run in runs:
        forget_run(instance, run.run_id)
    return True
