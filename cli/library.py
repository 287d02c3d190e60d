"""Reading a library file, with errors that name the entry and the field."""

from pathlib import Path
from typing import Any

import orjson
import yaml
from pydantic import ValidationError

from cli.files import read_bytes
from engine.catalog import catalog
from engine.compiler.file_kinds import encoding_problem, instead_of_a_preset, instead_of_a_spec, other_kind
from engine.compiler.spec_io import problem_line
from engine.errors import SpecError
from schemas.request import Library

_KINDS = {
    list: "a list",
    str: "text",
    type(None): "empty",
    bool: "true or false",
    int: "a number",
    float: "a number",
}
_MOST_BYTES = 16 * 1024 * 1024


def read_library(path: Path) -> Library:
    """A library from YAML.

    Raises:
        InputError: there is no such file.
        SpecError: what is wrong, by file, entry and field.
    """
    data = read_bytes(path)
    if len(data) > _MOST_BYTES:
        raise SpecError(f"{path}: has {len(data):,} bytes; at most {_MOST_BYTES:,} are read")
    kind = other_kind(data) or encoding_problem(data)
    if kind:
        raise SpecError(f"{path}: this is no library: {kind}")
    try:
        document = yaml.load(data, Loader=yaml.CSafeLoader)
        text = orjson.dumps(document)
    except yaml.YAMLError as error:
        raise SpecError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise SpecError(
            f"{path}: names must be text, and values text, numbers, lists or objects ({error})"
        ) from None
    if not isinstance(document, dict):
        raise SpecError(
            f"{path}: a library has a name and prompts; this is {_KINDS.get(type(document), 'a value')}"
        )
    kind = instead_of_a_spec(document) or instead_of_a_preset(document)
    if kind and "prompts" not in document:
        raise SpecError(f"{path}: this is no library: {kind}")
    try:
        library = Library.model_validate_json(text)
    except ValidationError as error:
        raise SpecError("\n".join(f"{path}: {line}" for line in _lines(error, document))) from None
    _check_templates(path, library)
    return library


def _lines(error: ValidationError, document: dict[str, Any]) -> list[str]:
    """A line a problem. An entry may be text or an object; only what is wrong with the one it is, is told."""
    lines = []
    found = error.errors(include_url=False)
    deeper = any(len(problem["loc"]) > 1 and problem["loc"][0] == "prompts" for problem in found)
    for problem in found:
        place = problem["loc"]
        if place == ("prompts",) and deeper:
            continue  # too few prompts are left, since others are wrong
        if len(place) > 2 and place[0] == "prompts":
            entry = document["prompts"][int(place[1])]
            as_object = place[2] == "LibraryEntry"
            if as_object != isinstance(entry, dict):
                continue
            if not isinstance(entry, dict | str):
                lines.append(f"/prompts/{place[1]}: must be a prompt, or an object with one (is {entry!r})")
                continue
        lines.append(problem_line(problem, document))
    return lines


def _check_templates(path: Path, library: Library) -> None:
    for index, request in enumerate(library.requests()):
        if request.template_id and request.template_id not in catalog():
            raise SpecError(
                f"{path}: /prompts/{index}/template_id: no template {request.template_id!r}; "
                f"there are {', '.join(catalog())}"
            )
