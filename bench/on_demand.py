"""How long a job takes beside its rendering, and how many jobs a minute get through.

    python -m bench.on_demand [--jobs 20] [--burst 200] [--rendered 3] [--stack [--folder]]

Embedded: SQLite and files. With --stack: PostgreSQL, Redis and an S3 server on this machine. Times are from the row
in the table to the end, when its bundle is there. `nothing to render` is a request that planning refuses:
it goes through seven assets and their records, without a note. `rendered` are real ones, less the seconds in which
presets were rendered. `cancelled` is from the wish to the end of jobs that were rendering. The goals are
1.0 s embedded and 0.5 s with PostgreSQL and Redis. `--old` measures once more beside so many ended jobs, of which
Dagster still knows as many as the settings let it keep.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster import DagsterEventType

from assets.partitions import REQUEST_BATCHES
from hosting.servers import GROUP, servers_of
from hosting.supervisor import Supervisor
from service.tables import ENDED
from tests.service.running import Running, running

NOTHING = "bell\x07pad"
RENDERED = "short pluck"
LONG = "enormous evolving pad, deep and wide"
_LIMITS = {"soft_time_limit_s": 500, "hard_time_limit_s": 600, "user_concurrency": 100}


@contextmanager
def stack(home: Path) -> Iterator[dict[str, Any]]:
    """The servers of the deployed profile; the settings by which they are found."""
    servers = servers_of(home)
    servers.prepare()
    try:
        with Supervisor(home, servers.programs()) as supervisor:
            supervisor.start(GROUP)
            while not servers.ready():
                time.sleep(0.1)
            yield {name.removeprefix("SYNTHCOPILOT_").lower(): value for name, value in servers.environment.items()}
    finally:
        shutil.rmtree(servers.postgres_data, ignore_errors=True)


def took_s(service: Running, job: uuid.UUID) -> float:
    """From the row to the end, by the table's own times."""
    row = service.wait(job, limit_s=600)
    return float((row.finished_at - row.created_at).total_seconds())


def render_s(service: Running, job: uuid.UUID) -> float:
    """Seconds in which a job's presets were rendered, by its run's own records."""
    with service.instance() as instance:
        (run,) = service.runs(job)
        for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION):
            made = entry.get_dagster_event().step_materialization_data.materialization
            if made.asset_key.to_user_string() == "renders":
                seconds = made.metadata["lane_seconds"].value
                assert isinstance(seconds, int | float)
                return seconds
    raise LookupError(f"job {job} rendered nothing")


def one_by_one(service: Running, count: int) -> list[float]:
    """Jobs that meet an idle service, at different moments of its ticks."""
    times = []
    for n in range(count):
        times.append(took_s(service, service.put(NOTHING, seed=n)))
        time.sleep(0.3 + 0.17 * (n % 5))
    return times


def cancelled(service: Running, count: int) -> list[float]:
    """From the wish to the end, of jobs that are rendering."""
    times = []
    for n in range(count):
        job = service.put(LONG, seed=3000 + n)
        service.wait(job, lambda row: row.stage == "rendering", limit_s=600)
        service.cancel(job)
        row = service.wait(job, limit_s=600)
        assert row.state == "cancelled", row
        times.append(float((row.finished_at - row.cancel_requested_at).total_seconds()))
    return times


def burst(service: Running, count: int) -> float:
    """Jobs a minute of so many that are put at once, by five users."""
    start = time.monotonic()
    jobs = [service.put(NOTHING, user=f"user{n % 5}", seed=1000 + n) for n in range(count)]
    for job in jobs:
        service.wait(job, lambda row: row.state in ENDED, limit_s=600)
    return count / (time.monotonic() - start) * 60


def add_old(service: Running, count: int) -> None:
    """Ended jobs of one user, the newest of them with partitions in Dagster."""
    kept = min(count, service.settings.finished_partitions_kept)
    first = service.put(NOTHING, user="old", seed=9000)
    ended = service.wait(first, limit_s=600)
    table = service.table("jobs")
    with service.engine.begin() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == first)).one()._asdict()
        connection.execute(sa.insert(table), [_old(row, n, pruned=n >= kept) for n in range(count)])
    with service.instance() as instance:
        instance.add_dynamic_partitions(str(REQUEST_BATCHES.name), [f"job-old-{n}" for n in range(kept)])
    assert ended.state in ENDED


def _old(row: dict[str, Any], number: int, *, pruned: bool) -> dict[str, Any]:
    return row | {
        "id": uuid.uuid4(),
        "job_key": uuid.uuid4().hex * 2,
        "partition_key": f"job-old-{number}",
        "run_id": str(uuid.uuid4()),
        "pruned_at": row["finished_at"] if pruned else None,
    }


def told(name: str, times: Sequence[float]) -> str:
    """A line: median, 95th percentile and range."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return (
        f"{name:<22} n {len(ordered):<4} p50 {statistics.median(ordered):5.2f} s   p95 {p95:5.2f} s   "
        f"{ordered[0]:.2f} to {ordered[-1]:.2f} s"
    )


def measure(service: Running, *, jobs: int, burst_of: int, rendered: int, old: int) -> None:
    """Print all of it."""
    one_by_one(service, 3)  # warms up
    print(told("nothing to render", one_by_one(service, jobs)), flush=True)
    beside = []
    for n in range(rendered):
        job = service.put(RENDERED, seed=2000 + n)
        beside.append(took_s(service, job) - render_s(service, job))
        assert service.job(job).state == "succeeded", service.job(job).error_detail
    if beside:
        print(told("rendered, beside that", beside), flush=True)
    print(told("cancelled", cancelled(service, rendered)), flush=True)
    if old:
        add_old(service, old)
        print(told(f"beside {old} old jobs", one_by_one(service, jobs)), flush=True)
    if burst_of:
        print(f"burst of {burst_of:<13} {burst(service, burst_of):.0f} jobs a minute", flush=True)


def main() -> None:
    """Start a service in a folder of its own, measure, stop it."""
    parser = argparse.ArgumentParser(description="How long a job takes beside its rendering.")
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--burst", type=int, default=200)
    parser.add_argument("--rendered", type=int, default=3)
    parser.add_argument("--old", type=int, default=0)
    parser.add_argument("--stack", action="store_true", help="PostgreSQL, Redis and S3 on this machine.")
    parser.add_argument("--folder", action="store_true", help="With --stack: files in a folder, not on S3.")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="synthcopilot-bench-") as name:
        home = Path(name)
        counts = {"jobs": asked.jobs, "burst_of": asked.burst, "rendered": asked.rendered, "old": asked.old}
        if asked.stack:
            with stack(home / "servers") as found:
                files = {"storage_url": str(home / "objects")} if asked.folder else {}
                with running(home / "service", **{**_LIMITS, **found, **files}) as service:
                    measure(service, **counts)
        else:
            with running(home, **_LIMITS) as service:
                measure(service, **counts)


if __name__ == "__main__":
    main()
