"""The home of a Dagster instance: its folder, its `dagster.yaml`, and the lock that one build at a time holds.

No runs here (`runs`), no decisions what to run (`staleness`).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from dagster import DagsterInstance

from engine.errors import SynthCopilotError
from pipelines.dagster_internals.configurable import NO_COMPUTE_LOGS
from service.locks import sole

_REPOSITORY: Final = Path(__file__).resolve().parents[1]
_LOCK = "build.lock"

SETTINGS: Final[Mapping[str, Any]] = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "compute_logs": NO_COMPUTE_LOGS,
    "concurrency": {"runs": {"max_concurrent_runs": 1}},
}
"""What a home's `dagster.yaml` says; SQLite and local files in the home itself are Dagster's defaults.

Capturing output costs four processes a run, and a run renders on every core by itself.
"""


class HomeInUseError(SynthCopilotError):
    """Another build works in the same home."""


def default_home() -> Path:
    """DAGSTER_HOME if it is set; else `.dagster` in the repository, where `dagster dev` looks as well."""
    named = os.environ.get("DAGSTER_HOME")
    return Path(named).expanduser().absolute() if named else _REPOSITORY / ".dagster"


def prepared(home: Path) -> Path:
    """A home with a `dagster.yaml`; one that is there already is left as it is."""
    home = home.expanduser().absolute()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(yaml.safe_dump(dict(SETTINGS), sort_keys=False), "utf-8")
    return home


@contextmanager
def instance_of(home: Path) -> Iterator[DagsterInstance]:
    """The Dagster instance of a prepared home."""
    with DagsterInstance.from_config(str(home)) as instance:
        yield instance


def only_build(home: Path) -> AbstractContextManager[None]:
    """Holds the home's lock. The system releases it even if the process is killed.

    Raises:
        HomeInUseError: another build holds it.
    """
    return sole(
        home / _LOCK,
        refusal=lambda owner: HomeInUseError(
            f"another build (process {owner}) works in {home}; wait for it, or give this one a home of its own"
        ),
    )
