"""The home of a build: where it is, what its `dagster.yaml` says, and that a person's own stands."""

from pathlib import Path

import pytest
import yaml

from pipelines.home import HomeInUseError, default_home, only_build, prepared

ROOT = Path(__file__).resolve().parents[2]


def test_a_home_is_the_one_that_is_named_or_lies_in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    assert default_home() == ROOT / ".dagster"
    monkeypatch.setenv("DAGSTER_HOME", "")
    assert default_home() == ROOT / ".dagster"
    monkeypatch.setenv("DAGSTER_HOME", "~/runs")
    assert default_home() == Path.home() / "runs"
    monkeypatch.setenv("DAGSTER_HOME", "runs")
    assert default_home() == Path.cwd() / "runs"


def test_a_new_home_runs_one_at_a_time_tells_nobody_and_captures_nothing(tmp_path: Path) -> None:
    home = prepared(tmp_path / "deep" / "home")
    assert yaml.safe_load((home / "dagster.yaml").read_text()) == {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
    }


def test_settings_that_are_there_stand(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: true}\n")
    prepared(tmp_path)
    assert (tmp_path / "dagster.yaml").read_text() == "telemetry: {enabled: true}\n"


def test_the_lock_names_the_build_that_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getpid", lambda: 123_456_789)
    with only_build(tmp_path):
        pass
    monkeypatch.setattr("os.getpid", lambda: 7)
    said = r"^another build \(process 7\) works in .*; wait for it, or give this one a home of its own$"
    with only_build(tmp_path), pytest.raises(HomeInUseError, match=said), only_build(tmp_path):
        pass
