"""Numbers that belong to a noun across marks: "narrow, 20%", "Chorus? 20%", "10 ms, no, 5 ms"."""

from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.numbers import Number

_ENDS = frozenset({".", ";", "!", "?", "\n"})
_LEAST_SHARE = 5.0
"""A bare number below it is hardly a per cent: "chorus 2" is a switch of some machine."""
_MOST_HZ = 40.0
_BRACKET_REACH = 9
_CORRECTED_REACH = 12
_OF_WHAT = 7
_DESCRIBED = 2
"""Words that may describe a noun before the comma behind which its number stands: "chorus very subtle, 20 %"."""
_SLOPES = ("oct", "octave", "octaves")


def likely(name: str, number: Number) -> bool:
    """Whether a number without a unit is a likely one of a value."""
    if not isinstance(number.value, float):
        return True
    value = number.value
    if name == "delay_mix" and value > 100.0:
        return value <= 4_000.0  # a time in ms
    if is_share(name):
        return 0.0 <= value <= 1.0 or _LEAST_SHARE <= value <= 100.0
    if name == "polyphony":
        return 1.0 <= value <= 32.0
    return 0.0 < value <= _MOST_HZ if name.endswith("_rate") else True


def is_share(name: str) -> bool:
    """Whether a value is a part of a whole that is hardly ever below 5 %."""
    return name.endswith(("_mix", "_level")) or name in ("width", "delay_feedback")


def counts_others(name: str, tokens: Sequence[Token], number: Number) -> bool:
    """Whether a number without a unit counts something that is no value."""
    after = tokens[number.last + 1] if number.last + 1 < len(tokens) else None
    if after is None or not is_share(name):
        return False
    return after.norm in words("counted") or (after.glued and after.kind == "word")


def without_slope(between: Sequence[str]) -> list[str]:
    """Words between a filter and its cutoff without its slope: "LP 24 dB/oct @ 160 Hz"."""
    for at in range(len(between) - 1):
        if between[at] in ("/", "per", "a") and between[at + 1] in _SLOPES:
            first = at - 2 if at > 1 and between[at - 2].isdigit() else at
            return [*between[:first], *between[at + 2 :]]
    return list(between)


def without_sync(between: Sequence[str]) -> list[str]:
    """Words between a delay and its time without what says it is free: "a delay which isn't synced, 333 ms"."""
    said = [word for word in between if word not in ("which", "that", "it", "is", "'s", "it's")]
    for length in (4, 3, 2):
        phrase = said[:length]
        if phrase[:1] in (["isn't"], ["not"]) and phrase[-1] in words("synced") and "," not in phrase:
            return said[length:]
    return list(between)


def loosely(tokens: Sequence[Token], number: Number, between: Sequence[str]) -> float | None:
    """What it costs to bind a number to a noun across marks; None if nothing says that they belong together."""
    if number.unit != "bare" and _aside(between) and alone(tokens, number):
        return 2.0
    explained = set(between) & words("explains") and set(between) <= {","} | words("explains") | words("asides")
    if explained and alone(tokens, number):
        return 2.0
    if _that_was(between) and alone(tokens, number):
        return 3.0
    this_time = between[:1] == ["."] and {"time", "now", "today"} & set(between[1:])
    some = words("asides") | words("a_little") | {"a", ",", ":", "this", "time", "now", "today"}
    if (between[:1] == ["?"] or this_time) and set(between[1:]) <= some and alone(tokens, number):
        return 1.0
    if len(between) <= _CORRECTED_REACH and corrects(tokens, number, between):
        return 3.0
    ended = bool(_ENDS & set(between))
    of_it = number.unit == "%" and [t.norm for t in tokens[number.last + 1 : number.last + 3]] == ["of", "it"]
    if not ended and (of_it or _in_brackets(tokens, number)) and len(between) <= _BRACKET_REACH:
        return 3.0
    handed_on = "that" in between and between[-1:] == ["taking"]
    return 4.0 if handed_on and number.unit == "s" else None


def alone(tokens: Sequence[Token], number: Number) -> bool:
    """Whether nothing that the number could belong to follows it right away."""
    after = tokens[number.last + 1] if number.last + 1 < len(tokens) else None
    return after is None or after.kind == "punct" or after.norm in BARRIERS | words("after_a_number")


def _aside(between: Sequence[str]) -> bool:
    """Whether nothing but a comma stands there, a word that describes before it, and what belongs to the number."""
    if "," not in between:
        return False
    at = list(between).index(",")
    before, after = [word for word in between[:at] if word not in (":", "is")], between[at + 1 :]
    if before == ["under", "control"] or (before[:1] == ["as"] and before[-2:] == ["as", "possible"]):
        before = []
    described = len(before) <= _DESCRIBED and not set(before) & (BARRIERS | words("up") | words("down"))
    return described and set(after) <= words("asides") and "," not in after


def _that_was(between: Sequence[str]) -> bool:
    """Whether it goes on about the noun: "the attack on my old Juno patch, 15 ms", "reverb yes, but only 10%"."""
    if between[-1:] == [","] and between[0] in ("on", "of", "in", "from") and between.count(",") == 1:
        return len(between) <= _OF_WHAT
    yes = [word for word in between if word not in (",", "?", "please")]
    agreed = yes[:1] in (["yes"], ["sure"], ["ok"], ["okay"], ["fine"])
    return agreed and set(yes[1:]) <= words("asides") | {"at", "most", "than", "no", "more"}


def _in_brackets(tokens: Sequence[Token], number: Number) -> bool:
    around = tokens[max(number.first - 1, 0)].norm, tokens[min(number.last + 1, len(tokens) - 1)].norm
    return around == ("(", ")")


def corrects(tokens: Sequence[Token], number: Number, between: Sequence[str]) -> bool:
    """Whether words before a number take back what was said: "no, let's say", "sorry", "wait"."""
    if any(word[:1].isdigit() for word in between) or between[-1:] in (["not"], ["than"], ["from"]):
        return False
    if set(between) & words("corrections") or between[-2:] in (["that", "to"], ["it", "to"], ["it", "at"]):
        return True
    if list(between) in (["-", ">"], ["→"], ["=", ">"], ["➔"], ["➜"]):
        return True
    after = tokens[min(number.last + 1, len(tokens) - 1)].norm
    if between[-1:] == ["so"] and after in ("now", "instead", "then", "it", "this"):
        return True  # "and it smeared everything, so 400 ms now"
    if "no" not in between:
        return False
    after = [*between[list(between).index("no") + 1 :], ""][0]
    return after in ("", ",", ".") and alone(tokens, number)
