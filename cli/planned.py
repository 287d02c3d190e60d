"""A request from a command's arguments, and what is told of how its words were understood."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from rich.console import Console

    from schemas.request import Library, Request
    from schemas.result import Plan
    from service.settings import Settings

PlannerOption: TypeAlias = Annotated[
    Literal["rules", "llm"] | None,
    typer.Option(
        help="Who reads the prompt: 'rules' on this machine, or 'llm', the language model that the settings name. "
        "By default what SYNTHCOPILOT_PLANNER says, else the rules.",
        show_default=False,
    ),
]


def requested(**fields: Any) -> Request:
    """The request of these fields.

    Raises:
        RequestError: they are none.
    """
    from pydantic import ValidationError

    from engine.errors import RequestError
    from schemas.request import Request

    try:
        return Request(**fields)
    except ValidationError as error:
        raise RequestError("\n".join(_in_words(problem) for problem in error.errors(include_url=False))) from None


_ARGUMENTS = {"prompt": "the prompt", "tags": "--tag", "template_id": "--template"}
"""What the fields of a request are on the command line, where that isn't an option of the same name."""


def _in_words(problem: ErrorDetails) -> str:
    """What is wrong with an argument: "the prompt must not be empty"."""
    from engine.compiler.spec_io import problem_line

    field = str(problem["loc"][0]) if problem["loc"] else ""
    argument = _ARGUMENTS.get(field, f"--{field}")
    if field == "template_id":
        return f"no template {problem['input']!r}; 'synthcopilot templates' lists those that there are"
    return f"{argument} {problem_line(problem).partition(': ')[2]}"


def reader(planner: str | None) -> dict[str, str]:
    """The fields of a request that say who reads its prompt, as the command line or else the settings have it.

    Raises:
        RequestError: a language model is asked for, and none is set up.
    """
    if (planner or os.environ.get("SYNTHCOPILOT_PLANNER") or "rules") == "rules":
        return {}
    return {"planner": "llm", "model": _with_model().llm_model}


def with_reader(library: Library) -> Library:
    """A library that says who reads its prompts: itself, or else the settings.

    Raises:
        RequestError: a language model is asked for, and none is set up.
    """
    said = library.model_copy(update=reader(library.planner) | ({"model": library.model} if library.model else {}))
    asking = [request for request in said.requests() if request.planner == "llm"]
    if not asking:
        return said
    model = _with_model().llm_model
    return said if all(request.model for request in asking) else said.model_copy(update={"model": model})


def planned(request: Request) -> Plan:
    """The plan of a request, by whoever it names.

    Raises:
        RequestError: the request can't be used, or names a language model where none is set up.
    """
    if request.planner == "llm":
        from service.llm.planner import own_planner

        return own_planner(_with_model()).plan(request).plan
    from engine.stages import plan_stage

    return plan_stage(request)


def _with_model() -> Settings:
    from pydantic import ValidationError

    from engine.errors import RequestError
    from service.settings import settings

    try:
        found = settings()
    except ValidationError as error:
        said = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors(include_input=False))
        raise RequestError(f"the settings can't be used: {said}") from None
    if not found.llm_url:
        raise RequestError("no language model is set up: SYNTHCOPILOT_LLM_URL and SYNTHCOPILOT_LLM_MODEL name one")
    return found


def understood(console: Console, plan: Plan) -> None:
    """Prints what a prompt came to, what of it gave nothing, and what its template can't be made."""
    from engine.planner import comment, offered

    intent = plan.intent
    console.print(f"Understood: {comment(intent)}", markup=False, highlight=False)
    if intent.unused:
        words = ", ".join(unused.text for unused in intent.unused)
        console.print(f"No effect: {words}", style="yellow", markup=False, highlight=False)
    for said, meant in offered(intent):
        console.print(f"Did you mean: {meant}, for {said}?", style="yellow", markup=False, highlight=False)
    for note in (*intent.notes, *plan.out_of_reach):
        console.print(f"Note: {note}", markup=False, highlight=False)
