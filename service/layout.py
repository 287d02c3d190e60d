"""Where everything lies in the object store: the keys, once for those who write files and those who erase them.

    requests/<partition>.json     libraries/<library>.json     tables/<asset>/<partition>.parquet
    blobs/<2>/<sha256>            auditions/<2>/<key>.json     packs/<library>/...
                                  auditions/<job>/<key>.json   health/<process>

A partition is a job's or a library's batch. Names are not checked here, but by whoever takes one from outside.
"""

from typing import Final

from service.keys import is_job_partition

BLOBS: Final = "blobs"
HEALTH: Final = "health"
TABLES: Final = "tables"


def blob_key(sha256: str) -> str:
    """Key of the file with that hash."""
    return f"{BLOBS}/{sha256[:2]}/{sha256}"


def request_key(partition: str) -> str:
    """Where the requests of a partition lie."""
    return f"requests/{partition}.json"


def library_key(library: str) -> str:
    """Where a library lies as it was asked for."""
    return f"libraries/{library}.json"


def table_folder(asset: str) -> str:
    """Where an asset's table lies, a file for each partition."""
    return f"{TABLES}/{asset}"


def table_key(asset: str, partition: str) -> str:
    """Where a partition of an asset's table lies."""
    return f"{table_folder(asset)}/{partition}.parquet"


def audition_folder(partition: str) -> str:
    """Where what was heard for a job's partition is kept."""
    return f"auditions/{partition}"


def audition_key(key: str, *, partition: str = "") -> str:
    """Where what was heard of a request is kept: in its job's folder, or among those of all libraries."""
    return f"{audition_folder(partition or key[:2])}/{key}.json"


def pack_folder(library: str) -> str:
    """Where a library's unpacked pack lies."""
    return f"packs/{library}"


def health_key(process: str) -> str:
    """Of a file that is written, read and deleted again, to see whether that works."""
    return f"{HEALTH}/{process}"


def lies_in(key: str, folder: str) -> bool:
    """Whether a file lies anywhere below a folder."""
    return key.startswith(f"{folder}/")


def partition_of(key: str) -> str | None:
    """The job's partition that a file belongs to; None for blobs and for files of libraries."""
    match key.split("/"):
        case ["requests", name] if name.endswith(".json"):
            partition = name.removesuffix(".json")
        case ["tables", _, name] if name.endswith(".parquet"):
            partition = name.removesuffix(".parquet")
        case ["auditions", folder, _]:
            partition = folder
        case _:
            return None
    return partition if is_job_partition(partition) else None
