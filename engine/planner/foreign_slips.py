"""Slips in prompts of other languages: which word of the own list a word that nobody knows was meant to be.

Only a word that the language doesn't have is a slip, however near it is to one of the list: "Glas" is not "glatt".
"""

from functools import cache, lru_cache

from engine.planner.english import COMMON, LISTED, is_english, is_word_of
from engine.planner.languages import language
from engine.planner.letters import SWAPPED, cost
from engine.planner.spelling import respell
from engine.planner.text import normalise
from schemas.intent import LanguageCode

_SHORTEST = 3
_CLEAR = 0.2
"""By how much the nearest word must be nearer than one that means something else."""


@lru_cache(maxsize=4096)
def meant(word: str, code: LanguageCode) -> str | None:
    """The word that `word`, in lower case with its accents, is a slip of: of the list, or of the English lexicon.

    None if it is a word itself, or is near to none or to several.
    """
    norm = normalise(word)
    if code not in LISTED or len(norm) < _SHORTEST or not norm.isalpha() or is_word_of(code, word):
        return None
    if is_english(norm, at_least=COMMON):
        return None
    words = language(code).words
    near = sorted(
        (far, base) for base in _alike(norm, code) if (far := cost(norm, base, most := _allowed(norm))) <= most
    )
    if not near:
        return respell(norm)
    nearest = words[(near[0][1],)]
    other = next((far for far, base in near if words[(base,)] != nearest), None)
    return near[0][1] if other is None or round(other - near[0][0], 3) >= _CLEAR else None


def _allowed(word: str) -> float:
    """What a slip of a word of that length may cost."""
    return SWAPPED if len(word) <= _SHORTEST + 1 else min(0.35 + 0.15 * len(word), 1.4)


def _alike(word: str, code: LanguageCode) -> list[str]:
    near = (base for size in (-1, 0, 1) for base in _by_length(code).get(len(word) + size, ()))
    return [base for base in near if base[0] in word[:2] or word[0] in base[:2]]


@cache
def _by_length(code: LanguageCode) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for key in language(code).words:
        if len(key) == 1 and len(key[0]) >= _SHORTEST and key[0].isalpha():
            found.setdefault(len(key[0]), []).append(key[0])
    return found
