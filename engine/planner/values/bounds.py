"""Values that are to lie on one side of a number: "under 400 Hz", "longer than a second", "fewer than 8 voices"."""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.nouns import is_noun
from engine.planner.values.numbers import Number

_PAST = 0.04
"""How far past the number a value is set that is to lie on one side of it: as near as is told apart from it."""
_COUNTED = ("voices",)
_REACH, _DENIED_REACH = 4, 7
_DENIALS = ("no", "not", "never", "don't", "nothing", "nor", "shouldn't", "mustn't", "can't")
_QUICKER, _SLOWER = ("faster", "quicker"), ("slower",)


def on_its_side(tokens: Sequence[Token], number: Number) -> Number:
    """The number as the value that is asked for: a little less for "less than", itself for "at most"."""
    way = _side(tokens, number)
    if not way or isinstance(number.value, str) or number.signed:
        return number
    if number.unit in _COUNTED:
        return replace(number, value=max(number.value + way, 1.0))
    return replace(number, value=round(number.value * (1.0 + _PAST * way), 6))


def _side(tokens: Sequence[Token], number: Number) -> int:
    """1 if the value is to be more than the number, −1 if less, 0 if the number itself will do."""
    before = [token.norm for token in tokens[max(number.first - _REACH, 0) : number.first]]
    while before and before[-1] in ("a", "an", "the", "about", "around"):
        before.pop()
    if not before:
        return 0
    if before[-1] in ("<", ">"):
        compares = len(before) > 1 and is_noun(before[-2])  # else it is a mark between the parts of a list
        return (-1 if before[-1] == "<" else 1) if compares else 0
    compared = before[-2] if before[-1] == "than" and len(before) > 1 else before[-1]
    if _is_denied(tokens, number) or (before[-1] != "than" and compared not in ("under", "below")):
        return 0
    if compared in (*_QUICKER, *_SLOWER):
        more = compared in _SLOWER
        return 1 if more == (number.unit == "s") else -1
    return 1 if compared in words("greater") else -1 if compared in words("smaller") else 0


def _is_denied(tokens: Sequence[Token], number: Number) -> bool:
    """Whether it is not to be on that side: "no more than 30 %", "don't make the attack longer than 10 ms"."""
    for token in reversed(tokens[max(number.first - 1 - _DENIED_REACH, 0) : max(number.first - 1, 0)]):
        if token.norm in _DENIALS:
            return True
        if token.norm in BARRIERS:
            return False
    return False


def without_bound(between: Sequence[str]) -> list[str]:
    """Words between a noun and its number without those that say on which side: "cutoff no higher than 400 Hz"."""
    left = list(between)
    for at in range(len(left)):
        rest = left[at : at + 3]
        compared = rest[1:2] and rest[1] in (*words("greater"), *words("smaller"), *_QUICKER, *_SLOWER)
        if rest[:1] in (["no"], ["not"], ["never"]) and compared:
            return [*left[:at], *left[at + (3 if rest[2:] == ["than"] else 2) :]]
        if rest in (["not", "to", "exceed"], ["not", "go", "above"], ["not", "go", "over"], ["not", "go", "below"]):
            return [*left[:at], *left[at + 3 :]]
    return left
