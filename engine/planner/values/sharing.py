"""Values that several nouns have: "attack and release 2 s each", "reverb 25%, delay the same"."""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.binding import gives
from engine.planner.values.grammar import BARRIERS
from engine.planner.values.meaning import ends, norm, said_by
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import Number
from engine.planner.values.said import Said

_AND = {"and", "&", "+"}


def shared(
    tokens: Sequence[Token], number: Number, noun: NounAt | None, nouns: Sequence[NounAt], taken: Sequence[NounAt]
) -> list[Said]:
    """ "Attack and release 2.5 s each", "2 s attack and release": a noun that is joined has the number, too.

    Nouns that are `taken` have a number of their own.
    """
    if noun is None:
        return []
    said = []
    for one in _joined(tokens, number, noun, nouns):
        own = said_by(tokens, number, one) if one not in taken and gives(one, number) else None
        if own is not None:
            said.append(replace(own, tokens=tuple(range(one.first, one.last + 1))))
    return said


def _joined(tokens: Sequence[Token], number: Number, noun: NounAt, nouns: Sequence[NounAt]) -> list[NounAt]:
    """The nouns that are listed with the one that has the number."""
    if noun.first > number.last:
        behind = next((one for one in nouns if one.first == noun.last + 2), None)
        ends = behind is not None and norm(tokens, behind.last + 1) in {"", *BARRIERS} - {"and", "/", "+"}
        return [behind] if behind is not None and ends and norm(tokens, noun.last + 1) in _AND else []
    alike = {token.norm for token in tokens[noun.last + 1 : number.last + 4]} & _EACH
    found: list[NounAt] = []
    for one in reversed([one for one in nouns if one.last < noun.first]):
        first = found[-1].first if found else noun.first
        between = [token.norm for token in tokens[one.last + 1 : first]]
        joined = len(between) == 1 and (between[0] in _AND | {"=", "/"} or (bool(alike) and between[0] == ","))
        if not joined and not (alike and between == [",", "and"]):
            break
        found.append(one)
    return found


_EACH = {"all", "each", "both"}


def the_same(tokens: Sequence[Token], nouns: Sequence[NounAt], values: Sequence[Said]) -> list[Said]:
    """ "reverb 25%, delay the same", "attack 2 s, same for release"."""
    repeated = []
    for noun in nouns:
        used = _said_to_be_the_same(tokens, noun)
        before = [said for said in values if said.last < noun.first and said.unit in noun.noun.gives]
        if used and before:
            value = before[-1]
            repeated.append(Said(noun.noun.gives[value.unit], value.value, value.unit, used, *ends(used)))
    return repeated


def _said_to_be_the_same(tokens: Sequence[Token], noun: NounAt) -> tuple[int, ...]:
    """The tokens that say so, with the noun; none if nothing does."""
    after = [token.norm for token in tokens[noun.last + 1 : noun.last + 3]]
    if after[:1] == ["same"] or after == ["the", "same"]:
        return tuple(range(noun.first, noun.last + 2 + after.index("same")))
    first = noun.first - 1
    while norm(tokens, first) in ("for", "the", "with", "on", "goes"):
        first -= 1
    return tuple(range(first, noun.last + 1)) if norm(tokens, first) in ("same", "ditto", "likewise") else ()
