"""The command line as a user calls it, in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def call() -> Call:
    """Calls a command; its `stdout` and `stderr` are kept apart."""

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="synthcopilot")

    return invoke


@pytest.fixture(scope="session")
def as_json(call: Call) -> Callable[..., Any]:
    """Calls a command with `--json`: all of its stdout is one document, and nothing goes to stderr."""

    def invoke(*arguments: object) -> Any:
        result = call(*arguments, "--json")
        assert result.stderr == "", result.output
        return json.loads(result.stdout)

    return invoke


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory, as_json: Callable[..., Any]) -> Any:
    """The report of one generated bundle."""
    out = tmp_path_factory.mktemp("out") / "deep" / "er"
    arguments = ("warm clean sub bass zzyzx", "--out", out, "--variations", 1, "--seed", 3, "--tag", "dub")
    return as_json("generate", *arguments)


@pytest.fixture
def preset(tmp_path: Path, generated: Any) -> Path:
    """A preset file of our own."""
    path = tmp_path / "Good one.vital"
    path.write_bytes(Path(generated["folder"], generated["presets"][0]["file"]).read_bytes())
    return path
