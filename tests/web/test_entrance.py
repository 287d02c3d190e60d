"""Signing in, and how slow guessing is."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django.utils import timezone

from api.models import AuditEntry, User
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def _try(client: Client, password: str, *, name: str = "ada", address: str = "10.0.0.1", after: str = ""):
    return client.post("/sign-in", {"username": name, "password": password, "next": after}, REMOTE_ADDR=address)


def test_the_right_password_opens(client: Client, ada: User) -> None:
    response = _try(client, PASSWORD, after="/account")
    assert (response.status_code, response["Location"]) == (302, "/account")
    assert client.get("/account").status_code == 200
    assert AuditEntry.objects.filter(action="sign_in", actor_id=ada.pk).count() == 1


def test_nobody_is_led_to_another_server(client: Client, ada: User) -> None:
    assert _try(client, PASSWORD, after="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_doesnt(client: Client, ada: User) -> None:
    response = _try(client, "wrong")
    assert response.status_code == 422
    assert b"go together" in response.content


def test_a_name_that_is_unknown_gets_the_same_answer(client: Client, ada: User) -> None:
    known, unknown = _try(client, "wrong"), _try(client, "wrong", name="nobody")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert b"go together" in unknown.content


def _failures(count: int, *, name: str = "ada", address: str | None = "10.0.0.1") -> None:
    """Failed attempts, as the log keeps them."""
    subject = f"name:{sha256(name.encode()).hexdigest()[:32]}"
    entry = {"action": "sign_in.failed", "subject": subject, "remote_addr": address}
    for _ in range(count):
        AuditEntry.objects.create(**entry)


def test_a_failure_is_noted_as_these_tests_put_them() -> None:
    """Else the tests below would show nothing."""
    _try(Client(), "wrong")
    noted = AuditEntry.objects.get()
    _failures(1)
    told = AuditEntry.objects.exclude(pk=noted.pk).get()
    assert (noted.action, noted.subject, noted.remote_addr) == (told.action, told.subject, told.remote_addr)


def test_after_five_failures_even_the_right_password_waits(client: Client, ada: User) -> None:
    for _ in range(5):
        assert _try(client, "wrong").status_code == 422
    locked = _try(client, PASSWORD)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == 900
    assert b"Too many attempts. Wait 15 minutes" in locked.content
    assert _try(client, PASSWORD, address="10.0.0.2").status_code == 302  # its owner, from elsewhere


@pytest.mark.parametrize(
    ("failures", "opens"),
    [
        ([{"count": 4}], True),
        ([{"count": 5}], False),
        ([{"count": 29, "name": "bob"}], True),
        ([{"count": 30, "name": "bob"}], False),
        ([{"count": 4}, {"count": 25, "name": "bob"}], True),
        ([{"count": 4}, {"count": 26, "name": "bob"}], False),
        ([{"count": 49, "address": "10.0.1.1"}], True),
        ([{"count": 50, "address": "10.0.1.1"}], False),
        ([{"count": 3}, {"count": 46, "address": "10.0.1.1"}], True),
        ([{"count": 4}, {"count": 46, "address": "10.0.1.1"}], False),
        ([{"count": 49, "address": None}], True),
        ([{"count": 200, "name": "bob", "address": "10.0.1.1"}], True),
    ],
    ids=str,
)
def test_five_from_a_name_and_address_thirty_from_an_address_fifty_from_a_name(
    client: Client, ada: User, failures: list[dict[str, Any]], opens: bool
) -> None:
    for one in failures:
        _failures(**one)
    assert _try(client, PASSWORD).status_code == (302 if opens else 429)


def test_the_documents_tell_the_same_limits() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs"
    assert "Five for a name from one address, thirty from an address, fifty for a name,\n  in 15 minutes." in (
        docs / "decisions/page.md"
    ).read_text("utf-8")
    limits = "five failures for a name from one address, thirty from an address, fifty for a name;"
    assert f"in a quarter of an hour, {limits}" in (docs / "security.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("since", "opens"), [(timedelta(minutes=14, seconds=59), False), (timedelta(minutes=15), True)]
)
def test_the_lock_opens_after_a_quarter_of_an_hour(
    client: Client, ada: User, since: timedelta, opens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failures(5)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    AuditEntry.objects.update(at=now - since)
    assert _try(client, PASSWORD).status_code == (302 if opens else 429)


def test_other_acts_of_the_log_lock_nobody_out(client: Client, ada: User) -> None:
    _failures(200)
    AuditEntry.objects.update(action="sign_in")
    assert _try(client, PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["Ada", " ada ", "ADA"])
def test_a_name_is_one_name_however_it_is_written(client: Client, ada: User, name: str) -> None:
    for _ in range(5):
        _try(client, "wrong", name=name)
    assert _try(client, PASSWORD).status_code == 429


def test_many_names_from_one_address_are_one_attacker(client: Client, ada: User) -> None:
    for number in range(30):
        _failures(1, name=f"somebody-{number}")
    assert _try(client, PASSWORD).status_code == 429


def test_many_addresses_at_one_name_are_one_attacker(client: Client, ada: User) -> None:
    for number in range(50):
        _failures(1, address=f"10.0.1.{number}")
    assert _try(client, PASSWORD).status_code == 429


def test_whoever_comes_in_begins_anew(client: Client, ada: User) -> None:
    _failures(4)
    _failures(4, address="10.0.0.2")
    assert _try(client, PASSWORD).status_code == 302
    assert [one.remote_addr for one in AuditEntry.objects.filter(action="sign_in.failed")] == ["10.0.0.2"] * 4
    assert AuditEntry.objects.get(action="sign_in").remote_addr == "10.0.0.1"


def test_locked_out_attempts_dont_fill_the_log(client: Client, ada: User) -> None:
    for _ in range(7):
        _try(client, "wrong")
    assert AuditEntry.objects.filter(action="sign_in.failed").count() == 5


def test_a_locked_name_is_not_even_looked_up(rf: RequestFactory, ada: User) -> None:
    """Beside the form, wherever Django checks a password."""
    request = rf.post("/sign-in", REMOTE_ADDR="10.0.0.1")
    assert authenticate(request, username="ada", password=PASSWORD) == ada
    _failures(5)
    assert authenticate(request, username="ada", password=PASSWORD) is None
    assert authenticate(None, username="ada", password=PASSWORD) == ada, "nobody knows from where"


def test_the_log_holds_no_name(client: Client, ada: User) -> None:
    _try(client, "x", name="my-password-by-mistake")
    entry = AuditEntry.objects.get(action="sign_in.failed")
    assert "my-password" not in f"{entry.subject}{entry.detail}"


def test_the_admin_has_the_same_door(client: Client, ada: User) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/sign-in?next=")


def test_signing_out_takes_a_post(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


def test_changing_the_password_ends_other_sessions(ada: User) -> None:
    here, elsewhere = Client(), Client()
    for one in (here, elsewhere):
        one.force_login(ada)
    new = "shimmering-reese-11"
    wrong = here.post("/password", {"old_password": "no", "new_password1": new, "new_password2": new})
    assert wrong.status_code == 422
    right = here.post("/password", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert right.status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(new)


def test_nobody_can_sign_up(client: Client) -> None:
    assert all(client.get(path).status_code == 404 for path in ("/sign-up", "/register", "/accounts/signup"))
