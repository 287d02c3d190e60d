"""What depends on the database holds on PostgreSQL and Redis, too: there only a lock keeps two writers apart.

The tests below run twice: in the process at hand on SQLite, and here in a pytest of their own on the servers.
"""

import os
import subprocess
import sys
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


def test_the_same_holds_on_postgresql_and_redis(servers: Servers, tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "pytest", "--reuse-db", "-p", "no:cacheprovider", "-p", "no:xdist", *ON_BOTH]
    done = subprocess.run(
        argv, cwd=ROOT, env=_deployed(servers, tmp_path), capture_output=True, text=True, check=False, timeout=1800
    )
    assert done.returncode == 0, f"{done.stdout[-20_000:]}\n{done.stderr[-5_000:]}"
    assert "skipped" not in done.stdout.splitlines()[-1]
    assert _rows_ever_put_into_jobs(servers) > 50, "they ran on another database"
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.info("commandstats")["cmdstat_incrby"]["calls"] > 10, "they counted in another cache"


def _deployed(servers: Servers, folder: Path) -> dict[str, str]:
    """The settings of the deployed profile, with a folder for S3: where files lie changes nothing here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SYNTHCOPILOT_"))}
    told = {name: value for name, value in servers.environment.items() if "_S3_" not in name}
    return ours | told | {
        "SYNTHCOPILOT_STORAGE_URL": str(folder),
        "PGOPTIONS": "-c synchronous_commit=off",  # nobody pulls the plug of a test
    }  # fmt: skip


def _rows_ever_put_into_jobs(servers: Servers) -> int:
    with psycopg.connect(servers.database_url("test_app")) as connection:
        row = connection.execute("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'jobs'").fetchone()
    return int(row[0]) if row else 0
