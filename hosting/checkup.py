"""What `synthcopilot doctor` looks at: each check tries the real thing and says what is wrong and what to do.

A check returns what it found, for people, or raises `Wrong`. None says a secret.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import ValidationError

from engine.errors import SynthCopilotError
from service.settings import Settings

PREFIX: Final = "SYNTHCOPILOT_"
LEAST_FREE_GB: Final = 2.0
MOST_SKEW_S: Final = 5.0
SILENT_S: Final = 30.0
_ANSWER_S: Final = 3.0
_START: Final = "start the service (`synthcopilot serve`, or the containers of deploy/)"
_INTERNAL: Final = {f"{PREFIX}SUPERVISED_IN"}
CheckOutcome = Literal["ok", "wrong", "skipped"]


class Wrong(SynthCopilotError):  # noqa: N818 - the finding of a check, not an error in it
    """Something isn't as it must be: `says` what, `todo` what to do."""

    def __init__(self, says: str, todo: str) -> None:
        super().__init__(says)
        self.says = says
        self.todo = todo


@dataclass(frozen=True)
class Finding:
    """What came of a check."""

    name: str
    outcome: CheckOutcome
    says: str
    todo: str = ""


@dataclass(frozen=True)
class Check:
    """A check. `needs`: it makes no sense while these fail. `running`: it is about processes of the service."""

    name: str
    look: Callable[[Settings], str]
    needs: tuple[str, ...] = ()
    running: bool = False
    todo: str = ""
    """What to do about an error that the check has no words for."""


def examine(environment: Mapping[str, str], *, running: bool = True) -> Iterator[Finding]:
    """Every finding, as it is made. Without `running`, only what must be true before the service starts."""
    yield (first := _settings_finding(environment))
    if first.outcome == "wrong":
        return
    settings, failed = Settings(), set[str]()
    for check in CHECKS:
        if check.running and not running:
            continue
        found = _found(check, settings, failed)
        if found.outcome != "ok":
            failed.add(check.name)
        yield found


def _found(check: Check, settings: Settings, failed: set[str]) -> Finding:
    if missing := [name for name in check.needs if name in failed]:
        return Finding(check.name, "skipped", f"not checked, since {' and '.join(missing)} failed")
    try:
        return Finding(check.name, "ok", check.look(settings))
    except Wrong as wrong:
        return Finding(check.name, "wrong", _discreet(wrong.says, settings), wrong.todo)
    except Exception as error:  # a driver may raise anything; its words are what there is to say
        words = f"{type(error).__name__}: {' '.join(str(error).split())}"[:400]
        return Finding(check.name, "wrong", _discreet(words, settings), check.todo)


def _discreet(words: str, settings: Settings) -> str:
    """Without passwords: drivers repeat the addresses that they were given."""
    urls = (settings.database_url, settings.dagster_database_url, settings.broker_url, settings.cache_url)
    secrets = [urlsplit(url).password for url in urls if url]
    hidden = (settings.secret_key, settings.s3_secret_key, settings.llm_api_key)
    secrets += [one.get_secret_value() for one in hidden if one]
    for secret in secrets:
        words = words.replace(secret, "…") if secret else words
    return words


def _settings_finding(environment: Mapping[str, str]) -> Finding:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    strange = sorted(name for name in environment if name.startswith(PREFIX) and name not in known | _INTERNAL)
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{_variable(one['loc'])}{one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
        return Finding("settings", "wrong", "; ".join(lines), "docs/settings.md says what each may be")
    except Exception as error:  # a list that is no JSON
        return Finding("settings", "wrong", str(error), "docs/settings.md says what each may be")
    if strange:
        meant = {name: get_close_matches(name, known, n=1) for name in strange}
        words = [f"{name} (meant: {close[0]}?)" if close else name for name, close in meant.items()]
        return Finding("settings", "wrong", f"no such settings: {', '.join(words)}", "rename or remove them")
    return Finding("settings", "ok", f"{settings.profile}, home {settings.root}")


def _variable(location: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{str(location[0]).upper()}: " if location else ""


def _consistent(settings: Settings) -> str:
    parts = urlsplit(settings.public_url)
    hosts = settings.allowed_hosts
    name = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    allowed = "*" in hosts or any(name == one or (one[:1] == "." and f".{name}".endswith(one)) for one in hosts)
    if not allowed:
        raise Wrong(
            f"SYNTHCOPILOT_PUBLIC_URL is {settings.public_url}, but {name} is not among SYNTHCOPILOT_ALLOWED_HOSTS",
            f"add {name} to SYNTHCOPILOT_ALLOWED_HOSTS",
        )
    if (parts.scheme == "https") != settings.https:
        raise Wrong(
            f"SYNTHCOPILOT_PUBLIC_URL is {settings.public_url}, but SYNTHCOPILOT_HTTPS is {settings.https}",
            "set SYNTHCOPILOT_HTTPS=true if people use HTTPS, and make the URL match",
        )
    if settings.debug and settings.profile == "deployed":
        raise Wrong(
            "SYNTHCOPILOT_DEBUG shows secrets to anybody who runs into an error", "take SYNTHCOPILOT_DEBUG away"
        )
    return settings.public_url


def _secret(settings: Settings) -> str:
    made = "set SYNTHCOPILOT_SECRET_KEY to what `openssl rand -hex 32` prints (everybody has to sign in again)"
    if settings.secret_key:
        key = settings.secret_key.get_secret_value()
        if len(key) < 50 or len(set(key)) < 10:
            raise Wrong(f"the secret key is weak: {len(key)} characters, {len(set(key))} different ones", made)
        return f"{len(key)} characters"
    path = settings.root / "secret_key"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Wrong(f"others can read {path}", f"chmod 600 {path}; if they may have read it, delete it instead")
    return f"in {path}" if path.exists() else "will be made at the first start"


def _disk(settings: Settings) -> str:
    settings.root.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.root, os.W_OK | os.X_OK):
        raise Wrong(f"{settings.root} can't be written", "give it to the user that the service runs as")
    free = shutil.disk_usage(settings.root).free / 1e9
    if free < LEAST_FREE_GB:
        raise Wrong(f"{free:.1f} GB are free in {settings.root}", f"make room: {LEAST_FREE_GB:g} GB at least")
    return f"{free:.0f} GB free"


def _database(settings: Settings) -> str:
    from django.db import connection

    path = settings.root / "app.sqlite3"
    if settings.profile == "embedded" and not path.exists():
        raise Wrong(f"{path} is not there", "run `synthcopilot migrate`; `serve` does it by itself")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _migrated(settings: Settings) -> str:
    from api.services.setup import pending

    if todo := pending():
        raise Wrong(f"{len(todo)} migrations are missing: {', '.join(todo[:3])}", "run `synthcopilot migrate`")
    return "up to date"


def _clock(settings: Settings) -> str:
    if settings.profile == "embedded":
        return "one clock"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    if skew > MOST_SKEW_S:
        raise Wrong(f"this machine's clock and the database's are {skew:.0f} s apart", "let NTP set both clocks")
    return f"within {max(skew, 0.1):.1f} s of the database's"


def _dagster(settings: Settings) -> str:
    from dagster import DagsterInstance

    config = settings.dagster_home / "dagster.yaml"
    if settings.profile == "deployed":
        import psycopg

        with psycopg.connect(settings.dagster_database_url, connect_timeout=5) as connection:
            row = connection.execute("SELECT to_regclass('runs') IS NOT NULL").fetchone()
        if not (row and row[0]):
            raise Wrong("Dagster's database has no tables", "run `synthcopilot migrate`")
    elif not config.exists():
        raise Wrong(f"{config} is not there", "run `synthcopilot migrate`; `serve` does it by itself")
    if not config.exists():  # this container or shell isn't one that runs a part
        return "tables are there"
    with DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        return f"{instance.get_runs_count()} runs"


def _broker(settings: Settings) -> str:
    if not settings.broker_url:
        folder = settings.root / "broker"
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise Wrong(f"{folder} is not there, or can't be written", "run `synthcopilot migrate` as its user")
        return "files"
    import redis

    with redis.Redis.from_url(settings.broker_url, socket_timeout=5, socket_connect_timeout=5) as client:
        client.ping()
        told = client.config_get("maxmemory*")
    if told.get("maxmemory", "0") != "0" and told.get("maxmemory-policy") != "noeviction":
        raise Wrong(
            f"Redis throws messages away when its memory is full ({told['maxmemory-policy']})",
            "set maxmemory-policy noeviction; give the cache a server of its own if it should evict",
        )
    return "Redis"


def _workers(queue: str) -> Callable[[Settings], str]:
    def look(settings: Settings) -> str:
        from pipelines.on_demand.messages.celery_app import celery_app

        answers = celery_app(settings).control.inspect(timeout=_ANSWER_S).active_queues() or {}
        found = sorted(name for name, queues in answers.items() if any(one["name"] == queue for one in queues))
        if not found:
            raise Wrong(
                f"no worker of the queue {queue} answers in {_ANSWER_S:g} s", f"{_START}; worker-{queue}.log"
            )
        return ", ".join(found)

    return look


def _scheduler(settings: Settings) -> str:
    from service.ledger import Ledger
    from service.tables import engine_for

    engine = engine_for(settings.app_database)
    beats = [at for part, at in Ledger(engine).beats().items() if part == "sensor" or part.startswith("sensor:")]
    engine.dispose()
    silent = (datetime.now(UTC) - max(beats)).total_seconds() if beats else None
    if silent is None or silent > SILENT_S:
        words = "has never been seen" if silent is None else f"was last seen {silent:.0f} s ago"
        raise Wrong(
            f"the sensor that starts jobs {words}", f"{_START}; look at the daemon's and code server's logs"
        )
    return f"seen {max(silent, 0):.0f} s ago"


def _storage(settings: Settings) -> str:
    from service.layout import health_key
    from service.objects import object_store

    store, key, said = object_store(settings), health_key(f"doctor-{os.getpid()}"), os.urandom(16)
    store.put(key, said)
    if store.get(key) != said:
        raise Wrong("a file doesn't read back as it was written", "look at the object store's own logs")
    if not store.delete(key) or store.exists(key):
        raise Wrong("a file can't be deleted; erasing people's data would fail", "allow deletes to the access key")
    return str(store.root)


def _language_model(settings: Settings) -> str:
    if not settings.llm_url:
        return "none is set up; prompts stay on this machine"
    from service.llm.asking import LlmError, ask, load
    from service.llm.planner import endpoint_of

    if (endpoint := endpoint_of(settings)) is None:
        return "none"
    load()
    started = time.monotonic()
    try:
        ask(endpoint, "warm pad", ())
    except LlmError as error:
        raise Wrong(
            f"{error}; requests for it are read by the rules",
            "are SYNTHCOPILOT_LLM_URL, _MODEL and _API_KEY right, and is SYNTHCOPILOT_LLM_TIMEOUT_S enough?",
        ) from None
    return f"{settings.llm_model} answers in {time.monotonic() - started:.1f} s"


def _vita(settings: Settings) -> str:
    from engine.compiler import canonical_bytes, compile_spec
    from engine.render.job import NotePlan, Rendered, RenderJob
    from engine.render.pool import RenderPool
    from engine.stages import patch_stage, plan_stage
    from schemas.request import Request

    preset = canonical_bytes(compile_spec(patch_stage(plan_stage(Request(prompt="warm bass"))).spec))
    note = NotePlan(48, 0.8, 0.3, 0.5)
    with RenderPool(1) as pool:
        heard = pool.render(RenderJob("doctor", preset, (note,), preview=note))
    if not isinstance(heard, Rendered):
        raise Wrong(f"Vital's engine renders no note: {heard.reason}", "install the pinned `vita`: `make setup`")
    peak = heard.measurements.overall.peak_dbfs
    if not -60 < peak < 6:
        raise Wrong(f"a note has a peak of {peak:.0f} dBFS", "install the pinned `vita`: `make setup`")
    return f"a note of {note.render_s:g} s, peak {peak:.1f} dBFS"


CHECKS: Final = (
    Check("addresses", _consistent),
    Check("secret key", _secret),
    Check("disk", _disk),
    Check("database", _database, todo="is the server up, and is SYNTHCOPILOT_DATABASE_URL right?"),
    Check("migrations", _migrated, needs=("database",)),
    Check("clock", _clock, needs=("database",)),
    Check("dagster", _dagster, todo="is the server up, and is SYNTHCOPILOT_DAGSTER_DATABASE_URL right?"),
    Check("broker", _broker, todo="is Redis up, and is SYNTHCOPILOT_BROKER_URL right?"),
    Check("object store", _storage, todo="is the server up, and are SYNTHCOPILOT_S3_* and STORAGE_URL right?"),
    Check("renderer", _vita, todo="install the pinned packages: `make setup`"),
    Check("language model", _language_model),
    Check("scheduler", _scheduler, needs=("database", "migrations"), running=True),
    *(
        Check(f"worker {queue}", _workers(queue), needs=("broker",), running=True, todo=_START)
        for queue in ("generate", "export")
    ),
)
