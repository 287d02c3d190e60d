"""The real servers: whether they can run here, and running them without a service."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hosting.errors import HostingError
from hosting.servers import GROUP, Servers, missing_programs, servers_of
from hosting.supervisor import Supervisor


def need_servers() -> None:
    """Skip where the servers aren't installed; in CI, where they must be, fail."""
    if missing := missing_programs():
        words = "; ".join(missing)
        if os.environ.get("CI"):
            pytest.fail(f"CI must run this: {words}")
        pytest.skip(words)


@contextmanager
def running_servers(home: Path) -> Iterator[Servers]:
    """PostgreSQL, Redis and S3 of a home, and nothing of the service."""
    made = servers_of(home)
    made.prepare()
    with Supervisor(made.home, made.programs()) as supervisor:
        supervisor.start(GROUP)
        until = time.monotonic() + 180
        while not made.ready():
            if time.monotonic() > until:
                tails = [supervisor.log_tail(one.name) for one in supervisor.programs]
                raise HostingError("\n".join(["the servers are not ready", *tails]))
            time.sleep(0.1)
        yield made
