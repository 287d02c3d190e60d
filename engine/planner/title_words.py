"""The words that titles are made of, as `lexicon/names.yaml` lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from engine.errors import SpecError
from engine.planner.words import FEATURES, Entry, Phrase, lexicon, phrase, read_yaml
from schemas.intent import AXES, Style

_VOICINGS = frozenset({"mono", "poly"})

Side = tuple[str, bool]
"""An axis, and whether its high end is meant."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an adjective says of a sound.

    `kind` is `axis`, `tag`, `want` or `voicing`. Only a `ground` is enough to be called so; any other claim must
    merely not be denied.
    """

    kind: str
    name: str
    high: bool = False
    very: bool = False
    ground: bool = True

    def __str__(self) -> str:
        """As the evidence tells of it."""
        return {"tag": f"tag {self.name}", "want": f"wants {self.name.replace('_', ' ')}"}.get(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Adjective:
    """A word before the noun. `rank` is where it stands among others, the first leftmost."""

    word: str
    rank: int
    claims: tuple[Claim, ...] = ()
    said_by: tuple[Phrase, ...] = ()
    meanings: frozenset[Entry] = frozenset()
    """What the lexicon says of these words."""

    @property
    def sides(self) -> frozenset[Side]:
        """The sides of axes that it speaks of."""
        return frozenset((claim.name, claim.high) for claim in self.claims if claim.kind == "axis")


@dataclass(frozen=True, slots=True)
class Kind:
    """What presets of a sub-type are called: nouns by style, and the word before the noun of any other style."""

    before: str
    nouns: Mapping[str, tuple[str, ...]]
    named: Mapping[str, tuple[str, ...]]
    """Nouns by style that only count if the prompt named that very thing."""
    denies: frozenset[str]
    """Adjectives that the nouns say already, or that they contradict."""


@dataclass(frozen=True, slots=True)
class TitleWords:
    """All of it."""

    adjectives: tuple[Adjective, ...]
    neutral: tuple[Adjective, ...]
    styles: Mapping[Style, tuple[str, ...]]
    kinds: Mapping[str, Kind]
    prefixes: Mapping[str, Mapping[str, str]]
    by_word: Mapping[str, Adjective]
    never_together: frozenset[frozenset[str]]
    """Pairs of adjectives of which a title has one at most, beside those that speak of the same."""
    near: tuple[frozenset[Side], ...]
    """Sides of axes that say much the same, or the opposite."""
    said_by: Mapping[Phrase, tuple[Adjective, ...]]
    scene: int
    make: int
    """Ranks: from `scene` on words say where a sound belongs and what it is made of, `make` how."""

    def together(self, first_word: str, second_word: str) -> bool:
        """Whether two adjectives may stand in one title: they neither deny nor repeat each other."""
        return not (
            same_root(first_word, second_word)
            or frozenset((first_word, second_word)) in self.never_together
            or self._near(first_word, second_word)
        )

    def _near(self, first_word: str, second_word: str) -> bool:
        """Whether two adjectives have one rank, or say of the axes the same, nearly the same or the opposite."""
        first, second = self.by_word.get(first_word), self.by_word.get(second_word)
        if first is None or second is None:
            return False
        return first.rank == second.rank or _touch(first.sides, second.sides, self.near)


def same_root(first: str, second: str) -> bool:
    """Whether two words begin alike, as "Bassy" and "Bass" do."""
    letters = min(len(first), len(second), 4)
    return first[:letters].lower() == second[:letters].lower()


def meanings(phrases: Iterable[Phrase]) -> frozenset[Entry]:
    """What the lexicon says of words that describe, those of other languages included."""
    known = lexicon().phrases
    return frozenset(known[run] for run in phrases if run in known and known[run].section == "quality")


@cache
def title_words() -> TitleWords:
    """The words of `names.yaml`, read at the first call.

    Raises:
        SpecError: an entry is malformed; the text names it.
    """
    table = read_yaml("names.yaml")
    adjectives, groups = tuple(_adjectives(table["adjectives"])), list(table["adjectives"])
    by_phrase: dict[Phrase, list[Adjective]] = {}
    for one in adjectives:
        for words in one.said_by:
            by_phrase.setdefault(words, []).append(one)
    return TitleWords(
        adjectives=adjectives,
        neutral=tuple(Adjective(word, -1) for word in table["neutral"]),
        styles={style: tuple(nouns) for style, nouns in table["styles"].items()},
        kinds={str(slug): _kind(spec) for slug, spec in table["subtypes"].items()},
        prefixes=table["prefixes"],
        by_word={one.word: one for one in adjectives},
        never_together=_never_together(adjectives, table),
        near=tuple(_sides(group) for group in (*table["kin"], *table["odds"])),
        said_by={words: tuple(found) for words, found in by_phrase.items()},
        scene=groups.index("scene"),
        make=groups.index("make"),
    )


def _adjectives(groups: Mapping[str, Mapping[str, str]]) -> list[Adjective]:
    return [
        _adjective(word, rank, str(text))
        for rank, words in enumerate(groups.values())
        for word, text in words.items()
    ]


def _adjective(word: str, rank: int, text: str) -> Adjective:
    """`warmth high, (grit low) | velvety, velvet`; without a claim, `velvety, velvet` alone."""
    left, bar, right = text.partition("|")
    parts = [part.strip() for part in left.split(",") if part.strip()]
    if not bar and not _is_claim(parts[0]):
        parts, right = [], left
    said = dict.fromkeys((phrase(word.lower()), *(phrase(one.strip()) for one in right.split(",") if one.strip())))
    return Adjective(word, rank, tuple(_claim(part, word) for part in parts), tuple(said), meanings(said))


def _is_claim(text: str) -> bool:
    words = text.strip("()").split()
    return words[0] in {*AXES, *_VOICINGS, "very", "tag", "want"}


def _claim(text: str, word: str) -> Claim:
    ground = not text.startswith("(")
    match text.strip("()").split():
        case ["very", axis, "high" | "low" as end] if axis in AXES:
            return Claim("axis", axis, end == "high", very=True, ground=ground)
        case [axis, "high" | "low" as end] if axis in AXES:
            return Claim("axis", axis, end == "high", ground=ground)
        case ["tag", slug]:
            return Claim("tag", slug, ground=ground)
        case ["want", feature] if feature in FEATURES:
            return Claim("want", feature, ground=ground)
        case [voicing] if voicing in _VOICINGS:
            return Claim("voicing", voicing, ground=ground)
    raise SpecError(f"planner lexicon, names, {word}: {text!r} says nothing")


def _kind(spec: Mapping[str, Any]) -> Kind:
    styles = {style: nouns for style, nouns in spec.items() if style not in ("as", "not")}
    return Kind(
        before=spec["as"],
        nouns={style: tuple(n for n in nouns if n[0] != "(") for style, nouns in styles.items()},
        named={style: tuple(n[1:-1] for n in nouns if n[0] == "(") for style, nouns in styles.items()},
        denies=frozenset(spec.get("not", ())),
    )


def _never_together(adjectives: Sequence[Adjective], table: Mapping[str, Any]) -> frozenset[frozenset[str]]:
    listed = {word for words in table["never_together"] for word in words}
    if strangers := sorted(listed - {one.word for one in adjectives} - set(table["neutral"])):
        raise SpecError(f"planner lexicon, names, never_together: {', '.join(strangers)} are no adjectives")
    return frozenset(frozenset(pair) for words in table["never_together"] for pair in combinations(words, 2))


def _sides(texts: Sequence[str]) -> frozenset[Side]:
    """Sides as kin and odds have them: `grit low`."""
    claims = [_claim(text, "kin and odds") for text in texts]
    return frozenset((claim.name, claim.high) for claim in claims)


def _touch(first: frozenset[Side], second: frozenset[Side], near: Sequence[frozenset[Side]]) -> bool:
    """Whether what two adjectives say of the axes is the same, nearly the same or its opposite."""
    if {axis for axis, _ in first} & {axis for axis, _ in second}:
        return True
    return any(first & group and second & group for group in near)
