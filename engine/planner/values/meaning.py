"""What a number says beside its noun, alone, or after another number."""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.text import Token
from engine.planner.values.binding import gives
from engine.planner.values.grammar import BARRIERS, CONNECTORS, words
from engine.planner.values.loose import alone, corrects
from engine.planner.values.nouns import NounAt
from engine.planner.values.numbers import UNITS, Number
from engine.planner.values.said import Said

UP, DOWN = words("up"), words("down")
_RAISED, _DROPPED = words("raised"), words("dropped")
_FROM_0_TO_1 = ("sustain", "resonance", "reverb_size", "delay_feedback", "tremolo_depth", "width", "noise_level")
"""Values that people also write as a part of 1, beside all mixes."""
_SIGNED = ("transpose", "octaves", "distortion_drive", "cannot")
_BARE = {"detune": "cents", "unison_voices": "voices", "polyphony": "voices", "glide": "s", "cannot": ""}
_AS_WELL = {",", "and", "+", "/", "-", "±", "with", "at", "by", "a", "depth", "of", "(", "about", "around"}
_CORRECTED_REACH = 14
_INSTEAD = {"but", "use", "do", "give", "try", "go", "rather", "want"}
_MOST_DRIVE_DB = 30.0
"""A larger drive without a unit is in per cent."""
_MARKS = (",", "/", "|", ";")


def said_by(tokens: Sequence[Token], number: Number, noun: NounAt) -> Said | None:
    """What a number says beside its noun; None if it can't be a value of it."""
    name = gives(noun, number)
    if noun.noun.spoken and number.unit == "bare":
        number = replace(number, unit="s")
    made = _value(name, number, direction(tokens, number))
    if made is None:
        return None
    first, last = min(number.first, noun.first), max(number.last, noun.last)
    kept = range(noun.first, noun.last + 1) if noun.noun.keeps else ()
    whole = range(first, last + 1)
    between = [at for at in whole if not (number.first <= at <= number.last or noun.first <= at <= noun.last)]
    inside = {at for at in between if tokens[at].norm in CONNECTORS | UP | DOWN}
    used = [at for at in whole if at not in kept and (at not in between or at in inside)]
    return Said(*made, tuple(used), first, last)


def _value(name: str, number: Number, way: int) -> tuple[str, float | str, str] | None:
    """Noun, value and unit of a number beside its noun."""
    if isinstance(number.value, str):
        return name, number.value, "note value"
    if number.value < 0 and name not in _SIGNED and number.unit != "dB":
        return None  # there is no attack of −5 ms
    value = number.value if name in _SIGNED else abs(number.value)
    match name:
        case "attack" | "decay" | "release" | "glide" if number.unit == "bare":
            return name, value if 0 < value < 10 and value != int(value) else value / 1000.0, "s"
        case "delay_mix" if number.unit == "bare" and value > 100.0:
            return "delay_time", value / 1000.0, "s"
        case _ if number.unit == "bare" and name.endswith("_rate"):
            return name, value, "Hz"
        case "sustain" if number.unit == "dB":
            return name, round(100.0 * 10.0 ** (-value / 20.0), 2), "%"
        case _ if number.unit == "bare" and (name in _FROM_0_TO_1 or name.endswith("_mix")):
            return name, value * 100.0 if value <= 1.0 else value, "%"
        case "detune" if number.unit == "bare" and 0.0 < value < 1.0:
            return name, 100.0 * value, "%"
        case "cutoff" if number.unit == "%":
            return name, round(440.0 * 2.0 ** ((8.0 + 1.28 * value - 69.0) / 12.0), 1), "Hz"
        case "cutoff" if number.unit == "bare":
            return (name, value, "Hz") if value >= 20.0 else None
        case "filter_drive" | "distortion_drive" if number.unit == "bare" and value <= _MOST_DRIVE_DB:
            return name, value, "dB"
        case "filter_drive" if number.unit in ("%", "bare"):
            return name, 0.2 * value, "dB"
        case "distortion_drive" if number.unit in ("%", "bare"):
            return name, 0.3 * value, "dB"
        case "detune" | "vibrato_depth" if number.unit == "semitones":
            return name, 100.0 * value, "cents"
        case "vibrato_depth" if number.unit == "%":
            return name, value, "cents"
        case "lfo_period":
            return ("lfo_rate", round(1.0 / value, 4), "Hz") if value > 0 else None
        case "octaves":
            return "transpose", 12.0 * number.value, "semitones"
        case "transpose":
            sign = way if way and not number.signed else 1
            return name, float(round(sign * value)), "semitones"
    unit = {"bare": _BARE.get(name, "%")}.get(number.unit, number.unit)
    return name, value, unit


def said_alone(tokens: Sequence[Token], number: Number, *, counts_notes: bool = False) -> Said | None:
    """What a number says with its unit alone: voices, an interval up or down, cents of detune.

    Where another number `counts_notes` that may sound at once, voices are those of a unison.
    """
    if isinstance(number.value, str):
        return None
    used, value = tuple(range(number.first, number.last + 1)), abs(number.value)
    if number.unit == "voices" and "x" not in tokens[number.last].norm:
        near = {token.norm for token in tokens}
        if words("sung") & near:
            return None
        noun = "polyphony" if words("polyphonic") & near and not counts_notes else "unison_voices"
        return Said(noun, value, "voices", used, *ends(used))
    if number.unit == "bare" and number.signed and value in (12.0, 24.0, 36.0) and _stands_alone(tokens, number):
        return Said("transpose", float(number.value), "semitones", used, *ends(used))
    if number.unit == "cents":
        return Said("detune", value, "cents", used, *ends(used))
    way = direction(tokens, number)
    if number.unit == "semitones" and (way or number.signed):
        sign = 1 if number.signed else way
        used = tuple(sorted({*used, *direction_at(tokens, number)}))
        return Said("transpose", float(round(sign * number.value)), "semitones", used, *ends(used))
    return None


def _stands_alone(tokens: Sequence[Token], number: Number) -> bool:
    """Whether nothing but marks stands around a number, as in "square bass / mono / -12"."""
    return norm(tokens, number.first - 1) in _MARKS and norm(tokens, number.last + 1) in ("", ".", *_MARKS)


def said_again(
    tokens: Sequence[Token], number: Number, values: Sequence[Said], free: Sequence[Number] = ()
) -> Said | None:
    """A number that sets the one before right ("no, make that 400 ms"), or a vibrato's depth after its rate.

    One without a unit has that of the number among `free` that it sets right.
    """
    before = sorted((said for said in values if said.last < number.first), key=lambda said: said.last)
    if not before:
        return None
    last, between = before[-1], [token.norm for token in tokens[before[-1].last + 1 : number.first]]
    taken_back = {token.norm for token in tokens[max(last.first - 3, 0) : last.last]} & {
        "not",
        "instead",
        "rather",
        "too",
        "don't",
        "dont",
        "never",
    }
    used = tuple(range(number.first, number.last + 1))
    same = number.unit == last.unit or (number.unit == "bare" and alone(tokens, number))
    right = corrects(tokens, number, between) or (set(between) & words("complaints") and alone(tokens, number))
    if same and (right or (taken_back and set(between) & _INSTEAD)) and len(between) <= _CORRECTED_REACH:
        value = _in_unit_of(tokens, number, last, free)
        if last.noun == "transpose" and isinstance(value, float) and not number.signed:
            before_it = -1 if isinstance(last.value, float) and last.value < 0 else 1
            value = (direction(tokens, number) or before_it) * abs(value)
        return Said(last.noun, value, last.unit, used, *ends(used))
    if last.noun == "tremolo_rate" and number.unit == "%" and set(between) <= _AS_WELL and alone(tokens, number):
        return Said("tremolo_depth", number.value, "%", used, *ends(used))
    cents = number.unit in ("cents", "semitones") and set(between) <= _AS_WELL and not direction(tokens, number)
    if last.noun == "vibrato_rate" and cents and not isinstance(number.value, str):
        depth = abs(number.value) * (1.0 if number.unit == "cents" else 100.0)
        return Said("vibrato_depth", depth, "cents", used, *ends(used))
    return None


def _in_unit_of(tokens: Sequence[Token], number: Number, last: Said, free: Sequence[Number]) -> float | str:
    """A number in the unit that the one had which it sets right: "attack 200 ms, no, 30"."""
    if isinstance(number.value, str) or number.unit != "bare":
        return number.value
    said = next((one for one in free if last.first <= one.first and one.last <= last.last), None)
    written = UNITS.get(tokens[said.last].norm) if said is not None else None
    return round(number.value * written[1], 6) if written is not None and written[0] == last.unit else number.value


def ends(used: Sequence[int]) -> tuple[int, int]:
    """The first and the last of some tokens in order."""
    return used[0], used[-1]


def norm(tokens: Sequence[Token], at: int) -> str:
    """A token's word; empty past the ends of the text."""
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def direction(tokens: Sequence[Token], number: Number) -> int:
    """1 if words beside an interval say up, −1 if down, 0 if neither."""
    said = {tokens[at].norm for at in direction_at(tokens, number)}
    return 1 if (UP | _RAISED) & said else -1 if (DOWN | _DROPPED) & said else 0


def direction_at(tokens: Sequence[Token], number: Number) -> tuple[int, ...]:
    """The tokens next to an interval that say up or down."""
    for places in ((number.last + 1, number.last + 2), (number.first - 1, number.first - 2)):
        for at in places:
            if not 0 <= at < len(tokens) or tokens[at].norm in BARRIERS:
                break
            if tokens[at].norm in UP | DOWN:
                return (at,)
    for at in range(number.first - 1, max(number.first - 6, -1), -1):
        if tokens[at].norm in BARRIERS:
            break
        if tokens[at].norm in _RAISED | _DROPPED:
            return (at,)
    return ()
