"""Words that no list has: a word of that meaning by word vectors, or of that spelling by pairs of letters."""

from dataclasses import dataclass
from functools import cache, lru_cache

from engine.planner.english import is_english
from engine.planner.sense import is_word, nearest
from engine.planner.words import lexicon

ALIKE = 0.75
"""Least share of letter pairs that a slip has in common with the word that was meant."""
_MIN_LETTERS = 5
_MEANT_SHARE = 0.7
"""An unknown word gives at most this part of what its nearest word gives."""
_SPELT_SHARE = 0.9
_SECTIONS = frozenset({"quality", "feature", "sound", "scene"})


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The lexicon's word that an unknown one is read as, the share that it gives of it, and why."""

    base: str
    share: float
    how: str


@lru_cache(maxsize=4096)
def resembles(word: str) -> Resemblance | None:
    """What `word`, which no list has, resembles; None if nothing.

    A word of the language is asked for its meaning, anything else for its spelling.
    """
    if not word.isascii() or not word.isalpha():
        return None
    near = nearest(word)
    if near is not None:
        share = round(near.similarity * _MEANT_SHARE, 3)
        return Resemblance(near.base, share, f'sounds like "{near.base}" ({near.similarity:.2f})')
    return None if is_word(word) else _spelt(word)


def _spelt(word: str) -> Resemblance | None:
    if len(word) < _MIN_LETTERS:
        return None
    pairs = _pairs(word)
    near = sorted(
        (-round(2 * len(pairs & other) / (len(pairs) + len(other)), 2), base)
        for base, other in _spellings().get(word[0], ())
        if abs(len(base) - len(word)) <= 2
    )
    if is_english(word):  # "widow" is no window, but "distort" has to do with "distorted"
        near = [(alike, base) for alike, base in near if _one_stem(word, base)]
    if not near or -near[0][0] < ALIKE:
        return None
    alike, base = -near[0][0], near[0][1]
    return Resemblance(base, round(alike * _SPELT_SHARE, 3), f'spelt like "{base}" ({alike:.2f})')


def _one_stem(word: str, base: str) -> bool:
    unlike = (at for at, (mine, its) in enumerate(zip(word, base, strict=False)) if mine != its)
    shared = next(unlike, min(len(word), len(base)))
    return shared >= _MIN_LETTERS and shared >= min(len(word), len(base)) - 1


def _pairs(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


@cache
def _spellings() -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Letter pairs of the lexicon's single words by first letter: a slip seldom hits that."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for key, entry in lexicon().phrases.items():
        if (
            len(key) == 1
            and len(key[0]) >= _MIN_LETTERS
            and entry.section in _SECTIONS
            and key not in lexicon().meant
        ):
            found.setdefault(key[0][0], []).append((key[0], _pairs(key[0])))
    return found
