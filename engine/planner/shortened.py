"""Words that producers shorten, in full: "dly off", "no dist", "atk. 5 ms", "approx. 900 Hz", "e.g. saw"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.grammar import words

_ALWAYS: Mapping[str, str] = {
    "dly": "delay",
    "rvb": "reverb",
    "vrb": "reverb",
    "flg": "flanger",
    "phs": "phaser",
    "cmp": "compressor",
}
_BESIDE: Mapping[str, str] = {
    "verb": "reverb",
    "rev": "reverb",
    "cho": "chorus",
    "vib": "vibrato",
    "dist": "distortion",
    "comp": "compressor",
    "trem": "tremolo",
    "uni": "unison",
}
"""Words that have another meaning as well: in full where they are switched or given a number."""
_LATIN: Mapping[tuple[str, ...], str] = {("i", ".", "e"): "ie", ("e", ".", "g"): "eg", ("z", ".", "b"): "eg"}


def in_full(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with shortened words in full, and without dots that only shorten."""
    left = _without_dots(_latin(tokens))
    return [_full(left, at) for at in range(len(left))]


def _latin(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        said = _LATIN.get(tuple(token.norm for token in tokens[at : at + 3]))
        if said is not None and tokens[at].end == tokens[at + 1].start:
            found.append(replace(tokens[at], end=tokens[at + 2].end, norm=said))
            at += 3
        else:
            found.append(tokens[at])
            at += 1
    return found


def _without_dots(tokens: Sequence[Token]) -> list[Token]:
    return [token for at, token in enumerate(tokens) if not _only_shortens(tokens, at)]


def _only_shortens(tokens: Sequence[Token], at: int) -> bool:
    """Whether a dot goes on in the same breath: a number or a small letter follows."""
    if tokens[at].norm != "." or not at or at + 1 == len(tokens) or tokens[at - 1].norm not in words("dotted"):
        return False
    goes_on = tokens[at + 1].kind == "number" or tokens[at - 1].norm in ("ie", "eg")
    return goes_on and tokens[at - 1].end == tokens[at].start


def _full(tokens: Sequence[Token], at: int) -> Token:
    word = tokens[at].norm
    if word in _ALWAYS:
        return replace(tokens[at], norm=_ALWAYS[word])
    if word not in _BESIDE:
        return tokens[at]
    before = tokens[at - 1].norm if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    beside = after is not None and (after.norm in words("switched") or after.kind == "number")
    return replace(tokens[at], norm=_BESIDE[word]) if beside or before in words("switching") else tokens[at]
