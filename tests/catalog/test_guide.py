"""docs/guides/add-a-template.md: its file is a template that is formatted and level, and its commands run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.catalog import read_template
from tools.format_templates import format_template

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "guides" / "add-a-template.md").read_text("utf-8")
(FILE,) = re.findall(r"^```yaml\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
BLOCKS = re.findall(r"^```console\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
COMMANDS = [tuple(one.split("\n", 1)) for block in BLOCKS for one in block.split("$ ") if one]
"""Each command of the page, and what it shows below it."""
NEEDED = ("schemas", "engine", "cli", "tools", "template_catalog", "tests")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which the file was saved as the page says."""
    folder = tmp_path_factory.mktemp("checkout")
    without = shutil.ignore_patterns("__pycache__", Path(__file__).name)
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / name, ignore=without)
    for name in {path.name for path in ROOT.iterdir()} - set(NEEDED) - {".git", "out"}:
        (folder / name).symlink_to(ROOT / name)
    (folder / "template_catalog" / "hollow_keys.yaml").write_text(FILE, "utf-8")
    return folder


def test_the_file_is_a_template_in_its_form() -> None:
    assert read_template(FILE, name="hollow_keys.yaml").name == "Hollow Keys"
    assert format_template(FILE, name="hollow_keys.yaml") == FILE


def test_the_page_shows_each_step() -> None:
    shown = " ".join(command for command, _ in COMMANDS)
    for step in ("role_numbers", "template_levels", "format_templates", "pytest tests/catalog", "generate"):
        assert step in shown


def test_the_numbers_of_the_file_are_those_that_the_commands_say() -> None:
    said = [line for _, output in COMMANDS for line in output.splitlines() if line.startswith("- {path: ")]
    assert len(said) == 2
    assert all(line in FILE for line in said)


# The page's `-k hollow_keys` must not choose these tests: their ids say nothing, and the checkout hasn't them.
@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=[f"line_{n}" for n in range(len(COMMANDS))])
def test_a_command_does_what_the_page_says(command: str, output: str, checkout: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "SYNTHCOPILOT_HOME": str(checkout / "home")}
    if "bin/pytest" in command:
        command += " -p no:cacheprovider -p no:xdist"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=checkout, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(output)
    if "template_levels" in command:
        assert re.search(r"^hollow_keys .* level$", done.stdout, flags=re.MULTILINE)
    if "pytest" in command:
        assert re.search(r"\.{12}", done.stdout), "as many tests as each template has"
    if "templates hollow_keys" in command:
        assert "Hollow Keys" in done.stdout
    if "generate" in command:
        assert list((checkout / "out" / "hollow").rglob("*.zip")), done.stdout
    assert (checkout / "template_catalog" / "hollow_keys.yaml").read_text("utf-8") == FILE
