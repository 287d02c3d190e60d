"""What may stand in the metadata of a materialization."""

# Any value that Dagster takes there.
from dagster._core.definitions.metadata import RawMetadataValue as RawMetadataValue
