"""Starting the service and keeping it running until somebody stops it. What each process is, others know."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from hosting.errors import HostingError
from hosting.ports import WebAddress
from hosting.servers import GROUP, Servers
from hosting.supervisor import Supervised, Supervisor
from pipelines.on_demand.processes import Program, environment, programs
from service.settings import Settings

Tell = Callable[[str], None]
_STOP_WAIT_S = 5.0
"""Ctrl-C is to be over within a few seconds; whatever is cut short is found and done again at the next start."""
_READY_LIMIT_S = 300.0
_MOST_LIVES = 3
_ALIVE = ("STARTING", "RUNNING")
"""It is STARTING for some seconds; that it does its work is asked otherwise."""


def service(settings: Settings, where: WebAddress) -> tuple[Supervised, ...]:
    """Every process of the service, to be supervised."""
    return tuple(_supervised(one) for one in programs(settings, host=where.host, port=where.port))


def _supervised(program: Program) -> Supervised:
    wait = int(min(program.stop_wait_s, _STOP_WAIT_S))
    return Supervised(program.name, program.argv, program.env, stop_signal=program.stop_signal, stop_wait_s=wait)


def migrate(settings: Settings) -> None:
    """Bring the databases and Dagster's home up to date.

    Raises:
        HostingError: that failed; with its words.
    """
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={**os.environ, **environment(settings)},
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise HostingError(f"the database could not be brought up to date:\n{(done.stderr or done.stdout).strip()}")


def keep_running(
    settings: Settings, where: WebAddress, *, servers: Servers | None = None, tell: Tell, ready: Callable[[], None]
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
    lives: dict[str, set[int]] = {one.name: set() for one in processes}
    while True:
        states = supervisor.states()
        for name, had in lives.items():
            had |= {states[name].pid} - {0}
            if len(had) > _MOST_LIVES:
                raise HostingError(
                    f"{name} has ended {_MOST_LIVES} times; the end of {supervisor.logs / name}.log:\n"
                    f"{supervisor.log_tail(name)}"
                )
        lacking = [f"{name} ({states[name].word.lower()})" for name in lives if states[name].word not in _ALIVE]
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
