"""Signing in, and how slow guessing is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from api.models import AuditEntry, User
from api.web import throttle
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
    assert known.status_code == unknown.status_code
    assert b"go together" in unknown.content


def test_after_five_failures_even_the_right_password_waits(client: Client, ada: User) -> None:
    for _ in range(throttle.PER_NAME_AND_ADDRESS):
        assert _try(client, "wrong").status_code == 422
    locked = _try(client, PASSWORD)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == 900
    assert b"Too many attempts" in locked.content
    assert _try(client, PASSWORD, address="10.0.0.2").status_code == 302  # its owner, from elsewhere


def test_the_lock_opens_after_a_while(client: Client, ada: User) -> None:
    for _ in range(throttle.PER_NAME_AND_ADDRESS):
        _try(client, "wrong")
    AuditEntry.objects.update(at=timezone.now() - throttle.WINDOW - timedelta(seconds=1))
    assert _try(client, PASSWORD).status_code == 302


def test_many_names_from_one_address_are_one_attacker(client: Client, ada: User) -> None:
    for number in range(throttle.PER_ADDRESS):
        _try(client, "wrong", name=f"somebody-{number}")
    assert _try(client, PASSWORD).status_code == 429


def test_many_addresses_at_one_name_are_one_attacker(client: Client, ada: User) -> None:
    for number in range(throttle.PER_NAME):
        _try(client, "wrong", address=f"10.0.1.{number}")
    assert _try(client, PASSWORD).status_code == 429


def test_locked_out_attempts_dont_fill_the_log(client: Client, ada: User) -> None:
    for _ in range(3 * throttle.PER_NAME_AND_ADDRESS):
        _try(client, "wrong")
    assert AuditEntry.objects.filter(action=throttle.FAILED).count() == throttle.PER_NAME_AND_ADDRESS


def test_the_log_holds_no_name(client: Client, ada: User) -> None:
    _try(client, "x", name="my-password-by-mistake")
    entry = AuditEntry.objects.get(action=throttle.FAILED)
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
