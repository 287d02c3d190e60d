"""Slips of the keyboard: two letters swapped, one doubled or not, and in long words any one too many or too few.

Words that differ at their end only are other words more often than slips ("effect" and "effects"), so an
ending counts as it stands, and so does the first letter.
"""

from functools import cache, lru_cache

from engine.planner.words import lexicon

MIN_LETTERS = 6
_LONG = 9
_SECTIONS = frozenset({"quality", "feature", "sound"})


@lru_cache(maxsize=4096)
def respell(word: str) -> str | None:
    """The one entry's word that `word` is a slip away from, or None if there is none, or more than one entry."""
    if len(word) < MIN_LETTERS or not word.isascii():
        return None
    buckets = _buckets()
    near = [
        base
        for length in (len(word) - 1, len(word), len(word) + 1)
        for base in buckets.get((word[0], length), ())
        if _slip(word, base)
    ]
    entries = {id(lexicon().phrases[(base,)]) for base in near}
    return min(near) if len(entries) == 1 else None


def _slip(word: str, base: str) -> bool:
    if len(word) == len(base):
        return _swapped(word, base)
    longer, shorter = (word, base) if len(word) > len(base) else (base, word)
    at = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    if longer[at + 1 :] != shorter[at:]:
        return False
    doubled = longer[at] == longer[at - 1]
    return doubled or (len(longer) >= _LONG and at < len(shorter) - 1)


def _swapped(word: str, base: str) -> bool:
    differ = [i for i, (a, b) in enumerate(zip(word, base, strict=True)) if a != b]
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    first, second = differ
    return word[first] == base[second] and word[second] == base[first]


@cache
def _buckets() -> dict[tuple[str, int], tuple[str, ...]]:
    """Single words of the lexicon by first letter and length."""
    buckets: dict[tuple[str, int], list[str]] = {}
    for key, entry in lexicon().phrases.items():
        if len(key) == 1 and len(key[0]) >= MIN_LETTERS and entry.section in _SECTIONS:
            buckets.setdefault((key[0][0], len(key[0])), []).append(key[0])
    return {place: tuple(words) for place, words in buckets.items()}
