"""The SHA-256 of what a set of requests makes: two versions that print the same lines sound the same.

    python -m tools.preset_hashes > before.txt
    (change what must not change a sound)
    python -m tools.preset_hashes | diff before.txt -

The presets are those of a library file, built as anybody builds it, and those of the prompts in
`tools/prompts_of_all_styles.txt`, each with a variation. Manifests and pictures are not looked at.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from engine.errors import GateError
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.request import Request

_PROMPTS = Path(__file__).parent / "prompts_of_all_styles.txt"


def main() -> None:
    """Print a line for each preset: its SHA-256 and where it came from."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--library", type=Path, default=Path("examples/library.yaml"))
    arguments.add_argument("--prompts", type=Path, default=_PROMPTS)
    chosen = arguments.parse_args()
    for line in chain(_of_library(chosen.library), _of_prompts(chosen.prompts.read_text().splitlines())):
        print(line, flush=True)


def _of_library(library: Path) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        build = [str(Path(sys.executable).parent / "synthcopilot"), "build", str(library), "--out", folder]
        run(build, check=False, stdout=sys.stderr, env=os.environ | {"NO_COLOR": "1"})
        for preset in sorted(Path(folder).rglob("*.vital")):
            yield f"{sha256(preset.read_bytes()).hexdigest()}  {Path(*preset.relative_to(folder).parts[1:])}"


def _of_prompts(prompts: list[str]) -> Iterator[str]:
    with RenderPool(len(os.sched_getaffinity(0))) as pool:
        for seed, prompt in enumerate(prompts):
            try:
                bundle = run_request(Request(prompt=prompt, seed=seed, variations=1), pool)
            except GateError as refused:
                yield f"{'refused':64}  {prompt}: {refused}"
                continue
            for name, content in sorted(bundle.files.items()):
                if name.endswith(".vital"):
                    yield f"{sha256(content).hexdigest()}  {prompt}: {name}"


if __name__ == "__main__":
    main()
