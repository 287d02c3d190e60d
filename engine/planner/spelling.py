"""Slips of the keyboard and of the ear: which word of the lexicon a word that nobody knows was meant to be.

What counts is which letters differ. A doubled letter, two that changed places or a vowel for another cost little, a
letter that has nothing to do with the word costs one; words that sound alike ("brite", "bright") cost least. A word that
is English is no slip, however near it is to one of ours: "barge" is not "large".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.planner.english import is_english
from engine.planner.inflect import forms
from engine.planner.text import Token
from engine.planner.words import INFLECTED, Entry, Lexicon, lexicon

MIN_LETTERS = 4
_SAME_SOUND = 0.45
_DOUBLED = 0.4
_SWAPPED = 0.6
_VOWEL = 0.6
_ALIKE = 0.7
_WEAK = 0.8
_OTHER_START = 0.7
"""Added if the first letter differs and sounds differently: a slip seldom hits that."""
_FAR_FETCHED = 0.4
"""Added for words that only suggest a sound, or that give nothing: animals, places, makers, "right"."""
_EFFECT = -0.2
"""Added for effects, which prompts speak of most."""
_CLEAR = 0.2
"""By how much the nearest word must be nearer than one that means something else."""
_SUGGESTED = 0.7
"""How much further a word may be that is offered but not taken."""
_VOWELS = frozenset("aeiouy")
_WEAK_LETTERS = _VOWELS | {"h"}
"""Letters that are lost, or come in, more easily than others."""
_SOUNDS = ("ckq", "szc", "fv", "mn", "gj", "dt", "bp", "uw", "iy")
_SUGGESTING = frozenset({"scene", "brand"})
_WEAK_NOUN = 1.8
_LONG = 8
_OWN_NAME = 4.0
_ENDINGS = ("ing", "ed", "er", "ly", "s")


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the lexicon, and what a slip from it costs."""

    base: str
    cost: float


def corrected(tokens: list[Token], known: Lexicon) -> list[Token]:
    """The tokens with slips spelt as they were meant, and told in `read_as`."""
    return [_corrected(tokens, at, known) for at in range(len(tokens))]


def _corrected(tokens: list[Token], at: int, known: Lexicon) -> Token:
    token = tokens[at]
    if token.kind != "word" or token.norm in _vocabulary() or _is_form(token.norm, known):
        return token
    base = respell(token.norm) or _in_phrase(tokens, at, known)
    return token.reading(base) if base else token


def _is_form(word: str, known: Lexicon) -> bool:
    found = (known.phrases.get((form.base,)) for form in forms(word))
    return any(entry is not None and entry.section in INFLECTED for entry in found)


def _in_phrase(tokens: list[Token], at: int, known: Lexicon) -> str | None:
    """A rare word that makes a known phrase with its neighbour: the "recce bass" is a reese bass."""
    word = tokens[at].norm
    if not _may_slip(word) or not is_english(word) or is_english(word, common=True):
        return None
    for near in _nearest(word):
        pairs = [(near.base, other.norm) for other in tokens[at + 1 : at + 2]]
        pairs += [(other.norm, near.base) for other in tokens[max(at - 1, 0) : at]]
        if near.cost <= _allowed(word) and any(pair in known.phrases for pair in pairs):
            return near.base
    return None


@lru_cache(maxsize=4096)
def respell(word: str) -> str | None:
    """The one word of the lexicon that `word` is a slip of; None if there is none, several, or `word` is English."""
    if not _may_slip(word) or word in _vocabulary() or is_english(word):
        return None
    return _clear(word) or _inflected(word)


@lru_cache(maxsize=4096)
def suggestion(word: str) -> str | None:
    """A word to offer where `word` gave nothing: further away than a slip, or near to a word that is English."""
    if not _may_slip(word):
        return None
    near = _nearest(word)
    allowed = _allowed(word) + (0.0 if is_english(word) else _SUGGESTED)
    return near[0].base if near and near[0].cost <= allowed else None


def _may_slip(word: str) -> bool:
    return len(word) >= MIN_LETTERS - 1 and word.isascii() and word.isalpha()


def _inflected(word: str) -> str | None:
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= MIN_LETTERS and not is_english(stem):
            base = stem if stem in _vocabulary() else _clear(stem)
            if base is not None:
                return base + ending
    return None


def _clear(word: str) -> str | None:
    near = _nearest(word)
    if not near or near[0].cost > _allowed(word):
        return None
    meant = _entry(near[0].base)
    others = [one for one in near[1:] if _entry(one.base) is not meant]
    return near[0].base if not others or round(others[0].cost - near[0].cost, 3) >= _CLEAR else None


def _entry(base: str) -> Entry | str:
    return lexicon().phrases.get((base,), base)


def _allowed(word: str) -> float:
    """What a slip of a word of that length may cost."""
    if len(word) < MIN_LETTERS:
        return _SWAPPED
    return min(0.35 + 0.15 * len(word), 2.0)


@lru_cache(maxsize=1024)
def _nearest(word: str) -> tuple[Near, ...]:
    """Words of the lexicon that are near, nearest first; of equal ones the first of the alphabet."""
    most = _allowed(word) + _SUGGESTED
    found = {base: _SAME_SOUND + prior for base, prior in _by_sound().get(_sound(word), ())}
    for base, prior in _alike(word):
        cost = _cost(word, base, most - prior) + prior
        if cost <= most:
            found[base] = min(cost, found.get(base, cost))
    near = (Near(base, round(cost, 3)) for base, cost in found.items())
    return tuple(sorted(near, key=lambda one: (one.cost, one.base)))


def _alike(word: str) -> Iterator[tuple[str, float]]:
    """Words that may be near: of about the same length and letters."""
    letters, firsts = _letters(word), _firsts(word)
    most = 4 if len(word) > _LONG else 3
    for length in range(len(word) - 2, len(word) + 3):
        for base, known, prior in _by_length().get(length, ()):
            unlike = (known ^ letters).bit_count()
            if unlike <= (most if base[0] in firsts else 2):
                yield base, prior


def _firsts(word: str) -> frozenset[str]:
    """Letters that a slip may have begun with."""
    return frozenset(word[:2]).union(*(sounds for sounds in _SOUNDS if word[0] in sounds))


@cache
def _targets() -> dict[str, float]:
    """The lexicon's own single words, without those of other languages, and what each adds to a slip's cost."""
    known = lexicon()
    return {
        key[0]: _prior(entry)
        for key, entry in known.phrases.items()
        if len(key) == 1 and key not in known.meant and _may_slip(key[0])
    }


@cache
def _by_length() -> dict[int, list[tuple[str, int, float]]]:
    found: dict[int, list[tuple[str, int, float]]] = {}
    for word, prior in _targets().items():
        found.setdefault(len(word), []).append((word, _letters(word), prior))
    return found


@cache
def _by_sound() -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for word, prior in _targets().items():
        found.setdefault(_sound(word), []).append((word, prior))
    return found


def _prior(entry: Entry) -> float:
    if entry.section in ("feature", "stop"):
        return _EFFECT if entry.section == "feature" else _FAR_FETCHED
    nouns = [effect for effect in entry.effects if effect.kind == "noun"]
    heard = any(noun.value <= _WEAK_NOUN or (noun.name == "SFX" and noun.value < _OWN_NAME) for noun in nouns)
    return _FAR_FETCHED if heard or entry.section in _SUGGESTING else 0.0


@cache
def _vocabulary() -> frozenset[str]:
    """Every token that some phrase of the lexicon has."""
    known = lexicon()
    beside = (word for binding in known.bindings.values() for word in binding.words)
    return frozenset(token for key in known.phrases for token in key) | frozenset(known.amounts) | frozenset(beside)


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97)
    return bits


_SPELLINGS = (
    (r"ight", "ite"), (r"air", "are"), (r"ph", "f"), (r"^ch(?=or|oi)", "k"), (r"^wh", "w"), (r"^kn", "n"), (r"^wr", "r"), (r"ch(?=[lnr])", "k"), (r"qu", "kw"),
    (r"ck", "k"), (r"c(?=[eiy])", "s"), (r"c(?!h)", "k"), (r"z", "s"), (r"x", "ks"), (r"y", "i"), (r"(.)\1", r"\1"),
    (r"e$", ""),
)  # fmt: skip


def _sound(word: str) -> str:
    """A spelling that words which sound alike have in common."""
    for spelt, sound in _SPELLINGS:
        word = re.sub(spelt, sound, word)
    return word


def _cost(word: str, base: str, most: float) -> float:
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
                best = min(best, rows[i - 2][j - 2] + _SWAPPED)
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


def forget() -> None:
    """Drop what was derived from the lexicon, for a lexicon that was changed."""
    for cached in (respell, suggestion, _nearest):
        cached.cache_clear()
    for derived in (_targets, _by_length, _by_sound, _vocabulary):
        derived.cache_clear()
