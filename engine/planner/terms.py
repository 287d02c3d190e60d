"""Words of a synth that mean something else in everyday life: the `voices` of a unison, the `triangle` of a lead.

Where the context is a synth's, they are read in the field's sense first; "a triangle hit", "ocean waves" and "two
female voices" keep theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from engine.planner.match import STOP, Item
from engine.planner.words import Entry, parse_effects, read_yaml

_REACH = 4
"""Items on either side that may tell whose sense a word has."""
_TRANSPARENT = ("stop", "degree", "comma", "preposition", "joiner")
_SYNTH_STYLES = ("Bass", "Lead", "Keys", "Pad", "Sequence")
_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "single",
        "dual",
        "double",
        "triple",
        "multiple",
        "several",
        "many",
        "few",
    ]
)


@dataclass(frozen=True, slots=True)
class Term:
    """What a word of the field gives in a synth's context, and what tells that the context is one."""

    entry: Entry
    beside: frozenset[str]
    near: frozenset[str]
    everyday: frozenset[str]


@cache
def terms() -> dict[str, Term]:
    """The field's terms by word, read at the first call.

    Raises:
        SpecError: an entry is malformed.
    """
    found = {}
    for row in read_yaml("terms.yaml"):
        given = row.get("gives")
        effects = parse_effects(given, where=f"terms, {row['words']}") if given else ()
        entry = Entry("feature", effects) if effects else STOP
        term = Term(entry, _words(row, "beside"), _words(row, "near"), _words(row, "everyday"))
        found.update(dict.fromkeys(_words(row, "words"), term))
    return found


def _words(row: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(word.strip() for word in str(row.get(name, "")).split(",") if word.strip())


def in_the_field(items: Sequence[Item]) -> list[Item]:
    """The items with everyday words in the sense that they have for a synth, where the context is one."""
    said = frozenset(item.word for item in items)
    return [_as_a_term(items, index, said) for index in range(len(items))]


def _as_a_term(items: Sequence[Item], index: int, said: frozenset[str]) -> Item:
    item = items[index]
    term = terms().get(item.word)
    if term is None or said & term.everyday or not _in_context(items, index, term):
        return item
    return replace(item, entry=term.entry, form=item.form._replace(how="a synth's term"))


def _in_context(items: Sequence[Item], index: int, term: Term) -> bool:
    around = items[max(index - _REACH, 0) : index], items[index + 1 : index + 1 + _REACH]
    if any(item.word in term.near for side in around for item in side):
        return True
    return any(_tells(item, term, step) for item, step in _neighbours(items, index))


def _neighbours(items: Sequence[Item], index: int) -> Iterator[tuple[Item, int]]:
    """The item that touches on either side, and the nearest that says something."""
    for step in (-1, 1):
        if 0 <= index + step < len(items):
            yield items[index + step], step
        at = index + step
        while 0 <= at < len(items) and items[at].section in _TRANSPARENT:
            at += step
        if 0 <= at < len(items) and at != index + step:
            yield items[at], step


def _tells(item: Item, term: Term, step: int) -> bool:
    match item.section:
        case "sound":
            return _kind_of(item) in term.beside
        case "feature" | "target" | "value":
            return "part" in term.beside
        case "colon":
            return "mark" in term.beside
    number = item.word.isdigit() or item.word in _NUMBERS
    return "number" in term.beside and number and step < 0


def _kind_of(item: Item) -> str:
    named = next((effect.name for effect in item.entry.effects if effect.kind == "noun"), "")
    return "drum" if named == "Percussion" else "sound" if named in _SYNTH_STYLES else ""
