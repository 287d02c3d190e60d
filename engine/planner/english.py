"""Which words are English, or of another language, by the word lists that lie in an installed package.

The lists are `pyspellchecker`'s: 160,000 English words with how often films say them, and some of other languages.
Only their files are read, at the first word that no list of ours has; nothing of the package is imported.
"""

import gzip
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_LIST = "resources/{}.json.gz"
LISTED = frozenset({"de", "en", "es", "fr", "it", "pt", "ru"})
"""Languages of prompts that have such a list."""
COMMON = 1_000
"""How often the list's films say a common word at least."""


def is_english(word: str, *, at_least: int = 1) -> bool:
    """Whether the list has the word, and says it so many times."""
    return is_word_of("en", word, at_least=at_least)


@lru_cache(maxsize=4096)
def is_word_of(code: str, word: str, *, at_least: int = 1) -> bool:
    """Whether the list of one of `LISTED` has the word, in lower case and with its accents, so many times."""
    found = re.search(rb'"%s": ?(\d+)' % re.escape(word).encode(), _text(code))
    return found is not None and int(found.group(1)) >= at_least


@cache
def _text(code: str) -> bytes:
    # Looked through as it is: parsing 160,000 words would take a tenth of a second, one look takes a millisecond.
    package = find_spec("spellchecker")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pyspellchecker, which holds the lists of words, is not installed")
    return gzip.decompress((Path(package.submodule_search_locations[0]) / _LIST.format(code)).read_bytes())
