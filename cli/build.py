"""`synthcopilot build`: a library file to a pack, through Dagster runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.session import FAILED, Json, out, print_json, progress, table

if TYPE_CHECKING:
    from pipelines.build import BuildReport


def build(
    library_file: Annotated[
        Path, typer.Argument(metavar="LIBRARY.yaml", help="A library: prompts with options.", show_default=False)
    ],
    out_dir: Annotated[
        Path, typer.Option("--out", help="Folder that the pack is written into.", show_default=False)
    ],
    *,
    home: Annotated[
        Path | None,
        typer.Option(help="Home of the Dagster instance; by default DAGSTER_HOME, or .dagster in the repository."),
    ] = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Prompts rendered at a time; 0: one per core.")] = 0,
    as_json: Json = False,
) -> None:
    """Build a pack from a library of prompts.

    Runs, lineage, checks and plots can be seen in Dagster's UI. What is made and up to date isn't made again: a
    build that was killed continues where it left off when it is started once more.

    Exit code 1: a run failed, or the base preset of a prompt was refused; a pack of the others is still written.
    """
    from cli.files import folder_for_output
    from cli.library import read_library
    from cli.planned import with_reader

    library = with_reader(read_library(library_file))
    folder_for_output(out_dir)
    with progress(len(library.prompts)) as shown:
        task = shown.add_task("Starting Dagster", total=len(library.prompts))
        from assets.resources import Progress
        from pipelines.build import build_library
        from pipelines.home import default_home

        def tell(step: Progress) -> None:
            shown.update(task, description=step.stage, completed=step.done, total=step.total)

        report = build_library(
            library, out_dir=out_dir, home=home or default_home(), progress=tell, workers=workers
        )
    if as_json:
        print_json(_document(report))
    else:
        _show(report)
    if any(refusal.preset in ("", "base") for refusal in report.refused):
        raise typer.Exit(FAILED)


def _document(report: BuildReport) -> dict[str, Any]:
    models = {
        "regenerated": [one.model_dump(mode="json") for one in report.regenerated],
        "coverage": report.coverage.model_dump(mode="json") if report.coverage else None,
    }
    return asdict(report) | models


def _show(report: BuildReport) -> None:
    console = out()
    if report.refused:
        rows = [(one.title or one.prompt, one.preset or "all of it", one.reason) for one in report.refused]
        console.print(table(("Refused", "Preset", "Why"), rows))
    if report.not_kept:
        rows = [(one.title, one.value, one.why) for one in report.not_kept]
        console.print(table(("Not as asked", "Has", "Instead of"), rows))
    done = "nothing had changed" if report.skipped else f"{report.wall_s:.0f} s"
    console.print(
        f"{report.requests} prompts, {report.accepted} presets ({report.repaired} repaired), "
        f"{len(report.refused)} refused; {done}",
        highlight=False,
    )
    if report.regenerated:
        drawn = [(one.title, str(one.seed), str(one.asked_seed), one.sounded_like) for one in report.regenerated]
        console.print(table(("Drawn anew", "Seed", "Instead of", "Which sounded like"), drawn))
    if report.near_duplicates:
        console.print(
            f"{report.near_duplicates} of the refused sound like another preset, with other seeds as well",
            highlight=False,
        )
    if report.coverage:
        reached = ", ".join(
            f"{one.style} {one.cells_reached}/{one.cells} ({one.cells_reached_by_people:.0f})"
            for one in report.coverage.styles
        )
        console.print(
            f"Variety: regions of sound covered (in brackets, what as many human-made presets cover): {reached}",
            highlight=False,
        )
    if report.repeated:
        console.print(f"{report.repeated} prompts were listed twice and built once", highlight=False)
    console.print(
        f"Pack: {report.pack.folder}\nZip:  {report.pack.zip}", markup=False, soft_wrap=True, highlight=False
    )
    console.print(f"Page: {report.pack.folder}/index.html", markup=False, soft_wrap=True, highlight=False)
    console.print(f"Runs: {report.where}", markup=False, soft_wrap=True, highlight=False)
