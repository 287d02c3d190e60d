"""`python -m tools.responses`: measures what axes and macros do to templates' sounds, where that isn't known.

Maps lie in `template_catalog/responses/`, one a template. Only what is missing or stale is rendered, and each map
is written after each of its contexts, so this can be stopped at any time. What the maps show that templates don't
own is written last, into `template_catalog/not_owned.json`. `--check` only says what is to be done,
`--forget` drops what is stale without hearing it anew: what stands in a map is true then, and the rest is missing.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from engine.catalog import catalog, template, template_ids
from engine.errors import SynthCopilotError
from engine.files import write_whole
from engine.generate import owners
from engine.render.pool import RenderPool
from engine.responses import (
    current_rows,
    is_of,
    map_text,
    measure_responses,
    not_owned_text,
    read_map,
    to_render_by_context,
)
from engine.responses.files import FOLDER
from schemas.template import MacroTemplate

MAPS = Path(__file__).resolve().parents[1] / "template_catalog" / FOLDER


def main(arguments: Sequence[str] | None = None) -> int:
    """Brings maps up to date, or with `--check` names those that aren't; 1 if one is left."""
    parser = argparse.ArgumentParser(prog="python -m tools.responses", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ID", help="these templates")
    parser.add_argument("--check", action="store_true", help="render nothing; 1 if a map is missing or stale")
    parser.add_argument("--forget", action="store_true", help="render nothing; drop stale rows")
    parser.add_argument("--processes", type=int, default=1, help="presets that are rendered at a time")
    options = parser.parse_args(arguments)
    try:
        chosen = [template(one) for one in options.only] if options.only else list(catalog().values())
        if options.check:
            return _check(chosen)
        (_forget if options.forget else partial(_make, processes=options.processes))(chosen)
        _write_ownership()
        return 0
    except SynthCopilotError as error:
        print(error, file=sys.stderr)
        return 1


def stale(templates: Sequence[MacroTemplate]) -> Iterator[tuple[MacroTemplate, dict[str, int]]]:
    """Templates whose map isn't whole or isn't of them any more, and how many sounds are to be heard by context."""
    for one in templates:
        known = read_map(one.id, MAPS)
        missing = to_render_by_context(one, known)
        if any(missing.values()) or known is None or not is_of(known, one):
            yield one, missing


def _check(templates: Sequence[MacroTemplate]) -> int:
    found = list(stale(templates))
    for one, missing in found:
        print(f"{one.id}: {sum(missing.values())} sounds aren't known; run `make responses`", file=sys.stderr)
    return 1 if found else 0


def _forget(templates: Sequence[MacroTemplate]) -> None:
    for one in templates:
        known = read_map(one.id, MAPS)
        if known is not None and (holds := current_rows(one, known)) != known:
            dropped = sum(len(context.rows) for context in known.contexts.values())
            dropped -= sum(len(context.rows) for context in holds.contexts.values())
            write_whole(MAPS / f"{one.id}.json", map_text(holds))
            print(f"{one.id}: {dropped} rows dropped")


def _make(templates: Sequence[MacroTemplate], processes: int) -> None:
    """One context of all templates after the other, so that something is known of each template early."""
    found = list(stale(templates))
    names = list(dict.fromkeys(name for _, missing in found for name in missing))
    work = [(one, missing, name) for name in names for one, missing in found if _is_due(missing, name)]
    with RenderPool(processes) as pool:
        for number, (one, missing, name) in enumerate(work, 1):
            started = time.monotonic()
            made = measure_responses(one, pool, read_map(one.id, MAPS), contexts=[name])
            write_whole(MAPS / f"{one.id}.json", map_text(made))
            took_s = time.monotonic() - started
            print(f"{number}/{len(work)} {one.id}, {name}: {missing[name]} sounds in {took_s:.0f} s", flush=True)
    print(f"{len(templates) - len(found)} of {len(templates)} were up to date")


def _write_ownership() -> None:
    """Of all templates, whichever were measured now."""
    maps = [known for one in template_ids() if (known := read_map(one, MAPS)) is not None]
    write_whole(MAPS.parent / owners.FILE, not_owned_text(maps))


def _is_due(missing: dict[str, int], name: str) -> bool:
    """Whether a context has something to be heard, or is the first of a map that only has to be written anew."""
    return missing[name] > 0 or (not any(missing.values()) and name == next(iter(missing)))


if __name__ == "__main__":
    sys.exit(main())
