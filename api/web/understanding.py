"""What the planner understands of words, before anything is made of them."""

from typing import NamedTuple

from engine.catalog import catalog
from engine.planner import ExplainRow, comment, explain
from engine.set_values import AskedValue, asked_values
from engine.stages import plan_stage
from schemas.request import Request


class Understood(NamedTuple):
    """A plan in words."""

    title: str
    template_name: str
    comment: str
    usable: bool
    words: list[ExplainRow]
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
        words=explain(plan.intent),
        values=asked_values(plan.intent),
        notes=plan.intent.notes,
    )
