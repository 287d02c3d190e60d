"""The templates, read from `template_catalog/` once, and checked down to their names of parameters."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import orjson

from engine import prepared
from engine.compiler.spec_io import model_from_json
from engine.errors import RequestError, SpecError
from schemas.template import MacroTemplate


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
        made = model_from_json(MacroTemplate, orjson.dumps(_from_yaml(text)))
    return _of_that_name(made, name)


def _from_yaml(text: str) -> Any:
    from engine.template_files import with_pointers  # reads YAML: only what was edited, or isn't ours, is

    return with_pointers(text)


def _shipped(name: str) -> MacroTemplate:
    with _named(name):
        made = model_from_json(MacroTemplate, prepared.as_json(prepared.TEMPLATES, name, _from_yaml))
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
    except (TypeError, SpecError) as error:
        raise SpecError(f"template {name}: {error}") from None
