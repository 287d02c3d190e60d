"""What is due is erased, what isn't stays, and whatever is interrupted is finished the next time."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.models import AuditEntry, Entitlement, Job, Purge
from schemas.request import Request
from service.erasure.orphans import orphans, remove_orphans
from service.erasure.purging import Purger
from service.erasure.retention import Retention, RetentionError
from service.erasure.users import checkpoint
from service.objects import ObjectStore
from tests.privacy.house import Everywhere, House

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def retention(house: House) -> Retention:
    return Retention(house.engine, house.store, prompt_days=30, folders=(house.home,))


def test_a_prompt_is_erased_after_its_days_and_not_before(house: House, done: Job, everywhere: Everywhere):
    assert retention(house).run(now=done.created_at + 29.9 * DAY).prompts == 0
    done.refresh_from_db()
    assert done.prompt
    report = retention(house).run(now=done.created_at + 30 * DAY)
    assert (report.prompts, report.jobs, report.users) == (1, 0, 0)
    assert report.files["tables"] == 6
    assert everywhere() == {}
    assert retention(house).run(now=done.created_at + 31 * DAY).prompts == 0
    (told,) = AuditEntry.objects.filter(action="erase.due")
    assert told.detail["prompts"] == 1


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_job_that_made_nothing_has_a_prompt_too(house: House, everywhere: Everywhere, state: str):
    """Its run got as far as the bundle; none of it was handed over."""
    house.job(state=state, age=31 * DAY)
    report = retention(house).run(now=NOW + timedelta(hours=3))
    assert report.prompts == 1
    assert report.files["blobs"] > 1, "blobs that only its tables know of"
    assert everywhere() == {}
    assert [one.key for one in house.store.find()] == []


def test_a_job_is_deleted_when_its_plan_says_so(house: House, done: Job, everywhere: Everywhere):
    assert retention(house).run(now=done.expires_at - timedelta(seconds=1)).jobs == 0
    report = retention(house).run(now=done.expires_at)
    assert report.jobs == 1
    assert not Job.objects.exists()
    assert [one.key for one in house.store.find()] == []


def test_a_job_without_an_end_gets_that_of_its_plan(house: House):
    Entitlement.objects.create(name="free", retention_days=10)
    long = Entitlement.objects.create(name="studio", retention_days=300)
    free = house.job(user="ada", age=9 * DAY, expires_at=None, state="failed")
    gone = house.job(user="ada", age=11 * DAY, expires_at=None, state="failed", request=Request(prompt="old one"))
    kept = house.job(user="bob", age=11 * DAY, expires_at=None, state="failed")
    house.user("bob").entitlement = long
    house.user("bob").save()
    assert retention(house).run(now=NOW).jobs == 1
    assert not Job.objects.filter(pk=gone.pk).exists()
    free.refresh_from_db()
    kept.refresh_from_db()
    assert free.expires_at == free.created_at + 10 * DAY
    assert kept.expires_at == kept.created_at + 300 * DAY


def test_what_still_runs_is_left_alone(house: House, everywhere: Everywhere):
    job = house.job(age=100 * DAY)
    before = {one.key for one in house.store.find("requests")}
    assert house.ledger.bind(job.pk, attempt=1, run_id="r")
    report = retention(house).run(now=NOW)
    assert (report.prompts, report.jobs) == (0, 0)
    assert {one.key for one in house.store.find("requests")} == before
    job.refresh_from_db()
    assert job.prompt


def test_a_later_job_of_the_same_key_keeps_its_files(house: House, done: Job, everywhere: Everywhere):
    """The first attempt of the user failed long ago; the second has the same partition."""
    old = house.job(age=40 * DAY, state="failed")
    assert retention(house).run(now=NOW).prompts == 1
    old.refresh_from_db()
    assert old.prompt == ""
    assert house.store.exists(f"requests/{done.partition_key}.json")
    assert not Purge.objects.exists()
    assert everywhere()
    retention(house).run(now=done.created_at + 30 * DAY)
    assert everywhere() == {}


def test_no_run_begins_while_a_partition_is_erased(house: House, done: Job):
    house.eraser.erase_job(done.pk, now=NOW)
    again = house.job()
    assert house.ledger.waiting(now=NOW, limit=5) == ()
    (partition,) = house.ledger.erased_partitions(limit=5)
    assert partition == again.partition_key
    house.ledger.forgotten(partition)
    assert [one.id for one in house.ledger.waiting(now=NOW, limit=5)] == [again.pk]


def test_a_run_that_was_quicker_keeps_its_files_until_it_ends(house: House, done: Job):
    from sqlalchemy import insert

    from service.tables import purges

    running = house.job(job_key="f" * 64, partition_key=done.partition_key)
    house.ledger.bind(running.pk, attempt=1, run_id="r")
    with house.engine.begin() as connection:
        connection.execute(insert(purges).values(partition_key=done.partition_key, blobs=[], requested_at=NOW))
    assert Purger(house.engine, house.store).run(now=NOW) == {}
    assert house.store.exists(f"requests/{done.partition_key}.json")
    Job.objects.filter(pk=running.pk).update(state="failed")
    assert Purger(house.engine, house.store).run(now=NOW)["requests"] == 1


def test_one_that_cannot_be_erased_does_not_keep_the_others(
    house: House, done: Job, monkeypatch: pytest.MonkeyPatch, everywhere: Everywhere
):
    bad = house.job(age=200 * DAY, state="failed", request=Request(prompt="a"), expires_at=NOW + 900 * DAY)
    Job.objects.filter(pk=bad.pk).update(partition_key="../../etc/passwd")
    with pytest.raises(RetentionError, match="of what was due could not be erased"):
        retention(house).run(now=done.created_at + 30 * DAY)
    done.refresh_from_db()
    assert done.prompt_erased_at is not None


def aged(store: ObjectStore, *, hours: float) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    for path in Path(str(store.root)).rglob("*"):
        os.utime(path, (then, then))


def test_what_killed_processes_left_is_swept_up(house: House, done: Job):
    root = Path(str(house.store.root))
    mine = {one.key for one in house.store.find()}
    lost = "job-" + "a" * 32
    house.store.put_blob(b"a zip that no table names")
    house.store.put(f"requests/{lost}.json", b"{}")
    house.store.put(f"auditions/{lost}/{'b' * 64}.json", b"{}")
    (root / "blobs" / "00").mkdir(parents=True, exist_ok=True)
    (root / "blobs" / "00" / ".half-written.x7f").write_bytes(b"PK")
    house.store.put("health/1-abc", b"12345678")
    house.store.put("requests/my-library-0123456789-0001.json", b"{}")
    assert orphans(house.engine, house.store, now=NOW) == ()
    assert remove_orphans(house.engine, house.store, now=NOW) == {}, "a run may be making them"
    aged(house.store, hours=3)
    assert len(orphans(house.engine, house.store, now=NOW)) == 5
    removed = remove_orphans(house.engine, house.store, now=NOW)
    assert removed == {"blobs": 1, "requests": 1, "auditions": 1, "unfinished": 1, "health": 1}
    assert orphans(house.engine, house.store, now=NOW) == ()
    left = {one.key for one in house.store.find()}
    assert left == mine | {"requests/my-library-0123456789-0001.json"}, "what has an owner stays"


def test_blobs_of_a_library_that_was_built_here_stay(house: House, done: Job):
    Job.objects.all().delete()
    for table in Path(str(house.store.root), "tables").rglob("job-*.parquet"):
        table.rename(table.with_name("my-library-0123456789-0001.parquet"))
    aged(house.store, hours=3)
    blobs = {one.key for one in house.store.find("blobs")}
    remove_orphans(house.engine, house.store, now=NOW)
    left = {one.key for one in house.store.find("blobs")}
    assert left < blobs, "those that only deliveries had are gone"
    assert len(left) >= 3, "the zip and the previews stay"


def test_an_interrupted_run_is_finished_by_the_next(house: House, done: Job, everywhere: Everywhere, monkeypatch):
    original = ObjectStore.delete
    count = 0

    def dying(self: ObjectStore, key: str) -> bool:
        nonlocal count
        count += 1
        if count > 3:
            raise KeyboardInterrupt
        return original(self, key)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "delete", dying)
        with pytest.raises(KeyboardInterrupt):
            retention(house).run(now=done.created_at + 30 * DAY)
    assert everywhere(), "it was interrupted half way"
    retention(house).run(now=done.created_at + 30 * DAY)
    checkpoint(house.engine)
    assert everywhere() == {}


def test_on_s3_as_well(house: House, done: Job, bucket: ObjectStore):
    """The same keys, the same end: a bucket lists and deletes in its own way."""
    for one in house.store.find():
        bucket.put(one.key, house.store.get(one.key))
    there = Retention(house.engine, bucket, prompt_days=30)
    report = there.run(now=done.created_at + 30 * DAY)
    assert report.files["tables"] == 6
    assert report.files["auditions"] == report.files["requests"] == 1
    report = there.run(now=done.expires_at)
    assert report.jobs == 1
    assert list(bucket.find()) == []
