"""From a language model's answer to an intent: every item is held against the words that it says it was read from.

What isn't in the prompt isn't in the intent. The rest follows from the rules' reading of the same prompt: which
words have any content, and what stands where the model said nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from engine import versions
from schemas.intent import (
    MAX_PROMPT_CHARS,
    MAX_VALUES,
    Axis,
    Evidence,
    Feature,
    Intent,
    RequestedValue,
    Style,
    Unused,
    ValueNoun,
)
from service.llm.answer import (
    CHARACTERS,
    CHOICES,
    REGISTERS,
    SPELLINGS,
    SURENESS,
    UNITS,
    Answer,
    CharacterSaid,
    NumberSaid,
)

MOST_ITEMS: Final = 200
"""Of a kind; whatever comes after is left out. No prompt of 2,000 characters says more."""
_MOST_KINDS: Final = 8
_TAG_SHARE: Final = 0.5
"""What a tag gives, against the prompt's own words; as with the rules."""
_NUMBERS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_UNIT: Final = {
    one: re.compile(rf"(?<![^\W\d_]){re.escape(one)}(?![^\W\d_])") for spelt in SPELLINGS.values() for one in spelt
}
_NUMBER_WORDS: Final = {
    "zero": 0.0, "no": 0.0, "half": 0.5, "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0,
    "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
    "sixteen": 16.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "hundred": 100.0,
}  # fmt: skip
_IN_S: Final = frozenset({"s"})
_SHARE: Final = frozenset({"%"})
_HZ: Final = frozenset({"Hz"})
UNITS_OF_NOUNS: Final[dict[ValueNoun, frozenset[str]]] = {
    "attack": _IN_S, "decay": _IN_S, "sustain": _SHARE, "release": _IN_S, "cutoff": _HZ, "resonance": _SHARE,
    "filter_drive": frozenset({"%", "dB"}), "distortion_drive": frozenset({"%", "dB"}), "distortion_mix": _SHARE,
    "chorus_mix": _SHARE, "phaser_mix": _SHARE, "flanger_mix": _SHARE, "delay_mix": _SHARE, "reverb_mix": _SHARE,
    "compressor_mix": _SHARE, "delay_time": _IN_S, "delay_feedback": _SHARE, "reverb_size": _SHARE,
    "reverb_decay": _IN_S, "pulse_width": _SHARE, "unison_voices": frozenset({"voices"}),
    "detune": frozenset({"cents", "%"}), "transpose": frozenset({"semitones"}), "lfo_rate": _HZ,
    "vibrato_rate": _HZ, "vibrato_depth": frozenset({"cents", "semitones", "%"}), "tremolo_rate": _HZ,
    "tremolo_depth": _SHARE, "glide": _IN_S, "polyphony": frozenset({"voices"}), "width": _SHARE,
    "noise_level": _SHARE, "tempo": frozenset({"bpm"}),
}  # fmt: skip
"""Units that a number for each setting may have."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: in the prompt, or in a tag."""

    source: Literal["prompt", "tag"]
    start: int
    end: int
    text: str


@dataclass
class _Assembly:
    """What of an answer holds, so far."""

    prompt: str
    tags: tuple[str, ...]
    evidence: list[Evidence] = field(default_factory=list)
    invented: int = 0
    """Items whose quote isn't there, or whose number isn't in its quote."""

    def place(self, quote: str) -> Place | None:
        """Where a quote stands; the item is counted as invented if it doesn't."""
        found = find(quote, self.prompt, self.tags)
        self.invented += found is None
        return found

    def note(
        self, place: Place, effect: str, *, said: str = "", asks: Axis | None = None, by: str = "language model"
    ) -> None:
        rule = f"{by}, {said}" if said else by
        row = Evidence(
            source=place.source,
            start=place.start,
            end=place.end,
            text=place.text,
            effect=effect,
            rule=rule if place.source == "prompt" else f"{rule}, tag ×{_TAG_SHARE:.2f}",
            asks=asks if place.source == "prompt" else None,
        )
        if row not in self.evidence:
            self.evidence.append(row)


@dataclass(frozen=True, slots=True)
class Assembled:
    """An intent, and how much of the answer it is made of."""

    intent: Intent
    read: int
    """Items of the answer that it is made of."""
    invented: int
    """Items that the prompt doesn't say."""


def find(quote: str, prompt: str, tags: Sequence[str]) -> Place | None:
    """Where the prompt, or else a tag, has these words: whole ones, in any case, with any space between them."""
    words = quote.split()
    if not words or len(quote) > MAX_PROMPT_CHARS:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words), re.IGNORECASE)
    texts: list[tuple[Literal["prompt", "tag"], str]] = [("prompt", prompt), *(("tag", tag) for tag in tags)]
    for source, text in texts:
        for found in pattern.finditer(text):
            if _whole_words(text, found.start(), found.end()):
                return Place(source, found.start(), found.end(), found[0])
    return None


def _whole_words(text: str, start: int, end: int) -> bool:
    """Whether no word is cut through; scripts without spaces have no such places."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return not (_one_word(before, text[start]) or _one_word(text[end - 1], after))


def _one_word(before: str, after: str) -> bool:
    return all(letter.isalnum() and ord(letter) < 0x2E80 for letter in (before or " ", after or " "))


def assemble(answer: Answer, rules: Intent, *, tags: Sequence[str], version: str, style: Style | None) -> Assembled:
    """The intent that an answer gives, for the prompt that `rules` is about.

    Args:
        answer: the model's, in its form; nothing in it is believed.
        rules: what the rules made of the same prompt.
        tags: of the request.
        version: of what the model was told.
        style: asked for outright, by a template; overrules the model.

    Raises:
        pydantic.ValidationError: what was assembled isn't an intent.
    """
    reading = _Assembly(rules.prompt, tuple(tags))
    said_style = _style(reading, answer)
    subtypes = _kinds(reading, answer)
    axes = _axes(reading, answer.characters)
    features = _features(reading, answer)
    values = _values(reading, answer)
    key, voicing = _key(reading, answer), _voicing(reading, answer)
    register = _register(reading, answer)
    read = len(reading.evidence)
    values = (*values, *_values_of_rules(reading, rules, values))[:MAX_VALUES]
    chosen, sure = said_style or (rules.style, 0.0)
    number = {one.noun: one.value for one in values if isinstance(one.value, float)}
    named = {one.noun: one.value for one in values}
    fields: dict[str, Any] = {
        "planner_version": f"llm {version}, rules {versions.PLANNER}",
        "prompt": rules.prompt,
        "language": rules.language,
        "usable": bool(reading.evidence),
        "style": style or chosen,
        "style_confidence": 1.0 if style else sure,
        "style_scores": {chosen: 1.0} if said_style else {},
        "subtypes": subtypes,
        "axes": axes,
        "features": features,
        "tempo_bpm": _within(number.get("tempo"), 20.0, 300.0),
        "register_midi": rules.register_midi if register is None and "note" in named else register,
        "voicing": voicing or named.get("voicing"),
        "glide_s": _within(number.get("glide"), 0.0, 10.0),
        "key": key,
        "tags": rules.tags,
        "values": values,
        "evidence": tuple(reading.evidence),
        "unused": tuple(_unused(rules, reading.evidence)),
        "notes": tuple(_notes(reading, said_style, chosen, style)),
    }
    return Assembled(Intent(**fields), read=read, invented=reading.invented)


def _style(reading: _Assembly, answer: Answer) -> tuple[Style, float] | None:
    for one in answer.styles[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None:
            reading.note(place, f"style {one.style}", said=one.sure.replace("_", " "))
            return one.style, SURENESS[one.sure]
    return None


def _kinds(reading: _Assembly, answer: Answer) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in answer.kinds[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None and len(found | {one.kind: None}) <= _MOST_KINDS:
            reading.note(place, f"sub-type {one.kind}")
            found[one.kind] = None
    return tuple(found)


def _axes(reading: _Assembly, characters: Sequence[CharacterSaid]) -> dict[Axis, float]:
    """Where each axis lies: the mean of what is described, or else of what is suggested."""
    described: dict[Axis, list[float]] = {}
    suggested: dict[Axis, list[float]] = {}
    for one in characters[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is None:
            continue
        axis, value = CHARACTERS[one.character]
        value *= 1.0 if place.source == "prompt" else _TAG_SHARE
        counts = one.said == "described" and place.source == "prompt"
        (described if counts else suggested).setdefault(axis, []).append(value)
        reading.note(place, f"{axis} {value:+.2f}", said=one.said, asks=axis if counts else None)
    return {axis: round(sum(said) / len(said), 4) for axis, said in (suggested | described).items()}


def _features(reading: _Assembly, answer: Answer) -> dict[Feature, str]:
    """What is wanted or banned; where both are said of one part, the ban holds."""
    found: dict[Feature, str] = {}
    for one in answer.features[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None:
            verb = "wants" if one.wish == "wanted" else "bans"
            reading.note(place, f"{verb} {one.feature.replace('_', ' ')}")
            found[one.feature] = "banned" if "banned" in (one.wish, found.get(one.feature)) else "wanted"
    return found


def _values(reading: _Assembly, answer: Answer) -> tuple[RequestedValue, ...]:
    """Settings that are numbered or named in the prompt; the first of each."""
    found: dict[ValueNoun, RequestedValue] = {}
    for one in answer.numbers[:MOST_ITEMS]:
        unit, factor = UNITS[one.unit]
        if (place := reading.place(one.quote)) is None or one.noun in found:
            continue
        if _stands_in(one, place.text) and unit in UNITS_OF_NOUNS.get(one.noun, frozenset()):
            found[one.noun] = _value(reading, place, one.noun, round(one.number * factor, 6), unit)
        else:
            reading.invented += 1
    for named in answer.choices[:MOST_ITEMS]:
        noun, word = CHOICES[named.choice]
        if (place := reading.place(named.quote)) is not None and noun not in found:
            found[noun] = _value(reading, place, noun, word, "word")
    return tuple(found.values())[:MAX_VALUES]


def _value(reading: _Assembly, place: Place, noun: ValueNoun, value: float | str, unit: str) -> RequestedValue:
    said = value.replace("_", " ") if isinstance(value, str) else f"{value:g} {unit}"
    reading.note(place, f"sets {noun.replace('_', ' ')} to {said}")
    spot = {"source": place.source, "start": place.start, "end": place.end, "text": place.text}
    return RequestedValue.model_validate({"noun": noun, "value": value, "unit": unit, **spot})


def _values_of_rules(
    reading: _Assembly, rules: Intent, values: Sequence[RequestedValue]
) -> Iterator[RequestedValue]:
    """Values that the rules read where the model read none: no figure that stands there is lost."""
    nouns = {one.noun for one in values}
    for one in rules.values:
        apart = all(one.source != other.source or _apart(one, other) for other in values)
        if one.noun not in nouns and apart:
            effect = f"sets {one.noun.replace('_', ' ')} to {one.value} {one.unit}".removesuffix(" word")
            reading.note(Place(one.source, one.start, one.end, one.text), effect, by="value, as the rules read it")
            yield one


def _apart(first: RequestedValue, second: RequestedValue) -> bool:
    return first.end <= second.start or second.end <= first.start


def _stands_in(said: NumberSaid, text: str) -> bool:
    """Whether a text has the number, in digits or as a word, and no other unit than the one that was said.

    Down is told by words around it, and only of what may go below nothing.
    """
    text = text.lower()
    if said.number < 0 and said.unit not in ("semitones", "octaves"):
        return False
    units = {unit for unit, spelt in SPELLINGS.items() if any(_UNIT[one].search(text) for one in spelt)}
    there = any(abs(abs(said.number) - one) < 1e-9 for one in _numbers_in(text))
    return there and (not units or said.unit in units)


def _numbers_in(text: str) -> Iterator[float]:
    for digits in _NUMBERS.findall(text):
        yield float(digits.replace(",", "."))
        yield float(digits.replace(",", ""))
    for word in re.findall(r"[^\W\d_]+", text):
        if word in _NUMBER_WORDS:
            yield _NUMBER_WORDS[word]


def _key(reading: _Assembly, answer: Answer) -> str | None:
    for one in answer.keys[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None:
            reading.note(place, f"key {one.key}")
            return str(one.key)
    return None


def _voicing(reading: _Assembly, answer: Answer) -> str | None:
    for one in answer.voicings[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None:
            reading.note(place, one.voicing)
            return one.voicing
    return None


def _register(reading: _Assembly, answer: Answer) -> int | None:
    for one in answer.registers[:MOST_ITEMS]:
        if (place := reading.place(one.quote)) is not None:
            reading.note(place, f"register {REGISTERS[one.height]}")
            return REGISTERS[one.height]
    return None


def _within(value: float | None, low: float, high: float) -> float | None:
    return value if value is not None and low <= value <= high else None


def _unused(rules: Intent, evidence: Sequence[Evidence]) -> Iterator[Unused]:
    """Words with some content, as the rules see it, that nothing was read from."""
    used = {at for one in evidence if one.source == "prompt" for at in range(one.start, one.end)}
    known = {(one.start, one.end): one for one in rules.unused}
    spans = {(one.start, one.end) for one in rules.evidence if one.source == "prompt"}
    for start, end in sorted({*spans, *known}):
        if used.isdisjoint(range(start, end)):
            yield known.get((start, end)) or Unused(start=start, end=end, text=rules.prompt[start:end])


def _notes(
    reading: _Assembly, said: tuple[Style, float] | None, chosen: Style, asked: Style | None
) -> Iterator[str]:
    if reading.invented:
        of = "1 part of its answer was" if reading.invented == 1 else f"{reading.invented} parts of its answer were"
        yield f"{of} left out: the prompt doesn't say it."
    if not reading.evidence:
        yield "No word of the prompt was understood: the sound is a default."
    if asked is not None:
        yield f"The style {asked} was asked for outright."
    elif said is None:
        yield f"It named no style: {chosen} was taken, as the rules read it."
