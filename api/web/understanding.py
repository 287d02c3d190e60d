"""What the planner understands of words, before anything is made of them."""

from typing import NamedTuple

from engine.catalog import catalog
from engine.planner import ExplainRow, comment, explain
from engine.planner.read import VALUE
from engine.set_values import AskedValue, as_near_as, asked_values
from engine.stages import plan_stage, planned_values
from schemas.request import Request
from schemas.result import Plan


class Understood(NamedTuple):
    """A plan in words."""

    title: str
    template_name: str
    comment: str
    usable: bool
    words: list[ExplainRow]
    """Without those that only set a value: they stand under `values`."""
    values: list[AskedValue]
    notes: tuple[str, ...]


def understood(request: Request) -> Understood:
    """What would be built of a request; renders nothing.

    Raises:
        RequestError: the request can't be used; the text says why.
    """
    plan = plan_stage(request)
    return Understood(
        title=plan.title,
        template_name=catalog()[plan.template_id].name,
        comment=comment(plan.intent),
        usable=plan.intent.usable,
        words=[row for row in explain(plan.intent) if row.rule != VALUE],
        values=_values(plan),
        notes=(*plan.intent.notes, *plan.out_of_reach),
    )


def _values(plan: Plan) -> list[AskedValue]:
    """The values that are asked for; one that Vital can't reach is told with what will be set, and why."""
    return [
        asked if reached.kept else asked._replace(told=f"{asked.told}: {as_near_as(reached)}")
        for asked, reached in zip(asked_values(plan.intent), planned_values(plan), strict=True)
    ]
