"""Numbers in words: `seven`, `two and a half`, `one hundred and twenty`, `one fifty`, `twelve hundred`."""

from collections.abc import Sequence

from engine.planner.text import Token

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS: dict[str, float] = {word: float(value) for value, word in enumerate(_ONES)}
WORDS |= {word: 20.0 + 10.0 * place for place, word in enumerate(_TENS)}
WORDS |= {"fourty": 40.0, "hundred": 100.0, "thousand": 1000.0, "single": 1.0, "couple": 2.0}
"""Values of single words."""
NUMERALS = frozenset(WORDS)
PARTS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "fifth": 0.2, "tenth": 0.1, "hundredth": 0.01}
"""Parts of one."""


def in_words(tokens: Sequence[Token], at: int) -> tuple[float, int] | None:
    """The number that begins at `at`, and the token after it; None if none does."""
    if _norm(tokens, at) not in WORDS:
        return None
    value, after = _below_thousand(tokens, at)
    if _norm(tokens, after) == "thousand" and value < 1000.0:
        value, after = value * 1000.0, after + 1
        rest = after + 1 if _norm(tokens, after) == "and" else after
        if 0.0 < WORDS.get(_norm(tokens, rest), 0.0) < 100.0:
            more, after = _below_thousand(tokens, rest)
            value += more
    return _with_part(tokens, value, after)


def _below_thousand(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    value, after = _below_hundred(tokens, at)
    if value < 20.0 and 10.0 <= WORDS.get(_norm(tokens, after), 0.0) < 100.0 and _counts_hundreds(value):
        tens, after = _below_hundred(tokens, after)  # "one twenty-eight"
        return 100.0 * value + tens, after
    if _norm(tokens, after) == "hundred" and value < 100.0:
        value, after = value * 100.0, after + 1
    joined = after + 1 if _norm(tokens, after) == "and" else after
    if 100.0 <= value < 1000.0 and value % 100.0 == 0.0 and 0.0 < WORDS.get(_norm(tokens, joined), 0.0) < 100.0:
        rest, after = _below_hundred(tokens, joined)
        value += rest
    return value, after


def _counts_hundreds(value: float) -> bool:
    return 1.0 <= value <= 3.0


def _below_hundred(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    value, after = WORDS[_norm(tokens, at)], at + 1
    if 20.0 <= value < 100.0 and 0.0 < WORDS.get(_norm(tokens, after), 0.0) < 10.0:
        return value + WORDS[_norm(tokens, after)], after + 1
    return value, after


def _with_part(tokens: Sequence[Token], value: float, after: int) -> tuple[float, int]:
    """The number with "and a half" or "point five" behind it."""
    if [_norm(tokens, after), _norm(tokens, after + 1)] == ["and", "a"] and _norm(tokens, after + 2) in PARTS:
        return value + PARTS[_norm(tokens, after + 2)], after + 3
    scale = 0.1
    if _norm(tokens, after) == "point" and WORDS.get(_norm(tokens, after + 1), 10.0) < 10.0:
        after += 1
        while WORDS.get(_norm(tokens, after), 10.0) < 10.0:
            value, scale, after = round(value + scale * WORDS[_norm(tokens, after)], 6), scale / 10.0, after + 1
    return value, after


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""
