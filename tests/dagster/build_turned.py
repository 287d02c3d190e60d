"""A program to be killed: builds the turned library into the folders it is given, and says how far it is."""

import sys
from pathlib import Path

from pipelines.build import build_library
from tests.dagster.small_library import TURNED

if __name__ == "__main__":
    build_library(
        TURNED,
        home=Path(sys.argv[1]),
        out_dir=Path(sys.argv[2]),
        workers=1,
        batch_size=1,
        progress=lambda step: print(step.stage, flush=True),  # noqa: T201
    )
