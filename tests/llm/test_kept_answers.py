"""Asked once: what was answered is kept, and gives the same plan, patch and bytes again."""

import stat
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RequestError
from engine.stages import patch_stage, plan_stage
from schemas.request import Request
from service.llm import planner as planner_module
from service.llm.answers import AnswersInFolder, KeptAnswer, Question
from service.llm.planner import LlmPlanner
from tests.llm import endpoint as local
from tests.llm.conftest import MakePlanner
from tests.llm.endpoint import EMPTY, GOOD, MODEL, PROMPT, says

REQUEST = Request(prompt=PROMPT, planner="llm", model=MODEL)


def test_the_same_words_are_asked_once_and_give_the_same(planner: MakePlanner, server: local.FakeModel) -> None:
    first = planner().plan(REQUEST)
    server.respond = says(EMPTY)
    again = planner().plan(REQUEST)
    assert again == first
    assert patch_stage(again.plan) == patch_stage(first.plan)
    other_seed = planner().plan(REQUEST.model_copy(update={"seed": 5, "variations": 0}))
    assert other_seed.plan.intent == first.plan.intent
    assert len(server.asked) == 1


def test_other_words_tags_and_models_are_asked_anew(planner: MakePlanner, server: local.FakeModel) -> None:
    planner().plan(REQUEST)
    for change in ({"prompt": PROMPT + "!"}, {"tags": ("dark",)}, {"model": "another"}):
        planner().plan(REQUEST.model_copy(update=change))
    assert len(server.asked) == 4
    assert [body["model"] for _, _, body in server.asked] == [MODEL, MODEL, MODEL, "another"]
    planner().plan(REQUEST.model_copy(update={"tags": ("dark",)}))
    assert len(server.asked) == 4


def test_a_change_of_what_the_model_is_told_asks_anew(
    planner: MakePlanner, server: local.FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner().plan(REQUEST)
    monkeypatch.setattr(planner_module, "PROMPT_VERSION", "2")
    assert planner().plan(REQUEST).plan.intent.planner_version.startswith("llm 2, ")
    assert len(server.asked) == 2


def test_what_could_not_be_used_is_not_kept(planner: MakePlanner, server: local.FakeModel) -> None:
    server.respond = says("nonsense")
    assert planner().plan(REQUEST).answer is None
    server.respond = says(GOOD)
    assert planner().plan(REQUEST).answer is not None


def test_kept_answers_stand_without_an_endpoint(planner: MakePlanner) -> None:
    one = planner()
    first = one.plan(REQUEST)
    alone = LlmPlanner(None, one.answers)
    assert alone.plan(REQUEST) == first
    note = alone.plan(Request(prompt="warm pad", planner="llm", model=MODEL)).plan.planner_note
    assert note == "No language model is set up here: the words were read by the rules instead."


def test_an_answer_that_was_tampered_with_is_held_against_the_prompt(planner: MakePlanner, tmp_path: Path) -> None:
    planner().plan(REQUEST)
    (kept,) = (tmp_path / "answers").iterdir()
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    kept.write_text(kept.read_text().replace("midnight", "noonday!"))
    intent = planner().plan(REQUEST).plan.intent
    assert "brightness" not in intent.axes
    kept.write_bytes(b"{broken")
    assert planner().plan(REQUEST).plan.intent.axes["brightness"] == -0.9, "what can't be read is asked for again"


def test_the_first_answer_stands(tmp_path: Path) -> None:
    answers, question = AnswersInFolder(tmp_path), Question("0" * 64, MODEL, "1")
    assert answers.get(question) is None
    assert answers.keep(KeptAnswer(question, "one")).text == "one"
    assert answers.keep(KeptAnswer(question, "two")).text == "one"


def test_of_two_answers_at_once_the_first_stands_for_both(planner: MakePlanner, server: local.FakeModel) -> None:
    one = planner()

    def overtaken(handler: Any) -> None:
        """While this one is answered, another request is."""
        server.respond = says(GOOD)
        planner().plan(REQUEST)
        says(GOOD | {"characters": []})(handler)

    server.respond = overtaken
    assert one.plan(REQUEST).plan.intent.axes["brightness"] == -0.9
    assert len(server.asked) == 2


def test_equal_keys_mean_equal_plans(planner: MakePlanner, server: local.FakeModel) -> None:
    """A plan's key holds what was understood, since the request alone no longer decides it."""
    first = planner(folder="a").plan(REQUEST).plan
    server.respond = says(GOOD | {"characters": []})
    second = planner(folder="b").plan(REQUEST).plan
    assert first.key != second.key
    assert plan_stage(REQUEST, intent=first.intent, planner_note=first.planner_note) == first
    rules = REQUEST.model_copy(update={"planner": "rules", "model": None})
    assert plan_stage(rules, intent=plan_stage(rules).intent) == plan_stage(rules)


STRANGE = "yön hiljainen huntu"


def test_a_model_may_understand_what_the_rules_do_not(planner: MakePlanner, server: local.FakeModel) -> None:
    request = Request(prompt=STRANGE, planner="llm", model=MODEL)
    with pytest.raises(RequestError, match="not understood"):
        plan_stage(Request(prompt=STRANGE))
    server.respond = says("no idea")
    with pytest.raises(RequestError, match=r"read by the rules instead\. This was not understood"):
        planner().plan(request)
    server.respond = says(EMPTY | {"styles": [{"style": "Pad", "sure": "likely", "quote": "huntu"}]})
    intent = planner().plan(request).plan.intent
    assert (intent.style, intent.usable) == ("Pad", True)
