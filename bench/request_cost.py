"""What it takes to make a base preset of each prompt: loads, audio rendered, and the CPU of the synth's processes.

    python -m bench.request_cost [PROMPTS.txt] [--seed 3] [--variations 0]

Audio counts all that the synth was made to render, in forks too: notes, other phase seeds, macros turned, short
takes, tails that are waited for, and the throw-away render before each. It is the same on every machine.
"""

import argparse
import statistics
from dataclasses import dataclass
from pathlib import Path

from engine.errors import GateError
from engine.render.job import Outcome, Rendered
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.request import Request

PROMPTS = Path(__file__).parent.parent / "tools" / "prompts_of_all_styles.txt"
_TICKS_A_SECOND = 100.0


@dataclass
class Spent:
    """Renders and seconds of audio so far."""

    renders: int = 0
    audio_s: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Take note of a render."""
        self.renders += 1
        self.audio_s += outcome.cost.all_audio_s if isinstance(outcome, Rendered) else 0.0


def cost_of(request: Request, pool: RenderPool) -> Spent:
    """What a request takes, whether its base ships or not."""
    spent = Spent()
    pool.on_outcome = spent.add
    try:
        run_request(request, pool)
    except GateError as refused:
        print(f"refused: {refused}")
    return spent


def synth_cpu_s(pool: RenderPool) -> float:
    """CPU that the render process and its children took, s."""
    fields = Path(f"/proc/{pool._process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS_A_SECOND


def main() -> None:
    """Print a line a prompt, then mean, median and most."""
    parser = argparse.ArgumentParser(description="What it takes to make a base preset of each prompt.")
    parser.add_argument("prompts", type=Path, nargs="?", default=PROMPTS)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--variations", type=int, default=0)
    wanted = parser.parse_args()
    prompts = [line.strip() for line in wanted.prompts.read_text().splitlines() if line.strip()]
    found = []
    with RenderPool() as pool:
        for prompt in prompts:
            cost = cost_of(Request(prompt=prompt, seed=wanted.seed, variations=wanted.variations), pool)
            print(f"{cost.renders:3} renders {cost.audio_s:6.1f} s  {prompt}", flush=True)
            found.append(cost)
        cpu_s = synth_cpu_s(pool) / len(found)
    audio = [one.audio_s for one in found]
    print(
        f"{len(found)} prompts: {statistics.mean(audio):.1f} s of audio in the mean, "
        f"{statistics.median(audio):.1f} s in the middle, {max(audio):.1f} s at most; "
        f"{statistics.mean(one.renders for one in found):.1f} renders, {cpu_s:.2f} CPU s of the synth's processes"
    )


if __name__ == "__main__":
    main()
