"""How many calls a minute: to the last that passes and the first that doesn't, by a clock that the test turns."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from rest_framework.request import Request

from api.models import Entitlement, User
from api.v1 import throttle
from api.v1.throttle import MinuteThrottle, Rate, remote_addr, room_for
from api.web.views import asking

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
MIDNIGHT = 1_764_201_600.0
"""27 November 2025, 0:00 UTC: a minute begins."""


@pytest.fixture(autouse=True)
def _database() -> None:
    """None of these needs one."""
    cache.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the throttle's clock to so many seconds after midnight."""

    def turn(second: float) -> None:
        monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: MIDNIGHT + second))

    turn(0.0)
    return turn


def _request(address: str | None = "192.0.2.1", user: Any = None) -> Request:
    made = Request(RequestFactory().get("/api/v1/me"))
    if address is None:
        del made.META["REMOTE_ADDR"]
    else:
        made.META["REMOTE_ADDR"] = address
    made.user = user
    return made


def _user(number: int, limit: int) -> User:
    return User(pk=number, username=f"user{number}", entitlement=Entitlement(requests_per_minute=limit))


def _calls(count: int, **who: Any) -> list[bool]:
    return [MinuteThrottle().allow_request(_request(**who), None) for _ in range(count)]


def test_a_stranger_has_120_calls_in_a_minute_as_the_guide_says(clock: Callable[[float], None]) -> None:
    assert re.search(r"Without a key, one address may make (\d+) calls a minute", GUIDE)[1] == "120"
    assert _calls(120) == [True] * 120
    assert _calls(2) == [False, False]


def test_the_minute_ends_after_sixty_seconds_and_not_before(clock: Callable[[float], None]) -> None:
    assert _calls(121)[-1] is False
    clock(59.99)
    assert _calls(1) == [False]
    clock(60.0)
    assert _calls(121) == [True] * 120 + [False]
    clock(120.0)
    assert _calls(1) == [True]


def test_a_user_has_as_many_as_their_plan_says_from_any_address(clock: Callable[[float], None]) -> None:
    ada = _user(1, 3)
    addresses = [f"192.0.2.{number}" for number in range(1, 5)]
    told = [MinuteThrottle().allow_request(_request(address, ada), None) for address in addresses]
    assert told == [True, True, True, False]
    clock(60.0)
    assert _calls(4, user=ada) == [True, True, True, False]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"user": _user(1, 1)}, {"user": _user(2, 1)}),
        ({"user": _user(1, 1)}, {"user": _user(11, 1)}),
        ({"address": "192.0.2.1"}, {"address": "192.0.2.2"}),
        ({"address": "1"}, {"user": _user(1, 1)}),
        ({"address": None}, {"address": "192.0.2.2"}),
    ],
)
def test_nobodys_calls_are_counted_for_another(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch, first: dict[str, Any], second: dict[str, Any]
) -> None:
    monkeypatch.setattr(throttle, "ANONYMOUS_A_MINUTE", 1)
    assert _calls(2, **first) == [True, False]
    assert _calls(2, **second) == [True, False]


def test_a_wrong_key_is_counted_with_the_strangers_of_its_address(clock: Callable[[float], None]) -> None:
    assert all(MinuteThrottle().allow_address(_request()) for _ in range(100))
    assert _calls(20) == [True] * 20
    assert not MinuteThrottle().allow_address(_request())
    assert MinuteThrottle().allow_address(_request("192.0.2.9"))


@pytest.mark.parametrize(
    ("second", "reset_s"),
    [(0.0, 60), (0.4, 60), (0.6, 59), (30.0, 30), (58.6, 1), (59.4, 1), (59.9, 1), (60.0, 60)],
)
def test_how_long_to_wait_is_told_in_whole_seconds_and_never_none(
    clock: Callable[[float], None], second: float, reset_s: int
) -> None:
    clock(second)
    made, request = MinuteThrottle(), _request()
    assert made.wait() is None, "nothing was counted yet"
    made.allow_request(request, None)
    assert (made.wait(), request.rate.reset_s) == (float(reset_s), reset_s)


@pytest.mark.parametrize(("used", "left"), [(0, "3"), (1, "2"), (3, "0"), (4, "0"), (99, "0")])
def test_what_is_left_is_told_and_is_never_less_than_nothing(used: int, left: str) -> None:
    assert Rate(3, used, 17).headers() == {
        "RateLimit-Limit": "3", "RateLimit-Remaining": left, "RateLimit-Reset": "17",
    }  # fmt: skip


def test_each_call_takes_one(clock: Callable[[float], None]) -> None:
    requests = [_request(user=_user(1, 2)) for _ in range(3)]
    for request in requests:
        MinuteThrottle().allow_request(request, None)
    assert [(one.rate.limit, one.rate.used) for one in requests] == [(2, 1), (2, 2), (2, 3)]


class _Kept:
    """A cache that remembers how long it was asked to keep things."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.kept_s: dict[str, float | None] = {}

    def add(self, key: str, value: int, timeout: float | None = None) -> bool:
        if key in self.counts:
            return False
        self.counts[key], self.kept_s[key] = value, timeout
        return True

    def incr(self, key: str) -> int:
        self.counts[key] += 1
        return self.counts[key]


def test_a_count_is_forgotten_after_two_minutes(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _Kept()
    monkeypatch.setattr(throttle, "cache", kept)
    _calls(2)
    clock(60.0)
    _calls(1)
    assert sorted(kept.counts.values()) == [1, 2], "one for each minute"
    assert set(kept.kept_s.values()) == {120}


def test_without_a_cache_everybody_passes_and_it_is_logged(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A Redis that isn't there: nothing listens on that port."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                                   "LOCATION": "redis://127.0.0.1:1/0"}}  # fmt: skip
    monkeypatch.setattr(throttle, "ANONYMOUS_A_MINUTE", 1)
    assert _calls(4) == [True] * 4
    assert [room_for("somebody", limit=1) for _ in range(3)] == [True] * 3
    request = _request()
    MinuteThrottle().allow_request(request, None)
    assert request.rate.used == 1, "this call is all that is known"
    assert caplog.text.count("the cache doesn't answer") == 8
    assert "Connection refused" in caplog.text


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), ValueError("no such key")])
def test_a_count_that_is_lost_in_between_lets_the_caller_pass(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The key's time was over after it was found; the connection broke."""

    def broken(key: str) -> int:
        raise error

    kept = _Kept()
    monkeypatch.setattr(throttle, "cache", kept)
    monkeypatch.setattr(throttle, "ANONYMOUS_A_MINUTE", 1)
    assert _calls(2) == [True, False]
    monkeypatch.setattr(kept, "incr", broken)
    assert _calls(2) == [True, True]


def test_room_is_for_so_many_times_a_minute_and_each_has_their_own(clock: Callable[[float], None]) -> None:
    assert [room_for("explain:1", limit=3) for _ in range(4)] == [True, True, True, False]
    assert room_for("explain:2", limit=3)
    clock(59.99)
    assert not room_for("explain:1", limit=3)
    clock(60.0)
    assert [room_for("explain:1", limit=3) for _ in range(4)] == [True, True, True, False]


def test_previews_of_the_page_take_nothing_from_the_apis_calls(clock: Callable[[float], None]) -> None:
    assert asking._PREVIEWS_A_MINUTE == 150
    assert room_for("1", limit=1)
    assert _calls(2, user=_user(1, 1)) == [True, False]


@pytest.mark.parametrize(("address", "told"), [("192.0.2.1", "192.0.2.1"), ("", None), (None, None)])
def test_an_address_that_is_not_known_is_none(address: str | None, told: str | None) -> None:
    assert remote_addr(SimpleNamespace(META={} if address is None else {"REMOTE_ADDR": address})) == told
