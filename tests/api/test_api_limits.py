"""What a plan allows, held where several ask at once; and how many calls a minute."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from django.test import Client

from api.models import AuditEntry, Entitlement, Job
from api.v1 import throttle
from service.ledger import Ledger


def _plan(person: Any, **fields: Any) -> None:
    plan = Entitlement.objects.create(name=f"of-{person.user.username}", **fields)
    person.user.entitlement = plan
    person.user.save()


def _ask(person: Any, seed: int, **more: Any) -> Any:
    return person.post("/jobs", {"prompt": "pad", "seed": seed, **more})


def test_the_day_has_so_many_jobs_and_deleting_some_makes_no_room(ada: Any, clock: Any) -> None:
    clock(datetime(2026, 11, 24, 18, 0, 0, 400_000, tzinfo=UTC))
    _plan(ada, jobs_per_day=2)
    for seed in (1, 2):
        job_id = _ask(ada, seed).json()["id"]
        ada.post(f"/jobs/{job_id}/cancel")
        assert ada.delete(f"/jobs/{job_id}").status_code == 204
    refused = _ask(ada, 3)
    assert (refused.status_code, refused.json()["code"]) == (429, "limit-reached")
    assert refused.json()["limit"] == {
        "name": "jobs_per_day", "allowed": 2, "used": 2, "frees_at": "2026-11-25T00:00:00+00:00",
    }  # fmt: skip
    assert refused["Retry-After"] == "21600", "six hours, rounded up"
    clock(datetime(2026, 11, 25, tzinfo=UTC))
    assert _ask(ada, 3).status_code == 201, "the next day"


def test_so_many_jobs_are_in_flight_at_a_time_in_each_queue(ada: Any, done: str, ledger: Ledger) -> None:
    _plan(ada, concurrent_jobs=1)
    first = _ask(ada, 1).json()["id"]
    refused = _ask(ada, 2)
    assert refused.status_code == 429
    assert refused.json()["limit"] == {"name": "concurrent_jobs", "allowed": 1, "used": 1, "frees_at": None}
    assert refused["Retry-After"] == "5"
    assert _ask(ada, 1).status_code == 200, "what is there already costs nothing"
    assert ada.post(f"/jobs/{done}/exports", {"format": "presets"}).status_code == 201, "another queue"
    ada.post(f"/jobs/{first}/cancel")
    assert _ask(ada, 2).status_code == 201


def test_variations_and_templates_are_the_plans(ada: Any) -> None:
    _plan(ada, max_variations=3, template_ids=["sub_bass"])
    refused = _ask(ada, 1, variations=4)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-in-plan")
    assert refused.json()["limit"] == {"name": "max_variations", "allowed": 3, "used": 4, "frees_at": None}
    assert _ask(ada, 1, template_id="warm_pad").status_code == 403
    assert _ask(ada, 1, variations=3, template_id="sub_bass").status_code == 201
    assert _ask(ada, 2).status_code == 201, "words may choose any template"
    allowed = [one["id"] for one in ada.get("/templates").json()["results"] if one["allowed"]]
    assert allowed == ["sub_bass"]


def test_me_tells_the_plan_and_what_of_it_is_used(ada: Any, done: str) -> None:
    _ask(ada, 1)
    told = ada.get("/me").json()
    assert told["username"] == "ada"
    assert (told["plan"]["name"], told["plan"]["jobs_per_day"]) == ("free", 200)
    assert told["usage"]["jobs_today"] == 2
    assert told["usage"]["in_flight"] == {"generate": 1, "export": 0}


@pytest.fixture
def _standing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute ends within a test: 17 seconds of this one are left."""
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: 6_043.0))


@pytest.mark.usefixtures("_standing")
def test_every_answer_tells_how_many_calls_are_left(ada: Any, nobody: Client) -> None:
    _plan(ada, requests_per_minute=3)
    told = [ada.get("/me") for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in told} == {"3"}
    assert told[3]["Retry-After"] == "17"
    assert {answer["RateLimit-Reset"] for answer in told} == {"17"}
    assert told[3].json()["code"] == "too-many-requests"
    assert nobody.get("/api/v1/jobs")["RateLimit-Limit"] == "120"


@pytest.mark.usefixtures("_standing")
def test_one_users_calls_are_not_anothers(ada: Any, eve: Any) -> None:
    _plan(ada, requests_per_minute=1)
    assert [ada.get("/me").status_code for _ in range(2)] == [200, 429]
    assert eve.get("/me").status_code == 200


@pytest.mark.usefixtures("_standing")
@pytest.mark.parametrize("header", [{}, {"Authorization": "Api-Key aaaaaaaa.bad"}])
def test_strangers_and_wrong_keys_are_counted_by_address(
    nobody: Client, header: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "ANONYMOUS_A_MINUTE", 2)
    told = [nobody.get("/api/v1/me", headers=header).status_code for _ in range(3)]
    assert told == [401, 401, 429]


def test_equal_jobs_asked_for_at_once_are_one(ada: Any, server: str) -> None:
    answers = _at_once(server, ada.key, [1] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="job.create").count() == 1


def test_no_place_is_given_twice_to_jobs_asked_for_at_once(ada: Any, server: str) -> None:
    _plan(ada, concurrent_jobs=3)
    answers = _at_once(server, ada.key, range(8))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [429] * 5
    assert Job.objects.count() == 3


def _at_once(server: str, key: str, seeds: Any) -> list[requests.Response]:
    def ask(seed: int) -> requests.Response:
        headers = {"Authorization": f"Api-Key {key}"}
        body = {"prompt": "pad", "seed": seed}
        return requests.post(f"{server}/api/v1/jobs", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(ask, seeds))


def test_a_plan_of_ones_own_is_made_by_migration_and_kept(person: Callable[[str], Any]) -> None:
    from api.services.setup import migrate

    Entitlement.objects.filter(name="studio").update(jobs_per_day=7)
    migrate()
    assert Entitlement.objects.get(name="studio").jobs_per_day == 7
    assert set(Entitlement.objects.values_list("name", flat=True)) >= {"free", "studio"}
