"""PatchSpecs as JSON: reading with errors for people, writing in one canonical form."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.compiler.file_kinds import encoding_problem, instead_of_a_spec, other_kind
from engine.compiler.to_vital import compile_spec
from engine.errors import SpecError
from schemas.base import AnyModel
from schemas.patch_spec import PatchSpec


def load_spec(data: bytes) -> PatchSpec:
    """A PatchSpec that a person or a planner wrote, checked down to its pointers.

    Raises:
        SpecError: each problem with its pointer, the value and the allowed range.
    """
    kind = other_kind(data) or encoding_problem(data) or instead_of_a_spec(_parsed(data))
    if kind:
        raise SpecError(f"this is no PatchSpec: {kind}")
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


def model_from_json(model: type[AnyModel], data: bytes, *, values: bool = True) -> AnyModel:
    """`data` as a `model`. Without `values` an error doesn't quote what it found: it may be somebody's words.

    Raises:
        SpecError: each problem with its pointer and the value, in words.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise SpecError(problems(error, _parsed(data), values=values)) from None


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def problems(error: ValidationError, document: Any = None, *, values: bool = True) -> str:
    """A validation error in words: a line a problem, with JSON Pointer, reason and value."""
    found = error.errors(include_url=False, include_input=values)
    return "\n".join(problem_line(problem, document) for problem in found)


def problem_line(problem: ErrorDetails, document: Any = None) -> str:
    """One problem in words. Without the `document` that was read, its pointer may name variants of a field, too."""
    pointer = "".join(f"/{part}" for part in _path(problem, document)) or "/"
    reason = _reason(problem["type"], problem["msg"], problem.get("ctx") or {})
    return f"{pointer}: {reason}{_found(problem['type'], problem.get('input', problem))}"


def _found(kind: str, value: Any) -> str:
    """What stands there instead, for the end of a line; nothing where that says no more than the reason."""
    if kind in ("string_too_short", "string_unicode") or not isinstance(value, str | int | float | bool | None):
        return ""
    if kind == "string_too_long" and isinstance(value, str):
        return f" (has {len(value):,})"
    return f" (is {value!r})"[:80]


def _path(problem: ErrorDetails, document: Any) -> list[str | int]:
    """The place of a problem in the document: pydantic also names the variant of a union that it tried."""
    path: list[str | int] = []
    named = problem["loc"]
    for index, part in enumerate(named):
        inside = part in document if isinstance(document, dict) else False
        if isinstance(document, list) and isinstance(part, int):
            inside = part < len(document)
        if inside:
            document = document[part]
        if inside or document is None or (problem["type"] == "missing" and index == len(named) - 1):
            path.append(part)
    return path


_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}
_CHARACTERS, _ENTRIES = ("character", "characters"), ("entry", "entries")
_LENGTHS = {
    "string_too_long": ("max_length", "at most", _CHARACTERS),
    "string_too_short": ("min_length", "at least", _CHARACTERS),
    "too_long": ("max_length", "at most", _ENTRIES),
    "too_short": ("min_length", "at least", _ENTRIES),
}
_KINDS = {
    "string_type": "text",
    "string_unicode": "text in UTF-8",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    "finite_number": "a finite number",
}
"""What must stand there, by the kind of problem."""
_PATTERNS = {
    r"^(/([^~/]|~[01])*)+$": "a JSON Pointer, such as /modules/filter/0/cutoff_hz",
    r"^[a-z][a-z0-9_]{0,31}$": "lower-case letters, digits and underscores, with a letter first",
    r"^[a-z0-9][a-z0-9_]{0,63}$": "lower-case letters, digits and underscores, as in warm_pad",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case letters and digits, with - between words",
    r"^[ -~]+$": "plain letters, digits and signs (ASCII)",
    r"^[!-~]+$": "the name of a model: plain letters, digits and signs without a space",
    r"^[0-9A-Za-z.+-]{1,20}$": "a version such as 1.0: up to 20 letters, digits, dots, + and -",
}
"""What a text must be, by the pattern that it doesn't match, where people write it."""


def _reason(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind == "extra_forbidden":
        return "no such field"
    if kind == "missing":
        return "must be given"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"must be {words} {context[key]:g}"
    if kind in _LENGTHS:
        key, words, what = _LENGTHS[kind]
        count = context[key]
        if kind == "string_too_short" and count == 1:
            return "must not be empty"
        return f"must have {words} {count:,} {what[count != 1]}"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}"
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return f"must be {_PATTERNS[context['pattern']]}"
    if kind == "literal_error":
        return f"must be {context['expected']}"
    return message.removeprefix("Value error, ")
