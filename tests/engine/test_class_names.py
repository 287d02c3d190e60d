"""One name, one meaning: whoever searches for a class or an alias of a type finds one, in sources and tests."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = ("api", "assets", "bench", "cli", "engine", "hosting", "pipelines", "schemas", "service", "tools")
OF_DJANGO = {"Meta", "Migration"}
"""Django looks for classes of these names, however many there are."""
LIKE_A_TYPE = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")


def types(folders: tuple[str, ...]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for name, line in types_in(file.read_text()):
                found[name].append(f"{file.relative_to(ROOT)}:{line}")
    return found


def types_in(text: str) -> Iterator[tuple[str, int]]:
    """Classes wherever they stand, and what a module names like one: aliases, type variables, new types."""
    module = ast.parse(text)
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield node.name, node.lineno
    for node in module.body:
        for name in _named(node):
            if LIKE_A_TYPE.fullmatch(name):
                yield name, node.lineno


def _named(node: ast.stmt) -> list[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_classes_are_found_wherever_they_stand() -> None:
    inner = "class A:\n    class B: ...\ndef f():\n    class C: ...\n"
    assert list(types_in(inner)) == [("A", 1), ("B", 2), ("C", 4)]


@pytest.mark.parametrize(
    "line",
    ["Sound = list[int]", 'Sound = TypeVar("Sound")', 'Sound = NewType("Sound", int)', "Sound: TypeAlias = int"],
)
def test_a_type_that_a_module_names_is_found(line: str) -> None:
    assert list(types_in(f"{line}\n")) == [("Sound", 1)]


@pytest.mark.parametrize(
    "line", ["MOST = 3", "_LEAST: Final = 2", "sound = 1", "class A:\n    Sound = 1", "Sound: int"]
)
def test_constants_variables_and_fields_are_no_types(line: str) -> None:
    assert "Sound" not in dict(types_in(line))
    assert not {"MOST", "_LEAST", "sound"} & set(dict(types_in(line)))


def test_no_two_types_have_the_same_name() -> None:
    found = types((*SOURCES, "tests"))
    assert len(found) > 400
    assert {name: places for name, places in found.items() if len(places) > 1 and name not in OF_DJANGO} == {}
