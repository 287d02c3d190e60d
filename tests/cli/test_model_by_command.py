"""`--planner llm` on the command line, against a real server; and what is said where there is none."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine.bundle import open_bundle
from service.llm import PROMPT_VERSION
from service.settings import settings
from tests.cli.conftest import Call
from tests.llm import endpoint as local
from tests.llm.endpoint import EMPTY, GOOD, KEY, MODEL, PROMPT, says

KICK = "a very heavy thump, nothing more"
THUMP = EMPTY | {
    "styles": [{"style": "Percussion", "sure": "certain", "quote": "thump"}],
    "kinds": [{"kind": "kick", "quote": "thump"}],
    "characters": [{"character": "very_heavy", "said": "described", "quote": "very heavy"}],
}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("SYNTHCOPILOT_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[local.FakeModel]:
    with local.serving() as found:
        for name, value in (("URL", found.url), ("MODEL", MODEL), ("API_KEY", KEY), ("TIMEOUT_S", "30")):
            monkeypatch.setenv(f"SYNTHCOPILOT_LLM_{name}", value)
        settings.cache_clear()
        yield found


def test_explain_asks_once_and_says_so(call: Call, as_json: Any, server: local.FakeModel, home: Path) -> None:
    told = call("explain", PROMPT, "--planner", "llm")
    assert told.exit_code == 0
    assert f"Note: Read by the language model {MODEL}." in told.stdout
    assert "language model, described" in told.stdout
    report = as_json("explain", PROMPT, "--planner", "llm", "--seed", 4)
    assert (report["planner"], report["planner_note"]) == ("llm", f"Read by the language model {MODEL}.")
    assert report["intent"]["axes"]["brightness"] == -0.9
    assert len(server.asked) == 1
    assert len(list((home / "answers").iterdir())) == 1
    assert KEY not in told.output + json.dumps(report) + "".join(
        path.read_text() for path in home.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize(
    ("respond", "why"),
    [
        (says("I'd rather not"), "The language model's answer can't be used"),
        (local.slow(20), "The language model did not answer within 0.5 s"),
        (says(GOOD | {name: [] for name in ("styles", "kinds", "features", "numbers")} | {
            "characters": [{"character": "dark", "said": "described", "quote": "not in it"}]}),
         "Nothing of the language model's answer is in the prompt"),
    ],
    ids=["malformed", "late", "lying"],
)  # fmt: skip
def test_whatever_comes_back_there_is_a_plan(
    respond: local.Respond, why: str, as_json: Any, server: local.FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "0.5 s" in why:
        monkeypatch.setenv("SYNTHCOPILOT_LLM_TIMEOUT_S", "0.5")
        settings.cache_clear()
    server.respond = respond
    report = as_json("explain", PROMPT, "--planner", "llm")
    assert report["planner_note"] == f"{why}: the words were read by the rules instead."
    rules = as_json("explain", PROMPT)
    assert (report["words"], report["template"]) == (rules["words"], rules["template"])


def test_without_a_model_it_is_wrong_usage(call: Call, home: Path) -> None:
    for command in (("explain", PROMPT), ("generate", PROMPT, "--out", home)):
        refused = call(*command, "--planner", "llm")
        assert refused.exit_code == 2
        assert "no language model is set up: SYNTHCOPILOT_LLM_URL and SYNTHCOPILOT_LLM_MODEL" in refused.stderr
    assert call("explain", PROMPT, "--planner", "gpt").exit_code == 2
    assert not home.exists()


def test_settings_that_are_half_set_are_told_without_the_key(
    call: Call, server: local.FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHCOPILOT_LLM_MODEL", "")
    settings.cache_clear()
    refused = call("explain", PROMPT, "--planner", "llm")
    assert refused.exit_code == 2
    assert "are set together, or neither" in refused.stderr
    assert KEY not in refused.output


def test_the_deployments_planner_is_the_default(
    as_json: Any, server: local.FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHCOPILOT_PLANNER", "llm")
    settings.cache_clear()
    assert as_json("explain", PROMPT)["planner"] == "llm"
    assert as_json("explain", PROMPT, "--planner", "rules")["planner"] == "rules"
    assert len(server.asked) == 1


def test_generate_ships_what_the_model_understood(as_json: Any, server: local.FakeModel, tmp_path: Path) -> None:
    server.respond = says(THUMP)
    asked = ("generate", KICK, "--planner", "llm", "--variations", 0, "--out")
    report = as_json(*asked, tmp_path / "a")
    assert (report["style"], report["planner"]) == ("Percussion", "llm")
    bundle = open_bundle(Path(report["zip"]).read_bytes())
    manifest = bundle.manifest
    assert (manifest.request.planner, manifest.request.model) == ("llm", MODEL)
    assert manifest.planner_note == f"Read by the language model {MODEL}."
    assert manifest.planner_note in bundle.files["index.html"].decode()
    assert [word.axis for word in manifest.presets[0].words] == ["weight"]
    server.respond = says(EMPTY)
    again = as_json(*asked, tmp_path / "b")
    assert (again["sha256"], len(server.asked)) == (report["sha256"], 1), "the kept answer gives the same bytes"


@pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run is deprecated:DeprecationWarning")
def test_a_library_names_its_planner(as_json: Any, call: Call, server: local.FakeModel, tmp_path: Path) -> None:
    server.respond = says(THUMP)
    text = f"name: Thumps\nvariations: 0\nprompts:\n- prompt: {KICK}\n  planner: llm\n- punchy kick\n"
    (tmp_path / "library.yaml").write_text(text)
    made = ("build", tmp_path / "library.yaml", "--out", tmp_path / "out", "--home", tmp_path / "dagster")
    report = as_json(*made)
    assert (report["requests"], len(server.asked)) == (2, 1)
    documents = [json.loads(path.read_text()) for path in (tmp_path / "out").rglob("*.json")]
    notes = sorted(one["planner_note"] for one in documents if "planner_note" in one)
    assert notes == ["", f"Read by the language model {MODEL}."]
    (table,) = (tmp_path / "dagster").rglob("tables/plans/*.parquet")
    rows = sorted(pq.read_table(table).to_pylist(), key=lambda row: row["planner"])
    assert [(row["planner"], row["model"], row["prompt_version"]) for row in rows] == [
        ("llm", MODEL, PROMPT_VERSION), ("rules", None, None),
    ]  # fmt: skip
    assert json.loads(rows[0]["answer"]) == THUMP, "word for word"
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_library_without_a_model_is_refused_at_once(call: Call, home: Path, tmp_path: Path) -> None:
    (tmp_path / "library.yaml").write_text("name: L\nplanner: llm\nprompts: [punchy kick]\n")
    refused = call("build", tmp_path / "library.yaml", "--out", tmp_path / "out", "--home", tmp_path / "dagster")
    assert refused.exit_code == 2
    assert "no language model is set up" in refused.stderr
    assert not (tmp_path / "dagster").exists()


def test_rules_load_nothing_of_it() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from cli.main import app;"
        "assert CliRunner().invoke(app, ['explain', 'warm pad']).exit_code == 0;"
        "sys.exit(len({'pydantic_ai', 'openai', 'httpx2', 'sqlalchemy', 'service.llm', 'service.settings'}"
        " & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
