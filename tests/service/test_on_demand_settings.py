"""What Dagster and Celery are told of the service, word by word and number by number."""

import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.on_demand.definitions import defs
from pipelines.on_demand.dispatch import daemon, launcher
from pipelines.on_demand.execution import worker
from pipelines.on_demand.home import (
    Address,
    code_server_address,
    instance_settings,
    prepare,
    workspace_file,
)
from pipelines.on_demand.messages import file_broker
from pipelines.on_demand.messages.celery_app import EXECUTE, celery_app
from pipelines.on_demand.processes import environment, programs
from service.settings import Settings


def settings(home: Path, **other: Any) -> Settings:
    return Settings(home=home, **other)


def test_dagsters_settings_of_the_embedded_profile(tmp_path: Path) -> None:
    home = str(tmp_path / "dagster")
    assert instance_settings(settings(tmp_path)) == {
        "storage": {
            "custom": {
                "module": "pipelines.on_demand.records.storage",
                "class": "PooledSqliteStorage",
                "config": {"base_dir": home},
            }
        },
        "local_artifact_storage": {
            "module": "dagster._core.storage.root",
            "class": "LocalArtifactStorage",
            "config": {"base_dir": home},
        },
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        "python_logs": {"python_log_level": "INFO"},
        "run_coordinator": {
            "module": "dagster._core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                "max_concurrent_runs": 5,
                "tag_concurrency_limits": [
                    {"key": "dagster-celery/queue", "value": "generate", "limit": 3},
                    {"key": "dagster-celery/queue", "value": "export", "limit": 2},
                    {"key": "synthcopilot/lane", "value": {"applyLimitPerUniqueValue": True}, "limit": 2},
                ],
                "dequeue_interval_seconds": 1,
                "dequeue_use_threads": True,
                "dequeue_num_workers": 4,
            },
        },
        "run_launcher": {"module": "pipelines.on_demand.dispatch.launcher", "class": "WarmWorkerLauncher"},
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": 75,
            "cancel_timeout_seconds": 10,
            "max_resume_run_attempts": 0,
            "max_runtime_seconds": 90,
            "poll_interval_seconds": 2,
        },
        "sensors": {"use_threads": True, "num_workers": 4},
        "auto_materialize": {"enabled": False, "use_sensors": False},
        "retention": {"sensor": {"purge_after_days": {"skipped": 1, "success": 7, "failure": 30}}},
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
    }


def test_as_many_runs_are_let_through_as_all_hosts_take_and_one_each_to_follow(tmp_path: Path) -> None:
    more = settings(tmp_path, generate_workers=4, export_workers=2, worker_hosts=3, user_concurrency=5)
    queue = instance_settings(more)["run_coordinator"]["config"]
    assert queue["max_concurrent_runs"] == 24
    assert [one["limit"] for one in queue["tag_concurrency_limits"]] == [15, 9, 5]


def test_no_password_stands_in_dagsters_settings(tmp_path: Path) -> None:
    there = settings(
        tmp_path, dagster_database_url="postgresql://d:hunter2@db/x", broker_url="redis://:hunter2@r/0"
    )
    told = instance_settings(there)
    assert told["storage"]["custom"] == {
        "module": "pipelines.on_demand.records.storage", "class": "PooledPostgresStorage", "config": {}
    }  # fmt: skip
    assert "hunter2" not in repr(told)


def test_the_code_server_listens_at_a_socket_unless_it_is_told_a_port(tmp_path: Path) -> None:
    home = Path("/srv/s")
    assert code_server_address(settings(home)) == Address(socket="/srv/s/dagster/code.sock")
    assert code_server_address(settings(home, code_server="code:4266")) == Address(host="code", port=4266)
    assert code_server_address(settings(home, code_server="[::1]:4266")) == Address(host="[::1]", port=4266)


@pytest.mark.parametrize(("chars", "in_home"), [(100, True), (101, False)])
def test_a_name_that_is_too_long_for_a_socket_lies_among_temporary_files(chars: int, in_home: bool) -> None:
    home = Path("/" + "h" * (chars - len("//dagster/code.sock")))
    found = code_server_address(settings(home)).socket
    assert (found == f"{home}/dagster/code.sock") is in_home
    assert len(found) <= 100
    if not in_home:
        assert found != code_server_address(settings(home / "x")).socket, "each home has its own"
        assert found == code_server_address(settings(home)).socket


def test_a_home_is_prepared_and_prepared_again_when_settings_change(tmp_path: Path) -> None:
    home = prepare(settings(tmp_path))
    assert home == tmp_path / "dagster"
    socket = tmp_path / "dagster" / "code.sock"
    workspace = workspace_file(settings(tmp_path))
    assert workspace == home / "workspace.yaml"
    told = f"load_from:\n- grpc_server:\n    location_name: synthcopilot\n    socket: {socket}\n"
    assert workspace.read_text() == told or len(str(socket)) > 100
    assert (tmp_path / "broker" / "messages").is_dir()
    before = (home / "dagster.yaml").stat().st_mtime_ns
    prepare(settings(tmp_path))
    assert (home / "dagster.yaml").stat().st_mtime_ns == before, "what has not changed is not written"
    prepare(settings(tmp_path, generate_workers=7, code_server="h:1"))
    assert "limit: 8" in (home / "dagster.yaml").read_text()
    assert workspace.read_text() == (
        "load_from:\n- grpc_server:\n    location_name: synthcopilot\n    host: h\n    port: 1\n"
    )


def test_a_broker_that_is_a_server_needs_no_folders(tmp_path: Path) -> None:
    prepare(settings(tmp_path, broker_url="redis://127.0.0.1:9/0"))
    assert not (tmp_path / "broker").exists()


# -- Celery ------------------------------------------------------------------------------------------------------


def test_what_celery_is_told(tmp_path: Path) -> None:
    conf = celery_app(settings(tmp_path, memory_limit_mb=3000)).conf
    told = {
        "broker_url": "folder://localhost",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "result_backend": None,
        "task_ignore_result": True,
        "task_default_queue": "generate",
        "task_create_missing_queues": False,
        "task_acks_late": True,
        "worker_prefetch_multiplier": 1,
        "worker_max_memory_per_child": 1_536_000,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "task_send_sent_event": False,
    }
    assert {name: conf[name] for name in told} == told
    assert [(queue.name, queue.exchange.name, queue.routing_key) for queue in conf.task_queues] == [
        ("generate", "generate", "generate"), ("export", "export", "export")
    ]  # fmt: skip
    assert conf.broker_transport_options == {
        "data_folder_in": str(tmp_path / "broker" / "messages"),
        "data_folder_out": str(tmp_path / "broker" / "messages"),
        "processed_folder": str(tmp_path / "broker" / "taken"),
        "control_folder": str(tmp_path / "broker" / "exchanges"),
        "polling_interval": 0.05,
    }
    assert EXECUTE in worker.app.tasks


def test_redis_keeps_a_message_for_an_hour_while_somebody_has_it(tmp_path: Path) -> None:
    conf = celery_app(settings(tmp_path, broker_url="redis://r:6379/0")).conf
    assert conf.broker_url == "redis://r:6379/0"
    assert conf.broker_transport_options == {
        "visibility_timeout": 3600, "socket_keepalive": True, "health_check_interval": 20
    }  # fmt: skip


def test_the_brokers_folders_are_made_once_with_what_every_worker_binds_to(tmp_path: Path) -> None:
    file_broker.make_folders(tmp_path)
    exchanges = {path.name: path.read_bytes() for path in (tmp_path / "exchanges").iterdir()}
    assert exchanges == {
        f"{name}.exchange": b"[]" for name in ("celery.pidbox", "reply.celery.pidbox", "generate", "export")
    }
    bound = tmp_path / "exchanges" / "generate.exchange"
    bound.write_bytes(b"[bound]")
    file_broker.make_folders(tmp_path)
    assert bound.read_bytes() == b"[bound]"


# -- processes ---------------------------------------------------------------------------------------------------


def test_how_every_process_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    told = settings(Path("/srv/s"), generate_workers=3, export_workers=4, dagster_url="http://127.0.0.1:3456")
    found = {one.name: one for one in programs(told, host="0.0.0.0", port=8000, ui_host="127.0.0.2")}
    celery = (
        "celery -A pipelines.on_demand.execution.worker --quiet worker "
        "-Q {0} -n {0}@%h --concurrency {1} --loglevel WARNING"
    )
    options = " --pool prefork --without-gossip --without-mingle --without-heartbeat"
    ui = (
        "dagster_webserver -h 127.0.0.2 -p 3456 -w /srv/s/dagster/workspace.yaml "
        "--log-level warning --dagster-log-level warning"
    )
    assert {name: " ".join(one.argv).replace(f"{sys.executable} -m ", "") for name, one in found.items()} == {
        "web": "uvicorn api.asgi:application --host 0.0.0.0 --port 8000 --log-level warning",
        "code-server": "dagster api grpc -m pipelines.on_demand.definitions --socket /srv/s/dagster/code.sock "
        "--log-level warning",
        "daemon": "pipelines.on_demand.dispatch.daemon",
        "dagster-ui": f"pipelines.on_demand.code_server -- {ui}",
        "worker-generate": celery.format("generate", 3) + options,
        "worker-export": celery.format("export", 4) + options,
    }
    for one in found.values():
        assert (one.stop_signal, one.stop_wait_s) == ("TERM", 10.0)
        assert one.about
        assert (
            one.env
            == environment(told)
            == {
                "SYNTHCOPILOT_HOME": "/srv/s",
                "DAGSTER_HOME": "/srv/s/dagster",
                "GX_ANALYTICS_ENABLED": "false",
                "PYTHONUNBUFFERED": "1",
                "OMP_NUM_THREADS": "1",
            }
        )


def test_a_code_server_elsewhere_and_a_ui_without_a_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "6")
    told = settings(tmp_path, code_server="127.0.0.1:4266", dagster_url="https://dagster.example")
    found = {one.name: " ".join(one.argv) for one in programs(told, host="h", port=1)}
    assert "--host 127.0.0.1 --port 4266" in found["code-server"]
    assert "-h 127.0.0.1 -p 3000" in found["dagster-ui"]
    assert environment(told)["OMP_NUM_THREADS"] == "6"


# -- what carries constants ----------------------------------------------------------------------------------------


def test_waits_of_the_daemon_and_the_end_of_patience_with_a_worker() -> None:
    assert (daemon.SENSOR_LOOP_S, daemon.DEQUEUE_S) == (0.05, 0.1)
    assert launcher.SILENT_S == 8.0


def test_the_erasing_job_has_the_limits_that_it_needs() -> None:
    from pipelines.on_demand.housekeeping import retention

    tags = defs.resolve_job_def("retention").tags
    assert {name: tags[name] for name in tags if not name.startswith(".")} == {
        "dagster-celery/queue": "export",
        "synthcopilot/soft-limit-s": "600",
        "synthcopilot/hard-limit-s": "900",
        "dagster/max_runtime": "1200",
    }
    assert (retention.hourly.cron_schedule, retention.hourly.name) == ("17 * * * *", "hourly_retention")
    assert retention.hourly.default_status.value == "RUNNING"


def test_what_the_service_tells_dagster() -> None:
    assert {job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__")} >= {
        "make_presets", "export_presets", "retention"
    }  # fmt: skip
    assert {one.name for one in defs.sensors or ()} == {"waiting_jobs", "old_jobs"}
    assert {one.name for one in defs.schedules or ()} == {"hourly_retention"}
    made = defs.resolve_job_def("make_presets")
    steps = {node.name for node in made.graph.nodes}
    assert {"prompts", "plans", "patch_specs", "variations", "renders", "bundles", "deliveries"} <= steps
    assert "exports" not in steps
    assert {node.name for node in defs.resolve_job_def("export_presets").graph.nodes} == {"exports"}
    assert defs.resources["job_reports"].max_bytes == 200_000_000  # type: ignore[index]
