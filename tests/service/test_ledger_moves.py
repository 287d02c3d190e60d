"""Every move of a job from every state, with and without a wish to cancel: what is allowed, and what it writes."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.ledger import EndedJob, Ledger, MadeFile, MadePatch, _may_be_lost
from service.tables import Utc, engine_for, heartbeats, patch_specs, purges
from tests.service.ledgers import NOW, change_job, files_and_patches, put_files, put_job, row_of

LATER = NOW + timedelta(minutes=3)
STATES = ("queued", "running", "succeeded", "failed", "cancelled")
FILES = [MadeFile("b.vital", "preset", "application/json", "2" * 64, 7, "base"),
         MadeFile("a.zip", "bundle", "application/zip", "3" * 64, 9)]  # fmt: skip
PATCHES = [MadePatch("base", "Keel", {"a": 1}, "4" * 64)]

LedgerMove = Callable[[Ledger, uuid.UUID, int], bool]
MOVES: dict[str, LedgerMove] = {
    "bind": lambda ledger, job, n: ledger.bind(job, attempt=n, run_id="r9"),
    "start": lambda ledger, job, n: ledger.start(job, attempt=n, run_id="r9", now=LATER),
    "report": lambda ledger, job, n: ledger.report(job, attempt=n, stage="patching", progress=0.25),
    "deliver": lambda ledger, job, n: ledger.deliver(
        job, attempt=n, files=FILES, patches=PATCHES, title="Keel", style="Pad", made_with="pad_glass"
    ),
    "fail_soon": lambda ledger, job, n: ledger.fail_soon(job, attempt=n, code="refused", detail="too loud"),
    "succeed": lambda ledger, job, n: ledger.succeed(job, attempt=n, now=LATER),
    "fail": lambda ledger, job, n: ledger.fail(job, attempt=n, code="timeout", detail="too long", now=LATER),
    "cancel": lambda ledger, job, n: ledger.cancel(job, attempt=n, now=LATER),
    "retry": lambda ledger, job, n: ledger.retry(job, attempt=n, not_before=LATER),
}
ALLOWED = {
    # move: from which states while nobody wants it cancelled, and while somebody does
    "bind": ({"queued"}, {"queued"}),
    "start": ({"queued", "running"}, set()),
    "report": ({"running"}, set()),
    "deliver": ({"running"}, {"running"}),
    "fail_soon": ({"running"}, {"running"}),
    "succeed": ({"queued", "running"}, {"queued", "running"}),
    "fail": ({"queued", "running"}, {"queued", "running"}),
    "cancel": (set(), {"queued", "running"}),
    "retry": ({"queued", "running"}, set()),
}
WRITES: dict[str, dict[str, Any]] = {
    "bind": {"run_id": "r9"},
    "start": {"state": "running", "run_id": "r9", "started_at": LATER, "stage": "starting"},
    "report": {"stage": "patching", "progress": 0.25},
    "deliver": {"title": "Keel", "style": "Pad", "made_with": "pad_glass", "stage": "delivering", "progress": 0.98},
    "fail_soon": {"error_code": "refused", "error_detail": "too loud"},
    "succeed": {"state": "succeeded", "stage": "done", "progress": 1.0, "finished_at": LATER},
    "fail": {
        "state": "failed",
        "stage": "failed",
        "finished_at": LATER,
        "error_code": "timeout",
        "error_detail": "too long",
    },
    "cancel": {"state": "cancelled", "stage": "cancelled", "finished_at": LATER},
    "retry": {
        "state": "queued",
        "attempt": 3,
        "run_id": None,
        "not_before": LATER,
        "stage": "waiting",
        "progress": 0.0,
        "error_code": "",
        "error_detail": "",
    },
}
OLD, NEW, NONE = (["old.zip"], ["old"]), (["a.zip", "b.vital"], ["base"]), ([], [])
KEEPS = {"deliver": NEW, "fail": NONE, "cancel": NONE, "retry": NONE}
"""What is left of what was delivered before; of every other move, all of it."""


def job_in(ledger: Ledger, state: str, *, wish: bool = False, **other: Any) -> uuid.UUID:
    """At its second attempt, half way, with files of it delivered."""
    given = {"cancel_requested_at": NOW if wish else None, "attempt": 2, "stage": "rendering", "progress": 0.5}
    job = put_job(ledger, state=state, **given | other)
    put_files(ledger, job)
    return job


@pytest.mark.parametrize("wish", [False, True], ids=["", "wished-away"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_made_from_where_it_may_and_writes_what_it_says(
    ledger: Ledger, move: str, state: str, wish: bool
) -> None:
    job, other = job_in(ledger, state, wish=wish), job_in(ledger, state, wish=wish)
    before, others = row_of(ledger, job), row_of(ledger, other)
    allowed = state in ALLOWED[move][wish]
    assert MOVES[move](ledger, job, 2) is allowed
    after = row_of(ledger, job)
    assert after == before | (WRITES[move] if allowed else {})
    assert files_and_patches(ledger, job) == (KEEPS.get(move, OLD) if allowed else OLD)
    assert row_of(ledger, other) == others, "another job is none of its business"
    assert files_and_patches(ledger, other) == OLD


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("move", MOVES)
def test_whoever_speaks_of_another_attempt_changes_nothing(ledger: Ledger, move: str, number: int) -> None:
    for state in ("queued", "running"):
        job = job_in(ledger, state, wish=move == "cancel")
        before = row_of(ledger, job)
        assert MOVES[move](ledger, job, number) is False
        assert row_of(ledger, job) == before
        assert files_and_patches(ledger, job) == OLD


def test_a_run_is_bound_once(ledger: Ledger) -> None:
    job = job_in(ledger, "queued", run_id="r1")
    assert not ledger.bind(job, attempt=2, run_id="r9")
    assert row_of(ledger, job)["run_id"] == "r1"


def test_a_refused_job_does_not_succeed_whatever_it_delivered(ledger: Ledger) -> None:
    job = job_in(ledger, "running", error_code="refused", error_detail="too loud")
    assert not ledger.succeed(job, attempt=2, now=LATER)
    assert row_of(ledger, job)["state"] == "running"


def test_a_job_without_files_of_its_own_does_not_succeed(ledger: Ledger) -> None:
    job = put_job(ledger, state="running")
    put_files(ledger, put_job(ledger))
    assert not ledger.succeed(job, attempt=1, now=LATER)
    assert row_of(ledger, job)["state"] == "running"


def test_the_first_reason_stands(ledger: Ledger) -> None:
    job = job_in(ledger, "running", error_code="refused", error_detail="too loud")
    assert ledger.fail(job, attempt=2, code="timeout", detail="too long", now=LATER)
    row = row_of(ledger, job)
    assert (row["error_code"], row["error_detail"]) == ("refused", "too loud")


def test_delivered_files_are_what_was_handed_over_by_path(ledger: Ledger) -> None:
    job = put_job(ledger, state="running")
    assert ledger.deliver(job, attempt=1, files=FILES, patches=PATCHES)
    assert ledger.files(job) == (FILES[1], FILES[0])
    row = row_of(ledger, job)
    assert (row["title"], row["style"], row["made_with"]) == ("", "", "")
    with ledger.engine.connect() as connection:
        (patch,) = connection.execute(sa.select(patch_specs)).all()
    assert patch._mapping.items() >= {
        ("job_id", job), ("preset_id", "base"), ("title", "Keel"), ("sha256", "4" * 64)
    }  # fmt: skip
    assert patch.spec == {"a": 1}
    assert ledger.deliver(job, attempt=1, files=[FILES[0]])
    assert files_and_patches(ledger, job) == (["b.vital"], []), "those before it are gone, patches too"


def test_a_delivery_that_breaks_off_leaves_what_was_there(ledger: Ledger) -> None:
    job = job_in(ledger, "running")
    unstorable = MadePatch("base", "Keel", {"a": object()}, "4" * 64)
    with pytest.raises(sa.exc.StatementError):
        ledger.deliver(job, attempt=2, files=FILES, patches=[unstorable], title="Keel")
    assert files_and_patches(ledger, job) == OLD
    assert row_of(ledger, job)["title"] == ""


# -- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "waits"),
    [
        ({}, True),
        ({"not_before": NOW}, True),
        ({"not_before": NOW - timedelta(seconds=1)}, True),
        ({"not_before": NOW + timedelta(seconds=1)}, False),
        ({"run_id": "r1"}, False),
        ({"cancel_requested_at": NOW}, False),
        *(({"state": state}, False) for state in STATES[1:]),
    ],
    ids=str,
)
def test_which_jobs_wait_for_a_run(ledger: Ledger, about: dict[str, Any], waits: bool) -> None:
    job = put_job(ledger, **about)
    assert [row.id for row in ledger.waiting(now=NOW, limit=9)] == [job] * waits


def test_the_oldest_wait_first_and_so_many_are_told(ledger: Ledger) -> None:
    ids = [uuid.UUID(int=n) for n in (3, 1, 2, 4)]
    ages = (1, 2, 2, 0)
    for one, minutes in zip(ids, ages, strict=True):
        put_job(ledger, id=one, created_at=NOW - timedelta(minutes=minutes))
    assert [row.id.int for row in ledger.waiting(now=NOW, limit=9)] == [1, 2, 3, 4]
    assert [row.id.int for row in ledger.waiting(now=NOW, limit=3)] == [1, 2, 3]


def test_a_job_whose_partition_is_erased_waits_and_the_others_do_not(ledger: Ledger) -> None:
    held, free = put_job(ledger), put_job(ledger)
    partition = f"job-{held.hex}"
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(purges).values(partition_key=partition, blobs=[], requested_at=NOW))
        connection.execute(sa.insert(purges).values(partition_key="job-other", blobs=[], requested_at=NOW))
    assert [row.id for row in ledger.waiting(now=NOW, limit=9)] == [free]
    ledger.forgotten(partition)
    assert {row.id for row in ledger.waiting(now=NOW, limit=9)} == {free, held}
    with ledger.engine.connect() as connection:
        assert list(connection.execute(sa.select(purges.c.partition_key)).scalars()) == ["job-other"]


@pytest.mark.parametrize("run_id", ["r1", None])
@pytest.mark.parametrize("state", STATES)
def test_which_jobs_are_in_flight(ledger: Ledger, state: str, run_id: str | None) -> None:
    job = put_job(ledger, state=state, run_id=run_id)
    flies = run_id == "r1" and state in ("queued", "running")
    assert [row.id for row in ledger.in_flight()] == [job] * flies


def test_jobs_in_flight_are_told_oldest_first(ledger: Ledger) -> None:
    for n, minutes in ((3, 1), (1, 2), (2, 2)):
        put_job(ledger, id=uuid.UUID(int=n), run_id="r", created_at=NOW - timedelta(minutes=minutes))
    assert [row.id.int for row in ledger.in_flight()] == [1, 2, 3]


@pytest.mark.parametrize("wish", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_which_jobs_are_to_be_cancelled(ledger: Ledger, state: str, wish: bool) -> None:
    job = put_job(ledger, state=state, cancel_requested_at=NOW if wish else None)
    assert [row.id for row in ledger.to_cancel()] == [job] * (wish and state in ("queued", "running"))


def test_a_row_comes_back_as_it_is(ledger: Ledger) -> None:
    source = uuid.uuid4()
    told = {
        "user_id": 7,
        "partition_key": "job-x",
        "queue": "export",
        "state": "running",
        "attempt": 2,
        "run_id": "r1",
        "prompt": "glassy",
        "prompt_sha256": "6" * 64,
        "tags": ["a", "b"],
        "template_id": "pad_glass",
        "seed": 3,
        "variations": 4,
        "source_id": source,
        "export_format": "presets",
    }
    job = put_job(ledger, **told, cancel_requested_at=NOW)
    put_job(ledger)
    row = ledger.job(job)
    assert row is not None
    assert {name: getattr(row, name) for name in told} == told | {"tags": ("a", "b")}
    assert row.cancel_requested is True
    assert "glassy" not in repr(row)
    assert "'a'" not in repr(row)
    change_job(ledger, job, cancel_requested_at=None, tags=None)
    again = ledger.job(job)
    assert again is not None
    assert (again.cancel_requested, again.tags) == (False, ())
    assert ledger.job(uuid.uuid4()) is None


# -- signs of life -----------------------------------------------------------------------------------------------


def test_signs_of_life_are_kept_by_part_and_the_latest_only(ledger: Ledger) -> None:
    ledger.beat("sensor", now=NOW)
    ledger.beat("worker", now=NOW)
    ledger.beat("sensor", now=LATER)
    assert ledger.beats() == {"sensor": LATER, "worker": NOW}


def test_two_that_beat_for_the_first_time_at_once_are_one(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other's row appears between our look and our insert."""
    original = sa.update

    def nowhere(table: Any) -> Any:
        return original(table).where(sa.false()) if table is heartbeats else original(table)

    ledger.beat("sensor", now=NOW)
    monkeypatch.setattr(sa, "update", nowhere)
    ledger.beat("sensor", now=LATER)
    assert ledger.beats() == {"sensor": NOW}


@pytest.mark.parametrize(
    ("name", "said"), [("postgresql", ["SET LOCAL synchronous_commit TO off"]), ("sqlite", [])]
)
def test_only_what_may_be_lost_is_not_waited_for(name: str, said: list[str]) -> None:
    class RecordedConnection:
        dialect = postgresql.dialect() if name == "postgresql" else sqlite.dialect()

        def exec_driver_sql(self, statement: str) -> None:
            told.append(statement)

    told: list[str] = []
    _may_be_lost(RecordedConnection())  # type: ignore[arg-type]
    assert told == said


# -- pruning and erasure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("pruned", [False, True])
def test_which_jobs_are_to_be_pruned(ledger: Ledger, state: str, pruned: bool) -> None:
    job = put_job(ledger, state=state, finished_at=NOW, pruned_at=NOW if pruned else None)
    old = state in ("succeeded", "failed", "cancelled") and not pruned
    assert ledger.to_prune(keep=0, limit=9) == (EndedJob(job, f"job-{job.hex}"),) * old
    assert ledger.to_prune(keep=1, limit=9) == ()


def test_the_oldest_are_pruned_first_and_the_newest_kept(ledger: Ledger) -> None:
    third, first, second, newest = (
        put_job(ledger, state="failed", finished_at=NOW + timedelta(minutes=age)) for age in (3, 1, 2, 4)
    )
    assert [job.id for job in ledger.to_prune(keep=1, limit=9)] == [first, second, third]
    assert [job.id for job in ledger.to_prune(keep=1, limit=2)] == [first, second]
    assert [job.id for job in ledger.to_prune(keep=0, limit=9)] == [first, second, third, newest]


def test_what_was_pruned_is_marked_and_nothing_else(ledger: Ledger) -> None:
    jobs = [put_job(ledger, state="failed", finished_at=NOW) for _ in range(3)]
    ledger.pruned([], now=LATER)
    ledger.pruned(jobs[:2], now=LATER)
    assert [row_of(ledger, job)["pruned_at"] for job in jobs] == [LATER, LATER, None]


def test_another_job_of_the_partition_counts_until_it_is_pruned(ledger: Ledger) -> None:
    one = put_job(ledger, state="failed", partition_key="job-x")
    ended = EndedJob(one, "job-x")
    put_job(ledger, state="failed", partition_key="job-y")
    assert ledger.others_of_partition(ended) is False, "itself is no other"
    other = put_job(ledger, state="failed", partition_key="job-x")
    assert ledger.others_of_partition(ended) is True
    ledger.pruned([other], now=NOW)
    assert ledger.others_of_partition(ended) is False


def test_partitions_are_forgotten_once_their_files_are_erased_oldest_first(ledger: Ledger) -> None:
    def asked(name: str, minutes: int, erased: datetime | None) -> None:
        row = {"partition_key": name, "blobs": [], "files_erased_at": erased}
        with ledger.engine.begin() as connection:
            asked_at = NOW - timedelta(minutes=minutes)
            connection.execute(sa.insert(purges).values(row | {"requested_at": asked_at}))

    asked("a", 1, NOW), asked("b", 3, NOW), asked("c", 2, NOW), asked("d", 4, None)
    assert ledger.erased_partitions(limit=9) == ("b", "c", "a")
    assert ledger.erased_partitions(limit=2) == ("b", "c")


# -- the database ------------------------------------------------------------------------------------------------


def test_sqlite_waits_for_others_and_overwrites_what_is_deleted(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    asked = {"journal_mode": "wal", "synchronous": 1, "secure_delete": 1, "busy_timeout": 20_000}
    with engine.connect() as connection:
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked} == asked


def test_a_pool_of_postgresqls_connections_is_bounded_and_tried_before_use() -> None:
    pool: Any = engine_for("postgresql+psycopg://nobody@127.0.0.1:9/none").pool
    assert (pool.size(), pool._max_overflow, pool._pre_ping) == (4, 8, True)


def test_times_are_kept_in_utc_and_come_back_aware() -> None:
    vienna = datetime.fromisoformat("2026-11-24T13:00:00+01:00")
    lite, post = sqlite.dialect(), postgresql.dialect()
    kept = Utc().process_bind_param(vienna, lite)
    assert (kept, kept.tzinfo if kept else "") == (datetime(2026, 11, 24, 12), None)  # noqa: DTZ001
    assert Utc().process_bind_param(vienna, post) == NOW
    assert Utc().process_result_value(datetime(2026, 11, 24, 12), lite) == NOW  # noqa: DTZ001
    assert Utc().process_result_value(vienna, post) == vienna
    assert Utc().process_bind_param(None, lite) is None
    assert Utc().process_result_value(None, lite) is None


def test_an_attempt_begins_without_the_reason_that_the_one_before_noted(ledger: Ledger) -> None:
    job = job_in(ledger, "running", error_code="refused", error_detail="too loud")
    assert not ledger.succeed(job, attempt=2, now=LATER)
    assert ledger.retry(job, attempt=2, not_before=LATER)
    row = row_of(ledger, job)
    assert (row["error_code"], row["error_detail"]) == ("", "")
    put_files(ledger, job)
    assert ledger.succeed(job, attempt=3, now=LATER)
