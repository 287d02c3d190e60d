"""The commands that README and docs show are run as they stand, and what they name exists."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from dagster_webserver.cli import DEFAULT_WEBSERVER_PORT
from typer.testing import CliRunner

from cli.main import app
from engine.errors import RequestError
from pipelines.on_demand.processes import programs
from schemas.request import Request
from service.settings import Settings
from tests.claims.readme import CLAIMS, README, ROOT, says
from tests.example_library import EXAMPLE, SYNTHCOPILOT, BuiltExample

TEXT = README.read_text("utf-8")
DOCS = sorted(set((ROOT / "docs").rglob("*.md")) - {CLAIMS})
PAGES = [README, ROOT / "CONTRIBUTING.md", *DOCS, ROOT / "deploy" / ".env.example", EXAMPLE]
COMMANDS = typer.main.get_command(app)


def make(*arguments: str, whole: bool = False) -> str:
    """What make would run: with .venv taken for ready, or the `whole` of it."""
    return _dry(*(["-B"] if whole else ["-o", "setup", "-o", ".venv/.ready"]), *arguments)


def _dry(*arguments: str) -> str:
    # A make above, as in `make test`, hands its own flags down, and each below tells where it is.
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    command = ["make", "-n", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def run(line: str, folder: Path, **other: str) -> subprocess.CompletedProcess[str]:
    """A line of a console block, in a shell that finds the command."""
    path = f"{SYNTHCOPILOT.parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SYNTHCOPILOT_HOME": str(folder / "home"), **other}
    shell = ["bash", "-euo", "pipefail", "-c", line]
    return subprocess.run(
        shell, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def console(text: str) -> list[str]:
    return [one.removeprefix("$ ") for one in says(text) if one.startswith("$ ")]


def command_lines(text: str) -> Iterator[list[str]]:
    """Every `synthcopilot ...` and console line of a page, in words."""
    quoted = re.findall(r"`((?:\.venv/bin/)?synthcopilot [^`]+)`", text.replace("\n", " "))
    for line in (*quoted, *(one for one in console(text) if "synthcopilot" in one)):
        words = shlex.split(line.replace("’", ""), comments=True)
        yield words[words.index(next(word for word in words if word.endswith("synthcopilot"))) + 1 :]


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the first words name, and what follows."""
    found: Any = COMMANDS
    while hasattr(found, "commands") and words and not words[0].startswith("-"):
        found, words = found.commands[words[0]], words[1:]
    return found, words


def options_of(command: Any) -> set[str]:
    return {name for one in command.params for name in one.opts if name.startswith("--")} | {"--help"}


# -- what the pages name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    for words in command_lines(page.read_text("utf-8")):
        command, rest = command_of(words)
        assert not hasattr(command, "commands") or "--help" in rest, f"synthcopilot {' '.join(words)}"
        named = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert named <= options_of(command), f"synthcopilot {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_module_test_and_setting_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)", text)) <= targets
    for module in re.findall(r"python -m ([a-z_.]+[a-z_])", text):
        path = ROOT / module.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), module
    for named in re.findall(r"`((?:tests|engine|bench|cli|pipelines|assets|service|api|schemas)/[\w/.]+)`", text):
        assert (ROOT / named).exists(), named
    for setting in re.findall(r"SYNTHCOPILOT_([A-Z0-9_]*[A-Z0-9])\b", text):
        assert setting.lower() in Settings.model_fields, setting


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not link.startswith(("http://", "https://")):
            assert (page.parent / link).exists(), link


# -- Start --------------------------------------------------------------------------------------------------------


def test_what_the_readme_says_is_needed_is_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.12"
    assert "python3.11" in (ROOT / "tools" / "make-venv").read_text("utf-8")
    assert project["license"] == "GPL-3.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text("utf-8")
    assert sys.version_info[:2] == (3, 11)


def test_make_demo_builds_the_example_into_out_and_says_where_to_look(example: BuiltExample) -> None:
    """The very command, on the same prompts: the first of each style, or all of them with `make claims`."""
    assert make("demo").split() == [".venv/bin/synthcopilot", "build", "examples/library.yaml", "--out", "out"]
    assert f"{example.pack}" in example.said
    assert f"{example.pack}.zip" in example.said
    assert f"DAGSTER_HOME={example.home} dagster dev" in " ".join(example.said.split())


def test_make_demo_makes_the_environment_first() -> None:
    told = make("demo", whole=True)
    assert told.splitlines()[0] == "tools/make-venv"
    assert "build examples/library.yaml" in told.splitlines()[-1]


def test_make_setup_alone_makes_the_environment_and_the_command_in_it_explains_itself() -> None:
    told = make("setup", whole=True)
    assert told.split() == ["tools/make-venv", "touch", ".venv/.ready"]
    shown = subprocess.run([SYNTHCOPILOT, "--help"], check=True, capture_output=True, text=True).stdout
    assert all(name in shown for name in ("generate", "build", "explain", "check", "import", "export", "serve"))


def test_make_test_runs_lint_types_import_rules_and_all_tests() -> None:
    told = [line.split()[0].removeprefix(".venv/bin/") for line in make("test").splitlines()]
    assert told == ["ruff", "ruff", "python", "python", "mypy", "lint-imports", "pytest"]
    assert "-k" not in make("test")
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests"]
    assert "-m" not in options["addopts"].split()


# -- The commands -------------------------------------------------------------------------------------------------


def test_the_first_command_gives_what_the_readme_says(tmp_path: Path) -> None:
    """A folder and a zip: the preset and its variations, previews, pictures, a page, and a manifest."""
    (line,) = [one for one in console(TEXT) if one.startswith("synthcopilot generate")]
    done = run(line, tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = [path for path in (tmp_path / "out").iterdir() if path.is_dir()]
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert set(zipfile.ZipFile(f"{folder}.zip").namelist()) == names
    manifest = json.loads((folder / "meta" / "manifest.json").read_bytes())
    assert manifest["presets"][0]["kind"] == "base"
    assert len(manifest["presets"]) + len(manifest["refused"]) == 3
    assert len(manifest["presets"]) >= 2
    for preset in manifest["presets"]:
        assert set(preset["files"].values()) - {None} <= names
        assert preset["files"]["preset"].startswith("presets/")
        assert preset["files"]["preset"].endswith(".vital")
        assert preset["measurements"]["notes"]
    assert "index.html" in names
    assert f"Folder: out/{folder.name}\nZip:    out/{folder.name}.zip" in done.stdout


def test_check_import_and_export_work_on_what_was_made(example: BuiltExample, tmp_path: Path) -> None:
    """With the names that the README uses."""
    kick = next(path for path in sorted((example.pack / "Percussion").glob("*.vital")) if " - " not in path.stem)
    (tmp_path / "FILE.vital").write_bytes(kick.read_bytes())
    done = run("synthcopilot check FILE.vital", tmp_path)
    assert (done.returncode, "1 preset: 1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    done = run("synthcopilot import FILE.vital > SPEC.json", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "SPEC.json").read_text("utf-8"))["schema_version"] == "1.0"
    done = run("synthcopilot export SPEC.json --out FILE2.vital", tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "FILE2.vital").read_bytes() == kick.read_bytes()


def test_a_spec_is_in_hz_seconds_db_semitones_and_per_cent(example: BuiltExample, tmp_path: Path) -> None:
    """Values as Vital stores them, and what they are in a person's units by Vital's own scales."""
    document = json.loads(next(example.pack.rglob("*.vital")).read_bytes())
    document["settings"] |= {
        "filter_1_cutoff": 69.0,  # a MIDI note
        "env_1_attack": 0.5,  # the fourth root of seconds
        "volume": 5476.0,  # dB = sqrt(v) - 80
        "osc_1_transpose": -12.0,
        "osc_1_level": 0.7,  # the square root
    }
    (tmp_path / "FILE.vital").write_text(json.dumps(document))
    done = run("synthcopilot import FILE.vital", tmp_path)
    modules = json.loads(done.stdout)["modules"]
    assert modules["filter"][0]["cutoff_hz"] == pytest.approx(440.0)
    assert modules["env"][0]["attack_s"] == pytest.approx(0.0625)
    assert modules["voicing"]["volume_db"] == pytest.approx(-6.0)
    assert modules["osc"][0]["transpose_semitones"] == -12
    assert modules["osc"][0]["level_percent"] == pytest.approx(49.0)


def test_explain_and_templates_say_what_they_are_for(tmp_path: Path) -> None:
    done = run('synthcopilot explain "dark PROMPT zzyzx"', tmp_path)
    assert done.returncode == 0, done.stderr
    assert "dark" in done.stdout
    assert "No effect" in done.stdout
    assert "zzyzx" in done.stdout
    listed = json.loads(run("synthcopilot templates --json", tmp_path).stdout)
    one = json.loads(run(f"synthcopilot templates {listed[0]['id']} --json", tmp_path).stdout)
    assert len(one["roles"]) == 8


def test_every_option_of_generate_reaches_the_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of the README's table; what they do to a bundle is tested beside the bundle."""
    row = next(one for one in says(TEXT) if one.startswith("| `synthcopilot generate"))
    assert set(re.findall(r"`(--[a-z0-9]+)", row)) == {
        "--seed",
        "--variations",
        "--template",
        "--tag",
        "--name",
        "--mp3",
    }
    asked: list[Request] = []

    def caught(request: Request, pool: Any) -> None:
        asked.append(request)
        raise RequestError("this is as far as it goes")

    monkeypatch.setattr("cli.generate._made", caught)
    words = "--seed 7 --variations 16 --template sub_bass --tag dub --tag deep --name Undertow --mp3"
    told = CliRunner().invoke(app, ["generate", "a prompt", "--out", str(tmp_path), *words.split()])
    assert told.exit_code == 2
    (request,) = asked
    assert request.prompt == "a prompt"
    assert (request.seed, request.variations, request.template_id) == (7, 16, "sub_bass")
    assert (request.tags, request.name, request.mp3) == (("dub", "deep"), "Undertow", True)


def every_command(group: Any = COMMANDS, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, (*before, name))
        else:
            yield (*before, name)


@pytest.mark.parametrize("words", sorted(every_command()), ids=" ".join)
def test_every_command_takes_json_but_the_one_that_becomes_a_part(words: tuple[str, ...]) -> None:
    command, rest = command_of(list(words))
    assert rest == []
    assert ("--json" in options_of(command)) is (words != ("run",))


@pytest.mark.parametrize("words", sorted(every_command()), ids=" ".join)
def test_every_command_stands_in_the_readmes_table(words: tuple[str, ...]) -> None:
    rows = [one.split("|") for one in says(TEXT) if one.startswith("| `synthcopilot")]
    assert any(f"{' '.join(words)}" in re.sub(r"synthcopilot ", "", "".join(row)) for row in rows)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("synthcopilot templates", 0),
        ("synthcopilot check silent.vital", 1),
        ("synthcopilot check no-preset.vital", 2),
        ("synthcopilot templates no_such", 2),
        ("synthcopilot explain", 2),
    ],
)
def test_the_exit_code_is_0_1_or_2_as_the_readme_says(
    line: str, code: int, example: BuiltExample, tmp_path: Path
) -> None:
    sound = next(iter(sorted((example.pack / "Percussion").glob("*.vital")))).read_bytes()
    silent = json.loads(sound)
    silent["settings"] |= {"volume": 0.0}
    (tmp_path / "silent.vital").write_text(json.dumps(silent))
    (tmp_path / "no-preset.vital").write_text("{}")
    done = run(line, tmp_path)
    assert done.returncode == code, done.stdout + done.stderr


# -- Dagster ------------------------------------------------------------------------------------------------------


def test_make_dagster_opens_the_ui_on_port_3000() -> None:
    assert make("dagster").split() == [".venv/bin/dagster", "dev"]
    assert DEFAULT_WEBSERVER_PORT == 3000


def test_runs_lineage_checks_and_previews_of_what_was_built_are_there_to_be_shown(example: BuiltExample) -> None:
    """What the UI shows, asked for in its own way: GraphQL over the definitions and the home's records."""
    asked = """{
      runsOrError { ... on Runs { results { jobName status } } }
      assetNodes { assetKey { path } dependencyKeys { path } isPartitioned
        assetChecksOrError { ... on AssetChecks { checks { name } } }
        assetMaterializations(limit: 1) { metadataEntries { label __typename } } }
    }"""
    command = [SYNTHCOPILOT.with_name("dagster-graphql"), "-m", "pipelines.definitions", "-t", asked]
    environment = {**os.environ, "DAGSTER_HOME": str(example.home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (answer,) = [line for line in done.stdout.splitlines() if line.startswith("{")]
    data = json.loads(answer)["data"]
    runs = data["runsOrError"]["results"]
    assert {one["jobName"] for one in runs} >= {"build_batch", "build_pack"}
    assert {one["status"] for one in runs} == {"SUCCESS"}
    nodes = {one["assetKey"]["path"][-1]: one for one in data["assetNodes"]}
    assert {tuple(key["path"]) for key in nodes["packs"]["dependencyKeys"]} == {("bundles",)}
    for name in ("plans", "renders", "bundles", "packs"):
        assert nodes[name]["assetChecksOrError"]["checks"], name
        assert nodes[name]["isPartitioned"]
    (packed,) = nodes["packs"]["assetMaterializations"]
    assert {"coverage", "coverage_plot"} <= {entry["label"] for entry in packed["metadataEntries"]}


# -- The service --------------------------------------------------------------------------------------------------


def test_make_stack_and_make_serve_are_the_commands_of_those_names() -> None:
    assert make("stack", "PORT=8000").split() == ["exec", ".venv/bin/synthcopilot", "stack", "--port", "8000"]
    assert make("serve", "PORT=8000").split() == ["exec", ".venv/bin/synthcopilot", "serve", "--port", "8000"]


def test_run_becomes_any_part_that_operations_lists() -> None:
    listed = {one.name for one in programs(Settings(), host="", port=0)}
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = guide.split("## The parts")[1].split("##")[0]
    told = {name for row in rows.splitlines() if row.startswith("| `") for name in re.findall(r"`([\w-]+)`", row)}
    assert told == listed
