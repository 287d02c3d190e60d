"""Starting the service and keeping it running until somebody stops it. What each process is, others know."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from cli.hosting.servers import GROUP, Servers
from cli.hosting.supervisor import HostingError, State, Supervised, Supervisor
from pipelines.on_demand.processes import Program, environment, programs
from service.settings import Settings

Tell = Callable[[str], None]
_STOP_WAIT_S = 5.0
"""Ctrl-C is to be over within a few seconds; whatever is cut short is found and done again at the next start."""
_READY_LIMIT_S = 120.0
_FAILURES_AT_START = 3
_ALIVE = ("STARTING", "RUNNING")
"""It is STARTING for some seconds; that it does its work is asked otherwise."""
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - what to call it from here


class Stopped(Exception):  # noqa: N818 - no error
    """Somebody asked the service to stop."""


@dataclass(frozen=True)
class Place:
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


def place(host: str, port: int) -> Place:
    """A place that is free now; port 0 takes any.

    Raises:
        HostingError: it isn't free, or isn't ours to take.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return Place(host, trial.getsockname()[1])
    except OSError as error:
        raise HostingError(
            f"can't listen on {host}:{port} ({(error.strerror or str(error)).lower()}); choose another with --port"
        ) from None


def service(settings: Settings, where: Place) -> tuple[Supervised, ...]:
    """Every process of the service, to be supervised."""
    return tuple(_supervised(one) for one in programs(settings, host=where.host, port=where.port))


def _supervised(one: Program) -> Supervised:
    wait = int(min(one.stop_wait_s, _STOP_WAIT_S))
    return Supervised(one.name, one.argv, one.env, stop_signal=one.stop_signal, stop_wait_s=wait)


def migrate(settings: Settings) -> None:
    """Bring the databases and Dagster's home up to date.

    Raises:
        HostingError: that failed; with its words.
    """
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={**os.environ, **environment(settings)},
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise HostingError(f"the database could not be brought up to date:\n{(done.stderr or done.stdout).strip()}")


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


def keep_running(
    settings: Settings, where: Place, *, servers: Servers | None = None, tell: Tell, ready: Callable[[], None]
) -> None:
    """Run the servers, if there are any, and then the service on them, until `Stopped` is raised.

    Raises:
        HostingError: something can't be started.
    """
    first = servers.programs() if servers else ()
    processes = service(settings, where)
    with Supervisor(settings.root, (*first, *processes)) as supervisor:
        if servers:
            supervisor.start(GROUP)
            wait_until_ready(supervisor, first, lambda: [] if servers.ready() else ["a server does not answer yet"])
        migrate(settings)
        supervisor.start(processes[0].group)
        wait_until_ready(supervisor, processes, lambda: missing_parts(where.url))
        ready()
        watch(supervisor, tell)


def wait_until_ready(
    supervisor: Supervisor, processes: Sequence[Supervised], missing: Callable[[], list[str]]
) -> None:
    """Wait until processes run and nothing is `missing`.

    Raises:
        HostingError: a process ends again and again, or time is up; with the end of its log.
    """
    until = time.monotonic() + _READY_LIMIT_S
    failures = {one.name: 0 for one in processes}
    seen: dict[str, State] = {}
    while True:
        states = supervisor.states()
        for name in failures:
            state = states[name]
            failures[name] += state.word == "BACKOFF" and seen.get(name) != state
            if failures[name] >= _FAILURES_AT_START:
                raise HostingError(
                    f"{name} does not start ({state.why}); the end of {supervisor.logs / name}.log:\n"
                    f"{supervisor.log_tail(name)}"
                )
            seen[name] = state
        lacking = [f"{name} ({seen[name].word.lower()})" for name in failures if seen[name].word not in _ALIVE]
        if not lacking and not (lacking := missing()):
            return
        if time.monotonic() > until:
            words = "; ".join(lacking)
            raise HostingError(f"not ready after {_READY_LIMIT_S:.0f} s: {words}; logs: {supervisor.logs}")
        time.sleep(0.2)


def missing_parts(url: str) -> list[str]:
    """What a service lacks before jobs can be made, in words; nothing if it is ready."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:  # noqa: S310 - our own address
            told = json.load(response)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            return [f"the web server says {error.code}"]
        told = json.load(error)
    except (OSError, ValueError) as error:
        return [f"the web server does not answer ({error})"]
    return [f"{name}: {part['why']}" for name, part in told["parts"].items() if not part["ok"]]


def watch(supervisor: Supervisor, tell: Tell) -> None:
    """Until stopped: say which process ended and was started again.

    Raises:
        HostingError: supervisord itself ended.
    """
    known = supervisor.states()
    while True:
        time.sleep(0.5)
        if not supervisor.alive():
            raise HostingError(
                f"supervisord ended, and the service with it; see {supervisor.logs / 'supervisord.log'}"
            )
        states = supervisor.states()
        for name, state in states.items():
            before = known[name]
            if state.word == "BACKOFF" and before != state:
                tell(f"{name} does not start: {state.why}; log: {supervisor.logs / name}.log")
            elif state.pid and before.pid != state.pid:
                tell(f"{name} ended and was started again (process {state.pid}); log: {supervisor.logs / name}.log")
        # A process that is between two lives keeps the number it had, so that its next one is told of.
        known = {
            name: state if state.pid or state.word == "BACKOFF" else known[name] for name, state in states.items()
        }
