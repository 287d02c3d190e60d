"""Prompts, jobs and users go on the day that is said and not before. What has not ended is left."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_clock import FakeClock

from api.models import Artifact, AuditEntry, Entitlement, Heartbeat, Job, PatchSpecRecord, Purge, User
from api.workers import database
from engine.bundle import open_bundle
from service.erasure.jobs import Eraser, InFlightError, family_of, hold
from service.erasure.retention import Retention, RetentionError, RetentionReport
from service.erasure.rows import Rows
from service.erasure.users import UserErasure
from service.layout import blob_key
from service.ledger import Ledger
from service.objects import ObjectStore
from service.settings import Settings
from service.tables import jobs
from tests.bundle import made_up_bundles

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PROMPT = "a quokkaphone that nobody heard of"
ENDED, STATES = ("succeeded", "failed", "cancelled"), ("queued", "running", "succeeded", "failed", "cancelled")


def put(name: str = "ada", **about: Any) -> Job:
    user, _ = User.objects.get_or_create(username=name)
    key = uuid.uuid4().hex
    given = {
        "user": user, "job_key": key, "partition_key": f"job-{key}", "prompt": PROMPT, "tags": ["wide"],
        "prompt_sha256": key, "generator_version": "1", "created_at": NOW, "state": "failed",
        "expires_at": NOW + 900 * DAY,
    }  # fmt: skip
    return Job.objects.create(**given | about)


def put_file(store: ObjectStore, job: Job, data: bytes, *, kind: str = "preset", path: str = "x") -> str:
    sha256 = store.put_blob(data)
    Artifact.objects.create(job=job, path=path, kind=kind, media_type="x", sha256=sha256, bytes=len(data))
    return sha256


def run(store: ObjectStore, now: datetime, **more: Any) -> RetentionReport:
    return Retention(database(), store, prompt_days=30).run(now=now, **more)


# -- on the day --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("early", "prompts"), [(SECOND, 0), (timedelta(), 1)])
def test_a_prompt_goes_after_exactly_its_days(store: ObjectStore, early: timedelta, prompts: int) -> None:
    job = put()
    store.put(f"requests/{job.partition_key}.json", b"{}")
    store.put(f"requests/job-{'f' * 32}.json", b"{}")
    report = run(store, NOW + 30 * DAY - early)
    assert (report.prompts, report.jobs, report.users, report.in_flight) == (prompts, 0, 0, 0)
    assert report.files == ({"requests": 1} if prompts else {})
    assert store.exists(f"requests/{job.partition_key}.json") is not prompts
    job.refresh_from_db()
    assert (job.prompt, job.tags) == (("", []) if prompts else (PROMPT, ["wide"]))
    assert job.prompt_erased_at == (NOW + 30 * DAY if prompts else None)


def test_another_number_of_days_is_another_day(store: ObjectStore) -> None:
    put()
    seven = Retention.of(Settings(home=Path(str(store.root)).parent, prompt_retention_days=7), database())
    assert seven.run(now=NOW + 7 * DAY - SECOND).prompts == 0
    assert seven.run(now=NOW + 7 * DAY).prompts == 1


@pytest.mark.parametrize(("early", "gone"), [(SECOND, 0), (timedelta(), 1)])
def test_a_job_goes_when_it_expires(store: ObjectStore, early: timedelta, gone: int) -> None:
    put(expires_at=NOW + DAY)
    report = run(store, NOW + DAY - early)
    assert (report.jobs, report.prompts) == (gone, 0)
    assert Job.objects.count() == 1 - gone
    assert Purge.objects.count() == gone, "Dagster is to forget it"


@pytest.mark.parametrize("state", STATES)
def test_only_what_has_ended_goes(store: ObjectStore, state: str) -> None:
    old, expired = put(state=state, created_at=NOW - 99 * DAY), put(state=state, expires_at=NOW - DAY)
    report = run(store, NOW)
    ended = state in ENDED
    assert (report.prompts, report.jobs, report.in_flight) == (ended, ended, 0)
    assert Job.objects.filter(pk=expired.pk).exists() is not ended
    old.refresh_from_db()
    assert (old.prompt == "") is ended


def test_an_export_goes_with_its_job_and_has_no_prompt_of_its_own(store: ObjectStore) -> None:
    job = put(state="succeeded", expires_at=NOW + 40 * DAY)
    export = put(source=job, queue="export", prompt="", state="succeeded", expires_at=NOW + 40 * DAY)
    assert run(store, NOW + 30 * DAY).prompts == 1
    job.refresh_from_db(), export.refresh_from_db()
    assert job.prompt_erased_at == export.prompt_erased_at == NOW + 30 * DAY
    assert run(store, NOW + 40 * DAY).jobs == 1
    assert not Job.objects.exists()


def test_what_is_due_but_has_an_export_in_flight_is_told_and_left(store: ObjectStore) -> None:
    job = put(state="succeeded", created_at=NOW - 31 * DAY)
    put(source=job, queue="export", prompt="", state="running")
    report = run(store, NOW)
    assert (report.in_flight, report.prompts) == (1, 0)
    job.refresh_from_db()
    assert job.prompt == PROMPT


@pytest.mark.parametrize(
    ("plan", "days"), [(None, 10), ("studio", 300)], ids=["free, without one", "that of the user"]
)
def test_a_job_without_an_end_has_its_plans(store: ObjectStore, plan: str | None, days: int) -> None:
    Entitlement.objects.create(name="free", retention_days=10)
    Entitlement.objects.create(name="studio", retention_days=300)
    job = put(expires_at=None, state="running")
    dated = put(state="running", expires_at=NOW + 5 * DAY)
    User.objects.update(entitlement=Entitlement.objects.filter(name=plan).first())
    run(store, NOW)
    job.refresh_from_db(), dated.refresh_from_db()
    assert (job.expires_at, dated.expires_at) == (NOW + days * DAY, NOW + 5 * DAY)


def test_users_who_asked_for_it_go_and_others_do_not(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr("service.erasure.users.time", clock)
    put("bob", expires_at=NOW + 99 * DAY)
    put("ada", prompt="", state="succeeded")
    put("eve", state="running", run_id="r")
    User.objects.filter(username__in=["ada", "eve"]).update(erase_requested_at=NOW)
    report = run(store, NOW)
    assert (report.users, report.in_flight, report.jobs) == (1, 1, 0)
    assert set(User.objects.values_list("username", flat=True)) == {"bob", "eve"}
    assert clock.sleeps == 50, "for five seconds it was looked ten times a second"


def test_a_user_whose_files_wait_for_another_s_run_has_not_gone_yet(store: ObjectStore) -> None:
    """Both asked for the same at once; the run of the other works in the partition."""
    mine = put("ada")
    User.objects.filter(username="ada").update(erase_requested_at=NOW)
    Purge.objects.create(partition_key=mine.partition_key, requested_at=NOW)
    other = put("bob", state="running", run_id="r", partition_key=mine.partition_key)
    waits = run(store, NOW)
    assert (waits.users, waits.in_flight) == (0, 1)
    assert Purge.objects.get().files_erased_at is None
    Job.objects.filter(pk=other.pk).update(state="failed")
    run(store, NOW)
    assert Purge.objects.get().files_erased_at == NOW


def test_nothing_is_looked_for_while_files_wait(store: ObjectStore) -> None:
    """It would be found, and told as if it had been forgotten."""
    mine = put("ada", prompt="a prompt of sixteen letters")
    Purge.objects.create(partition_key=mine.partition_key, requested_at=NOW)
    put("bob", state="running", run_id="r", partition_key=mine.partition_key, prompt="")
    report = UserErasure(database(), store, mine.user_id).run(now=NOW, wait_s=0)
    assert (report.complete, report.partitions_waiting, report.in_flight) == (False, 1, ())
    assert (report.left, report.searched) == ({}, {})


@pytest.mark.parametrize(("ago", "stays"), [(7 * DAY, True), (7 * DAY + SECOND, False)])
def test_a_host_is_missed_for_a_week(store: ObjectStore, ago: timedelta, stays: bool) -> None:
    ledger = Ledger(database())
    ledger.beat("worker:generate:old", now=NOW - ago)
    ledger.beat("sensor", now=NOW)
    run(store, NOW)
    assert set(Heartbeat.objects.values_list("part", flat=True)) == {"sensor", *["worker:generate:old"] * stays}


def test_files_of_what_was_deleted_before_go_as_well(store: ObjectStore) -> None:
    partition = "job-" + "a" * 32
    store.put(f"requests/{partition}.json", b"{}")
    Purge.objects.create(partition_key=partition, requested_at=NOW)
    assert run(store, NOW).files == {"requests": 1}


def test_what_was_left_behind_is_swept_up_and_told(store: ObjectStore) -> None:
    store.put("health/1-a", b"x")
    assert run(store, datetime.now(UTC) + timedelta(hours=3)).orphans == {"health": 1}


def test_the_log_says_what_was_erased_and_nothing_of_a_run_without_work(store: ObjectStore) -> None:
    assert run(store, NOW).idle
    assert not AuditEntry.objects.exists()
    put()
    report = run(store, NOW + 30 * DAY)
    (told,) = AuditEntry.objects.all()
    assert (told.action, told.at, told.actor_id, told.subject) == ("erase.due", NOW + 30 * DAY, None, "")
    assert told.detail == report.document() == {
        "users": 0, "jobs": 0, "prompts": 1, "files": {}, "orphans": {}, "answers": 0, "in_flight": 0
    }  # fmt: skip


@pytest.mark.parametrize("what", ["users", "jobs", "prompts", "files", "orphans", "answers"])
def test_whoever_did_anything_was_not_idle(what: str) -> None:
    assert RetentionReport().idle
    assert not RetentionReport(**{what: {"x": 1} if what in ("files", "orphans") else 1}).idle
    assert RetentionReport(in_flight=3).idle


def test_no_more_than_can_be_begun_in_time(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        put(created_at=NOW - 31 * DAY)
    assert run(store, NOW, limit_s=0.0).prompts == 0
    clock = iter([0.0, 1.0, 9.9, 10.0])
    monkeypatch.setattr("service.erasure.retention.time", type("Clock", (), {"monotonic": lambda: next(clock)}))
    assert run(store, NOW, limit_s=10.0).prompts == 2


def test_one_that_cannot_be_erased_is_told_after_all_others_were(store: ObjectStore, monkeypatch) -> None:
    bad, good = put(created_at=NOW - 32 * DAY), put(created_at=NOW - 31 * DAY)
    original = Eraser.erase_prompt

    def fails(self: Eraser, job_id: uuid.UUID, **more: Any) -> bool:
        if job_id == bad.pk:
            raise OSError("disk")
        return original(self, job_id, **more)

    monkeypatch.setattr(Eraser, "erase_prompt", fails)
    with pytest.raises(RetentionError, match="1 of what was due could not be erased"):
        run(store, NOW)
    good.refresh_from_db()
    assert good.prompt == ""


# -- a prompt ----------------------------------------------------------------------------------------------------


def test_a_bundle_is_kept_without_its_words_under_its_new_hash_and_size(eraser: Eraser, store: ObjectStore) -> None:
    job, made = put(state="succeeded"), made_up_bundles.bundle(made_up_bundles.preset(), prompt=PROMPT)
    put_file(store, job, made.zip, kind="bundle", path="pack.zip")
    for path, data in made.files.items():
        put_file(store, job, data, kind="meta", path=path)
    assert eraser.erase_prompt(job.pk, now=NOW)
    kept = {one.path: one for one in Artifact.objects.filter(job=job)}
    assert set(kept) == {"pack.zip", *made.files}
    for one in kept.values():
        data = store.blob(one.sha256)
        assert len(data) == one.bytes
        assert PROMPT.encode() not in data
    changed = {path for path in made.files if store.blob(kept[path].sha256) != made.files[path]}
    assert changed == {path for path, data in made.files.items() if PROMPT.encode() in data} != set()
    assert open_bundle(store.blob(kept["pack.zip"].sha256)).manifest.request.prompt != PROMPT


def test_a_prompt_is_erased_once(eraser: Eraser) -> None:
    job, other = put(), put()
    assert eraser.erase_prompt(job.pk, now=NOW) is True
    assert eraser.erase_prompt(job.pk, now=NOW + DAY) is False
    assert eraser.erase_prompt(uuid.uuid4(), now=NOW) is False
    job.refresh_from_db(), other.refresh_from_db()
    assert job.prompt_erased_at == NOW
    assert (other.prompt, other.prompt_erased_at) == (PROMPT, None)


@pytest.mark.parametrize("which", ["itself", "an export"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_of_what_has_not_ended_is_erased(eraser: Eraser, which: str, state: str) -> None:
    job = put(state=state if which == "itself" else "succeeded")
    if which == "an export":
        put(source=job, queue="export", prompt="", state=state)
    for erase in (eraser.erase_prompt, eraser.erase_job):
        if state in ENDED:
            assert erase(job.pk, now=NOW) is True
        else:
            with pytest.raises(InFlightError, match=f"is {state}"):
                erase(job.pk, now=NOW)
            job.refresh_from_db()
            assert job.prompt == PROMPT


def test_a_job_that_begins_anew_meanwhile_keeps_its_words(eraser: Eraser, monkeypatch: pytest.MonkeyPatch) -> None:
    job = put()
    original = eraser._without_words

    def begun(*arguments: Any) -> Any:
        Job.objects.update(state="queued")
        return original(*arguments)

    monkeypatch.setattr(eraser, "_without_words", begun)
    with pytest.raises(InFlightError, match="has begun anew"):
        eraser.erase_prompt(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.prompt, job.prompt_erased_at) == (PROMPT, None)


@pytest.mark.parametrize(("prompt", "stays"), [("q" * 15, True), ("q" * 16, False)])
def test_an_export_that_quotes_a_prompt_of_sixteen_letters_goes(
    eraser: Eraser, store: ObjectStore, prompt: str, stays: bool
) -> None:
    job = put(prompt=prompt, state="succeeded")
    export = put(source=job, queue="export", prompt="", state="succeeded")
    quoting = put_file(store, export, b"says " + prompt.encode(), kind="export", path="a")
    silent = put_file(store, export, b"says nothing", kind="export", path="b")
    preset = put_file(store, job, b"made of " + prompt.encode(), kind="preset", path="c")
    put_file(store, export, b"gone " + prompt.encode(), kind="export", path="d")
    store.delete(blob_key(hashlib.sha256(b"gone " + prompt.encode()).hexdigest()))
    assert eraser.erase_prompt(job.pk, now=NOW)
    assert set(Artifact.objects.values_list("path", flat=True)) == {"b", "c", "d", *["a"] * stays}
    assert [store.exists(blob_key(one)) for one in (quoting, silent, preset)] == [stays, True, True]


# -- a job -------------------------------------------------------------------------------------------------------


def test_a_job_goes_with_exports_files_and_patches_and_another_s_stay(eraser: Eraser, store: ObjectStore) -> None:
    job, other = put(state="succeeded"), put(state="succeeded")
    export = put(source=job, queue="export", prompt="", state="succeeded")
    blobs = {name: put_file(store, one, name.encode()) for name, one in
             {"job": job, "export": export, "other": other}.items()}  # fmt: skip
    put_file(store, job, b"other", path="shared")
    for one in (job, other):
        store.put(f"requests/{one.partition_key}.json", b"{}")
        PatchSpecRecord.objects.create(job=one, preset_id="p", title="t", spec={}, sha256="1" * 64)
    assert eraser.erase_job(job.pk, now=NOW) is True
    assert eraser.erase_job(job.pk, now=NOW) is False
    assert list(Job.objects.all()) == [other]
    assert list(PatchSpecRecord.objects.values_list("job", flat=True)) == [other.pk]
    assert {one.key for one in store.find()} == {blob_key(blobs["other"]), f"requests/{other.partition_key}.json"}
    assert set(Purge.objects.values_list("partition_key", flat=True)) == {job.partition_key, export.partition_key}


@pytest.mark.parametrize(
    ("about", "stays"),
    [
        ({"state": "succeeded"}, True),
        ({"state": "queued"}, True),
        ({"state": "succeeded", "prompt_erased_at": NOW}, False),
        (None, False),
    ],
    ids=["made it", "waits", "has none itself", "nobody"],
)
def test_a_partition_that_another_job_has_as_well_stays_for_it(
    eraser: Eraser, store: ObjectStore, about: dict[str, Any] | None, stays: bool
) -> None:
    job = put()
    if about:
        put(**about, partition_key=job.partition_key)
    store.put(f"requests/{job.partition_key}.json", b"{}")
    eraser.erase_job(job.pk, now=NOW)
    assert store.exists(f"requests/{job.partition_key}.json") is stays
    assert Purge.objects.exists() is not stays


def test_a_job_and_its_exports_are_a_family_the_job_first(transactional_db: None) -> None:
    job = put()
    exports = [put(source=job, queue="export", created_at=NOW - days * DAY) for days in (1, 3, 2)]
    put()
    with database().connect() as connection:
        found = [one.id for one in family_of(connection, job.pk)]
        assert found == [job.pk, exports[1].pk, exports[2].pk, exports[0].pk]
        assert [one.id for one in family_of(connection, exports[0].pk)] == [exports[0].pk]
        assert family_of(connection, uuid.uuid4()) == []


# -- rows --------------------------------------------------------------------------------------------------------


def test_a_job_is_held_with_its_exports_and_nobody_else_is(transactional_db: None) -> None:
    job = put()
    put(source=job, queue="export")
    put(source=put(), queue="export"), put()
    touched: list[int] = []

    def count(_: Any, cursor: Any, *more: Any) -> None:
        touched.append(cursor.rowcount)

    with database().begin() as connection:
        sa.event.listen(connection, "after_cursor_execute", count)
        hold(connection, job.pk)
    assert touched == [2]


def test_rows_go_after_all_that_refers_to_them_and_others_stay(store: ObjectStore) -> None:
    mine, other = put("ada", state="succeeded"), put("bob", state="succeeded")
    export = put("ada", source=mine, queue="export", state="succeeded")
    for one in (mine, export, other):
        put_file(store, one, b"x")
    rows = Rows(database())
    with database().begin() as connection:
        assert rows.delete(connection, "users", []) == {}
        assert rows.referring(connection, "users", [mine.user_id]) == {"jobs": 2}
        gone = rows.delete(connection, "users", [mine.user_id])
        assert rows.referring(connection, "users", [mine.user_id]) == {}
    assert {name: count for name, count in gone.items() if count} == {"users": 1, "jobs": 2, "artifacts": 2}
    assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    assert list(Artifact.objects.values_list("job", flat=True)) == [other.pk]
    assert (rows.has("jobs"), rows.has("nothing")) == (True, False)


def test_more_rows_than_fit_into_a_statement_go(transactional_db: None) -> None:
    user = put().user
    Job.objects.all().delete()
    Job.objects.bulk_create(
        Job(user=user, job_key=f"{n:064x}", partition_key="p", prompt_sha256="b", generator_version="1",
            created_at=NOW, state="failed") for n in range(401)
    )  # fmt: skip
    with database().begin() as connection:
        assert Rows(database()).delete(connection, "users", [user.pk])["jobs"] == 401
    assert not Job.objects.exists()


def test_every_column_of_text_or_json_is_read_in_small_letters_large_tables_last(transactional_db: None) -> None:
    job = put(prompt="Said", tags=["TAGGED"], title="Titled")
    Artifact.objects.create(job=job, path="Path.zip", kind="k", media_type="m", sha256="s", bytes=1)
    with database().connect() as connection:
        found = list(Rows(database()).wordy(connection, but=("users",)))
    names = [name for name, _ in found]
    assert "users" not in names
    assert names.index("jobs") < names.index("artifacts")
    (row,) = (text for name, text in found if name == "jobs")
    assert {"said", "titled", job.partition_key} <= set(row.split("\x00"))
    assert "tagged" in row
    with database().connect() as connection:
        assert connection.execute(sa.select(jobs.c.id)).scalar() == job.pk


def test_of_a_bundle_that_cannot_be_opened_only_what_holds_no_words_stays(
    store: ObjectStore, eraser: Eraser
) -> None:
    job = put(state="succeeded")
    for kind in ("bundle", "page", "meta", "preset", "audio", "picture"):
        put_file(store, job, f"no {kind}".encode(), kind=kind, path=kind)
    assert eraser.erase_prompt(job.pk, now=NOW)
    assert set(Artifact.objects.values_list("kind", flat=True)) == {"preset", "audio", "picture"}
    assert [
        store.exists(blob_key(hashlib.sha256(f"no {kind}".encode()).hexdigest())) for kind in ("page", "meta")
    ] == [
        False,
        False,
    ]
