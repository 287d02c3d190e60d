"""What all commands share: help, versions, errors, exit codes, documentation."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import app
from cli.session import Commands, Session
from engine.errors import GateError, RenderError, RequestError, SpecError, VitalFileError
from tests.cli.conftest import Call

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = sorted(
    str(command.name or command.callback.__name__) for command in app.registered_commands if command.callback
)
SYNTHCOPILOT = Path(sys.executable).with_name("synthcopilot")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_the_command_with_an_example(call: Call, command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"Example: synthcopilot {command}" in " ".join(result.stdout.split())
    assert command == "run" or "--json" in result.stdout, "a part of the service speaks for itself"


def test_all_commands_are_there() -> None:
    assert COMMANDS == [
        "build",
        "check",
        "doctor",
        "explain",
        "export",
        "generate",
        "import",
        "migrate",
        "retention",
        "run",
        "serve",
        "stack",
        "templates",
    ]


OPTIONS = {
    "apikey create": {"--user": None, "--name": "", "--days": None},
    "apikey list": {"--user": None},
    "apikey revoke": {},
    "build": {"--out": None, "--home": None, "--workers": 0},
    "check": {"--judge": "human"},
    "doctor": {"--before-start": False},
    "explain": {"--seed": 0, "--template": None, "--tag": None, "--planner": None},
    "export": {"--out": None, "--force": False},
    "generate": {
        "--out": None, "--seed": 0, "--variations": 2, "--template": None, "--tag": None, "--name": None,
        "--author": "SynthCopilot", "--planner": None, "--mp3": False, "--force": False,
    },
    "import": {"--out": None, "--force": False},
    "migrate": {},
    "retention": {},
    "run": {"--host": "127.0.0.1", "--port": 8000},
    "serve": {"--host": "127.0.0.1", "--port": 8000},
    "stack": {"--host": "127.0.0.1", "--port": 8000},
    "templates": {},
    "user create": {"--password-stdin": False, "--superuser": False},
    "user erase": {"--yes": False},
}  # fmt: skip
"""What each takes beside `--json`, and what stands if it isn't given. Scripts rely on these."""


def options(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in getattr(command, "commands", {}).items():
        yield from options(one, (*words, name))
    if not hasattr(command, "commands"):
        found = {one.opts[0]: one.default for one in command.params if one.opts[0].startswith("--")}
        yield " ".join(words), {name: value for name, value in found.items() if name not in ("--json", "--help")}


def test_each_command_has_these_options_with_these_defaults() -> None:
    assert dict(options(get_command(app))) == OPTIONS


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_stands_in_the_readme(command: str) -> None:
    assert f"synthcopilot {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_version_names_each_part_that_decides_bytes(call: Call) -> None:
    result = call("--version")
    assert result.exit_code == 0
    assert all(part in result.stdout for part in ("synthcopilot 0.", "engine", "planner", "schema 1.0", "vita"))


@pytest.mark.parametrize(
    "arguments",
    [("frobnicate",), ("generate",), ("generate", "pad"), ("generate", "pad", "--out", "x", "--variations", "17"),
     ("generate", "pad", "--out", "x", "--seed", "many"), ("check",), ("export", "a.json"), ("--frob",)],
)  # fmt: skip
def test_wrong_usage_is_2(call: Call, arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


ERRORS: list[tuple[BaseException, int, str]] = [
    (RequestError("no"), 2, "Error: no"),
    (SpecError("/a: no [bold]markup[/]"), 2, "Error: /a: no [bold]markup[/]"),
    (VitalFileError("no"), 2, "Error: no"),
    (GateError("silent"), 1, "Error: silent"),
    (RenderError("gone"), 1, "Error: gone"),
    (KeyboardInterrupt(), 130, "Error: interrupted"),
    (OSError(28, "No space left on device", "/a"), 1, "No space left on device"),
    (
        ZeroDivisionError("oops"),
        1,
        "Error: unexpected ZeroDivisionError: oops (synthcopilot --debug ... shows where)",
    ),
]


def _failing(error: BaseException) -> typer.Typer:
    failing = typer.Typer(cls=Commands)

    @failing.callback()
    def _common(context: typer.Context, debug: bool = False) -> None:
        context.obj = Session(debug=debug)

    @failing.command()
    def fail() -> None:
        raise error

    return failing


@pytest.mark.parametrize(("error", "code", "words"), ERRORS, ids=[type(e[0]).__name__ for e in ERRORS])
def test_an_error_is_one_clear_line_and_a_code(error: BaseException, code: int, words: str) -> None:
    result = CliRunner().invoke(_failing(error), ["fail"])
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


def test_debug_shows_where_an_unexpected_error_came_from() -> None:
    result = CliRunner().invoke(_failing(ZeroDivisionError("oops")), ["--debug", "fail"])
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "raise error" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("import", "no-such.vital"), ("export", "no-such.json", "--out", "x.vital"), ("templates", "no-such"),
     ("build", "no-such.yaml", "--out", "x"), ("explain", ""), ("check", "/no/such/folder-of-presets/")],
)  # fmt: skip
def test_bad_input_is_2_for_machines_too(
    call: Call, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*arguments, "--json")
    assert result.exit_code == 2
    assert result.stdout.startswith("{")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_accident() -> None:
    command = f"'{SYNTHCOPILOT}' templates --json | head -c 10; echo codes: ${{PIPESTATUS[@]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=True)
    assert "Traceback" not in done.stderr
    assert "codes:" in done.stdout


def test_no_command_but_build_knows_dagster() -> None:
    """Nor does help import the engine's slow parts: both start at once."""
    code = (
        "import sys; sys.argv = ['synthcopilot', 'explain', 'warm pad', '--json']\n"
        "from cli.main import run\n"
        "early = {'numpy', 'vita', 'scipy', 'dagster', 'yaml'} & set(sys.modules)\n"
        "try: run()\n"
        "except SystemExit as end: assert not end.code\n"
        "assert not early, early\n"
        "assert not {'dagster', 'pandas', 'pyarrow', 'great_expectations'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=120, cwd=ROOT)


@pytest.mark.parametrize(
    ("what", "needless"),
    [
        (
            "from engine.stages import patch_stage, plan_stage\n"
            "from engine.render.pool import RenderPool\n"
            "from schemas.request import Request\n"
            "patch_stage(plan_stage(Request(prompt='punchy kick')))\n",
            "yaml jinja2 PIL scipy dagster django wordllama",
        ),
        ("import engine.render.zygote, engine.render.child\n", "pydantic schemas yaml scipy engine.render.pool"),
    ],
    ids=["a request up to its first render", "the render process"],
)
def test_what_a_render_waits_for_imports_nothing_that_it_does_not_need(what: str, needless: str) -> None:
    code = f"import sys\n{what}print(*sorted(set('{needless}'.split()) & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    assert run.stdout.split() == []
