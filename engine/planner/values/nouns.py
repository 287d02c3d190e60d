"""Nouns that a number can belong to, from the lexicon's `values.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from engine.errors import SpecError
from engine.planner.text import Token, tokenise
from engine.planner.words import read_yaml


@dataclass(frozen=True, slots=True)
class Noun:
    """What a number beside it becomes, by the number's unit; `filter_type` where the noun names one."""

    gives: Mapping[str, str] = field(default_factory=dict)
    filter_type: str = ""
    cannot: str = ""
    """Why it is never set, in words."""
    keeps: bool = False
    """The noun goes on to say what it says without a number."""


@dataclass(frozen=True, slots=True)
class NounAt:
    """A noun at tokens `first` to `last`, inclusive."""

    first: int
    last: int
    noun: Noun


_LETTERS = {"a": "attack", "d": "decay", "s": "sustain", "r": "release"}


@cache
def _nouns() -> dict[tuple[str, ...], Noun]:
    found: dict[tuple[str, ...], Noun] = {}
    for row in read_yaml("values.yaml"):
        noun = Noun(row["gives"], row.get("type", ""), row.get("cannot", ""), row.get("keeps", False))
        for text in row["words"].split(","):
            key = tuple(token.norm for token in tokenise(text.strip()))
            if not key or found.get(key, noun) is not noun:
                raise SpecError(f"planner lexicon, values: {text.strip()!r} is empty or stands there twice")
            found[key] = noun
    return found


@cache
def noun_words() -> frozenset[str]:
    """Every word that some noun is written with."""
    return frozenset(word for key in _nouns() for word in key)


@cache
def _longest() -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in _nouns():
        longest[key[0]] = max(len(key), longest.get(key[0], 0))
    return longest


def nouns_in(text: str, tokens: Sequence[Token]) -> list[NounAt]:
    """Every noun from left to right, the longest phrase first; `A`, `D`, `S`, `R` before `:` or `=` too."""
    found: list[NounAt] = []
    at = 0
    while at < len(tokens):
        one = _phrase(tokens, at) or _letter(text, tokens, at)
        if one is not None:
            found.append(one)
        at = one.last + 1 if one else at + 1
    return found


def _phrase(tokens: Sequence[Token], at: int) -> NounAt | None:
    for count in range(min(_longest().get(tokens[at].norm, 0), len(tokens) - at), 0, -1):
        noun = _nouns().get(tuple(token.norm for token in tokens[at : at + count]))
        if noun is not None:
            return NounAt(at, at + count - 1, noun)
    return None


def _letter(text: str, tokens: Sequence[Token], at: int) -> NounAt | None:
    token = tokens[at]
    name = _LETTERS.get(token.norm)
    if name is None or at + 2 >= len(tokens) or tokens[at + 1].norm not in (":", "="):
        return None
    return NounAt(at, at, _nouns()[(name,)]) if tokens[at + 2].kind == "number" else None
