"""Which processes make up the service: what they are called, how each is started and stopped.

Nothing is started here; that is a supervisor's affair (`synthcopilot serve`, systemd, compose).
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.on_demand.home import code_server_address, workspace_file
from service.settings import Settings

_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the service. `env` is added to the environment that the supervisor itself has."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    """Asks it to stop; it has children of its own only as long as it lives."""
    stop_wait_s: float = _STOP_S
    """After this long it may be killed: whatever it was doing is found and done again."""
    about: str = ""


def programs(settings: Settings, *, host: str, port: int, ui_host: str = "127.0.0.1") -> tuple[Program, ...]:
    """Every process of a whole service on one host; the web server listens at `host`:`port`, the UI at `ui_host`.

    `pipelines.on_demand.home.prepare` must have been called before any of them starts. They may start in any order
    and wait for each other.
    """
    env = environment(settings)
    return (
        Program("web", _web(host, port), about="API and page", env=env),
        Program("code-server", _code_server(settings), about="tells Dagster what there is to run", env=env),
        Program("daemon", _module("pipelines.on_demand.dispatch.daemon"), about="Dagster's daemon", env=env),
        Program(
            "dagster-ui",
            _dagster_ui(settings, ui_host),
            about="Dagster's UI, which has no login",
            env=env,
        ),
        *(
            Program(
                f"worker-{queue}", worker_argv(settings, queue), about=f"runs jobs of the queue {queue}", env=env
            )
            for queue in ("generate", "export")
        ),
    )


def environment(settings: Settings) -> dict[str, str]:
    """What every process of the service is told beside the settings themselves."""
    return {
        "SYNTHCOPILOT_HOME": str(settings.root),
        "DAGSTER_HOME": str(settings.dagster_home),
        "GX_ANALYTICS_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
        # Arrays here are short; threads of a BLAS would only take turns with renders on the same cores.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
    }


def worker_argv(settings: Settings, queue: str) -> tuple[str, ...]:
    """A Celery worker of one queue; the two can't starve each other."""
    lanes = settings.export_workers if queue == "export" else settings.generate_workers
    options = ("--pool", "prefork", "--without-gossip", "--without-mingle", "--without-heartbeat")
    return _module(
        "celery", "-A", "pipelines.on_demand.execution.worker", "--quiet", "worker",
        "-Q", queue, "-n", f"{queue}@%h", "--concurrency", str(lanes), "--loglevel", "WARNING", *options,
    )  # fmt: skip


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _web(host: str, port: int) -> tuple[str, ...]:
    return _module("uvicorn", "api.asgi:application", "--host", host, "--port", str(port), "--log-level", "warning")


def _code_server(settings: Settings) -> tuple[str, ...]:
    address = code_server_address(settings)
    where = (
        ("--socket", address.socket) if address.socket else ("--host", address.host, "--port", str(address.port))
    )
    return _module(
        "dagster", "api", "grpc", "-m", "pipelines.on_demand.definitions", *where, "--log-level", "warning"
    )


def _dagster_ui(settings: Settings, host: str) -> tuple[str, ...]:
    port = str(urlsplit(settings.dagster_url).port or 3000)
    ui = _module(
        "dagster_webserver", "-h", host, "-p", port, "-w", str(workspace_file(settings)),
        "--log-level", "warning", "--dagster-log-level", "warning",
    )  # fmt: skip
    return (*_module("pipelines.on_demand.code_server"), "--", *ui)
