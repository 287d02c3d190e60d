"""Files that belong to nothing any more: what killed processes left behind.

Whatever a run is making is younger than the grace, or named by a row that says so.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from service.erasure.purging import BLOB_COLUMNS, Purger, column_of, request_purge
from service.keys import is_job_partition
from service.layout import BLOBS, HEALTH, lies_in, partition_of, table_folder
from service.objects import ObjectStore, StoredFile
from service.tables import artifacts, jobs, purges

GRACE: Final = timedelta(hours=2)
"""Far longer than any run of a job takes."""


def remove_orphans(engine: Engine, store: ObjectStore, *, now: datetime, grace: timedelta = GRACE) -> Counter[str]:
    """Remove what nobody refers to and is older than `grace`; how many files, by place."""
    removed: Counter[str] = Counter()
    old = [one for one in store.find() if one.modified <= now - grace]
    removed["unfinished"] = store.delete_unfinished(before=now - grace)
    removed["health"] = sum(store.delete(one.key) for one in old if lies_in(one.key, HEALTH))
    removed += _partitions(engine, store, old, now)
    named = _named(engine) | _named_by_batches(store)
    unnamed = [name for one in old if (name := _blob(one)) and name not in named]
    removed["blobs"] += Purger(engine, store).drop_blobs(unnamed)
    return +removed


def orphans(engine: Engine, store: ObjectStore, *, now: datetime, grace: timedelta = GRACE) -> tuple[str, ...]:
    """Keys of what `remove_orphans` would remove; to prove that nothing is left."""
    old = [one for one in store.find() if one.modified <= now - grace]
    named = _named(engine) | _named_by_batches(store)
    known = _known_partitions(engine)
    return tuple(
        sorted(
            one.key
            for one in old
            if one.unfinished
            or lies_in(one.key, HEALTH)
            or ((partition := partition_of(one.key)) is not None and partition not in known)
            or ((name := _blob(one)) is not None and name not in named)
        )
    )


def _partitions(engine: Engine, store: ObjectStore, old: list[StoredFile], now: datetime) -> Counter[str]:
    """Partitions without a job: erased as if a job had just been deleted, so that Dagster forgets them, too."""
    known = _known_partitions(engine)
    lost = {partition for one in old if (partition := partition_of(one.key)) and partition not in known}
    with engine.begin() as connection:
        for partition in sorted(lost):
            request_purge(connection, partition, blobs=(), now=now)
    return Purger(engine, store).run(now=now, partitions=sorted(lost))


def _known_partitions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        of_jobs = connection.execute(sa.select(jobs.c.partition_key).distinct()).scalars().all()
        going = connection.execute(sa.select(purges.c.partition_key)).scalars().all()
    return {*of_jobs, *going}


def _named(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(sa.select(artifacts.c.sha256).distinct()).scalars())


def _named_by_batches(store: ObjectStore) -> set[str]:
    """Blobs of libraries, if some were built in this store."""
    named: set[str] = set()
    for asset, column in BLOB_COLUMNS.items():
        for one in store.find(table_folder(asset)):
            batch = one.key.rpartition("/")[2].removesuffix(".parquet")
            if not one.unfinished and not is_job_partition(batch):
                named |= column_of(store, one.key, column)
    return named


def _blob(orphan: StoredFile) -> str | None:
    return orphan.key.rpartition("/")[2] if lies_in(orphan.key, BLOBS) and not orphan.unfinished else None
