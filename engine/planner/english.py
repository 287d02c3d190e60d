"""Which words are English, by the word list that lies in an installed package.

The list is `pyspellchecker`'s: 160,000 words with how often films say them. Only its file is read, at the first
word that no list of ours has; nothing of the package is imported.
"""

import gzip
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_LIST = "resources/en.json.gz"
COMMON = 1_000
"""How often the list's films say a common word at least."""


@lru_cache(maxsize=4096)
def is_english(word: str, *, at_least: int = 1) -> bool:
    """Whether the list has the word, and says it so many times."""
    found = re.search(rb'"%s": ?(\d+)' % re.escape(word).encode(), _text())
    return found is not None and int(found.group(1)) >= at_least


@cache
def _text() -> bytes:
    # Looked through as it is: parsing 160,000 words would take a tenth of a second, one look takes a millisecond.
    package = find_spec("spellchecker")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pyspellchecker, which holds the list of English words, is not installed")
    return gzip.decompress((Path(package.submodule_search_locations[0]) / _LIST).read_bytes())
