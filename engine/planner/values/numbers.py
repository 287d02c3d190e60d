"""Numbers as people write them: `10 ms`, `0,5s`, `two and a half seconds`, `-12 st`, `1.2kHz`, `1/8 dotted`."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.planner.text import Token, normalise
from engine.planner.values.grammar import BARRIERS, words
from engine.planner.values.in_words import PARTS, WORDS, in_words
from engine.planner.values.nouns import takes_percent

_WETNESS = {"half": 50.0, "quarter": 25.0, "third": 33.0, "fully": 100.0, "full": 100.0, "completely": 100.0}
"""How wet an effect is, in per cent."""

_WHOLE = ("full", "whole", "entire", "solid", "good")
"""What stands before a second, or an octave, that is one."""

_SHARES = {"quarter": 25.0, "third": 33.0, "half": 50.0, "halfway": 50.0}
_SHARES |= dict.fromkeys(("full", "max", "maximum", "maxed"), 100.0)
"""How much of a value there is, in per cent."""

_WHOLES = (("of", "the", "signal"), ("the", "signal"), ("of", "it"), ("of", "itself"))

_WRITTEN: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("minute", "minutes", "min", "mins", "minuten", "minutos", "minuti"), ("s", 60.0)),
    **dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds"), ("s", 1e-6)),
    **dict.fromkeys(("sekunde", "sekunden", "sek", "segundo", "segundos", "seconde", "secondes"), ("s", 1.0)),
    **dict.fromkeys(
        ("secondo", "secondi", "секунда", "секунды", "секунд", "сек", "с", "秒", "秒間", "초"), ("s", 1.0)
    ),
    **dict.fromkeys(("millisekunden", "milisegundos", "millisecondes", "millisecondi"), ("s", 0.001)),
    **dict.fromkeys(("мс", "миллисекунд", "ミリ秒", "毫秒", "밀리초"), ("s", 0.001)),
    **dict.fromkeys(("герц", "герца", "гц", "ヘルツ", "赫兹", "헤르츠"), ("Hz", 1.0)),
    **dict.fromkeys(("кгц", "килогерц"), ("Hz", 1000.0)),
    **dict.fromkeys(("дб", "децибел"), ("dB", 1.0)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("s", 1.0)),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds", "millis", "mil"), ("s", 0.001)),
    **dict.fromkeys(("%", "percent", "pct"), ("%", 1.0)),
    **dict.fromkeys(("hz", "hertz"), ("Hz", 1.0)),
    **dict.fromkeys(("khz", "kilohertz", "k"), ("Hz", 1000.0)),
    **dict.fromkeys(("db", "decibel", "decibels"), ("dB", 1.0)),
    **dict.fromkeys(("cents", "cent", "ct", "cts", "c"), ("cents", 1.0)),
    **dict.fromkeys(("semitone", "semitones", "semi", "semis", "st", "halfstep", "halfsteps"), ("semitones", 1.0)),
    **dict.fromkeys(("octave", "octaves", "oct", "octs"), ("semitones", 12.0)),
    **dict.fromkeys(("voice", "voices", "x", "v"), ("voices", 1.0)),
    **dict.fromkeys(
        ("semitons", "semitone's", "semitiones", "semitunes", "halftones", "halftone"), ("semitones", 1.0)
    ),
    **dict.fromkeys(("miliseconds", "milisecond", "millisecs", "milisecs", "msecond", "mseconds"), ("s", 0.001)),
    **dict.fromkeys(("secconds", "secounds", "secnds", "seconds'", "secend", "secends"), ("s", 1.0)),
    **dict.fromkeys(("percents", "procent", "precent", "percentage", "prct"), ("%", 1.0)),
    **dict.fromkeys(("herz", "hz's"), ("Hz", 1.0)),
    **dict.fromkeys(("octives", "octavs", "octave's"), ("semitones", 12.0)),
}

UNITS = {normalise(name): unit for name, unit in _WRITTEN.items()}
"""Unit and factor by how it is written."""

_TIMED = ("attack", "decay", "release", "glide", "portamento", "time", "tail", "delay")
"""What a lone `s` is seconds of, in the key `attack_s`."""
_KEY_UNITS = {"pc": ("%", 1.0), "perc": ("%", 1.0)}

_DENOMINATORS = {"1": "1/1", "2": "1/2", "4": "1/4", "8": "1/8", "16": "1/16", "32": "1/32", "64": "1/64"}
_NAMED = {"whole": "1/1", "half": "1/2", "quarter": "1/4", "eighth": "1/8", "eight": "1/8", "sixteenth": "1/16"}
_NAMED |= {"eighths": "1/8", "sixteenths": "1/16", "quarters": "1/4", "thirtysecond": "1/32"}
_ALONE = {"eighth", "eighths", "sixteenth", "sixteenths"}
"""Named lengths that need no "note" behind them."""
_FEEL = {
    "dotted": "dotted",
    "d": "dotted",
    "dot": "dotted",
    "triplet": "triplet",
    "triplets": "triplet",
    "t": "triplet",
}
_NOTES = ("note", "notes")
_TIMED_BY_NOTES = ("time", "delay", "delays", "echo", "echoes", "lfo", "wobble")
_BARS = {0.25: "1/4", 0.5: "1/2", 1.0: "1/1", 2.0: "2/1", 4.0: "4/1", 8.0: "8/1", 16.0: "16/1", 32.0: "32/1"}
_BEATS = {0.125: "1/32", 0.25: "1/16", 0.5: "1/8", 1.0: "1/4", 2.0: "1/2", 4.0: "1/1"}
_FRACTIONS = {"1\u20442": 0.5, "1\u20444": 0.25, "3\u20444": 0.75}
"""Vulgar fractions, as they are normalised."""
_THOUSANDS_MARK = re.compile(r"k(\d)")
_LARGEST = 1e7
"""Beyond it no number is a value of anything."""
_EXPONENT = re.compile(r"e(\d{1,3})")
_DECADES = {"50", "60", "70", "80", "90"}
"""In "80s pad" they are years."""
_TIMES = re.compile(r"x(\d{1,2})")
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


INTERVALS = {"second": 2, "third": 4, "fourth": 5, "fifth": 7, "sixth": 9, "seventh": 11, "octave": 12}
INTERVALS |= {"tritone": 6, "tone": 2, "step": 2}
"""Semitones of what is said without a number."""


def value_words() -> frozenset[str]:
    """Words of numbers, of units and of directions: what other languages can put into English of a value."""
    moves = (word for name in ("up", "down", "raised", "dropped") for word in words(name))
    more = ("minor", "at", "cutoff", "polyphony", "controls", "tempo", "th", "wheel")
    return frozenset((*WORDS, *UNITS, *_NAMED, *_FEEL, *INTERVALS, *moves, *more))


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens `first` to `last` (inclusive) as a number in a unit; `bare` without one, `note value` as its text."""

    first: int
    last: int
    value: float | str
    unit: str
    signed: bool = False
    worded: bool = False
    """Written in words, such as `seven`."""


def numbers(tokens: Sequence[Token], *, tempos: bool = False) -> list[Number]:
    """Every number, from left to right; one with `bpm` behind it is a tempo and none without `tempos`."""
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        one = (
            _cycles(tokens, at)
            or _quarter_tone(tokens, at)
            or _fifty_fifty(tokens, at)
            or _note_value(tokens, at)
            or _times(tokens, at)
            or _of_the_whole(tokens, at)
            or _number(tokens, at)
        )
        if one is None:
            at += 1
            continue
        at = one.last + 1
        if tempos or _norm(tokens, at) not in ("bpm", "beats") or one.unit != "bare":
            found.append(one)
    return found


def too_large(tokens: Sequence[Token]) -> list[range]:
    """The tokens of numbers with a unit that are beyond any value."""
    found = []
    for at, token in enumerate(tokens):
        amount = _amount(tokens, at) if token.kind == "number" else None
        unit = _unit(tokens, amount[1]) if amount is not None and amount[0] > _LARGEST else None
        if unit is not None:
            found.append(range(at, unit[2] + 1))
    return found


_PER = {"bar": ("1/1", "1/2", "1/4", "1/8", "1/16"), "beat": ("1/4", "1/8", "1/16", "1/32")}


def _cycles(tokens: Sequence[Token], at: int) -> Number | None:
    """`one cycle per bar`, `twice a beat`, `every bar`, `five times a second`."""
    head = tokens[at].norm
    if head == "every" and _norm(tokens, at + 1) in _PER:
        return Number(at, at + 1, _PER[_norm(tokens, at + 1)][0], "note value")
    count = {"once": 1.0, "twice": 2.0}.get(head) or WORDS.get(head) or (float(head) if head.isdigit() else 0.0)
    after = at + 1 if head in ("once", "twice") else at + 2
    spoken = head in ("once", "twice") or _norm(tokens, at + 1) in ("cycle", "cycles", "time", "times")
    unit = _norm(tokens, after + 1)
    if not spoken or _norm(tokens, after) not in ("per", "a", "every", "each"):
        return None
    if unit in ("second", "sec") and count:
        return Number(at, after + 1, count, "Hz")
    if unit not in _PER:
        return None
    place = math.log2(count) if count else -1.0
    if place != int(place) or not 0 <= place < len(_PER[unit]):
        return None
    return Number(at, after + 1, _PER[unit][int(place)], "note value")


def _quarter_tone(tokens: Sequence[Token], at: int) -> Number | None:
    """`a quarter tone`."""
    said = tokens[at].norm == "quarter" and _norm(tokens, at + 1) in ("tone", "tones")
    return Number(at, at + 1, 50.0, "cents", worded=True) if said else None


def _fifty_fifty(tokens: Sequence[Token], at: int) -> Number | None:
    """`fifty-fifty`, half wet and half dry."""
    rest = [token.norm for token in tokens[at : at + 2]]
    return Number(at, at + 1, 50.0, "%", worded=True) if rest in (["fifty", "fifty"], ["half", "half"]) else None


def _times(tokens: Sequence[Token], at: int) -> Number | None:
    """`x7`, as in "unison x7"."""
    found = _TIMES.fullmatch(tokens[at].norm)
    return Number(at, at, float(found[1]), "voices") if found else None


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _digits(token: Token) -> float:
    text = token.norm
    return float(text.replace(",", "")) if _THOUSANDS.fullmatch(text) else float(text.replace(",", "."))


def _number(tokens: Sequence[Token], at: int) -> Number | None:
    amount = _amount(tokens, at)
    if amount is None:
        return None
    value, after, worded = amount
    if value > _LARGEST or (after < len(tokens) and _a_decade(tokens, after)):
        return None
    special = _half_and_half(tokens, at) or _kilo(tokens, at)
    if special is not None:
        return special
    first, sign = (at - 1, 1.0) if _leading_dot(tokens, at) else _sign(tokens, at)
    while (
        _norm(tokens, after) in ("-", "of", "a", "an") and worded and _norm(tokens, after + 1) in UNITS | {"a": 0}
    ):
        after += 1
    share = _share(tokens, at, value, after)
    if share is not None:
        return share
    wet = tokens[at].norm in _WETNESS and _norm(tokens, after) == "wet"
    unit = ("%", 1.0, after) if wet else _unit(tokens, after)
    unit = unit or _unit_of_key(tokens, at, after)
    if unit is None:
        bars = _of_bars(value, tokens, after)
        if bars is not None:
            return Number(at, after, bars, "note value")
        if after < len(tokens) and tokens[after].glued and not tokens[after].norm.isascii():
            return None  # of a unit that isn't known
        return Number(first, after - 1, sign * value, "bare", first < at, worded)
    name, factor, last = unit
    if [_norm(tokens, last + n) for n in (1, 2, 3)] == ["and", "a", "half"]:
        value, last = value + 0.5, last + 3  # "a second and a half"
    return Number(first, last, round(sign * value * factor, 6), name, first < at)


def _half_and_half(tokens: Sequence[Token], at: int) -> Number | None:
    """`50/50`, half wet and half dry."""
    rest = [token.norm for token in tokens[at : at + 3]]
    return Number(at, at + 2, 50.0, "%") if rest == ["50", "/", "50"] else None


def _kilo(tokens: Sequence[Token], at: int) -> Number | None:
    """`2k5`, as on a circuit diagram."""
    found = _THOUSANDS_MARK.fullmatch(_norm(tokens, at + 1))
    if found is None or not tokens[at + 1].glued or not tokens[at].norm.isdigit():
        return None
    return Number(at, at + 1, 1000.0 * int(tokens[at].norm) + 100.0 * int(found[1]), "Hz")


def _share(tokens: Sequence[Token], at: int, value: float, after: int) -> Number | None:
    """`three quarters`, `a quarter wet`: a part of all there is, in per cent."""
    if tokens[at].norm in _SHARES and value == _SHARES[tokens[at].norm] and _norm(tokens, after) != "wet":
        return Number(at, at, value, "%", worded=True)
    spoken = {tokens[n].norm for n in range(at, after)} & {"quarters", "thirds", "fifths", "tenths"}
    if spoken and _unit(tokens, after) is None and value <= 1.0:
        last = after if _norm(tokens, after) == "wet" else after - 1
        return Number(at, last, round(100.0 * value, 2), "%", worded=True)
    return None


def _share_in_words(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is how much there is of a value: "chorus at half", "resonance half", "sustain full"."""
    word, before, after = tokens[at].norm, _norm(tokens, at - 1), _norm(tokens, at + 1)
    if word not in _SHARES or _unit(tokens, _past_of(tokens, at + 1)):
        return False
    if before == "a" and word in ("quarter", "third", "half"):
        if _norm(tokens, at - 2) in ("around", "about", "roughly"):
            return takes_percent(_norm(tokens, at - 3)) and after in BARRIERS | {""}
        linked = _norm(tokens, at - 2) in ("at", "=", ":", "to", "is", "of") or takes_percent(_norm(tokens, at - 2))
        return linked and after in BARRIERS | {""}
    ends = after in BARRIERS | {"", ")", "please", "way"}
    if before in ("around", "about", "roughly"):
        return ends and takes_percent(_norm(tokens, at - 2))
    if before in ("at", "=", ":", "to", "is"):
        return word == "half" or (ends and takes_percent(_norm(tokens, at - 2)))
    counted = tokens[max(at - 2, 0)].kind == "number" or _norm(tokens, at - 2) in UNITS  # "20 % width max"
    return ends and takes_percent(before) and not counted


def _of_the_whole(tokens: Sequence[Token], at: int) -> Number | None:
    """`half the signal`, `a third of it`."""
    part = at + 1 if tokens[at].norm in ("a", "one") else at
    share = _WETNESS.get(_norm(tokens, part), 100.0)
    rest = tuple(token.norm for token in tokens[part + 1 : part + 4])
    taken = next((len(whole) for whole in _WHOLES if rest[: len(whole)] == whole), 0)
    if not taken and rest[:1] == ("of",) and takes_percent(rest[1] if len(rest) > 1 else ""):
        taken = 1  # "a third of chorus"
    return Number(at, part + taken, share, "%", worded=True) if taken and share < 100.0 else None


def _amount(tokens: Sequence[Token], at: int) -> tuple[float, int, bool] | None:
    """The number at `at`, the token after it, and whether it is written in words."""
    token = tokens[at]
    if token.norm in _WETNESS and _norm(tokens, at + 1) == "wet":
        return _WETNESS[token.norm], at + 1, True
    if token.kind == "number":
        value, after = _digits(token), at + 1
        if _leading_dot(tokens, at):
            value = float(f"0.{token.norm}")
        following = tokens[after] if after < len(tokens) and tokens[after].glued else None
        exponent = _EXPONENT.fullmatch(following.norm) if following is not None else None
        if exponent is not None:
            return value * 10.0 ** min(int(exponent[1]), 99), after + 1, False
        if following is not None and following.norm in _FRACTIONS:
            return value + _FRACTIONS[following.norm], after + 1, False
        if _norm(tokens, after) in ("to", "") or (after < len(tokens) and tokens[after].glued):
            further = after + 1 if _norm(tokens, after) == "to" else after
            if further < len(tokens) and tokens[further].kind == "number" and _unit(tokens, further + 1):
                return (value + _digits(tokens[further])) / 2, further + 1, False  # "10-20 ms"
        if [_norm(tokens, after + n) for n in range(3)] == ["and", "a", "half"]:
            return value + 0.5, after + 3, False
        return value, after, False
    word = token.norm
    if word in ("a", "an", "one") and _norm(tokens, at + 1) in PARTS and _unit(tokens, _past_of(tokens, at + 2)):
        return PARTS[_norm(tokens, at + 1)], _past_of(tokens, at + 2), True
    if word in WORDS and _norm(tokens, at + 1) in ("quarters", "thirds", "fifths", "tenths"):
        return WORDS[word] * PARTS[_norm(tokens, at + 1)[:-1]], _past_of(tokens, at + 2), True
    if _share_in_words(tokens, at):
        return _SHARES[word], at + 1, True
    if word in PARTS and _unit(tokens, _past_of(tokens, at + 1)):
        return PARTS[word], _past_of(tokens, at + 1), True
    whole = at + 1 if word in ("a", "an", "one") and _norm(tokens, at + 1) in _WHOLE else at
    if word in ("a", "an", *_WHOLE) and _norm(tokens, whole + 1) in ("second", "octave", "semitone"):
        return 1.0, whole + 1, True
    if word == "one" and _norm(tokens, at - 1) in ("from", "between"):
        return None
    spoken = in_words(tokens, at)
    return None if spoken is None else (*spoken, True)


def _leading_dot(tokens: Sequence[Token], at: int) -> bool:
    """Whether the number is written `.25`."""
    if tokens[at].kind != "number":
        return False
    dotted = _norm(tokens, at - 1) == "." and tokens[at - 1].end == tokens[at].start
    return (
        dotted
        and tokens[at].norm.isdigit()
        and (at < 2 or tokens[at - 2].kind == "punct" or tokens[at - 2].end < tokens[at - 1].start)
    )


def _past_of(tokens: Sequence[Token], at: int) -> int:
    while _norm(tokens, at) in ("of", "a", "an"):
        at += 1
    return at


def _unit(tokens: Sequence[Token], at: int) -> tuple[str, float, int] | None:
    """Unit, factor and the last token of a unit that begins at `at`."""
    name = _norm(tokens, at)
    if name == "per" and _norm(tokens, at + 1) == "cent":
        return "%", 1.0, at + 1
    if name == "half" and _norm(tokens, at + 1) in ("step", "steps", "tone", "tones"):
        return "semitones", 1.0, at + 1
    if name == "milli" and _norm(tokens, at + 1) in ("second", "seconds"):
        return "s", 0.001, at + 1
    ended = _norm(tokens, at + 1) in ("", ",", ".", ";", ")", "\n")
    if name == "k" and not tokens[at].glued and ended and at and tokens[at - 1].kind != "punct":
        return (*UNITS[name], at)  # "two point five k"
    if name in ("k", "x", "c", "v", "mil") and not tokens[at].glued and _norm(tokens, at + 1)[:6] != "detune":
        return None  # "5 k" and "3 x" are no units
    if name == "s" and _norm(tokens, at + 1) in ("=", ":") and _norm(tokens, at + 2)[:1].isdigit():
        return None  # the sustain that follows
    if _a_decade(tokens, at):
        return None
    if name not in UNITS or (tokens[at].kind == "punct" and name != "%"):
        return None
    return (*UNITS[name], at)


def _a_decade(tokens: Sequence[Token], at: int) -> bool:
    """Whether the `s` at `at` makes years of a number: "80s pad", "the attack of a 50s organ"."""
    return _norm(tokens, at) == "s" and tokens[at].glued and _norm(tokens, at - 1) in _DECADES


def _unit_of_key(tokens: Sequence[Token], at: int, after: int) -> tuple[str, float, int] | None:
    """The unit that a key names: `attack_ms: 12`."""
    named = tokens[at - 2] if at > 2 and _norm(tokens, at - 1) in ("=", ":") else None
    if named is None or tokens[at - 3].kind != "word" or named.start - tokens[at - 3].end > 1:
        return None
    if named.norm not in UNITS | _KEY_UNITS or (len(named.norm) == 1 and tokens[at - 3].norm not in _TIMED):
        return None
    return (*(UNITS | _KEY_UNITS)[named.norm], after - 1)


def _sign(tokens: Sequence[Token], at: int) -> tuple[int, float]:
    """The first token of a number with its sign, and the sign."""
    before = _norm(tokens, at - 1)
    if before in ("-", "−", "–", "+") and tokens[at - 1].end == tokens[at].start:
        if _norm(tokens, at - 2) == "±" or [_norm(tokens, at - 3), _norm(tokens, at - 2)] == ["+", "/"]:
            return at, 1.0  # "+/- 25 cents"
        touching = at > 1 and tokens[at - 2].end == tokens[at - 1].start and tokens[at - 2].kind != "punct"
        if not touching:
            return at - 1, 1.0 if before == "+" else -1.0
    if before in ("-", "+") and _norm(tokens, at - 2) == "(":
        return at - 1, 1.0 if before == "+" else -1.0  # "( + 1 octave )"
    if before in ("minus", "plus"):
        return at - 1, -1.0 if before == "minus" else 1.0
    return at, 1.0


def _of_bars(value: float, tokens: Sequence[Token], at: int) -> str | None:
    if _norm(tokens, at) in ("bar", "bars"):
        return _BARS.get(value)
    return _BEATS.get(value) if _norm(tokens, at) in ("beat", "beats") else None


def _note_value(tokens: Sequence[Token], at: int) -> Number | None:
    """`1/8`, `1/8T`, `dotted eighth`, `8th notes`, `quarter note triplet`."""
    first, feel = at, ""
    if _norm(tokens, at) in ("dotted", "triplet") and at + 1 < len(tokens):
        feel, at = _FEEL[_norm(tokens, at)], at + 1
    found = _length(tokens, at) or (_named(tokens, at) if feel or _answers(tokens, at) else None)
    if found is None:
        return None
    length, last = found
    after = last + 1
    if _norm(tokens, after) in _NOTES:
        last, after = after, after + 1
    if not feel and _norm(tokens, after) in _FEEL and (len(_norm(tokens, after)) > 1 or tokens[after].glued):
        feel, last = _FEEL[_norm(tokens, after)], after
        if _norm(tokens, last + 1) in _NOTES:
            last += 1
    return Number(first, last, f"{length} {feel}".strip(), "note value")


def _answers(tokens: Sequence[Token], at: int) -> bool:
    """Whether a length alone says how long an echo or a cycle is: "Its delay? A quarter"."""
    before = [token.norm for token in tokens[max(at - 5, 0) : at]]
    while before and before[-1] in ("a", "an", "?", ":", "=", "is", "on", "at"):
        before.pop()
    told = before[-1:] != [_norm(tokens, at - 1)] and before[-1:] and before[-1] in _TIMED_BY_NOTES
    return bool(told) and (at + 1 == len(tokens) or tokens[at + 1].kind == "punct")


def _named(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    return (_NAMED[_norm(tokens, at)], at) if _norm(tokens, at) in _NAMED else None


def _touches(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing stands between a token and the one before."""
    return tokens[at].start == tokens[at - 1].end


def _length(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    head, following = _norm(tokens, at), _norm(tokens, at + 1)
    if following == "/" and tokens[at].kind == "number" and _norm(tokens, at + 2) in _DENOMINATORS:
        whole_text = _touches(tokens, at + 1) and _touches(tokens, at + 2)
        chain = (_norm(tokens, at + 3) == "/" and _touches(tokens, at + 3)) or (
            _norm(tokens, at - 1) == "/" and _touches(tokens, at)
        )
        if not whole_text or chain:
            return None
        if head == "1":
            return _DENOMINATORS[_norm(tokens, at + 2)], at + 2
        if head in ("2", "4", "8", "16", "32") and _norm(tokens, at + 2) == "1":
            return f"{head}/1", at + 2
        if head == "3" and _norm(tokens, at + 2) in ("4", "8", "16"):
            return {"4": "1/2 dotted", "8": "1/4 dotted", "16": "1/8 dotted"}[_norm(tokens, at + 2)], at + 2
        return None
    if head in _DENOMINATORS and following in ("th", "nd", "ths", "st"):
        return (_DENOMINATORS[head], at + 1) if head not in ("1", "2", "4") or following == "th" else None
    felt = following in _FEEL and len(following) > 1
    if head in _NAMED and (following in _NOTES or felt or head in _ALONE):
        return _NAMED[head], at
    return None
