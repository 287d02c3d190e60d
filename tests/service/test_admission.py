"""Which waiting jobs get a run, in which order, how many of whom, and what the run is told."""

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from assets.exports import EXPORTS
from assets.partitions import REQUEST_BATCHES
from assets.storage import Store, StoreError
from pipelines.on_demand.dispatch.admission import Admitted, admit
from schemas.request import Request
from service.ledger import Ledger
from service.settings import Settings
from tests.dagster_internals import create_run_for_test
from tests.service.ledgers import NOW, put_job, row_of

SETTINGS = Settings(user_concurrency=2, soft_time_limit_s=45, hard_time_limit_s=60.5)
EXPORT = {"queue": "export", "prompt": "", "export_format": "presets"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "storage")


@pytest.fixture
def admitted(ledger: Ledger, store: Store, instance: DagsterInstance):
    def ask(settings: Settings = SETTINGS) -> Admitted:
        return admit(ledger, instance, store, settings)

    return ask


def jobs_of(admitted: Admitted) -> list[str]:
    return [run.tags["synthcopilot/job"] for run in admitted.runs]


def test_nobody_waits(admitted) -> None:
    assert admitted() == Admitted([], [])


def test_a_run_is_told_of_its_job_in_ids_and_numbers(ledger: Ledger, store: Store, admitted) -> None:
    asked = {"prompt": "glassy pad", "tags": ["wide"], "seed": 3, "variations": 2, "template_id": "pad_glass"}
    job = put_job(ledger, user_id=7, attempt=2, prompt_sha256="a" * 64, **asked)
    (run,) = admitted().runs
    partition = f"job-{job.hex}"
    assert (run.run_key, run.job_name, run.partition_key) == (f"{job}:2", "make_presets", partition)
    assert run.run_config == {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    assert {name: value for name, value in run.tags.items() if not name.startswith("dagster/")} == {
        "synthcopilot/job": str(job),
        "synthcopilot/attempt": "2",
        "synthcopilot/user": "7",
        "synthcopilot/lane": "7/generate",
        "dagster-celery/queue": "generate",
        "synthcopilot/prompt-sha256": "a" * 64,
        "synthcopilot/soft-limit-s": "45",
        "synthcopilot/hard-limit-s": "60.5",
    }
    request = Request(prompt="glassy pad", tags=("wide",), seed=3, variations=2, template_id="pad_glass")
    assert store.batch(partition) == (request,)


@pytest.mark.parametrize(("planner", "model"), [("llm", "sounds-2"), ("rules", None)])
def test_a_request_says_who_reads_it(
    ledger: Ledger, store: Store, admitted, planner: str, model: str | None
) -> None:
    job = put_job(ledger, planner=planner, model=model)
    assert len(admitted().runs) == 1
    (request,) = store.batch(f"job-{job.hex}")
    assert (request.planner, request.model) == (planner, model)


def test_an_export_has_a_job_and_partitions_of_its_own_and_no_request(ledger: Ledger, store: Store, admitted):
    made, exported = put_job(ledger), put_job(ledger, **EXPORT)
    found = admitted()
    assert [(run.job_name, run.tags["synthcopilot/lane"]) for run in found.runs] == [
        (name, f"1/{queue}") for _, name, queue in sorted(
            [(made.int, "make_presets", "generate"), (exported.int, "export_presets", "export")]
        )
    ]  # fmt: skip
    assert {one.partitions_def_name: list(one.partition_keys) for one in found.partitions} == {
        str(REQUEST_BATCHES.name): [f"job-{made.hex}"],
        str(EXPORTS.name): [f"job-{exported.hex}"],
    }
    with pytest.raises(StoreError):
        store.batch(f"job-{exported.hex}")


def test_partitions_of_a_kind_that_nobody_asked_for_are_not_made(ledger: Ledger, admitted) -> None:
    job = put_job(ledger, **EXPORT)
    (only,) = admitted().partitions
    assert (only.partitions_def_name, only.partition_keys) == (str(EXPORTS.name), [f"job-{job.hex}"])


def test_what_cannot_be_a_request_ends_here_and_keeps_nobody_waiting(ledger: Ledger, admitted) -> None:
    bad = put_job(ledger, prompt="", variations=17, created_at=NOW - timedelta(hours=1))
    good = put_job(ledger)
    found = admitted()
    assert jobs_of(found) == [str(good)]
    assert [list(one.partition_keys) for one in found.partitions] == [[f"job-{good.hex}"]]
    row = row_of(ledger, bad)
    assert (row["state"], row["error_code"]) == ("failed", "bad_request")
    assert row["error_detail"] == "These fields of the request can't be used: prompt, variations."


def many(ledger: Ledger, count: int, **about: Any) -> list[str]:
    begin = about.pop("begin", 0)
    return [str(put_job(ledger, created_at=NOW + timedelta(seconds=begin + n), **about)) for n in range(count)]


@pytest.mark.parametrize(("concurrency", "ahead"), [(2, 10), (5, 13)])
def test_a_user_has_so_many_runs_at_once_and_eight_more_that_wait(
    ledger: Ledger, admitted, concurrency: int, ahead: int
) -> None:
    mine = many(ledger, ahead + 1)
    others = many(ledger, 1, user_id=2, begin=100)
    exports = many(ledger, 1, begin=200, **EXPORT)
    found = jobs_of(admitted(Settings(user_concurrency=concurrency)))
    assert found == [*mine[:ahead], *others, *exports], "the oldest first, and nobody at another's cost"


def test_what_a_user_has_in_flight_counts(ledger: Ledger, admitted) -> None:
    many(ledger, 4, run_id="r", state="running")
    many(ledger, 3, run_id="r")
    many(ledger, 3, run_id="r", **EXPORT)
    many(ledger, 2, run_id="r", user_id=2)
    many(ledger, 9, run_id="r", state="succeeded")
    waiting = many(ledger, 4, begin=10)
    assert jobs_of(admitted()) == waiting[:3], "seven of ten places are taken"


def test_a_queue_has_forty_places(ledger: Ledger, admitted) -> None:
    for user in range(4):
        many(ledger, 9, user_id=user, run_id="r")
    many(ledger, 2, user_id=9, run_id="r", **EXPORT)
    waiting = [many(ledger, 1, user_id=user, begin=user)[0] for user in range(10, 16)]
    exports = many(ledger, 1, user_id=10, begin=50, **EXPORT)
    assert jobs_of(admitted()) == [*waiting[:4], *exports]


def test_two_hundred_are_looked_at_so_that_one_user_s_do_not_hide_the_others(ledger: Ledger, admitted) -> None:
    mine = many(ledger, 199)
    seen, unseen = many(ledger, 2, user_id=2, begin=500)
    assert jobs_of(admitted()) == [*mine[:10], seen]
    assert unseen


def test_a_run_that_was_made_already_is_bound_and_not_made_again(
    ledger: Ledger, instance: DagsterInstance, admitted
) -> None:
    made, other, later = put_job(ledger, attempt=2), put_job(ledger), put_job(ledger, attempt=3)
    run = create_run_for_test(instance, job_name="make_presets", tags={"dagster/run_key": f"{made}:2"})
    create_run_for_test(instance, job_name="make_presets", tags={"dagster/run_key": f"{later}:2"})
    assert set(jobs_of(admitted())) == {str(other), str(later)}
    assert row_of(ledger, made)["run_id"] == run.run_id
    assert row_of(ledger, made)["state"] == "queued"
    assert row_of(ledger, later)["run_id"] is None, "that run was of the attempt before"
    assert row_of(ledger, other)["run_id"] is None, "Dagster has yet to make it"


def test_tags_hold_no_word(ledger: Ledger, admitted) -> None:
    put_job(ledger, prompt="zzyzxian pad", tags=["plinthcore"])
    said = json.dumps([dict(run.tags) for run in admitted().runs])
    assert "zzyzx" not in said
    assert "plinthcore" not in said
    assert uuid.UUID(json.loads(said)[0]["synthcopilot/job"])
