"""Slips of the keyboard and of the ear: which word of the lexicon a word that nobody knows was meant to be.

The nearest word is taken where it is near enough and no other is about as near. A word that is English is no slip,
however near it is to one of ours: "barge" is not "large".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.planner.english import COMMON, is_english
from engine.planner.inflect import forms
from engine.planner.letters import SAME_SOUND, SWAPPED, cost, first_letters, letters, sound
from engine.planner.text import Token
from engine.planner.values.nouns import noun_words
from engine.planner.values.numbers import value_words
from engine.planner.words import INFLECTED, Entry, Lexicon, lexicon

MIN_LETTERS = 4
_FAR_FETCHED = 0.4
"""Added for words that only suggest a sound, or that give nothing: animals, places, makers, "right"."""
_EFFECT = -0.2
"""Added for effects, which prompts speak of most."""
_CLEAR = 0.2
"""By how much the nearest word must be nearer than one that means something else."""
_SUGGESTED = 0.7
"""How much further a word may be that is offered but not taken."""
_SUGGESTING = frozenset({"scene", "brand"})
_WEAK_NOUN = 1.8
_LONG = 8
_LONGEST_UNIT = 4
"""Letters of a unit, such as "msec", which may follow a number."""
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
    if at and tokens[at - 1].kind == "number" and len(token.norm) <= _LONGEST_UNIT:
        return token
    base = respell(token.norm) or _in_phrase(tokens, at, known)
    return token.reading(base) if base else token


def _is_form(word: str, known: Lexicon) -> bool:
    found = (known.phrases.get((form.base,)) for form in forms(word))
    return any(entry is not None and entry.section in INFLECTED for entry in found)


def _in_phrase(tokens: list[Token], at: int, known: Lexicon) -> str | None:
    """A rare word that makes a known phrase with its neighbour: the "recce bass" is a reese bass."""
    word = tokens[at].norm
    if not _may_slip(word) or not is_english(word) or is_english(word, at_least=COMMON):
        return None
    for near in _nearest(word):
        pairs = [(near.base, other.norm) for other in tokens[at + 1 : at + 2]]
        pairs += [(other.norm, near.base) for other in tokens[max(at - 1, 0) : at]]
        if near.cost <= _allowed(word) and any(pair in known.phrases for pair in pairs):
            return near.base
    return None


@lru_cache(maxsize=4096)
def respell(word: str) -> str | None:
    """The one word of the lexicon that `word` is a slip of; None if there are none or several, or it is English."""
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
        return SWAPPED
    return min(0.35 + 0.15 * len(word), 2.0)


@lru_cache(maxsize=1024)
def _nearest(word: str) -> tuple[Near, ...]:
    """Words of the lexicon that are near, nearest first; of equal ones the first of the alphabet."""
    most = _allowed(word) + _SUGGESTED
    found = {base: SAME_SOUND + prior for base, prior in _by_sound().get(sound(word), ())}
    for base, prior in _alike(word):
        far = cost(word, base, most - prior) + prior
        if far <= most:
            found[base] = min(far, found.get(base, far))
    near = (Near(base, round(far, 3)) for base, far in found.items())
    return tuple(sorted(near, key=lambda candidate: (candidate.cost, candidate.base)))


def _alike(word: str) -> Iterator[tuple[str, float]]:
    """Words that may be near: of about the same length and letters."""
    own, firsts = letters(word), first_letters(word)
    most = 4 if len(word) > _LONG else 3
    for length in range(len(word) - 2, len(word) + 3):
        for base, known, prior in _by_length().get(length, ()):
            unlike = (known ^ own).bit_count()
            if unlike <= (most if base[0] in firsts else 2):
                yield base, prior


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
        found.setdefault(len(word), []).append((word, letters(word), prior))
    return found


@cache
def _by_sound() -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for word, prior in _targets().items():
        found.setdefault(sound(word), []).append((word, prior))
    return found


def _prior(entry: Entry) -> float:
    if entry.section in ("feature", "stop"):
        return _EFFECT if entry.section == "feature" else _FAR_FETCHED
    nouns = [effect for effect in entry.effects if effect.kind == "noun"]
    hints = any(noun.value <= _WEAK_NOUN or (noun.name == "SFX" and noun.value < _OWN_NAME) for noun in nouns)
    return _FAR_FETCHED if hints or entry.section in _SUGGESTING else 0.0


@cache
def _vocabulary() -> frozenset[str]:
    """Every token that some phrase of the lexicon has."""
    known = lexicon()
    beside = (word for binding in known.bindings.values() for word in binding.words)
    spoken = frozenset(token for key in known.phrases for token in key)
    return spoken | frozenset(known.amounts) | frozenset(beside) | noun_words() | value_words()


def forget() -> None:
    """Drop what was derived from the lexicon, for a lexicon that was changed."""
    for cached in (respell, suggestion, _nearest):
        cached.cache_clear()
    for derived in (_targets, _by_length, _by_sound, _vocabulary):
        derived.cache_clear()
