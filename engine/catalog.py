"""The templates, read from `template_catalog/` once, and checked down to their names of parameters."""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import orjson
import yaml

from engine import prepared
from engine.compiler.names import Names
from engine.compiler.spec_io import model_from_json
from engine.errors import RequestError, SpecError
from schemas.template import MacroTemplate

YamlPath = tuple[str | int, ...]
"""Where something stands in a template's file: the keys and indices that lead to it."""


@cache
def catalog() -> Mapping[str, MacroTemplate]:
    """All templates by id, in the order of their ids.

    Raises:
        SpecError: a template breaks its schema; the text names the file and the field.
    """
    found = [_shipped(f"{one}.yaml") for one in template_ids()]
    return MappingProxyType({template.id: template for template in found})


def template_ids() -> tuple[str, ...]:
    """The ids of all templates in order, without reading one."""
    names = (file.name for file in resources.files(prepared.TEMPLATES).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def template(template_id: str) -> MacroTemplate:
    """The template `template_id`.

    Raises:
        RequestError: there is none; the text lists what there is.
    """
    try:
        return catalog()[template_id]
    except KeyError:
        raise RequestError(f"no template {template_id!r}; there are {', '.join(catalog())}") from None


def read_template(text: str, *, name: str) -> MacroTemplate:
    """One template from YAML; `name` is the file's, for errors.

    Parameters stand in it by name (`filter_1/cutoff_hz`, see `engine.compiler.names`) or by JSON Pointer; the
    template holds pointers.

    Raises:
        SpecError: it isn't YAML, breaks the schema, names a parameter that there isn't, sets one twice, or its id
            isn't the file's name. The text says where.
    """
    with _named(name):
        made = model_from_json(MacroTemplate, orjson.dumps(with_pointers(text)))
    return _of_that_name(made, name)


def with_pointers(text: str) -> Any:
    """A template's YAML as JSON holds it, with JSON Pointers for names of parameters; its schema isn't looked at.

    Raises:
        SpecError, yaml.YAMLError: see `read_template`.
    """
    document = yaml.load(text, Loader=_OnceEach)  # noqa: S506 a safe loader, of our own
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


def _shipped(name: str) -> MacroTemplate:
    with _named(name):
        made = model_from_json(MacroTemplate, prepared.as_json(prepared.TEMPLATES, name, with_pointers))
    return _of_that_name(made, name)


def _of_that_name(template: MacroTemplate, name: str) -> MacroTemplate:
    if f"{template.id}.yaml" != name:
        raise SpecError(f"template {name}: its id is {template.id}; file and id must be the same")
    return template


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What is wrong within is told under the name of the template's file."""
    try:
        yield
    except (yaml.YAMLError, TypeError, SpecError) as error:
        raise SpecError(f"template {name}: {error}") from None


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
