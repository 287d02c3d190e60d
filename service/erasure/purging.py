"""Erasing the files of a partition: what was asked for, the tables, what was heard, blobs that are nobody else's.

The assets write these files, and the API must not know the assets; where the files lie, both know from `layout`.

A row of `purges` is written before the first file goes and stays until Dagster has forgotten the partition as well,
so that whoever is killed in between, the next one finishes.
"""

import io
import math
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyarrow.parquet as pq
import sqlalchemy as sa
from pyarrow import ArrowException
from sqlalchemy.engine import Connection, Engine

from engine.errors import SynthCopilotError
from service import logs
from service.layout import TABLES, audition_folder, blob_key, request_key, table_key
from service.objects import ObjectError, ObjectStore
from service.tables import IN_FLIGHT, artifacts, jobs, purges

BLOB_COLUMNS: Final = {
    "bundles": "zip_sha256",
    "renders": "preview_sha256",
    "deliveries": "sha256",
    "exports": "sha256",
}
"""Columns of tables that name blobs."""
_log = logs.get("service.purging")


class PurgeError(SynthCopilotError):
    """Some files that were to go could not be erased."""


def files_of(store: ObjectStore, partition: str) -> dict[str, list[str]]:
    """The keys of a partition's files, by place. Not its blobs, which may be others' as well."""
    tables = [table_key(asset, partition) for asset in store.folders(TABLES)]
    return {
        "requests": [key for key in [request_key(partition)] if store.exists(key)],
        "tables": [key for key in tables if store.exists(key)],
        "auditions": [one.key for one in store.find(audition_folder(partition)) if not one.unfinished],
    }


def request_purge(connection: Connection, partition: str, *, blobs: Iterable[str], now: datetime) -> None:
    """Have a partition erased, and those of `blobs` that nothing refers to any more. Twice adds up to once."""
    known = connection.execute(sa.select(purges.c.blobs).where(purges.c.partition_key == partition)).one_or_none()
    wanted = sorted({*blobs, *(known.blobs if known else ())})
    if known is None:
        row = {"partition_key": partition, "blobs": wanted, "requested_at": now, "files_erased_at": None}
        connection.execute(sa.insert(purges).values(row))
    else:
        again = {"blobs": wanted, "files_erased_at": None}
        connection.execute(sa.update(purges).where(purges.c.partition_key == partition).values(again))


class Purger:
    """Erases what was asked for; by partition, each as often as it takes."""

    def __init__(self, engine: Engine, store: ObjectStore) -> None:
        self._engine, self._store = engine, store
        self.erased: Counter[str] = Counter()
        """Files by place, in all runs."""

    def run(
        self, *, now: datetime, partitions: Sequence[str] | None = None, give_up: float = math.inf
    ) -> Counter[str]:
        """Erase the files of every partition that is to go, or of some; files by place.

        A partition that a run works in at this moment is left for the next time; so is what can't be begun before
        `give_up`, by the monotonic clock.

        Raises:
            PurgeError: some could not be erased, of which the log says why; all others were.
        """
        gone: Counter[str] = Counter()
        failed = 0
        for partition, blobs in self._open(partitions):
            if time.monotonic() >= give_up:
                break
            if self._busy(partition):
                continue
            try:
                gone += self._erase(partition, blobs, now)
            except Exception:
                _log.exception("a partition could not be erased", partition=partition)
                failed += 1
        self.erased += gone
        if failed:
            raise PurgeError(f"{failed} partitions could not be erased; the log names each")
        return gone

    def waiting(self, partitions: Sequence[str]) -> int:
        """How many of these have files that are yet to be erased."""
        return len(self._open(partitions))

    def drop_blobs(self, hashes: Iterable[str]) -> int:
        """Remove the blobs that no artifact has; how many.

        A worker that delivers an equal file at this moment either finds it gone and writes it anew, or its row is
        seen here, and the file is put back.
        """
        dropped = 0
        for one in sorted(set(hashes)):
            if self._used(one):
                continue
            try:
                data = self._store.get(blob_key(one))
            except ObjectError:
                continue
            self._store.delete(blob_key(one))
            if self._used(one):
                self._store.put(blob_key(one), data)
            else:
                dropped += 1
        return dropped

    def _erase(self, partition: str, blobs: list[str], now: datetime) -> Counter[str]:
        found = files_of(self._store, partition)
        named = self._named_blobs(found["tables"], partition)
        if not named <= set(blobs):  # once the tables are gone, nobody else knows them
            with self._engine.begin() as connection:
                request_purge(connection, partition, blobs=named, now=now)
        gone: Counter[str] = Counter()
        for place, keys in found.items():
            gone[place] += sum(self._store.delete(key) for key in keys)
        gone["blobs"] += self.drop_blobs({*blobs, *named})
        with self._engine.begin() as connection:
            done = sa.update(purges).where(purges.c.partition_key == partition).values(files_erased_at=now)
            connection.execute(done)
        return +gone

    def _named_blobs(self, tables: Iterable[str], partition: str) -> set[str]:
        """Hashes that a partition's tables name, and those of the files in its zips, split or not."""
        named: set[str] = set()
        for asset, column in BLOB_COLUMNS.items():
            if table_key(asset, partition) in tables:
                named |= column_of(self._store, table_key(asset, partition), column)
        for one in tuple(named):
            named |= self._split(one)
        return named

    def _split(self, blob: str) -> set[str]:
        try:
            with zipfile.ZipFile(io.BytesIO(self._store.get(blob_key(blob)))) as archive:
                return {sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        except (ObjectError, zipfile.BadZipFile):
            return set()

    def _open(self, partitions: Sequence[str] | None) -> list[tuple[str, list[str]]]:
        statement = sa.select(purges).where(purges.c.files_erased_at.is_(None)).order_by(purges.c.requested_at)
        if partitions is not None:
            statement = statement.where(purges.c.partition_key.in_(partitions))
        with self._engine.connect() as connection:
            return [(row.partition_key, list(row.blobs)) for row in connection.execute(statement)]

    def _busy(self, partition: str) -> bool:
        working = (jobs.c.partition_key == partition, jobs.c.state.in_(IN_FLIGHT), jobs.c.run_id.is_not(None))
        with self._engine.connect() as connection:
            return connection.execute(sa.select(jobs.c.id).where(*working).limit(1)).first() is not None

    def _used(self, blob: str) -> bool:
        with self._engine.connect() as connection:
            has = sa.select(artifacts.c.id).where(artifacts.c.sha256 == blob).limit(1)
            return connection.execute(has).first() is not None


def column_of(store: ObjectStore, table: str, column: str) -> set[str]:
    """The values of a table's column, if the table and the column are there."""
    try:
        values = pq.read_table(io.BytesIO(store.get(table)), columns=[column])[column].to_pylist()
    except (ObjectError, ArrowException, KeyError):
        return set()
    return {value for value in values if value}
