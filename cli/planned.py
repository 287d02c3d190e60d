"""A request from a command's arguments, and what is told of how its words were understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from schemas.intent import Intent
    from schemas.request import Request


def requested(**fields: Any) -> Request:
    """The request of these fields.

    Raises:
        RequestError: they are none.
    """
    from pydantic import ValidationError

    from engine.compiler.spec_io import problems
    from engine.errors import RequestError
    from schemas.request import Request

    try:
        return Request(**fields)
    except ValidationError as error:
        raise RequestError(problems(error)) from None


def understood(console: Console, intent: Intent) -> None:
    """Prints what a prompt came to, and what of it gave nothing."""
    from engine.planner import comment, offered

    if not intent.usable:
        console.print("No word was understood: this is a sound of our choosing.", style="yellow")
    console.print(f"Understood: {comment(intent)}", markup=False, highlight=False)
    if intent.unused:
        words = ", ".join(unused.text for unused in intent.unused)
        console.print(f"Gave nothing: {words}", style="yellow", markup=False, highlight=False)
    for said, meant in offered(intent):
        console.print(f"Did you mean: {meant}, for {said}?", style="yellow", markup=False, highlight=False)
    for note in intent.notes:
        console.print(f"Note: {note}", markup=False, highlight=False)
