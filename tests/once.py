"""What is slow to make is made once for all processes of a test run, and lies where each of them finds it."""

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What `make` returns, called once for `name` in a test run with a folder of its own; the others wait for it.

    Nobody may change what lies in the folder. What `make` returns has to survive pickle.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, told = base / f"once-{name}", base / f"once-{name}.pickle"
    with (base / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if told.exists():
            return pickle.loads(told.read_bytes())
        shutil.rmtree(folder, ignore_errors=True)  # of one who did not come to the end
        folder.mkdir()
        made = make(folder)
        told.write_bytes(pickle.dumps(made))
        return made
