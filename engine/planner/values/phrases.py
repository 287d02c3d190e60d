"""Values that are said in a turn of phrase: `ADSR 5/200/60/400`, "an octave up", "nothing above 2 kHz"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.planner.quantities import midi_note
from engine.planner.text import Token
from engine.planner.values.binding import gives
from engine.planner.values.grammar import BARRIERS, CONNECTORS, words
from engine.planner.values.in_words import WORDS
from engine.planner.values.meaning import DOWN, UP, ends, norm, said_by
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import INTERVALS, Number, numbers
from engine.planner.values.said import Said

_STEPS = ("a", "one", "whole", "full")
"""What stands before a tone or a step that is an interval: no "dark tone below"."""
_AND_A = {"and", "plus", "+", "&"}
_OTTAVA = {"8va": 12.0, "8vb": -12.0}
_AND = {"and", "&", "+"}
_NUMBER = r"(\d+(?:[.,]\d+)?)\s*(ms|s|sec|%)?"
_ADSR = re.compile(
    r"\b(?:adsr|a/d/s/r|attack\s*/\s*decay\s*/\s*sustain\s*/\s*release|env|envelope|amp env|eg)(?![a-z])"
    rf"\s*(?:[:=(]|is|at|set to|of)?\s*{_NUMBER}" + rf"\s*[/,;|\s-]\s*{_NUMBER}" * 3,
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"\b" + r"[\s,/;|]+".join(rf"{letter}\s*[:=]?\s*{_NUMBER}" for letter in "ADSR"), re.IGNORECASE
)
_PARTS = ("attack", "decay", "sustain", "release")
_LONGEST_S = 30.0
_VERB_REACH = 9


def envelopes(text: str, tokens: Sequence[Token]) -> list[Said]:
    """`ADSR 800/200/70/1500` and `A5 D200 S60 R400`: bare times are ms, or s where one has a decimal point."""
    found = _ADSR.search(text) or _LETTERED.search(text)
    if found is None:
        return []
    used = tuple(at for at, token in enumerate(tokens) if found.start() <= token.start < found.end())
    parts = [(float(found[2 * n + 1].replace(",", ".")), (found[2 * n + 2] or "").lower()) for n in range(4)]
    times = [value for n, (value, unit) in enumerate(parts) if n != 2 and not unit]
    in_seconds = any(value != int(value) for value in times) and max(times, default=0.0) < _LONGEST_S
    as_part = not parts[2][1] and parts[2][0] <= 1.0 and (in_seconds or parts[2][0] in (0.0, 0.5))
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


def bands(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "everything below 500 Hz removed" is a high pass, "nothing above 2 kHz" a low one."""
    found = []
    for number in free:
        side = norm(tokens, number.first - 1)
        near = {token.norm for token in tokens[max(number.first - 6, 0) : number.last + 4]}
        if number.unit != "Hz" or side not in ("below", "under", "above", "over") or not words("removed") & near:
            continue
        used = tuple(range(number.first - 1, number.last + 1))
        kind = "high_pass" if side in ("below", "under") else "low_pass"
        found += [
            Said("filter_type", kind, "word", used, *ends(used)),
            Said("cutoff", number.value, "Hz", used, *ends(used)),
        ]
    return found


def cutoff_at_a_note(tokens: Sequence[Token], nouns: Sequence[NounAt]) -> list[Said]:
    """ "Cutoff at C3" is a cutoff at the frequency of that note."""
    found = []
    for noun in (one for one in nouns if one.noun.gives.get("Hz") == "cutoff"):
        at = noun.last + 1
        while norm(tokens, at) in CONNECTORS:
            at += 1
        named = "cutoff" in [token.norm for token in tokens[noun.first : noun.last + 1]]
        places = (at, noun.first - 1) if named else (at,)
        note = next((one for one in places if 0 <= one < len(tokens) and tokens[one].kind == "note"), -1)
        midi = midi_note(tokens[note].norm) if note >= 0 else None
        if midi is not None:
            used = tuple(range(min(note, noun.first), max(note, noun.last) + 1))
            hertz = round(440.0 * 2.0 ** ((midi - 69) / 12.0), 4)
            found.append(Said("cutoff", hertz, "Hz", used, *ends(used)))
    return found


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
        return []
    spans = ((noun, one, tuple(range(one.first, one.last + 2))) for noun, one in found)
    return [Said(noun, float(one.value), "s", used, *ends(used)) for noun, one, used in spans]


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
        if value in _WHOLE and norm(tokens, before) in ("full", "maximum", "max", "100") and before not in taken:
            used = tuple(range(before, noun.last + 1))
            said.append(Said(value, 100.0, "%", used, *ends(used), silent=True))
    return said


_WHOLE = ("sustain", "resonance", "width")
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
    return at if ended and norm(tokens, at) in words("turned_off") | {"zero", "nil"} else None


def filter_at(tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt]) -> list[Said]:
    """ "A bandpassed radio lead at 1.8 kHz": a frequency in the same breath as a filter is its cutoff."""
    found = []
    for number in free:
        filters = [one for one in nouns if one.noun.filter_type and one.last < number.first]
        between = [t.norm for t in tokens[filters[-1].last + 1 : number.first]] if filters else []
        if number.unit == "Hz" and between[-1:] == ["at"] and not set(between) & BARRIERS:
            used = tuple(range(number.first, number.last + 1))
            found.append(Said("cutoff", float(number.value), "Hz", used, *ends(used)))
    return found


def mono_below(tokens: Sequence[Token]) -> list[tuple[Said, str]]:
    """ "mono below 120 Hz" is no note and no cutoff."""
    for number in numbers(tokens):
        near = [token.norm for token in tokens[max(number.first - 4, 0) : number.first]]
        if number.unit == "Hz" and "mono" in near and near[-1] in ("below", "under", "beneath"):
            used = tuple(range(number.first - 1, number.last + 1))
            why = "every preset is kept safe in mono below 150 Hz"
            return [(Said("width", 0.0, "%", used, *ends(used)), why)]
    return []


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


def shared(tokens: Sequence[Token], number: Number, noun: NounAt | None, nouns: Sequence[NounAt]) -> list[Said]:
    """ "attack and release 2.5 s each": a noun that is joined to the one with the number has it, too."""
    if noun is None or noun.last > number.first:
        return []
    joined = next(
        (one for one in nouns if one.last == noun.first - 2 and norm(tokens, noun.first - 1) in _AND), None
    )
    if joined is None or not gives(joined, number):
        return []
    said = said_by(tokens, number, joined)
    return [replace(said, tokens=tuple(range(joined.first, joined.last + 1)))] if said else []


def the_same(tokens: Sequence[Token], nouns: Sequence[NounAt], values: Sequence[Said]) -> list[Said]:
    """ "reverb 25%, delay the same"."""
    repeated = []
    for noun in nouns:
        after = [token.norm for token in tokens[noun.last + 1 : noun.last + 3]]
        if after[:1] != ["same"] and after != ["the", "same"]:
            continue
        before = [said for said in values if said.last < noun.first and said.unit in noun.noun.gives]
        if before:
            used = tuple(range(noun.first, noun.last + 1 + after.index("same") + 1))
            repeated.append(
                Said(noun.noun.gives[before[-1].unit], before[-1].value, before[-1].unit, used, *ends(used))
            )
    return repeated
