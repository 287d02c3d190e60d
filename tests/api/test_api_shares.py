"""Links: made by the owner, opened by anybody, closed for good; nothing of the owner or their words in them."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from api.models import AuditEntry, Job, ShareToken
from tests.api.making import body_of

PROMPT = "warm clean sub bass, no reverb, release 400ms"


@pytest.fixture
def token(ada: Any, done: str) -> str:
    made: str = ada.post(f"/jobs/{done}/shares", {}).json()["token"]
    return made


def test_a_token_is_told_once_and_kept_as_a_hash(ada: Any, done: str) -> None:
    answer = ada.post(f"/jobs/{done}/shares", {})
    assert answer.status_code == 201
    made = answer.json()
    assert len(made["token"]) == 22, "128 bits"
    assert made["page_url"].endswith(f"/s/{made['token']}")
    stored = ShareToken.objects.get()
    assert stored.token_sha256 == hashlib.sha256(made["token"].encode()).hexdigest()
    assert made["token"] not in json.dumps(ada.get(f"/jobs/{done}/shares").json())
    assert [one["id"] for one in ada.get("/shares").json()["results"]] == [made["id"]]
    assert answer["Location"] == f"/api/v1/shares/{made['id']}"
    actions = list(AuditEntry.objects.filter(subject=f"share:{made['id']}").values_list("action", flat=True))
    assert actions == ["share.create"]


def test_anybody_hears_the_presets_and_learns_neither_prompt_nor_user(
    ada: Any, nobody: Client, done: str, token: str
) -> None:
    answer = nobody.get(f"/api/v1/shared/{token}")
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["title"] == Job.objects.get().title
    assert PROMPT not in answer.content.decode()
    assert "ada" not in json.dumps(shown).lower().split()
    assert done not in answer.content.decode()
    assert "400ms" not in answer.content.decode()
    (preset,) = shown["presets"]
    assert [(one["told"], one["words"]) for one in preset["values"]] == [
        ("reverb mix 0 %", ""),
        ("release 400 ms", ""),
    ]
    for kind, start in (("flac", b"fLaC"), ("waveform", b"\x89PNG"), ("preset", b"{")):
        got = nobody.get(preset["files"][kind])
        assert got.status_code == 200
        assert body_of(got).startswith(start)
        assert PROMPT.encode() not in body_of(nobody.get(preset["files"][kind]))


def test_what_holds_the_prompt_is_not_shared(ada: Any, nobody: Client, done: str, token: str) -> None:
    for file in ada.get(f"/jobs/{done}").json()["files"]:
        answer = nobody.get(f"/api/v1/shared/{token}/files/{file['path']}")
        assert answer.status_code == (404 if file["kind"] in ("bundle", "meta", "page") else 200), file
        body_of(answer)


def test_sounds_and_pictures_are_shown_and_presets_saved(nobody: Client, token: str) -> None:
    (preset,) = nobody.get(f"/api/v1/shared/{token}").json()["presets"]
    for kind, how in (("flac", "inline"), ("waveform", "inline"), ("preset", "attachment")):
        answer = nobody.get(preset["files"][kind])
        assert answer["Content-Disposition"].partition(";")[0] == how
        body_of(answer)


@pytest.mark.parametrize("why", ["revoked", "expired", "job deleted", "job expired", "user not active", "wrong"])
def test_a_closed_link_is_as_one_that_never_was(ada: Any, nobody: Client, done: str, token: str, why: str) -> None:
    share = ShareToken.objects.get()
    before = datetime.now(UTC) - timedelta(seconds=1)
    match why:
        case "revoked":
            assert ada.delete(f"/shares/{share.pk}").status_code == 204
            assert ada.delete(f"/shares/{share.pk}").status_code == 204
        case "expired":
            ShareToken.objects.update(expires_at=before)
        case "job deleted":
            assert ada.delete(f"/jobs/{done}").status_code == 204
        case "job expired":
            Job.objects.update(expires_at=before)
        case "user not active":
            ada.user.is_active = False
            ada.user.save()
        case "wrong":
            token = "x" * 22
    for path in ("", "/files/meta/manifest.json"):
        answer = nobody.get(f"/api/v1/shared/{token}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_revoking_is_noted_once_and_shown(ada: Any, token: str) -> None:
    share = ShareToken.objects.get()
    ada.delete(f"/shares/{share.pk}")
    ada.delete(f"/shares/{share.pk}")
    assert ada.get("/shares").json()["results"][0]["revoked_at"]
    assert AuditEntry.objects.filter(action="share.revoke").count() == 1


def test_a_link_lasts_as_long_as_was_said(ada: Any, nobody: Client, done: str) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    made = ada.post(f"/jobs/{done}/shares", {"expires_at": until.isoformat()}).json()
    assert datetime.fromisoformat(made["expires_at"]) == until
    assert nobody.get(f"/api/v1/shared/{made['token']}").json()["expires_at"] == made["expires_at"]


@pytest.mark.parametrize("wrong", ["2001-01-01T00:00:00Z", "2099-01-01T00:00:00", "soon", 5])
def test_a_time_that_cant_be_is_refused(ada: Any, done: str, wrong: Any) -> None:
    answer = ada.post(f"/jobs/{done}/shares", {"expires_at": wrong})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/expires_at")


def test_only_a_finished_sound_is_shared(ada: Any, done: str) -> None:
    job_id = ada.post("/jobs", {"prompt": "pad"}).json()["id"]
    assert ada.post(f"/jobs/{job_id}/shares", {}).status_code == 409
    export = ada.post(f"/jobs/{done}/exports", {"format": "presets"}).json()["id"]
    assert ada.post(f"/jobs/{export}/shares", {}).status_code == 409


def test_my_data_is_all_that_is_kept_and_nobody_elses(ada: Any, eve: Any, done: str, token: str) -> None:
    eve.post("/jobs", {"prompt": "eve's own words"})
    answer = ada.get("/me/export")
    assert answer["Content-Disposition"] == 'attachment; filename="synthcopilot-my-data.json"'
    assert answer["Cache-Control"] == "no-store"
    text = body_of(answer).decode()
    told = json.loads(text)
    assert [(job["id"], job["prompt"]) for job in told["jobs"]] == [(done, PROMPT)]
    assert len(told["jobs"][0]["files"]) > 5
    assert [one["hint"] for one in told["shares"]] == [token[:4]]
    assert [one["prefix"] for one in told["api_keys"]] == [ada.key[:8]]
    assert {one["action"] for one in told["audit"]} >= {"job.create", "share.create", "me.export"}
    assert not any(secret in text for secret in (token, ada.key.partition(".")[2], "eve's own"))


def test_deleting_myself_deletes_all_of_it(ada: Any, eve: Any, nobody: Client, done: str, token: str) -> None:
    eve.post("/jobs", {"prompt": "pad"})
    answer = ada.delete("/me")
    assert answer.status_code == 200
    report = answer.json()
    assert report["complete"]
    assert report["left"] == {}
    assert report["rows"]["jobs"] == 1
    assert ada.get("/me").status_code == 401
    assert nobody.get(f"/api/v1/shared/{token}").status_code == 404
    assert Job.objects.count() == 1, "eve's"
    assert eve.get("/me").status_code == 200
