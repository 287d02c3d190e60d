"""Where a server can listen. Imports next to nothing: it is asked before anything is begun."""

import random
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from hosting.errors import HostingError

_RANGE: Final = range(15_000, 32_000)
"""Below those of outgoing connections, so that a server finds its port free when it comes back."""
_TRIES: Final = 1_000
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - what to call it from here


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


@dataclass(frozen=True)
class WebAddress:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """How this machine calls the host."""
        return _LOOPBACK.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)

    @property
    def url(self) -> str:
        """How it is reached from this machine."""
        return f"http://{self.name}:{self.port}"


def place(host: str, port: int) -> WebAddress:
    """A place that is free now; port 0 takes any.

    Raises:
        HostingError: it isn't free, or isn't ours to take.
    """
    port = port or free_ports(1)[0]
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return WebAddress(host, port)
    except OSError as error:
        raise HostingError(
            f"can't listen on {host}:{port} ({(error.strerror or str(error)).lower()}); choose another with --port"
        ) from None
