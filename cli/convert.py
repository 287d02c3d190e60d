"""`synthcopilot import` and `export`: `.vital` to PatchSpec and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.session import Force, Json, errors, out, print_json


def import_file(
    file: Annotated[Path, typer.Argument(help="A preset of Vital 1.0 to 1.6.", show_default=False)],
    *,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Where to write the PatchSpec; without it, it is printed.")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Read a .vital file as a PatchSpec: JSON in Hz, seconds, dB and semitones.

    Nothing is lost: what the PatchSpec has no field for, and values out of range, are kept under 'imported' until
    their field is set to something else. A version that no Vital opens becomes one that does. Of a bank of several
    presets (.vitalbank, .zip), name one by its path in it.

    Exit code 2: the file is malformed, or would crash Vital.
    """
    from cli.files import write_file
    from cli.presets import preset_at
    from engine.compiler import decompile, dump_spec, oddities, read_vital
    from engine.errors import VitalFileError

    try:
        vital = read_vital(preset_at(file))
    except VitalFileError as error:
        raise VitalFileError(f"{file}: {error}") from None
    spec, odd = decompile(vital), oddities(vital)
    text = dump_spec(spec)
    if not as_json:
        for problem in odd:
            errors().print(f"Warning: {problem}", style="yellow", markup=False, soft_wrap=True)
    if out_file is None:
        sys.stdout.write(text.decode())
        return
    write_file(out_file, text, force=force)
    kept = spec.imported.settings if spec.imported else {}
    if as_json:
        print_json({"spec": str(out_file), "name": spec.metadata.name, "kept": sorted(kept), "warnings": odd})
        return
    routes = len(spec.modulation.routes) + sum(len(macro.targets) for macro in spec.macros)
    console = out()
    console.print(
        f"{out_file}: {spec.metadata.name or file.stem}, {routes} modulations", markup=False, soft_wrap=True
    )
    if kept:
        console.print(f"Kept as they were: {', '.join(sorted(kept))}", markup=False)


def export(
    spec_file: Annotated[Path, typer.Argument(metavar="SPEC.json", help="A PatchSpec.", show_default=False)],
    out_file: Annotated[Path, typer.Option("--out", help="The .vital file to write.", show_default=False)],
    *,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write a PatchSpec as a .vital file. The same PatchSpec always gives the same bytes.

    Exit code 2: the PatchSpec is wrong; each problem is told with its pointer, value and allowed range.
    """
    from cli.files import read_bytes, write_file
    from engine.compiler import canonical_bytes, compile_spec, load_spec, playable
    from engine.errors import SpecError, VitalFileError

    try:
        vital = compile_spec(load_spec(read_bytes(spec_file)))
        guarded, data = playable(vital), canonical_bytes(vital)
    except (SpecError, VitalFileError) as error:
        raise SpecError(f"{spec_file}: {error}") from None
    write_file(out_file, data, force=force)
    problems = [str(problem) for problem in guarded.out_of_range]
    if as_json:
        print_json({"file": str(out_file), "name": vital.get("preset_name", ""), "out_of_range": problems})
        return
    out().print(f"{out_file}: {vital.get('preset_name') or 'unnamed'}", markup=False, soft_wrap=True)
    for problem in problems:
        errors().print(f"Out of range, kept as imported: {problem}", style="yellow", markup=False)
