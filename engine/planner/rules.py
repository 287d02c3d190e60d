"""`plan`: words to an intent, by rules, offline; the same words always give the same intent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from engine import versions
from engine.errors import RequestError
from engine.planner import weigh
from engine.planner.foreign import language_of
from engine.planner.kinds import kinds_in_style
from engine.planner.languages import ENGLISH, Language, by_script, language
from engine.planner.not_read import language_not_read
from engine.planner.read import ALL_EFFECTS, VALUE, Reader, Reading, read
from engine.planner.report import NOT_SET
from engine.planner.spelling import suggestion
from engine.planner.styles import choose, style_scores, weigh_nouns
from engine.planner.text import check_prompt, normalise
from engine.planner.values import FEATURE_OF
from engine.planner.words import FEATURES, STYLES, Effect, Lexicon, lexicon, phrase
from schemas.intent import (
    AXES,
    MAX_TAG_CHARS,
    MAX_TAGS,
    MAX_VALUES,
    Axis,
    Evidence,
    Feature,
    Intent,
    LanguageCode,
    RequestedValue,
    Style,
    Unused,
)

_TAG_SHARE = 0.5
_UNITS = {"register": "register {:.0f}", "glide": "glide {:.2f} s", "tempo": "tempo {:g} bpm"}


def plan(
    prompt: str,
    *,
    tags: Sequence[str] = (),
    style: Style | None = None,
    spoken: LanguageCode | None = None,
) -> Intent:
    """Understand a prompt.

    Args:
        prompt: 1 to 2,000 characters that say something.
        tags: up to 16 words or short phrases that lean the intent, half as strong as the prompt's own.
        style: overrules the style that the words speak for.
        spoken: the language that prompt and tags are in; None: told by the prompt's words.

    Raises:
        RequestError: the prompt, a tag or the style can't be used; the text names what is wrong.
    """
    check_prompt(prompt)
    _check_options(tags, style)
    known = lexicon()
    code = spoken or language_of(prompt)
    reader = read(prompt, known, _list_of(code))
    tagged = [_weaker(read(tag, known, _list_of(by_script(tag) or code))) for tag in tags]
    readings = [*reader.readings, *(reading for tag in tagged for reading in tag.readings)]
    nouns = weigh_nouns(reader)
    axes = weigh.weigh_axes(readings, nouns.shares)
    chosen, sure, parts = choose(style_scores(readings, nouns, axes))
    reader = replace(reader, readings=tuple(kinds_in_style(reader.readings, reader.items, style or chosen)))
    tagged = [replace(tag, readings=tuple(kinds_in_style(tag.readings, (), style or chosen))) for tag in tagged]
    readings = [*reader.readings, *(reading for tag in tagged for reading in tag.readings)]
    other = language_not_read(prompt, code)
    refused = other and len(reader.unused) >= len(reader.readings) and not any(tag.readings for tag in tagged)
    usable = bool(readings or reader.values) and not refused
    voicing, glide = weigh.last_said(readings, "voicing"), weigh.last_said(readings, "glide")
    tempo, key = weigh.last_said(readings, "tempo"), weigh.last_said(readings, "key")
    return Intent(
        planner_version=versions.PLANNER,
        prompt=prompt,
        language=code,
        usable=usable,
        style=style or chosen,
        style_confidence=1.0 if style else sure,
        style_scores=parts,
        subtypes=weigh.subtypes(readings, nouns.shares, style or chosen),
        axes=axes,
        features=weigh.features(readings),
        tempo_bpm=tempo.value if tempo else None,
        register_midi=weigh.register_midi(readings),
        voicing=None if voicing is None else ("mono" if voicing.name == "mono" else "poly"),
        glide_s=glide.value if glide else None,
        key=key.name if key else None,
        tags=weigh.tags(readings, _own_tags(tags, known)),
        values=_values(reader, tagged, weigh.features(readings)),
        evidence=(*_evidence(reader), *(row for tag in tagged for row in _evidence(tag, source="tag"))),
        unused=tuple(_unused(prompt, start, end, code) for start, end in reader.unused),
        notes=(*_notes_on_reading(code, other, usable=usable, style=style), *_notes(reader, style, chosen, sure)),
    )


def _values(
    reader: Reader, tagged: Sequence[Reader], features: Mapping[Feature, str]
) -> tuple[RequestedValue, ...]:
    """The values of tags and prompt in the order of the text; the prompt overrules the tags."""
    by_noun: dict[str, RequestedValue] = {}
    for tag in tagged:
        by_noun.update({one.noun: one.model_copy(update={"source": "tag"}) for one in tag.values})
    said = sorted((*reader.values, *_played(reader), *_off(reader, features)), key=lambda value: value.start)
    by_noun.update({one.noun: one for one in said if not _taken_back(one, reader)})
    return tuple(sorted(by_noun.values(), key=lambda value: (value.source == "prompt", value.start)))[:MAX_VALUES]


_ALSO_OF: Mapping[str, str] = {
    "unison_voices": "unison",
    "detune": "unison",
    "lfo_rate": "lfo",
    "lfo_target": "lfo",
}
"""Values of parts that are no effects."""


def _taken_back(value: RequestedValue, reader: Reader) -> bool:
    """Whether what it is of is denied later: "reverb 40%, no reverb" is a pad without one."""
    feature = FEATURE_OF.get(value.noun) or _ALSO_OF.get(value.noun)
    return bool(value.value) and any(
        effect.kind == "ban" and effect.name == feature
        for reading in reader.readings
        if reading.start >= value.end and reading.denied and reading.rule != ALL_EFFECTS
        for effect in reading.effects
    )


_MIXES: Mapping[str, str] = {
    **{name: f"{name}_mix" for name in FEATURE_OF.values() if f"{name}_mix" in FEATURE_OF},
    "noise": "noise_level",
}
"""The value by which a part of a sound is off."""


def _off(reader: Reader, features: Mapping[Feature, str]) -> Iterator[RequestedValue]:
    """Effects that are denied by name, as values: off is 0 %."""
    for reading in reader.readings:
        part = _part_denied(reading, reader)
        if part and features.get(part) == "banned":
            text = reader.text[reading.start : reading.end]
            fields = {"noun": _MIXES[part], "value": 0.0, "unit": "%", "text": text}
            yield RequestedValue.model_validate({**fields, "start": reading.start, "end": reading.end})


def _part_denied(reading: Reading, reader: Reader) -> Feature | None:
    """The effect that words switch off by its name, as in "no reverb"; "no effects at all" names none."""
    bans = [effect.name for effect in reading.effects if effect.kind == "ban"]
    if reading.item < 0 or not reading.denied or reader.items[reading.item].section != "feature" or len(bans) != 1:
        return None
    return next((name for name in FEATURES if name == bans[0] and name in _MIXES), None)


def _played(reader: Reader) -> Iterator[RequestedValue]:
    """Tempo, note and voices, which the rest of the intent has as well."""
    for reading in reader.readings:
        text, section = reader.text[reading.start : reading.end], reader.items[reading.item].section
        for effect in reading.effects if reading.direct and reading.rule != VALUE else ():
            made = _AS_VALUE.get((effect.kind, effect.name if effect.kind == "register" else ""))
            outright = section in ("quantity", "time") or _COUNTED_VOICES.search(text)
            if made is not None and outright:
                noun, unit = made
                value: float | str = effect.name if effect.kind == "voicing" else effect.value
                fields = {"noun": noun, "value": value, "unit": unit, "text": text}
                yield RequestedValue.model_validate({**fields, "start": reading.start, "end": reading.end})


_COUNTED_VOICES = re.compile(r"mono|poly|single note|one note", re.IGNORECASE)
_AS_VALUE = {
    ("tempo", ""): ("tempo", "bpm"),
    ("register", "note"): ("note", "note"),
    ("voicing", ""): ("voicing", "word"),
    ("glide", ""): ("glide", "s"),
}
"""Effects that are values, by kind and, for a register, whether a note was named."""


def _check_options(tags: Sequence[str], style: Style | None) -> None:
    if style is not None and style not in STYLES:
        raise RequestError(f"style {style!r} is none of {', '.join(STYLES)}")
    if isinstance(tags, str) or len(tags) > MAX_TAGS:
        raise RequestError(f"tags must be a list of at most {MAX_TAGS} texts")
    for number, tag in enumerate(tags, 1):
        try:
            check_prompt(tag)
        except RequestError as error:
            raise RequestError(f"tag {number}: {error}") from None
        if len(tag) > MAX_TAG_CHARS:
            raise RequestError(f"tag {number} has {len(tag)} characters; the most is {MAX_TAG_CHARS}")


def _weaker(tag: Reader) -> Reader:
    """A tag's readings as suggestions, at half the strength, and no nouns of the prompt (item -1)."""
    return replace(tag, readings=tuple(_suggestion(reading) for reading in tag.readings))


def _suggestion(reading: Reading) -> Reading:
    effects = tuple(
        replace(effect, value=effect.value * _TAG_SHARE) if effect.kind in ("axis", "noun", "lean") else effect
        for effect in reading.effects
    )
    rule = f"{reading.rule}, tag ×{_TAG_SHARE:.2f}"
    return replace(reading, item=-1, effects=effects, direct=False, rule=rule)


def _own_tags(tags: Sequence[str], known: Lexicon) -> list[str]:
    """The user's tags as slugs, without those that name a maker or a machine."""
    slugs = ("-".join(re.findall(r"[a-z0-9]+", " ".join(phrase(tag.casefold())))) for tag in tags)
    return [slug for slug in slugs if slug and len(slug) <= MAX_TAG_CHARS and not _brand(slug, known)]


def _brand(slug: str, known: Lexicon) -> bool:
    padded = f"-{slug}-"
    return any(f"-{brand}-" in padded for brand in known.brands)


def _evidence(reader: Reader, *, source: str = "prompt") -> list[Evidence]:
    return [
        Evidence(
            source="tag" if source == "tag" else "prompt",
            start=reading.start,
            end=reading.end,
            text=reader.text[reading.start : reading.end],
            effect=", ".join(_in_words(effect) for effect in reading.effects)[:300],
            rule=reading.rule[:300],
            asks=None if _is_set(reading, reader) else _asked_axis(reading),
            read_as=reading.read_as[:300],
        )
        for reading in reader.readings
    ]


def _list_of(code: LanguageCode) -> Language | None:
    return None if code == ENGLISH else language(code)


def _unused(prompt: str, start: int, end: int, code: LanguageCode) -> Unused:
    text = prompt[start:end]
    word = normalise(text)
    offered = suggestion(word) if code == ENGLISH else None
    return Unused(start=start, end=end, text=text, did_you_mean=offered if offered and offered != word else "")


def _is_set(reading: Reading, reader: Reader) -> bool:
    """Whether words belong to a value: "vibrato at 5 Hz" is set, and not asked to be heard as well."""
    numbers = [one for one in reader.values if one.unit != "word"]
    within = any(one.start <= reading.start and reading.end <= one.end for one in numbers)
    return reading.rule == VALUE or within or _part_denied(reading, reader) is not None


def _asked_axis(reading: Reading) -> Axis | None:
    """What words that describe are mainly about, as `weigh.weigh_axes` has it."""
    main = next((effect.name for effect in reading.effects if effect.kind == "axis"), None)
    return next((axis for axis in AXES if axis == main), None) if reading.direct else None


def _in_words(effect: Effect) -> str:
    match effect.kind:
        case "axis":
            return f"{effect.name} {effect.value:+.2f}"
        case "noun":
            return f"style {effect.name} {effect.value:+.1f}"
        case "lean":
            return f"leans to {effect.name} {effect.value:+.1f}"
        case "want" | "ban":
            return f"{effect.kind}s {effect.name.replace('_', ' ')}"
        case "type":
            return f"sub-type {effect.name}"
        case "untype":
            return f"no sub-type {effect.name}"
        case "register" | "glide" | "tempo":
            return _UNITS[effect.kind].format(effect.value)
        case "voicing":
            return effect.name
        case "set":
            return f"sets {effect.name}"
    return f"{effect.kind} {effect.name}"


def _notes_on_reading(code: LanguageCode, other: str, *, usable: bool, style: Style | None) -> Iterator[str]:
    if other:
        yield f"It looks like {other}, in which prompts aren't read."
    elif not usable:
        yield f"No word of the prompt was understood: the {'template decides' if style else 'sound is a default'}."
    elif code != ENGLISH:
        yield f"Read as {language(code).name}, of which a core list of words is known."


def _notes(reader: Reader, style: Style | None, chosen: Style, sure: float) -> tuple[str, ...]:
    notes = []
    if style is not None:
        notes.append(f"The style {style} was asked for outright.")
    elif sure == 0.0:
        notes.append(f"No word spoke for a style: {chosen} was taken.")
    elif not any(effect.kind == "noun" for reading in reader.readings for effect in reading.effects):
        notes.append(f"No word named a style: {chosen} was inferred from the others.")
    notes += [f'"{_shortened(text)}"{NOT_SET}{why}.'[:300] for text, why in reader.cannot[:8]]
    return tuple(notes)


def _shortened(text: str) -> str:
    """Words as a note quotes them, so that the reason stands behind them in any case."""
    return text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}..."


_MOST_QUOTED = 120
