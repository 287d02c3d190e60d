"""What a library build takes, through real Dagster runs, against a bare loop of the same loads and renders.

    python -m bench.library_build [--prompts 12] [--variations 1] [--rounds 3]

Both are done on one core, in turn, in the same run of this script; what counts is the ratio, of CPU time as well as
by the clock, which is right on an idle machine alone. The bare loop loads every preset that the build rendered into
one synth, in one process, and renders the same notes, turned macros and takes: nothing is planned, checked,
isolated, measured, judged or written. The throw-away renders before each of them, without which parameters
still glide, belong to both. A first note that is known from the render before is in neither.

Last stands where the CPU of a build goes: the main process, and what render processes take beyond the bare loop:
forks, the pages that each fork is the first to write to, and measuring.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from vita.vita import Synth

from engine.audio import SAMPLE_RATE
from engine.render.job import Outcome, RenderJob, Take
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


class Took(NamedTuple):
    """Seconds by the clock, of CPU in this process, and of CPU in the processes that it started."""

    wall_s: float
    own_s: float
    others_s: float

    @property
    def cpu_s(self) -> float:
        """CPU of all processes."""
        return self.own_s + self.others_s


def took(work: Callable[[], object]) -> Took:
    """What `work` takes."""
    before = os.times()
    work()
    after = os.times()
    own_s, others_s = (sum(after[n : n + 2]) - sum(before[n : n + 2]) for n in (0, 2))
    return Took(after.elapsed - before.elapsed, own_s, others_s)


def bare_loop(jobs: list[RenderJob]) -> None:
    """Loads and renders all jobs in this process."""
    synth = Synth()
    synth.set_sample_rate(SAMPLE_RATE)
    for job in jobs:
        synth.load_json(job.preset.decode())
        first = job.notes[0]
        lengths = [(min(first.hold_s, length_s), length_s) for length_s in job.again]
        again = [first._replace(hold_s=hold_s, render_s=render_s) for hold_s, render_s in lengths]
        for note in (*job.all_notes[job.known is not None :], *again):
            synth.render(*_THROW_AWAY)
            synth.render(*note)
        for turn in job.turns:
            synth.get_controls()[f"macro_control_{turn.macro}"].set(turn.position)
            synth.render(*_THROW_AWAY)
            synth.render(first.note, first.velocity, min(first.hold_s, turn.length_s), turn.length_s)
        _take(synth, job.takes)


def _take(synth: Synth, takes: Sequence[Take]) -> None:
    heard = set()
    for take in takes:
        for number, place in enumerate(take.macros, 1):
            if place is not None:
                synth.get_controls()[f"macro_control_{number}"].set(place)
        for pitch in take.notes:
            if (pitch, *take[2:6]) not in heard:  # chords share notes
                synth.render(pitch, take.velocity, TAKE_SETTLE_S / 2, TAKE_SETTLE_S)
                synth.render(pitch, take.velocity, take.hold_s, take.render_s)
            heard.add((pitch, *take[2:6]))


def build(library: Library, workers: int = 1) -> None:
    """Builds a library in a home of its own."""
    from pipelines.build import build_library

    with tempfile.TemporaryDirectory() as folder:
        build_library(library, out_dir=Path(folder, "out"), home=Path(folder, "home"), workers=workers)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--prompts", type=int, default=12)
    parser.add_argument("--variations", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[:1])
    library = Library(name="Bench", prompts=PROMPTS[: options.prompts], variations=options.variations)
    empty = library.model_copy(update={"prompts": ("xyzzy",)})
    jobs = recorded(library)
    notes, turns = sum(len(job.all_notes) for job in jobs), sum(len(job.turns) for job in jobs)
    print(f"{len(library.prompts)} prompts, {len(jobs)} loads, {notes} notes, {turns} turned macros; one core")
    fixed = took(lambda: build(empty))  # imports what is imported once a process
    print(f"A build of nothing, with all imports: {fixed.cpu_s:.1f} CPU s")
    print(
        "round   build s   bare loop s   ratio   CPU ratio   main process, CPU s   render processes beyond, CPU s"
    )
    rounds = []
    for number in range(1, options.rounds + 1):
        built, bare = took(lambda: build(library)), took(lambda: bare_loop(jobs))
        rounds.append((built.wall_s / bare.wall_s, built.cpu_s / bare.cpu_s))
        print(
            f"{number:>5} {built.wall_s:>9.2f} {bare.wall_s:>13.2f} {rounds[-1][0]:>7.2f} {rounds[-1][1]:>11.2f}"
            f"{built.own_s:>22.2f} {built.others_s - bare.cpu_s:>30.2f}"
        )
    by_clock, by_cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"median ratio {by_clock:.2f} by the clock, {by_cpu:.2f} of CPU (goal 1.15)")
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[:2])
        both = took(lambda: build(library, workers=2))
        print(f"two cores: {both.wall_s:.2f} s by the clock, {both.cpu_s:.2f} CPU s")


if __name__ == "__main__":
    main()
