"""Values that are said in a turn of phrase: `ADSR 5/200/60/400`, "four notes max", "3 s in, 6 s out"."""

import re
from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.meaning import ends, norm
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import Number, numbers
from engine.planner.values.said import Said

_AND = {"and", "&", "+"}
_NUMBER = r"(\d+(?:[.,]\d+)?)\s*(ms|s|sec|%)?"
_ADSR = re.compile(
    r"\b(?:adsr|a/d/s/r|attack\s*/\s*decay\s*/\s*sustain\s*/\s*release|env|envelope|amp env|eg)(?![a-z])"
    rf"\s*(?:[:=(]|is|at|set to|of)?\s*{_NUMBER}" + rf"\s*[/,;|\s-]\s*{_NUMBER}" * 3,
    re.IGNORECASE,
)
_ADSR_BEHIND = re.compile(
    rf"(?<![\w.,]){_NUMBER}" + rf"\s*[/,|-]\s*{_NUMBER}" * 3 + r"\s*(?:adsr|env|envelope)\b", re.IGNORECASE
)
_LETTERED = re.compile(
    r"\b" + r"[\s,/;|]+".join(rf"{letter}\s*[:=]?\s*{_NUMBER}" for letter in "ADSR"), re.IGNORECASE
)
_PARTS = ("attack", "decay", "sustain", "release")
_LONGEST_S = 30.0
_IN_REACH = 12
"""Tokens from a fade in to the "out" that goes on with it."""


def envelopes(text: str, tokens: Sequence[Token]) -> list[Said]:
    """`ADSR 800/200/70/1500` and `A5 D200 S60 R400`: bare times are ms, or s where one has a decimal point."""
    found = _ADSR.search(text) or _LETTERED.search(text) or _ADSR_BEHIND.search(text)
    if found is None:
        return []
    used = tuple(at for at, token in enumerate(tokens) if found.start() <= token.start < found.end())
    parts = [(float(found[2 * n + 1].replace(",", ".")), (found[2 * n + 2] or "").lower()) for n in range(4)]
    times = [value for n, (value, unit) in enumerate(parts) if n != 2 and not unit]
    in_seconds = any(value != int(value) for value in times) and max(times, default=0.0) < _LONGEST_S
    whole = parts[2][0] in (0.0, 1.0)
    as_part = not parts[2][1] and parts[2][0] <= 1.0 and (in_seconds or not whole or parts[2][0] == 0.0)
    found_values = [
        min(value * (100.0 if as_part else 1.0), 100.0)
        if name == "sustain"
        else value / (1.0 if unit in ("s", "sec") or (in_seconds and not unit) else 1000.0)
        for name, (value, unit) in zip(_PARTS, parts, strict=True)
    ]
    units = {"sustain": "%"}
    return [
        Said(name, value, units.get(name, "s"), used, *ends(used))
        for name, value in zip(_PARTS, found_values, strict=True)
    ]


def notes_at_once(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "up to six notes at once", "four notes max"."""
    found = []
    for number in free:
        after = [token.norm for token in tokens[number.last + 1 : number.last + 4]]
        if after[:1] == ["notes"] and (after[1:2] in (["max"], ["maximum"]) or _at_most(tokens, number)):
            used = tuple(range(number.first, number.last + 2 + (after[1:2] in (["max"], ["maximum"]))))
            found.append(Said("polyphony", float(number.value), "voices", used, *ends(used)))
            continue
        if after[:1] == ["notes"] and (after[1:] in (["at", "once"], ["at", "a"]) or after[1:2] == ["together"]):
            used = tuple(range(number.first, number.last + 4 if after[1] == "at" else number.last + 3))
            found.append(Said("polyphony", float(number.value), "voices", used, *ends(used)))
    return found


def _at_most(tokens: Sequence[Token], number: Number) -> bool:
    """Whether it is the most that is said before a number: "max 6 notes", "no more than four"."""
    before = [token.norm for token in tokens[max(number.first - 3, 0) : number.first]]
    if {"limit", "limited", "limiting"} & {token.norm for token in tokens[max(number.first - 4, 0) : number.first]}:
        return True
    if before[-1:] in (["max"], ["maximum"]) or before[-2:] in (["maximum", "of"], ["max", "of"], ["up", "to"]):
        return True
    return before[-2:] in (["at", "most"], ["more", "than"])


def in_and_out(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "3 s in, 6 s out" is an attack and a release."""
    ways = {"in": "attack", "out": "release"}
    found = [
        (ways[norm(tokens, number.last + 1)], number)
        for number in free
        if number.unit == "s" and norm(tokens, number.last + 1) in ways
        if not norm(tokens, number.last + 2).isalnum() or norm(tokens, number.last + 2) in _AND
    ]
    if [noun for noun, _ in found] != ["attack", "release"]:
        return _and_out(tokens, free)
    spans = ((noun, one, tuple(range(one.first, one.last + 2))) for noun, one in found)
    return [Said(noun, float(one.value), "s", used, *ends(used)) for noun, one, used in spans]


def _and_out(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """The release of "fades in over 1.5 s and out over 3 s"."""
    for number in free:
        at = number.first - 1
        while norm(tokens, at) in ("over", "in", "within", "for", "about", "around", "a", "again", "takes"):
            at -= 1
        before = [token.norm for token in tokens[max(at - _IN_REACH, 0) : at]]
        swells = any(word.startswith(("fad", "swell", "com", "ramp", "eas")) for word in before) and "in" in before
        if number.unit == "s" and norm(tokens, at) == "out" and swells and before[-1] in (*_AND, ",", "then"):
            used = tuple(range(at, number.last + 1))
            return [Said("release", float(number.value), "s", used, *ends(used))]
    return []


def without(tokens: Sequence[Token], nouns: Sequence[NounAt], taken: set[int]) -> list[Said]:
    """ "No sustain", "release: none": what is denied is at 0; the filter whose drive is denied may well be on."""
    said = []
    for noun in nouns:
        value = next((_AT_ZERO[name] for name in noun.noun.gives.values() if name in _AT_ZERO), None)
        if value is None or noun.noun.keeps or noun.noun.spoken or taken & set(range(noun.first, noun.last + 1)):
            continue
        first = noun.first - 1 - (norm(tokens, noun.first - 1) in ("any", "the", "a"))
        denied = norm(tokens, first) in words("without") and norm(tokens, noun.last + 1) not in _GOES_ON
        end = _off_behind(tokens, noun.last)
        if denied and value[0] in _DENIED_BY_NO:
            said.append(_zero(value, range(first, noun.last + 1)))
        elif end is not None:
            said.append(_zero(value, range(noun.first, end + 1)))
    return said


def in_full(tokens: Sequence[Token], nouns: Sequence[NounAt], taken: set[int]) -> list[Said]:
    """ "Full sustain", "maximum resonance"."""
    said = []
    for noun in nouns:
        value = noun.noun.gives.get("%")
        before = noun.first - 1
        share = _SHARES.get(norm(tokens, before))
        if value in _WHOLE and share is not None and before not in taken:
            used = tuple(range(before, noun.last + 1))
            said.append(Said(value, share, "%", used, *ends(used), silent=True))
    return said


_SHARES = {"full": 100.0, "maximum": 100.0, "max": 100.0, "100": 100.0, "half": 50.0}
_WHOLE = ("sustain", "resonance", "width", "tremolo_depth")
_AT_ZERO = {
    "filter_drive": ("filter_drive", "dB"),
    "sustain": ("sustain", "%"),
    "resonance": ("resonance", "%"),
    "delay_feedback": ("delay_feedback", "%"),
    "width": ("width", "%"),
    "detune": ("detune", "cents"),
    "attack": ("attack", "s"),
    "release": ("release", "s"),
}
"""Values that are at 0 where they are said to be off, with their units."""
_DENIED_BY_NO = {"filter_drive", "sustain", "resonance", "delay_feedback", "detune", "release"}
"""Those of them that a mere "no" turns off: "no attack" is one that isn't heard, or a soft one."""
_GOES_ON = ("rate", "speed", "peak", "noise", "tail", "sweep", "pedal", "voices", "envelope", "control")


def _zero(value: tuple[str, str], used: range) -> Said:
    return Said(value[0], 0.0, value[1], tuple(used), used[0], used[-1], silent=value[1] != "dB")


def _off_behind(tokens: Sequence[Token], last: int) -> int | None:
    """The last token of what says behind a noun that it is off."""
    at = last + 1
    while norm(tokens, at) in (":", "=", "is", "at", "set", "to", "turned", "fully"):
        at += 1
    ended = norm(tokens, at + 1) in BARRIERS | {"", ")"}
    return at if ended and norm(tokens, at) in words("turned_off") | {"zero", "nil", "null", "0"} else None


def tempo_in_words(tokens: Sequence[Token]) -> list[Said]:
    """ "a hundred bpm", "tempo one twenty-eight"; in digits it is a quantity."""
    for number in numbers(tokens, tempos=True):
        if not number.worded or not isinstance(number.value, float):
            continue
        before = number.first - 1
        while norm(tokens, before) in ("of", ":", "=", "is", "at", "around", "about", "a"):
            before -= 1
        behind = norm(tokens, number.last + 1) in ("bpm", "beats")
        if behind or (norm(tokens, before) in ("tempo", "bpm") and number.unit == "bare"):
            last = number.last + behind
            if [norm(tokens, last + 1), norm(tokens, last + 2)] == ["per", "minute"]:
                last += 2
            used = tuple(range(number.first if behind else before, last + 1))
            return [Said("tempo", number.value, "bpm", used, *ends(used))]
    return []
