"""`synthcopilot serve`, embedded, as a person starts, disturbs and stops it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bundle import open_bundle
from hosting.child import MARK
from hosting.errors import HostingError
from hosting.processes import marked
from hosting.run import wait_until_ready
from hosting.stack import Stack
from hosting.supervisor import Supervised, Supervisor
from tests.claims.followed import Shell, console
from tests.service.backups import Backup, assert_nothing_is_lost, back_up, restored_home

ROOT = Path(__file__).resolve().parents[2]
README, GUIDE, OPERATIONS = (
    (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/api.md", "docs/operations.md")
)
PATIENT = {"SOFT_TIME_LIMIT_S": "480", "HARD_TIME_LIMIT_S": "500"}
"""For machines that are busy with other tests."""
SERVE = [sys.executable, "-m", "cli.main", "serve"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("a home"), "embedded", settings=PATIENT) as made:
        yield made


def serve(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A `serve` that is expected to give up."""
    env = {**os.environ, "SYNTHCOPILOT_HOME": str(home), **settings}
    return subprocess.run([*SERVE, *arguments], env=env, capture_output=True, text=True, timeout=300, check=False)


def test_it_says_once_where_it_is_and_how_to_make_a_key(served: Stack) -> None:
    (line,) = [line for line in served.said.splitlines() if "is ready" in line]
    assert served.url in line
    command = line.partition("a key: ")[2].partition(" - ctrl-C")[0].replace("NAME", "ada")
    assert f". '{served.home}/service.env'" in command, "the home's name has a space"
    key = served.run("apikey", "create", "--user", "ada").strip()
    asked = urllib.request.Request(f"{served.url}/api/v1/jobs", headers={"Authorization": f"Api-Key {key}"})
    with urllib.request.urlopen(asked) as answer:
        assert json.load(answer)["results"] == []


def test_the_lines_of_the_readme_work_as_they_stand(served: Stack, tmp_path: Path) -> None:
    """And those of the API's guide while the job is at work: the same words are the same job; its events end."""
    shell = Shell(tmp_path, served.home, served.url)
    (create,) = console(README, ".venv/bin/synthcopilot apikey")
    shell.words["KEY"] = shell.run(create).strip()
    ask, fetch = console(README, "curl")
    job = json.loads(shell.run(f"{ask} -sS"))
    assert (job["prompt"], job["seed"], job["variations"]) == ("glassy evolving pad, wide", 1, 2)
    shell.words["ID"] = job["id"]
    create, export, again, events, download = console(GUIDE, "synthcopilot", "export", "curl")
    assert shell.run(create).strip() != shell.words["KEY"]
    assert json.loads(shell.run(export, f"{again} -sS"))["id"] == job["id"]
    told = shell.run(export, f"{events} -sS")
    assert re.findall(r"^event: (\w+)$", told, flags=re.MULTILINE)[-1] == "end"
    shell.run(f"{fetch} -sS")
    bundle = open_bundle((tmp_path / "pad.zip").read_bytes())
    assert bundle.manifest.request.prompt == "glassy evolving pad, wide"
    (tmp_path / "pad.zip").unlink()
    shell.run(export, f"{download} -sS")
    assert (tmp_path / "pad.zip").read_bytes() == bundle.zip


def test_the_lines_of_operations_work_as_they_stand(served: Stack, tmp_path: Path) -> None:
    """`. HOME/service.env` and doctor, and the two probes; the backup is below."""
    shell = Shell(tmp_path, served.home, served.url)
    for words in ("`. HOME/service.env`", "`synthcopilot doctor`", "`/healthz`", "`/readyz`"):
        assert words in OPERATIONS
    assert json.loads(shell.run(f". '{served.home}/service.env'", "synthcopilot doctor --json"))["ok"]
    for probe in ("healthz", "readyz"):
        assert shell.run(f"curl -sS -o /dev/null -w '%{{http_code}}' {served.url}/{probe}") == "200"


def test_api_page_and_dagster_lie_in_the_home_on_sqlite_and_files(served: Stack) -> None:
    assert (served.home / "app.sqlite3").read_bytes().startswith(b"SQLite format 3")
    assert (served.home / "storage").is_dir()
    assert served.settings.profile == "embedded"
    with urllib.request.urlopen(served.url) as answer:
        assert b"<form" in answer.read()


def test_settings_and_addresses_of_others_are_not_made_up(served: Stack) -> None:
    env = served.env
    assert env["SYNTHCOPILOT_PUBLIC_URL"] == served.url
    assert (served.home / "service.env").stat().st_mode & 0o077 == 0
    assert (served.home / "run" / "programs.json").stat().st_mode & 0o077 == 0


def test_a_second_one_in_the_same_home_is_refused(served: Stack) -> None:
    done = serve(served.home, "--port", "0")
    assert done.returncode == 1
    assert f"the service runs in {served.home} already (process " in done.stderr
    assert "SYNTHCOPILOT_HOME" in done.stderr


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = serve(tmp_path / "home", "--port", str(port))
    assert done.returncode == 1
    assert f"can't listen on 127.0.0.1:{port} (address already in use); choose another with --port" in done.stderr
    assert not (tmp_path / "home").exists(), "nothing was begun"


def test_a_database_that_cannot_be_migrated_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "app.sqlite3").write_text("this is no database")
    done = serve(tmp_path, "--port", "0")
    assert done.returncode == 1
    assert "could not be brought up to date" in done.stderr
    assert "file is not a database" in done.stderr
    assert marked(MARK, str(tmp_path)) == []


def test_a_process_that_keeps_ending_stops_the_start_with_its_last_words(tmp_path: Path) -> None:
    broken = Supervised("broken", (sys.executable, "-c", "raise SystemExit('no such sound')"))
    with Supervisor(tmp_path, [broken]) as supervisor:
        supervisor.start("service")
        with pytest.raises(HostingError, match=r"broken has ended 3 times; .*broken.log:\n(?s:.*)no such sound$"):
            wait_until_ready(supervisor, [broken], lambda: ["all of it"])


def test_what_crashes_is_started_again_and_told(served: Stack) -> None:
    before = served.kill("web")
    served.wait_until_ready()
    until = time.monotonic() + 60
    while "web ended and was started again" not in served.said:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert served.states()["web"].pid not in (0, before)


@pytest.fixture(scope="module")
def backup(served: Stack, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """Of the service at work."""
    return back_up(served, tmp_path_factory.mktemp("backup"))


def test_ctrl_c_stops_all_of_it(served: Stack, backup: Backup) -> None:
    """In the midst of its work, which the backup shows. No test of the module after it finds the service there."""
    assert len(marked(MARK, str(served.home))) > 8, "supervisord, six programs, and the workers' own children"
    assert served.close() == 0
    assert marked(MARK, str(served.home)) == []
    assert "Stopped." in served.said.splitlines()


def test_a_home_comes_back_from_its_backup(served: Stack, backup: Backup, tmp_path: Path) -> None:
    served.close()
    restored_home(backup, tmp_path / "restored")
    with Stack(tmp_path / "restored", "embedded", settings=PATIENT) as restored:
        assert_nothing_is_lost(restored, backup)
