"""What two words have to do with each other, letter by letter: how much of a slip lies between them.

A doubled letter, two that changed places or a vowel for another cost little, a letter that has nothing to do with
the word costs one; words that sound alike ("brite", "bright") cost least.
"""

import re

SAME_SOUND = 0.45
SWAPPED = 0.6
_DOUBLED = 0.4
_VOWEL = 0.6
_ALIKE = 0.7
_WEAK = 0.8
_OTHER_START = 0.7
"""Added if the first letter differs and sounds differently: a slip seldom hits that."""
_VOWELS = frozenset("aeiouy")
_WEAK_LETTERS = _VOWELS | {"h"}
"""Letters that are lost, or come in, more easily than others."""
_SOUNDS = ("ckq", "szc", "fv", "mn", "gj", "dt", "bp", "uw", "iy")
_SPELLINGS = (
    (r"ight", "ite"), (r"air", "are"), (r"ph", "f"), (r"^ch(?=or|oi)", "k"), (r"^wh", "w"), (r"^kn", "n"),
    (r"^wr", "r"), (r"ch(?=[lnr])", "k"), (r"qu", "kw"), (r"ck", "k"), (r"c(?=[eiy])", "s"), (r"c(?!h)", "k"),
    (r"z", "s"), (r"x", "ks"), (r"y", "i"), (r"(.)\1", r"\1"), (r"e$", ""),
)  # fmt: skip


def letters(word: str) -> int:
    """The letters of a lower-case ASCII word as bits, to tell at once how many two words don't share."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97)
    return bits


def first_letters(word: str) -> frozenset[str]:
    """Letters that a slip may have begun with."""
    return frozenset(word[:2]).union(*(sounds for sounds in _SOUNDS if word[0] in sounds))


def sound(word: str) -> str:
    """A spelling that words which sound alike have in common."""
    for spelt, sound in _SPELLINGS:
        word = re.sub(spelt, sound, word)
    return word


def cost(word: str, base: str, most: float) -> float:
    """What turns `base` into `word`: an edit distance of letters by what they have to do with each other.

    As soon as it is over `most`, whatever is over it is given.
    """
    began = word[:2] == base[1::-1] or _other(word[0], base[0]) <= _ALIKE
    start = 0.0 if began else _OTHER_START
    rows = [[0.0] * (len(base) + 1) for _ in range(len(word) + 1)]
    for i in range(1, len(word) + 1):
        rows[i][0] = rows[i - 1][0] + _extra(word, i - 1)
    for j in range(1, len(base) + 1):
        rows[0][j] = rows[0][j - 1] + _extra(base, j - 1)
    for i in range(1, len(word) + 1):
        for j in range(1, len(base) + 1):
            best = min(
                rows[i - 1][j] + _extra(word, i - 1),
                rows[i][j - 1] + _extra(base, j - 1),
                rows[i - 1][j - 1] + _other(word[i - 1], base[j - 1]),
            )
            if i > 1 and j > 1 and word[i - 1] == base[j - 2] and word[i - 2] == base[j - 1] != base[j - 2]:
                best = min(best, rows[i - 2][j - 2] + SWAPPED)
            rows[i][j] = best
        if i > 1 and min(*rows[i], *rows[i - 1]) + start > most:
            return most + 1.0
    return rows[-1][-1] + start


def _extra(word: str, at: int) -> float:
    """A letter too many, or too few."""
    if at and word[at] == word[at - 1]:
        return _DOUBLED
    if word[at : at + 2] == "ck" or (at and word[at] == "e" and at == len(word) - 1):
        return _DOUBLED
    return _WEAK if at and word[at] in _WEAK_LETTERS else 1.0


def _other(letter: str, meant: str) -> float:
    if letter == meant:
        return 0.0
    if letter in _VOWELS and meant in _VOWELS:
        return _VOWEL
    return _ALIKE if any(letter in sounds and meant in sounds for sounds in _SOUNDS) else 1.0
