"""Ports of loopback that nobody listens on."""

import random
import socket
from contextlib import ExitStack
from typing import Final

_RANGE: Final = range(15_000, 32_000)
"""Below those of outgoing connections, so that a server finds its port free when it comes back."""
_TRIES: Final = 1_000


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """As many different ones.

    Raises:
        OSError: there are not enough.
    """
    found: list[int] = []
    with ExitStack() as held:
        for port in random.sample(_RANGE, _TRIES):
            trial = held.enter_context(socket.socket())
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
            if len(found) == count:
                return found
    raise OSError(f"no {count} free ports on 127.0.0.1")
