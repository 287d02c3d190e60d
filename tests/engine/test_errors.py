"""The tree in `engine.errors` names every error that is raised on purpose, below what it is a kind of."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import engine.errors

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "engine", "service", "assets", "pipelines", "api", "hosting", "cli")
TOP = "SynthCopilotError"


def classes() -> Iterator[tuple[str, set[str]]]:
    """Every class of the project, with the names of its bases."""
    for package in PACKAGES:
        for module in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    yield node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def in_the_sources() -> set[tuple[str, str]]:
    """Each error with what it is a kind of."""
    found: set[tuple[str, str]] = set()
    known, grown = {TOP}, True
    while grown:
        more = {(name, base) for name, bases in classes() for base in bases & known}
        found, grown = found | more, not more <= found
        known |= {name for name, _ in more}
    return found


def in_the_docstring() -> list[tuple[str, str]]:
    pairs, above = [], [TOP]
    for line in (engine.errors.__doc__ or "").splitlines():
        if match := re.match(r"((?:│   )*)[├└]── (\w+)  +\S", line):
            depth = len(match[1]) // 4 + 1
            pairs.append((match[2], above[depth - 1]))
            above = [*above[:depth], match[2]]
    return pairs


def test_the_tree_names_every_error_below_its_kind() -> None:
    told = in_the_docstring()
    assert len(told) == len(set(told)), "each once"
    assert set(told) == in_the_sources()


def test_no_two_classes_share_a_name() -> None:
    """So that a name in a traceback, a search or a talk is one thing; the API's forms of a shape say so."""
    places: dict[str, list[str]] = {}
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if path.parent.name == "migrations":
            continue  # Django wants each to be called Migration
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
