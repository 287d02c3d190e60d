"""The wall of a library build, through real Dagster runs, against a bare loop of the same loads and renders.

    python -m bench.library_build [--prompts 12] [--variations 1] [--rounds 3]

Both are done on one core, in turn, in the same run of this script; what counts is the ratio. The bare loop loads
every preset that the build rendered into one synth, in one process, and renders the same notes and the same turned
macros and short takes: nothing is planned, checked, isolated, measured, judged or written. The throw-away renders
after each load, turn and take, without which parameters still glide, belong to both.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from vita.vita import Synth

from engine.audio import SAMPLE_RATE
from engine.render.job import Outcome, RenderJob
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.request import Library

PROMPTS = (
    "warm analog bass with a slow filter sweep", "bright supersaw lead", "soft electric piano", "dark evolving pad",
    "punchy kick", "acid bass", "glassy bell", "gentle pluck", "wide string pad", "talking lead", "deep sub bass",
    "noisy riser", "church organ", "hoover lead", "tight snare", "hypnotic arp sequence",
)  # fmt: skip
_THROW_AWAY = (60, 0.8, 0.1, 0.2)
TAKE_SETTLE_S = 0.1


class RecordingPool(RenderPool):
    """A render pool that notes every job."""

    jobs: list[RenderJob]

    def map(self, jobs: Iterable[RenderJob]) -> Iterator[Outcome]:
        """As `RenderPool.map`."""
        wanted = list(jobs)
        self.jobs.extend(wanted)
        return super().map(wanted)


def recorded(library: Library) -> list[RenderJob]:
    """Every job that the build of a library renders."""
    with RecordingPool(1, time_limit_s=60) as pool:
        pool.jobs = []
        for request in library.requests():
            run_request(request, pool)
        return pool.jobs


def bare_loop(jobs: list[RenderJob]) -> float:
    """Seconds for loading and rendering all jobs in this process."""
    synth = Synth()
    synth.set_sample_rate(SAMPLE_RATE)
    start = time.perf_counter()
    for job in jobs:
        synth.load_json(job.preset.decode())
        synth.render(*_THROW_AWAY)
        for note in job.all_notes:
            synth.render(note.note, note.velocity, note.hold_s, note.render_s)
        for turn in job.turns:
            first, length_s = job.notes[0], turn.length_s
            synth.get_controls()[f"macro_control_{turn.macro}"].set(turn.position)
            synth.render(*_THROW_AWAY)
            synth.render(first.note, first.velocity, min(first.hold_s, length_s), length_s)
        for length_s in job.again:
            first = job.notes[0]
            synth.render(first.note, first.velocity, min(first.hold_s, length_s), length_s)
        for take in job.takes:
            for number, place in enumerate(take.macros, 1):
                if place is not None:
                    synth.get_controls()[f"macro_control_{number}"].set(place)
            for pitch in take.notes:
                synth.render(pitch, take.velocity, TAKE_SETTLE_S / 2, TAKE_SETTLE_S)
                synth.render(pitch, take.velocity, take.hold_s, take.render_s)
    return time.perf_counter() - start


def build(library: Library) -> float:
    """Seconds for a build of the library in a home of its own."""
    from pipelines.build import build_library

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build_library(library, out_dir=Path(folder, "out"), home=Path(folder, "home"), workers=1)
        return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--prompts", type=int, default=12)
    parser.add_argument("--variations", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    library = Library(name="Bench", prompts=PROMPTS[: options.prompts], variations=options.variations)
    jobs = recorded(library)
    notes, turns = sum(len(job.all_notes) for job in jobs), sum(len(job.turns) for job in jobs)
    print(f"{len(library.prompts)} prompts, {len(jobs)} loads, {notes} notes, {turns} turned macros; one core")
    print("round   build s   bare loop s   ratio")
    ratios = []
    for number in range(1, options.rounds + 1):
        built, bare = build(library), bare_loop(jobs)
        ratios.append(built / bare)
        print(f"{number:>5} {built:>9.2f} {bare:>13.2f} {built / bare:>7.2f}")
    print(f"median ratio {statistics.median(ratios):.2f} (goal 1.15)")


if __name__ == "__main__":
    main()
