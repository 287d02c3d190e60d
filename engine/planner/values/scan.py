"""Which number belongs to which noun: "attack 10 ms decay 300 ms" and "10 ms attack, 300 ms decay" say the same."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.planner.text import Token
from engine.planner.values.controllers import controllers
from engine.planner.values.grammar import words
from engine.planner.values.nouns import NounAt, nouns_in
from engine.planner.values.numbers import Number, numbers
from engine.planner.values.said import Said, Scan
from engine.planner.values.words import filter_types, legato, waveform, width_in_words, without_glide
from engine.planner.words import lexicon

_MOST_BETWEEN = 6
_UNBOUND = 10.0
_CONNECTORS, _STRONG, _BARRIERS = words("connectors"), words("strong"), words("barriers") | {"\n"}
_UP, _DOWN, _RAISED, _DROPPED = words("up"), words("down"), words("raised"), words("dropped")
_INTERVALS = {"second": 2, "third": 4, "fourth": 5, "fifth": 7, "sixth": 9, "seventh": 11}
_OTTAVA = {"8va": 12.0, "8vb": -12.0, "15ma": 24.0, "15mb": -24.0}
_COUNTED = ("unison_voices", "polyphony")


def scan(text: str, tokens: Sequence[Token]) -> Scan:
    """Every value that `text` asks for, one a noun (the last one said), with the tokens it is made of."""
    found = [*_envelopes(text, tokens), *controllers(tokens)]
    cannot = _mono_below(tokens)
    taken = {at for one in (*found, *(said for said, _ in cannot)) for at in one.tokens}
    free = [
        one
        for one in numbers(tokens)
        if not taken & set(range(one.first, one.last + 1)) and not _a_name(tokens, one)
    ]
    counted = [*_bands(tokens, free), *_notes_at_once(tokens, free)]
    found += counted
    used = {at for one in counted for at in one.tokens}
    free = [one for one in free if not used & set(range(one.first, one.last + 1))]
    numbered = {at for one in free for at in range(one.first, one.last + 1)}
    nouns = [
        one
        for one in nouns_in(text, tokens)
        if _is_free(one, taken, found) and not numbered & set(range(one.first, one.last + 1))
    ]
    bound = _bind(tokens, free, nouns)
    for number, noun in zip(free, bound, strict=True):
        said = _said(tokens, number, noun) if noun else _alone(tokens, number)
        if noun is None:
            said = _said_again(tokens, number, found) or said
        if said is None:
            continue
        if noun is not None and noun.noun.cannot:
            cannot.append((said, noun.noun.cannot))
        else:
            found.append(said)
            found += _shared(tokens, number, noun, nouns)
    found += _tempo_in_words(tokens)
    found += _the_same(tokens, nouns, found)
    found += _octaves(tokens, {at for one in found for at in one.tokens})
    found += filter_types(tokens, nouns)
    found += [*waveform(tokens), *legato(tokens), *without_glide(tokens), *width_in_words(tokens)]
    return Scan(tuple(_last_of_each(found)), tuple(cannot))


def _is_free(noun: NounAt, taken: set[int], found: Sequence[Said]) -> bool:
    """Whether a noun may have a number; the vibrato that a wheel brings in has a rate of its own."""
    brought = noun.noun.gives.get("Hz", "").removesuffix("_rate") in [
        one.value for one in found if one.unit == "word"
    ]
    return brought or not taken & set(range(noun.first, noun.last + 1))


def _last_of_each(found: Sequence[Said]) -> list[Said]:
    by_noun = {one.noun: one for one in sorted(found, key=lambda one: one.tokens[0])}
    return sorted(by_noun.values(), key=lambda one: one.tokens[0])


def _a_name(tokens: Sequence[Token], number: Number) -> bool:
    """Whether the number is what a thing is called: an 808 is no attack of 808 ms."""
    token = tokens[number.last]
    return number.unit == "bare" and token.kind == "number" and (token.norm,) in lexicon().phrases


# Binding


@dataclass(frozen=True, slots=True)
class _Choice:
    cost: float
    noun: NounAt | None
    side: str


def _bind(tokens: Sequence[Token], free: Sequence[Number], nouns: Sequence[NounAt]) -> list[NounAt | None]:
    """The noun of each number: as many as possible are bound, then each to what stands nearest.

    A noun between two numbers goes to one of them, so the best choice is found from left to right, once with the
    noun before a number taken by the number before that, and once with it free.
    """
    best: list[tuple[float, list[NounAt | None]]] = [(0.0, [])]
    used: list[int] = [-1]
    for number in free:
        paths: list[tuple[float, list[NounAt | None], int]] = []
        for (cost, bound), before in zip(best, used, strict=True):
            for choice in _choices(tokens, number, nouns, free):
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


def _another(noun: NounAt | None, before: Number, number: Number) -> bool:
    """Whether a noun takes a second number of another unit: "vibrato at 5 Hz, 30 cents"."""
    if noun is None:
        return True
    return _gives(noun, before) != _gives(noun, number)


def _gives(noun: NounAt, number: Number) -> str:
    gives = noun.noun.gives
    if noun.noun.cannot:
        return "cannot"
    if number.unit == "bare":
        return gives.get("bare") or gives.get(_bare(number), "")
    return gives.get(number.unit, "")


def _bare(number: Number) -> str:
    """What a bare number may be where most are nothing: none, a sign, a part of a whole."""
    if number.value == 0:
        return "bare_zero"
    return "bare_signed" if number.signed else "%" if isinstance(number.value, float) and number.value < 1 else ""


def _choices(
    tokens: Sequence[Token], number: Number, nouns: Sequence[NounAt], free: Sequence[Number]
) -> Iterator[_Choice]:
    yield _Choice(_UNBOUND, None, "")
    left = [one for one in nouns if one.last < number.first]
    while left and left[-1].noun.of_last and not _gives(left[-1], number):
        left.pop()
    if left:
        yield from _left(tokens, number, left[-1], free)
    right = [one for one in nouns if one.first > number.last]
    if right:
        yield from _right(tokens, number, right[0], free)


def _left(tokens: Sequence[Token], number: Number, noun: NounAt, free: Sequence[Number]) -> Iterator[_Choice]:
    if not _gives(noun, number):
        return
    inside = {at for one in free if noun.last < one.first < number.first for at in range(one.first, one.last + 1)}
    between = [
        token.norm
        for at, token in enumerate(tokens[noun.last + 1 : number.first], noun.last + 1)
        if at not in inside
    ]
    turns = _gives(noun, number).endswith("_rate") and set(between) & _BARRIERS == {"and"} and len(between) < 9
    past_comma = between[:1] == [","] and number.unit in ("Hz", "note value") and noun.last == number.first - 2
    if not turns and (len(between) > _MOST_BETWEEN or (_BARRIERS & set(between) and not past_comma)):
        return
    other = sum(word not in _CONNECTORS for word in between)
    in_words = number.worded and number.value and not (noun.noun.spoken or _gives(noun, number) in _COUNTED)
    if (other > 2 and not turns) or (number.unit == "bare" and (other or in_words)):
        return
    cost = 0.1 * len(between) + 0.4 * other - (0.3 if _STRONG & set(between) else 0.0) + (0.3 if inside else 0.0)
    cost += 2.0 if past_comma else 0.0
    yield _Choice(cost, noun, "left")


def _right(tokens: Sequence[Token], number: Number, noun: NounAt, free: Sequence[Number]) -> Iterator[_Choice]:
    if not _gives(noun, number) or any(number.last < one.first < noun.first for one in free):
        return
    between = [token.norm for token in tokens[number.last + 1 : noun.first]]
    if len(between) > 3 or (_BARRIERS & set(between)):
        return
    outright = noun.noun.spoken or (_gives(noun, number) in _COUNTED and not between)
    if number.unit == "bare" and number.value and not outright:
        return
    other = sum(word not in ("of", "a", "an", "the", "-") for word in between)
    yield _Choice(0.1 * len(between) + 0.3 * other, noun, "right")


# What is said


def _said(tokens: Sequence[Token], number: Number, noun: NounAt) -> Said | None:
    name = _gives(noun, number)
    if noun.noun.spoken and number.unit == "bare":
        number = replace(number, unit="s")
    made = _value(name, number, _direction(tokens, number))
    if made is None:
        return None
    first, last = min(number.first, noun.first), max(number.last, noun.last)
    kept = range(noun.first, noun.last + 1) if noun.noun.keeps else ()
    whole = range(first, last + 1)
    between = [at for at in whole if not (number.first <= at <= number.last or noun.first <= at <= noun.last)]
    inside = {at for at in between if tokens[at].norm in _CONNECTORS | _UP | _DOWN}
    used = [at for at in whole if at not in kept and (at not in between or at in inside)]
    return Said(*made, tuple(used), first, last)


def _value(name: str, number: Number, direction: int) -> tuple[str, float | str, str] | None:
    """Noun, value and unit of a number beside its noun."""
    if isinstance(number.value, str):
        return name, number.value, "note value"
    value = number.value if name == "transpose" or name == "distortion_drive" else abs(number.value)
    match name:
        case "attack" | "decay" | "release" if number.unit == "bare":
            return name, value if 0 < value < 10 and value != int(value) else value / 1000.0, "s"
        case "sustain" if number.unit == "dB":
            return name, round(100.0 * 10.0 ** (-value / 20.0), 2), "%"
        case _ if number.unit == "bare" and (
            name in ("sustain", "resonance", "reverb_size") or name.endswith("_mix")
        ):
            return name, value * 100.0 if value <= 1.0 else value, "%"
        case "cutoff" if number.unit == "%":
            return name, round(440.0 * 2.0 ** ((8.0 + 1.28 * value - 69.0) / 12.0), 1), "Hz"
        case "cutoff" if number.unit == "bare":
            return (name, value, "Hz") if value >= 20.0 else None
        case "filter_drive" if number.unit == "%":
            return name, 0.2 * value, "dB"
        case "distortion_drive" if number.unit == "%":
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
            sign = direction if direction and not number.signed else 1
            return name, float(round(sign * value)), "semitones"
    unit = {"bare": _BARE.get(name, "%")}.get(number.unit, number.unit)
    return name, value, unit


_PARTS_OF_A_WHOLE = (
    "sustain",
    "resonance",
    "reverb_size",
    "delay_feedback",
    "tremolo_depth",
    "width",
    "noise_level",
)
"""Values that people also write from 0 to 1."""
_BARE = {"unison_voices": "voices", "polyphony": "voices", "glide": "s", "cannot": ""}


def _alone(tokens: Sequence[Token], number: Number) -> Said | None:
    """What a number says with its unit alone: voices, an interval up or down, cents of detune."""
    if isinstance(number.value, str):
        return None
    used, value = tuple(range(number.first, number.last + 1)), abs(number.value)
    if number.unit == "voices" and "x" not in tokens[number.last].norm:
        near = {token.norm for token in tokens}
        if words("sung") & near:
            return None
        noun = "polyphony" if words("polyphonic") & near else "unison_voices"
        return Said(noun, value, "voices", used, *_ends(used))
    if number.unit == "bare" and number.signed and value in (12.0, 24.0, 36.0) and _stands_alone(tokens, number):
        return Said("transpose", float(number.value), "semitones", used, *_ends(used))
    if number.unit == "cents":
        return Said("detune", value, "cents", used, *_ends(used))
    direction = _direction(tokens, number)
    if number.unit == "semitones" and (direction or number.signed):
        sign = 1 if number.signed else direction
        used = tuple(sorted({*used, *_direction_at(tokens, number)}))
        return Said("transpose", float(round(sign * number.value)), "semitones", used, *_ends(used))
    return None


def _tempo_in_words(tokens: Sequence[Token]) -> list[Said]:
    """ "a hundred bpm"; in digits it is a quantity."""
    for number in numbers(tokens, tempos=True):
        if number.worded and _norm(tokens, number.last + 1) == "bpm" and isinstance(number.value, float):
            used = tuple(range(number.first, number.last + 2))
            return [Said("tempo", number.value, "bpm", used, *_ends(used))]
    return []


def _shared(tokens: Sequence[Token], number: Number, noun: NounAt | None, nouns: Sequence[NounAt]) -> list[Said]:
    """ "attack and release 2.5 s each": a noun that is joined to the one with the number has it, too."""
    if noun is None or noun.last > number.first:
        return []
    joined = next(
        (one for one in nouns if one.last == noun.first - 2 and _norm(tokens, noun.first - 1) in _AND), None
    )
    if joined is None or not _gives(joined, number):
        return []
    said = _said(tokens, number, joined)
    return [replace(said, tokens=tuple(range(joined.first, joined.last + 1)))] if said else []


def _the_same(tokens: Sequence[Token], nouns: Sequence[NounAt], found: Sequence[Said]) -> list[Said]:
    """ "reverb 25%, delay the same"."""
    made = []
    for one in nouns:
        after = [token.norm for token in tokens[one.last + 1 : one.last + 3]]
        if "same" not in after or "the" not in {*after[:1], "the" if after[:1] == ["same"] else ""}:
            continue
        before = [said for said in found if said.last < one.first and said.unit in one.noun.gives]
        if before:
            used = tuple(range(one.first, one.last + 1 + after.index("same") + 1))
            made.append(
                Said(one.noun.gives[before[-1].unit], before[-1].value, before[-1].unit, used, *_ends(used))
            )
    return made


_AS_WELL = {",", "and", "+", "/", "-", "±"}
_AND = {"and", "&", "+"}
_CORRECTIONS = {"make", "actually", "wait", "rather", "sorry", "mean", "better"}


def _said_again(tokens: Sequence[Token], number: Number, found: Sequence[Said]) -> Said | None:
    """A number that sets the one before right ("no, make that 400 ms"), or a vibrato's depth after its rate."""
    before = [one for one in found if one.last < number.first]
    if not before or isinstance(number.value, str):
        return None
    last, between = before[-1], {token.norm for token in tokens[before[-1].last + 1 : number.first]}
    taken_back = {token.norm for token in tokens[max(last.first - 3, 0) : last.first]} & {"not", "instead"}
    used = tuple(range(number.first, number.last + 1))
    same = number.unit in (last.unit, "bare") if taken_back else number.unit == last.unit
    if same and (between & _CORRECTIONS or (taken_back and between & {"but", "use", "do", "give", "try"})):
        return Said(last.noun, number.value, last.unit, used, *_ends(used))
    if (
        last.noun == "vibrato_rate"
        and number.unit in ("cents", "semitones")
        and between <= {",", "and", "+", "/", "-", "±"}
    ):
        cents = abs(number.value) * (1.0 if number.unit == "cents" else 100.0)
        return Said("vibrato_depth", cents, "cents", used, *_ends(used))
    return None


def _stands_alone(tokens: Sequence[Token], number: Number) -> bool:
    """Whether nothing but marks stands around a number, as in "square bass / mono / -12"."""
    return _norm(tokens, number.first - 1) in (",", "/", "|", ";") and _norm(tokens, number.last + 1) in (
        "",
        ",",
        "/",
        "|",
        ".",
    )


def _ends(used: Sequence[int]) -> tuple[int, int]:
    return used[0], used[-1]


def _direction(tokens: Sequence[Token], number: Number) -> int:
    said = {tokens[at].norm for at in _direction_at(tokens, number)}
    return 1 if (_UP | _RAISED) & said else -1 if (_DOWN | _DROPPED) & said else 0


def _direction_at(tokens: Sequence[Token], number: Number) -> tuple[int, ...]:
    """The tokens next to an interval that say up or down."""
    for places in ((number.last + 1, number.last + 2), (number.first - 1, number.first - 2)):
        for at in places:
            if not 0 <= at < len(tokens) or tokens[at].norm in _BARRIERS:
                break
            if tokens[at].norm in _UP | _DOWN:
                return (at,)
    for at in range(number.first - 1, max(number.first - 6, -1), -1):
        if tokens[at].norm in _BARRIERS:
            break
        if tokens[at].norm in _RAISED | _DROPPED:
            return (at,)
    return ()


def _octaves(tokens: Sequence[Token], taken: set[int]) -> list[Said]:
    """An interval without a number: "octave up", "a perfect fifth below", "sounding 8vb"."""
    found = []
    for at, token in enumerate(tokens):
        after = _norm(tokens, at + 1)
        if at in taken:
            continue
        if token.norm == "8" and after in ("va", "vb"):
            found.append(Said("transpose", _OTTAVA[f"8{after}"], "semitones", (at, at + 1), at, at + 1))
        semitones = 12 if token.norm == "octave" else _INTERVALS.get(token.norm)
        where = None if semitones is None else _direction_of(tokens, at)
        if semitones is None or where is None:
            continue
        minor = semitones < 12 and _norm(tokens, at - 1) == "minor"
        sign = 1 if _norm(tokens, where) in _UP else -1
        used = tuple(sorted((at, where)))
        found.append(Said("transpose", float(sign * (semitones - minor)), "semitones", used, *_ends(used)))
    return found


def _direction_of(tokens: Sequence[Token], at: int) -> int | None:
    """Where it says up or down beside an interval at `at`: "a fifth up", "up a minor third"."""
    before = at - 1
    while _norm(tokens, before) in ("a", "an", "minor", "major", "perfect", "by", "one"):
        before -= 1
    return next((place for place in (at + 1, before) if _norm(tokens, place) in _UP | _DOWN), None)


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _bands(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "everything below 500 Hz removed" is a high pass, "nothing above 2 kHz" a low one."""
    found = []
    for number in free:
        side = _norm(tokens, number.first - 1)
        near = {token.norm for token in tokens[max(number.first - 6, 0) : number.last + 4]}
        if number.unit != "Hz" or side not in ("below", "under", "above", "over") or not words("removed") & near:
            continue
        used = tuple(range(number.first - 1, number.last + 1))
        kind = "high_pass" if side in ("below", "under") else "low_pass"
        found += [
            Said("filter_type", kind, "word", used, *_ends(used)),
            Said("cutoff", number.value, "Hz", used, *_ends(used)),
        ]
    return found


def _notes_at_once(tokens: Sequence[Token], free: Sequence[Number]) -> list[Said]:
    """ "up to six notes at once"."""
    found = []
    for number in free:
        after = [token.norm for token in tokens[number.last + 1 : number.last + 4]]
        if after[:1] == ["notes"] and (after[1:] in (["at", "once"], ["at", "a"]) or after[1:2] == ["together"]):
            used = tuple(range(number.first, number.last + 4 if after[1] == "at" else number.last + 3))
            found.append(Said("polyphony", float(number.value), "voices", used, *_ends(used)))
    return found


def _mono_below(tokens: Sequence[Token]) -> list[tuple[Said, str]]:
    """ "mono below 120 Hz" is no note and no cutoff."""
    for number in numbers(tokens):
        near = [token.norm for token in tokens[max(number.first - 4, 0) : number.first]]
        if number.unit == "Hz" and "mono" in near and near[-1] in ("below", "under", "beneath"):
            used = tuple(range(number.first - 1, number.last + 1))
            why = "every preset is kept safe in mono below 150 Hz"
            return [(Said("width", 0.0, "%", used, *_ends(used)), why)]
    return []


# Envelopes in one breath

_NUMBER = r"(\d+(?:[.,]\d+)?)\s*(ms|s|sec|%)?"
_ADSR = re.compile(rf"\badsr\b\s*[:=]?\s*(?:of\s+)?{_NUMBER}" + rf"\s*[/,;\s-]\s*{_NUMBER}" * 3, re.IGNORECASE)
_LETTERED = re.compile(
    rf"\bA\s*[:=]?\s*{_NUMBER}[\s,/;]+D\s*[:=]?\s*{_NUMBER}[\s,/;]+S\s*[:=]?\s*{_NUMBER}[\s,/;]+R\s*[:=]?\s*{_NUMBER}"
)
_PARTS = ("attack", "decay", "sustain", "release")


def _envelopes(text: str, tokens: Sequence[Token]) -> list[Said]:
    """`ADSR 800/200/70/1500` and `A5 D200 S60 R400`: bare times are ms, or s where one has a decimal point."""
    found = _ADSR.search(text) or _LETTERED.search(text)
    if found is None:
        return []
    used = tuple(at for at, token in enumerate(tokens) if found.start() <= token.start < found.end())
    parts = [(float(found[2 * n + 1].replace(",", ".")), (found[2 * n + 2] or "").lower()) for n in range(4)]
    times = [value for n, (value, unit) in enumerate(parts) if n != 2 and not unit]
    in_seconds = any(value != int(value) for value in times) and max(times, default=0.0) < 30.0
    made = []
    for n, (value, unit) in enumerate(parts):
        if n == 2:
            share = (
                value * 100.0
                if not unit and value <= 1.0 and (in_seconds or value != int(value) or value == 0)
                else value
            )
            made.append(Said("sustain", min(share, 100.0), "%", used, *_ends(used)))
            continue
        seconds = value if unit in ("s", "sec") or (not unit and in_seconds) else value / 1000.0
        made.append(Said(_PARTS[n], seconds, "s", used, *_ends(used)))
    return made if all(math.isfinite(float(one.value)) for one in made) else []
