"""The ledger's columns are Django's, and each change of a job's state happens once and only from where it may."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from django.apps import apps

from api.models import Job, User
from api.workers import database
from service import tables as module
from service.keys import partition_key
from service.ledger import Ledger, MadeFile, MadePatch

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FILE = MadeFile("a.zip", "bundle", "application/zip", "0" * 64, 3)
PATCH = MadePatch("base", "A", {"a": 1}, "0" * 64)


def test_every_column_is_one_of_djangos_of_the_same_kind() -> None:
    kinds = {
        sa.Uuid: {"UUIDField", "ForeignKey"},
        sa.BigInteger: {"BigIntegerField", "BigAutoField", "ForeignKey"},
        sa.SmallInteger: {"PositiveSmallIntegerField"},
        sa.Float: {"FloatField"},
        sa.Text: {"TextField"},
        sa.JSON: {"JSONField"},
        sa.String: {"CharField"},
        module.Utc: {"DateTimeField"},
    }
    models = {model._meta.db_table: model for model in apps.get_app_config("api").get_models()}
    for table in module.metadata.tables.values():
        fields = {field.column: field for field in models[table.name]._meta.concrete_fields}
        for column in table.columns:
            field = fields[column.name]
            assert field.get_internal_type() in kinds[type(column.type)], f"{table.name}.{column.name}"
            if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Text):
                assert column.type.length == field.max_length, f"{table.name}.{column.name}"


@pytest.fixture
def ledger(transactional_db: None) -> Ledger:
    return Ledger(database())


@pytest.fixture
def job(ledger: Ledger) -> Job:
    return make_job()


def make_job(**other: object) -> Job:
    user, _ = User.objects.get_or_create(username="somebody")
    key = uuid.uuid4().hex
    given = {"user": user, "job_key": key, "partition_key": partition_key(key), "prompt": "pad", "created_at": NOW}
    return Job.objects.create(**given | {"prompt_sha256": key, "generator_version": "1"} | other)


def started(ledger: Ledger, job: Job) -> None:
    assert ledger.bind(job.pk, attempt=1, run_id="r1")
    assert ledger.start(job.pk, attempt=1, run_id="r1", now=NOW)


def test_a_job_succeeds_once_and_only_with_files(ledger: Ledger, job: Job) -> None:
    assert [row.id for row in ledger.waiting(now=NOW, limit=9)] == [job.pk]
    started(ledger, job)
    assert ledger.waiting(now=NOW, limit=9) == ()
    assert not ledger.succeed(job.pk, attempt=1, now=NOW), "nothing is delivered"
    assert ledger.deliver(job.pk, attempt=1, files=[FILE], patches=[PATCH], title="A", style="Pad", made_with="t")
    assert ledger.succeed(job.pk, attempt=1, now=NOW)
    assert not ledger.succeed(job.pk, attempt=1, now=NOW)
    assert not ledger.fail(job.pk, attempt=1, code="internal", detail="", now=NOW)
    assert not ledger.retry(job.pk, attempt=1, not_before=NOW)
    assert not ledger.deliver(job.pk, attempt=1, files=[])
    job.refresh_from_db()
    assert (job.state, job.title, job.progress) == ("succeeded", "A", 1.0)
    assert ledger.files(job.pk) == (FILE,)


def test_a_noted_reason_outweighs_what_is_said_later(ledger: Ledger, job: Job) -> None:
    started(ledger, job)
    assert ledger.fail_soon(job.pk, attempt=1, code="refused", detail="too loud")
    assert not ledger.succeed(job.pk, attempt=1, now=NOW)
    assert ledger.fail(job.pk, attempt=1, code="internal", detail="?", now=NOW)
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_detail) == ("failed", "refused", "too loud")


def test_an_attempt_that_was_given_up_writes_nothing_more(ledger: Ledger, job: Job) -> None:
    started(ledger, job)
    assert ledger.deliver(job.pk, attempt=1, files=[FILE])
    assert ledger.retry(job.pk, attempt=1, not_before=NOW + timedelta(seconds=5))
    assert ledger.waiting(now=NOW, limit=9) == (), "it waits"
    assert [row.attempt for row in ledger.waiting(now=NOW + timedelta(seconds=5), limit=9)] == [2]
    for late in (
        ledger.report(job.pk, attempt=1, stage="x", progress=0.5),
        ledger.deliver(job.pk, attempt=1, files=[FILE]),
        ledger.succeed(job.pk, attempt=1, now=NOW),
        ledger.fail(job.pk, attempt=1, code="internal", detail="", now=NOW),
        ledger.start(job.pk, attempt=1, run_id="r1", now=NOW),
    ):
        assert not late
    assert ledger.files(job.pk) == (), "what another attempt left is not this one's"


def test_a_cancelled_job_keeps_no_file_and_is_neither_started_nor_retried(ledger: Ledger, job: Job) -> None:
    started(ledger, job)
    assert ledger.deliver(job.pk, attempt=1, files=[FILE])
    assert not ledger.cancel(job.pk, attempt=1, now=NOW), "nobody asked for it"
    Job.objects.update(cancel_requested_at=NOW)
    assert [row.id for row in ledger.to_cancel()] == [job.pk]
    assert not ledger.report(job.pk, attempt=1, stage="x", progress=0.5)
    assert not ledger.retry(job.pk, attempt=1, not_before=NOW)
    assert ledger.cancel(job.pk, attempt=1, now=NOW)
    assert ledger.files(job.pk) == ()
    assert not ledger.start(job.pk, attempt=1, run_id="r1", now=NOW)


def test_the_oldest_ended_jobs_are_pruned_but_for_the_newest(ledger: Ledger) -> None:
    ended = [make_job(state="failed", finished_at=NOW + timedelta(minutes=n)) for n in range(5)]
    make_job(state="running", run_id="r")
    assert ledger.to_prune(keep=5, limit=9) == ()
    assert [one.id for one in ledger.to_prune(keep=2, limit=9)] == [job.pk for job in ended[:3]]
    assert [one.id for one in ledger.to_prune(keep=2, limit=2)] == [job.pk for job in ended[:2]]
    ledger.pruned([ended[0].pk], now=NOW)
    assert [one.id for one in ledger.to_prune(keep=2, limit=9)] == [job.pk for job in ended[1:3]]
    again = make_job(state="queued", partition_key=ended[1].partition_key)
    first, second = ledger.to_prune(keep=2, limit=9)
    assert ledger.others_of_partition(first), f"{again.pk} has it as well"
    assert not ledger.others_of_partition(second)
