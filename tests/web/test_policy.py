"""The content policy, word by word: a source more or less is a decision, and never an accident."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from api import csp
from service.settings import Settings

PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def test_nothing_from_elsewhere_and_nothing_inline() -> None:
    assert csp.policy() == PAGES


def test_sounds_and_pictures_may_come_from_the_store_and_pictures_from_one_more_place() -> None:
    told = dict(one.split(" ", 1) for one in csp.policy("https://files.example", images="data:").split("; "))
    assert told["img-src"] == "'self' https://files.example data:"
    assert told["media-src"] == "'self' https://files.example"
    assert {name: value for name, value in told.items() if name not in ("img-src", "media-src")} == {
        name: value
        for name, value in (one.split(" ", 1) for one in PAGES.split("; "))
        if name not in ("img-src", "media-src")
    }


def test_an_answer_keeps_the_policy_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp, "settings", lambda: Settings(s3_public_url="https://files.example"))
    request = RequestFactory().get("/")
    plain = csp.csp_middleware(lambda request: HttpResponse())(request)
    assert plain["Content-Security-Policy"] == csp.policy("https://files.example")
    assert plain["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    own = {"Content-Security-Policy": "sandbox"}
    kept = csp.csp_middleware(lambda request: HttpResponse(headers=own))(request)
    assert kept["Content-Security-Policy"] == "sandbox"
