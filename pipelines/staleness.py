"""What has to be made again, read from the instance's own records: Dagster's staleness, its checks, and the files.

The one place that uses Dagster's stale-status resolver, which is not part of its public interface.
"""

from collections.abc import Callable, Mapping, Sequence

from dagster import AssetKey, DagsterEventType, DagsterInstance, DagsterRunStatus
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContext

HasFiles = Callable[[str, str], bool]
"""Whether all that an asset's partition recorded is still in the store."""


class _Loading(LoadingContext):
    """What the resolver loads records through."""

    def __init__(self, instance: DagsterInstance) -> None:
        self._instance = instance
        self._loaders: dict[type, tuple[object, object]] = {}

    @property
    def instance(self) -> DagsterInstance:
        return self._instance

    @property
    def loaders(self) -> dict:  # type: ignore[type-arg]
        return self._loaders


def reasons_to_run(
    instance: DagsterInstance,
    graph: AssetGraph,
    assets: Sequence[str],
    partition: str,
    has_files: HasFiles,
) -> Mapping[str, str]:
    """Which of `assets` (upstream first) have to be made, each with the reason in words.

    Empty if the partition is as the present code and data would make it.
    """
    resolver = CachingStaleStatusResolver(instance, graph, _Loading(instance))
    reasons: dict[str, str] = {}
    for asset in assets:
        parents = {parent.to_user_string() for parent in graph.get(AssetKey(asset)).parent_keys}
        if again := sorted(parents & reasons.keys()):
            reasons[asset] = f"{again[0]} is made again"
        elif reason := _own_reason(instance, resolver, graph, AssetKey(asset), partition):
            reasons[asset] = reason
        elif not has_files(asset, partition):
            reasons[asset] = "files are missing from the store"
    return reasons


def _own_reason(
    instance: DagsterInstance,
    resolver: CachingStaleStatusResolver,
    graph: AssetGraph,
    key: AssetKey,
    partition: str,
) -> str | None:
    status = resolver.get_status(key, partition)
    if status == StaleStatus.MISSING:
        return "was never made"
    if status == StaleStatus.STALE:
        return "; ".join(cause.reason for cause in resolver.get_stale_causes(key, partition))
    return None if _checks_passed(instance, graph, key, partition) else "its checks have not passed"


def _checks_passed(instance: DagsterInstance, graph: AssetGraph, key: AssetKey, partition: str) -> bool:
    """Whether the run that made a partition also passed every blocking check of it.

    A check's own record knows no partition, so the run's events are asked; a run that succeeded needs no asking.
    """
    blocking = {check for check in graph.get_check_keys_for_assets({key}) if graph.get(check).blocking}
    if not blocking:
        return True
    record = instance.get_latest_data_version_record(key, partition_key=partition)
    run = instance.get_run_by_id(record.run_id) if record else None
    if run is None or run.status == DagsterRunStatus.SUCCESS:
        return run is not None
    logs = instance.all_logs(run.run_id, of_type=DagsterEventType.ASSET_CHECK_EVALUATION)
    events = [entry.dagster_event for entry in logs if entry.dagster_event]
    passed = {e.asset_check_evaluation_data.asset_check_key for e in events if e.asset_check_evaluation_data.passed}
    return blocking <= passed
