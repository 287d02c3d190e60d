from zipfile import ZipFile

import pyarrow as pa
import pytest

from assets import tables
from assets.storage import Store, StoreError, ZipFiles
from schemas.request import Request


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_a_blob_comes_back(store):
    assert store.blob(store.put_blob(b"sound")) == b"sound"


def test_a_damaged_blob_is_told_and_put_right_by_storing_it_again(store):
    sha256 = store.put_blob(b"sound")
    store.blob_path(sha256).write_bytes(b"noise")
    with pytest.raises(StoreError, match="damaged"):
        store.blob(sha256)
    store.put_blob(b"sound")
    assert store.blob(sha256) == b"sound"


def test_an_archive_is_opened_for_each_file_or_once_for_all_of_them(tmp_path):
    path = tmp_path / "pack.zip"
    with ZipFile(path, "w") as archive:
        for name in ("a", "b"):
            archive.writestr(name, name * 3)
    files = ZipFiles(path)
    assert dict(files) == {"a": b"aaa", "b": b"bbb"}
    with files:
        path.rename(tmp_path / "elsewhere.zip")
        assert dict(files) == {"a": b"aaa", "b": b"bbb"}
    with pytest.raises(FileNotFoundError):
        files["a"]


def test_nothing_half_written_stays_behind(store):
    store.put_blob(b"sound")
    assert [path.name for path in store.root.rglob("*.*")] == []


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "", ".hidden", "a/b", "a\n"])
def test_a_name_cannot_leave_the_store(store, name):
    with pytest.raises(StoreError, match="can't be a name"):
        store.batch(name)


def test_requests_come_back_as_they_were_put(store):
    asked = (Request(prompt="line\nbreak \u2028 and “quotes”"), Request(prompt="two", tags=("a", "b")))
    store.put_batch("some-1", asked)
    assert store.batch("some-1") == asked


def test_an_unknown_batch_is_named(store):
    with pytest.raises(StoreError, match="some-1"):
        store.batch("some-1")


def test_a_row_without_what_it_must_have_is_refused():
    with pytest.raises(ValueError, match="document"):
        tables.table(tables.VARIATIONS, [{"key": "k", "variation_id": "v", "type": "t", "operations": 1}])


def test_a_data_version_depends_on_content_and_not_on_chunks():
    rows = [{"key": k, "variation_id": "v", "type": "t", "operations": 1, "document": "{}"} for k in "abc"]
    whole = tables.table(tables.VARIATIONS, rows)
    pieces = pa.concat_tables(
        [tables.table(tables.VARIATIONS, rows[:1]), tables.table(tables.VARIATIONS, rows[1:])]
    )
    assert tables.data_version(whole) == tables.data_version(pieces)
    assert tables.data_version(whole) != tables.data_version(whole.slice(0, 2))


def test_a_name_has_128_characters_at_most_and_a_pack_cannot_leave_the_store_either(store):
    assert store.table_path("plans", "a" * 128).name == f"{'a' * 128}.parquet"
    assert store.pack_folder("first-light-1").parts[-2:] == ("packs", "first-light-1")
    for name in ("a" * 129, "../first-light-1", ".hidden", ""):
        for place in (lambda name: store.table_path("plans", name), store.pack_folder, store.blob_path):
            with pytest.raises(StoreError, match="can't be a name in the store"):
                place(name)


def test_a_data_version_depends_on_what_a_column_is_called_and_holds():
    one = pa.table({"a": pa.array([1], pa.int32())})
    versions = {tables.data_version(one), tables.data_version(one.cast(pa.schema([("a", pa.int64())])))}
    assert len(versions | {tables.data_version(one.rename_columns(["b"]))}) == 3
