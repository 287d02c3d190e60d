"""Where data lies: blobs by their hash, the batches and libraries that were asked for, finished auditions.

One folder, by default inside the Dagster instance's own storage folder, so that records and data travel together.
Or a bucket: the object store of a deployment. The keys are the same, those of `service.layout`.

Every file appears whole or not at all. What is read back is held against its hash. Knows no Dagster.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from engine.compiler.spec_io import dump_spec, model_from_json
from engine.errors import SynthCopilotError
from schemas.request import Library, Request
from service import layout
from service.objects import ObjectError, ObjectStore, is_local, read_whole, write_whole

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class StoreError(SynthCopilotError):
    """Something the store should hold is missing or isn't what was put there."""


class Store:
    """What assets keep in `objects`, or in a folder that is made as far as it is missing."""

    def __init__(self, objects: ObjectStore | Path) -> None:
        self.objects = objects if isinstance(objects, ObjectStore) else ObjectStore(UPath(objects))

    @property
    def root(self) -> UPath:
        """The folder or bucket."""
        return self.objects.root

    @property
    def tables(self) -> UPath:
        """Folder of the Parquet tables."""
        return self.root / layout.TABLES

    def put_blob(self, data: bytes) -> str:
        """Store bytes, unless they are there already and whole; their sha256."""
        return self.objects.put_blob(data)

    def blob(self, sha256: str) -> bytes:
        """The bytes stored under a hash.

        Raises:
            StoreError: they are missing or damaged.
        """
        try:
            return self.objects.blob(_safe(sha256))
        except ObjectError as error:
            raise StoreError(str(error)) from None

    def blob_path(self, sha256: str) -> UPath:
        """Where a blob lies."""
        return self.root / layout.blob_key(_safe(sha256))

    def zip_files(self, sha256: str) -> "ZipFiles":
        """The files of an archive among the blobs: read from a folder when asked for, from a bucket at once."""
        path = self.blob_path(sha256)
        return ZipFiles(Path(str(path))) if is_local(path) else ZipFiles(self.blob(sha256))

    def put_batch(self, key: str, requests: Sequence[Request]) -> None:
        """Store the requests of a batch."""
        write_whole(self._batch_path(key), b"".join(_line(dump_spec(request)) for request in requests))

    def batch(self, key: str) -> tuple[Request, ...]:
        """The requests of a batch.

        Raises:
            StoreError: nobody has put that batch into the store.
        """
        try:
            lines = read_whole(self._batch_path(key)).splitlines()
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
            return read_table(self.table_path(asset, partition), columns=columns)
        except FileNotFoundError:
            raise StoreError(f"no table {asset} for partition {partition} in {self.root}") from None

    def table_path(self, asset: str, partition: str) -> UPath:
        """Where a partition of an asset's table lies."""
        return self.root / layout.table_key(asset, _safe(partition))

    def audition_path(self, key: str, *, namespace: str = "") -> UPath:
        """Where what was heard of a request is kept: among all others', or in a namespace of its own."""
        return self.root / layout.audition_key(_safe(key), partition=namespace and _safe(namespace))

    def pack_folder(self, library: str) -> Path:
        """Where a library's unpacked pack lies, to be looked at.

        Raises:
            StoreError: the store is a bucket.
        """
        if not self.objects.local:
            raise StoreError(
                f"packs are made in folders, and this store is {self.root}; `synthcopilot build` makes one"
            )
        return Path(str(self.root)) / layout.pack_folder(_safe(library))

    def _batch_path(self, key: str) -> UPath:
        return self.root / layout.request_key(_safe(key))

    def _library_path(self, key: str) -> UPath:
        return self.root / layout.library_key(_safe(key))


def read_table(path: UPath, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file; out of a bucket in one request, since the tables are small.

    Raises:
        FileNotFoundError: there is none.
    """
    source = str(path) if is_local(path) else pa.BufferReader(read_whole(path))
    return pq.read_table(source, columns=columns)


def write_table(path: UPath, content: pa.Table) -> None:
    """Write a Parquet file, whole or not at all."""
    buffer = pa.BufferOutputStream()
    pq.write_table(content, buffer, compression="zstd", row_group_size=512)
    write_whole(path, buffer.getvalue().to_pybytes())


def _line(document: bytes) -> bytes:
    return orjson.dumps(orjson.loads(document), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _safe(name: str) -> str:
    if not _SAFE.fullmatch(name):
        raise StoreError(f"{name!r} can't be a name in the store")
    return name


class ZipFiles(Mapping[str, bytes]):
    """The files of an archive on disk or in memory, read one at a time and only when asked for.

    Each is read from an archive that is opened for it, so that thousands of these hold no file open. `with` holds
    one open: opening costs as much as the archive has files, which a pack's would cost for every one of them.
    """

    def __init__(self, archive: Path | bytes) -> None:
        self._archive = archive
        self._held: zipfile.ZipFile | None = None
        with self._opened() as opened:
            self._names = tuple(opened.namelist())

    def __enter__(self) -> Self:
        self._held = self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            self._held.close()
        self._held = None

    def __getitem__(self, name: str) -> bytes:
        if self._held is not None:
            return self._held.read(name)
        with self._opened() as opened:
            return opened.read(name)

    def _opened(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(BytesIO(self._archive) if isinstance(self._archive, bytes) else self._archive)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def file_sha256(path: Path) -> str:
    """Hash of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
