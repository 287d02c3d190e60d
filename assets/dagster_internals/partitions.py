"""What a partition mapping of our own is given and gives."""

# Which partitions an asset needs, and which of them there are.
from dagster._core.definitions.partitions.mapping import UpstreamPartitionsResult as UpstreamPartitionsResult

# Some keys of a partition set.
from dagster._core.definitions.partitions.subset import PartitionsSubset as PartitionsSubset

# Where the keys of a dynamic partition set are found.
from dagster._core.instance import DynamicPartitionsStore as DynamicPartitionsStore
