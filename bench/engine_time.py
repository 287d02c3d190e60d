"""The engine's own time a preset, without rendering: plan, patch, variations, compile, guard.

    python -m bench.engine_time [--requests 50]

Prints the median a preset for each step and in all (goal 3 ms), after a warm-up: catalog and lexicon are read once
a process.
"""

import argparse
import statistics
import time

from bench.library_build import PROMPTS
from engine.compiler import compile_spec, playable
from engine.generate import apply_patch
from engine.stages import patch_stage, plan_stage, variation_stage
from schemas.request import Request

STEPS = ("plan", "patch", "variations", "apply", "compile", "guard")


def one(request: Request) -> dict[str, float]:
    """Milliseconds of each step of a request, a preset."""
    presets = 1 + request.variations
    marks = [time.perf_counter()]
    plan = plan_stage(request)
    marks.append(time.perf_counter())
    patch = patch_stage(plan)
    marks.append(time.perf_counter())
    variations = variation_stage(plan, patch.spec)
    marks.append(time.perf_counter())
    specs = [patch.spec, *(apply_patch(patch.spec, variation.patch) for variation in variations)]
    marks.append(time.perf_counter())
    vitals = [compile_spec(spec) for spec in specs]
    marks.append(time.perf_counter())
    for vital in vitals:
        assert playable(vital).preset
    marks.append(time.perf_counter())
    return {step: (b - a) * 1000 / presets for step, a, b in zip(STEPS, marks[:-1], marks[1:], strict=True)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The engine's own time a preset, without rendering.")
    parser.add_argument("--requests", type=int, default=50)
    count = parser.parse_args().requests
    rows = [
        one(Request(prompt=PROMPTS[n % len(PROMPTS)], seed=n, variations=4)) for n in range(count + len(PROMPTS))
    ]
    warm = rows[len(PROMPTS) :]
    for step in STEPS:
        print(f"{step:<12}{statistics.median(row[step] for row in warm):7.2f} ms")
    print(f"{'in all':<12}{statistics.median(sum(row.values()) for row in warm):7.2f} ms a preset (goal 3 ms)")


if __name__ == "__main__":
    main()
