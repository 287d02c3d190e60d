"""What lies between the parts: connections of a process, the daemon's waits, broker's files, the code server."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from dagster import DagsterEvent, EventLogEntry, QueuedRunCoordinator
from kombu import Connection

from assets.deliveries import CHECK
from pipelines.dagster_internals import daemon as dagsters_daemon
from pipelines.dagster_internals.daemon import QueuedRunCoordinatorDaemon, sensors
from pipelines.dagster_internals.failures import RaisedError, StepFailureData
from pipelines.on_demand import code_server, connections
from pipelines.on_demand.definitions import defs
from pipelines.on_demand.dispatch import daemon
from pipelines.on_demand.messages import file_broker
from pipelines.on_demand.records import postgres_events, storage
from pipelines.on_demand.records.storage import _once, pooled_engine, postgres_url
from pipelines.on_demand.resources import store
from service.settings import Settings

# -- events ------------------------------------------------------------------------------------------------------


def test_what_could_not_be_written_is_told_although_later_events_were() -> None:
    go, written = threading.Event(), []

    def write(events: Any) -> None:
        go.wait(60)
        if "bad" in events:
            raise OSError("the disk is full")
        written.extend(events)

    writer = postgres_events.EventWriter(write)
    writer.add(["bad"])  # type: ignore[list-item]
    deadline = time.monotonic() + 60
    while writer._waiting and time.monotonic() < deadline:  # until it is taken, so that the next comes after it
        time.sleep(0.001)
    writer.add(["good"])  # type: ignore[list-item]
    go.set()
    with pytest.raises(OSError, match="the disk is full"):
        writer.wait()
    assert written == ["good"]
    writer.wait()  # once is enough


@pytest.mark.parametrize(
    ("kind", "acted_on"),
    [
        ("STEP_START", False),
        ("STEP_SKIPPED", False),
        ("STEP_FAILURE", True),
        ("PIPELINE_START", True),
        ("PIPELINE_SUCCESS", True),
        ("PIPELINE_FAILURE", True),
    ],
)
def test_a_run_waits_for_what_is_acted_on_and_for_nothing_else(kind: str, acted_on: bool) -> None:
    data = StepFailureData(None, None) if kind == "STEP_FAILURE" else None
    made = DagsterEvent(kind, job_name="made", event_specific_data=data)
    entry = EventLogEntry(
        error_info=None, level=20, user_message="", run_id="r", timestamp=0.0, dagster_event=made
    )  # fmt: skip
    assert postgres_events._acted_on(entry) is acted_on


# -- connections -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "cached"),
    [
        (connections.ledger, connections._ledger),
        (connections.instance, connections._instance),
        (store.service_store, store._store),
    ],
    ids=["ledger", "instance", "store"],
)
def test_a_process_opens_it_once_and_its_fork_again(ask: Any, cached: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections.DagsterInstance, "from_config", lambda home: object())
    cached.cache_clear()
    try:
        mine = ask()
        assert ask() is mine
        monkeypatch.setattr("os.getpid", lambda: -7)
        assert ask() is not mine
    finally:
        cached.cache_clear()


def test_a_process_has_one_pool_a_database_and_its_fork_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_engines", {})
    urls = [f"sqlite:///{tmp_path / name}" for name in ("a", "b")]
    one, other = map(pooled_engine, urls)
    assert pooled_engine(urls[0]) is one
    assert other is not one
    asked = {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 30_000}
    with one.connect() as connection:
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked} == asked
    monkeypatch.setattr("os.getpid", lambda: -7)
    assert pooled_engine(urls[0]) is not one


def test_dagsters_pool_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_engines", {})
    url = postgres_url(Settings(dagster_database_url="postgresql://u:p@h:5/dagster"))
    assert url == "postgresql+psycopg2://u:p@h:5/dagster"
    pool: Any = pooled_engine(url).pool
    assert (pool.size(), pool._max_overflow, pool._reset_on_return.name) == (4, 12, "reset_none")


@pytest.mark.parametrize(("idle_s", "tried"), [(0.9, 0), (1.1, 1)])
def test_a_connection_that_lay_idle_for_a_second_is_tried_first(
    monkeypatch: pytest.MonkeyPatch, idle_s: float, tried: int
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(storage, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(storage, "_engines", {})
    listeners = pooled_engine("postgresql+psycopg2://h/x").pool.dispatch
    (seen,), (alive,) = list(listeners.checkin), list(listeners.checkout)
    asked: list[str] = []

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, statement: str) -> None:
            asked.append(statement)
            if gone:
                raise OSError("gone")

    gone, record, connection = False, SimpleNamespace(info={}), SimpleNamespace(cursor=Cursor)
    alive(connection, record, None)
    assert asked == [], "a new one"
    seen(connection, record)
    clock.now += idle_s
    alive(connection, record, None)
    assert asked == ["SELECT 1"] * tried
    if tried:
        gone = True
        with pytest.raises(sa.exc.DisconnectionError):
            alive(connection, record, None)


def test_what_was_once_true_is_not_asked_again() -> None:
    answers = iter([False, True])
    one, other = SimpleNamespace(), SimpleNamespace()
    assert [_once(one, "q", lambda: next(answers)) for _ in range(3)] == [False, True, True]
    assert _once(one, "another", lambda: False) is False
    assert _once(other, "q", lambda: False) is False


def test_a_partition_is_taken_to_be_there_for_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = SimpleNamespace(now=0.0), []

    class Stock:
        def has_dynamic_partition(self, *what: str) -> bool:
            asked.append(what)
            return what[1] != "missing"

    class Log(storage._TablesKnown, Stock): ...

    monkeypatch.setattr(storage, "time", SimpleNamespace(monotonic=lambda: clock.now))
    log = Log()
    for clock.now, there in ((0, True), (9.9, True), (10.1, True)):
        assert log.has_dynamic_partition("jobs", "a") is there
    assert len(asked) == 2
    assert log.has_dynamic_partition("jobs", "b")
    assert log.has_dynamic_partition("exports", "b")
    assert len(asked) == 4
    assert not log.has_dynamic_partition("jobs", "missing")
    assert not log.has_dynamic_partition("jobs", "missing")
    assert len(asked) == 6


# -- the daemon --------------------------------------------------------------------------------------------------


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back afterwards: these are Dagster's own."""
    monkeypatch.setattr(sensors, "MIN_INTERVAL_LOOP_TIME", sensors.MIN_INTERVAL_LOOP_TIME)
    monkeypatch.setattr(sensors, "is_under_min_interval", sensors.is_under_min_interval)
    monkeypatch.setattr(QueuedRunCoordinator, "submit_run", QueuedRunCoordinator.submit_run)
    monkeypatch.setattr(dagsters_daemon, "_stock_is_under_min_interval", lambda *_: True)
    monkeypatch.setattr(daemon, "_submitted", threading.Event())


def test_only_the_sensor_that_waits_for_jobs_is_looked_at_without_a_wait(tuned: None) -> None:
    daemon.tune()
    assert sensors.MIN_INTERVAL_LOOP_TIME == 0.05
    under = sensors.is_under_min_interval
    assert under(None, SimpleNamespace(name="waiting_jobs"), None) is False  # type: ignore[arg-type, call-arg]
    assert under(None, SimpleNamespace(name="old_jobs"), None) is True  # type: ignore[arg-type, call-arg]


@pytest.mark.parametrize("fails", [False, True])
def test_the_queue_is_looked_into_when_a_run_was_put_there(
    tuned: None, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def submit(*_: Any, **__: Any) -> str:
        if fails:
            raise OSError("no")
        return "run"

    monkeypatch.setattr(dagsters_daemon, "_stock_submit_run", submit)
    daemon.tune()
    assert not daemon._submitted.is_set()
    try:
        assert QueuedRunCoordinator.submit_run(None, None) == "run"  # type: ignore[arg-type, comparison-overlap]
    except OSError:
        assert fails
    assert daemon._submitted.is_set()


def test_the_run_queue_is_the_prompt_one_and_the_others_are_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    other = object()
    stock = [other, QueuedRunCoordinatorDaemon(interval_seconds=3)]
    monkeypatch.setattr(daemon, "stock_daemons", lambda instance: stock)
    first, queue = daemon.daemons(None)  # type: ignore[arg-type]
    assert first is other
    assert (type(queue), queue.interval_seconds) == (daemon.PromptQueue, 3)


def test_the_prompt_queue_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    submitted = SimpleNamespace(wait=waits.append, clear=lambda: waits.append(-1))
    monkeypatch.setattr(daemon, "_submitted", submitted)
    queue = daemon.PromptQueue(interval_seconds=1)
    rounds = iter([None, OSError("no"), None])

    def iteration(context: Any) -> Iterator[Any]:
        if error := next(rounds):
            raise error
        yield "looked"

    monkeypatch.setattr(queue, "run_iteration", iteration)
    shutdown = SimpleNamespace(wait=lambda seconds: waits.append(seconds * 100))
    loop = queue.core_loop(None, shutdown)  # type: ignore[arg-type]
    told = [next(loop) for _ in range(5)]
    assert [one if not isinstance(one, RaisedError) else "error" for one in told] == [
        "looked", None, "error", None, "looked"
    ]  # fmt: skip
    assert waits == [0.1, -1, 100.0, 0.1, -1]


# -- the broker --------------------------------------------------------------------------------------------------


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    file_broker.register()
    file_broker.make_folders(tmp_path)
    with Connection("folder://localhost", transport_options=file_broker.options(tmp_path)) as connection:
        yield connection.default_channel


def test_messages_come_in_the_order_in_which_they_were_put_each_once(channel: Any, tmp_path: Path) -> None:
    for n in range(3):
        channel._put("generate", {"n": n})
        channel._put("export", {"n": 10 + n})
    assert [channel._get("generate")["n"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("generate")
    assert channel._get("export") == {"n": 10}
    assert len(list((tmp_path / "messages").iterdir())) == 2
    assert list((tmp_path / "taken").iterdir()) == []


def test_a_message_that_another_took_is_passed_over(channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    channel._put("generate", "theirs"), channel._put("generate", "mine")
    rename, first = Path.rename, []

    def taken(self: Path, target: Path) -> Path:
        if not first:
            first.append(self)
            self.unlink()
        return rename(self, target)

    monkeypatch.setattr(file_broker.Path, "rename", taken)
    assert channel._get("generate") == "mine"


def test_a_message_is_not_seen_half(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "messages" / ".00000000000000000001_x.generate.msg.tmp").write_bytes(b"{")
    (tmp_path / "messages" / "00000000000000000002_x.generate.msg.old").write_bytes(b"{")
    with pytest.raises(Empty):
        channel._get("generate")


# -- the code server ---------------------------------------------------------------------------------------------


def test_nobody_answers_where_nobody_listens(tmp_path: Path) -> None:
    assert code_server.answers(Settings(home=tmp_path)) is False
    assert code_server.answers(Settings(home=tmp_path, code_server="127.0.0.1:9")) is False


def test_it_is_waited_for_and_then_the_program_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, waits, became = iter([False, False, True]), [], []
    monkeypatch.setattr(code_server, "answers", lambda settings: next(answers))
    monkeypatch.setattr(code_server.time, "sleep", waits.append)
    monkeypatch.setattr(code_server.os, "execv", lambda *what: became.append(what))
    code_server.main(["/bin/ui", "-p", "3000"])
    assert waits == [0.2, 0.2]
    assert became == [("/bin/ui", ["/bin/ui", "-p", "3000"])]


# -- the jobs ----------------------------------------------------------------------------------------------------


def test_a_run_has_one_check_and_that_in_its_last_step() -> None:
    made = defs.resolve_job_def("make_presets")
    found = made.asset_layer.asset_graph.asset_check_keys
    assert CHECK == "delivery_is_sound"
    assert {(key.asset_key.to_user_string(), key.name) for key in found} == {("deliveries", "delivery_is_sound")}
