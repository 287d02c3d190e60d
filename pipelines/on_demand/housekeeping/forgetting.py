"""Making Dagster forget a partition: its runs with all their events, and its key.

What the runs made lies in the object store and is somebody else's affair. Written against the pinned version:
records of checks stay when a run is deleted, so they are removed here.
"""

from dagster import DagsterInstance, RunsFilter

from assets.exports import EXPORTS
from assets.partitions import REQUEST_BATCHES
from pipelines.dagster_internals.events import forget_checks
from pipelines.dagster_internals.tags import PARTITION_TAG
from service import logs
from service.ledger import Ledger

_AT_A_TIME = 5
"""Jobs wait meanwhile."""
_log = logs.get(__name__)


def forget_erased(ledger: Ledger, instance: DagsterInstance, *, limit: int = _AT_A_TIME) -> int:
    """Forget partitions whose files are erased; how many. From then on they may be made anew."""
    forgotten = 0
    for partition in ledger.erased_partitions(limit=limit):
        if forget_partition(instance, partition):
            ledger.forgotten(partition)
            _log.info("partition forgotten", partition=partition)
            forgotten += 1
    return forgotten


def forget_partition(instance: DagsterInstance, partition: str) -> bool:
    """Remove a job's partition. False, and nothing done, while one of its runs still goes on."""
    runs = instance.get_runs(RunsFilter(tags={PARTITION_TAG: partition}))
    if any(not run.is_finished for run in runs):
        return False
    for run in runs:
        forget_run(instance, run.run_id)
    for definition in (REQUEST_BATCHES, EXPORTS):
        instance.delete_dynamic_partition(str(definition.name), partition)
    return True


def forget_run(instance: DagsterInstance, run_id: str) -> None:
    """Remove a run that has ended, with all its events."""
    forget_checks(instance, run_id)
    instance.delete_run(run_id)
