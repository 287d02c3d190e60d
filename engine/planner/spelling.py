"""Slips of the keyboard: a letter too many, one too few, or two swapped, in words long enough to be sure."""

from functools import cache

from engine.planner.words import Lexicon, lexicon

MIN_LETTERS = 6
_SECTIONS = frozenset({"quality", "feature", "sound"})


def respell(word: str, known: Lexicon) -> str | None:
    """The one word of the lexicon that `word` is a slip away from, or None if there is none or more than one."""
    if len(word) < MIN_LETTERS - 1 or not word.isascii():
        return None
    index = _shortened()
    near = set(index.get(word, ()))
    for cut in range(1, len(word)):
        shorter = word[:cut] + word[cut + 1 :]
        near.update(base for base in (shorter,) if (base,) in known.phrases and base in index.get(base, ()))
        near.update(base for base in index.get(shorter, ()) if _swapped(word, base))
    entries = {id(known.phrases[(base,)]) for base in near}
    return min(near) if len(entries) == 1 else None


def _swapped(word: str, base: str) -> bool:
    if len(word) != len(base):
        return False
    differ = [i for i, (a, b) in enumerate(zip(word, base, strict=True)) if a != b]
    return len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(word) == sorted(base)


@cache
def _shortened() -> dict[str, tuple[str, ...]]:
    """Single words of the lexicon by themselves and by each spelling that lacks one letter after the first."""
    index: dict[str, list[str]] = {}
    for key, entry in lexicon().phrases.items():
        if len(key) == 1 and len(key[0]) >= MIN_LETTERS and entry.section in _SECTIONS:
            word = key[0]
            for short in {word, *(word[:cut] + word[cut + 1 :] for cut in range(1, len(word)))}:
                index.setdefault(short, []).append(word)
    return {short: tuple(sorted(set(words))) for short, words in index.items()}
