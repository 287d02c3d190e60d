"""Erasing a user: everything goes, what others have stays, and the report says what a search has found."""

import contextlib
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from api.models import ApiKey, Artifact, AuditEntry, IdempotencyKey, Job, Purge, ShareToken, User
from schemas.request import Request
from service.erasure import purging
from service.erasure.retention import Retention
from service.erasure.users import UserErasure, checkpoint
from tests.privacy.house import Everywhere, House
from tests.privacy.words import PROMPT

NOW = datetime.now(UTC)


def erase(house: House, user: User, **options: float):
    erasure = UserErasure(house.engine, house.store, user.pk, folders=(house.home,))
    return erasure.run(now=datetime.now(UTC), **options)


def furnish(house: House, job: Job) -> None:
    """Everything else that refers to a user."""
    user = job.user
    ApiKey.objects.create_key(name="laptop", user=user)
    IdempotencyKey.objects.create(user=user, key="mine", request_sha256="0" * 64, job=job)
    ShareToken.objects.create(user=user, job=job, token_sha256="1" * 64, hint="abc")
    told = AuditEntry.objects.create
    told(actor_id=user.pk, action="job.create", subject=f"job:{job.pk}", remote_addr="192.0.2.7")
    told(action="sign_in", subject=f"user:{user.pk}", remote_addr="192.0.2.8")


def test_everything_of_a_user_goes(house: House, done: Job, everywhere: Everywhere):
    furnish(house, done)
    export = house.job(source=done, queue="export", export_format="presets", prompt="", tags=[], state="failed",
                       job_key="e" * 64, partition_key="job-" + "e" * 32)  # fmt: skip
    report = erase(house, house.user())
    assert report.complete
    assert report.left == {}
    assert report.rows["jobs"] == 2
    assert report.rows["users"] == report.rows["api_keys"] == report.rows["share_tokens"] == 1
    assert report.rows["artifacts"] > 10
    assert report.files["tables"] == 6
    assert report.files["requests"] == report.files["auditions"] == 1
    assert report.files["blobs"] > 10
    assert report.searched["contents"] >= report.searched["names"] > 3
    assert everywhere() == {}
    for model in (User, Job, ApiKey, Artifact, IdempotencyKey, ShareToken):
        assert not model.objects.exists(), model.__name__
    assert set(Purge.objects.values_list("partition_key", flat=True)) == {done.partition_key, export.partition_key}
    assert PROMPT not in str(report.document())
    told = AuditEntry.objects.all()
    assert told.count() == 2, "who did what stays"
    assert {one.remote_addr for one in told} == {None}, "without the address"


def test_what_others_have_stays(house: House, done: Job):
    """Equal files are kept once: another user's job refers to the same blobs."""
    other = house.job(user="bob")
    tables = Path(str(house.store.root), "tables", "bundles")
    shutil.copy(tables / f"{done.partition_key}.parquet", tables / f"{other.partition_key}.parquet")
    house.deliver(other)
    report = erase(house, house.user())
    assert (report.complete, report.left) == (True, {})
    for one in other.artifacts.all():
        assert len(house.store.blob(one.sha256)) == one.bytes
    assert User.objects.filter(username="bob").exists()


def test_what_runs_is_stopped_and_waited_for(house: House, done: Job):
    waiting = house.job(request=Request(prompt="another one"))
    running = house.job(request=Request(prompt="yet another"))
    assert house.ledger.bind(running.pk, attempt=1, run_id="r1")
    assert house.ledger.start(running.pk, attempt=1, run_id="r1", now=NOW)

    def worker() -> None:
        while not house.ledger.to_cancel():
            time.sleep(0.02)
        time.sleep(0.3)
        house.ledger.cancel(running.pk, attempt=1, now=datetime.now(UTC))

    thread = threading.Thread(target=worker)
    thread.start()
    report = erase(house, house.user(), wait_s=20)
    thread.join()
    assert report.complete
    assert report.rows["jobs"] == 3
    assert not Job.objects.filter(pk__in=[waiting.pk, running.pk]).exists()


def test_what_does_not_stop_in_time_is_left_for_the_next_run(house: House, done: Job, everywhere: Everywhere):
    running = house.job(request=Request(prompt="yet another"))
    assert house.ledger.bind(running.pk, attempt=1, run_id="r1")
    report = erase(house, house.user(), wait_s=0.2)
    assert not report.complete
    assert report.in_flight == (str(running.pk),)
    user = User.objects.get()
    assert not user.is_active
    assert user.erase_requested_at is not None
    assert list(Job.objects.all()) == [running], "all that could go has gone"
    assert house.ledger.cancel(running.pk, attempt=1, now=NOW)
    assert erase(house, user, wait_s=0).complete
    assert not User.objects.exists()
    assert everywhere() == {}


def test_erasing_somebody_who_is_gone_finds_nothing(house: House):
    report = UserErasure(house.engine, house.store, 12345).run(now=NOW)
    assert (report.complete, report.left, sum(report.rows.values())) == (True, {}, 0)


def test_the_search_finds_what_is_left(house: House, done: Job, tmp_path):
    """The proof is worth something: what the erasure doesn't know of is found and told."""
    orphan = house.home / "notes.log"
    orphan.write_text(f"asked for {PROMPT}\n")
    house.store.put(f"tables/new_asset_without_a_folder/{done.partition_key}.json", b"{}")
    AuditEntry.objects.create(action="job.create", detail={"said": PROMPT})
    report = erase(house, house.user())
    assert not report.complete
    assert report.left == {"table audit_log": 1, "content of notes.log": 1, "file tables": 1}


def test_words_that_another_job_holds_prove_nothing(house: House, done: Job):
    house.job(user="bob", request=Request(prompt=f"{PROMPT}, but longer"))
    assert erase(house, house.user()).left == {}


def test_a_search_that_may_not_read_everything_says_so(house: House, done: Job):
    report = erase(house, house.user(), search_s=0.0)
    assert report.complete
    assert "contents" not in report.searched
    assert "rows" not in report.searched
    assert report.searched["names"] > 3
    assert report.left == {}


def test_a_user_with_many_files_is_not_kept_waiting(house: House, done: Job, everywhere: Everywhere):
    report = erase(house, house.user(), files_s=0.0)
    assert (report.complete, report.partitions_waiting, report.in_flight) == (False, 1, ())
    assert not User.objects.exists(), "nobody can reach them any more"
    assert Retention(house.engine, house.store, prompt_days=30).run(now=NOW).files["tables"] == 6
    assert everywhere() == {}


@pytest.mark.parametrize("after", range(8))
def test_killed_at_any_moment_it_is_begun_again(
    house: House, done: Job, everywhere: Everywhere, monkeypatch: pytest.MonkeyPatch, after: int
):
    """Each file that is deleted and each transaction is a moment at which the process may die."""
    furnish(house, done)
    left = after * 7

    class Killed(BaseException):
        pass

    def dying(original):
        def wrapped(*args, **kwargs):
            nonlocal left
            if left <= 0:
                raise Killed
            left -= 1
            return original(*args, **kwargs)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr(type(house.store), "delete", dying(type(house.store).delete))
        patch.setattr("service.erasure.jobs.request_purge", dying(purging.request_purge))
        with contextlib.suppress(Killed):
            erase(house, house.user())
    Retention(house.engine, house.store, prompt_days=30).run(now=datetime.now(UTC) + timedelta(hours=3))
    checkpoint(house.engine)
    assert everywhere() == {}
    assert not User.objects.exists()
    assert [one.key for one in house.store.find()] == []
    assert not Session.objects.exists()
