"""A language model by the API: off unless an operator and a plan allow it, counted, asked once, nobody else's."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.models import AuditEntry, Entitlement, Job, PlannerAnswer
from api.services.planning import plan_now
from api.v1.inputs import ExplainRequest, JobRequest
from engine.errors import RequestError
from schemas.request import Request
from service.settings import settings
from tests.llm import endpoint as local
from tests.llm.endpoint import EMPTY, GOOD, KEY, MODEL, PROMPT, says

ASKED = {"prompt": PROMPT, "planner": "llm"}


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets the service's settings of a language model."""

    def change(**said: str) -> None:
        for name, value in said.items():
            monkeypatch.setenv(f"SYNTHCOPILOT_{name.upper()}", value)
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def server(setting: Callable[..., None]) -> Iterator[local.FakeModel]:
    """An endpoint that the service is set up for."""
    with local.serving() as found:
        setting(llm_url=found.url, llm_model=MODEL, llm_api_key=KEY, llm_timeout_s="30")
        yield found


def allow(person: Any, calls: int) -> None:
    plan, _ = Entitlement.objects.get_or_create(name=f"of-{person.user.username}")
    plan.llm_calls_per_day = calls
    plan.save()
    person.user.entitlement = plan
    person.user.save()


def calls_of(person: Any) -> int:
    return AuditEntry.objects.filter(actor_id=person.user.pk, action="llm.call").count()


def exported(person: Any) -> Any:
    return json.loads(b"".join(person.get("/me/export").streaming_content))


def test_by_default_no_plan_has_it_and_nothing_is_sent(ada: Any, server: local.FakeModel) -> None:
    for path in ("/jobs", "/explain"):
        refused = ada.post(path, ASKED)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-in-plan")
        assert refused.json()["limit"]["name"] == "llm_calls_per_day"
        assert 'the plan free includes no language model; ask with the planner "rules"' in refused.json()["detail"]
    assert (server.asked, Job.objects.count(), calls_of(ada)) == ([], 0, 0)


def test_where_none_is_set_up_no_plan_has_it(ada: Any) -> None:
    allow(ada, 5)
    for path in ("/jobs", "/explain"):
        refused = ada.post(path, ASKED)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-in-plan")
        assert "no language model is set up here" in refused.json()["detail"]
    assert ada.post("/explain", {"prompt": PROMPT}).status_code == 200


def test_explain_asks_it_once_and_counts_that(ada: Any, server: local.FakeModel) -> None:
    allow(ada, 5)
    told = ada.post("/explain", ASKED).json()
    assert (told["planner"], told["planner_note"]) == ("llm", f"Read by the language model {MODEL}.")
    assert told["intent"]["axes"]["brightness"] == -0.9
    assert told["notes"][0] == told["planner_note"]
    again = ada.post("/explain", ASKED | {"seed": 3}).json()
    assert again["intent"] == told["intent"]
    assert (len(server.asked), calls_of(ada)) == (1, 1)
    assert ada.get("/me").json()["usage"]["llm_calls_today"] == 1
    assert ada.get("/me").json()["plan"]["llm_calls_per_day"] == 5


def test_an_answer_of_another_model_is_asked_for_and_counted(
    ada: Any, server: local.FakeModel, setting: Any
) -> None:
    allow(ada, 5)
    assert ada.post("/explain", ASKED).status_code == 200
    setting(llm_model="another-reader")
    for _ in range(2):
        assert ada.post("/explain", ASKED).json()["planner_note"] == "Read by the language model another-reader."
    assert (len(server.asked), calls_of(ada)) == (2, 2)


def test_what_cannot_be_used_costs_no_call(ada: Any, server: local.FakeModel) -> None:
    allow(ada, 5)
    with pytest.raises(RequestError, match="the control character U\\+0007"):
        plan_now(user=ada.user, request=Request(prompt="dark\x07 pad", planner="llm", model=MODEL))
    assert (server.asked, calls_of(ada)) == ([], 0)


def test_explain_reads_by_rules_unless_asked_otherwise(ada: Any, server: local.FakeModel, setting: Any) -> None:
    allow(ada, 5)
    setting(planner="llm")
    told = ada.post("/explain", {"prompt": PROMPT}).json()
    assert (told["planner"], told["planner_note"], server.asked) == ("rules", None, [])


def test_a_bad_answer_is_the_rules_and_said(ada: Any, server: local.FakeModel) -> None:
    allow(ada, 5)
    server.respond = says("<html>")
    told = ada.post("/explain", ASKED).json()
    rules = ada.post("/explain", {"prompt": PROMPT}).json()
    assert told["planner_note"] == (
        "The language model's answer can't be used: the words were read by the rules instead."
    )
    assert (told["words"], told["template_id"]) == (rules["words"], rules["template_id"])
    assert KEY not in str(told)
    assert not PlannerAnswer.objects.exists()


def lying(handler: Any) -> None:
    said = [{"feature": "reverb", "wish": "wanted", "quote": "drown it in reverb"}]
    says(EMPTY | {"features": said})(handler)


def elsewhere(handler: Any) -> None:
    local.send(handler, b"", status=307, Location="http://127.0.0.1:9/v1/chat/completions")


@pytest.mark.parametrize(
    ("respond", "why"),
    [
        (local.slow(30), "The language model did not answer within 0.5 s"),
        (local.dripping, "The language model did not answer within 0.5 s"),
        (lying, "Nothing of the language model's answer is in the prompt"),
        (elsewhere, "The language model's endpoint sent a redirect, which isn't followed"),
        (local.endless, "The language model's endpoint sent an answer of more bytes than any sound takes"),
    ],
    ids=["late", "dripping", "lying", "leading elsewhere", "endless"],
)
def test_whatever_the_other_side_does_there_is_an_answer(
    ada: Any, server: local.FakeModel, setting: Any, respond: local.Respond, why: str
) -> None:
    allow(ada, 5)
    if "0.5 s" in why:
        setting(llm_timeout_s="0.5")
    server.respond = respond
    told = ada.post("/explain", ASKED)
    assert told.status_code == 200
    assert told.json()["planner_note"] == f"{why}: the words were read by the rules instead."
    assert told.json()["template_id"] == ada.post("/explain", {"prompt": PROMPT}).json()["template_id"]


def test_the_day_has_so_many_calls(ada: Any, server: local.FakeModel, clock: Any) -> None:
    clock(datetime(2026, 11, 24, 18, tzinfo=UTC))
    allow(ada, 2)
    assert ada.post("/explain", ASKED).status_code == 200
    assert ada.post("/jobs", {"prompt": "dark pad", "planner": "llm"}).status_code == 201
    for path in ("/explain", "/jobs"):
        refused = ada.post(path, {"prompt": "a third pad", "planner": "llm"})
        assert (refused.status_code, refused.json()["code"]) == (429, "limit-reached")
        assert refused.json()["limit"] == {
            "name": "llm_calls_per_day", "allowed": 2, "used": 2, "frees_at": "2026-11-25T00:00:00+00:00",
        }  # fmt: skip
    assert ada.post("/jobs", ASKED).status_code == 201, "what was answered before is not sent again"
    assert ada.post("/jobs", {"prompt": "a third pad"}).status_code == 201, "the rules cost nothing"
    assert len(server.asked) == 1, "a job's words are sent when it is made"


def test_a_job_has_planner_and_model_and_a_key_of_its_own(ada: Any, server: local.FakeModel, setting: Any) -> None:
    allow(ada, 9)
    by_rules = ada.post("/jobs", {"prompt": PROMPT}).json()
    first = ada.post("/jobs", ASKED)
    assert first.status_code == 201
    assert (first.json()["planner"], first.json()["model"]) == ("llm", MODEL)
    assert (by_rules["planner"], by_rules["model"]) == ("rules", None)
    assert ada.post("/jobs", ASKED).json()["id"] == first.json()["id"]
    setting(llm_model="another-reader")
    assert ada.post("/jobs", ASKED).json()["model"] == "another-reader"
    assert len(set(Job.objects.values_list("job_key", flat=True))) == 3


def test_what_the_deployment_has_holds_for_whose_plan_allows_it(
    ada: Any, person: Any, server: local.FakeModel, setting: Any
) -> None:
    setting(planner="llm")
    allow(ada, 5)
    assert ada.post("/jobs", {"prompt": PROMPT}).json()["planner"] == "llm"
    assert ada.post("/jobs", {"prompt": PROMPT, "planner": "rules"}).json()["planner"] == "rules"
    assert person("eve").post("/jobs", {"prompt": PROMPT}).json()["planner"] == "rules"


def test_nobody_learns_from_anothers_answer(ada: Any, person: Any, server: local.FakeModel) -> None:
    """Not by what it says, and not by the time that it takes: it is asked anew."""
    eve = person("eve")
    allow(ada, 5)
    allow(eve, 5)
    ada.post("/explain", ASKED)
    server.respond = says(EMPTY | {"features": [{"feature": "delay", "wish": "wanted", "quote": "cathedral"}]})
    told = eve.post("/explain", ASKED).json()
    assert told["intent"]["features"] == {"delay": "wanted"}
    assert len(server.asked) == 2
    assert calls_of(eve) == 1


def test_my_data_has_what_was_answered(ada: Any, person: Any, server: local.FakeModel) -> None:
    allow(ada, 5)
    ada.post("/explain", ASKED)
    (kept,) = exported(ada)["planner_answers"]
    assert (kept["model"], kept["prompt_version"]) == (MODEL, "1")
    assert "blanket of sound" in kept["answer"]
    assert exported(person("eve"))["planner_answers"] == []


def test_making_it_again_asks_as_before(ada: Any, server: local.FakeModel, setting: Any) -> None:
    from api.errors import NotInPlan
    from api.services.repeating import ask_again

    allow(ada, 5)
    job = Job.objects.get(pk=ada.post("/jobs", ASKED).json()["id"])
    again = ask_again(job=job, seed=9).job
    assert (again.planner, again.model, again.seed) == ("llm", MODEL, 9)
    allow(ada, 0)
    job.refresh_from_db()
    with pytest.raises(NotInPlan):
        ask_again(job=Job.objects.get(pk=job.pk), seed=10)
    setting(llm_url="", llm_model="")
    with pytest.raises(NotInPlan, match="no language model is set up here"):
        ask_again(job=Job.objects.get(pk=job.pk), seed=10)


def test_only_two_planners_can_be_named() -> None:
    assert JobRequest(prompt="pad").planner is None
    assert ExplainRequest(prompt="pad").planner == "rules"
    for model in (JobRequest, ExplainRequest):
        with pytest.raises(ValueError, match="planner"):
            model(prompt="pad", planner="gpt")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="model"):
            model(prompt="pad", planner="llm", model="mine")  # type: ignore[call-arg]


def test_what_a_user_says_again_after_erasure_is_sent_again(ada: Any, server: local.FakeModel) -> None:
    allow(ada, 5)
    ada.post("/explain", ASKED)
    job = Job.objects.get(pk=ada.post("/jobs", ASKED).json()["id"])
    ada.post(f"/jobs/{job.pk}/cancel")
    assert ada.delete(f"/jobs/{job.pk}").status_code == 204
    assert not PlannerAnswer.objects.exists()
    server.respond = says(GOOD | {"characters": []})
    assert ada.post("/explain", ASKED).json()["intent"]["axes"] == {}
    assert len(server.asked) == 2
