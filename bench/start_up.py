"""CPU from the shell to the first test render of `synthcopilot generate`, imports included.

    python -m bench.start_up [--rounds 9] [--prompt "punchy electronic kick"]

The command runs as it is, in a process of its own, until it has a first render to give away and the render process
is ready for it; there both end. User and system time are as the kernel counts them. The least of all rounds stands
beside the median: what else the machine does can only add. The goal is 1.0 s for both processes together.
"""

import argparse
import statistics
import subprocess
import sys
from tempfile import TemporaryDirectory

PARTS = ("command", "render process", "together")


def one(prompt: str) -> tuple[float, float, float]:
    """CPU seconds of the command, of its render process, and of both."""
    with TemporaryDirectory() as folder:
        arguments = ["bench.until_first_render", "generate", prompt, "--out", folder, "--seed", "3"]
        run = subprocess.run([sys.executable, "-m", *arguments], check=True, capture_output=True, text=True)
    command_s, render_process_s = map(float, run.stdout.split())
    return command_s, render_process_s, command_s + render_process_s


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--prompt", default="punchy electronic kick")
    options = parser.parse_args()
    one(options.prompt)  # whatever isn't compiled yet is, now
    rounds = [one(options.prompt) for _ in range(options.rounds)]
    print("CPU s            least  median")
    for name, seconds in zip(PARTS, zip(*rounds, strict=True), strict=True):
        print(f"{name:<15}{min(seconds):>7.3f} {statistics.median(seconds):>7.3f}")


if __name__ == "__main__":
    main()
