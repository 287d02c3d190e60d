"""Dagster's home of the service: its `dagster.yaml` and `workspace.yaml`, both written from the settings.

They are written anew at every start, so a changed setting needs no migration. No processes here (`processes`).
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from assets.storage import write_whole
from service.settings import Settings

LOCATION: Final = "synthcopilot"
_MAX_SOCKET_CHARS = 100
"""The system takes 107."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the code server listens: a socket of this host, or a host and a port."""

    socket: str = ""
    host: str = ""
    port: int = 0


def prepare(settings: Settings) -> Path:
    """Write `dagster.yaml` and `workspace.yaml`; the home's folder."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    _write(home / "dagster.yaml", instance_settings(settings))
    _write(workspace_file(settings), {"load_from": [{"grpc_server": _grpc_server(settings)}]})
    return home


def workspace_file(settings: Settings) -> Path:
    """The file that tells Dagster where the code server is."""
    return settings.dagster_home / "workspace.yaml"


def code_server_address(settings: Settings) -> Address:
    """As configured; else a socket in the home, or among temporary files if that name is too long for a socket."""
    if settings.code_server:
        host, _, port = settings.code_server.rpartition(":")
        return Address(host=host, port=int(port))
    path = settings.dagster_home / "code.sock"
    if len(os.fsencode(path)) > _MAX_SOCKET_CHARS:
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        path = Path(tempfile.gettempdir(), f"synthcopilot-{os.getuid()}-{name}.sock")
    return Address(socket=str(path))


def instance_settings(settings: Settings) -> dict[str, Any]:
    """What `dagster.yaml` says."""
    return {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
    }


def _grpc_server(settings: Settings) -> dict[str, Any]:
    address = code_server_address(settings)
    where = {"socket": address.socket} if address.socket else {"host": address.host, "port": address.port}
    return {"location_name": LOCATION, **where}


def _write(path: Path, content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content, sort_keys=False).encode()
    if not path.exists() or path.read_bytes() != text:
        write_whole(path, text)
