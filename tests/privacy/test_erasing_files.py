"""Files go with what they belong to and with nothing else: purges, orphans, the search, each at its edge."""

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from fake_clock import FakeClock
from upath import UPath

from service.erasure import rows, search
from service.erasure.orphans import orphans, remove_orphans
from service.erasure.purging import PurgeError, Purger, column_of, files_of, request_purge
from service.erasure.rows import Rows
from service.erasure.search import Search, contents
from service.layout import blob_key, partition_of
from service.ledger import Ledger
from service.objects import ObjectStore, StoredFile
from service.tables import artifacts, purges
from tests.service.ledgers import NOW, ledger_in, put_job

MINE, OTHER = "job-" + "a" * 32, "job-" + "b" * 32
BATCH = "my-library-0123456789-0001"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return ledger_in(tmp_path)


def ask(ledger: Ledger, partition: str = MINE, *blobs: str, at: datetime = NOW) -> None:
    with ledger.engine.begin() as connection:
        request_purge(connection, partition, blobs=blobs, now=at)


def asked(ledger: Ledger, partition: str = MINE) -> Any:
    with ledger.engine.connect() as connection:
        return connection.execute(sa.select(purges).where(purges.c.partition_key == partition)).one_or_none()


def put_table(store: ObjectStore, asset: str, partition: str = MINE, **columns: list[Any]) -> None:
    packed = io.BytesIO()
    pq.write_table(pa.table(columns or {"n": [1]}), packed)
    store.put(f"tables/{asset}/{partition}.parquet", packed.getvalue())


def own(ledger: Ledger, sha256: str) -> None:
    """Some job has that file."""
    row = {"job_id": put_job(ledger), "path": "x", "kind": "preset", "media_type": "x", "bytes": 1, "preset_id": ""}
    with ledger.engine.begin() as connection:
        key = {"id": put_job(ledger, state="failed"), "sha256": sha256}
        connection.execute(sa.insert(artifacts).values(row | key))


def keys(store: ObjectStore) -> set[str]:
    return {one.key for one in store.find()}


# -- purges ------------------------------------------------------------------------------------------------------


def test_which_files_are_a_partitions(store: ObjectStore) -> None:
    mine = {f"requests/{MINE}.json", f"auditions/{MINE}/{'c' * 64}.json"}
    for key in (*mine, f"requests/{OTHER}.json", f"auditions/{OTHER}/{'c' * 64}.json"):
        store.put(key, b"{}")
    for asset in ("plans", "of_tomorrow"):
        put_table(store, asset)
    put_table(store, "bundles", OTHER)
    Path(str(store.root), "auditions", MINE, ".half.x").write_bytes(b"")
    assert files_of(store, MINE) == {
        "requests": [f"requests/{MINE}.json"],
        "tables": [f"tables/of_tomorrow/{MINE}.parquet", f"tables/plans/{MINE}.parquet"],
        "auditions": [f"auditions/{MINE}/{'c' * 64}.json"],
    }


def test_asking_twice_adds_up_and_begins_again(ledger: Ledger) -> None:
    ask(ledger, MINE, "b", "a")
    row = asked(ledger)
    assert (row.blobs, row.requested_at, row.files_erased_at) == (["a", "b"], NOW, None)
    with ledger.engine.begin() as connection:
        connection.execute(sa.update(purges).values(files_erased_at=NOW))
    ask(ledger, OTHER, "x", at=NOW)
    ask(ledger, MINE, "c", "a", at=NOW + timedelta(days=1))
    row = asked(ledger)
    assert (row.blobs, row.requested_at, row.files_erased_at) == (["a", "b", "c"], NOW, None)
    assert asked(ledger, OTHER).blobs == ["x"]


def test_files_of_a_partition_go_and_those_of_others_stay(ledger: Ledger, store: ObjectStore) -> None:
    for partition in (MINE, OTHER):
        store.put(f"requests/{partition}.json", b"{}")
        store.put(f"auditions/{partition}/{'c' * 64}.json", b"{}")
        put_table(store, "plans", partition)
        put_table(store, "prompts", partition)
    named, others = store.put_blob(b"mine"), store.put_blob(b"another's")
    ask(ledger, MINE, named)
    purger, later = Purger(ledger.engine, store), NOW + timedelta(minutes=1)
    assert purger.waiting([MINE, OTHER]) == 1
    assert purger.run(now=later) == {"requests": 1, "tables": 2, "auditions": 1, "blobs": 1}
    assert purger.erased == {"requests": 1, "tables": 2, "auditions": 1, "blobs": 1}
    assert asked(ledger).files_erased_at == later
    assert keys(store) == {
        f"requests/{OTHER}.json", f"auditions/{OTHER}/{'c' * 64}.json", f"tables/plans/{OTHER}.parquet",
        f"tables/prompts/{OTHER}.parquet", blob_key(others),
    }  # fmt: skip
    assert purger.waiting([MINE]) == 0
    assert purger.run(now=later) == {}, "once"
    assert purger.erased["tables"] == 2


@pytest.mark.parametrize(
    ("asset", "column", "goes"),
    [
        ("bundles", "zip_sha256", True),
        ("renders", "preview_sha256", True),
        ("deliveries", "sha256", True),
        ("exports", "sha256", True),
        ("plans", "sha256", False),
        ("bundles", "preview_sha256", False),
    ],
)
def test_blobs_that_only_a_table_names_go_with_it(
    ledger: Ledger, store: ObjectStore, asset: str, column: str, goes: bool
) -> None:
    blob = store.put_blob(b"sound")
    put_table(store, asset, **{column: [None, blob, ""]})
    ask(ledger)
    Purger(ledger.engine, store).run(now=NOW)
    assert store.exists(blob_key(blob)) is not goes
    assert asked(ledger).blobs == [blob] * goes, "noted before the table went"


def test_the_files_of_a_zip_go_with_it_unless_somebody_has_one(ledger: Ledger, store: ObjectStore) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", b"one"), archive.writestr("b", b"two")
    one, two, zipped = (store.put_blob(data) for data in (b"one", b"two", packed.getvalue()))
    put_table(store, "bundles", zip_sha256=[zipped])
    own(ledger, two)
    ask(ledger)
    assert Purger(ledger.engine, store).run(now=NOW)["blobs"] == 2
    assert [store.exists(blob_key(blob)) for blob in (one, two, zipped)] == [False, True, False]


def test_a_missing_or_broken_table_names_nothing(store: ObjectStore) -> None:
    put_table(store, "bundles", sha256=["a", None, ""])
    store.put("tables/plans/x.parquet", b"no table")
    assert column_of(store, f"tables/bundles/{MINE}.parquet", "sha256") == {"a"}
    assert column_of(store, f"tables/bundles/{MINE}.parquet", "zip_sha256") == set()
    assert column_of(store, "tables/plans/x.parquet", "sha256") == set()
    assert column_of(store, "tables/plans/none.parquet", "sha256") == set()


@pytest.mark.parametrize(
    ("about", "waits"),
    [
        ({"state": "queued", "run_id": "r"}, True),
        ({"state": "running", "run_id": "r"}, True),
        ({"state": "queued", "run_id": None}, False),
        ({"state": "succeeded", "run_id": "r"}, False),
        ({"state": "failed", "run_id": "r"}, False),
        ({"state": "running", "run_id": "r", "partition_key": OTHER}, False),
    ],
    ids=str,
)
def test_a_partition_in_which_a_run_works_is_left(
    ledger: Ledger, store: ObjectStore, about: dict[str, Any], waits: bool
) -> None:
    put_job(ledger, **{"partition_key": MINE} | about)
    store.put(f"requests/{MINE}.json", b"{}")
    ask(ledger)
    Purger(ledger.engine, store).run(now=NOW)
    assert store.exists(f"requests/{MINE}.json") is waits
    assert (asked(ledger).files_erased_at is None) is waits


def test_some_or_all_oldest_first_and_as_many_as_there_is_time_for(ledger: Ledger, store: ObjectStore, monkeypatch):
    parts = ["job-" + letter * 32 for letter in "abc"]
    for days, partition in enumerate(parts):
        store.put(f"requests/{partition}.json", b"{}")
        ask(ledger, partition, at=NOW - timedelta(days=days))
    purger = Purger(ledger.engine, store)
    order: list[str] = []
    original = purger._erase
    monkeypatch.setattr(purger, "_erase", lambda one, *rest: order.append(one) or original(one, *rest))
    assert purger.run(now=NOW, partitions=[]) == {}
    assert purger.run(now=NOW, give_up=time.monotonic()) == {}
    assert purger.run(now=NOW, partitions=[parts[1]]) == {"requests": 1}
    assert purger.run(now=NOW, give_up=time.monotonic() + 600) == {"requests": 2}
    assert order == [parts[1], parts[2], parts[0]]


def test_one_that_cannot_be_erased_is_told_after_all_others_were(ledger: Ledger, store: ObjectStore) -> None:
    ask(ledger, "../bad", at=NOW - timedelta(days=1)), ask(ledger)
    store.put(f"requests/{MINE}.json", b"{}")
    with pytest.raises(PurgeError, match="1 partitions could not be erased"):
        Purger(ledger.engine, store).run(now=NOW)
    assert keys(store) == set()
    assert asked(ledger, "../bad").files_erased_at is None


def test_a_blob_goes_when_nobody_has_it(ledger: Ledger, store: ObjectStore) -> None:
    kept, gone = store.put_blob(b"kept"), store.put_blob(b"gone")
    own(ledger, kept)
    assert Purger(ledger.engine, store).drop_blobs([gone, kept, gone, "0" * 64]) == 1
    assert keys(store) == {blob_key(kept)}


def test_a_blob_that_is_delivered_in_the_moment_it_goes_is_put_back(
    ledger: Ledger, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = store.put_blob(b"sound")
    delete = ObjectStore.delete

    def delivered(self: ObjectStore, key: str) -> bool:
        own(ledger, blob)
        return delete(self, key)

    monkeypatch.setattr(ObjectStore, "delete", delivered)
    assert Purger(ledger.engine, store).drop_blobs([blob]) == 0
    assert store.blob(blob) == b"sound"


# -- orphans ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "partition"),
    [
        (f"requests/{MINE}.json", MINE),
        (f"tables/plans/{MINE}.parquet", MINE),
        (f"auditions/{MINE}/x.json", MINE),
        (f"requests/{MINE}.txt", None),
        (f"tables/plans/{MINE}.json", None),
        (f"requests/{BATCH}.json", None),
        (f"requests/{MINE}x.json", None),
        ("requests/job-" + "A" * 32 + ".json", None),
        (f"auditions/{MINE}", None),
        ("blobs/aa/" + "a" * 64, None),
        (f"other/{MINE}.json", None),
    ],
)
def test_whose_a_file_is(key: str, partition: str | None) -> None:
    assert partition_of(key) == partition


def aged(store: ObjectStore, before: datetime) -> None:
    for path in Path(str(store.root)).rglob("*"):
        os.utime(path, (before.timestamp(), before.timestamp()))


def left_behind(store: ObjectStore) -> dict[str, str]:
    root = Path(str(store.root))
    found = {
        "requests": f"requests/{MINE}.json",
        "tables": f"tables/plans/{MINE}.parquet",
        "auditions": f"auditions/{MINE}/x.json",
        "health": "health/1-abc",
        "unfinished": "requests/.half.x",
        "blobs": blob_key(hashlib.sha256(b"lost").hexdigest()),
    }
    for key in found.values():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(b"lost")
    return found


@pytest.mark.parametrize(("minutes", "old"), [(119.9, False), (120.1, True)])
def test_what_nobody_names_goes_after_two_hours(
    ledger: Ledger, store: ObjectStore, minutes: float, old: bool
) -> None:
    lost = left_behind(store)
    aged(store, NOW - timedelta(minutes=minutes))
    assert orphans(ledger.engine, store, now=NOW) == tuple(sorted(lost.values())) * old
    removed = remove_orphans(ledger.engine, store, now=NOW)
    assert removed == (dict.fromkeys(lost, 1) if old else {})
    assert keys(store) == (set() if old else set(lost.values()))
    assert (asked(ledger) is not None) is old, "Dagster is to forget it, too"
    assert orphans(ledger.engine, store, now=NOW) == ()


@pytest.mark.parametrize("named_by", ["a job", "a purge"])
def test_what_a_row_speaks_of_stays(ledger: Ledger, store: ObjectStore, named_by: str) -> None:
    lost = left_behind(store)
    put_job(ledger, partition_key=MINE, state="failed") if named_by == "a job" else ask(ledger)
    own(ledger, hashlib.sha256(b"lost").hexdigest())
    aged(store, NOW - timedelta(days=9))
    stay = {lost[place] for place in ("requests", "tables", "auditions", "blobs")}
    assert set(orphans(ledger.engine, store, now=NOW)) == set(lost.values()) - stay
    assert remove_orphans(ledger.engine, store, now=NOW) == {"health": 1, "unfinished": 1}
    assert keys(store) == stay


@pytest.mark.parametrize(
    ("asset", "column"), [("bundles", "zip_sha256"), ("renders", "preview_sha256"), ("exports", "sha256")]
)
def test_blobs_of_a_librarys_batch_stay(ledger: Ledger, store: ObjectStore, asset: str, column: str) -> None:
    blob, lost = store.put_blob(b"a library's"), store.put_blob(b"lost")
    put_table(store, asset, BATCH, **{column: [blob]})
    aged(store, NOW - timedelta(days=9))
    assert orphans(ledger.engine, store, now=NOW) == (blob_key(lost),)
    assert remove_orphans(ledger.engine, store, now=NOW) == {"blobs": 1}
    assert keys(store) == {blob_key(blob), f"tables/{asset}/{BATCH}.parquet"}


def test_what_somebody_writes_right_now_is_told_by_its_name() -> None:
    assert StoredFile("a/.b", 1, NOW).unfinished
    assert not StoredFile(".a/b", 1, NOW).unfinished


# -- the search --------------------------------------------------------------------------------------------------


@pytest.fixture
def looked(ledger: Ledger, store: ObjectStore, tmp_path: Path):
    """Looks for user 1, whose one prompt is then forgotten."""
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)"))
        connection.execute(
            sa.text("CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id REFERENCES users, said TEXT)")
        )
        connection.execute(sa.text("CREATE TABLE templates (id INTEGER PRIMARY KEY, said TEXT)"))

    def look(prompt: str, *, partitions: set[str] = frozenset(), kept: bool = False, limit_s: float = 60.0):  # type: ignore[assignment]
        job = put_job(ledger, prompt=prompt, user_id=1, partition_key="p")
        folders = (tmp_path / "home",)
        one = Search(ledger.engine, store, Rows(ledger.engine), folders=folders)
        one.remember(1)
        if not kept:
            with ledger.engine.begin() as connection:
                connection.execute(sa.text("DELETE FROM jobs WHERE id = :id"), {"id": job.hex})
        return one.run(set(partitions), limit_s=limit_s)

    return look


def say(ledger: Ledger, table: str, text: str, **user: int) -> None:
    with ledger.engine.begin() as connection:
        names = ", ".join(["said", *user])
        values = {"said": text, **user}
        holes = ", ".join(f":{name}" for name in values)
        connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({holes})"), values)


@pytest.mark.parametrize(
    ("prompt", "expected"), [("q" * 15, {}), ("q" * 16, {"table notes": 1, "content of blobs": 1})]
)
def test_words_of_sixteen_letters_are_looked_for(
    looked, ledger: Ledger, store: ObjectStore, prompt: str, expected: dict[str, int]
) -> None:
    say(ledger, "notes", f"Said: {prompt.upper()}"), say(ledger, "notes", "nothing")
    say(ledger, "templates", prompt)
    store.put_blob(b"x" + prompt.encode() + b"x")
    left, searched = looked(prompt)
    assert left == expected
    assert searched["names"] == 1
    assert searched["rows"] == 2
    assert searched.get("contents", 0) == len(expected) // 2


def test_words_that_another_job_holds_are_not_looked_for(looked, ledger: Ledger, store: ObjectStore) -> None:
    words = "a prompt of sixteen% letters"
    store.put_blob(words.encode())
    put_job(ledger, user_id=2, prompt=words.replace("%", "x"))
    assert looked(words)[0] == {"content of blobs": 1}, "a sign of its own is none of SQL's"
    put_job(ledger, user_id=2, prompt=f"my {words}!")
    assert looked(words)[0] == {}


def test_only_the_users_own_words_are_remembered(looked, ledger: Ledger, store: ObjectStore) -> None:
    store.put_blob(b"a prompt that bob asked for")
    bobs = put_job(ledger, user_id=2, prompt="a prompt that bob asked for")
    one = Search(ledger.engine, store, Rows(ledger.engine))
    one.remember(1)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM jobs WHERE id = :id"), {"id": bobs.hex})
    assert one.run(set())[0] == {}


def test_rows_that_refer_to_the_user_are_found(looked, ledger: Ledger) -> None:
    say(ledger, "notes", "a", user_id=1), say(ledger, "notes", "b", user_id=1), say(ledger, "notes", "c", user_id=2)
    assert looked("short")[0] == {"table notes": 2}


def test_partitions_are_looked_for_in_tables_and_names(looked, ledger: Ledger, store: ObjectStore) -> None:
    say(ledger, "notes", f"of {MINE}."), say(ledger, "notes", f"of {OTHER}")
    store.put(f"requests/{MINE}.json", b""), store.put(f"requests/{OTHER}.json", b"")
    assert looked("short", partitions={MINE})[0] == {"table notes": 1, "file requests": 1}


def test_folders_beside_the_store_are_looked_through_and_the_store_once(
    looked, store: ObjectStore, tmp_path: Path
) -> None:
    words = "a prompt of sixteen letters"
    (tmp_path / "home" / "logs").mkdir(parents=True)
    (tmp_path / "home" / "logs" / "web.log").write_text(words)
    (tmp_path / "home" / "link").symlink_to(tmp_path / "home" / "logs" / "web.log")
    left, searched = looked(words)
    assert left == {"content of logs": 1}
    assert searched["names"] == 1


def test_a_store_inside_of_a_folder_is_looked_through_once(ledger: Ledger, tmp_path: Path, looked) -> None:
    inside = ObjectStore(UPath(tmp_path / "home" / "storage"))
    inside.put("blobs/aa/x", b"a prompt of sixteen letters")
    job = put_job(ledger, user_id=1, prompt="a prompt of sixteen letters")
    one = Search(ledger.engine, inside, Rows(ledger.engine), folders=[tmp_path / "home"])
    one.remember(1)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM jobs WHERE id = :id"), {"id": job.hex})
    left, searched = one.run(set())
    assert (left, searched["names"]) == ({"content of blobs": 1}, 1)


def test_without_time_names_are_looked_at_and_nothing_else(looked, ledger: Ledger, store: ObjectStore) -> None:
    store.put(f"requests/{MINE}.json", b"a prompt of sixteen letters")
    say(ledger, "notes", "a prompt of sixteen letters")
    assert looked("a prompt of sixteen letters", partitions={MINE}, limit_s=0.0) == (
        {"file requests": 1},
        {"names": 1},
    )


def test_files_are_read_until_the_time_is_over_and_told_by_name_after_it(
    looked, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a file takes 6 s of 10 here: two of three are read."""
    words, clock = "a prompt of sixteen letters", FakeClock()
    for name in ("a", "b", "c"):
        store.put(f"blobs/{name}", words.encode())
    read = contents

    def slow(path: Path | UPath) -> Iterator[bytes]:
        clock.now += 6.0
        yield from read(path)

    monkeypatch.setattr(search, "time", clock)
    monkeypatch.setattr(search, "contents", slow)
    assert looked(words, limit_s=10.0) == ({"content of blobs": 2}, {"names": 3, "contents": 2})


def test_who_was_not_told_of_anybody_finds_nobody(looked, ledger: Ledger, store: ObjectStore) -> None:
    say(ledger, "notes", "a", user_id=1)
    assert Search(ledger.engine, store, Rows(ledger.engine)).run(set())[0] == {}


@pytest.mark.parametrize("place", [0, 4, 5, 6, 7, 40])
def test_words_across_the_edges_of_pieces_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: int
) -> None:
    monkeypatch.setattr(search, "_CHUNK", 8)
    (tmp_path / "x").write_bytes(b"." * place + b"quokka" + b"." * 9)
    assert search._hold(contents(tmp_path / "x"), [b"another", b"quokka"])
    assert not search._hold(contents(tmp_path / "x"), [b"quokkas", b"kk.."])


def test_words_over_several_pieces_are_found() -> None:
    assert search._hold(iter([b"..qu", b"ok", b"k", b"a.."]), [b"quokka"])
    assert not search._hold(iter([b"..qu", b"ok", b"", b"a.."]), [b"quokka"])


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (400, [400]), (401, [400, 1]), (801, [400, 400, 1])])
def test_rows_are_deleted_as_many_at_a_time_as_a_database_takes(count: int, sizes: list[int]) -> None:
    parts = rows._chunks(range(count))
    assert [len(part) for part in parts] == sizes
    assert [one for part in parts for one in part] == list(range(count))


def test_a_table_is_unpacked_and_what_is_gone_or_broken_holds_nothing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"said": ["quokka"] * 3}), tmp_path / "a.parquet")
    assert search._hold(contents(tmp_path / "a.parquet"), [b"quokka"])
    assert list(contents(tmp_path / "gone.parquet")) == list(contents(tmp_path / "gone")) == []
    (tmp_path / "b.parquet").write_bytes(b"quokka")
    assert list(contents(tmp_path / "b.parquet")) == []
