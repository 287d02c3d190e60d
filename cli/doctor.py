"""`synthcopilot doctor`: whether a deployment can do its work, and if not, what to do."""

import os
from dataclasses import asdict
from typing import Annotated

import typer

from cli.session import FAILED, Json, out, print_json, progress, table


def doctor(
    *,
    before_start: Annotated[
        bool, typer.Option("--before-start", help="Leave out what only a running service can show.")
    ] = False,
    json: Json = False,
) -> None:
    """Try everything that the service needs, with the settings of this shell, and say what is wrong and what to do.

    Exit code 1 if something is. To look at a service of `serve` or `stack`: `. HOME/service.env` first.
    """
    import django

    from hosting.checkup import Finding, examine

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    found: list[Finding] = []
    with progress() as bar:
        task = bar.add_task("settings")
        for one in examine(os.environ, running=not before_start):
            if not found and one.outcome == "ok":
                django.setup()
            found.append(one)
            bar.update(task, description=f"{one.name} {one.outcome}")
    well = all(one.outcome == "ok" for one in found)
    if json:
        print_json({"ok": well, "checks": [asdict(one) for one in found]})
    else:
        rows = [(one.name, one.outcome, one.says if not one.todo else f"{one.says}\n→ {one.todo}") for one in found]
        out().print(table(("what", "is", "because"), rows))
    if not well:
        raise typer.Exit(FAILED)
