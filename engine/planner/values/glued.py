"""Numbers that are written onto their nouns without a space: "attack10ms", "cutoff800hz", "10msattack"; "LFO 1"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.planner.text import Token, tokenise
from engine.planner.values.grammar import words
from engine.planner.values.nouns import is_noun
from engine.planner.words import lexicon

_NOUN_FIRST = re.compile(
    r"(?<![^\W_])(?P<noun>[a-z]{3,})(?=(?P<figures>\d+)(?:[.,]\d+)?(?P<unit>[a-z%]*)(?![^\W_]))", re.IGNORECASE
)
_NUMBER_FIRST = re.compile(
    r"(?<=\d)(?P<unit>ms|khz|hz|db|cents|s|%)(?=(?P<noun>[a-z]{3,})(?![^\W_]))", re.IGNORECASE
)
_LETTER_FIRST = re.compile(r"(?<![^\W_])[adsr](?=\d+(?:[.,]\d+)?(?:ms|s|%)(?![^\W_]))", re.IGNORECASE)
_NUMBERED_LFO = re.compile(r"lfo[1-8]")
_LFO_NUMBERS = tuple("12345678")
_FEWEST_FIGURES = 2
"""Of a number without a unit: the 1 of "filter1" is a name."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a prompt, a number and the noun it is written onto as two; "LFO1" and "LFO 1" are an LFO."""
    found: list[Token] = []
    before = 0
    for cut in [*_cuts(text), len(text)]:
        moved = tokenise(text[before:cut])
        found += [replace(one, start=one.start + before, end=one.end + before) for one in moved]
        before = cut
    return _with_plain_lfos(found)


def _with_plain_lfos(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the numbers of LFOs: the 1 of "LFO 1 rate 2 Hz" is no rate."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        further = tokens[at + 2].kind if at + 2 < len(tokens) else ""
        named = after in words("behind_an_lfo") or (after in words("leads_from_an_lfo") and further != "number")
        if _NUMBERED_LFO.fullmatch(token.norm):
            found.append(replace(token, norm="lfo"))
        elif found and found[-1].norm == "lfo" and token.norm in _LFO_NUMBERS and named:
            found[-1] = replace(found[-1], end=token.end)
        else:
            found.append(token)
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
