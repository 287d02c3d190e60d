"""What has to be made again, read from the instance's own records and the store: staleness, checks, files."""

from collections.abc import Callable, Mapping, Sequence

from dagster import AssetKey, DagsterEventType, DagsterInstance, DagsterRunStatus

from pipelines.dagster_internals.staleness import AssetGraph, Staleness

HasFiles = Callable[[str, str], bool]
"""Whether all that an asset's partition recorded is still in the store."""


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
    staleness = Staleness(instance, graph)
    reasons: dict[str, str] = {}
    for asset in assets:
        parents = {parent.to_user_string() for parent in graph.get(AssetKey(asset)).parent_keys}
        if again := sorted(parents & reasons.keys()):
            reasons[asset] = f"{again[0]} is made again"
        elif reason := _own_reason(instance, staleness, graph, AssetKey(asset), partition):
            reasons[asset] = reason
        elif not has_files(asset, partition):
            reasons[asset] = "files are missing from the store"
    return reasons


def _own_reason(
    instance: DagsterInstance,
    staleness: Staleness,
    graph: AssetGraph,
    key: AssetKey,
    partition: str,
) -> str | None:
    if staleness.is_missing(key, partition):
        return "was never made"
    if causes := staleness.stale_because(key, partition):
        return "; ".join(causes)
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
