"""How tables get from one asset to the next: Parquet files, a partition a file, in a folder or a bucket."""

import os

import pyarrow as pa
import pyarrow.parquet as pq
from dagster import ConfigurableIOManagerFactory, InitResourceContext, InputContext, OutputContext, UPathIOManager
from upath import UPath

from assets.resources import StoreResource


class ParquetTables(UPathIOManager):
    """Arrow tables as `<base>/<asset>/<partition>.parquet`."""

    extension = ".parquet"

    def dump_to_path(self, context: OutputContext, obj: pa.Table, path: UPath) -> None:
        """Write whole or not at all: a bucket does so by itself, a folder through a rename."""
        local = path.protocol in ("", "file")
        target = path.with_name(f".{path.name}.{os.getpid()}") if local else path
        with target.open("wb") as file:
            pq.write_table(obj, file, compression="zstd", row_group_size=512)
        if local:
            target.rename(path)

    def load_partitions(self, context: InputContext) -> pa.Table:
        """One partition, or several as one table."""
        found = super().load_partitions(context)
        return found if isinstance(found, pa.Table) else pa.concat_tables(found.values())

    def load_from_path(self, context: InputContext, path: UPath) -> pa.Table:
        """One partition."""
        with path.open("rb") as file:
            return pq.read_table(file)


class ParquetTablesResource(ConfigurableIOManagerFactory[ParquetTables]):
    """The tables of a store."""

    store: StoreResource

    def create_io_manager(self, context: InitResourceContext) -> ParquetTables:
        """Over the store's `tables` folder."""
        return ParquetTables(UPath(self.store.opened().tables))
