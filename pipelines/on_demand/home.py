"""Dagster's home of the service: its `dagster.yaml` and `workspace.yaml`, both written from the settings.

They are written anew at every start, so a changed setting needs no migration. No processes here (`processes`).
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from dagster import DagsterInstance

from assets.attempts import LANE_TAG, QUEUE_TAG
from pipelines.dagster_internals.configurable import LOCAL_ARTIFACTS, NO_COMPUTE_LOGS, RUN_QUEUE
from pipelines.on_demand.messages.celery_app import broker_folder
from pipelines.on_demand.messages.file_broker import make_folders
from service.keys import path_hash
from service.locks import exclusive
from service.objects import write_whole
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
    """Write `dagster.yaml` and `workspace.yaml`, and make the tables and folders that are missing; the home.

    Processes that start at the same moment would make the same tables, so this comes before all of them.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    with exclusive(home / "prepare.lock"):
        _write(home / "dagster.yaml", instance_settings(settings))
        _write(workspace_file(settings), {"load_from": [{"grpc_server": _grpc_server(settings)}]})
        if not settings.broker_url:
            make_folders(broker_folder(settings))
        with DagsterInstance.from_config(str(home)):
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
        name = path_hash(path)
        path = Path(tempfile.gettempdir(), f"synthcopilot-{os.getuid()}-{name}.sock")
    return Address(socket=str(path))


def instance_settings(settings: Settings) -> dict[str, Any]:
    """What `dagster.yaml` says."""
    return {
        "storage": {"custom": _storage(settings)},
        "local_artifact_storage": {
            **LOCAL_ARTIFACTS,
            "config": {"base_dir": str(settings.dagster_home)},
        },
        "compute_logs": NO_COMPUTE_LOGS,  # capturing output costs four processes a run
        "python_logs": {"python_log_level": "INFO"},  # each message is a write; loading a table says five
        "run_coordinator": {**RUN_QUEUE, "config": _run_queue(settings)},
        "run_launcher": {"module": "pipelines.on_demand.dispatch.launcher", "class": "WarmWorkerLauncher"},
        "run_monitoring": {
            "enabled": True,
            # One run a host may wait behind another one; that takes as long as a run may.
            "start_timeout_seconds": int(settings.hard_time_limit_s) + 15,
            "cancel_timeout_seconds": 10,
            "max_resume_run_attempts": 0,
            "max_runtime_seconds": int(settings.hard_time_limit_s) + 30,  # if all else fails
            "poll_interval_seconds": 2,
        },
        "sensors": {"use_threads": True, "num_workers": 4},
        "auto_materialize": {"enabled": False, "use_sensors": False},
        "retention": {"sensor": {"purge_after_days": {"skipped": 1, "success": 7, "failure": 30}}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def _storage(settings: Settings) -> dict[str, Any]:
    module = "pipelines.on_demand.records.storage"
    if settings.dagster_database_url:
        return {"module": module, "class": "PooledPostgresStorage", "config": {}}
    base = {"base_dir": str(settings.dagster_home)}
    return {"module": module, "class": "PooledSqliteStorage", "config": base}


def _run_queue(settings: Settings) -> dict[str, Any]:
    """How many runs are let through: of each kind as many as its workers take, and one each to follow at once."""
    workers = {"generate": settings.generate_workers, "export": settings.export_workers}
    through = {queue: (lanes + 1) * settings.worker_hosts for queue, lanes in workers.items()}
    each = {"applyLimitPerUniqueValue": True}
    return {
        "max_concurrent_runs": sum(through.values()),
        "tag_concurrency_limits": [
            *({"key": QUEUE_TAG, "value": queue, "limit": limit} for queue, limit in through.items()),
            {"key": LANE_TAG, "value": each, "limit": settings.user_concurrency},
        ],
        "dequeue_interval_seconds": 1,
        "dequeue_use_threads": True,
        "dequeue_num_workers": 4,
    }


def _grpc_server(settings: Settings) -> dict[str, Any]:
    address = code_server_address(settings)
    where = {"socket": address.socket} if address.socket else {"host": address.host, "port": address.port}
    return {"location_name": LOCATION, **where}


def _write(path: Path, content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content, sort_keys=False).encode()
    if not path.exists() or path.read_bytes() != text:
        write_whole(path, text)
