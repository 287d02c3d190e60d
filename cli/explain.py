"""`synthcopilot explain`: what the planner understands of words, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.planned import PlannerOption, planned, reader, requested, understood
from cli.session import Json, out, print_json, table


def explain(
    prompt: Annotated[str, typer.Argument(help="What the sound should be, in your words.", show_default=False)],
    *,
    seed: Annotated[
        int, typer.Option(help="As for 'generate'; it decides between templates that fit equally well.")
    ] = 0,
    template: Annotated[str | None, typer.Option(help="As for 'generate'.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="As for 'generate'; may be repeated.")] = None,
    planner: PlannerOption = None,
    as_json: Json = False,
) -> None:
    """Show what each word does, which values are set, which words do nothing, and what would be built.

    Renders nothing.
    """
    from engine.planner import explain as rows_of
    from engine.planner import offered
    from engine.set_values import as_near_as, asked_values
    from engine.stages import planned_values

    request = requested(prompt=prompt, seed=seed, template_id=template, tags=tuple(tag or ()), **reader(planner))
    plan = planned(request)
    intent = plan.intent
    if as_json:
        rows = [{**row._asdict(), "used": row.used} for row in rows_of(intent)]
        print_json(
            {
                "title": plan.title,
                "template": plan.template_id,
                "planner": plan.request.planner,
                "planner_note": plan.planner_note,
                "words": rows,
                "values": [
                    {**value._asdict(), "found": reached.found, "kept": reached.kept, "reason": reached.reason}
                    for value, reached in zip(asked_values(intent), planned_values(plan), strict=True)
                ],
                "notes": [*intent.notes, *plan.out_of_reach],
                "unused": [unused.text for unused in intent.unused],
                "did_you_mean": dict(offered(intent)),
                "intent": intent.model_dump(mode="json"),
            }
        )
        return
    console = out()
    cells = [(row.text, row.effect or "nothing", row.rule) for row in rows_of(intent)]
    console.print(table(("Words", "Give", "Why"), cells))
    values = [
        (value.name, value.told if reached.kept else f"{value.told}: {as_near_as(reached)}", value.text)
        for value, reached in zip(asked_values(intent), planned_values(plan), strict=True)
    ]
    if values:
        console.print(table(("Set", "To", "Read from"), values))
    understood(console, plan)
    console.print(f"Would be: {plan.title}, from the template {plan.template_id}", markup=False, highlight=False)
