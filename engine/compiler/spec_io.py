"""PatchSpecs as JSON: reading with errors for people, writing in one canonical form."""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from engine.compiler.to_vital import compile_spec
from engine.errors import SpecError
from schemas.patch_spec import PatchSpec

_Model = TypeVar("_Model", bound=BaseModel)


def load_spec(data: bytes) -> PatchSpec:
    """A PatchSpec that a person or a planner wrote, checked down to its pointers.

    Raises:
        SpecError: each problem with its pointer, the value and the allowed range.
    """
    spec = model_from_json(PatchSpec, data)
    compile_spec(spec)
    return spec


def spec_from_dict(document: Mapping[str, Any]) -> PatchSpec:
    """The same for a document in memory, without resolving its pointers; `compile_spec` does."""
    return model_from_json(PatchSpec, orjson.dumps(document))


def dump_spec(spec: BaseModel) -> bytes:
    """A model as canonical JSON: sorted keys, two spaces, a final newline; same content, same bytes."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(spec.model_dump(mode="json"), option=options)


def model_from_json(model: type[_Model], data: bytes) -> _Model:
    """`data` as a `model`.

    Raises:
        SpecError: each problem with its pointer and the value, in words.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise SpecError(problems(error)) from None


def problems(error: ValidationError) -> str:
    """A validation error in words: a line a problem, with JSON Pointer, reason and value."""
    lines = []
    for problem in error.errors(include_url=False):
        pointer = "".join(f"/{part}" for part in problem["loc"]) or "/"
        value = problem.get("input")
        short = f" (is {value!r})" if isinstance(value, str | int | float | bool | None) else ""
        lines.append(f"{pointer}: {_reason(problem['type'], problem['msg'], problem.get('ctx') or {})}{short[:80]}")
    return "\n".join(lines)


def _reason(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind == "extra_forbidden":
        return "no such field"
    if kind == "missing":
        return "must be given"
    bounds = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in bounds:
        key, words = bounds[kind]
        return f"must be {words} {context[key]:g}"
    return message.removeprefix("Value error, ")
