"""Whatever goes wrong is a problem document that says what, where, and nothing of the inside."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from api.models import Job
from engine.catalog import catalog
from engine.stages import plan_stage
from schemas.request import Request

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
JOB = "/jobs/6b0d2b4a-6f6c-4f5e-9d55-0c8f43f7c001"


def _is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["type"] == f"urn:synthcopilot:problem:{told['code']}"
    assert told["title"] == HTTPStatus(status).phrase
    assert told["detail"]
    assert told["instance"] == answer.wsgi_request.path
    return told


WRONG_FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "/prompt", "must be given"),
    ({"prompt": ""}, "/prompt", "must not be empty"),
    ({"prompt": " \n\t "}, "/prompt", "other than space"),
    ({"prompt": "x" * 2001}, "/prompt", "at most 2,000 characters"),
    ({"prompt": "a\0b"}, "/prompt", "no control"),
    ({"prompt": "a\x1bb"}, "/prompt", "no control"),
    ({"prompt": "a\u202eb"}, "/prompt", "direction"),
    ({"prompt": 808}, "/prompt", "must be text"),
    ({"prompt": None}, "/prompt", "must be text"),
    ({"prompt": ["pad"]}, "/prompt", "must be text"),
    ({"prompt": "pad", "seed": -1}, "/seed", "must be at least 0"),
    ({"prompt": "pad", "seed": 2**32}, "/seed", "must be at most"),
    ({"prompt": "pad", "seed": 1.5}, "/seed", "must be a whole number"),
    ({"prompt": "pad", "seed": "1"}, "/seed", "must be a whole number"),
    ({"prompt": "pad", "seed": True}, "/seed", "must be a whole number"),
    ({"prompt": "pad", "variations": 17}, "/variations", "must be at most 16"),
    ({"prompt": "pad", "variations": -1}, "/variations", "must be at least 0"),
    ({"prompt": "pad", "tags": "dub"}, "/tags", "must be a list"),
    ({"prompt": "pad", "tags": ["x" * 41]}, "/tags/0", "at most 40"),
    ({"prompt": "pad", "tags": ["ok", "a\0"]}, "/tags/1", "no control"),
    ({"prompt": "pad", "tags": ["x"] * 17}, "/tags", "at most 16"),
    ({"prompt": "pad", "template_id": "no_such"}, "/template_id", "no such template"),
    ({"prompt": "pad", "template_id": "../../etc"}, "/template_id", "no such template"),
    ({"prompt": "pad", "colour": "red"}, "/colour", "no such field"),
    ({"prompt": "pad", "mp3": True}, "/mp3", "no such field"),
]


@pytest.mark.parametrize(("body", "pointer", "words"), WRONG_FIELDS)
def test_a_wrong_field_is_named(ada: Any, body: dict[str, Any], pointer: str, words: str) -> None:
    told = _is_problem(ada.post("/jobs", body), 422)
    assert told["code"] == "invalid-input"
    assert [one["pointer"] for one in told["errors"]] == [pointer]
    assert words in told["errors"][0]["detail"]
    assert not Job.objects.exists()


def test_each_of_several_wrong_fields_is_named(ada: Any) -> None:
    told = _is_problem(ada.post("/jobs", {"prompt": "", "seed": -1, "tags": [""], "nope": 1}), 422)
    assert {one["pointer"] for one in told["errors"]} == {"/prompt", "/seed", "/tags/0", "/nope"}


NO_OBJECTS: list[tuple[bytes, int, str]] = [
    (b"", 422, "/prompt: must be given"),
    (b"[]", 422, "should be an object"),
    (b"null", 422, "should be an object"),
    (b'"pad"', 422, "should be an object"),
    (b"7", 422, "should be an object"),
    (b'{"prompt":' * 200 + b"1" + b"}" * 200, 422, "/prompt: must be text"),
    (b'{"prompt":' * 1000 + b"1" + b"}" * 1000, 422, "nested too deeply"),
    (b"{", 400, "not JSON"),
    (b"\xff\xfe", 400, "not JSON"),
    (b'{"prompt": "\\ud800"}', 400, "not JSON"),
    (b'{"prompt": NaN}', 400, "not JSON"),
    (b"{'a': 1}", 400, "not JSON"),
    (b"[" * 100_000, 400, "not JSON"),
]


@pytest.mark.parametrize(("body", "status", "words"), NO_OBJECTS)
def test_what_is_no_json_object_is_refused(ada: Any, body: bytes, status: int, words: str) -> None:
    told = _is_problem(ada.client.post("/api/v1/jobs", body, content_type="application/json"), status)
    assert told["code"] == {400: "malformed", 422: "invalid-input"}[status]
    assert words in told["detail"]


def test_the_guides_problem_is_what_is_answered(ada: Any) -> None:
    shown = GUIDE.split("## Problems")[1].split("```json\n")[1].split("```")[0]
    assert ada.post("/jobs", {"prompt": "pad", "seed": -1}).json() == json.loads(shown)


def test_whole_numbers_may_be_written_with_a_point(ada: Any) -> None:
    answer = ada.client.post(
        "/api/v1/jobs", b'{"prompt": "pad", "seed": 7.0, "variations": 1.0}', content_type="application/json"
    )
    assert (answer.status_code, answer.json()["seed"]) == (201, 7)


WORDS = [
    "мягкий пэд", "柔らかい", "🎹 keys", "'; DROP TABLE jobs; --", "<script>alert(1)</script>", "{{7*7}}", "%s",
    "../../etc/passwd", "x" * 2000, "a\u200db", "pad\nslow\ttape",
]  # fmt: skip


@pytest.mark.parametrize("prompt", WORDS)
def test_any_words_are_taken_as_words(ada: Any, prompt: str) -> None:
    answer = ada.post("/jobs", {"prompt": prompt})
    assert (answer.status_code, answer.json()["prompt"]) == (201, prompt)


def test_another_type_than_json_is_415(ada: Any) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"):
        told = _is_problem(ada.client.post("/api/v1/jobs", "prompt=pad", content_type=kind), 415)
        assert told["code"] == "unsupported-media-type"


def test_an_answer_in_another_type_is_406(ada: Any) -> None:
    _is_problem(ada.get("/jobs", Accept="text/html"), 406)
    _is_problem(ada.client.post("/api/v1/jobs", {"prompt": "pad"}, content_type="application/json",
                                headers={"Accept": "application/xml"}), 406)  # fmt: skip
    assert not Job.objects.exists(), "and nothing was done"


@pytest.mark.parametrize("method", ["put", "patch", "options", "trace", "delete"])
def test_another_method_is_405_and_says_which_there_are(ada: Any, method: str) -> None:
    answer = getattr(ada.client, method)("/api/v1/jobs")
    _is_problem(answer, 405)
    assert answer["Allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/jobs", "/api/v1/jobs/", "/api/v1/jobs/7",
             "/api/v1/nope", "/api/v1/jobs/../../admin", "/api/v1/%00"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_no_address_is_404_by_any_method(ada: Any, path: str, method: str) -> None:
    assert _is_problem(getattr(ada.client, method)(path), 404)["code"] == "not-found"


@pytest.mark.parametrize("path", ["/api/v1/templates/no_such", "/api/v1/shared/xyz", f"/api/v1{JOB}"])
def test_what_is_not_there_is_404(ada: Any, path: str) -> None:
    assert _is_problem(ada.client.get(path), 404)["code"] == "not-found"
    assert _is_problem(ada.client.post(path), 405)["code"] == "method-not-allowed"


def test_pages_outside_of_the_api_keep_their_own_404(nobody: Client) -> None:
    answer = nobody.get("/no-such-page")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_a_host_that_is_not_ours_is_a_problem_too(ada: Any) -> None:
    _is_problem(ada.get("/jobs", Host="evil.example"), 400)


def test_an_accident_tells_nothing_of_the_inside(ada: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("api.v1.jobs.jobs_of", broken)
    answer = ada.get("/jobs")
    assert _is_problem(answer, 500)["code"] == "internal-error"
    assert b"secret" not in answer.content
    assert "secret inside" in caplog.text, "but it is logged"


def test_a_database_that_is_away_is_503_with_a_time_to_come_again(
    ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused to 10.0.0.7")

    monkeypatch.setattr("api.v1.jobs.jobs_of", away)
    answer = ada.get("/jobs")
    assert _is_problem(answer, 503)["code"] == "unavailable"
    assert answer["Retry-After"] == "2"
    assert b"10.0.0.7" not in answer.content


def test_every_answer_forbids_caches_on_the_way(ada: Any, nobody: Client) -> None:
    for answer in (ada.get("/jobs"), ada.get(JOB), nobody.get("/api/v1/jobs")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_explain_offers_what_was_meant_and_refuses_what_was_not_understood(ada: Any) -> None:
    told = ada.post("/explain", {"prompt": "brite pluk with bras"}).json()
    assert told["did_you_mean"] == {"brite": "bright", "pluk": "pluck", "bras": "brass"}
    refused = ada.post("/explain", {"prompt": "แพดอบอุ่น"})
    assert refused.status_code == 422
    assert "This was not understood; it looks like Thai." in refused.json()["detail"]
    assert ada.post("/explain", {"prompt": "基础低音"}).json()["intent"]["language"] == "zh"


def test_explain_tells_what_words_give_and_makes_no_job(ada: Any) -> None:
    told = ada.post("/explain", {"prompt": "very dark pad zzyzx, no reverb"}).json()
    assert told["style"] == "Pad"
    assert told["unused"] == ["zzyzx"]
    assert {row["text"]: row["used"] for row in told["words"]}["zzyzx"] is False
    assert told["intent"]["features"]["reverb"] == "banned"
    assert not Job.objects.exists()
    _is_problem(ada.post("/explain", {"prompt": "pad", "variations": 1}), 422)


def test_explain_goes_by_seed_tags_and_template_as_a_job_would(ada: Any) -> None:
    titles = [plan_stage(Request(prompt="a kick", seed=seed)).title for seed in (0, 2)]
    told = [ada.post("/explain", {"prompt": "a kick", "seed": seed}).json()["title"] for seed in (0, 2)]
    assert told == titles
    assert len(set(told)) == 2
    other = ada.post("/explain", {"prompt": "a kick", "tags": ["cinematic"], "template_id": "clap"}).json()
    assert (other["intent"]["tags"], other["template_id"]) == (["cinematic"], "clap")


def test_explain_lists_what_is_set(ada: Any) -> None:
    told = ada.post("/explain", {"prompt": "dark pad, attack 10ms, volume -3 dB"}).json()
    assert told["values"] == [
        {"noun": "attack", "name": "attack", "value": 0.01, "unit": "s", "told": "10 ms", "source": "prompt",
         "start": 10, "end": 21, "text": "attack 10ms"}
    ]  # fmt: skip
    assert [note for note in told["notes"] if "is not set" in note] == [
        '"volume -3 dB" is not set: every preset is levelled to its style\'s loudness.'
    ]


def test_templates_are_listed_and_shown(ada: Any) -> None:
    listed = ada.get("/templates").json()["results"]
    assert len(listed) >= 24
    assert ada.get(f"/templates/{listed[0]['id']}").json() == listed[0]
    assert [one["id"] for one in listed] == sorted(catalog())
    assert all(one["allowed"] for one in listed), "a plan without a list has all"
    told, pad = next(one for one in listed if one["id"] == "warm_pad"), catalog()["warm_pad"]
    for name in ("name", "category", "version", "description"):
        assert told[name] == getattr(pad, name)
    assert told["subtypes"] == list(pad.subtypes)
    notes = (told["lowest_note"], told["highest_note"], told["best_note"])
    assert notes == (pad.compass.low, pad.compass.high, pad.compass.center)
    assert [(one["role_id"], one["label"], one["default"]) for one in told["roles"]] == [
        (one.role_id, one.label, one.default) for one in pad.roles
    ]
    assert {one["role_id"] for one in told["roles"] if one["on_a_macro"]} == set(pad.macros)
    assert (len(told["roles"]), len(pad.macros)) == (8, 4)
