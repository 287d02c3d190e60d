"""Each request leaves one line: its route and ids, never its words or its query."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from api.operations import health
from api.operations.middleware import route_of, words_of
from service import logs

WORDS = "zzyzx pad that nobody may read"


def broken(request, number):
    raise RuntimeError(f"no idea what {WORDS} is")


def noisy(request):
    logging.getLogger("some.library").warning("strange input: %s", request.body.decode())
    return HttpResponse("", status=400)


urlpatterns = [
    path("", include("api.urls")),
    path("broken/<int:number>", broken),
    path("noisy", noisy),
]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch):
    """What is logged, as it would be written; the handlers of the tests themselves are put back."""
    root, written = logging.getLogger(), []
    before, level = list(root.handlers), root.level
    logs.configure("json")
    root.handlers[0].emit = lambda record: written.append(root.handlers[0].format(record))
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.getLogger("uvicorn.access").disabled = False
    logging.getLogger("django.request").setLevel(logging.NOTSET)
    logging.getLogger("django.request").filters.clear()


pytestmark = pytest.mark.urls(__name__)


def test_a_line_has_the_route_and_not_the_address(client: Client, lines: list[str]):
    client.raise_request_exception = False
    answer = client.post(f"/broken/7?prompt={WORDS}", {"prompt": WORDS}, content_type="application/json")
    assert answer.status_code == 500
    told = [json.loads(line) for line in lines]
    (line,) = (one for one in told if one["event"] == "request")
    assert (line["route"], line["method"], line["status"]) == ("/broken/<int:number>", "POST", 500)
    assert line["request_id"] == answer["X-Request-ID"]
    assert any("RuntimeError" in one.get("exception", "") for one in told), "the error itself is told"
    assert "zzyzx" not in "".join(lines)
    assert "/broken/7" not in "".join(lines), "an address may hold a share token"


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_what_a_library_says_of_a_body_is_cut_out(client: Client, lines: list[str], kind: str):
    body = json.dumps({"deep": [{"prompt": WORDS}]}) if kind.endswith("json") else f"prompt={WORDS}"
    client.post("/noisy", body, content_type=kind)
    assert any("strange input" in line for line in lines)
    assert "zzyzx" not in "".join(lines)


@pytest.mark.parametrize(
    ("given", "kept"), [("my-trace-0001", True), ("short", False), ("x" * 65, False), ('a"b\ncccccc', False)]
)
def test_the_clients_own_request_id_is_kept_if_it_can_be_one(client: Client, given: str, kept: bool):
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is kept
    assert len(answer["X-Request-ID"]) >= 8


def test_probes_that_are_answered_leave_no_line(client: Client, lines: list[str]):
    client.get("/healthz")
    assert lines == []


def test_an_unknown_address_is_not_logged(client: Client, lines: list[str]):
    client.get(f"/{WORDS}".replace(" ", "-"))
    assert [json.loads(line)["route"] for line in lines if json.loads(line)["event"] == "request"] == ["unmatched"]
    assert "zzyzx" not in "".join(lines), "nor by Django, which warns of addresses that aren't there"


def test_bodies_that_are_no_bodies_do_not_break_a_request(rf):
    assert words_of(rf.post("/x", b"{", content_type="application/json")) == []
    assert words_of(rf.post("/x", b"\xff\xfe", content_type="application/json")) == []
    assert words_of(rf.get("/x?prompt=some+words")) == ["some words"]
    assert route_of(rf.get("/x")) == "unmatched"


@pytest.mark.parametrize(
    ("path", "status", "told"), [("/healthz", 200, 0), ("/readyz", 200, 0), ("/readyz", 503, 1)]
)
def test_a_monitor_leaves_a_line_only_where_something_is_wrong(client, lines, monkeypatch, path, status, told):
    parts = {"database": health.PartHealth(ok=status == 200, why="down")}
    monkeypatch.setattr(health, "_recent", lambda: parts)
    assert client.get(path).status_code == status
    assert len([line for line in lines if json.loads(line)["event"] == "request"]) == told


def test_words_are_looked_for_in_bodies_of_up_to_a_hundred_thousand_bytes(rf):
    def found(size: int) -> list[str]:
        body = json.dumps({"prompt": "x" * (size - len('{"prompt": ""}'))})
        assert len(body) == size
        return words_of(rf.post("/api/v1/jobs", body, content_type="application/json"))

    assert len(found(100_000)) == 1
    assert found(100_001) == []
