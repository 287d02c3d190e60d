"""YAML that comes with the package, as JSON that was made of it beforehand.

Templates and lexicon are YAML because people edit them; reading all of it took half a second of every start. So
`make prepared` puts what stands in them beside them as JSON, under the hash of the file that it was made of. A file
that was edited since is read itself: nothing is ever stale, only slower, and `make lint` asks for it to be
prepared.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import orjson

FILE = "prepared.txt"
"""Beside the YAML: a line a file, of the hash of its bytes, its path, and its content as JSON."""

TEMPLATES = "template_catalog"
LEXICON = "engine.planner/lexicon"
"""Folders of YAML: a package, and where they lie in it."""


def as_json(folder: str, name: str, parse: Callable[[str], Any]) -> bytes:
    """The file `name` of a folder as JSON: as it was prepared, or what `parse` makes of its text if it changed.

    Raises:
        TypeError: `parse` found what JSON can't hold.
    """
    source = _folder(folder).joinpath(name).read_bytes()
    made_of, made = _prepared(folder).get(name, ("", b""))
    return made if made_of == _hash(source) else _json(source, parse)


def line(name: str, source: bytes, parse: Callable[[str], Any]) -> bytes:
    """The line of a prepared file for the YAML `source`, without its end."""
    return f"{_hash(source)} {name} ".encode() + _json(source, parse)


@cache
def _prepared(folder: str) -> Mapping[str, tuple[str, bytes]]:
    """Hash and JSON by name; nothing where nothing was prepared."""
    file = _folder(folder).joinpath(FILE)
    lines = file.read_bytes().splitlines() if file.is_file() else []
    split = (one.split(b" ", 2) for one in lines)
    return {name.decode(): (made_of.decode(), made) for made_of, name, made in split}


def _folder(folder: str) -> Traversable:
    package, _, below = folder.partition("/")
    return resources.files(package).joinpath(below)


def _json(source: bytes, parse: Callable[[str], Any]) -> bytes:
    """Keys that YAML reads as numbers become text, as JSON has it."""
    return orjson.dumps(parse(source.decode()), option=orjson.OPT_NON_STR_KEYS)


def _hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()
