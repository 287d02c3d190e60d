"""`docs/security.md` claims nothing that isn't there: tests, settings, places."""

import ast
import re
from pathlib import Path

import pytest

from service.settings import Settings
from tests.privacy import test_running_service, test_where_words_lie

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", TEXT)))


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("named", NAMED)
def test_every_test_that_it_names_exists(named: str):
    path, _, name = named.partition("::")
    assert (ROOT / path).is_file(), f"docs/security.md names {path}"
    assert not name or name in functions(ROOT / path), f"docs/security.md names {named}"


def test_every_threat_has_its_proof():
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") == 4]
    threats = [row for row in rows[1:] if "`tests/" in row]
    assert len(threats) >= 25
    tables = TEXT.split("## Who could do what")[1].split("## Where words lie")[0]
    bare = [line for line in tables.splitlines() if line.startswith("| ") and "`tests/" not in line]
    assert set(bare) <= {"| could try to | is stopped by | proof |"}


def test_every_setting_that_it_names_exists():
    for name in re.findall(r"SYNTHCOPILOT_(\w+)", TEXT):
        assert name.lower() in Settings.model_fields, name


def test_the_places_are_those_that_the_tests_look_for():
    listed = TEXT.split("## Where words lie")[1].split("## How words are erased")[0]
    for table in ("prompts", "plans", "renders"):
        assert f"`tables/{table}`" in listed
    for place in ("jobs", "requests/<partition>.json", "auditions/<partition>/", "blobs/"):
        assert f"`{place}`" in listed
    assert len(test_running_service.KNOWN) == len(test_where_words_lie.PLACES) == 5
