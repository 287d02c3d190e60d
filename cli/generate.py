"""`synthcopilot generate`: one prompt to one bundle, straight from the engine."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from cli.planned import PlannerOption, planned, reader, requested, understood
from cli.session import Force, InputError, Json, out, print_json, progress, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.bundle import Bundle
    from engine.render.pool import RenderPool
    from schemas.request import Request
    from schemas.result import Plan, Repaired, ValueSet


def generate(
    prompt: Annotated[str, typer.Argument(help="What the sound should be, in your words.", show_default=False)],
    out_dir: Annotated[
        Path, typer.Option("--out", help="Folder that the bundle is written into.", show_default=False)
    ],
    *,
    seed: Annotated[int, typer.Option(help="Another seed gives another sound that fits the same words.")] = 0,
    variations: Annotated[int, typer.Option(min=0, max=16, help="Variations beside the base preset, 0 to 16.")] = 2,
    template: Annotated[
        str | None, typer.Option(help="Template to build on; 'synthcopilot templates' lists them.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="A tag that counts like a word of the prompt; may be repeated.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The preset's name; by default one that says how it sounds.")
    ] = None,
    author: Annotated[str, typer.Option(help="The author that Vital shows.")] = "SynthCopilot",
    planner: PlannerOption = None,
    mp3: Annotated[bool, typer.Option("--mp3", help="MP3 previews beside FLAC.")] = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make a preset and variations of it from words.

    Each is rendered by the real Vital engine, measured, judged and repaired where it needs it. The bundle holds the
    presets, previews, pictures, measurements and a page that plays them, as a folder and as a zip.

    Exit code 1: the base preset was refused, and nothing was written.
    """
    from engine.render.pool import RenderPool

    with RenderPool(len(os.sched_getaffinity(0))) as pool:  # warms up while the rest is imported and planned
        request = requested(
            prompt=prompt, seed=seed, variations=variations, template_id=template, tags=tuple(tag or ()), name=name,
            author=author, mp3=mp3, **reader(planner),
        )  # fmt: skip
        plan, bundle = _made(request, pool)
    folder = _written(bundle, out_dir, force=force)
    if as_json:
        print_json(_report(plan, bundle, folder))
    else:
        _show(plan, bundle, folder)


def _made(request: Request, pool: RenderPool) -> tuple[Plan, Bundle]:
    """All stages of a request, telling which one is at work.

    Raises:
        GateError: the base preset was refused; the text says why, and lists what the prompt set.
    """
    from engine import stages
    from engine.errors import GateError

    with progress() as shown:
        task = shown.add_task("Reading the prompt")
        plan = planned(request)
        words = {
            "patch": f"Patching {plan.title}",
            "render": f"Rendering and measuring {plan.title}, {request.variations} variations",
            "bundle": "Bundling",
        }
        try:
            return plan, stages.run_plan(
                plan, pool, on_stage=lambda stage: shown.update(task, description=words[stage])
            )
        except GateError as error:
            raise GateError("\n".join((str(error), *_suspects(error.values)))) from None


def _suspects(values: Sequence[ValueSet]) -> list[str]:
    """Lines with the values of a preset that was refused: what was asked for is often what can't be heard."""
    found = [f"  {_set(value)}" for value in values]
    return ["The prompt sets these values, which may be why:", *found] if found else []


def _written(bundle: Bundle, out_dir: Path, *, force: bool) -> Path:
    from cli.files import folder_for_output
    from engine.bundle import FolderFiles, write_bundle

    folder = folder_for_output(out_dir) / bundle.folder_name
    if folder.exists() and not force and (not folder.is_dir() or dict(FolderFiles(folder)) != dict(bundle.files)):
        raise InputError(f"{folder} is there already and was changed; --force replaces it")
    return write_bundle(bundle, out_dir)


def _report(plan: Plan, bundle: Bundle, folder: Path) -> dict[str, Any]:
    from engine.planner import offered

    manifest = bundle.manifest
    return {
        "title": plan.title,
        "style": manifest.style,
        "template": plan.template_id,
        "planner": plan.request.planner,
        "planner_note": plan.planner_note,
        "usable": plan.intent.usable,
        "unused": [unused.text for unused in plan.intent.unused],
        "did_you_mean": dict(offered(plan.intent)),
        "notes": [*plan.intent.notes, *plan.out_of_reach],
        "folder": str(folder),
        "zip": f"{folder}.zip",
        "sha256": bundle.sha256,
        "key": manifest.key,
        "presets": [
            {
                "id": preset.id,
                "kind": preset.kind,
                "title": preset.title,
                "file": preset.files.preset,
                "takes": preset.takes,
                "renders": preset.renders + preset.tuning_renders,
                "words": [word.model_dump(mode="json") for word in preset.words],
                "values": [value.model_dump(mode="json") for value in preset.values],
                "repairs": [repair.model_dump(mode="json") for repair in preset.repairs],
                "measurements": preset.measurements.overall.model_dump(mode="json")
                if preset.measurements
                else None,
            }
            for preset in manifest.presets
        ],
        "refused": [
            {
                "id": preset.id,
                "kind": preset.kind,
                "title": preset.title,
                "reasons": list(preset.reasons),
                "values": [value.model_dump(mode="json") for value in preset.values],
            }
            for preset in manifest.refused
        ],
        "macros": [macro.model_dump(mode="json") for macro in manifest.macros],
    }


_MOST_MACROS = 4
_MACROS = {"role": "replaced", "macro": "reduced", "macro_level": "trimmed"}
"""What was done to a macro, by kind of repair: these are counted, the manifest has each with its reason."""


def _repairs(repairs: Sequence[Repaired]) -> str:
    found = [_repair(one) for one in repairs if one.kind not in _MACROS]
    counts = Counter(one.kind for one in repairs if one.kind in _MACROS)
    found += [f"{count} macro{'s' * (count > 1)} {_MACROS[kind]}" for kind, count in counts.items()]
    return ", ".join(found) or "–"


def _repair(repair: Repaired) -> str:
    if repair.kind == "peaks":
        return f"{repair.subject}, {repair.amount:g} {repair.unit}"
    return f"{repair.kind} {repair.amount:+g} {repair.unit}"


def _set(value: ValueSet) -> Text:
    """`Set: attack 10 ms`; where it isn't kept, what was asked for and why."""
    from engine.set_values import shipped_value

    one = shipped_value(value)
    colour = "green" if one.state == "set" else "yellow"
    return Text(f"{one.state.capitalize()}: ", style=colour) + Text(f"{one.text} {one.detail}".rstrip())


def _show(plan: Plan, bundle: Bundle, folder: Path) -> None:
    console, manifest = out(), bundle.manifest
    understood(console, plan)
    rows = []
    for preset in manifest.presets:
        heard = preset.measurements.overall if preset.measurements else None
        level = f"{heard.loudness_lufs:.1f}" if heard else "–"
        peak = f"{heard.peak_dbfs:.1f}" if heard else "–"
        rows.append((preset.title, preset.kind, level, peak, _repairs(preset.repairs)))
    headings = ("Preset", "Kind", "LUFS", "Peak dBFS", "Repaired")
    console.print(table(headings, rows, title=f"{plan.title} ({manifest.style}, from {plan.template_id})"))
    for refused in manifest.refused:
        console.print(f"Refused: {refused.title}: {'; '.join(refused.reasons)}", style="yellow", markup=False)
        for value in refused.values:
            console.print(Text("  ") + _set(value), soft_wrap=True)
    for value in manifest.presets[0].values:
        console.print(_set(value), soft_wrap=True)
    for word in manifest.presets[0].words:
        verdict, colour = ("Heard", "green") if word.satisfied else ("Not fully heard", "yellow")
        said = Text(f"{verdict if word.given else 'Not given'}: ", style=colour if word.given else "red")
        console.print(said + Text(f"{', '.join(word.words)} ({word.reason})"), soft_wrap=True)
    moved = [f"{m.label} on {m.control.replace('_', ' ')}" for m in manifest.macros if m.control != "baked"]
    fixed = [macro.label for macro in manifest.macros if macro.control == "baked"]
    empty = _MOST_MACROS - sum(m.control.startswith("macro") for m in manifest.macros)
    unused = f"; {empty} of {_MOST_MACROS} stay empty" if empty > 0 else ""
    built_in = ", ".join(fixed) or "none"
    console.print(f"Macros: {', '.join(moved) or 'none'}{unused}; built in: {built_in}", markup=False)
    console.print(f"Folder: {folder}\nZip:    {folder}.zip", markup=False, soft_wrap=True, highlight=False)
