"""The store in a bucket of a real S3 server: the same behaviour as in a folder, and the same keys."""

import gc
import hashlib
import os
import signal
import urllib.error
import urllib.request
import weakref
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from dagster import DagsterInstance, asset, materialize
from upath import UPath

from assets.io import ParquetTables
from assets.storage import Store, StoreError, read_table, write_table
from schemas.request import Request
from service.layout import blob_key
from service.objects import ObjectError, ObjectStore


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return ObjectStore(UPath(tmp_path))
    return request.getfixturevalue("bucket")


@pytest.fixture
def store(objects: ObjectStore) -> Store:
    return Store(objects)


def test_a_blob_has_the_same_key_for_workers_and_downloads(store: Store, objects: ObjectStore) -> None:
    sha256 = store.put_blob(b"sound")
    assert objects.get(blob_key(sha256)) == store.blob(sha256) == b"sound"
    assert objects.put_blob(b"sound") == sha256


def test_a_blob_that_is_there_is_not_sent_again(store: Store) -> None:
    def written() -> object:
        about = store.blob_path(sha256).stat()
        return about.st_mtime

    sha256 = store.put_blob(b"sound")
    before = written()
    store.put_blob(b"sound")
    assert written() == before


@pytest.mark.parametrize("damage", [b"noise", b"", b"much longer than it was"])
def test_a_damaged_blob_is_told_and_put_right_by_storing_it_again(store: Store, damage: bytes) -> None:
    sha256 = store.put_blob(b"sound")
    store.blob_path(sha256).write_bytes(damage)
    with pytest.raises(StoreError, match=f"blob {sha256} is damaged"):
        store.blob(sha256)
    store.put_blob(b"sound")
    assert store.blob(sha256) == b"sound"


def test_a_missing_blob_is_told(store: Store) -> None:
    sha256 = store.put_blob(b"sound")
    store.blob_path(sha256).unlink()
    with pytest.raises(StoreError, match=f"blob {sha256} is missing from"):
        store.blob(sha256)


def test_requests_come_back_as_they_were_put(store: Store) -> None:
    asked = (Request(prompt="line\nbreak \u2028 and “quotes”"), Request(prompt="two", tags=("a", "b")))
    store.put_batch("some-1", asked)
    assert store.batch("some-1") == asked
    with pytest.raises(StoreError, match="some-2"):
        store.batch("some-2")


def test_a_table_comes_back_whole_or_by_columns(store: Store) -> None:
    made = pa.table({"a": list(range(2_000)), "b": [str(n) for n in range(2_000)]})
    write_table(store.table_path("plans", "some-1"), made)
    assert store.table("plans", "some-1") == made
    assert store.table("plans", "some-1", ["b"]) == made.select(["b"])
    with pytest.raises(StoreError, match="no table plans for partition some-2"):
        store.table("plans", "some-2")


def test_the_files_of_an_archive_are_read(store: Store) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("presets/a.vital", b"{}")
    files = store.zip_files(store.put_blob(packed.getvalue()))
    assert dict(files) == {"presets/a.vital": b"{}"}


def test_tables_travel_between_assets(store: Store) -> None:
    @asset
    def first() -> pa.Table:
        return pa.table({"n": [1, 2]})

    @asset
    def second(first: pa.Table) -> pa.Table:
        return pa.table({"n": first["n"].combine_chunks().to_pylist() * 2})

    manager = ParquetTables(store.tables)
    with DagsterInstance.ephemeral() as instance:
        assert materialize([first, second], instance=instance, resources={"io_manager": manager}).success
    assert read_table(store.tables / "second.parquet")["n"].to_pylist() == [1, 2, 1, 2]


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    """In this very thread: each has connections of its own."""

    def over(number: int, frame: object) -> None:
        raise TimeoutError(f"still not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_a_store_opened_before_a_fork_works_after_it_on_both_sides(store: Store, objects: ObjectStore) -> None:
    """Workers load everything, then fork.

    Parent and child share the epoll that the parent waits with: a child that closes what it has inherited makes the
    parent wait forever.
    """
    sha256 = store.put_blob(b"sound")
    parents = weakref.ref(objects.root.fs)
    child = os.fork()
    if child == 0:
        try:
            works = store.blob(sha256) == b"sound" and store.put_blob(b"more")
            gc.collect()
            os._exit(2 if not objects.local and parents() is None else 0 if works else 1)
        except BaseException:
            os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with no_longer_than(15):
        assert store.blob(sha256) == b"sound"
        assert len(store.blob(store.put_blob(bytes(600_000)))) == 600_000


def test_packs_need_a_folder(bucket: ObjectStore) -> None:
    with pytest.raises(StoreError, match="packs are made in folders, and this store is s3://"):
        Store(bucket).pack_folder("library")


def test_ranges_and_ends(objects: ObjectStore) -> None:
    content = bytes(range(256)) * 2048
    objects.put("a/file", content)
    assert b"".join(objects.chunks("a/file")) == objects.get("a/file")
    assert b"".join(objects.chunks("a/file", start=300_000, length=10)) == content[300_000:300_010]
    assert objects.delete("a/file")
    assert not objects.delete("a/file")
    assert not objects.exists("a/file")
    with pytest.raises(ObjectError, match="a/file is missing"):
        objects.get("a/file")


def test_a_presigned_link_gives_the_file_to_anybody_for_a_while(bucket: ObjectStore) -> None:
    sha256 = bucket.put_blob(b"sound")
    link = bucket.presigned(blob_key(sha256), expires_s=60, filename="Ünicode.vital", media_type="audio/flac")
    assert link is not None
    with urllib.request.urlopen(link) as response:
        assert hashlib.sha256(response.read()).hexdigest() == sha256
        assert response.headers["Content-Type"] == "audio/flac"
        assert "filename*=UTF-8''%C3%9Cnicode.vital" in response.headers["Content-Disposition"]
    for spoiled in (link.replace(sha256, "0" * 64), link.split("?")[0]):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(spoiled)
