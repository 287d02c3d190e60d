"""The whole service as processes: a prompt comes in by the API, and whatever any of them writes is searched."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.on_demand.processes import environment
from tests.privacy.words import PROMPT, TAGS, traces_in, traces_in_file
from tests.service.running import DAGSTER, Running, running

KNOWN = (
    r"app\.sqlite3(-wal)?",
    r"storage/requests/job-[0-9a-f]{32}\.json",
    r"storage/tables/(prompts|plans|renders)/job-[0-9a-f]{32}\.parquet",
    r"storage/auditions/job-[0-9a-f]{32}/[0-9a-f]{64}\.json",
    r"storage/blobs/[0-9a-f]{2}/[0-9a-f]{64}",
)
"""The list of `docs/security.md`."""
SOUND = {"prompt": PROMPT, "tags": list(TAGS), "variations": 0, "seed": 3}
BAD: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/api/v1/jobs", SOUND | {"seed": PROMPT}),
    ("POST", "/api/v1/jobs", SOUND | {"template_id": PROMPT}),
    ("POST", "/api/v1/jobs", SOUND | {PROMPT: 1}),
    ("POST", "/api/v1/jobs", SOUND | {"prompt": PROMPT * 40}),
    ("POST", "/api/v1/jobs", SOUND | {"prompt": [PROMPT]}),
    ("POST", "/api/v1/jobs", SOUND | {"tags": PROMPT}),
    ("POST", "/api/v1/jobs", PROMPT),
    ("POST", "/api/v1/jobs", f'{{"prompt": "{PROMPT}'.encode()),
    ("POST", "/api/v1/explain", {"prompt": PROMPT, "more": PROMPT}),
    ("GET", "/api/v1/jobs?cursor=" + PROMPT.replace(" ", "+"), None),
    ("GET", "/sounds?q=" + PROMPT.replace(" ", "+"), None),
    ("POST", "/sign-in", f"username={PROMPT}&password={PROMPT}".replace(" ", "+").encode()),
    ("GET", "/api/v1/" + PROMPT.replace(" ", "-"), None),
    ("PUT", "/nowhere/" + PROMPT.replace(" ", "-"), SOUND),
)
"""Requests that are refused, each with the words in another place."""


@dataclass
class Site:
    service: Running
    key: str = ""

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        form = method == "POST" and path == "/sign-in"
        headers = {"Content-Type": "application/x-www-form-urlencoded" if form else "application/json"}
        if self.key and path.startswith("/api"):
            headers["Authorization"] = f"Api-Key {self.key}"
        url = f"http://127.0.0.1:{self.service.port}{path}"
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def command(self, *arguments: str) -> str:
        env = {**os.environ, **environment(self.service.settings)}
        argv = [sys.executable, "-m", "cli.main", *arguments]
        done = subprocess.run(argv, capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def found(self) -> dict[str, list[str]]:
        """Files of the home, logs of the processes among them, that hold any trace of the words."""
        home = self.service.settings.root
        traces = {
            str(one.relative_to(home)): traces_in_file(one) for one in sorted(home.rglob("*")) if one.is_file()
        }
        return {path: which for path, which in traces.items() if which}

    def until(self, holds: Any, *, limit_s: float = 60) -> Any:
        end = time.monotonic() + limit_s
        while not (value := holds()):
            logs = "\n".join(f"== {name}\n{self.service.log(name)}" for name in self.service.processes)
            assert time.monotonic() < end, logs
            time.sleep(0.4)  # the plan allows 300 calls a minute
        return value


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("whole")
    limits = {"soft_time_limit_s": 240, "hard_time_limit_s": 300}
    with running(home, *DAGSTER, "web", "dagster-ui", **limits) as service:
        one = Site(service)
        one.until(lambda: _answers(one))
        one.key = one.command("apikey", "create", "--user", "ada").strip()
        yield one


def _answers(site: Site) -> bool:
    try:
        return site.call("GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_words_come_in_and_go_again(site: Site):
    """One story: each step needs the one before."""
    assert json.loads(site.until(lambda: site.call("GET", "/readyz"))[1])["status"] == "ok"
    for method, path, body in BAD:
        status, answer = site.call(method, path, body)
        assert status != 500, (path, answer)
        if path.startswith("/api/v1/jobs"):
            assert status == (400 if isinstance(body, bytes) else 422), (path, body, answer)
            echoed = answer.replace(path.encode(), b"").replace(f"/{PROMPT}".encode(), b"")  # a field's own name
            assert traces_in(echoed) == [], f"{body!r} is answered with its words"
    assert site.found() == {}, "what was refused is nowhere"

    status, answer = site.call("POST", "/api/v1/jobs", SOUND)
    assert status == 201, answer
    job = json.loads(answer)["id"]
    state = site.until(lambda: _ended(site, job), limit_s=240)
    assert state == "succeeded"
    status, answer = site.call("POST", f"/api/v1/jobs/{job}/exports", {"format": "presets"})
    assert status == 201, answer
    assert site.until(lambda: _ended(site, json.loads(answer)["id"]), limit_s=90) == "succeeded"
    strange = [path for path in site.found() if not any(re.fullmatch(known, path) for known in KNOWN)]
    assert strange == [], "a place that docs/security.md doesn't list"
    assert len(site.found()) >= 9
    status, answer = site.call("GET", "/metrics")
    assert status == 200
    assert traces_in(answer) == []

    report = json.loads(site.command("user", "erase", "ada", "--yes", "--json"))
    assert (report["complete"], report["left"]) == (True, {})
    site.until(lambda: _purges(site) == 0)
    assert site.found() == {}
    assert site.call("GET", "/api/v1/jobs")[0] in (401, 403), "the key opens nothing any more"
    with site.service.instance() as instance:
        assert instance.get_runs() == []
        assert instance.get_dynamic_partitions("request_batches") == []
    log = (site.service.logs / "web.log").read_text()
    told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    routes = {(one["method"], one["route"], one["status"]) for one in told if one["event"] == "request"}
    assert ("POST", "/api/v1/jobs", 201) in routes
    assert ("PUT", "unmatched", 404) in routes or ("PUT", "unmatched", 405) in routes
    assert any(one.get("user_id") for one in told)


def _ended(site: Site, job: str) -> str | None:
    state = json.loads(site.call("GET", f"/api/v1/jobs/{job}")[1])["state"]
    return None if state in ("queued", "running") else state


def _purges(site: Site) -> int:
    with site.service.engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM purges")).scalar_one())


LAUNCH = """
mutation ($job: String!) { launchRun(executionParams: {selector: {
  repositoryLocationName: "synthcopilot", repositoryName: "__repository__", jobName: $job}, runConfigData: {}}) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""


def test_somebody_starts_the_retention_job_in_dagsters_ui(site: Site):
    body = json.dumps({"query": LAUNCH, "variables": {"job": "retention"}}).encode()
    url = f"{site.service.settings.dagster_url}/graphql"
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})

    def launched() -> Any:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())["data"]["launchRun"]
        except OSError:
            return None

    found = site.until(launched)
    assert found["__typename"] == "LaunchRunSuccess", found
    with site.service.instance() as instance:
        run = site.until(lambda: _finished(instance, found["run"]["runId"]))
        assert run.status.value == "SUCCESS", site.service.log("worker-export")
    assert "retention" in site.service.ledger.beats()


def _finished(instance: Any, run_id: str) -> Any:
    run = instance.get_run_by_id(run_id)
    return run if run is not None and run.is_finished else None


def test_logs_are_lines_of_json_that_name_job_and_run(site: Site):
    for name in ("web", "daemon"):
        text = Path(site.service.logs, f"{name}.log").read_text()
        bad = [line for line in text.splitlines() if line.strip() and not line.startswith("{")]
        assert bad == [], f"{name} says something in another form"
    lines = Path(site.service.logs, "worker-generate.log").read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    (ended,) = (one for one in told if one["event"] == "run ended")
    assert ended["job_id"]
    assert ended["run_id"]
