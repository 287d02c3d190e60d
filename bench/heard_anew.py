"""Of presets that ship, what would be refused or mended if all of each were heard anew, with nothing known of it.

    python -m bench.heard_anew [PROMPTS.txt] [--seed 3] [--presets 40]

Each prompt's base is made as always. Then it is auditioned once more as a stranger's would be: every note, phase
seed, worst case and macro is rendered of the very file that shipped.
"""

import argparse
from pathlib import Path

from bench.request_cost import PROMPTS
from engine.audition import Candidate, audition
from engine.catalog import template
from engine.gates import profile_for
from engine.refine.refinement import Refinement
from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage, render_stage
from engine.word_contracts import NOTHING_ASKED
from schemas.request import Request
from schemas.result import HeardPreset


def shipped(request: Request, pool: RenderPool) -> HeardPreset:
    """The base of a request as it ships, or as it was refused."""
    plan = plan_stage(request)
    return render_stage(plan, patch_stage(plan).spec, (), pool).presets[0]


def heard_anew(request: Request, preset: HeardPreset, pool: RenderPool) -> HeardPreset:
    """The same patch after an audition that knows nothing of it."""
    plan = plan_stage(request)
    refinement = Refinement.of(plan, preset.spec, (), pool).with_words(NOTHING_ASKED)
    profile = profile_for(template(plan.template_id).category)
    (again,) = audition([Candidate("base", "base", preset.spec, refinement.notes, profile)], pool)
    return again.preset


def main() -> None:
    """Print a line for each preset that would not ship as it is, then the counts."""
    parser = argparse.ArgumentParser(description="Of presets that ship, what is refused if all is heard anew.")
    parser.add_argument("prompts", type=Path, nargs="?", default=PROMPTS)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--presets", type=int, default=40)
    wanted = parser.parse_args()
    prompts = [line.strip() for line in wanted.prompts.read_text().splitlines() if line.strip()]
    requests = [
        Request(prompt=prompts[n % len(prompts)], seed=wanted.seed + n // len(prompts))
        for n in range(wanted.presets)
    ]
    accepted = refused = mended = 0
    with RenderPool() as pool:
        for request in requests:
            first = shipped(request, pool)
            if first.status != "accepted":
                continue
            accepted += 1
            again = heard_anew(request, first, pool)
            refused += again.status == "refused"
            mended += again.status == "accepted" and bool(again.repairs)
            for line in (
                *again.refused_because,
                *(f"{one.kind} {one.amount:g} {one.unit}" for one in again.repairs),
            ):
                print(f"{request.prompt} (seed {request.seed}): {again.status}: {line}", flush=True)
    print(f"{accepted} presets that shipped, heard anew: {refused} refused, {mended} mended once more")


if __name__ == "__main__":
    main()
