"""What is slow to make is made once for all processes of a test run, and lies where each of them finds it."""

import os
import pickle
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from engine.bundle import Bundle, open_bundle
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.request import Request
from service.locks import exclusive

MadeOnce = TypeVar("MadeOnce")

QUICK = "closed hihat"
"""The prompt that costs least where any sound will do: two seconds of a core, where a pad takes ten or twenty."""
LENGTHY = "enormous evolving pad, deep and wide"
"""The opposite, for work that is stopped: it isn't over before somebody stops it, however busy the machine is."""


def once(name: str, make: Callable[[Path], MadeOnce]) -> MadeOnce:
    """What `make` returns, called once for `name` in a test run with a folder of its own; the others wait for it.

    Of one run are the workers of xdist, and each pytest that a test starts. Nobody may change what lies in the
    folder. What `make` returns has to survive pickle.
    """
    base = Path(os.environ["TESTS_OF_ONE_RUN"])
    folder, told = base / name, base / f"{name}.pickle"
    with exclusive(base / f"{name}.lock"):
        if told.exists():
            return pickle.loads(told.read_bytes())
        shutil.rmtree(folder, ignore_errors=True)  # of one who did not come to the end
        folder.mkdir()
        made = make(folder)
        told.write_bytes(pickle.dumps(made))
        return made


def rendered(request: Request) -> Bundle:
    """What the engine makes of a request, for real."""

    def make(_: Path) -> bytes:
        with RenderPool(len(os.sched_getaffinity(0))) as pool:
            return run_request(request, pool).zip

    return open_bundle(once(f"bundle-{sha256(request.model_dump_json().encode()).hexdigest()}", make))
