"""The glossary: each term once, at a place that exists; and words that it replaced stay away."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/glossary.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| term ")
]
PACKAGES = ("schemas", "engine", "service", "assets", "pipelines", "api", "hosting", "cli", "tools", "bench")
REPLACED = {
    r"\b[Kk]nobs?\b": "a macro, or a control",
    r"\b[Ww]hat became of\b": "the result",
    r"\b[Ii]n vain\b": "failed",
}
NO_NAMES = {"found", "one", "left", "made"}
"""Of parameters: they say that something was given, and not what."""
CHANNELS = {("engine/measure/level.py", "left")}


def test_each_term_stands_once() -> None:
    terms = [name.strip() for row in ROWS for name in row[0].split(",")]
    assert len(terms) >= 40
    assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_term_has_a_meaning_and_a_place_that_exists(row: list[str]) -> None:
    _, meaning, place = row
    assert meaning
    assert (ROOT / place.strip("`")).exists()


@pytest.mark.parametrize(("word", "instead"), REPLACED.items())
def test_words_that_were_replaced_stay_away(word: str, instead: str) -> None:
    kinds = ("*.py", "*.html", "*.j2", "*.css", "*.js")
    sources = [path for package in PACKAGES for kind in kinds for path in (ROOT / package).rglob(kind)]
    sources += [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(word, line)
    ]
    assert found == [], f"say {instead}"


def test_parameters_are_named_for_what_they_are() -> None:
    found = set()
    for package in set(PACKAGES) - {"bench"}:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                    found |= {(str(path.relative_to(ROOT)), one.arg) for one in given if one.arg in NO_NAMES}
    assert found == CHANNELS
