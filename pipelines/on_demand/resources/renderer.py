"""A render process that a worker's child keeps from one job to the next.

Starting one takes longer than many a job; what it holds between jobs is a warm synth and nothing of any preset.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from dagster import InitResourceContext
from pydantic import PrivateAttr

from assets.attempts import Attempt
from assets.resources import RendererResource
from engine.render.pool import RenderPool
from pipelines.on_demand.resources.progress import Rendering

_idle: dict[int, list[RenderPool]] = {}
"""By process: a fork must not use its parent's. A list, since a run may render side by side."""


class WarmRenderer(RendererResource):
    """Lends a render process, and takes it back unless it was interrupted. A job is told how far it is."""

    _attempt: Attempt | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Find out whose job it is."""
        self._attempt = Attempt.of(context.run.tags) if context.run else None

    @contextmanager
    def pool(self) -> Iterator[RenderPool]:
        """A render process that is alive: a warm one if there is one."""
        idle = _idle.setdefault(os.getpid(), [])
        alive = [pool for pool in idle if pool.alive]
        idle.clear()
        lent, *others = alive or [self.started()]
        idle += others
        lent.on_outcome = Rendering(self._attempt).count_render if self._attempt else None
        try:
            yield lent
        except BaseException:  # it may be in the middle of something; a time limit is no Exception's business
            lent.close()
            raise
        idle.append(lent)


def warm() -> None:
    """Start a render process now, so that the first job finds it warm. It gets ready in the background."""
    with WarmRenderer().pool():
        pass
