"""Where data lies: blobs by their hash, the batches and libraries that were asked for, finished auditions.

One folder, by default inside the Dagster instance's own storage folder, so that records and data travel together:

    requests/<batch>.json     libraries/<library>.json     tables/<asset>/<partition>.parquet
    blobs/<2>/<sha256>        auditions/<2>/<key>.json     packs/<library>/...

Every file appears whole or not at all. What is read back is held against its hash. Knows no Dagster.
"""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from engine.compiler.spec_io import dump_spec, model_from_json
from engine.errors import SynthCopilotError
from schemas.request import Library, Request

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class StoreError(SynthCopilotError):
    """Something the store should hold is missing or isn't what was put there."""


class Store:
    """The folder `root`, created as far as it is missing."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def tables(self) -> Path:
        """Folder of the Parquet tables."""
        return self.root / "tables"

    def put_blob(self, data: bytes) -> str:
        """Store bytes, unless they are there already and whole; their sha256."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.blob_path(sha256)
        if not path.exists() or path.read_bytes() != data:
            write_whole(path, data)
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes stored under a hash.

        Raises:
            StoreError: they are missing or damaged.
        """
        try:
            data = self.blob_path(sha256).read_bytes()
        except FileNotFoundError:
            raise StoreError(f"blob {sha256} is missing from {self.root}") from None
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise StoreError(f"blob {sha256} is damaged: its bytes hash to {found}")
        return data

    def blob_path(self, sha256: str) -> Path:
        """Where a blob lies."""
        return self.root / "blobs" / _safe(sha256)[:2] / sha256

    def put_batch(self, key: str, requests: Sequence[Request]) -> None:
        """Store the requests of a batch."""
        write_whole(self._batch_path(key), b"".join(_line(dump_spec(request)) for request in requests))

    def batch(self, key: str) -> tuple[Request, ...]:
        """The requests of a batch.

        Raises:
            StoreError: nobody has put that batch into the store.
        """
        try:
            lines = self._batch_path(key).read_bytes().splitlines()
        except FileNotFoundError:
            raise StoreError(
                f"no requests for batch {key} in {self.root}; `synthcopilot build` puts them there"
            ) from None
        return tuple(model_from_json(Request, line, values=False) for line in lines)

    def put_library(self, key: str, library: Library) -> None:
        """Store a library."""
        write_whole(self._library_path(key), dump_spec(library))

    def library(self, key: str) -> Library:
        """A library that was stored.

        Raises:
            StoreError: nobody has put it into the store.
        """
        try:
            return model_from_json(Library, self._library_path(key).read_bytes())
        except FileNotFoundError:
            raise StoreError(f"no library {key} in {self.root}; `synthcopilot build` puts it there") from None

    def table(self, asset: str, partition: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A partition of an asset's table, or some columns of it.

        Raises:
            StoreError: it was never made.
        """
        try:
            return pq.read_table(self.table_path(asset, partition), columns=columns)
        except FileNotFoundError:
            raise StoreError(f"no table {asset} for partition {partition} in {self.root}") from None

    def table_path(self, asset: str, partition: str) -> Path:
        """Where a partition of an asset's table lies."""
        return self.tables / asset / f"{_safe(partition)}.parquet"

    def audition_path(self, key: str) -> Path:
        """Where what was heard of a request is kept."""
        return self.root / "auditions" / _safe(key)[:2] / f"{key}.json"

    def pack_folder(self, library: str) -> Path:
        """Where a library's unpacked pack lies, to be looked at."""
        return self.root / "packs" / _safe(library)

    def _batch_path(self, key: str) -> Path:
        return self.root / "requests" / f"{_safe(key)}.json"

    def _library_path(self, key: str) -> Path:
        return self.root / "libraries" / f"{_safe(key)}.json"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name and rename it, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _line(document: bytes) -> bytes:
    return orjson.dumps(orjson.loads(document), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _safe(name: str) -> str:
    if not _SAFE.fullmatch(name):
        raise StoreError(f"{name!r} can't be a name in the store")
    return name


class ZipFiles(Mapping[str, bytes]):
    """The files of an archive on disk, read one at a time and only when asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            self._names = tuple(archive.namelist())

    def __getitem__(self, name: str) -> bytes:
        with zipfile.ZipFile(self._path) as archive:
            return archive.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def file_sha256(path: Path) -> str:
    """Hash of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
