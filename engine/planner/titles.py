"""What a sound may be called, best name first: what it is like, then what it is ("Warm Analog Bass").

Every word comes from `lexicon/names.yaml`. A prompt's own text is only looked up there and never copied, so a title
tells nothing that the prompt said beyond what was understood of it, and may outlive it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.planner.inflect import forms
from engine.planner.title_words import Adjective, Claim, Kind, TitleWords, meanings, same_root, title_words
from engine.planner.words import Entry, Phrase, phrase
from schemas.intent import AXES, Evidence, Intent

MAX_TITLE_CHARS = 32
"""Vital's browser shows as many of a preset's name."""
MAX_TITLE_WORDS = 4

_LONGEST_PHRASE = 4
_CLEAR = 0.3
_FAR = 0.6
"""How far out an axis must lie for a word that says "very"."""
_DENIED = 0.1
_SAID = 0.75
"""For the prompt's own word, besides what it says."""
_SAID_STRENGTH = 0.5
_MEANT = 0.3
"""For a word that the lexicon lists as one of the same meaning."""
_ASKED = 0.9
_IMPLIED = 0.3
"""Of an axis that nobody spoke of: it came with another word. Never the first adjective."""
_TAGGED = 0.5
_WANTED = 0.35
_LEAST, _SPREAD = 0.55, 0.9
"""What the seed makes of a score: at least and at most."""
_MOST_OFFERED, _MOST_IMPLIED = 14, 5
_TWO_ADJECTIVES = (0.55, 0.25)
"""How often a title has two, before a noun of one word and before a longer one."""
_WAVES = frozenset({"additive", "saw", "sine", "square", "triangle", "wavetable"})
_AGAINST = ("negation (", "comparison (", "degree ×0.")
_BESIDE = "beside its noun"
"""In the rule of a word that describes a part of the sound."""


def titles(intent: Intent, seed: int, *, longest: int = MAX_TITLE_CHARS) -> Iterator[str]:
    """What a preset of this intent and seed may be called, the best first, each once.

    None has more than `longest` characters, and there is always one. The first says what was asked for most
    clearly. Those that follow add a word of the same intent to it, then put another in its place, then say more.
    """
    seen = set()
    for name in _Namer(intent, seed).names():
        if len(name) <= longest and name not in seen:
            seen.add(name)
            yield name
    if not seen:
        yield intent.style


def title(intent: Intent, seed: int) -> str:
    """The best name: at most 32 ASCII characters, always the same for what was understood and a seed."""
    return next(titles(intent, seed))


def prefix(intent: Intent) -> str:
    """Two letters for the kind of sound, as packs have them before names: BS, LD, KY or PL, PD, PC, SQ, FX."""
    known = title_words().prefixes
    own = known.get(intent.style, {})
    first = intent.subtypes[0] if intent.subtypes else ""
    return own.get(first, known["styles"][intent.style])


@dataclass(frozen=True, slots=True)
class _NameSource:
    """What an intent gives a name to work with."""

    axes: Mapping[str, float]
    asked: frozenset[str]
    """Axes that words were about."""
    banned: frozenset[str]
    given: frozenset[str]
    """Effects of words that describe, as the evidence has them."""
    said: frozenset[Phrase]
    """Runs of words that describe the whole sound and are not denied."""
    said_of_a_part: frozenset[Phrase]
    """Runs of words that describe it by its attack or its length."""
    meanings: frozenset[Entry]
    """What words that describe the whole mean."""
    named: frozenset[Phrase]
    """Runs of words that name a sound."""

    def denies(self, claim: Claim) -> bool:
        """Whether the intent says the opposite."""
        return self._side(claim) < -_DENIED if claim.kind == "axis" else claim.name in self.banned

    def strength(self, claim: Claim) -> float:
        """How clearly the intent says it; 0 if it doesn't."""
        if claim.kind == "axis":
            value = self._side(claim)
            far_enough = value >= (_FAR if claim.very else _CLEAR)
            return far_enough * value * (_ASKED if claim.name in self.asked else _IMPLIED)
        weight = _TAGGED if claim.kind == "tag" else _WANTED
        return weight * (str(claim) in self.given)

    def _side(self, claim: Claim) -> float:
        value = self.axes.get(claim.name, 0.0)
        return value if claim.high else -value


def _understood(intent: Intent) -> _NameSource:
    rows = [row for row in intent.evidence if not any(mark in row.rule for mark in _AGAINST)]
    sounds = [row for row in rows if _section(row) == "sound"]
    others = [row for row in rows if row not in sounds]
    said = frozenset(run for row in others if _BESIDE not in row.rule for run in _runs(row))
    whole = [row for row in rows if _shapes_all(row) or not (_BESIDE in row.rule or _is_wave(row))]
    return _NameSource(
        axes=dict(intent.axes.items()),
        asked=frozenset(row.asks for row in whole if row.asks) | _left_out(intent),
        banned=frozenset(name for name, how in intent.features.items() if how == "banned"),
        given=frozenset(part.strip() for row in others for part in row.effect.split(",")),
        said=said,
        said_of_a_part=frozenset(run for row in others if _shapes_all(row) for run in _runs(row)),
        meanings=meanings(said),
        named=frozenset(run for row in sounds for run in _runs(row)),
    )


def _shapes_all(row: Evidence) -> bool:
    """Whether words about a part are heard in the whole: a slow attack makes a slow pad, a slow sweep doesn't."""
    return _BESIDE in row.rule and row.asks in ("attack", "length")


def _section(row: Evidence) -> str:
    """The part of the lexicon that gave it; before it may stand what a slip was read as.

    A language model's rows name none: what gives a style or a sub-type names a sound.
    """
    if row.rule.startswith("language model"):
        return "sound" if row.effect.startswith(("style ", "sub-type ")) else "quality"
    return next((part for part in row.rule.split(", ") if not part.startswith("read as: ")), "")


def _is_wave(row: Evidence) -> bool:
    return row.text.casefold() in _WAVES


def _left_out(intent: Intent) -> frozenset[str]:
    """Axes that are asked for by what is left out: a pad without reverb is a dry one."""
    denied = [row for row in intent.evidence if "negation (" in row.rule and _section(row) == "feature"]
    mainly = {row.effect.partition(" ")[0] for row in denied}
    return frozenset(axis for axis in AXES if axis in mainly)


def _runs(row: Evidence) -> Iterator[Phrase]:
    """Words that stand in a row, and what single ones are a form of: "punchier" says "punchy"."""
    words = phrase((row.read_as or row.text).casefold())
    yield from ((form.base,) for word in words for form in forms(word) if not form.denied)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + _LONGEST_PHRASE) + 1):
            yield words[start:end]


class _Namer:
    """The names of one intent and seed."""

    def __init__(self, intent: Intent, seed: int) -> None:
        self._words: TitleWords = title_words()
        self._known = _understood(intent)
        self._intent = intent
        self._slug, self._kind = self._sort()
        axes = (f"{axis} {value}" for axis, value in intent.axes.items())
        self._salt = "\x1f".join((intent.style, *intent.subtypes, *axes, str(seed)))
        self._nouns = sorted(self._all_nouns(), key=self._chance)
        self._offered, self._implied = self._ranked()

    def names(self) -> Iterator[str]:
        """Names by how well they fit; the same may come twice."""
        first = self._first()
        yield self._name(first, self._nouns[0])
        main = self._offered or self._neutral()
        for further in (self._offered, self._implied[:_MOST_IMPLIED]):
            more = [(*first, other) for other in further if self._goes_with(first, other)]
            yield from self._fitting(more, self._nouns[:1])
            yield from self._fitting([(one,) for one in main], self._nouns)
            yield from self._fitting(self._groups(main, further), self._nouns)
        yield from self._fitting(self._triples(), self._nouns)

    def _first(self) -> tuple[Adjective, ...]:
        noun = self._nouns[0]
        best = (self._offered or self._neutral())[0]
        if self._chance("two adjectives") < _TWO_ADJECTIVES[" " in noun]:
            for other in self._offered:
                if self._goes_with((best,), other):
                    return best, other
        return (best,)

    def _neutral(self) -> list[Adjective]:
        return sorted(self._words.neutral, key=lambda adjective: self._chance(adjective.word))

    def _groups(self, some: Sequence[Adjective], others: Sequence[Adjective]) -> Iterator[tuple[Adjective, ...]]:
        return ((one, other) for one in some for other in others if self._goes_with([one], other))

    def _triples(self) -> Iterator[tuple[Adjective, ...]]:
        for one, other, third in combinations(self._offered, 3):
            if self._goes_with([one], other) and self._goes_with([one, other], third):
                yield one, other, third

    def _fitting(self, groups: Iterable[tuple[Adjective, ...]], nouns: Sequence[str]) -> Iterator[str]:
        for group in groups:
            for noun in nouns:
                room = len(group) + len(noun.split()) <= MAX_TITLE_WORDS
                if room and all(self._adds_to(noun, one) for one in group):
                    yield self._name(group, noun)

    def _goes_with(self, taken: Sequence[Adjective], other: Adjective) -> bool:
        return other not in taken and all(self._words.together(one.word, other.word) for one in taken)

    def _name(self, adjectives: Sequence[Adjective], noun: str) -> str:
        ordered = sorted(adjectives, key=lambda adjective: adjective.rank)
        return " ".join((*(one.word for one in ordered), noun))

    def _ranked(self) -> tuple[list[Adjective], list[Adjective]]:
        """Adjectives for what was asked for, then for what only came with it; the clearest first.

        Of those that are about as clear the seed decides.
        """
        spoken, partly = self._spoken(), self._listed(self._known.said_of_a_part)
        scores: dict[Adjective, float] = dict.fromkeys(self._waves(), _SAID)
        implied: dict[Adjective, float] = {}
        for one in self._words.adjectives:
            if any(map(self._known.denies, one.claims)) or not self._adds_to(self._nouns[0], one):
                continue
            said = one in spoken
            meant = not said and (one in partly or not one.meanings.isdisjoint(self._known.meanings))
            says = max((self._known.strength(c) for c in one.claims if c.ground or said or meant), default=0.0)
            score = _SAID * said + _MEANT * meant + says * (_SAID_STRENGTH if said or meant else 1.0)
            found = scores if said or meant or self._asked(one) else implied
            if score > 0:
                found[one] = score * (_LEAST + _SPREAD * self._chance(one.word))
        return _best(scores), _best(implied)

    def _spoken(self) -> frozenset[Adjective]:
        """What words of the prompt say: those that describe, and of a sound's name what it is made of."""
        naming = self._listed(self._known.named)
        return self._listed(self._known.said) | {one for one in naming if one.rank >= self._words.scene}

    def _listed(self, phrases: frozenset[Phrase]) -> frozenset[Adjective]:
        return frozenset(one for run in phrases for one in self._words.said_by.get(run, ()))

    def _asked(self, adjective: Adjective) -> bool:
        return any(
            self._known.strength(claim) > 0
            for claim in adjective.claims
            if claim.ground and (claim.kind != "axis" or claim.name in self._known.asked)
        )

    def _waves(self) -> list[Adjective]:
        """Waveforms that were named beside what the sound is."""
        slugs = [slug for slug in self._intent.subtypes if slug in _WAVES and slug != self._slug]
        words = [self._words.kinds[slug].before for slug in slugs if (slug,) in self._known.said]
        made = [Adjective(word, self._words.make) for word in words]
        return [one for one in made if self._adds_to(self._nouns[0], one)]

    def _adds_to(self, noun: str, adjective: Adjective) -> bool:
        """Whether an adjective says something that the noun doesn't."""
        if self._kind and adjective.word in self._kind.denies:
            return False
        return not any(same_root(adjective.word, word) for word in noun.split())

    def _sort(self) -> tuple[str, Kind | None]:
        """The sub-type that names the sound: one of the style, else the strongest that is no mere waveform."""
        known = [slug for slug in self._intent.subtypes if slug in self._words.kinds]
        own = [slug for slug in known if self._intent.style in self._words.kinds[slug].nouns]
        plain = [slug for slug in known if slug not in _WAVES]
        for slug in (*own, *plain, *known):
            return slug, self._words.kinds[slug]
        return "", None

    def _all_nouns(self) -> tuple[str, ...]:
        style = self._intent.style
        generic = self._words.styles[style]
        if self._kind is None:
            return generic
        named = [one for one in self._kind.named.get(style, ()) if self._was_named(one)]
        own = self._kind.nouns.get(style, ())
        return tuple(named) or own or tuple(f"{self._kind.before} {noun}" for noun in generic)

    def _was_named(self, noun: str) -> bool:
        words = phrase(noun.lower())
        return any(run in self._known.named for run in (words, (*words[:-1], f"{words[-1]}s")))

    def _chance(self, what: str) -> float:
        """A number in [0, 1) that depends on nothing but what is understood, the seed and `what`."""
        digest = hashlib.sha256(f"{self._salt}\x1f{what}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2.0**48


def _best(scores: Mapping[Adjective, float]) -> list[Adjective]:
    return sorted(scores, key=lambda adjective: -scores[adjective])[:_MOST_OFFERED]
