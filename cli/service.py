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
    from cli.hosting.run import Place
    from service.settings import Settings

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one of this machine.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")]


def serve(*, host: Host = "127.0.0.1", port: Port = 8000, json: Json = False) -> None:
    """Start API, page, Dagster and workers, and keep them running until ctrl-C.

    SYNTHCOPILOT_* settings are followed; without any, everything lies in .synthcopilot: SQLite, files, logs. With
    --json, one line of JSON on stdout says when and where it is ready.
    """
    from cli.hosting.run import keep_running, place, stops_on_signals
    from cli.hosting.supervisor import only_one

    with stops_on_signals(_stopped):
        where = place(host, port)
        settings = _settings(where)
        with only_one(settings.root):
            ready = partial(_tell_ready, where, _prefix(), as_json=json)
            keep_running(settings, where, tell=_tell, ready=ready)


def _settings(where: "Place") -> "Settings":
    """The settings, after the defaults that follow from where the web server listens; our children inherit them."""
    from cli.hosting.ports import free_ports, is_free
    from service.settings import Settings, settings

    home = Path(os.environ.get("SYNTHCOPILOT_HOME", Settings.model_fields["home"].default))
    os.environ["SYNTHCOPILOT_HOME"] = str(home.expanduser().absolute())
    os.environ.setdefault("SYNTHCOPILOT_PUBLIC_URL", where.url)
    hosts = {"localhost", "127.0.0.1", "[::1]", where.name}
    os.environ.setdefault("SYNTHCOPILOT_ALLOWED_HOSTS", orjson.dumps(sorted(hosts)).decode())
    if not is_free(3000):
        os.environ.setdefault("SYNTHCOPILOT_DAGSTER_URL", f"http://127.0.0.1:{free_ports(1)[0]}")
    return settings()


def _prefix() -> str:
    """What stands before a command that is to mean the same home."""
    from service.settings import Settings

    home = Path(os.environ["SYNTHCOPILOT_HOME"])
    usual = Path(Settings.model_fields["home"].default).absolute()
    return "" if home == usual else f"SYNTHCOPILOT_HOME={shlex.quote(str(home))} "


def _tell_ready(where: "Place", prefix: str, *, as_json: bool) -> None:
    command = f"{prefix}{sys.argv[0]} apikey create --user NAME"
    _tell(f"SynthCopilot is ready: {where.url} (a user and a key: {command}; ctrl-C stops it)")
    if as_json:
        told = {"url": where.url, "home": os.environ["SYNTHCOPILOT_HOME"], "make_a_key": command}
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        sys.stdout.flush()


def _stopped() -> None:
    _tell("Stopped.")


def _tell(line: str) -> None:
    with suppress(BrokenPipeError):
        errors().print(Text(line), soft_wrap=True)
