"""What runs of the assets are given: the rules for those who want them, a model only by a job's own user."""

import json
from typing import Any

import pytest

from assets.planning import NOBODY_TO_ASK, Planning
from assets.requests import _plan_row, _prompt_row
from engine.stages import plan_stage
from pipelines.on_demand.resources import planning
from schemas.request import Request
from service.llm.planner import LlmPlanner, ReadPrompt
from tests.llm.endpoint import GOOD, MODEL, PROMPT

REQUEST = Request(prompt=PROMPT, planner="llm", model=MODEL)
RULES = Request(prompt=PROMPT)


def test_without_anybody_to_ask_the_rules_read_and_say_so() -> None:
    for one in (Planning(), Planning(lambda tags: None)):
        found = one.reader({})(REQUEST)
        assert found.answer is None
        assert (found.plan.planner_note, found.plan.intent.notes[0]) == (NOBODY_TO_ASK, NOBODY_TO_ASK)
        assert found.plan.intent.axes == plan_stage(RULES).intent.axes
        assert one.reader({})(RULES).plan == plan_stage(RULES)


def test_whoever_wants_the_rules_asks_nobody(planner: Any) -> None:
    def nobody(tags: object) -> LlmPlanner:
        raise AssertionError("nobody was to be asked")

    assert Planning(nobody).reader({})(RULES).plan == plan_stage(RULES)


def test_a_run_is_told_by_its_tags_whom_to_ask(planner: Any) -> None:
    seen = []

    def find(tags: Any) -> LlmPlanner:
        seen.append(dict(tags))
        return planner()

    found = Planning(find).reader({"synthcopilot/user": "7"})(REQUEST)
    expected: ReadPrompt = planner(folder="other").plan(REQUEST)
    assert (found.plan, found.answer) == (expected.plan, expected.answer)
    assert seen == [{"synthcopilot/user": "7"}]


def test_a_run_that_no_user_asked_for_may_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    assert planning.planner_of_user({}) is None
    assert planning.planner_of_user({"synthcopilot/job": "x"}) is None


def test_a_row_of_plans_keeps_what_a_model_answered_to_which_instructions(planner: Any) -> None:
    read = Planning(lambda tags: planner()).reader({})
    row = _plan_row(_prompt_row(REQUEST), read)
    assert (row["planner"], row["model"], row["prompt_version"]) == ("llm", "tiny-reader", "1")
    assert json.loads(row["answer"]) == GOOD
    by_rules = _plan_row(_prompt_row(RULES), read)
    kept = [by_rules[name] for name in ("planner", "model", "prompt_version", "answer")]
    assert kept == ["rules", None, None, None]
