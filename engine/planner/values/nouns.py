"""Nouns that a number can belong to, from the lexicon's `values.yaml`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from engine.errors import SpecError
from engine.planner.text import Token, tokenise
from engine.planner.words import read_yaml


@dataclass(frozen=True, slots=True)
class Noun:
    """What a number beside it becomes, by the number's unit; `filter_type` where the noun names one."""

    gives: Mapping[str, str] = field(default_factory=dict)
    filter_type: str = ""
    cannot: str = ""
    """Why it is never set, in words."""
    keeps: bool = False
    """The noun goes on to say what it says without a number."""
    spoken: bool = False
    """It is said in a sentence ("to die away"), where a bare number is in seconds."""
    of_last: str = ""
    """What it is of the noun before it: its `%`, its depth or its rate."""


@dataclass(frozen=True, slots=True)
class NounAt:
    """A noun at tokens `first` to `last`, inclusive."""

    first: int
    last: int
    noun: Noun


_EFFECTS = ("reverb", "delay", "chorus", "phaser", "flanger", "distortion", "compressor")
_ALIASES = {
    "rvb": "reverb",
    "verb": "reverb",
    "rev": "reverb",
    "dly": "delay",
    "cho": "chorus",
    "vib": "vibrato",
    "drv": "drive",
    "comp": "compressor",
}
_ALIASES |= {"trem": "tremolo", "dist": "distortion", "phs": "phaser", "flg": "flanger", "mw": "wheel"}
"""As people shorten them beside a number."""
_PULSES = {"pulse", "pwm", "square", "duty"}
_SPOKEN_RELEASES = {
    f"{verb} {where}" for verb in ("die", "dies", "fade", "fades") for where in ("away", "off", "out")
}
_HELD_DECAY = Noun({"s": "decay", "bare": "decay"}, keeps=True, spoken=True)
_OWNED = ((("(",), (")",)), (("[",), ("]",)), (("of", "the"), ()), (("on", "the"), ()), (("of",), ()))
_MOST_TURNED = 6
_LETTERS = {"a": "attack", "d": "decay", "s": "sustain", "r": "release"}


@cache
def _nouns() -> dict[tuple[str, ...], Noun]:
    found: dict[tuple[str, ...], Noun] = {}
    for row in read_yaml("values.yaml"):
        noun = Noun(
            row["gives"],
            filter_type=row.get("type", ""),
            **{field: row[field] for field in ("cannot", "keeps", "spoken", "of_last") if field in row},
        )
        for text in row["words"].split(","):
            key = tuple(token.norm for token in tokenise(text.strip()))
            if not key or found.get(key, noun) is not noun:
                raise SpecError(f"planner lexicon, values: {text.strip()!r} is empty or stands there twice")
            found[key] = noun
    return found


def filter_type_of(word: str) -> str:
    """The type of filter that a word names; empty if it names none."""
    noun = _nouns().get((word,))
    return noun.filter_type if noun is not None else ""


def takes_percent(word: str) -> bool:
    """Whether a single word is a noun that a per cent can belong to, no matter of what."""
    noun = _nouns().get((_ALIASES.get(word, word),))
    return noun is not None and ("%" in noun.gives or bool(noun.of_last))


def is_noun(word: str, *, bare: bool = False) -> bool:
    """Whether a single word is a noun that a number, or a `bare` one, can belong to."""
    noun = _nouns().get((_ALIASES.get(word, word),))
    return noun is not None and (not bare or "bare" in noun.gives)


@cache
def noun_words() -> frozenset[str]:
    """Every word that some noun is written with."""
    return frozenset(word for key in _nouns() for word in key)


@cache
def _longest() -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in _nouns():
        longest[key[0]] = max(len(key), longest.get(key[0], 0))
    return longest


def nouns_in(text: str, tokens: Sequence[Token], numbered: Collection[int] = ()) -> list[NounAt]:
    """Every noun from left to right, the longest phrase first; `A`, `D`, `S`, `R` before `:` or `=` too.

    Tokens of `numbered` belong to numbers: in "7 voices unison" the noun is the unison.
    """
    found: list[NounAt] = []
    at = 0
    while at < len(tokens):
        end = min((one for one in numbered if one >= at), default=len(tokens))
        one = _turned(tokens[:end], at) or _phrase(tokens[:end], at) if end > at else None
        one = one or (_letter(text, tokens, at) if end > at else None)
        known = _in_its_context(tokens, one, found) if one else None
        if known is not None:
            found.append(known)
        at = one.last + 1 if one else at + 1
    return found


def _in_its_context(tokens: Sequence[Token], noun: NounAt, before: Sequence[NounAt]) -> NounAt | None:
    """The noun as the ones before it make it: "reverb: decay 8 s" is no envelope's decay, "mix" is of an effect.

    None for a mere "wet" that belongs to what follows: "30% wet distortion".
    """
    if noun.noun.of_last:
        if not before or (noun.last + 1 < len(tokens) and _phrase(tokens, noun.last + 1)):
            return None
        owners = (_part_of(other.noun, noun.noun.of_last) for other in reversed(before))
        return NounAt(noun.first, noun.last, next((part for part in owners if part.gives), Noun()))
    words = " ".join(token.norm for token in tokens[noun.first : noun.last + 1])
    if words == "width" and _of_a_pulse(tokens, noun.first):
        return NounAt(noun.first, noun.last, Noun({"%": "pulse_width"}))
    if words in _SPOKEN_RELEASES and {token.norm for token in tokens[noun.last :]} & {"hold", "holding", "held"}:
        return NounAt(noun.first, noun.last, _HELD_DECAY)
    if words in ("oct", "octave") and noun.first and tokens[noun.first - 1].norm in ("/", "per"):
        return None  # "24 dB/oct"
    if words in ("decay", "tail", "time", "length") and _before_its_owner(tokens, noun):
        return NounAt(noun.first, noun.last, Noun({"s": "reverb_decay"}))
    if words == "decay" and before and _is_its(tokens, before[-1], noun):
        return NounAt(noun.first, noun.last, Noun({"s": "reverb_decay"}))
    filters = any(n.noun.filter_type for n in before)
    if words in ("centre", "center") and not filters:
        return None
    opened = next((n for n in before if tokens[min(n.last + 1, len(tokens) - 1)].norm in (":", "(")), None)
    if opened is None or any(token.norm in (".", ";", "\n") for token in tokens[opened.last + 1 : noun.first]):
        return noun
    if words in ("decay", "time", "length") and opened.noun.gives.get("%") == "reverb_mix":
        return NounAt(noun.first, noun.last, Noun({"s": "reverb_decay"}))
    return noun


def _of_a_pulse(tokens: Sequence[Token], at: int) -> bool:
    """Whether a width is that of a pulse: "a pulse at 25 % width", but "pulse lead, stereo width 80 %"."""
    before = [token.norm for token in tokens[max(at - 8, 0) : at]]
    near = set(before[-4:]) & _PULSES
    parted = {",", ";", ".", "stereo", "and"} & set(before)
    return bool(near or (not parted and set(before) & _PULSES))


def _before_its_owner(tokens: Sequence[Token], part: NounAt) -> bool:
    """Whether the reverb that it is of stands behind its number: "decay 2.5 s on the reverb"."""
    rest = [token.norm for token in tokens[part.last + 1 : part.last + 9]]
    owner = next((n for n, word in enumerate(rest) if word in ("reverb", "verb", "hall", "plate")), 0)
    before = rest[:owner]
    of_it = before[-2:] in (["on", "the"], ["of", "the"], ["for", "the"]) or before[-1:] in (["on"], ["of"])
    return of_it and "," not in before and any(word[:1].isdigit() for word in before)


def _is_its(tokens: Sequence[Token], owner: NounAt, part: NounAt) -> bool:
    """Whether a decay is that of the reverb before it: "reverb 40 % with a six second decay"."""
    between = {token.norm for token in tokens[owner.last + 1 : part.first]}
    said = "its" in between or ("with" in between and "and" not in between)
    said = said and not between & {".", ";"}
    its_verb = bool(between) and between <= {"should", "must", "can", "that", "which", "will", "to", "would", "has"}
    if _in_the_same_part(tokens, owner, part):
        return True
    return bool(said or its_verb) and owner.noun.gives.get("%") == "reverb_mix" and part.first - owner.last < 10


def _in_the_same_part(tokens: Sequence[Token], owner: NounAt, part: NounAt) -> bool:
    """Whether marks part a list in which both stand together: "release 4 s, reverb 45% decay 6 s"."""
    between = [token.norm for token in tokens[owner.last + 1 : part.first]]
    listed = any(token.norm in (",", "/", "|", ";") for token in tokens[: owner.first])
    numbered = all(word[:1].isdigit() or word in ("%", "percent", "mix", "wet", "size") for word in between)
    seconds = tokens[part.last + 2].norm if part.last + 2 < len(tokens) else ""
    long = seconds in ("s", "sec", "seconds", "secs")
    of_reverb = owner.noun.gives.get("%") in ("reverb_mix", "reverb_size")
    return bool(between) and listed and numbered and long and of_reverb


def _part_of(owner: Noun, part: str) -> Noun:
    """A part of a noun: the mix of an effect, the depth or the rate of a vibrato, a tremolo or an LFO."""
    gives = owner.gives
    if part == "%":
        effects = (value.partition("_")[0] for value in gives.values())
        effect = next((name for name in effects if name in _EFFECTS), "")
        return Noun(dict.fromkeys(("%", "bare"), f"{effect}_mix") if effect else {}, of_last=part)
    moved = (value.rpartition("_") for value in gives.values())
    swings = next((name for name, _, what in moved if what in ("rate", "depth")), "")
    if part == "rate":
        return Noun({"Hz": f"{swings}_rate", "note value": f"{swings}_rate"} if swings else {}, of_last=part)
    if swings == "vibrato":
        depth = dict.fromkeys(("cents", "semitones", "%"), "vibrato_depth")
        return Noun(depth, of_last=part)
    return Noun({"%": "tremolo_depth"} if swings == "tremolo" else {}, of_last=part)


def _phrase(tokens: Sequence[Token], at: int) -> NounAt | None:
    head = _ALIASES.get(tokens[at].norm, tokens[at].norm)
    for count in range(min(_longest().get(head, 0), len(tokens) - at), 0, -1):
        noun = _nouns().get(tuple(_ALIASES.get(token.norm, token.norm) for token in tokens[at : at + count]))
        if noun is not None:
            return NounAt(at, at + count - 1, noun)
    return None


def _turned(tokens: Sequence[Token], at: int) -> NounAt | None:
    """A part before its owner: "drive (filter)", "mix of the delay"."""
    rest = [_ALIASES.get(token.norm, token.norm) for token in tokens[at : at + _MOST_TURNED]]
    for opened, closed in _OWNED:
        begins = rest[1 : 1 + len(opened)] == list(opened)
        first = 1 + len(opened)
        for count in (2, 1) if begins else ():
            if len(rest) < first + count:
                continue
            noun = _nouns().get((*rest[first : first + count], rest[0]))
            last = first + count + len(closed) - 1
            if noun is not None and rest[first + count : last + 1] == list(closed):
                return NounAt(at, at + last, noun)
    return None


def _letter(text: str, tokens: Sequence[Token], at: int) -> NounAt | None:
    name = _LETTERS.get(tokens[at].norm)
    if name is None or not _before_a_number(tokens, at):
        return None
    if tokens[at + 1].norm in (":", "="):
        return NounAt(at, at, _nouns()[(name,)])
    capitals = [n for n, t in enumerate(tokens) if t.norm in _LETTERS and text[t.start].isupper()]
    among_others = at in capitals and sum(_before_a_number(tokens, n) for n in capitals) > 1
    alone = at in capitals and _norm(tokens, at + 2) in (("%",) if name == "sustain" else ("ms", "s", "sec"))
    return NounAt(at, at, _nouns()[(name,)]) if among_others or alone else None


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if at < len(tokens) else ""


def _before_a_number(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number follows, past a colon and a leading dot."""
    rest = [token.kind if token.kind == "number" else token.norm for token in tokens[at + 1 : at + 4]]
    while rest and rest[0] in (":", "=", "."):
        rest.pop(0)
    return rest[:1] == ["number"]
