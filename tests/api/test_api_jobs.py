"""Jobs: asked for once, joined, found, stopped, deleted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.models import Artifact, AuditEntry, IdempotencyKey, Job
from api.store import store
from engine.bundle import Bundle
from service.keys import partition_key
from service.layout import blob_key
from service.ledger import Ledger

SOUND = {"prompt": "dark warm pad", "tags": ["slow"], "template_id": "warm_pad", "seed": 7, "variations": 1}
MADE = {"prompt": "warm clean sub bass, no reverb, release 400ms", "variations": 0}


def test_a_new_job_is_queued_as_the_worker_will_find_it(ada: Any, ledger: Ledger) -> None:
    answer = ada.post("/jobs", SOUND)
    assert answer.status_code == 201
    job = answer.json()
    assert answer["Location"] == job["links"]["self"] == f"/api/v1/jobs/{job['id']}"
    assert (job["state"], job["queue"], job["progress"], job["result"], job["files"]) == (
        "queued", "generate", 0.0, None, [],
    )  # fmt: skip
    assert {name: job[name] for name in SOUND} == SOUND
    (row,) = ledger.waiting(now=datetime.now(UTC), limit=9)
    assert (str(row.id), row.prompt, row.tags, row.seed) == (job["id"], "dark warm pad", ("slow",), 7)
    stored = Job.objects.get()
    assert stored.partition_key == partition_key(stored.job_key) == row.partition_key
    assert stored.prompt_sha256 not in ("", stored.prompt)


def test_the_same_again_joins_the_job_in_flight_whatever_the_order_of_tags(ada: Any, ledger: Ledger) -> None:
    first = ada.post("/jobs", {"prompt": "pad", "tags": ["a", "b"]})
    again = ada.post("/jobs", {"prompt": "pad", "tags": ["b", "a"], "seed": 0})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    ledger.start(UUID(first.json()["id"]), attempt=1, run_id="r", now=datetime.now(UTC))
    joined = ada.post("/jobs", {"prompt": "pad", "tags": ["a", "b"]})
    assert (joined.status_code, joined.json()["state"]) == (200, "running")


def test_a_finished_job_is_answered_at_once_with_what_it_made(ada: Any, done: str, bundle: Bundle) -> None:
    again = ada.post("/jobs", MADE)
    assert again.status_code == 200
    job = again.json()
    assert (job["id"], job["state"], job["stage"], job["progress"]) == (done, "succeeded", "done", 1.0)
    assert job["title"] == bundle.manifest.title
    (preset,) = job["result"]["presets"]
    made = bundle.manifest.presets[0].model_dump(mode="json")
    heard = made["measurements"]["overall"]
    told = ("id", "kind", "title", "preview_s")
    assert [preset[name] for name in told] == [made[name] for name in told]
    assert (preset["loudness_lufs"], preset["peak_dbfs"]) == (heard["loudness_lufs"], heard["peak_dbfs"])
    assert preset["files"] == {name: path for name, path in made["files"].items() if path is not None}
    assert preset["audio_url"] == f"/api/v1/jobs/{done}/presets/base/audio"
    words = [{name: one[name] for name in preset["words"][0]} for one in made["words"]]
    assert preset["words"] == words
    assert set(words[0]) == {"axis", "words", "asked", "neutral", "heard", "unit", "satisfied", "reason"}
    reverb, release = made["values"]
    assert (reverb["noun"], release["noun"]) == ("reverb_mix", "release")
    assert preset["values"] == [reverb | {"told": "reverb mix 0 %"}, release | {"told": "release 400 ms"}]
    macros = [one.model_dump(mode="json") for one in bundle.manifest.macros]
    shown = ("role_id", "label", "control", "default", "reason")
    assert job["result"]["macros"] == [{name: one[name] for name in shown} for one in macros]
    assert len(macros) == 8
    assert job["result"]["refused"] == []
    listed = {file["path"]: file["sha256"] for file in job["files"]}
    zipped = f"{bundle.folder_name}.zip"
    assert set(listed) == {*bundle.files, zipped}
    assert all(listed[file.path] == file.sha256 for file in bundle.manifest.files)
    assert listed[zipped] == bundle.sha256
    assert job["timings"]["total_s"] >= 0


def test_another_user_gets_a_job_of_their_own(ada: Any, eve: Any) -> None:
    assert ada.post("/jobs", SOUND).json()["id"] != eve.post("/jobs", SOUND).json()["id"]


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_after_a_failure_or_cancellation_the_same_is_a_new_job(ada: Any, ledger: Ledger, end: str) -> None:
    first = ada.post("/jobs", SOUND).json()["id"]
    if end == "failed":
        code = {"code": "refused", "detail": "too quiet"}
        assert ledger.fail(UUID(first), attempt=1, now=datetime.now(UTC), **code)
        told = ada.get(f"/jobs/{first}").json()
        assert told["error"] == {
            "type": "urn:synthcopilot:problem:job-refused", "title": "What was made did not pass the gates",
            "code": "refused", "detail": "too quiet",
        }  # fmt: skip
    else:
        assert ada.post(f"/jobs/{first}/cancel").json()["state"] == "cancelled"
    again = ada.post("/jobs", SOUND)
    assert again.status_code == 201
    assert again.json()["id"] != first


def test_a_running_job_is_asked_to_end_and_the_same_waits_for_that(ada: Any, ledger: Ledger) -> None:
    job_id = ada.post("/jobs", SOUND).json()["id"]
    ledger.start(UUID(job_id), attempt=1, run_id="r", now=datetime.now(UTC))
    told = ada.post(f"/jobs/{job_id}/cancel").json()
    assert told["state"] == "running"
    assert told["cancel_requested_at"]
    again = ada.post(f"/jobs/{job_id}/cancel")
    assert (again.status_code, again.json()) == (200, told)
    assert AuditEntry.objects.filter(action="job.cancel").count() == 1
    assert not ledger.report(UUID(job_id), attempt=1, stage="renders", progress=0.5), "a worker sees it"
    refused = ada.post("/jobs", SOUND)
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (409, "wrong-state", "1")
    ledger.cancel(UUID(job_id), attempt=1, now=datetime.now(UTC))
    assert ada.post("/jobs", SOUND).status_code == 201


def test_cancelling_what_has_ended_changes_nothing(ada: Any, done: str) -> None:
    before = ada.get(f"/jobs/{done}").json()
    answer = ada.post(f"/jobs/{done}/cancel")
    assert (answer.status_code, answer.json()) == (200, before)
    assert not AuditEntry.objects.filter(action="job.cancel").exists()


def test_an_idempotency_key_stands_for_one_request(ada: Any, eve: Any) -> None:
    first = ada.post("/jobs", SOUND, **{"Idempotency-Key": "order-1"})
    ada.post(f"/jobs/{first.json()['id']}/cancel")
    again = ada.post("/jobs", SOUND, **{"Idempotency-Key": "order-1"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"]), "not made anew"
    other = ada.post("/jobs", {**SOUND, "seed": 8}, **{"Idempotency-Key": "order-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert other.json()["errors"][0]["header"] == "Idempotency-Key"
    assert eve.post("/jobs", SOUND, **{"Idempotency-Key": "order-1"}).status_code == 201
    assert IdempotencyKey.objects.count() == 2
    for wrong in ("", "x" * 256, "a b"):
        assert ada.post("/jobs", SOUND, **{"Idempotency-Key": wrong}).status_code == 422


def test_the_list_goes_on_where_the_page_before_ended(ada: Any, eve: Any) -> None:
    eve.post("/jobs", SOUND)
    made = []
    for seed in range(5):
        job_id = ada.post("/jobs", {"prompt": "pad", "seed": seed}).json()["id"]
        made.insert(0, job_id)
        ada.post(f"/jobs/{job_id}/cancel")
    Job.objects.filter(pk__in=made[1:4]).update(created_at=datetime.now(UTC))  # equal times must not hide any
    seen, path = [], "/jobs?limit=2"
    while path:
        page = ada.get(path).json()
        assert len(page["results"]) <= 2
        seen += [job["id"] for job in page["results"]]
        path = (page["next"] or "").removeprefix("/api/v1")
    assert sorted(seen) == sorted(made)
    assert ada.get("/jobs?state=queued").json()["results"] == []
    assert len(ada.get("/jobs?state=cancelled&queue=generate").json()["results"]) == 5
    assert ada.get("/jobs?queue=export").json()["results"] == []


@pytest.mark.parametrize("query", ["state=done", "limit=0", "limit=101", "limit=x", "cursor=a b", "colour=red"])
def test_a_wrong_parameter_is_named(ada: Any, query: str) -> None:
    answer = ada.get(f"/jobs?{query}")
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("cursor", ["zzz", "MjAyNi0wMS0wMQ", "A" * 200])
def test_a_cursor_of_nowhere_is_not_found(ada: Any, cursor: str) -> None:
    assert ada.get(f"/jobs?cursor={cursor}").status_code == 404


def test_deleting_takes_files_links_and_exports_along(ada: Any, done: str, finish: Callable[[str], None]) -> None:
    export = ada.post(f"/jobs/{done}/exports", {"format": "presets"}).json()
    assert ada.delete(f"/jobs/{done}").status_code == 409, "an export is in flight"
    finish(export["id"])
    hashes = list(Artifact.objects.values_list("sha256", flat=True))
    assert ada.delete(f"/jobs/{done}").status_code == 204
    assert not Job.objects.exists()
    assert not any(store().exists(blob_key(one)) for one in hashes)
    assert ada.get(f"/jobs/{done}").status_code == 404
    assert ada.delete(f"/jobs/{done}").status_code == 404
    assert AuditEntry.objects.filter(action="job.delete", subject=f"job:{done}").count() == 1


def test_files_that_another_job_has_too_stay(ada: Any, eve: Any, done: str, finish: Callable[[str], None]) -> None:
    theirs = eve.post("/jobs", MADE).json()["id"]
    finish(theirs)
    assert ada.delete(f"/jobs/{done}").status_code == 204
    assert eve.get(f"/jobs/{theirs}/bundle").status_code == 200


def test_a_job_in_flight_is_cancelled_before_it_is_deleted(ada: Any) -> None:
    job_id = ada.post("/jobs", SOUND).json()["id"]
    answer = ada.delete(f"/jobs/{job_id}")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "the job, or an export of it, is in flight; cancel it first",
    )
    ada.post(f"/jobs/{job_id}/cancel")
    assert ada.delete(f"/jobs/{job_id}").status_code == 204


def test_what_has_expired_is_made_anew(ada: Any, done: str) -> None:
    Job.objects.filter(pk=done).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = ada.get(f"/jobs/{done}/bundle")
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert ada.post(f"/jobs/{done}/exports", {"format": "presets"}).status_code == 410
    again = ada.post("/jobs", MADE)
    assert again.status_code == 201
    assert ada.get(f"/jobs/{done}").status_code == 404


def test_an_erased_prompt_is_null(ada: Any, done: str) -> None:
    Job.objects.filter(pk=done).update(prompt="", prompt_erased_at=datetime.now(UTC))
    assert ada.get(f"/jobs/{done}").json()["prompt"] is None


def test_an_export_is_a_job_of_its_own(ada: Any, done: str, finish: Callable[[str], None]) -> None:
    answer = ada.post(f"/jobs/{done}/exports", {"format": "vitalbank"})
    assert answer.status_code == 201
    export = answer.json()
    assert (export["queue"], export["source_id"], export["export_format"], export["prompt"]) == (
        "export", done, "vitalbank", None,
    )  # fmt: skip
    assert ada.post(f"/jobs/{done}/exports", {"format": "vitalbank"}).json()["id"] == export["id"]
    assert ada.post(f"/jobs/{done}/exports", {"format": "presets"}).status_code == 201
    finish(export["id"])
    packed = ada.get(f"/jobs/{export['id']}/bundle")
    assert b"".join(packed.streaming_content) == b"PK-exported"
    assert ada.post(f"/jobs/{export['id']}/exports", {"format": "presets"}).status_code == 409
    assert ada.post(f"/jobs/{done}/exports", {"format": "mp3"}).status_code == 422


def test_only_what_has_succeeded_is_exported(ada: Any) -> None:
    job_id = ada.post("/jobs", SOUND).json()["id"]
    answer = ada.post(f"/jobs/{job_id}/exports", {"format": "presets"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
