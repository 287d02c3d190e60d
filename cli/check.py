"""`synthcopilot check`: measures and gates on any preset."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.session import BAD_INPUT, FAILED, InputError, Json, out, print_json, progress, table

if TYPE_CHECKING:
    from cli.presets import PresetFile
    from engine.gates import GateProfile
    from engine.render.job import Outcome, RenderJob
    from schemas.measurements import GateReport, Measurements


class Judge(StrEnum):
    """Whose limits count."""

    HUMAN = "human"
    STYLE = "style"


@dataclass
class Checked:
    """The result for one file."""

    path: Path
    status: str = "unreadable"
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    out_of_range: list[str] = field(default_factory=list)
    nowhere: list[str] = field(default_factory=list)
    """Modulations that Vital skips, since it doesn't have their source or their target."""
    style: str = ""
    measurements: Measurements | None = None
    gates: GateReport | None = None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "file": str(self.path),
            "status": self.status,
            "style": self.style,
            "reasons": self.reasons,
            "warnings": self.warnings,
            "out_of_range": self.out_of_range,
            "routes_to_nowhere": self.nowhere,
            "measurements": self.measurements.model_dump(mode="json") if self.measurements else None,
            "gates": self.gates.model_dump(mode="json") if self.gates else None,
        }


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Presets, or folders and banks (.vitalbank, .zip) with presets in them.", show_default=False
        ),
    ],
    *,
    judge: Annotated[
        Judge,
        typer.Option(
            help="'human' fails only what is broken and warns of what is unusual among human-made presets; "
            "'style' holds a preset to the limits of its style, like those made here, at the notes in its comment."
        ),
    ] = Judge.HUMAN,
    as_json: Json = False,
) -> None:
    """Render and measure presets, whoever made them, and judge them by the gates.

    The figures are the worst of the register, of soft and hard playing, of a chord, of another phase seed, of a
    note let go at once, and of the macros at their ends and in every corner; each failed gate says which of these.

    A file that is malformed or crashes Vital is reported by name, and the others are still measured. Values out of
    range are reported, and measured at the nearest value that the control has. Modulations that lead nowhere are
    reported by name; Vital skips them. A warning names a version that Vital refuses, and settings that it has not.
    What is hidden, and what macOS packs beside files, is passed over.

    Exit code 0: all passed. 1: one failed a gate, or couldn't be read or rendered. 2: none could be read.
    """
    from cli.presets import presets_in

    presets = presets_in(files)
    if not presets:
        raise InputError(f"no .vital file in {', '.join(str(place) for place in files)}")
    checked = _check_all(presets, judge)
    counts = {status: sum(one.status == status for one in checked) for status in ("passed", "failed", "unreadable")}
    if as_json:
        print_json({"files": [one.document() for one in checked], **counts})
    else:
        _show(checked, counts)
    if counts["unreadable"] == len(checked):
        raise typer.Exit(BAD_INPUT)
    if counts["passed"] < len(checked):
        raise typer.Exit(FAILED)


def _check_all(presets: Sequence[PresetFile], judge: Judge) -> list[Checked]:
    from engine.render.pool import RenderPool

    checked = [Checked(one.path) for one in presets]
    with RenderPool(len(os.sched_getaffinity(0))) as pool, progress(len(presets)) as shown:
        task = shown.add_task("Checking", total=len(presets))
        for outcome in pool.map(_jobs(presets, checked, judge)):
            _judge(checked[int(outcome.key)], outcome, judge)
            shown.advance(task)
    return checked


def _jobs(presets: Sequence[PresetFile], checked: list[Checked], judge: Judge) -> Iterator[RenderJob]:
    """A job for each file that can be read; read one after the other, as they are rendered."""
    from engine.compiler import oddities, routes_to_nowhere
    from engine.errors import SynthCopilotError
    from engine.inspection import inspectable, inspection_job, style_of

    for index, (preset, one) in enumerate(zip(presets, checked, strict=True)):
        try:
            guarded = inspectable(preset.read())
        except InputError as error:
            one.reasons = [str(error).removeprefix(f"{one.path}: ")]
            continue
        except SynthCopilotError as error:
            one.reasons = [str(error)]
            continue
        one.out_of_range = [str(problem) for problem in guarded.out_of_range]
        one.warnings = list(oddities(guarded.vital))
        one.nowhere = list(routes_to_nowhere(guarded.vital["settings"]))
        one.style = style_of(guarded)
        yield inspection_job(str(index), guarded, by_its_style=judge is Judge.STYLE)


def _profile(checked: Checked, judge: Judge) -> GateProfile:
    from engine.gates import HUMAN, profile_for

    return profile_for(checked.style) if judge is Judge.STYLE else HUMAN


def _judge(checked: Checked, outcome: Outcome, judge: Judge) -> None:
    from engine.inspection import inspected

    found = inspected(outcome, _profile(checked, judge))
    checked.status = "passed" if found.passed else "failed"
    checked.reasons, checked.warnings = list(found.reasons), [*checked.warnings, *found.warnings]
    checked.measurements, checked.gates = found.measurements, found.gates


def _show(checked: list[Checked], counts: dict[str, int]) -> None:
    from rich.text import Text

    console, names = out(), _short_names([one.path for one in checked])
    rows = []
    for one, name in zip(checked, names, strict=True):
        heard = one.measurements.overall if one.measurements else None
        levels = (heard.loudness_lufs, heard.peak_dbfs, heard.mono_loss_db) if heard else (None,) * 3
        color = "green" if one.status == "passed" else "red"
        rows.append((name, Text(one.status, style=color), *(_level(value) for value in levels)))
    console.print(table(("Preset", "", "LUFS", "Peak dBFS", "Mono dB"), rows))
    for one, name in zip(checked, names, strict=True):
        said = [*one.reasons, *(f"warning: {text}" for text in one.warnings)]
        said += [f"out of range: {text}" for text in one.out_of_range]
        said += [f"skipped by Vital: {text}" for text in one.nowhere]
        for text in said:
            console.print(f"{name}: {text}", markup=False, highlight=False, soft_wrap=True)
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    console.print(f"{len(checked)} preset{'s' * (len(checked) != 1)}: {told}", highlight=False)


def _short_names(paths: list[Path]) -> list[str]:
    """Paths without the folder that all of them share."""
    shared = os.path.commonpath([path.absolute().parent for path in paths])
    return [str(path) if shared == "/" else os.path.relpath(path.absolute(), shared) for path in paths]


def _level(decibels: float | None) -> str:
    return "–" if decibels is None else f"{round(decibels, 1) + 0.0:.1f}"
