"""Stopping when asked to."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(Exception):  # noqa: N818 - no error
    """Somebody asked the service to stop."""


@contextmanager
def stops_on_signals(stopped: Callable[[], None]) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end what is inside, once: more of them while it is ending change nothing.

    `stopped` is called when it has ended for that reason.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    except Stopped:
        stopped()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
