"""A language model on the page: offered where it may be used, never asked while somebody types, told of later."""

from collections.abc import Iterator

import pytest

from api.models import AuditEntry, Entitlement, Job, User
from api.store import store
from engine.bundle import Bundle
from engine.render.pool import RenderPool
from engine.stages import run_plan
from service.ledger import Ledger
from service.llm.answers import AnswersOfUser
from service.llm.asking import Endpoint
from service.llm.planner import LlmPlanner
from service.settings import settings
from tests.llm import endpoint as local
from tests.llm.endpoint import EMPTY, MODEL, says
from tests.web.conftest import ClientOf, text_of
from tests.web.delivering import deliver

FORM = {"prompt": "a very heavy thump, nothing more", "template_id": "", "variations": "0", "seed": "7", "tags": ""}
THUMP = EMPTY | {
    "styles": [{"style": "Percussion", "sure": "certain", "quote": "thump"}],
    "kinds": [{"kind": "kick", "quote": "thump"}],
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[local.FakeModel]:
    with local.serving(says(THUMP)) as found:
        monkeypatch.setenv("SYNTHCOPILOT_LLM_URL", found.url)
        monkeypatch.setenv("SYNTHCOPILOT_LLM_MODEL", MODEL)
        settings.cache_clear()
        yield found
        monkeypatch.undo()
        settings.cache_clear()


def allow(user: User, calls: int) -> None:
    user.entitlement, _ = Entitlement.objects.update_or_create(name="own", defaults={"llm_calls_per_day": calls})
    user.save()


def test_it_is_offered_only_where_it_may_be_used(of: ClientOf, ada: User, server: local.FakeModel) -> None:
    assert 'name="planner"' not in text_of(of(ada).get("/"))
    assert "language model" not in text_of(of(ada).get("/account"))
    allow(ada, 3)
    page = text_of(of(ada).get("/"))
    assert f"the language model {MODEL}" in page
    assert "The language model gets your words" in page
    assert "0 of 3" in text_of(of(ada).get("/account"))


def test_without_one_there_is_nothing_to_choose(of: ClientOf, ada: User) -> None:
    allow(ada, 3)
    assert 'name="planner"' not in text_of(of(ada).get("/"))


def test_a_choice_that_was_not_offered_is_no_way_around_a_plan(
    of: ClientOf, ada: User, server: local.FakeModel
) -> None:
    of(ada).post("/", {**FORM, "planner": "llm"})
    assert [job.planner for job in Job.objects.all()] == ["rules"]
    assert server.asked == []


def test_nothing_is_sent_while_somebody_types(of: ClientOf, ada: User, server: local.FakeModel) -> None:
    allow(ada, 3)
    shown = text_of(of(ada).post("/explain", {**FORM, "planner": "llm"}))
    assert "This is how our rules read it. The language model reads it when the sound is made." in shown
    assert "our rules" not in text_of(of(ada).post("/explain", {**FORM, "planner": "rules"}))
    assert server.asked == []


def test_the_day_s_last_prompt_is_said(of: ClientOf, ada: User, server: local.FakeModel) -> None:
    allow(ada, 1)
    assert of(ada).post("/", {**FORM, "planner": "llm"}).status_code == 302
    full = of(ada).post("/", {**FORM, "prompt": "another thump", "planner": "llm"})
    assert full.status_code == 429
    assert "allows 1 prompt a day for the language model" in text_of(full)
    assert AuditEntry.objects.filter(action="llm.call").count() == 1


def made(user: User, ledger: Ledger, server: local.FakeModel, *, timeout_s: float = 30) -> tuple[Job, Bundle]:
    """The page's job, made as its worker makes it."""
    from api.workers import database
    from schemas.request import Request

    job = Job.objects.get()
    request = Request(prompt=job.prompt, seed=job.seed, variations=job.variations, planner="llm", model=job.model)
    planner = LlmPlanner(Endpoint(server.url, MODEL, timeout_s=timeout_s), AnswersOfUser(database(), user.pk))
    with RenderPool(1) as pool:
        bundle = run_plan(planner.plan(request).plan, pool)
    deliver(ledger, store(), job, bundle)
    return job, bundle


def test_the_finished_sound_says_who_read_its_words(
    of: ClientOf, ada: User, ledger: Ledger, server: local.FakeModel
) -> None:
    allow(ada, 3)
    of(ada).post("/", {**FORM, "planner": "llm"})
    job, bundle = made(ada, ledger, server)
    assert bundle.manifest.style == "Percussion"
    assert f"Read by the language model {MODEL}." in text_of(of(ada).get(f"/jobs/{job.pk}"))
    again = text_of(of(ada).get(f"/?like={job.pk}"))
    assert '<option value="llm" selected>' in again


@pytest.mark.parametrize(
    ("respond", "why"),
    [
        (says("<html>"), "answer can&#x27;t be used"),
        (local.slow(30), "did not answer within 0.5 s"),
        (local.endless, "sent an answer of more bytes than any sound takes"),
    ],
    ids=["malformed", "late", "hostile"],
)
def test_a_model_that_is_of_no_use_is_told_on_the_page(
    of: ClientOf, ada: User, ledger: Ledger, server: local.FakeModel, respond: local.Respond, why: str
) -> None:
    allow(ada, 3)
    of(ada).post("/", {**FORM, "planner": "llm"})
    server.respond = respond
    job, _ = made(ada, ledger, server, timeout_s=0.5 if "0.5 s" in why else 30)
    page = text_of(of(ada).get(f"/jobs/{job.pk}"))
    assert f"{why}: the words were read by the rules instead." in page
