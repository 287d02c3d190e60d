"""Intervals as musicians say them: "an octave up", "a perfect fifth below", "an octave and a fifth down"."""

from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.in_words import WORDS
from engine.planner.values.meaning import DOWN, UP, ends, norm
from engine.planner.values.numbers import INTERVALS, UNITS, numbers
from engine.planner.values.said import Said

_STEPS = ("a", "one", "whole", "full")
"""What stands before a tone or a step that is an interval: no "dark tone below"."""
_OTTAVA = {"8va": 12.0, "8vb": -12.0}
_AND_A = {"and", "plus", "+", "&"}
_VERB_REACH = 9


def intervals(tokens: Sequence[Token], taken: set[int]) -> list[Said]:
    """An interval without a number: "octave up", "a perfect fifth below", "sounding 8vb"."""
    found = []
    for at, token in enumerate(tokens):
        after = norm(tokens, at + 1)
        if at in taken:
            continue
        if token.norm == "8" and after in ("va", "vb"):
            found.append(Said("transpose", _OTTAVA[f"8{after}"], "semitones", (at, at + 1), at, at + 1))
        semitones = INTERVALS.get(token.norm)
        where = None if semitones is None else _direction_of(tokens, at)
        if (
            semitones is None
            or where is None
            or (token.norm in ("tone", "step") and norm(tokens, at - 1) not in _STEPS)
        ):
            continue
        minor = semitones < 12 and norm(tokens, at - 1) == "minor"
        sign = 1 if norm(tokens, where) in UP | words("raised") | {"low"} else -1
        used = tuple(sorted((at, where)))
        found.append(Said("transpose", float(sign * (semitones - minor)), "semitones", used, *ends(used)))
    return found


def sweeps(tokens: Sequence[Token]) -> list[tuple[Said, str]]:
    """Figures of a pitch that moves, which no prompt sets: "pitch sweep from 200 Hz to 43 Hz in 50 ms"."""
    found = []
    for at, token in enumerate(tokens):
        if token.norm != "pitch" or norm(tokens, at + 1) not in words("sweeping"):
            continue
        end = at + 2
        while end < len(tokens) and (_figure(tokens[end]) or norm(tokens, end) in words("of_a_sweep")):
            end += 1
        figures = [place for place in range(at + 2, end) if _figure(tokens[place])]
        if figures:
            first = at if norm(tokens, at + 1).startswith("sweep") else at + 2  # else it says what it says
            used = tuple(range(first, figures[-1] + 1))
            found.append((Said("cannot", 0.0, "", used, at, figures[-1]), _NO_SWEEP))
    return found


_NO_SWEEP = "how far and how fast the pitch moves isn't set from a prompt"


def _figure(token: Token) -> bool:
    """Whether it is a number, a note, a unit or an interval."""
    return token.kind in ("number", "note") or token.norm in UNITS or token.norm in INTERVALS


def octaves_and_more(tokens: Sequence[Token]) -> list[Said]:
    """An interval wider than an octave: "an octave and a fifth down", "up one octave plus three semitones"."""
    for at, token in enumerate(tokens):
        if token.norm not in ("octave", "octaves") or norm(tokens, at + 1) not in _AND_A:
            continue
        more = _interval_at(tokens, at + 2)
        if more is None:
            continue
        semitones, last = more
        in_digits = at > 0 and tokens[at - 1].kind == "number"
        count = float(norm(tokens, at - 1).replace(",", ".")) if in_digits else WORDS.get(norm(tokens, at - 1), 1.0)
        first = at - 1 if in_digits or norm(tokens, at - 1) in ("a", "an", *WORDS) else at
        places = [last + 1, last + 2, *range(first - 1, max(first - 4, -1), -1)]
        where = next((place for place in places if norm(tokens, place) in _WAYS), None)
        if where is None:
            continue
        sign = 1 if norm(tokens, where) in UP | words("raised") else -1
        used = tuple(sorted({*range(first, last + 1), where}))
        return [Said("transpose", sign * (12.0 * count + semitones), "semitones", used, *ends(used))]
    return []


_WAYS = UP | DOWN | words("raised") | words("dropped")


def _interval_at(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The semitones of an interval that begins at `at`, and its last token."""
    minor = False
    while norm(tokens, at) in ("a", "an", "another", "perfect", "major", "minor"):
        minor, at = minor or norm(tokens, at) == "minor", at + 1
    if norm(tokens, at) in INTERVALS:
        return float(INTERVALS[norm(tokens, at)] - minor), at
    number = next((one for one in numbers(tokens) if one.first == at and one.unit == "semitones"), None)
    return None if number is None or isinstance(number.value, str) else (abs(number.value), number.last)


def _direction_of(tokens: Sequence[Token], at: int) -> int | None:
    """Where it says up or down beside an interval at `at`: "a fifth up", "up a minor third"."""
    before = at - 1
    while norm(tokens, before) in ("a", "an", "minor", "major", "perfect", "by", "one", "whole", "full"):
        before -= 1
    if norm(tokens, at + 1) == "too" and norm(tokens, at + 2) in ("high", "low"):
        return at + 2  # what is a third too high is to come down by one
    beside = next((place for place in (at + 1, before) if norm(tokens, place) in UP | DOWN), None)
    return beside if beside is not None else _moved(tokens, at)


def _moved(tokens: Sequence[Token], at: int) -> int | None:
    """Where a verb says which way: "raise it a major third"."""
    for place in range(at - 1, max(at - _VERB_REACH, -1), -1):
        if norm(tokens, place) in BARRIERS:
            return None
        if norm(tokens, place) in words("raised") | words("dropped"):
            return place
    return None
