"""Who reads prompts for `plans`: the rules, or a language model for the requests that name one.

Whoever runs the assets says where a model is and where its answers are kept; the default has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from engine.stages import plan_stage, read_by_rules
from schemas.request import Request
from schemas.result import Plan

if TYPE_CHECKING:
    from service.llm.answers import KeptAnswer
    from service.llm.planner import LlmPlanner

NOBODY_TO_ASK = "No language model may be asked in this run: the words were read by the rules instead."


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A plan, and the language model's answer where it is made of one."""

    plan: Plan
    answer: "KeptAnswer | None" = None


PlanRequest: TypeAlias = Callable[[Request], PlannedRequest]


@dataclass(frozen=True)
class Planning:
    """How a run gets at a language model, by its tags; None where it has none, or may not ask it."""

    planner: "Callable[[Mapping[str, str]], LlmPlanner | None] | None" = None

    def reader(self, tags: Mapping[str, str]) -> PlanRequest:
        """What makes a run's requests plans; a language model is looked for with the first that wants one."""

        def read(request: Request) -> PlannedRequest:
            if request.planner == "rules":
                return PlannedRequest(plan_stage(request))
            if (planner := self.planner(tags) if self.planner else None) is not None:
                found = planner.plan(request)
                return PlannedRequest(found.plan, found.answer)
            intent = read_by_rules(request)
            told = intent.model_copy(update={"notes": (NOBODY_TO_ASK, *intent.notes)[:16]})
            return PlannedRequest(plan_stage(request, intent=told, planner_note=NOBODY_TO_ASK))

        return read
