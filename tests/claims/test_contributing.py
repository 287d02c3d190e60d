"""What CONTRIBUTING.md, the templates on GitHub and docs/architecture.md point to is there; CI runs what we run."""

import ast
import configparser
import json
import re
import shlex
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.job_errors import JOB_ERRORS
from tests.claims.readme import ROOT
from tests.claims.test_documented_commands import make

GUIDE = ROOT / "CONTRIBUTING.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
PAGES = [GUIDE, ROOT / ".github" / "pull_request_template.md", *FORMS]
RECIPES = ("A word", "An axis", "A template", "A gate", "A repair", "An endpoint", "An asset")


@cache
def files() -> tuple[str, ...]:
    """All that are kept, by path from the root."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("no history here")
    return tuple(name for name in done.stdout.splitlines() if (ROOT / name).is_file())


def paths(text: str) -> set[str]:
    """What a page names as a file or a folder: quoted words that look like one, and what is given to pytest."""
    quoted = re.findall(r"`([^`\s]+)`", text)
    given = [word for line in re.findall(r"bin/pytest ([^`\n]+)", text) for word in line.split()]
    ends = r".*(/|\.(py|md|toml|yaml|yml|json|cff))"
    found = {one.partition("::")[0] for one in (*quoted, *given) if re.fullmatch(r"[\w./-]+(::\w+)?", one)}
    return {one for one in found if one.startswith("tests/") or re.fullmatch(ends, one) or "/" in one}


def defined(path: Path) -> set[str]:
    """Names of a module, those in its classes included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return names


def recipe(title: str) -> str:
    (found,) = re.findall(rf"^## {title}$\n(.*?)(?=^## |\Z)", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


# -- what the pages point to --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [*PAGES, ARCHITECTURE], ids=lambda page: page.name)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    """By its path from the root, or by its end alone where the text says in which folder."""
    for name in paths(page.read_text("utf-8")) - {".venv", ".synthcopilot"}:
        beside = any(f"/{name.strip('/')}/" in f"/{one}/" for one in files())
        assert (ROOT / name).exists() or beside, name


def test_every_name_that_is_said_to_be_in_a_module_is_defined_there() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    pairs = re.findall(r"((?:`\w+`(?:, | and | or )?)+) (?:in|of) `([\w/]+\.py)`", text)
    assert len(pairs) > 10
    for names, path in pairs:
        assert set(re.findall(r"\w+", names)) - {"and", "or"} <= defined(ROOT / path), f"{names} in {path}"


@pytest.mark.parametrize("title", RECIPES)
def test_each_recipe_names_files_and_the_tests_to_run(title: str) -> None:
    text = recipe(title)
    assert 1 <= len(text.strip().splitlines()) <= 20
    assert "docs/guides/" in text or (len(paths(text)) >= 5 and "`.venv/bin/pytest tests/" in text)


def test_the_names_that_the_checks_look_for_are_found_in_a_page() -> None:
    page = "See `a/b.py::c`, `d.yaml`, `ENGINE`, `x = 1`, and `.venv/bin/pytest tests/e tests/f.py` in `g/`."
    assert paths(page) == {"a/b.py", "d.yaml", "tests/e", "tests/f.py", "g/"}


def test_what_architecture_says_is_somewhere_is_defined_there() -> None:
    section = ARCHITECTURE.read_text("utf-8").partition("## Where is ...?")[2]
    rows = [row.split("|") for row in section.splitlines() if row.startswith("| ")][1:]
    assert len(rows) == 5
    known: set[str] = set()
    for row in rows:
        for path, symbol in re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", "".join(row)):
            known |= defined(ROOT / path)
            assert not symbol or symbol in defined(ROOT / path), f"{path}::{symbol}"
    named = set(re.findall(r"`([A-Z_]{4,}|[a-z_]+)`", section)) - set(JOB_ERRORS)
    assert named - known == {"peak_ceiling"}
    assert "peak_ceiling" in defined(ROOT / "engine/gates/rules.py")


@pytest.mark.parametrize("code", JOB_ERRORS)
def test_what_is_said_of_a_failed_job_stands_once(code: str) -> None:
    detail = JOB_ERRORS[code].detail
    sources = [one for one in files() if one.endswith((".py", ".html", ".js")) and not one.startswith("tests/")]
    assert [one for one in sources if detail in (ROOT / one).read_text("utf-8")] == ["service/job_errors.py"]


# -- on GitHub ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_asks_for_something_and_its_options_are_words(form: Path) -> None:
    """An unquoted Yes is a truth value to YAML, and GitHub then shows no form at all."""
    document = yaml.safe_load(form.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(document)
    asked = [part for part in document["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in asked}) == len(asked)
    assert any(part.get("validations", {}).get("required") for part in asked)
    options = [option for part in asked for option in part["attributes"].get("options", [])]
    assert all(isinstance(option, str) for option in options)


def workflow() -> dict[str, Any]:
    (job,) = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"].values()
    return dict(job)


def test_ci_checks_out_runs_ci_run_and_does_nothing_else() -> None:
    job = workflow()
    checkout, only = job["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert only["run"] == ".ci/run"
    assert job["timeout-minutes"] <= 120
    text = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    assert "secrets" not in text
    assert yaml.safe_load(text)["concurrency"]["cancel-in-progress"] is True


def test_ci_and_the_dev_container_are_debian_with_the_python_of_the_project() -> None:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    for image in (workflow()["container"], container["image"]):
        assert image.endswith("python:3.11-bookworm")
    assert python.startswith(">=3.11,")


def test_the_dev_container_has_what_ci_run_installs_and_is_set_up_by_make() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    needed = set(re.findall(r"needed\+=\((.+?)\)", (ROOT / ".ci/run").read_text("utf-8")))
    assert len(needed) > 4
    assert needed <= set(container["onCreateCommand"].split())
    assert container["postCreateCommand"] == "make setup"


# -- what editors and hooks do ------------------------------------------------------------------------------------


def test_hooks_call_what_make_lint_calls_and_fetch_nothing() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert repo["repo"] == "local"
    linted = [shlex.split(line) for line in make("lint").splitlines()]
    called = [[word for word in shlex.split(hook["entry"]) if word != "--force-exclude"] for hook in repo["hooks"]]
    assert {hook["language"] for hook in repo["hooks"]} == {"system"}
    assert sorted(called) == sorted([word for word in line if word != "."] for line in linted)
    assert [hook["id"] for hook in repo["hooks"] if hook.get("stages") == ["manual"]] == ["import-rules", "mypy"]


def editorconfig() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    return parser


def test_editors_break_lines_where_ruff_does() -> None:
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]
    assert int(editorconfig()["*.py"]["max_line_length"]) == ruff["line-length"]


@pytest.mark.parametrize("ending", [".py", ".md", ".yaml", ".yml", ".toml", ".json", ".js", ".css", ".html"])
def test_files_are_as_editors_are_told_to_write_them(ending: str) -> None:
    rules = editorconfig()["*"]
    assert (rules["charset"], rules["end_of_line"], rules["indent_style"]) == ("utf-8", "lf", "space")
    assert rules["insert_final_newline"] == rules["trim_trailing_whitespace"] == "true"
    for name in (one for one in files() if one.endswith(ending)):
        data = (ROOT / name).read_bytes()
        assert data.decode() is not None
        assert b"\r" not in data, name
        assert not data or data.endswith(b"\n"), name
        assert not re.search(rb"[ \t]+$|^\t", data, re.MULTILINE), name
