"""Plus and minus before a part of a sound, as words: "-reverb, +chorus" is a sound without it and with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.words import Lexicon

_SIGNS: Mapping[str, str] = {"-": "no", "\u2212": "no", "\u2013": "no", "+": "with"}


def with_signs(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens with such a sign as its word; one that begins a line is the bullet of a list."""
    return [
        replace(token, norm=_SIGNS[token.norm], kind="word") if _says(tokens, at, lexicon) else token
        for at, token in enumerate(tokens)
    ]


def _says(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    if tokens[at].norm not in _SIGNS or at + 1 == len(tokens) or tokens[at + 1].start != tokens[at].end:
        return False
    before = tokens[at - 1] if at else None
    if before is not None and (before.norm == "\n" or before.end == tokens[at].start):
        return False
    word = tokens[at + 1].norm
    entry = lexicon.phrases.get((word,))
    return word in lexicon.denials["parts"] or (entry is not None and entry.section == "feature")
