"""The templates, read from `template_catalog/` once, and checked down to their pointers."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import orjson
import yaml

from engine.compiler.spec_io import model_from_json
from engine.errors import RequestError, SpecError
from schemas.template import MacroTemplate


@cache
def catalog() -> Mapping[str, MacroTemplate]:
    """All templates by id, in the order of their ids.

    Raises:
        SpecError: a template breaks its schema; the text names the file and the field.
    """
    files = (file for file in resources.files("template_catalog").iterdir() if file.name.endswith(".yaml"))
    found = [read_template(file.read_text("utf-8"), name=file.name) for file in sorted(files, key=lambda f: f.name)]
    return MappingProxyType({template.id: template for template in found})


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

    Raises:
        SpecError: it isn't YAML, breaks the schema, or its id isn't the file's name.
    """
    try:
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        made = model_from_json(MacroTemplate, orjson.dumps(document))
    except (yaml.YAMLError, TypeError, SpecError) as error:
        raise SpecError(f"template {name}: {error}") from None
    if f"{made.id}.yaml" != name:
        raise SpecError(f"template {name}: its id is {made.id}; file and id must be the same")
    return made
