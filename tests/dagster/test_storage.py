import pyarrow as pa
import pytest

from assets import tables
from assets.storage import Store, StoreError
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
