"""The one way in which a `.vital` file is written: same content, same bytes."""

from typing import Any

import orjson


def canonical_bytes(vital: dict[str, Any]) -> bytes:
    """A `.vital` file: compact JSON with sorted keys, `author` first.

    Vital's browser takes the author from a file that begins exactly `{"author":"`, and the style from the first
    5,000 bytes; sorted, only a foreign key could come before.
    """
    if min(vital, default="author") == "author":
        return orjson.dumps(vital, option=orjson.OPT_SORT_KEYS)
    head = orjson.dumps({"author": vital.get("author", "")})[:-1]
    rest = {key: value for key, value in vital.items() if key != "author"}
    return head + b"," + orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)[1:]
