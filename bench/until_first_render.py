"""`synthcopilot ARGUMENTS`, ended where it would render first; `bench.start_up` runs it and tells what it took.

    python -m bench.until_first_render generate PROMPT --out DIR

Prints the CPU seconds of the command and those of its render process, which is ready by then.
"""

import os
import resource
import sys
from collections.abc import Iterable, Iterator

from cli import main
from engine.render import pool
from engine.render.job import Outcome, RenderJob


class EndsAtTheFirst(pool.RenderPool):
    """A render pool that waits until it could render, and ends the command instead."""

    def map(self, jobs: Iterable[RenderJob]) -> Iterator[Outcome]:
        """Never returns."""
        next(iter(jobs))
        while not self._ready:
            self._exchange()
        self.close()
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            used = resource.getrusage(whose)
            print(used.ru_utime + used.ru_stime)
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    pool.RenderPool = EndsAtTheFirst  # type: ignore[misc]
    main.run()
