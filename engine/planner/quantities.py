"""Numbers with a unit: tempo, note names, keys, times and rates."""

import math
from collections.abc import Sequence

from engine.planner.text import Token
from engine.planner.words import Effect, Entry

TEMPO_BPM = (20.0, 300.0)
_BARE_TEMPO_BPM = (60.0, 200.0)
ATTACK_S = (0.001, 4.0)
LENGTH_S = (0.05, 8.0)
RATE_HZ = (0.05, 16.0)
_HIGHEST_PITCH_HZ = 2_000.0
_NEAR = 2
"""Tokens before a frequency in which its noun stands, if it has one."""

_SECONDS = {"s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0}
_MILLISECONDS = {"ms": 0.001, "msec": 0.001, "millisecond": 0.001, "milliseconds": 0.001}
_TIMES = _SECONDS | _MILLISECONDS
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SIGNS = {"#": 1, "♯": 1, "b": -1, "♭": -1}
_SIGN_WORDS = {"sharp": "#", "flat": "b"}
_MODES = {"minor": "minor", "min": "minor", "major": "major", "maj": "major"}
_INTERVALS = ("second", "third", "sixth", "seventh", "2nd", "3rd", "6th", "7th")
_DIVISIONS = {"4": 0.05, "8": 0.25, "16": 0.5, "32": 0.75}

_APART = ("", ",", ".", ";", "/", "|", "\n")
"""Marks around a number that stands alone, as in "trance lead, 138, wide"."""

Found = tuple[int, Entry]


def position(value: float, ends: tuple[float, float]) -> float:
    """Where `value` lies between `ends` on a logarithmic axis of -1 to +1."""
    low, high = (math.log(end) for end in ends)
    return max(-1.0, min(1.0, 2.0 * (math.log(max(value, 1e-6)) - low) / (high - low) - 1.0))


def midi_note(name: str) -> int | None:
    """MIDI note of `c#3`; C4 is 60. None outside 0 to 127."""
    step, rest = _STEPS[name[0]], name[1:]
    if rest[0] in _SIGNS:
        step, rest = step + _SIGNS[rest[0]], rest[1:]
    note = 12 * (int(rest) + 1) + step
    return note if 0 <= note <= 127 else None


def quantity(tokens: Sequence[Token], at: int) -> Found | None:
    """The quantity that begins at token `at`: how many tokens it takes and what it gives."""
    token = tokens[at]
    if token.kind == "note":
        note = midi_note(token.norm)
        return None if note is None else (1, _entry(Effect("register", "note", float(note))))
    if token.kind == "number":
        return _number(tokens, at)
    if token.norm in ("bpm", "tempo", "at", "beat"):
        return _tempo_after(tokens, at)
    if token.norm in _STEPS and _norm(tokens, at + 1) in _SIGN_WORDS:
        return _spelt_note(tokens, at) or _key(tokens, at)
    if token.norm in ("midi", "note", "notenumber"):
        return _numbered_note(tokens, at)
    return _key(tokens, at)


def _spelt_note(tokens: Sequence[Token], at: int) -> Found | None:
    """`F sharp 1`."""
    if at + 2 >= len(tokens) or not tokens[at + 2].norm.isdigit() or len(tokens[at + 2].norm) > 1:
        return None
    note = midi_note(f"{tokens[at].norm}{_SIGN_WORDS[tokens[at + 1].norm]}{tokens[at + 2].norm}")
    return None if note is None else (3, _entry(Effect("register", "note", float(note))))


def _numbered_note(tokens: Sequence[Token], at: int) -> Found | None:
    """`MIDI note 60`, `note number 36`."""
    number = at
    while _norm(tokens, number) in ("midi", "note", "number", "nr", "no", "#", ":", "="):
        number += 1
    goes_on = _norm(tokens, number + 1) not in (*_APART, "please", "and", "with", "(", ")")
    if number >= len(tokens) or tokens[number].kind != "number" or goes_on:
        return None
    value = _value(tokens[number])
    likely = value == int(value) and 12.0 <= value <= 127.0
    return (number - at + 1, _entry(Effect("register", "note", value))) if likely else None


def _entry(*effects: Effect) -> Entry:
    return Entry("quantity", effects)


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if at < len(tokens) else ""


def _value(token: Token) -> float:
    return float(token.norm.replace(",", "."))


def _number(tokens: Sequence[Token], at: int) -> Found | None:
    value, unit = _value(tokens[at]), _norm(tokens, at + 1)
    if unit in ("bpm", "beats"):
        count = 4 if [_norm(tokens, at + 2), _norm(tokens, at + 3)] == ["per", "minute"] else 2
        return _tempo(value, count)
    if unit in _TIMES and value > 0:
        return 2, Entry("time", (Effect("seconds", "", value * _TIMES[unit]),))
    if unit in ("hz", "hertz"):
        return None if _of_the_unknown(tokens, at) else _frequency(value)
    if unit == "/" and tokens[at].norm == "1" and _norm(tokens, at + 2) in _DIVISIONS:
        return 3, _entry(Effect("axis", "rate", _DIVISIONS[_norm(tokens, at + 2)]))
    if unit in ("th", "nd") and tokens[at].norm in _DIVISIONS:
        count = 3 if _norm(tokens, at + 2) in ("note", "notes") else 2
        return count, _entry(Effect("axis", "rate", _DIVISIONS[tokens[at].norm]))
    alone = _norm(tokens, at + 1) in _APART and (at == 0 or tokens[at - 1].norm in _APART)
    return _tempo(value, 1) if alone and _likely(value) else None


def _of_the_unknown(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word of another language stands before it that nobody knows: it may be a cutoff's as well."""
    before = tokens[max(at - _NEAR, 0) : at]
    return any(token.kind == "foreign" for token in before) and not any(t.kind == "punct" for t in before)


def _frequency(value: float) -> Found | None:
    """Up to 32 Hz a rate, above that a pitch (A4 is 440 Hz)."""
    if RATE_HZ[0] <= value <= 2 * RATE_HZ[1]:
        return 2, _entry(Effect("axis", "rate", position(value, RATE_HZ)))
    if not 2 * RATE_HZ[1] < value <= _HIGHEST_PITCH_HZ:
        return None
    return 2, _entry(Effect("register", "note", float(round(69 + 12 * math.log2(value / 440.0)))))


def _tempo(value: float, count: int) -> Found | None:
    low, high = TEMPO_BPM
    return (count, _entry(Effect("tempo", "", value))) if low <= value <= high else None


def _tempo_after(tokens: Sequence[Token], at: int) -> Found | None:
    """`tempo of 90`, `bpm: 128`, and `at 128` when the number is a likely tempo and no unit follows it."""
    number = at + 1
    while _norm(tokens, number) in ("of", ":", "=", "is", "around", "about"):
        number += 1
    if number >= len(tokens) or tokens[number].kind != "number":
        return None
    value, bpm = _value(tokens[number]), _norm(tokens, number + 1) == "bpm"
    if tokens[at].norm == "beat" and _norm(tokens, at + 1) not in ("is", ":", "="):
        return None
    bare = tokens[at].norm == "at" and not bpm
    if bare and (number != at + 1 or _norm(tokens, number + 1) not in ("", ",", ".") or not _likely(value)):
        return None
    return _tempo(value, number - at + 1 + bpm)


def _likely(value: float) -> bool:
    return _BARE_TEMPO_BPM[0] <= value <= _BARE_TEMPO_BPM[1]


def _key(tokens: Sequence[Token], at: int) -> Found | None:
    token, after = tokens[at], at + 1
    name = token.norm.upper().replace("♯", "#").replace("♭", "b")
    if not (token.kind == "key" or (len(token.norm) == 1 and token.norm in _STEPS)):
        return None
    if token.kind == "word" and _norm(tokens, after) in _SIGN_WORDS:
        name, after = name + _SIGN_WORDS[_norm(tokens, after)], after + 1
    mode = _MODES.get(_norm(tokens, after))
    if _norm(tokens, after + 1) in _INTERVALS:
        return None  # "up a minor third"
    return (after - at + 1, _entry(Effect("key", f"{name} {mode}"))) if mode else None
