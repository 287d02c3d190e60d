"""What depends on the database holds on PostgreSQL and Redis, too: there only a lock keeps two writers apart.

The tests below run twice: in the process at hand on SQLite, and here in a pytest of their own on the servers.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
import redis

from hosting.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
ON_BOTH = (
    "tests/api/test_api_jobs.py",
    "tests/api/test_api_limits.py",
    "tests/api/test_api_shares.py",
    "tests/api/test_asking.py",
    "tests/api/test_plans.py",
    "tests/api/test_races.py",
    "tests/service/test_ledger.py",
)
ERASURE = (
    "tests/privacy/test_answers_go.py",
    "tests/privacy/test_erasing_jobs.py",
    "tests/privacy/test_names_are_forgotten.py",
)


def test_the_same_holds_on_postgresql_and_redis(servers: Servers, tmp_path: Path) -> None:
    before = _rows_ever_put_into_jobs(servers)
    _run(ON_BOTH, servers, tmp_path)
    assert _rows_ever_put_into_jobs(servers) - before > 50, "they ran on another database"
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.info("commandstats")["cmdstat_incrby"]["calls"] > 10, "they counted in another cache"


def test_what_is_erased_is_gone_on_postgresql_too(servers: Servers, tmp_path: Path) -> None:
    before = _rows_ever_put_into_jobs(servers)
    _run(ERASURE, servers, tmp_path)
    assert _rows_ever_put_into_jobs(servers) - before > 50, "they ran on another database"


def _run(tests: Sequence[str], servers: Servers, folder: Path) -> None:
    argv = [sys.executable, "-m", "pytest", "--reuse-db", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    done = subprocess.run(
        argv, cwd=ROOT, env=_deployed(servers, folder), capture_output=True, text=True, check=False, timeout=1800
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-5_000:]}"
    assert "skipped" not in done.stdout.splitlines()[-1]


def _deployed(servers: Servers, folder: Path) -> dict[str, str]:
    """The settings of the deployed profile, with a folder for S3: where files lie changes nothing here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SYNTHCOPILOT_"))}
    told = {name: value for name, value in servers.environment.items() if "_S3_" not in name}
    return ours | told | {
        "SYNTHCOPILOT_STORAGE_URL": str(folder),
        "PGOPTIONS": "-c synchronous_commit=off",  # nobody pulls the plug of a test
    }  # fmt: skip


def _rows_ever_put_into_jobs(servers: Servers) -> int:
    try:
        connection = psycopg.connect(servers.database_url("test_app"))
    except psycopg.OperationalError:  # it is made by the first tests that need it
        return 0
    with connection:
        row = connection.execute("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'jobs'").fetchone()
    return int(row[0]) if row else 0
