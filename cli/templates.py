"""`synthcopilot templates`: the kinds of sound that presets are built on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.session import Json, out, print_json, table

if TYPE_CHECKING:
    from schemas.template import MacroTemplate


def templates(
    template_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A template to show in full.", show_default=False)
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """List the templates, or show one with its eight macro roles."""
    from engine.catalog import catalog, template

    chosen = (template(template_id),) if template_id else tuple(catalog().values())
    if as_json:
        documents = [one.model_dump(mode="json") for one in chosen]
        print_json(documents[0] if template_id else documents)
    elif template_id:
        _show(chosen[0])
    else:
        rows = [(one.id, one.category, one.name, one.description) for one in sorted(chosen, key=_by_style)]
        out().print(table(("ID", "Style", "Name", "Sound"), rows))


def _by_style(template: MacroTemplate) -> tuple[str, str]:
    return template.category, template.id


def _show(template: MacroTemplate) -> None:
    from engine.compiler.names import Names

    console, notes = out(), template.compass
    names = Names((route.source, route.target) for route in template.routes)
    console.print(
        f"{template.name} ({template.category}, version {template.version}): {template.description}", markup=False
    )
    console.print(
        f"Notes {notes.low} to {notes.high}, best around {notes.center} (MIDI; 60 is C4)", highlight=False
    )
    if template.subtypes:
        console.print(f"Words that ask for it: {', '.join(template.subtypes)}", markup=False)
    rows = [
        (
            role.label,
            role.role_id,
            "macro" if role.role_id in template.macros else "–",
            f"{role.default:g}",
            "\n".join(f"{names.name(target.path)} {target.amount:+g}" for target in role.targets),
        )
        for role in template.roles
    ]
    console.print(table(("Macro", "Moves", "On a", "Default", "Targets"), rows))
