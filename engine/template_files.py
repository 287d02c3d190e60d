"""What stands in a template's file: YAML in which parameters have names, as a person writes it.

Apart from `engine.catalog`, which hardly ever needs it: what comes with the package was prepared as JSON.
"""

from collections.abc import Hashable
from typing import Any

import yaml

from engine.compiler.names import Names
from engine.errors import SpecError

YamlPath = tuple[str | int, ...]
"""Where something stands in a template's file: the keys and indices that lead to it."""


def with_pointers(text: str) -> Any:
    """A template's YAML as JSON holds it, with JSON Pointers for names of parameters; its schema isn't looked at.

    Raises:
        SpecError: see `engine.catalog.read_template`.
    """
    try:
        document = yaml.load(text, Loader=_OnceEach)  # noqa: S506 a safe loader, of our own
    except yaml.YAMLError as error:
        raise SpecError(str(error)) from None
    wrong: list[tuple[YamlPath, str]] = []
    resolved = _resolved(document, (), names_in(document), wrong)
    if wrong:
        lines = _lines(yaml.compose(text, Loader=yaml.CSafeLoader), ())
        told = (f"line {lines[place]}, /{'/'.join(map(str, place))}: {reason}" for place, reason in wrong)
        raise SpecError("\n".join(told))
    return resolved


def names_a_parameter(path: YamlPath) -> bool:
    """Whether a parameter's name stands at a place of a template's file. In `base`, the keys are names."""
    match path:
        case ("base", _) | ("routes", _, "target") | ("ranges" | "choices", _, "path"):
            return True
        case ("roles", _, "targets", _, "path") | ("roles", _, "constraints", "requires" | "forbids", _):
            return True
        case _:
            return False


def names_in(document: Any) -> Names:
    """The names that hold in a template's file, as loaded from YAML, whatever else is wrong with it."""
    routes = document.get("routes") if isinstance(document, dict) else None
    pairs = [route if isinstance(route, dict) else {} for route in routes] if isinstance(routes, list) else []
    return Names((str(one.get("source")), str(one.get("target"))) for one in pairs)


class _OnceEach(yaml.CSafeLoader):
    """YAML of which no mapping has a key twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise SpecError(f"line {key.start_mark.line + 1}: {key.value} stands here a second time")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _resolved(value: Any, path: YamlPath, names: Names, wrong: list[tuple[YamlPath, str]]) -> Any:
    """`value` with pointers for names; what is `wrong` is added to the list."""
    if isinstance(value, dict) and path == ("base",):
        found: dict[str, Any] = {}
        for key, item in value.items():
            here = (*path, str(key))
            pointer = _pointer(str(key), here, names, wrong)
            if pointer in found:
                wrong.append((here, f"{pointer} is set a second time, under another name"))
            found[pointer] = item
        return found
    if isinstance(value, dict):
        return {key: _resolved(item, (*path, str(key)), names, wrong) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, (*path, index), names, wrong) for index, item in enumerate(value)]
    return _pointer(value, path, names, wrong) if isinstance(value, str) and names_a_parameter(path) else value


def _pointer(name: str, path: YamlPath, names: Names, wrong: list[tuple[YamlPath, str]]) -> str:
    try:
        return names.pointer(name)
    except SpecError as error:
        wrong.append((path, str(error)))
        return name


def _lines(node: yaml.Node | None, path: YamlPath) -> dict[YamlPath, int]:
    """The line, from 1, on which each part of a file stands; that of a mapping's entry is its key's."""
    found: dict[YamlPath, int] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            found |= _lines(value, (*path, key.value)) | {(*path, key.value): key.start_mark.line + 1}
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            found |= {(*path, index): item.start_mark.line + 1} | _lines(item, (*path, index))
    return found
