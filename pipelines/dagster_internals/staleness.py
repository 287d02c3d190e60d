"""Dagster's own judgement of what is missing and what is stale, which its UI shows and no public function gives."""

from dagster import AssetKey, DagsterInstance

# All assets of some definitions, with their parents and checks.
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph as AssetGraph
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContext


class Staleness:
    """What an instance's records say of partitions, each looked up once."""

    def __init__(self, instance: DagsterInstance, graph: AssetGraph) -> None:
        self._resolver = CachingStaleStatusResolver(instance, graph, _Loading(instance))

    def is_missing(self, key: AssetKey, partition: str | None) -> bool:
        """Whether it was never made."""
        return self._resolver.get_status(key, partition) == StaleStatus.MISSING

    def stale_because(self, key: AssetKey, partition: str | None) -> tuple[str, ...]:
        """Why it would come out otherwise now, in Dagster's words; empty if it would not."""
        if self._resolver.get_status(key, partition) != StaleStatus.STALE:
            return ()
        return tuple(cause.reason for cause in self._resolver.get_stale_causes(key, partition))


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
