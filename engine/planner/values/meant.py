"""Which numbers of a text are meant: ranges are one, and what a value is to be changed from is none."""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.meaning import norm
from engine.planner.values.numbers import UNITS, Number, numbers

_GOING_ON = {"use", "try", "make", "go", "give", "set", "do", "want", "have", "take", "let's", "it's"}
"""What asks for something else than what is put aside."""
_REACH = 6
"""Tokens between "rather than" and the number that it puts aside."""
_CHANGED_REACH = 10


def numbers_meant(tokens: Sequence[Token]) -> list[Number]:
    """Every number from left to right that may be a value's."""
    found = _joined(tokens, numbers(tokens))
    found = [one for n, one in enumerate(found) if not _told_exactly(tokens, one, found[n + 1 : n + 2])]
    aside = (_put_aside, _left_behind, _found_wrong)
    return [one for one in found if not any(is_aside(tokens, one, found) for is_aside in aside)]


def _found_wrong(tokens: Sequence[Token], number: Number, others: Sequence[Number]) -> bool:
    """Whether it is what was said before and what would not do: "no wait, 800 Hz, 200 would be too dull"."""
    after = [token.norm for token in tokens[number.last + 1 : number.last + 4]]
    return number is not others[0] and number.unit == "bare" and after == ["would", "be", "too"]


def _told_exactly(tokens: Sequence[Token], rough: Number, following: Sequence[Number]) -> bool:
    """Whether brackets say it more exactly right after it: "over a second or so (1.2 s)"."""
    for exact in following:
        between = [token.norm for token in tokens[rough.last + 1 : exact.first]]
        if (
            exact.unit == rough.unit != "note value"
            and between[-1:] == ["("]
            and set(between[:-1]) <= {"or", "so", "ish", ","}
        ):
            return True
    return False


def _joined(tokens: Sequence[Token], given: Sequence[Number]) -> list[Number]:
    """ "Between 200 and 400 Hz" is the middle of both."""
    joined: list[Number] = []
    for one in given:
        before = joined[-1] if joined else None
        middle = None if before is None else _middle(tokens, before, one)
        if middle is not None:
            joined.pop()
        joined.append(middle or one)
    return joined


def _middle(tokens: Sequence[Token], low: Number, high: Number) -> Number | None:
    between = [token.norm for token in tokens[low.last + 1 : high.first]]
    spanned = between in (["and"], ["to"], ["&"], ["-"]) and norm(tokens, low.first - 1) == "between"
    if not spanned or isinstance(low.value, str) or isinstance(high.value, str):
        return None
    if low.unit == "bare" and high.unit != "bare":
        _, factor = UNITS.get(norm(tokens, high.last), ("", 1.0))
        low = replace(low, value=low.value * factor, unit=high.unit)
    if low.unit != high.unit or isinstance(low.value, str):
        return None
    return replace(high, first=low.first - 1, value=round((low.value + high.value) / 2.0, 6))


def _put_aside(tokens: Sequence[Token], number: Number, others: Sequence[Number]) -> bool:
    """Whether it is what the sound is not to have: "2.5k rather than a filter at 1k".

    Where another number follows, that one sets it right.
    """
    following = next((one for one in others if one.first > number.last), None)
    if following is not None and _GOING_ON & {t.norm for t in tokens[number.last + 1 : following.first]}:
        return False
    for at in range(number.first - 1, max(number.first - 1 - _REACH, 0), -1):
        if norm(tokens, at) in BARRIERS | _GOING_ON or tokens[at].kind == "number":
            return False
        if (norm(tokens, at - 1), norm(tokens, at)) in (("rather", "than"), ("instead", "of")):
            return True
    return False


def _left_behind(tokens: Sequence[Token], number: Number, others: Sequence[Number]) -> bool:
    """Whether a value is to be changed from it: "bring the cutoff from 8 kHz down to 3 kHz", "to 3 kHz from 8"."""
    if norm(tokens, number.first - 1) != "from":
        return False
    return any(
        norm(tokens, other.first - 1) in ("to", *words("up"), *words("down"))
        and (other.unit == number.unit or "bare" in (other.unit, number.unit))
        and 0 < abs(other.first - number.last) <= _CHANGED_REACH
        and other is not number
        for other in others
    )
