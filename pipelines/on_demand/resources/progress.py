"""How far a job is: told at the start of each step, and once a second while presets are rendered."""

import math
import time
from typing import Final

from assets.attempts import Attempt
from engine.render.job import Outcome
from pipelines.on_demand.connections import instance, ledger
from pipelines.on_demand.housekeeping.cancelling import stop_own_run
from pipelines.on_demand.resources.memory import require_room

STAGES: Final = {
    "prompts": ("planning", 0.02),
    "plans": ("planning", 0.04),
    "patch_specs": ("patching", 0.08),
    "variations": ("patching", 0.12),
    "renders": ("rendering", 0.15),
    "bundles": ("bundling", 0.88),
    "deliveries": ("delivering", 0.95),
    "exports": ("packing", 0.3),
}
"""What is being done while an asset is made, and how far a job is then."""
_TYPICAL_RENDERS: Final = 20
"""Nobody knows beforehand how many a sound takes: after so many, two thirds of the way are shown as done."""
_EVERY_S: Final = 1.0


def report(attempt: Attempt, stage: str, progress: float) -> None:
    """Say how far a job is, and stop the run of one that nobody wants any more."""
    if not ledger().report(attempt.job_id, attempt=attempt.number, stage=stage, progress=progress):
        stop_own_run(instance(), attempt)


class Rendering:
    """How far the rendering of a job's presets is, by what was rendered so far."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt, self._renders, self._told_s = attempt, 0, time.monotonic()

    def count_render(self, _: Outcome) -> None:
        """One more was rendered. Raises MemoryError if the process has hardly any room left."""
        require_room()
        self._renders += 1
        now_s = time.monotonic()
        if now_s - self._told_s >= _EVERY_S:
            self._told_s = now_s
            report(self._attempt, STAGES["renders"][0], progress_after(self._renders))


def progress_after(renders: int) -> float:
    """How far a job is after so many renders: ever nearer to where the next stage begins."""
    begin, end = STAGES["renders"][1], STAGES["bundles"][1]
    return round(begin + (end - begin) * -math.expm1(-renders / _TYPICAL_RENDERS), 3)
