"""CI runs every test, whoever starts it: what is missing is installed or named, and never a reason to skip."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service import real_servers
from tests.web import browser

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("git", "postgres", "redis-server", "curl", "chromium", "chromedriver")


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Starts `.ci/run` where there are these programs and no others, as a user of that number."""

    def start(*, user: int, programs: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        scripts = dict.fromkeys(programs, "exit 0") | {
            "id": f"echo {user}", "make": 'echo "made $*, CI=$CI"', "apt-get": 'echo "apt-get $*" >&2',
        }  # fmt: skip
        for name, script in scripts.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        for name in ("dirname", "env", "bash"):
            (tmp_path / name).symlink_to(shutil.which(name))
        env = {"PATH": str(tmp_path)}
        return subprocess.run([ROOT / ".ci/run"], env=env, capture_output=True, text=True, check=False)

    return start


@pytest.mark.parametrize("user", [0, 1000])
def test_all_tests_run_under_ci_whoever_starts_them(run: Callable[..., object], user: int) -> None:
    done = run(user=user, programs=PROGRAMS)
    assert (done.returncode, done.stdout) == (0, "made test, CI=1\n"), done.stderr


@pytest.mark.parametrize(("missing", "package"), [
    ("git", "git"), ("redis-server", "redis-server"), ("curl", "curl"), ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
])  # fmt: skip
def test_what_is_missing_is_installed_by_root_and_named_to_others(
    run: Callable[..., object], tmp_path: Path, missing: str, package: str
) -> None:
    there = tuple(one for one in PROGRAMS if one != missing)
    done = run(user=1000, programs=there)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Needed, and only root can install it: {package}\n"
    for one in tmp_path.iterdir():
        one.unlink()
    done = run(user=0, programs=there)
    assert (done.returncode, done.stdout) == (0, "made test, CI=1\n")
    assert f"install -y -qq --no-install-recommends {package} ca-certificates" in done.stderr


@pytest.mark.parametrize("need", [real_servers.need_servers, browser.need_chromium])
def test_a_test_without_its_server_fails_in_ci_and_is_skipped_elsewhere(
    monkeypatch: pytest.MonkeyPatch, need: Callable[[], None]
) -> None:
    monkeypatch.setattr(real_servers, "missing_programs", lambda: ["redis-server is not installed"])
    monkeypatch.setattr(browser, "CHROMIUM", Path("/no/such/chromium"))
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match=r"CI must run this: .*not installed"):
        need()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        need()


def test_a_test_with_its_server_runs_in_ci_and_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(real_servers, "missing_programs", list)
    monkeypatch.setattr(browser, "CHROMIUM", tmp_path)
    monkeypatch.setattr(browser, "DRIVER", tmp_path)
    for ci in ("1", ""):
        monkeypatch.setenv("CI", ci)
        real_servers.need_servers()
        browser.need_chromium()
