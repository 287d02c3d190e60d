"""`/healthz`: the process answers. `/readyz`: everything that a job needs is there, each part with its reason.

The web process can't ask Dagster or the workers, which have no port; they leave signs of life in the database.
Reasons are for anybody to read: kinds of error, no addresses and no names.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache

import redis
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from api.models import Heartbeat
from engine.errors import SynthCopilotError
from service.layout import health_key
from service.objects import object_store
from service.settings import Settings, settings

SILENCE_S = 30.0
"""After so long without a sign of life a part counts as gone."""
WORKERS = ("generate", "export")
_CACHED_S = 2.0
"""Anybody may ask, and an answer writes to the object store."""
_TIMEOUT_S = 2.0
_lock = threading.Lock()


class NotReadyError(SynthCopilotError):
    """A part isn't ready; the text says why, in words that anybody may read."""


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How a part is."""

    ok: bool
    why: str = ""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive. Touches nothing."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether jobs can be taken and made: 200, or 503 with the parts that are missing."""
    parts = _recent()
    ready = all(part.ok for part in parts.values())
    told = {
        "status": "ok" if ready else "unavailable",
        "parts": {name: asdict(part) for name, part in parts.items()},
    }
    return JsonResponse(told, status=200 if ready else 503)


_known: tuple[float, dict[str, PartHealth]] | None = None


def _recent() -> dict[str, PartHealth]:
    global _known
    with _lock:
        if _known is None or time.monotonic() - _known[0] > _CACHED_S:
            _known = (time.monotonic(), parts(settings()))
        return _known[1]


def forget() -> None:
    """Make the next answer look anew."""
    global _known
    _known = None


def parts(ours: Settings) -> dict[str, PartHealth]:
    """Every part that a job needs."""
    found = {
        "database": _tried(_database),
        "broker": _tried(lambda: _broker(ours)),
        "storage": _tried(lambda: _storage(ours)),
    }
    try:
        seen = dict(Heartbeat.objects.values_list("part", "at"))
    except Exception:
        seen = {}
    now = datetime.now(UTC)
    found["scheduler"] = alive("sensor", seen, now)
    return found | {f"worker-{queue}": alive(f"worker:{queue}", seen, now) for queue in WORKERS}


def alive(part: str, seen: dict[str, datetime], now: datetime) -> PartHealth:
    """Whether a part, or one of several that go by its name and a host, was seen lately."""
    times = [at for name, at in seen.items() if name == part or name.startswith(f"{part}:")]
    if not times:
        return PartHealth(ok=False, why="never seen")
    silent_s = (now - max(times)).total_seconds()
    return (
        PartHealth(ok=True) if silent_s <= SILENCE_S else PartHealth(ok=False, why=f"silent for {silent_s:.0f} s")
    )


def _tried(check: Callable[[], None]) -> PartHealth:
    try:
        check()
    except NotReadyError as error:
        return PartHealth(ok=False, why=str(error))
    except Exception as error:  # whatever a driver raises; its text may name hosts and users
        return PartHealth(ok=False, why=f"unreachable ({type(error).__name__})")
    return PartHealth(ok=True)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if missing := _unapplied():
        raise NotReadyError(f"{missing} migrations are not applied; run `synthcopilot migrate`")


_migrated = threading.Event()


def _unapplied() -> int:
    """Migrations that are missing. That there are none is remembered: they don't go away under a process."""
    if _migrated.is_set():
        return 0
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        _migrated.set()
    return missing


def _broker(ours: Settings) -> None:
    if ours.broker_url.startswith(("redis://", "rediss://", "unix://")):
        timeouts = {"socket_timeout": _TIMEOUT_S, "socket_connect_timeout": _TIMEOUT_S}
        with redis.Redis.from_url(ours.broker_url, **timeouts) as client:
            client.ping()
    elif not ours.broker_url:
        folder = ours.root / "broker"  # made by whoever comes first
        with tempfile.TemporaryFile(dir=folder if folder.is_dir() else ours.root):
            pass


def _storage(ours: Settings) -> None:
    store = object_store(ours)
    key, said = health_key(_process()), os.urandom(8)
    store.put(key, said)
    if store.get(key) != said:
        raise NotReadyError("doesn't read back what was written")
    store.delete(key)


@cache
def _process() -> str:
    return f"{os.getpid()}-{os.urandom(4).hex()}"
