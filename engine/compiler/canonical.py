"""The one way in which a `.vital` file is written: same content, same bytes."""

from typing import Any

import orjson

from engine.errors import VitalFileError


def canonical_bytes(vital: dict[str, Any]) -> bytes:
    """A `.vital` file: compact JSON with sorted keys, `author` first.

    Vital's browser takes the author from a file that begins exactly `{"author":"`, and the style from the first
    5,000 bytes; sorted, only a foreign key could come before.

    Raises:
        VitalFileError: a number that JSON readers can't hold.
    """
    if "author" not in vital or min(vital) == "author":
        return _sorted(vital)
    others = {key: value for key, value in vital.items() if key != "author"}
    return _sorted({"author": vital["author"]})[:-1] + b"," + _sorted(others)[1:]


def _sorted(content: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise VitalFileError(f"the preset can't be written as JSON: {error}") from None
