"""Who gets in: keys, sessions; and who doesn't, with a status that says why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from api.models import ApiKey
from api.services.keys import create_api_key, revoke_api_key

OPEN_TO_ALL = ("/api/v1/schema", "/api/v1/docs")


def _refused(client: Client, key: str) -> Any:
    return client.get("/api/v1/jobs", headers={"Authorization": f"Api-Key {key}"})


def test_a_key_is_kept_as_a_hash_only(ada: Any) -> None:
    stored = ApiKey.objects.get()
    secret = ada.key.partition(".")[2]
    assert secret not in f"{stored.id}{stored.hashed_key}{stored.prefix}"
    assert stored.prefix == ada.key[:8]


def test_using_a_key_is_noted(ada: Any) -> None:
    assert ApiKey.objects.get().last_used_at is None
    assert ada.get("/me").status_code == 200
    first = ApiKey.objects.get().last_used_at
    assert ada.get("/me").status_code == 200
    assert ApiKey.objects.get().last_used_at == first, "to the minute, not by every request"


@pytest.mark.parametrize(
    "why", ["revoked", "expired", "user not active", "other secret", "nonsense", "NUL", "empty"]
)
def test_a_key_that_does_not_open_anything(ada: Any, nobody: Client, why: str) -> None:
    key = ada.key
    stored = ApiKey.objects.get()
    if why == "revoked":
        revoke_api_key(key=stored)
    elif why == "expired":
        _, key = create_api_key(user=ada.user, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    elif why == "user not active":
        ada.user.is_active = False
        ada.user.save()
    else:
        other = {"other secret": f"{key[:9]}{'x' * 32}", "nonsense": "a.b", "NUL": "a\0b", "empty": ""}
        key = other[why]
    answer = _refused(nobody, key)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Api-Key realm="synthcopilot"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not-authenticated"


def test_without_credentials_it_is_401_and_names_the_scheme(nobody: Client) -> None:
    for answer in (nobody.get("/api/v1/jobs"), nobody.get("/api/v1/jobs", headers={"Authorization": "Bearer x"})):
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Api-Key realm="synthcopilot"')


def test_a_session_reads_and_writes_with_the_csrf_token_only(ada: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(username="ada", password="correct horse 7")
    assert browser.get("/api/v1/me").json()["username"] == "ada"
    body = {"prompt": "pad"}
    refused = browser.post("/api/v1/jobs", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "CSRF" in refused.json()["detail"]
    browser.cookies["csrftoken"] = token = "a" * 32
    allowed = browser.post("/api/v1/jobs", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert allowed.status_code == 201


def test_a_key_needs_no_csrf_token(ada: Any) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Api-Key {ada.key}"})
    assert client.post("/api/v1/jobs", {"prompt": "pad"}, content_type="application/json").status_code == 201


def test_a_wrong_key_is_not_helped_by_a_session(ada: Any) -> None:
    browser = Client()
    browser.login(username="ada", password="correct horse 7")
    assert _refused(browser, "a.b").status_code == 401


def test_a_key_is_no_way_into_the_admin(ada: Any) -> None:
    assert ada.client.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_schema_and_docs_are_open_to_all_and_load_nothing_from_elsewhere(nobody: Client, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 200
    if path.endswith("docs"):
        page = answer.content.decode()
        assert "/static/drf_spectacular_sidecar/" in page
        assert "https://" not in page
