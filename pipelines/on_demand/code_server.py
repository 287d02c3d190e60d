"""Waiting for the code server, which daemon and UI ask once when they start, and then not for a minute.

As a program, it waits and becomes the program that it is given: `python -m pipelines.on_demand.code_server -- ...`.
"""

import os
import sys
import time

from pipelines.dagster_internals.code_server import is_reachable
from pipelines.on_demand.home import code_server_address
from service.settings import Settings, settings

_LOOK_S = 0.2


def wait_for_code_server(settings: Settings) -> None:
    """Return as soon as it answers, however long that takes: a supervisor starts everything at once."""
    while not answers(settings):
        time.sleep(_LOOK_S)


def answers(settings: Settings) -> bool:
    """Whether the code server is there."""
    address = code_server_address(settings)
    if address.socket:
        return is_reachable(socket=address.socket)
    return is_reachable(host=address.host, port=address.port)


def main(argv: list[str]) -> None:
    """Wait, then become `argv`."""
    wait_for_code_server(settings())
    os.execv(argv[0], argv)  # noqa: S606 - our own programs, from `processes`


if __name__ == "__main__":
    main(sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:])
