"""Whether Dagster still is what we lean on beyond its public interface: each part is used here, for real."""

import ast
import inspect
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    EventLogEntry,
    ExecuteInProcessResult,
    MaterializeResult,
    QueuedRunCoordinator,
    StaticPartitionsDefinition,
    asset,
    in_process_executor,
    job,
    materialize,
    op,
    reconstructable,
)
from dagster_celery.launcher import CeleryRunLauncher
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage

from assets.dagster_internals.metadata import RawMetadataValue
from assets.dagster_internals.partitions import DynamicPartitionsStore, PartitionsSubset, UpstreamPartitionsResult
from assets.partitions import REQUEST_BATCHES, BatchesOfLibrary
from pipelines.dagster_internals.code_server import is_reachable
from pipelines.dagster_internals.configurable import (
    LOCAL_ARTIFACTS,
    NO_COMPUTE_LOGS,
    RUN_QUEUE,
    ConfigurableClassData,
    UserConfigSchema,
)
from pipelines.dagster_internals.daemon import (
    DaemonIterator,
    DagsterDaemon,
    QueuedRunCoordinatorDaemon,
    daemons_at_work,
    look_at_sensors_every,
    never_hold_back,
    sensors,
    stock_daemons,
    told_error,
    when_a_run_is_queued,
)
from pipelines.dagster_internals.events import (
    AssetKeyTable,
    CheckExecutionsTable,
    EventsTable,
    forget_checks,
    tells_of_asset,
    tells_of_check,
)
from pipelines.dagster_internals.execution import execute_run
from pipelines.dagster_internals.failures import (
    EngineEventData,
    JobFailureData,
    RaisedError,
    RunFailureReason,
    StepFailureData,
    error_of,
    never_started,
)
from pipelines.dagster_internals.interrupts import capture_interrupts, setup_interrupt_handlers
from pipelines.dagster_internals.launching import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from pipelines.dagster_internals.staleness import AssetGraph, Staleness
from pipelines.dagster_internals.storage import (
    ConsolidatedSqliteEventLogStorage,
    DagsterSqliteStorage,
    DagsterStorage,
    EventHandlerFn,
    SqliteRunStorage,
    SqliteScheduleStorage,
    SqlPollingEventWatcher,
    sqlite_url,
)
from pipelines.dagster_internals.tags import MAX_RUNTIME_TAG, PARTITION_TAG, RUN_KEY_TAG
from pipelines.on_demand.dispatch.daemon import PromptQueue
from pipelines.on_demand.dispatch.launcher import WarmWorkerLauncher
from pipelines.on_demand.records import storage
from pipelines.on_demand.records.postgres_events import PostgresEvents
from tests.dagster_internals import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
    SensorInstigatorData,
    create_run_for_test,
)

ROOT = Path(__file__).parents[2]
REPOSITORY = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "ours")
PARTS = StaticPartitionsDefinition(["a", "b"])


@op
def broken() -> None:
    try:
        raise KeyError("first")
    except KeyError as error:
        raise ValueError("then") from error


@job(executor_def=in_process_executor)
def fails() -> None:
    broken()


WENT_ON: list[str] = []
"""What went on although it was interrupted."""


@op
def interrupted() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    WENT_ON.append("the step")


@job(executor_def=in_process_executor)
def stopped() -> None:
    interrupted()


@op
def fine() -> None: ...


@job(executor_def=in_process_executor)
def works() -> None:
    fine()


@asset(check_specs=[AssetCheckSpec("sound", asset="checked")])
def checked() -> MaterializeResult:
    return MaterializeResult(check_results=[AssetCheckResult(passed=True, check_name="sound")])


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as one:
        yield one


@pytest.fixture
def own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background ignores it
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


# -- failures ----------------------------------------------------------------------------------------------------


def test_a_failed_step_tells_what_was_raised_and_from_what(instance: DagsterInstance) -> None:
    result = fails.execute_in_process(instance=instance, raise_on_error=False)
    (event,) = [one for one in result.all_events if one.is_step_failure]
    assert isinstance(event.event_specific_data, StepFailureData)
    error = error_of(event)
    assert isinstance(error, RaisedError)
    assert error.cls_name == "DagsterExecutionStepExecutionError"
    assert (error.cause.cls_name, error.cause.message.strip()) == ("ValueError", "ValueError: then")  # type: ignore[union-attr]
    assert error.cause.cause.cls_name == "KeyError"  # type: ignore[union-attr]
    assert error.context is None
    (ended,) = [one for one in result.all_events if one.event_type == DagsterEventType.RUN_FAILURE]
    assert isinstance(ended.event_specific_data, JobFailureData)
    assert not never_started(ended)
    assert [error_of(one) for one in result.all_events if one.event_type == DagsterEventType.STEP_START] == [None]


def kept(instance: DagsterInstance, run_id: str, kind: DagsterEventType) -> DagsterEvent:
    """The one event of that kind as the database gives it back."""
    (entry,) = instance.all_logs(run_id, of_type=kind)
    assert entry.dagster_event is not None
    return entry.dagster_event


@pytest.mark.parametrize("reason", list(RunFailureReason))
def test_a_run_that_nobody_took_is_told_from_others(instance: DagsterInstance, reason: RunFailureReason) -> None:
    run = create_run_for_test(instance, job_name="made")
    instance.report_run_failed(run, "words", JobFailureData(error=None, failure_reason=reason))
    event = kept(instance, run.run_id, DagsterEventType.RUN_FAILURE)
    assert event.message == "words"
    assert never_started(event) is (reason.value == "START_TIMEOUT")


def test_an_error_outside_of_steps_is_found(instance: DagsterInstance) -> None:
    run = create_run_for_test(instance, job_name="made")
    data = EngineEventData(error=RaisedError("words", [], "OSError"))
    instance.report_engine_event("words", run, data)
    assert error_of(kept(instance, run.run_id, DagsterEventType.ENGINE_EVENT)) == data.error


# -- staleness ---------------------------------------------------------------------------------------------------


def staleness_of(version: str, instance: DagsterInstance, *, partition: str | None = None) -> Staleness:
    @asset(code_version=version, partitions_def=PARTS)
    def thing() -> None: ...

    if partition:
        assert materialize([thing], instance=instance, partition_key=partition).success
    graph = Definitions(assets=[thing]).resolve_asset_graph()
    assert isinstance(graph, AssetGraph)
    return Staleness(instance, graph)


def test_a_partition_is_missing_then_made_then_stale_by_its_code(instance: DagsterInstance) -> None:
    key = AssetKey("thing")
    assert staleness_of("1", instance).is_missing(key, "a")
    made = staleness_of("1", instance, partition="a")
    assert (made.is_missing(key, "a"), made.stale_because(key, "a")) == (False, ())
    assert (made.is_missing(key, "b"), made.stale_because(key, "b")) == (True, ())
    changed = staleness_of("2", instance)
    assert (changed.is_missing(key, "a"), changed.stale_because(key, "a")) == (False, ("has a new code version",))


# -- events and tags ---------------------------------------------------------------------------------------------


def made_with_a_check(instance: DagsterInstance) -> ExecuteInProcessResult:
    return materialize([checked], instance=instance)


def rows(instance: DagsterInstance, column: Any) -> list[Any]:
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        return list(connection.execute(sa.select(column)).scalars())


def test_events_of_checks_and_assets_are_told_from_others(instance: DagsterInstance) -> None:
    logs = instance.all_logs(made_with_a_check(instance).run_id)
    kinds = {one.dagster_event_type.value for one in logs if one.is_dagster_event}  # type: ignore[union-attr]
    assert {"STEP_START", "PIPELINE_SUCCESS"} < kinds
    assert {one.dagster_event_type.value for one in logs if tells_of_check(one)} == {  # type: ignore[union-attr]
        "ASSET_CHECK_EVALUATION_PLANNED", "ASSET_CHECK_EVALUATION"
    }  # fmt: skip
    assert {one.dagster_event_type.value for one in logs if tells_of_asset(one)} == {  # type: ignore[union-attr]
        "ASSET_MATERIALIZATION_PLANNED", "ASSET_MATERIALIZATION"
    }  # fmt: skip


def test_the_tables_are_where_events_assets_and_checks_are_kept(instance: DagsterInstance) -> None:
    one, other = (made_with_a_check(instance).run_id for _ in range(2))
    assert len(instance.all_logs(one)) > 5
    assert rows(instance, EventsTable.c.run_id).count(one) == len(instance.all_logs(one))
    assert rows(instance, AssetKeyTable.c.asset_key) == ['["checked"]']
    assert set(rows(instance, CheckExecutionsTable.c.run_id)) == {one, other}
    instance.delete_run(one)
    assert one in rows(instance, CheckExecutionsTable.c.run_id), "then there is no need to remove them"
    forget_checks(instance, one)
    assert set(rows(instance, CheckExecutionsTable.c.run_id)) == {other}


def test_tags_of_runs_are_called_what_databases_hold_them_under(instance: DagsterInstance) -> None:
    assert (RUN_KEY_TAG, MAX_RUNTIME_TAG) == ("dagster/run_key", "dagster/max_runtime")
    thing = staleness_of("1", instance, partition="b")
    assert thing.is_missing(AssetKey("thing"), "a")
    (run,) = instance.get_runs()
    assert run.tags[PARTITION_TAG] == "b"


# -- dagster.yaml ------------------------------------------------------------------------------------------------


class OwnLauncher(RunLauncher):
    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__()
        self.inst_data_given, self.launched = inst_data, []

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self.inst_data_given

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {"place": str}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "OwnLauncher":
        made = cls(inst_data)
        made.place = config_value["place"]
        return made

    def launch_run(self, context: LaunchRunContext) -> None:
        self.launched.append(context.dagster_run.run_id)

    def terminate(self, run_id: str) -> bool:
        return False

    def check_run_worker_health(self, run: Any) -> CheckRunHealthResult:
        return CheckRunHealthResult(WorkerStatus.FAILED, "silent")


def test_a_launcher_of_our_own_is_made_from_the_file_and_told_of_runs(tmp_path: Path) -> None:
    own = {"module": __name__, "class": "OwnLauncher", "config": {"place": "here"}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({"run_launcher": own}), "utf-8")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        launcher: Any = instance.run_launcher
        assert (type(launcher).__name__, launcher.place) == ("OwnLauncher", "here")
        given = launcher.inst_data
        assert isinstance(given, ConfigurableClassData)
        assert (given.module_name, given.class_name) == (__name__, "OwnLauncher")
        run = create_run_for_test(instance, job_name="made", status=DagsterRunStatus.NOT_STARTED)
        instance.launch_run(run.run_id, workspace=None)  # type: ignore[arg-type]
        assert launcher.launched == [run.run_id]
        found = launcher.check_run_worker_health(run)
        assert (found.status, found.msg) == (WorkerStatus.FAILED, "silent")
        assert {one.name for one in WorkerStatus} >= {"RUNNING", "FAILED"}


def test_what_our_files_call_dagsters_classes_is_what_they_are_called(tmp_path: Path) -> None:
    asked = {
        "local_artifact_storage": {**LOCAL_ARTIFACTS, "config": {"base_dir": str(tmp_path / "artifacts")}},
        "compute_logs": NO_COMPUTE_LOGS,
        "run_coordinator": {**RUN_QUEUE, "config": {"max_concurrent_runs": 3, "dequeue_interval_seconds": 1}},
    }
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(asked), "utf-8")
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.storage_directory() == str(tmp_path / "artifacts" / "storage")
        assert type(instance.compute_log_manager).__name__ == NO_COMPUTE_LOGS["class"]
        assert isinstance(instance.run_coordinator, QueuedRunCoordinator)
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 3  # type: ignore[union-attr]


# -- runs in this process ----------------------------------------------------------------------------------------


def run_of(instance: DagsterInstance, definition: Any) -> str:
    origin = reconstructable(definition).get_python_origin()
    return instance.create_run_for_job(definition, job_code_origin=origin).run_id


def executed(instance: DagsterInstance, definition: Any) -> tuple[list[str], DagsterRunStatus]:
    heard: list[DagsterEvent] = []
    run_id = run_of(instance, definition)
    execute_run(run_id, instance, heard.append)
    return [one.event_type_value for one in heard], instance.get_run_by_id(run_id).status  # type: ignore[union-attr]


@pytest.fixture
def in_a_home(tmp_path: Path) -> Iterator[DagsterInstance]:
    with DagsterInstance.local_temp(str(tmp_path)) as one:
        yield one


@pytest.mark.usefixtures("own_signals")
def test_a_run_is_executed_here_and_each_event_heard(in_a_home: DagsterInstance) -> None:
    told, status = executed(in_a_home, works)
    assert [one for one in told if one.startswith(("STEP", "PIPELINE"))] == [
        "PIPELINE_START", "STEP_START", "STEP_OUTPUT", "STEP_SUCCESS", "PIPELINE_SUCCESS"
    ]  # fmt: skip
    assert status == DagsterRunStatus.SUCCESS


@pytest.mark.usefixtures("own_signals")
def test_a_failure_is_the_runs_end_and_not_ours(in_a_home: DagsterInstance) -> None:
    told, status = executed(in_a_home, fails)
    assert told.count("STEP_FAILURE") == told.count("PIPELINE_FAILURE") == 1
    assert status == DagsterRunStatus.FAILURE


@pytest.mark.usefixtures("own_signals")
def test_an_interrupt_stops_the_step_at_once(in_a_home: DagsterInstance) -> None:
    told, status = executed(in_a_home, stopped)
    assert WENT_ON == []
    assert "STEP_FAILURE" in told
    assert status == DagsterRunStatus.FAILURE
    (failure,) = in_a_home.all_logs(in_a_home.get_runs()[0].run_id, of_type=DagsterEventType.STEP_FAILURE)
    assert error_of(failure.dagster_event).cls_name == "DagsterExecutionInterruptedError"  # type: ignore[arg-type, union-attr]


@pytest.mark.usefixtures("own_signals")
def test_interrupts_are_kept_in_the_block_and_raised_after_it() -> None:
    setup_interrupt_handlers()
    with capture_interrupts():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGTERM)


# -- the code server ---------------------------------------------------------------------------------------------


def test_a_code_server_is_reachable_while_it_runs(tmp_path: Path) -> None:
    code, socket = tmp_path / "code.py", str(tmp_path / "code.sock")
    code.write_text("from dagster import Definitions\ndefs = Definitions()\n", "utf-8")
    command = [sys.executable, "-m", "dagster", "api", "grpc", "-f", str(code), "--socket", socket]
    assert not is_reachable(socket=socket)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while not is_reachable(socket=socket):
                assert time.monotonic() < deadline
                assert server.poll() is None
                time.sleep(0.1)
        finally:
            server.kill()  # on a busy machine it may not listen to a gentler word yet
    assert not is_reachable(socket=socket)
    assert not is_reachable(host="127.0.0.1", port=9)


# -- the daemon --------------------------------------------------------------------------------------------------


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back afterwards what is changed in Dagster."""
    changed = [(sensors, "MIN_INTERVAL_LOOP_TIME"), (sensors, "is_under_min_interval")]
    for owner, name in (*changed, (QueuedRunCoordinator, "submit_run")):
        monkeypatch.setattr(owner, name, getattr(owner, name))


@pytest.mark.usefixtures("stock")
def test_the_loop_over_sensors_asks_for_what_we_change_in_it() -> None:
    asked = sensors.execute_sensor_iteration_loop.__code__.co_names
    assert "MIN_INTERVAL_LOOP_TIME" in asked
    assert "is_under_min_interval" in sensors.execute_sensor_iteration.__code__.co_names
    look_at_sensors_every(0.3)
    assert sensors.MIN_INTERVAL_LOOP_TIME == 0.3


@pytest.mark.usefixtures("stock")
def test_a_sensor_that_just_ran_is_held_back_but_for_the_one() -> None:
    ran = SensorInstigatorData(last_tick_start_timestamp=time.time())
    origin = RemoteInstigatorOrigin(REPOSITORY, "mine")
    state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, ran)
    mine, other = (SimpleNamespace(name=name, min_interval_seconds=30) for name in ("mine", "other"))
    assert sensors.is_under_min_interval(state, mine) is True  # type: ignore[arg-type]
    never_hold_back("mine")
    assert sensors.is_under_min_interval(state, mine) is False  # type: ignore[arg-type]
    assert sensors.is_under_min_interval(state, other) is True  # type: ignore[arg-type]


@pytest.mark.usefixtures("stock")
def test_one_is_told_of_a_run_that_was_queued(tmp_path: Path) -> None:
    told: list[DagsterRunStatus] = []
    with queue_in(tmp_path) as instance:
        run = create_run_for_test(
            instance,
            job_name="works",
            status=DagsterRunStatus.NOT_STARTED,
            remote_job_origin=RemoteJobOrigin(REPOSITORY, "works"),
            job_code_origin=reconstructable(works).get_python_origin(),
        )
        when_a_run_is_queued(lambda: told.append(instance.get_run_by_id(run.run_id).status))  # type: ignore[union-attr]
        instance.submit_run(run.run_id, workspace=None)  # type: ignore[arg-type]
    assert told == [DagsterRunStatus.QUEUED]


def queue_in(home: Path) -> DagsterInstance:
    asked = {"run_coordinator": {**RUN_QUEUE, "config": {"dequeue_interval_seconds": 7}}}
    (home / "dagster.yaml").write_text(yaml.safe_dump(asked), "utf-8")
    return DagsterInstance.from_config(str(home))


def test_the_queues_daemon_is_among_the_stock_ones_and_ours_works_it_off(tmp_path: Path) -> None:
    workspace, rounds = tmp_path / "workspace.yaml", threading.Event()
    workspace.write_text("load_from: []\n", "utf-8")

    class Counted(PromptQueue):
        def run_iteration(self, *arguments: Any) -> Iterator[Any]:
            yield from super().run_iteration(*arguments)
            rounds.set()

    with queue_in(tmp_path) as instance:
        stock = stock_daemons(instance)
        assert all(isinstance(one, DagsterDaemon) for one in stock)
        (queue,) = [one for one in stock if isinstance(one, QueuedRunCoordinatorDaemon)]
        assert queue.interval_seconds == 7
        assert inspect.signature(queue.core_loop).return_annotation == DaemonIterator
        with daemons_at_work(instance, workspace, lambda _: [Counted(interval_seconds=7)]) as controller:
            assert rounds.wait(20)
            controller.check_daemon_threads()
            assert callable(controller.check_daemon_loop)


def test_an_error_of_a_daemon_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise OSError("no")
    except OSError:
        told = told_error(logging.getLogger("a daemon"), "it could not")
    assert isinstance(told, RaisedError)
    assert told.cls_name == "OSError"
    assert [one.getMessage() for one in caplog.records] == ["it could not"]


# -- storage -----------------------------------------------------------------------------------------------------


def test_our_storage_is_dagsters_with_other_connections(tmp_path: Path) -> None:
    one = storage.PooledSqliteStorage(str(tmp_path))
    assert isinstance(one, DagsterSqliteStorage)
    assert isinstance(one, DagsterStorage)
    assert isinstance(one.run_storage, SqliteRunStorage)
    assert isinstance(one.event_log_storage, ConsolidatedSqliteEventLogStorage)
    assert isinstance(one.schedule_storage, SqliteScheduleStorage)
    assert sqlite_url(str(tmp_path), "runs") == f"sqlite:///{tmp_path}/runs.db"


def test_who_watches_a_run_is_told_of_its_events(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    arrived = threading.Event()

    def hear(event: EventLogEntry, cursor: str) -> None:
        told.append((event.user_message, cursor))
        arrived.set()

    handler: EventHandlerFn = hear
    log = storage.PooledSqliteStorage(str(tmp_path)).event_log_storage
    watcher = SqlPollingEventWatcher(log)
    watcher.watch_run("run", None, handler)
    log.store_event(EventLogEntry(None, 20, "words", "run", time.time()))
    assert arrived.wait(10)
    watcher.unwatch_run("run", handler)
    watcher.close()
    assert [words for words, _ in told] == ["words"]


OURS = [
    (storage._TablesKnown, PostgresEventLogStorage),
    (storage._TablesKnown, ConsolidatedSqliteEventLogStorage),
    (storage._RunsKnown, PostgresRunStorage),
    (storage._RunsKnown, SqliteRunStorage),
    (storage._SchedulesKnown, PostgresScheduleStorage),
    (storage._SchedulesKnown, SqliteScheduleStorage),
    (storage._SqliteEvents, ConsolidatedSqliteEventLogStorage),
    (storage._PooledRuns, SqliteRunStorage),
    (storage._PooledSchedules, SqliteScheduleStorage),
    (PostgresEvents, PostgresEventLogStorage),
    (WarmWorkerLauncher, CeleryRunLauncher),
    (PromptQueue, QueuedRunCoordinatorDaemon),
    (BatchesOfLibrary, BatchesOfLibrary.__mro__[1]),
]
ADDED = {(PostgresEvents, name) for name in ("wait", "_write", "_store_assets", "_transaction")}
"""What stock classes have nothing of."""


@pytest.mark.parametrize(("ours", "stock"), OURS, ids=lambda one: one.__name__)
def test_what_we_do_otherwise_is_still_a_method_of_the_stock_class(ours: type, stock: type) -> None:
    own = [name for name, one in vars(ours).items() if callable(getattr(ours, name)) and not name.startswith("__")]
    assert own
    for name in own:
        if (ours, name) not in ADDED:
            mine, theirs = (inspect.signature(getattr(one, name)).parameters for one in (ours, stock))
            assert list(mine) == list(theirs), name


# -- assets ------------------------------------------------------------------------------------------------------


def test_a_mapping_of_our_own_is_given_and_gives_subsets(instance: DagsterInstance) -> None:
    assert isinstance(instance, DynamicPartitionsStore)
    instance.add_dynamic_partitions(REQUEST_BATCHES.name, ["a-1", "b-1"])
    wanted = PARTS.subset_with_partition_keys(["a"])
    assert isinstance(wanted, PartitionsSubset)
    found = BatchesOfLibrary().get_upstream_mapped_partitions_result_for_partitions(
        wanted, PARTS, REQUEST_BATCHES, dynamic_partitions_store=instance
    )
    assert isinstance(found, UpstreamPartitionsResult)
    assert list(found.partitions_subset.get_partition_keys()) == ["a-1"]
    assert list(found.required_but_nonexistent_subset.get_partition_keys()) == []


def test_metadata_takes_plain_values(instance: DagsterInstance) -> None:
    given: dict[str, RawMetadataValue] = {"rows": 3, "words": "some"}

    @asset
    def thing() -> MaterializeResult:
        return MaterializeResult(metadata=given)

    made = materialize([thing], instance=instance).asset_materializations_for_node("thing")[0]
    assert {name: one.value for name, one in made.metadata.items()} == given


# -- the rule ----------------------------------------------------------------------------------------------------

ROOMS = ("pipelines/dagster_internals", "assets/dagster_internals", "tests/dagster_internals.py")
SOURCES = (
    "schemas", "engine", "service", "assets", "pipelines", "api", "hosting", "cli", "template_catalog",
    "bench", "tools", "tests",
)  # fmt: skip


def internals_in(source: str) -> Iterator[int]:
    """Lines that import what is below `dagster._`, or name a module of it for somebody else to import."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names) if any(is_internal(one.name) for one in names):
                yield node.lineno
            case ast.ImportFrom(module=str(module), level=0, names=names) if is_internal(module) or (
                module == "dagster" and any(one.name.startswith("_") for one in names)
            ):
                yield node.lineno
            case ast.Constant(value=str(text)) if is_internal(text):
                yield node.lineno


def is_internal(module: str) -> bool:
    return re.fullmatch(r"dagster\._\w+(\.\w+)*", module) is not None


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("import dagster._core.events as events", True),
        ("from dagster._utils import error", True),
        ("from dagster import _core", True),
        ("def late():\n    from dagster._core.events import EngineEventData", True),
        ("module = 'dagster._core.storage.root'", True),
        ("from dagster import asset", False),
        ("from pipelines.dagster_internals import events", False),
        ("words = 'below dagster._ nobody imports'", False),
    ],
)
def test_the_rule_sees_what_it_should(line: str, seen: bool) -> None:
    assert bool(list(internals_in(line))) is seen


def test_nobody_else_imports_below_dagsters_underscore() -> None:
    said_in_tests = {ROOT / "tests" / name for name in (
        "dagster/test_dagster_internals.py", "dagster/test_home.py",
        "service/test_on_demand.py", "service/test_on_demand_settings.py",
    )}  # fmt: skip
    files = {path: path.read_text("utf-8") for name in SOURCES for path in sorted((ROOT / name).rglob("*.py"))}
    assert len(files) > 300
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, text in files.items()
        if "dagster" in text and path not in said_in_tests
        if not path.relative_to(ROOT).as_posix().startswith(ROOMS)
        for line in internals_in(text)
    ]
    assert found == []


def names_of(path: Path) -> set[str]:
    """What a module of the rooms offers: functions, classes, constants, and what it passes on."""
    offered: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.ImportFrom(names=names):
                offered |= {one.asname for one in names if one.asname}
            case ast.Assign(targets=[ast.Name(id=name)]):
                offered.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                offered.add(name)
    return {name for name in offered if not name.startswith("_")}


def test_each_name_is_tried_here() -> None:
    tried: set[str] = set()
    for node in ast.walk(ast.parse(Path(__file__).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and "dagster_internals" in (node.module or ""):
            tried |= {f"{node.module}.{one.name}" for one in node.names}
    offered = {
        ".".join((*path.relative_to(ROOT).with_suffix("").parts, name))
        for room in ROOMS[:2]
        for path in (ROOT / room).glob("*.py")
        for name in names_of(path)
    }
    assert len(offered) > 40
    assert offered - tried == set()
