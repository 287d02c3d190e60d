"""What assets are given from outside: the store, the renderer's limits, somebody to tell how far one is."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from dagster import ConfigurableResource, InitResourceContext
from pydantic import PrivateAttr

from assets.storage import Store
from engine.render.pool import RenderPool


class StoreResource(ConfigurableResource["StoreResource"]):
    """The store; without a `root` it lies in the Dagster instance's own storage folder."""

    root: str = ""
    _store: Store | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Find the folder."""
        instance_folder = context.instance.storage_directory() if context.instance else "storage"
        self._store = Store(Path(self.root or instance_folder))

    def opened(self) -> Store:
        """The store itself."""
        if self._store is None:
            raise RuntimeError("the store is opened by a run")
        return self._store


class RendererResource(ConfigurableResource["RendererResource"]):
    """How presets are rendered: processes at a time (0: one a core), and what each may use."""

    workers: int = 0
    time_limit_s: float = 30.0
    memory_limit_mb: int = 1024

    @property
    def lanes(self) -> int:
        """Requests that are rendered at the same time."""
        return self.workers or len(os.sched_getaffinity(0))

    def pool(self) -> AbstractContextManager[RenderPool]:
        """A render process with one child at a time, for the caller alone until the context is left."""
        return self.started()

    def started(self) -> RenderPool:
        """A render process that was started now; who asks for it closes it."""
        return RenderPool(1, time_limit_s=self.time_limit_s, memory_limit_mb=self.memory_limit_mb)


@dataclass(frozen=True)
class Progress:
    """One step forward: `done` of `total` requests of a stage of a partition."""

    stage: str
    partition: str
    done: int
    total: int


Report: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True)
class Listener:
    """Whoever wants to know how far a run is. By default nobody."""

    report: Report = lambda progress: None
