"""The lexicon: what words give, read once from the YAML files beside this module.

Every file maps words of one meaning to effects in a small language, `brightness 0.6; want reverb; lean Pad 0.5`, so
that a preset maker can add a word without touching code. Whatever is malformed, or said twice, is refused when the
files are read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, get_args

import orjson

from engine import prepared
from engine.errors import SpecError
from engine.planner.text import tokenise
from schemas.intent import AXES, Feature, Style

STYLES: tuple[Style, ...] = get_args(Style)
FEATURES: tuple[Feature, ...] = get_args(Feature)

MAX_STYLE_WEIGHT = 9.0
SUBTYPE_KINDS = frozenset({"type", "kind", "alone"})
INFLECTED = frozenset({"quality", "feature", "sound", "scene", "brand", "target"})
"""Sections whose words are also understood in their forms: "darker", "plucks"."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLAIN = re.compile(r"[a-z ]+")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a word gives: an axis, `noun`, `lean`, `want`, `ban`, `type`, `tag`, `register`, ...

    `kind` is a sub-type that counts in one style only, and `alone` one that counts if no noun names a sound.
    """

    kind: str
    name: str = ""
    value: float = 0.0
    style: str = ""
    main: bool = False
    """An axis that the word is about although another stands before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Words of one meaning. `section` says which part of the grammar they play."""

    section: str
    effects: tuple[Effect, ...] = ()
    factor: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """What qualities mean beside one class of targets."""

    words: Mapping[str, tuple[Effect, ...]]
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases, and what qualities mean beside their targets."""

    phrases: dict[Phrase, Entry] = field(default_factory=dict)
    reach: dict[str, int] = field(default_factory=dict)
    """Tokens in the longest phrase that begins with a word."""
    bindings: dict[str, Binding] = field(default_factory=dict)
    amounts: dict[str, float] = field(default_factory=dict)
    denials: dict[str, frozenset[str]] = field(default_factory=dict)
    """Words by the part that they have in a denial behind its noun: `after`, `verbs`, `links`, `parts`, ..."""
    brands: frozenset[str] = frozenset()
    meant: dict[Phrase, str] = field(default_factory=dict)
    """The English word that a loan word stands for."""

    def types(self) -> frozenset[str]:
        """Every sub-type that some phrase gives."""
        found = (effect for entry in self.phrases.values() for effect in entry.effects)
        return frozenset(effect.name for effect in found if effect.kind in SUBTYPE_KINDS)


def parse_effects(text: str, *, where: str) -> tuple[Effect, ...]:
    """Effects written as `brightness 0.6; want reverb`.

    Raises:
        SpecError: an unknown word or a value out of range, with the place it stands at.
    """
    return tuple(_effect(part.split(), f"{where}: {part.strip()!r}") for part in text.split(";"))


def _effect(words: list[str], where: str) -> Effect:
    match words:
        case [axis, value] if axis in AXES:
            return Effect("axis", axis, _number(value, -1.0, 1.0, where))
        case [axis, value, "main"] if axis in AXES:
            return Effect("axis", axis, _number(value, -1.0, 1.0, where), main=True)
        case ["noun" | "lean" as kind, style, value] if style in STYLES:
            return Effect(kind, style, _number(value, 0.0, MAX_STYLE_WEIGHT, where))
        case ["want" | "ban" as kind, feature] if feature in FEATURES:
            return Effect(kind, feature, 1.0)
        case ["type" | "tag" | "alone" as kind, slug] if _SLUG.fullmatch(slug):
            return Effect(kind, slug, 1.0)
        case ["kind", style, slug] if style in STYLES and _SLUG.fullmatch(slug):
            return Effect("kind", slug, 1.0, style)
        case ["register", note]:
            return Effect("register", "", _number(note, 0.0, 127.0, where))
        case ["glide", seconds]:
            return Effect("glide", "", _number(seconds, 0.0, 10.0, where))
        case ["mono" | "poly" as voicing]:
            return Effect("voicing", voicing)
    raise SpecError(f"planner lexicon, {where}: not an effect")


def _number(text: str, low: float, high: float, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise SpecError(f"planner lexicon, {where}: {text!r} is not a number") from None
    if not low <= value <= high:
        raise SpecError(f"planner lexicon, {where}: {value} is outside {low} to {high}")
    return value


def phrase(text: str) -> Phrase:
    """The tokens of a phrase, as the planner sees them in a prompt."""
    if _PLAIN.fullmatch(text):
        return tuple(text.split())
    return tuple(token.norm for token in tokenise(text))


def _words(text: str) -> list[str]:
    return [word.strip().strip('"') for word in text.split(",")]


class _Builder:
    def __init__(self) -> None:
        self.lexicon = Lexicon()
        self.brands: set[str] = set()

    def add(self, words: str, entry: Entry, *, where: str) -> None:
        phrases = self.lexicon.phrases
        for word in _words(words):
            key = phrase(word)
            if not key or key in phrases:
                raise SpecError(f"planner lexicon, {where}: {word!r} is empty or stands there twice")
            phrases[key] = entry
            self.lexicon.reach[key[0]] = max(len(key), self.lexicon.reach.get(key[0], 0))

    def effects(self, section: str, table: Mapping[str, str]) -> None:
        for words, text in table.items():
            effects = parse_effects(text, where=f"{section}, {words[:40]}")
            if all(effect.kind in ("kind", "alone") for effect in effects):
                raise SpecError(f"planner lexicon, {section}, {words[:40]}: gives nothing in other styles")
            self.add(words, Entry(section, effects, 1.0, _words(words)[0]), where=section)
            if section == "brand":
                self.brands.update("-".join(phrase(word)) for word in _words(words))

    def grammar(self, table: Mapping[str, Any]) -> None:
        for section in ("degrees", "reversals"):
            for factor, words in table[section].items():
                self.add(words, Entry(section[:-1], (), float(factor)), where=section)
        for section in ("negators", "joiners", "prepositions"):
            for name, words in table[section].items():
                self.add(words, Entry(section[:-1], (), 1.0, name), where=section)
        self.add(table["boundaries"], Entry("boundary"), where="boundaries")
        self.add(table["dislikes"], Entry("dislike"), where="dislikes")
        self.add(table["stop"], Entry("stop"), where="stop")
        for name, words in table["denials"].items():
            self.lexicon.denials[name] = frozenset(_words(words))
            if name in ("after", "verbs", "enabled"):
                self._unless_known(words)

    def _unless_known(self, words: str) -> None:
        """Words of denial that say something else as well keep that: "muted" is also a kind of attack."""
        for word in _words(words):
            if phrase(word) not in self.lexicon.phrases:
                self.add(word, Entry("denial"), where="denials")

    def bind(self, table: Mapping[str, Any]) -> None:
        for factor, words in table["amount"].items():
            self.lexicon.amounts.update(dict.fromkeys(_words(words), float(factor)))
        for name, spec in table.items():
            if name == "amount":
                continue
            if "targets" in spec:
                self.add(spec["targets"], Entry("target", (), 1.0, name), where=f"bindings, {name}")
            meaning = {
                word: parse_effects(text, where=f"bindings, {name}")
                for words, text in spec["words"].items()
                for word in _words(words)
            }
            self.lexicon.bindings[name] = Binding(meaning, frozenset(_words(spec.get("features", ""))))

    def alias(self, table: Mapping[str, str]) -> None:
        """Words of other languages: `dark: dunkel, oscuro`."""
        for known, words in table.items():
            entry = self.lexicon.phrases.get(phrase(known))
            if entry is None:
                raise SpecError(f"planner lexicon, loanwords: {known!r} stands nowhere else")
            self.add(words, entry, where=f"loanwords, {known}")
            self.lexicon.meant.update((phrase(word), known) for word in _words(words))

    def join_compounds(self) -> None:
        """`filter sweep` is also written `filtersweep`."""
        for key, entry in list(self.lexicon.phrases.items()):
            if len(key) == 2 and entry.section not in ("idiom", "stop", "degree", "negator", "reversal"):
                joined = "".join(key)
                if joined.isalpha() and len(joined) > 5:
                    self.lexicon.phrases.setdefault((joined,), entry)
                    self.lexicon.reach.setdefault(joined, 1)


def read_yaml(name: str) -> Any:
    """The content of a file of the lexicon; keys are texts."""
    return orjson.loads(prepared.as_json(prepared.LEXICON, name, parse_yaml))


def parse_yaml(text: str) -> Any:
    """The content of YAML."""
    import yaml  # only for a file that was edited since it was prepared

    return yaml.load(text, Loader=yaml.CSafeLoader)


_EFFECT_FILES = (
    ("quality", "qualities.yaml"),
    ("quality", "characters.yaml"),
    ("feature", "features.yaml"),
    ("sound", "sounds.yaml"),
    ("sound", "sounds_keys_pads.yaml"),
    ("sound", "sounds_percussion_effects.yaml"),
    ("sound", "things.yaml"),
    ("scene", "scenes.yaml"),
    ("scene", "events.yaml"),
    ("brand", "brands.yaml"),
)


@cache
def lexicon() -> Lexicon:
    """The lexicon, read at the first call.

    Raises:
        SpecError: an entry is malformed or stands there twice.
    """
    build = _Builder()
    for section, name in _EFFECT_FILES:
        build.effects(section, read_yaml(name))
    build.grammar(read_yaml("grammar.yaml"))
    build.bind(read_yaml("bindings.yaml"))
    for words in read_yaml("idioms.yaml"):
        build.add(words, Entry("idiom"), where="idioms")
    build.alias(read_yaml("loanwords.yaml"))
    build.join_compounds()
    made = build.lexicon
    return replace(made, brands=frozenset(build.brands))


def entries() -> Iterator[tuple[Phrase, Entry]]:
    """Every phrase with its entry, in the order of the files."""
    yield from lexicon().phrases.items()
