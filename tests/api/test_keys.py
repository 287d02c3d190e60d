"""API keys at their edges: the last moment that one opens, how often its use is noted, what is kept of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.models import ApiKey, AuditEntry, User
from api.selectors.keys import keys_of, usable_key
from api.services.keys import create_api_key, note_use, revoke_api_key
from tests.api.making import MOMENT, NOW, Clock


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada")


def test_a_key_opens_until_its_time_is_over(user: User, clock: Clock) -> None:
    made, text = create_api_key(user=user, expires_at=NOW)
    clock(NOW)
    assert usable_key(text) == made
    clock(NOW + MOMENT)
    assert usable_key(text) is None


def test_a_key_without_an_end_opens_for_ever(user: User, clock: Clock) -> None:
    made, text = create_api_key(user=user)
    clock(NOW + timedelta(days=36_500))
    assert usable_key(text) == made


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1], lambda text: f"{text}x", lambda text: text.replace(".", "-"),
               lambda text: f"{text}\n", lambda text: text.swapcase(), lambda text: f" {text}"],
)  # fmt: skip
def test_nothing_but_the_whole_key_opens(user: User, change: Callable[[str], str]) -> None:
    _, text = create_api_key(user=user)
    assert usable_key(text) is not None
    assert usable_key(change(text)) is None


def test_a_key_opens_for_its_own_user(user: User) -> None:
    _, mine = create_api_key(user=user)
    _, theirs = create_api_key(user=User.objects.create_user("eve"))
    assert (usable_key(mine).user.username, usable_key(theirs).user.username) == ("ada", "eve")
    assert usable_key(f"{mine[:9]}{theirs[9:]}") is None, "the first part of one and the secret of another"


def test_whoever_is_not_active_opens_nothing(user: User) -> None:
    _, text = create_api_key(user=user)
    User.objects.update(is_active=False)
    assert usable_key(text) is None
    User.objects.update(is_active=True)
    assert usable_key(text) is not None


def test_a_revoked_key_opens_nothing_and_that_is_noted_once(user: User) -> None:
    boss = User.objects.create_user("boss")
    made, text = create_api_key(user=user, name="laptop", actor=boss)
    other, other_text = create_api_key(user=user)
    for _ in range(2):
        assert revoke_api_key(key=ApiKey.objects.get(pk=made.pk), actor=boss).revoked
    assert usable_key(text) is None
    assert usable_key(other_text) == other
    told = AuditEntry.objects.filter(actor_id=boss.pk).order_by("id")
    assert [(one.action, one.subject, one.detail) for one in told] == [
        (action, f"apikey:{made.prefix}", {"user_id": user.pk}) for action in ("apikey.create", "apikey.revoke")
    ]


def test_a_key_without_a_name_is_called_key(user: User) -> None:
    assert create_api_key(user=user)[0].name == "key"
    assert create_api_key(user=user, name="laptop")[0].name == "laptop"


@pytest.mark.parametrize(
    ("since", "noted"),
    [(None, True), (timedelta(seconds=59), False), (timedelta(seconds=60), False), (timedelta(seconds=61), True)],
)
def test_use_is_noted_once_a_minute(user: User, clock: Clock, since: timedelta | None, noted: bool) -> None:
    key, _ = create_api_key(user=user)
    other, _ = create_api_key(user=user)
    before = None if since is None else NOW - since
    ApiKey.objects.update(last_used_at=before)
    clock(NOW)
    note_use(key=ApiKey.objects.get(pk=key.pk))
    assert ApiKey.objects.get(pk=key.pk).last_used_at == (NOW if noted else before)
    assert ApiKey.objects.get(pk=other.pk).last_used_at == before


def test_keys_are_listed_newest_first_ones_own_or_all(user: User, clock: Clock) -> None:
    eve = User.objects.create_user("eve")
    made: list[Any] = []
    for minute, owner in enumerate((user, eve, user)):
        clock(NOW + timedelta(minutes=minute))
        made.insert(0, create_api_key(user=owner)[0])
    revoke_api_key(key=made[0])
    assert keys_of(user) == [made[0], made[2]]
    assert keys_of() == made
