"""Makes a preset of each prompt and counts what is as asked: `python -m bench.values [--planned] [SET ...]`.

`--planned` reads the patch before anything is rendered, which takes seconds; without it each preset goes all the
way, and one that is refused counts as wrong. `--by retrieval` or `random` reads what these make of the prompts
instead (see `bench.sound.systems`; retrieval needs requirements-bench.txt): what is as asked by chance.
"""

import argparse
from collections.abc import Iterator

import orjson

from bench.sound.systems import Random, Retrieval, System
from bench.values.score import SETS, Case, Expected, Missed, cases, missed, table_row
from engine.audition.notes import measured_notes
from engine.catalog import template
from engine.compiler import canonical_bytes, compile_spec
from engine.errors import SynthCopilotError
from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage, render_stage
from schemas.patch_spec import PatchSpec
from schemas.request import Request
from schemas.result import Plan

_SEED = 3
_OTHERS: dict[str, type[Random] | type[Retrieval]] = {"random": Random, "retrieval": Retrieval}


def planned(case: Case) -> list[Missed]:
    """What the patch misses that is planned for a prompt; everything, if it is refused."""
    try:
        plan = plan_stage(Request(prompt=case.prompt, seed=_SEED, variations=0))
    except SynthCopilotError as error:
        return [Missed(case, one, str(error)) for one in _all_of(case)]
    return _missed(case, plan, patch_stage(plan).spec)


def shipped(case: Case, pool: RenderPool) -> list[Missed]:
    """What the preset misses that ships; everything, if none does."""
    try:
        plan = plan_stage(Request(prompt=case.prompt, seed=_SEED, variations=0))
        base = render_stage(plan, patch_stage(plan).spec, (), pool).presets[0]
    except SynthCopilotError as error:
        return [Missed(case, one, str(error)) for one in _all_of(case)]
    if base.status == "refused":
        return [Missed(case, one, "; ".join(base.refused_because)) for one in _all_of(case)]
    return _missed(case, plan, base.spec)


def by(system: System, case: Case) -> list[Missed]:
    """What a patch misses that another system makes of a prompt."""
    made = system.make(case.prompt, _SEED)
    found = list(missed(case, orjson.loads(made.preset), made.plan.note))
    if case.styles and made.style not in case.styles:
        found.append(Missed(case, Expected("style", "=", " or ".join(case.styles)), made.style))
    return found


def _all_of(case: Case) -> Iterator[Expected]:
    yield from case.expected
    if case.styles:
        yield Expected("style", "=", " or ".join(case.styles))


def told(miss: Missed) -> str:
    """A miss in a line."""
    asked = miss.expected
    wanted = " ".join(str(part) for part in (asked.noun, asked.op, asked.value, asked.unit) if part is not None)
    return f"{miss.case.id} {miss.case.prompt!r}: {wanted.strip()}; found {miss.found}"


def _missed(case: Case, plan: Plan, spec: PatchSpec) -> list[Missed]:
    note = measured_notes(template(plan.template_id), plan.intent)[0].note
    found = list(missed(case, orjson.loads(canonical_bytes(compile_spec(spec))), note))
    if case.styles and plan.intent.style not in case.styles:
        found.append(Missed(case, Expected("style", "=", " or ".join(case.styles)), plan.intent.style))
    return found


def main() -> None:
    """Print what is missed, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--planned", action="store_true", help="read the planned patch, render nothing")
    parser.add_argument("--by", choices=("rules", *_OTHERS), default="rules", help="who makes the patches")
    options = parser.parse_args()
    other = _OTHERS[options.by]() if options.by in _OTHERS else None
    rows = []
    with RenderPool() as pool:
        for name in options.sets:
            wanted = cases(name)
            if other is not None:
                found = [by(other, case) for case in wanted]
            else:
                found = [planned(case) if options.planned else shipped(case, pool) for case in wanted]
            for one in (miss for misses in found for miss in misses):
                print(told(one))
            rows.append(table_row(name, found, wanted))
    print("\n| prompts | all as asked (95 %) | values and parts |\n|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
