"""Reading a `.vital` file: JSON, and of the form that Vital expects, or an error that says where it isn't."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from engine.compiler.content import check_content
from engine.compiler.controls import controls
from engine.compiler.fields import object_at, text_at
from engine.compiler.file_kinds import encoding_problem, instead_of_a_preset, other_kind
from engine.errors import VitalFileError

MAX_BYTES = 64 * 1024 * 1024
"""Human presets with long samples reach 20 MB."""
MAX_DEPTH = 60
"""Real files nest 10 deep; JSON nested 100,000 deep crashes Vital."""
LARGEST_SETTING = 1e6
"""The largest control goes to 362,879; 1e9 at a cutoff crashes Vital, 1e30 at a level poisons it for good."""
_TEXTS = ("author", "comments", "macro1", "macro2", "macro3", "macro4", "preset_name", "preset_style")
_CONTENT = ("sample", "modulations", "wavetables", "lfos")


def read_vital(data: bytes) -> dict[str, Any]:
    """The content of a `.vital` file, checked for form: nothing in it may crash or poison the synth by its shape.

    Values out of a control's range pass here: old versions wrote some. `decompile` keeps and marks them.

    Raises:
        VitalFileError: what is wrong and where, as a path into the file.
    """
    if len(data) > MAX_BYTES:
        raise VitalFileError(f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    kind = other_kind(data)
    if kind:
        raise VitalFileError(f"this is no preset: {kind}")
    _check_depth(data)
    try:
        vital = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise VitalFileError(encoding_problem(data) or f"not JSON: {_in_words(error)}") from None
    if "settings" not in object_at(vital, "the file"):
        kind = instead_of_a_preset(vital)
        raise VitalFileError(f"settings: missing; this is {kind or 'not a Vital preset'}")
    check_form(vital)
    return dict(vital)


def _in_words(error: orjson.JSONDecodeError) -> str:
    """What is wrong with the JSON, and behind which name if it is a value."""
    named = re.search(r'"([^"\\]{1,80})"\s*:\s*(-?)$', error.doc[max(error.pos - 120, 0) : error.pos])
    if named is None:
        return str(error)
    name, sign = named.groups()
    no_number = re.match("NaN|Infinity", error.doc[error.pos : error.pos + 8])
    if no_number is None:
        return f"{error}, as the value of {name}"
    return f"{name} is {sign}{no_number[0]}, and must be a number"


def check_form(vital: Mapping[str, Any]) -> None:
    """Checks an already parsed file.

    Raises:
        VitalFileError: what is wrong and where.
    """
    for name in _TEXTS:
        if name in vital:
            text_at(vital, name, "")
    _check_version(text_at(vital, "synth_version", "") if "synth_version" in vital else "")
    if "settings" not in vital:
        raise VitalFileError("settings: missing; this is not a Vital preset")
    settings = object_at(vital["settings"], "settings")
    _check_settings(settings)
    check_content(settings)


def _check_depth(data: bytes) -> None:
    """Counts brackets outside of strings, before any parser recurses into them."""
    depth = deepest = 0
    for index, part in enumerate(data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')):
        if index % 2 or not part:
            continue
        if len(part) > 256 or b"{" in part or b"[" in part or b"}" in part or b"]" in part:
            for byte in part:
                if byte in b"{[":
                    depth += 1
                    deepest = max(deepest, depth)
                elif byte in b"}]":
                    depth -= 1
    if deepest > MAX_DEPTH:
        raise VitalFileError(
            f"nested {deepest:,} deep; a preset nests about 10 deep and at most {MAX_DEPTH} are read"
        )


def _check_version(version: str) -> None:
    parts = version.split(".")
    if version and not (len(parts) <= 4 and all(p.isascii() and p.isdigit() and len(p) < 7 for p in parts)):
        raise VitalFileError(f"synth_version: {version!r} is not a version such as 1.0.7")


def _check_settings(settings: Mapping[str, Any]) -> None:
    known = controls()
    for name, value in settings.items():
        if name in known:
            if type(value) is not float or not -LARGEST_SETTING <= value <= LARGEST_SETTING:
                _check_number(name, value)
        elif name not in _CONTENT and isinstance(value, float) and value != value:
            raise VitalFileError(f"settings/{name}: not a number")


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise VitalFileError(f"settings/{name}: must be a number, is {_kind(value)}")
    if not -LARGEST_SETTING <= value <= LARGEST_SETTING:
        raise VitalFileError(f"settings/{name}: {value:g} is so far out of range that it would crash the synth")


def _kind(value: Any) -> str:
    names = {str: "text", list: "a list", dict: "an object", bool: "true or false", type(None): "null"}
    return names.get(type(value), type(value).__name__)
