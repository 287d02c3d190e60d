"""Another user's things aren't there: tried at every address of the API that has an id in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import PathConverter, SlugConverter, UUIDConverter

from api.models import ApiKey, AuditEntry, Job, ShareToken
from api.v1.urls import urlpatterns

PUBLIC = {"schema", "docs", "shared", "shared-file", "nothing"}
"""Open to anybody on purpose."""
SHARED_BY_ALL = {"templates", "template", "explain"}
"""The same for each user."""
BODIES = {"job-exports": {"format": "presets"}, "job-shares": {}, "jobs": {"prompt": "pad"}}
METHODS = ("get", "head", "post", "delete")


def _routes() -> Iterator[URLPattern]:
    yield from urlpatterns


OWNED = [one for one in _routes() if one.pattern.converters and one.name not in PUBLIC | SHARED_BY_ALL]
LISTS = [one for one in _routes() if not one.pattern.converters and one.name not in PUBLIC | SHARED_BY_ALL]


def _methods(route: URLPattern) -> list[str]:
    view = route.callback.cls
    return [one for one in METHODS if hasattr(view, one) or (one == "head" and hasattr(view, "get"))]


CASES = [(route.name, method) for route in OWNED for method in _methods(route)]


def _arguments(route: URLPattern, job: str, share: str, path: str) -> dict[str, str]:
    """Ada's ids for the address; a converter that nobody foresaw makes the test fail."""
    known = {
        "job_id": (UUIDConverter, job),
        "share_id": (UUIDConverter, share),
        "preset_id": (SlugConverter, "base"),
        "path": (PathConverter, path),
    }
    found = {}
    for name, converter in route.pattern.converters.items():
        kind, value = known[name]
        assert isinstance(converter, kind)
        found[name] = value
    return found


def _call(client: Client, name: str, method: str, arguments: dict[str, str]) -> Any:
    address = reverse(f"v1:{name}", kwargs=arguments)
    body = {"data": BODIES.get(name, {}), "content_type": "application/json"} if method == "post" else {}
    return getattr(client, method)(address, **body)


@pytest.fixture
def everything(ada: Any, done: str) -> dict[str, str]:
    """Ada has one of each."""
    share = ada.post(f"/jobs/{done}/shares", {}).json()["id"]
    path = ada.get(f"/jobs/{done}").json()["files"][0]["path"]
    return {"job": done, "share": share, "path": path}


@pytest.mark.parametrize(("name", "method"), CASES)
def test_anothers_thing_is_not_there(
    eve: Any, ada: Any, nobody: Client, everything: dict[str, str], name: str, method: str
) -> None:
    route = next(one for one in OWNED if one.name == name)
    arguments = _arguments(route, **everything)
    before = _state()
    refused = _call(eve.client, name, method, arguments)
    assert refused.status_code == 404
    if method != "head":
        assert refused.json()["code"] == "not-found"
        missing = _call(eve.client, name, method, {**arguments, **_nowhere(arguments)})
        told, never = refused.json(), missing.json()
        assert told["detail"] == never["detail"], "as what never was"
    assert _call(nobody, name, method, arguments).status_code == 401
    assert _state() == before, "and nothing was done"


@pytest.mark.parametrize(("name", "method"), CASES)
def test_the_owner_finds_it(ada: Any, everything: dict[str, str], name: str, method: str) -> None:
    """Else the test above would show nothing."""
    route = next(one for one in OWNED if one.name == name)
    assert _call(ada.client, name, method, _arguments(route, **everything)).status_code < 300


@pytest.mark.parametrize("name", [one.name for one in LISTS])
def test_what_has_no_id_shows_only_ones_own(
    eve: Any, nobody: Client, everything: dict[str, str], name: str
) -> None:
    address = reverse(f"v1:{name}")
    assert nobody.get(address).status_code == 401
    answer = eve.client.get(address)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for secret in (everything["job"], everything["share"], "warm clean sub bass", "ada"):
        assert secret.encode() not in text


def _nowhere(arguments: dict[str, str]) -> dict[str, str]:
    nobodys = "00000000-0000-4000-8000-000000000000"
    return {name: nobodys for name in arguments if name.endswith("_id") and name != "preset_id"}


def _state() -> tuple[Any, ...]:
    jobs = list(Job.objects.order_by("id").values_list("id", "state", "cancel_requested_at"))
    shares = list(ShareToken.objects.order_by("id").values_list("id", "revoked_at"))
    return jobs, shares, ApiKey.objects.count(), AuditEntry.objects.exclude(action="me.export").count()
