"""How tables get from one asset to the next: Parquet files, a partition a file, in a folder or a bucket."""

import pyarrow as pa
from dagster import ConfigurableIOManagerFactory, InitResourceContext, InputContext, OutputContext, UPathIOManager
from upath import UPath

from assets.resources import StoreResource
from assets.storage import read_table, write_table


class ParquetTables(UPathIOManager):
    """Arrow tables as `<base>/<asset>/<partition>.parquet`."""

    extension = ".parquet"

    def __init__(self, base_path: UPath) -> None:
        super().__init__(base_path)
        self._written: dict[str, pa.Table] = {}

    def dump_to_path(self, context: OutputContext, obj: pa.Table, path: UPath) -> None:
        """Write a partition, whole or not at all, and keep it for the rest of the run, as long as this lives."""
        write_table(path, obj)
        self._written[str(path)] = obj

    def make_directory(self, path: UPath) -> None:
        """Nothing: writing makes folders, and a bucket has none."""

    def load_partitions(self, context: InputContext) -> pa.Table:
        """One partition, or several as one table."""
        found = super().load_partitions(context)
        return found if isinstance(found, pa.Table) else pa.concat_tables(found.values())

    def load_from_path(self, context: InputContext, path: UPath) -> pa.Table:
        """One partition; what this run wrote is not fetched again."""
        written = self._written.get(str(path))
        return read_table(path) if written is None else written

    def _handle_transition_to_partitioned_asset(self, context: OutputContext, path: UPath) -> None:
        """Nothing: these assets were always partitioned, and looking costs a request to the bucket."""


class ParquetTablesResource(ConfigurableIOManagerFactory[ParquetTables]):
    """The tables of a store."""

    store: StoreResource

    def create_io_manager(self, context: InitResourceContext) -> ParquetTables:
        """Over the store's `tables` folder."""
        return ParquetTables(self.store.opened().tables)
