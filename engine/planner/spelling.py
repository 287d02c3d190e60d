"""Slips of the keyboard: two letters swapped, one doubled or not, and in long words any one too many or too few.

Words that differ at their end only are other words more often than slips ("effect" and "effects"), so an
ending counts as it stands.
"""

from functools import cache

from engine.planner.words import Lexicon, lexicon

MIN_LETTERS = 6
_LONG = 9
_SECTIONS = frozenset({"quality", "feature", "sound"})


def respell(word: str, known: Lexicon) -> str | None:
    """The one word of the lexicon that `word` is a slip away from, or None if there is none or more than one."""
    if len(word) < MIN_LETTERS or not word.isascii():
        return None
    index = _shortened()
    near = {base for base in index.get(word, ()) if _likely_slip(base, word)}
    for cut in range(1, len(word)):
        shorter = word[:cut] + word[cut + 1 :]
        for base in index.get(shorter, ()):
            if _swapped(word, base) or (base == shorter and _likely_slip(word, base)):
                near.add(base)
    entries = {id(known.phrases[(base,)]) for base in near}
    return min(near) if len(entries) == 1 else None


def _likely_slip(longer: str, shorter: str) -> bool:
    """Whether `longer` is `shorter` with a letter doubled or, in a long word, with any other before its last."""
    at = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    return longer[at] == longer[at - 1] or (len(longer) >= _LONG and at < len(shorter) - 1)


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
