"""From tokens to items: the longest phrase that is known at each place, else a number or a word form."""

from dataclasses import dataclass, replace

from engine.planner.inflect import Form, forms
from engine.planner.quantities import quantity
from engine.planner.resemble import resembles
from engine.planner.text import Token
from engine.planner.values import NO_VALUES, Runs, Scan
from engine.planner.words import INFLECTED, Effect, Entry, Lexicon

UNKNOWN = Entry("unknown")
STOP = Entry("stop")
COMMA = Entry("comma")
BOUNDARY = Entry("boundary")
COLON = Entry("colon")
AND = Entry("joiner", (), 1.0, "and")

_MARKS = {
    ",": COMMA,
    "、": COMMA,
    "・": COMMA,
    "/": COMMA,
    "|": COMMA,
    "-": COMMA,
    "–": COMMA,
    "—": COMMA,
    "(": COMMA,
    ")": COMMA,
    "\n": BOUNDARY,
    "。": BOUNDARY,
}
_MARKS |= {".": BOUNDARY, ";": BOUNDARY, "!": BOUNDARY, "?": BOUNDARY, ":": COLON, "=": COLON, "&": AND, "+": AND}
_PLAIN = Form("")
_COMPARED = frozenset({"quality"})


@dataclass(frozen=True, slots=True)
class Item:
    """Tokens `first` to `last` (inclusive), read as one entry."""

    first: int
    last: int
    entry: Entry
    word: str
    form: Form = _PLAIN
    hyphened: bool = False
    """A hyphen joins it to the item before."""

    @property
    def section(self) -> str:
        """The entry's section."""
        return self.entry.section


def match(tokens: list[Token], lexicon: Lexicon, values: Scan = NO_VALUES) -> list[Item]:
    """Every token as part of exactly one item, in order; what `values` are made of says nothing else."""
    items: list[Item] = []
    runs, at = values.items(), 0
    while at < len(tokens):
        item = _value(tokens, at, runs) if at in runs else _word(tokens, at, lexicon, runs)
        items.append(item)
        at = item.last + 1
    return items


def _value(tokens: list[Token], at: int, runs: Runs) -> Item:
    last, said = runs[at]
    effects = tuple(effect for one in said for effect in one.effects())
    name = said[0].noun if said else ""
    return Item(at, last, Entry("value", effects, 1.0, name), tokens[at].norm, _PLAIN, tokens[at].glued)


def _word(tokens: list[Token], at: int, lexicon: Lexicon, runs: Runs) -> Item:
    """The words at `at`, as far as no value begins."""
    end = min((first for first in runs if first > at), default=len(tokens))
    return (
        _phrase(tokens[:end], at, lexicon)
        or _inflected(tokens, at, lexicon)
        or _mark_or_unknown(tokens, at, lexicon)
    )


def _phrase(tokens: list[Token], at: int, lexicon: Lexicon) -> Item | None:
    head = tokens[at].norm
    found = quantity(tokens, at)
    for count in range(min(lexicon.reach.get(head, 0), len(tokens) - at), 0, -1):
        if found and found[0] > count:
            break
        words = tuple(token.norm for token in tokens[at : at + count])
        entry = lexicon.phrases.get(words)
        if entry is None and count > 1 and words[-1].endswith("s"):
            singulars = ((*words[:-1], words[-1].removesuffix(ending)) for ending in ("s", "es"))
            entry = next((lexicon.phrases[words] for words in singulars if words in lexicon.phrases), None)
        if entry is not None:
            meant = lexicon.meant.get(words) or " ".join(words)
            return Item(at, at + count - 1, entry, meant, _PLAIN, tokens[at].glued)
    if found:
        return Item(at, at + found[0] - 1, found[1], tokens[at].norm, _PLAIN, tokens[at].glued)
    return None


def _inflected(tokens: list[Token], at: int, lexicon: Lexicon) -> Item | None:
    token = tokens[at]
    if token.kind != "word":
        return None
    for form in forms(token.norm):
        entry = lexicon.phrases.get((form.base,))
        if entry is None or entry.section not in INFLECTED:
            continue
        if form.how in ("comparative", "superlative") and entry.section not in _COMPARED:
            continue
        if entry.section == "sound" and token.norm.endswith(("ing", "ed")):
            form = form._replace(like=True, how="used as a verb")
        return Item(at, at, entry, form.base, form, token.glued)
    return None


def _mark_or_unknown(tokens: list[Token], at: int, lexicon: Lexicon) -> Item:
    token = tokens[at]
    if token.kind == "punct":
        return Item(at, at, _MARKS.get(token.norm, STOP), token.norm)
    return _like(token, at, lexicon) or Item(at, at, UNKNOWN, token.norm, _PLAIN, token.glued)


def _like(token: Token, at: int, lexicon: Lexicon) -> Item | None:
    """A word that no list has, read as its nearest one that a list has, and weaker than that."""
    if token.kind != "word" or token.glued or token.norm in lexicon.amounts:
        return None
    near = resembles(token.norm)
    if near is None:
        return None
    entry = lexicon.phrases[(near.base,)]
    weaker = tuple(lent for effect in entry.effects if (lent := _lent(effect, near.share)))
    if not weaker:
        return None
    form = Form(near.base, near.share, near.how)
    return Item(at, at, replace(entry, effects=weaker), near.base, form, token.glued)


def _lent(effect: Effect, share: float) -> Effect | None:
    """What an unknown word takes of its nearest one: it leans, gives way to nouns, and asks for no effect."""
    match effect.kind:
        case "noun" | "lean":
            return Effect("lean", effect.name, effect.value * share)
        case "type" | "alone":
            return Effect("alone", effect.name, 1.0)
        case "axis" | "tag":
            return effect
    return None
