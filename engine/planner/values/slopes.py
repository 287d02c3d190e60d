"""How steep a filter is: "24 dB low pass", "a slope of 12 dB/oct", "LP24", "four pole filter"."""

import re
from collections.abc import Iterator, Sequence

from engine.planner.text import Token
from engine.planner.values.meaning import ends, norm
from engine.planner.values.nouns import NounAt, filter_type_of
from engine.planner.values.numbers import Number
from engine.planner.values.said import Said

_SLOPES = (12.0, 24.0)
_POLE_DB = 6.0
_STEEPEST_DB = 96.0
_WHY = "Vital's filters fall by 12 or 24 dB an octave"
_PER_OCTAVE = (("/",), ("per",), ("an",), ("a",), ())
_OCTAVE = ("oct", "octave", "octaves")
_SLOPE = ("slope", "slopes", "rolloff", "steep")
_NO_SLOPE = ("drive", "overdrive", "gain", "boost", "saturation", "distortion")
_POLES = ("pole", "poles")
_LINKS = ("of", ":", "=", "at", "is", "with", "a")
_SHORT = re.compile(r"(lpf?|hpf?|bpf?)(\d\d?)")


def slopes(
    tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt]
) -> tuple[list[Said], list[tuple[Said, str]]]:
    """The slope that is asked for, and one that Vital doesn't have, with the reason."""
    found: list[Said] = []
    never: list[tuple[Said, str]] = []
    for decibels, used in (*_in_short(tokens, found), *_in_numbers(tokens, free, nouns)):
        said = Said("filter_slope", decibels, "dB", used, *ends(used))
        if decibels in _SLOPES:
            found.append(said)
        else:
            never.append((said, _WHY))
    return found, never


_Slope = tuple[float, tuple[int, ...]]


def _in_short(tokens: Sequence[Token], filter_types: list[Said]) -> Iterator[_Slope]:
    """`LP24`, which names the filter's type as well."""
    for at, token in enumerate(tokens):
        short = _SHORT.fullmatch(token.norm)
        if short and float(short[2]) in _SLOPES:
            filter_types.append(Said("filter_type", filter_type_of(short[1]), "word", (at,), at, at))
            yield float(short[2]), (at,)


def _in_numbers(tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt]) -> Iterator[_Slope]:
    filters = [one for one in nouns if one.noun.filter_type or one.noun.gives.get("Hz") == "cutoff"]
    for number in free:
        if isinstance(number.value, str) or number.value <= 0:
            continue
        last = _past_unit(tokens, number)
        if norm(tokens, last) in _POLES and number.unit == "bare":
            yield _POLE_DB * number.value, tuple(range(number.first, last + 1))
        elif number.unit == "dB" and number.value <= _STEEPEST_DB and norm(tokens, last + 1) not in _NO_SLOPE:
            per_octave = last > number.last
            first, end = _with_its_noun(tokens, number.first, last)
            beside = any(one.first == last + 1 or one.last == number.first - 1 for one in filters)
            if per_octave or beside or (first, end) != (number.first, last):
                yield number.value, tuple(range(first, end + 1))
        elif number.value in _SLOPES and number.unit == "bare" and _before_a_cutoff(tokens, number, filters):
            yield float(number.value), tuple(range(number.first, number.last + 1))


def _past_unit(tokens: Sequence[Token], number: Number) -> int:
    """The last token of "24 dB/oct", "24 dB per octave" or "4 pole"."""
    after = number.last + 1
    if norm(tokens, after) in _POLES or (norm(tokens, after) == "-" and norm(tokens, after + 1) in _POLES):
        return after if norm(tokens, after) in _POLES else after + 1
    for link in _PER_OCTAVE:
        words = tuple(norm(tokens, after + n) for n in range(len(link)))
        if words == link and norm(tokens, after + len(link)) in _OCTAVE:
            return after + len(link)
    return number.last


def _with_its_noun(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """The span with the word that says it is a slope, on either side."""
    if norm(tokens, last + 1) in _SLOPE:
        return first, last + 1
    before = first - 1
    while norm(tokens, before) in _LINKS:
        before -= 1
    return (before, last) if norm(tokens, before) in _SLOPE else (first, last)


def _before_a_cutoff(tokens: Sequence[Token], number: Number, filters: Sequence[NounAt]) -> bool:
    """Whether a bare number stands between a filter and its cutoff: "LP 24 @ 300 Hz"."""
    named = any(one.last == number.first - 1 and one.noun.filter_type for one in filters)
    rest = [norm(tokens, number.last + n) for n in range(1, 5)]
    return named and rest[0] in ("@", "at", ",", "filter") and any(word in ("hz", "khz", "k") for word in rest)
