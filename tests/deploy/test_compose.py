"""What lies in `deploy/`, held against the service itself. No container is started, but none can drift away."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.on_demand.processes import programs
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PREFIX = "SYNTHCOPILOT_"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in compose["services"].items() if one["image"].startswith("synthcopilot")}


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    lines = (DEPLOY / ".env.example").read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value.strip("'") for name, value in pairs}


def test_every_process_of_the_service_is_a_container(ours: dict[str, Any]) -> None:
    listed = {one.name for one in programs(Settings(), host="", port=0)}
    assert set(ours) - {"migrate"} == listed
    assert {name: one["command"][:2] for name, one in ours.items() if name != "migrate"} == {
        name: ["run", name] for name in listed
    }


def test_every_setting_exists(ours: dict[str, Any], example: dict[str, str]) -> None:
    named = set(example) | {name for one in ours.values() for name in one["environment"]}
    assert {name for name in named if name.startswith(PREFIX)} <= SETTINGS


def test_every_variable_has_its_line_in_the_example(example: dict[str, str]) -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    assert used
    assert used <= set(example)


def test_the_settings_of_a_filled_in_example_are_whole(
    ours: dict[str, Any], example: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = {name: value or "x" * 64 for name, value in example.items()}
    for one in ours.values():
        for name, value in {**filled, **one["environment"]}.items():
            monkeypatch.setenv(name, re.sub(r"\$\{(\w+):\?\}", lambda found: filled[found[1]], value))
        settings = Settings()
        assert settings.profile == "deployed"
        assert settings.https
        assert "presets.example.com" in settings.allowed_hosts


def test_an_example_that_was_not_filled_in_is_refused_and_opens_nothing(
    ours: dict[str, Any], example: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**example, **ours["web"]["environment"]}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="SYNTHCOPILOT_SECRET_KEY"):
        Settings()
    monkeypatch.setenv("SYNTHCOPILOT_SECRET_KEY", "x" * 64)
    assert Settings().metrics_token is None


def test_every_metric_that_is_to_be_watched_exists() -> None:
    told = set(re.findall(r"`(synthcopilot_[a-z_]+)", (ROOT / "docs" / "operations.md").read_text("utf-8")))
    made = (ROOT / "api" / "operations" / "metrics.py").read_text("utf-8")
    assert len(told) > 5
    assert {name for name in told if f'"{name.removesuffix("_total")}"' not in made} == set()


def test_only_the_web_server_and_on_loopback_the_ui_are_reached_from_outside(compose: dict[str, Any]) -> None:
    open_to_others = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert open_to_others.pop("proxy") == ["80:80", "443:443"]
    assert open_to_others == {"web": ["127.0.0.1:8000:8000"], "dagster-ui": ["127.0.0.1:3000:3000"]}
    assert "dagster-ui" not in {n for n, one in compose["services"].items() if "front" in one["networks"]}


def test_no_container_of_ours_may_do_more_than_it_must(ours: dict[str, Any]) -> None:
    for name, one in ours.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name


def test_workers_are_given_time_to_end_a_job(ours: dict[str, Any]) -> None:
    for name in ("worker-generate", "worker-export"):
        assert ours[name]["stop_grace_period"] == "75s", "more than the hard limit of a job, 60 s"


def test_the_image_holds_every_package_and_runs_as_nobody() -> None:
    build, final = re.split(r"^FROM .*$", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)[1:]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests", "tools"}
    copied = set(re.findall(r"^COPY (\w+) \w+$", build, flags=re.MULTILINE))
    assert copied == packages
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in packages} <= set(allowed)
    assert "USER synthcopilot" in final
    assert not re.search(r"pip|apt|curl|wget", final), "everything is fetched in the first stage"
    installs = re.findall(r"pip install .*", build)
    assert len(installs) == 3
    assert all("--require-hashes" in line or line.endswith(".whl") for line in installs)


def test_the_builder_is_pinned_by_hash() -> None:
    assert re.match(r"setuptools==[\d.]+ \\\n +--hash=sha256:", (DEPLOY / "build.txt").read_text("utf-8"))
