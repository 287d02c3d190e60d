"""What a word that no list has is near to in meaning, by static word vectors that lie in an installed package.

The vectors are those of `wordllama`: one row a token of a 32,000-token vocabulary. A word that the vocabulary
splits into pieces has no vector of its own, and the mean of its pieces says nothing ("truck" would lie beside
"pluck"), so such words are left alone. Only the two data files are read, at the first word that needs them: no
model runs, and nothing of the package that could reach a network is imported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from engine.planner.inflect import forms
from engine.planner.words import entries, lexicon

NEAR = 0.5
"""Least similarity that counts. Of the lexicon's own words, looked up as if they were unknown, seven in ten find a
word of the right style and eight in ten one of the right sign from here on; below, it is one in two."""
MIN_LETTERS = 3
_SECTIONS = frozenset({"quality", "scene", "feature", "sound"})
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_VOCABULARY = "tokenizers/l2_supercat_tokenizer_config.json"
_WORD_START = "\u2581"


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of the lexicon, and how near it is: the cosine of both vectors, to two places."""

    base: str
    similarity: float


@lru_cache(maxsize=4096)
def nearest(word: str) -> NearWord | None:
    """The lexicon's word that is nearest in meaning to `word`, or None if none is near or `word` has no vector."""
    vectors = _vectors()
    row = next((vectors.rows[one] for one in _spellings(word) if one in vectors.rows), None)
    if row is None:
        return None
    # Rounded before anything is decided, so that the last bits of a machine's arithmetic decide nothing.
    near = np.round(vectors.bases @ vectors.unit(row), 2)
    best = int(np.argmax(near))
    return NearWord(vectors.words[best], float(near[best])) if near[best] >= NEAR else None


def is_word(word: str) -> bool:
    """Whether the vocabulary has `word` or its base whole, so that it is hardly a slip of the keyboard."""
    return any(one in _vectors().rows for one in _spellings(word))


def _spellings(word: str) -> Iterator[str]:
    if len(word) >= MIN_LETTERS:
        yield word
    yield from (form.base for form in forms(word) if len(form.base) >= MIN_LETTERS and not form.denied)


@dataclass(frozen=True, slots=True)
class _Vectors:
    rows: dict[str, int]
    table: NDArray[np.float16]
    words: tuple[str, ...]
    bases: NDArray[np.float64]
    """Unit vectors of `words`, shape (words, 256)."""

    def unit(self, row: int) -> NDArray[np.float64]:
        vector = self.table[row].astype(np.float64)
        unit: NDArray[np.float64] = vector / np.linalg.norm(vector)
        return unit


@cache
def _vectors() -> _Vectors:
    from safetensors.numpy import load_file  # paid for by prompts with unknown words only

    package = find_spec("wordllama")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("wordllama, which holds the word vectors, is not installed")
    folder = Path(package.submodule_search_locations[0])
    tokens = orjson.loads((folder / _VOCABULARY).read_bytes())["model"]["vocab"]
    rows = {
        token[1:]: row for token, row in tokens.items() if token.startswith(_WORD_START) and token[1:].isalpha()
    }
    (table,) = load_file(folder / _WEIGHTS).values()
    foreign = lexicon().meant
    known = (key for key, entry in entries() if len(key) == 1 and entry.section in _SECTIONS and key not in foreign)
    words = tuple(key[0] for key in known if key[0] in rows)
    made = _Vectors(rows, table, words, np.empty((0, 0)))
    return _Vectors(rows, table, words, np.stack([made.unit(rows[word]) for word in words]))
