"""What somebody may use, their keys, and the end of their account."""

import orjson
import pytest
from django.test import Client

from api.models import ApiKey, Artifact, AuditEntry, Job, ShareToken, User
from api.selectors.keys import usable_key
from api.services.keys import create_api_key
from api.services.shares import create_share
from api.store import store
from service.layout import blob_key
from tests.web.conftest import PASSWORD, ClientOf

pytestmark = pytest.mark.django_db(transaction=True)
SURE = {"username": "ada", "password": PASSWORD}


def test_usage_is_counted(of: ClientOf, ada: User, finished: Job, running: Job) -> None:
    text = of(ada).get("/account").content.decode()
    assert "2 of 200" in text
    assert "1 of 4" in text


@pytest.mark.parametrize("name", ["", "   ", "n" * 51])
def test_a_key_needs_a_name(of: ClientOf, ada: User, name: str) -> None:
    response = of(ada).post("/account/keys", {"name": name})
    assert response.status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_works_until_it_is_revoked(of: ClientOf, ada: User) -> None:
    client = of(ada)
    text = client.post("/account/keys", {"name": "plugin"}).content.decode()
    key = text.split('id="new-key"')[1].split('value="')[1].split('"')[0]
    assert Client().get("/api/v1/me", headers={"Authorization": f"Api-Key {key}"}).status_code == 200
    client.post(f"/account/keys/{usable_key(key).prefix}/revoke")
    assert Client().get("/api/v1/me", headers={"Authorization": f"Api-Key {key}"}).status_code == 401
    assert set(AuditEntry.objects.filter(actor_id=ada.pk).values_list("action", flat=True)) >= {
        "apikey.create",
        "apikey.revoke",
    }


def test_the_export_holds_the_words(of: ClientOf, ada: User, finished: Job) -> None:
    client = of(ada)
    address = client.get("/account").content.decode().split('href="/api/v1/me/export')
    assert len(address) == 2
    response = client.get("/api/v1/me/export")
    data = orjson.loads(b"".join(response) if response.streaming else response.content)
    assert [job["prompt"] for job in data["jobs"]] == [finished.prompt]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("username", "eve", "not the name"), ("password", "wrong", "not the password"), ("username", "", "required")],
)
def test_nobody_is_deleted_by_mistake(
    of: ClientOf, ada: User, finished: Job, field: str, value: str, words: str
) -> None:
    response = of(ada).post("/account/delete", {**SURE, field: value})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Job.objects.filter(user=ada).exists()


def test_deleting_an_account_leaves_nothing_and_proves_it(
    of: ClientOf, ada: User, eve: User, finished: Job
) -> None:
    create_api_key(user=ada, name="one", actor=ada)
    create_share(user=ada, job=finished)
    hashes = list(Artifact.objects.values_list("sha256", flat=True))
    here, elsewhere = of(ada), of(ada)
    response = here.post("/account/delete", SURE)
    text = response.content.decode()
    assert "All gone" in text
    assert finished.prompt not in text
    assert list(User.objects.all()) == [eve]
    assert not any(model.objects.exists() for model in (Job, Artifact, ApiKey, ShareToken))
    assert not any(store().exists(blob_key(one)) for one in hashes)
    for client in (here, elsewhere):
        assert client.get("/account").status_code == 302
    entry = AuditEntry.objects.get(action="erase.user")
    assert entry.detail["complete"] is True
    assert entry.detail["left"] == {}


def test_deleting_with_a_job_at_work_locks_out_and_says_so(
    of: ClientOf, ada: User, running: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.services import privacy

    monkeypatch.setitem(privacy.erase_user.__kwdefaults__, "wait_s", 0.2)
    client = of(ada)
    assert "Nearly gone" in client.post("/account/delete", SURE).content.decode()
    running.refresh_from_db()
    ada.refresh_from_db()
    assert running.cancel_requested_at is not None
    assert not ada.is_active
    assert client.get("/account").status_code == 302
