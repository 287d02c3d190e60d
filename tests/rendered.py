"""Bundles that are rendered once for all processes of a test run: workers of xdist, and runs that a test starts."""

import fcntl
import os
from hashlib import sha256
from pathlib import Path

from engine.bundle import Bundle, open_bundle
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.request import Request


def rendered(request: Request) -> Bundle:
    """What the engine makes of a request, for real; whoever else wants the same at this moment waits for it."""
    folder = Path(os.environ["TESTS_OF_ONE_RUN"])
    kept = folder / f"{sha256(request.model_dump_json().encode()).hexdigest()}.zip"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with RenderPool(len(os.sched_getaffinity(0))) as pool:
                made = run_request(request, pool)
            kept.write_bytes(made.zip)
            return made
    return open_bundle(kept.read_bytes())
