"""`synthcopilot explain`: what the planner understands of words, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.session import Json, out, print_json, table

if TYPE_CHECKING:
    from rich.console import Console

    from schemas.intent import Intent


def explain(
    prompt: Annotated[str, typer.Argument(help="What the sound should be, in your words.", show_default=False)],
    *,
    seed: Annotated[int, typer.Option(help="As for 'generate'; it decides between templates that fit alike.")] = 0,
    template: Annotated[str | None, typer.Option(help="As for 'generate'.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="As for 'generate'; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Show which word gives what, which words give nothing, and what would be built of it. Renders nothing."""
    from cli.generate import _request
    from engine.planner import explain as rows_of
    from engine.stages import plan_stage

    plan = plan_stage(_request(prompt=prompt, seed=seed, template_id=template, tags=tuple(tag or ())))
    intent = plan.intent
    if as_json:
        rows = [{**row._asdict(), "used": row.used} for row in rows_of(intent)]
        print_json(
            {
                "title": plan.title,
                "template": plan.template_id,
                "words": rows,
                "unused": [unused.text for unused in intent.unused],
                "intent": intent.model_dump(mode="json"),
            }
        )
        return
    console = out()
    cells = [(row.text, row.effect or "nothing", row.rule) for row in rows_of(intent)]
    console.print(table(("Words", "Give", "Why"), cells))
    understood(console, intent)
    console.print(f"Would be: {plan.title}, from the template {plan.template_id}", markup=False, highlight=False)


def understood(console: Console, intent: Intent) -> None:
    """Prints what a prompt came to, and what of it gave nothing."""
    from engine.planner import comment

    if not intent.usable:
        console.print("No word was understood: this is a sound of our choosing.", style="yellow")
    console.print(f"Understood: {comment(intent)}", markup=False, highlight=False)
    if intent.unused:
        words = ", ".join(unused.text for unused in intent.unused)
        console.print(f"Gave nothing: {words}", style="yellow", markup=False, highlight=False)
    for note in intent.notes:
        console.print(f"Note: {note}", markup=False, highlight=False)
