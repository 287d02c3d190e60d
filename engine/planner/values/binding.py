"""Which number belongs to which noun, in a row of both."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from engine.planner.text import Token
from engine.planner.values.bounds import without_bound
from engine.planner.values.grammar import BARRIERS, CONNECTORS, words
from engine.planner.values.loose import counts_others, likely, loosely, without_slope, without_sync
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import Number

_MOST_BETWEEN = 6
_UNBOUND = 10.0
_STRONG = words("strong")
_LEAST_IN_WORDS = 13.0
"""A smaller number in words and without a unit counts things: "resonance, one pad"."""
_WIDEST_VIBRATO = 2.0
"""Semitones."""
_LEAST_FREQUENCY = 60.0
_COUNTED = ("unison_voices", "polyphony")


def bind(
    tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt], unseen: Collection[int] = ()
) -> list[NounAt | None]:
    """The noun of each number: as many as possible are bound, then each to what stands nearest.

    Tokens that are `unseen` part nothing: they say something else in between, such as how steep a filter is.

    A noun between two numbers goes to one of them, so the best choice is found from left to right, once with the
    noun before a number taken by the number before that, and once with it free.
    """
    best: list[tuple[float, list[NounAt | None]]] = [(0.0, [])]
    used: list[int] = [-1]
    for number in free:
        paths: list[tuple[float, list[NounAt | None], int]] = []
        for (cost, bound), before in zip(best, used, strict=True):
            for choice in _choices(tokens, number, nouns, free, unseen):
                taken = choice.noun is not None and choice.noun.first == before and choice.side == "left"
                again = taken and not _another(bound[-1], free[len(bound) - 1], number) if bound else False
                if again:
                    continue
                at = choice.noun.first if choice.noun else before
                paths.append((cost + choice.cost + (0.5 if taken else 0.0), [*bound, choice.noun], at))
        paths.sort(key=lambda path: path[0])
        kept: dict[int, tuple[float, list[NounAt | None], int]] = {}
        for path in paths:
            kept.setdefault(path[2], path)
        best = [(cost, bound) for cost, bound, _ in list(kept.values())[:4]]
        used = [at for _, _, at in list(kept.values())[:4]]
    return best[0][1]


@dataclass(frozen=True, slots=True)
class _Choice:
    cost: float
    noun: NounAt | None
    side: str


def _another(noun: NounAt | None, before: Number, number: Number) -> bool:
    """Whether a noun takes a second number of another unit: "vibrato at 5 Hz, 30 cents"."""
    if noun is None:
        return True
    return gives(noun, before) != gives(noun, number)


def gives(noun: NounAt, number: Number) -> str:
    """The value that a number is beside a noun; empty if none, `cannot` if it is never set."""
    known = noun.noun.gives
    if noun.noun.cannot:
        return "cannot"
    if known.get(number.unit) == "vibrato_depth" and number.unit == "semitones" and _an_interval(number):
        return ""
    if number.unit == "bare":
        given = known.get("bare", "")
        return given if given and likely(given, number) else known.get(_bare(number), "")
    return known.get(number.unit, "")


def _an_interval(number: Number) -> bool:
    """Whether it is wider than any vibrato."""
    return isinstance(number.value, float) and abs(number.value) > _WIDEST_VIBRATO


def _bare(number: Number) -> str:
    """What a bare number may be where most are nothing: none, a sign, a part of a whole."""
    if number.value == 0:
        return "bare_zero"
    return "bare_signed" if number.signed else "%" if isinstance(number.value, float) and number.value < 1 else ""


def _choices(
    tokens: Sequence[Token],
    number: Number,
    nouns: Sequence[NounAt],
    free: Sequence[Number],
    unseen: Collection[int],
) -> Iterator[_Choice]:
    yield _Choice(_UNBOUND, None, "")
    left = [one for one in nouns if one.last < number.first]
    while left and left[-1].noun.of_last and not gives(left[-1], number):
        left.pop()
    if left:
        yield from _left(tokens, number, left[-1], free, unseen)
    right = [one for one in nouns if one.first > number.last]
    if right:
        yield from _right(tokens, number, right[0], free)


def _left(
    tokens: Sequence[Token], number: Number, noun: NounAt, free: Sequence[Number], unseen: Collection[int]
) -> Iterator[_Choice]:
    if not gives(noun, number) or (number.unit == "bare" and counts_others(gives(noun, number), tokens, number)):
        return
    inside = {at for one in free if noun.last < one.first < number.first for at in range(one.first, one.last + 1)}
    between = [
        token.norm
        for at, token in enumerate(tokens[noun.last + 1 : number.first], noun.last + 1)
        if at not in inside and at not in unseen
    ]
    between = without_sync(without_bound(without_slope(between)))
    cost = _beside(number, noun, between)
    if cost is None and not noun.noun.cannot:
        cost = loosely(tokens, number, between)
    if cost is not None:
        yield _Choice(cost + (0.3 if inside else 0.0), noun, "left")


def _beside(number: Number, noun: NounAt, between: Sequence[str]) -> float | None:
    """What it costs to bind a number to a noun that stands before it in the same breath; None if it can't be."""
    turns = gives(noun, number).endswith("_rate") and set(between) & BARRIERS == {"and"} and len(between) < 9
    past_comma = list(between) == [","] and (
        number.unit in ("Hz", "note value") or (bool(noun.noun.filter_type) and _a_frequency(number))
    )
    if not turns and (len(between) > _MOST_BETWEEN or (BARRIERS & set(between) and not past_comma)):
        return None
    other = 0 if past_comma else sum(word not in CONNECTORS for word in between)
    small = number.worded and isinstance(number.value, float) and 0.0 < number.value < _LEAST_IN_WORDS
    in_words = small and not (_in_part(number) or noun.noun.spoken or gives(noun, number) in _COUNTED)
    if (other > 2 and not turns) or (number.unit == "bare" and (other or in_words)):
        return None
    cost = 0.1 * len(between) + 0.4 * other - (0.3 if _STRONG & set(between) else 0.0)
    return cost + (2.0 if past_comma else 0.0)


def _in_part(number: Number) -> bool:
    """Whether it is none that things are counted by: "three and a half"."""
    return isinstance(number.value, float) and number.value != int(number.value)


def _a_frequency(number: Number) -> bool:
    return number.unit == "bare" and isinstance(number.value, float) and number.value >= _LEAST_FREQUENCY


def _right(tokens: Sequence[Token], number: Number, noun: NounAt, free: Sequence[Number]) -> Iterator[_Choice]:
    if not gives(noun, number) or any(number.last < one.first < noun.first for one in free):
        return
    between = [token.norm for token in tokens[number.last + 1 : noun.first]]
    if (
        gives(noun, number) in _COUNTED
        and between[:1] == ["of"]
        and between[1:] in (["them"], ["those"], ["these"])
    ):
        between = []  # "three of them in unison"
    if len(between) > 3 or (BARRIERS & set(between)):
        return
    outright = noun.noun.spoken or (gives(noun, number) in _COUNTED and not between)
    if number.unit == "bare" and number.value and not outright:
        return
    other = sum(word not in ("of", "a", "an", "the", "-") for word in between)
    yield _Choice(0.1 * len(between) + 0.3 * other, noun, "right")
