"""One name, one class: whoever searches for a class finds one, in the sources and in the tests."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = ("api", "assets", "bench", "cli", "engine", "hosting", "pipelines", "schemas", "service", "tools")
OF_DJANGO = {"Meta", "Migration"}
"""Django looks for classes of these names, however many there are."""


def classes(folders: tuple[str, ...]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for name, line in classes_in(file.read_text()):
                found[name].append(f"{file.relative_to(ROOT)}:{line}")
    return found


def classes_in(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            yield node.name, node.lineno


def test_classes_are_found_wherever_they_stand() -> None:
    inner = "class A:\n    class B: ...\ndef f():\n    class C: ...\n"
    assert list(classes_in(inner)) == [("A", 1), ("B", 2), ("C", 4)]


def test_no_two_classes_have_the_same_name() -> None:
    found = classes((*SOURCES, "tests"))
    assert len(found) > 300
    assert {name: places for name, places in found.items() if len(places) > 1 and name not in OF_DJANGO} == {}
