"""Numbers that are written onto their nouns without a space: "attack10ms", "cutoff800hz", "10msattack"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.planner.text import Token, tokenise
from engine.planner.values.nouns import is_noun
from engine.planner.words import lexicon

_NOUN_FIRST = re.compile(
    r"(?<![^\W_])(?P<noun>[a-z]{3,})(?=(?P<figures>\d+)(?:[.,]\d+)?(?P<unit>[a-z%]*)(?![^\W_]))", re.IGNORECASE
)
_NUMBER_FIRST = re.compile(
    r"(?<=\d)(?P<unit>ms|khz|hz|db|cents|s|%)(?=(?P<noun>[a-z]{3,})(?![^\W_]))", re.IGNORECASE
)
_LETTER_FIRST = re.compile(r"(?<![^\W_])[adsr](?=\d+(?:[.,]\d+)?(?:ms|s|%)(?![^\W_]))", re.IGNORECASE)
_FEWEST_FIGURES = 2
"""Of a number without a unit: the 1 of "filter1" is a name."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a prompt, a number and the noun that it is written onto as two."""
    found: list[Token] = []
    before = 0
    for cut in [*_cuts(text), len(text)]:
        moved = tokenise(text[before:cut])
        found += [replace(one, start=one.start + before, end=one.end + before) for one in moved]
        before = cut
    return found


def _cuts(text: str) -> list[int]:
    return sorted(
        {*_behind_nouns(text), *_before_nouns(text), *(one.end() for one in _LETTER_FIRST.finditer(text))}
    )


def _behind_nouns(text: str) -> Iterator[int]:
    for found in _NOUN_FIRST.finditer(text):
        noun, figures, unit = found["noun"].casefold(), found["figures"], found["unit"]
        named = (noun + figures,) in lexicon().phrases or not (unit or len(figures) >= _FEWEST_FIGURES)
        if is_noun(noun, bare=not unit) and not named:
            yield found.end()


def _before_nouns(text: str) -> Iterator[int]:
    return (one.end() for one in _NUMBER_FIRST.finditer(text) if is_noun(one["noun"].casefold()))
