"""Which noun a word belongs to: "slow" means one thing beside "attack" and another beside "filter sweep"."""

from dataclasses import dataclass, field

from engine.planner.match import Item
from engine.planner.quantities import ATTACK_S, LENGTH_S, position
from engine.planner.words import Binding, Effect, Lexicon

_CORE = {"slow", "fast", "quick", "rapid", "gradual", "lazy", "long", "short", "soft", "hard", "gentle", "smooth"}
_CORE |= {"snappy", "punchy", "tight", "sharp"}
"""Words that may belong to a target past other adjectives: "a long, dark release"."""
_MAX_GAP = 4
_MOTION = "motion"
_GLIDE = "glide"
"""Classes of targets that are told by what they give."""


@dataclass(slots=True)
class Bindings:
    """By item index: effects that replace a word's own, factors on a target, and how far evidence reaches."""

    effects: dict[int, tuple[Effect, ...]] = field(default_factory=dict)
    factors: dict[int, float] = field(default_factory=dict)
    absorbed: set[int] = field(default_factory=set)
    """Items that only change another: sizes of an effect, targets, `-free`, `-like`."""
    reach: dict[int, tuple[int, int]] = field(default_factory=dict)
    """First and last item that an item's evidence covers."""
    like: set[int] = field(default_factory=set)
    denied: set[int] = field(default_factory=set)

    def cover(self, index: int, other: int) -> None:
        """Let the evidence of `index` cover `other` as well."""
        first, last = self.reach.get(index, (index, index))
        self.reach[index] = (min(first, other), max(last, other))


def bind(items: list[Item], lexicon: Lexicon, bound: Bindings | None = None) -> Bindings:
    """Bind words to their targets, to the right ("slow attack") or over a copula ("attack is slow").

    `bound` holds what is bound already: that stays.
    """
    bound = bound or Bindings()
    for index, item in enumerate(items):
        if item.hyphened and index:
            _suffix(items, index, bound)
        if item.section == "time":
            _bind_time(items, index, bound)
        elif item.section in ("quality", "feature", "unknown", "scene") and index not in bound.absorbed:
            _bind_word(items, index, lexicon, bound)
    _share_over_and(items, lexicon, bound)
    _give_targets_away(items, bound)
    return bound


def _give_targets_away(items: list[Item], bound: Bindings) -> None:
    """In "bell attack" the attack says nothing beyond the bell."""
    for index in range(1, len(items)):
        before = items[index - 1]
        if items[index].section != "target" or index in bound.absorbed or index in bound.effects:
            continue
        if before.section in ("sound", "quality", "feature", "scene", "brand") and index - 1 not in bound.absorbed:
            bound.absorbed.add(index)
            bound.cover(index - 1, index)


def _suffix(items: list[Item], index: int, bound: Bindings) -> None:
    """`noise-free`, `bell-like`, `reverb-heavy`."""
    word = items[index].word
    if word == "free":
        bound.denied.add(index - 1)
    elif word == "like":
        bound.like.add(index - 1)
    elif word == "heavy" and items[index - 1].section == "feature":
        bound.factors[index - 1] = 1.5
    else:
        return
    bound.absorbed.add(index)
    bound.cover(index - 1, index)


_VALUES_OF = {"attack": "attack", "decay": "length", "sustain": "length", "release": "length", "glide": "glide"}
"""The class of targets that a value's noun belongs to."""


def _outranked(items: list[Item], index: int, lexicon: Lexicon) -> int | None:
    """The value beside a word that would only say roughly what the value says exactly: "slow attack of 2 s"."""
    for place in (index + 1, index - 1):
        if not 0 <= place < len(items) or items[place].section != "value":
            continue
        name = items[place].entry.name
        binding = lexicon.bindings.get(_VALUES_OF.get(name, name))
        if binding is not None and items[index].word in binding.words:
            return place
        if items[index].word in lexicon.amounts and _features(items[place]):
            return place
    return None


def _features(item: Item) -> bool:
    return any(effect.kind in ("want", "ban") for effect in item.entry.effects)


def _bind_word(items: list[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    value = _outranked(items, index, lexicon)
    if value is not None:
        bound.absorbed.add(index)
        return
    found = _ahead(items, index, lexicon) or _behind(items, index, lexicon)
    if found is None:
        _scale_next(items, index, lexicon, bound)
        return
    target, effects, amount = found
    if amount is not None:
        bound.factors[target] = bound.factors.get(target, 1.0) * amount
        bound.absorbed.add(index)
        bound.cover(target, index)
        return
    bound.effects[index] = effects
    bound.cover(index, target)
    if items[target].section == "target" or _glides(items[target]):
        bound.absorbed.add(target)


def _scale_next(items: list[Item], index: int, lexicon: Lexicon, bound: Bindings) -> None:
    """A size that is no sound word itself, such as "subtle", scales whatever follows it."""
    amount = lexicon.amounts.get(items[index].word)
    if items[index].section != "unknown" or amount is None or index + 1 >= len(items):
        return
    if items[index + 1].section in ("quality", "sound", "scene"):
        bound.factors[index + 1] = amount
        bound.absorbed.add(index)
        bound.cover(index + 1, index)


_Found = tuple[int, tuple[Effect, ...], float | None]


def _meaning(item: Item, target: Item, lexicon: Lexicon) -> tuple[tuple[Effect, ...], float | None] | None:
    """What `item` means beside `target`: effects, or an amount of it; None if nothing special."""
    wanted = frozenset(effect.name for effect in target.entry.effects if effect.kind == "want")
    for name, binding in lexicon.bindings.items():
        if _is_beside(name, binding, target, wanted) and item.word in binding.words:
            return binding.words[item.word], None
    if target.section == "feature" and wanted and item.word in lexicon.amounts:
        return (), lexicon.amounts[item.word]
    return None


def _is_beside(name: str, binding: Binding, target: Item, wanted: frozenset[str]) -> bool:
    if target.section == "target":
        return target.entry.name == name
    if (name == _MOTION and _moves(target)) or (name == _GLIDE and _glides(target)):
        return True
    return target.section == "feature" and bool(wanted & binding.features)


def _glides(item: Item) -> bool:
    return [effect.kind for effect in item.entry.effects] == ["glide"]


def _moves(item: Item) -> bool:
    main = next((effect for effect in item.entry.effects if effect.kind == "axis"), None)
    return item.section in ("feature", "quality") and main is not None and main.name == "movement"


def _ahead(items: list[Item], index: int, lexicon: Lexicon) -> _Found | None:
    between: list[Item] = []
    for place in range(index + 1, min(index + 1 + _MAX_GAP, len(items))):
        item = items[place]
        if item.section in ("target", "feature") or _moves(item) or _glides(item):
            meaning = _meaning(items[index], item, lexicon)
            if meaning is not None and _may_skip(items[index], between, item, lexicon):
                return place, *meaning
            if item.section == "target":
                return None
        elif item.section not in ("quality", "scene", "degree", "comma") and item.entry.name != "and":
            return None
        between.append(item)
    return None


def _may_skip(word: Item, between: list[Item], target: Item, lexicon: Lexicon) -> bool:
    """Adjectives in between must belong to the same target; a comma or `and` must be followed by one."""
    if not between:
        return True
    if target.section == "target" and word.word not in _CORE:
        return False
    if between[-1].section in ("comma", "joiner"):
        return False
    adjectives = [item for item in between if item.section in ("quality", "scene", "feature")]
    return bool(adjectives) and all(_meaning(item, target, lexicon) is not None for item in adjectives)


def _behind(items: list[Item], index: int, lexicon: Lexicon) -> _Found | None:
    after = items[index + 1].section if index + 1 < len(items) else "boundary"
    closed = after in ("comma", "boundary", "joiner")
    for place in range(index - 1, max(index - 1 - _MAX_GAP, -1), -1):
        item = items[place]
        if item.section in ("target", "feature"):
            if item.section == "feature" and not closed:
                return None
            meaning = _meaning(items[index], item, lexicon)
            return (place, *meaning) if meaning is not None else None
        closed = closed or item.section in ("stop", "colon")
        if item.section not in ("stop", "colon", "degree"):
            return None
    return None


def _bind_time(items: list[Item], index: int, bound: Bindings) -> None:
    seconds = items[index].entry.effects[0].value
    ahead = range(index + 1, min(index + 2, len(items)))
    for place in (*ahead, *range(index - 1, max(index - 4, -1), -1)):
        item = items[place]
        effect = _timed(item, seconds)
        if effect is not None:
            bound.effects[index] = (effect,)
            bound.cover(index, place)
            bound.absorbed.add(place)
            return
        if place < index and item.section not in ("stop", "colon", "preposition"):
            return


def _timed(item: Item, seconds: float) -> Effect | None:
    if item.section == "target" and item.entry.name == "attack":
        return Effect("axis", "attack", position(seconds, ATTACK_S))
    if item.section == "target" and item.entry.name == "length":
        return Effect("axis", "length", position(seconds, LENGTH_S))
    if item.section != "sound" and any(effect.kind == "glide" for effect in item.entry.effects):
        return Effect("glide", "", min(seconds, 10.0))
    return None


def _share_over_and(items: list[Item], lexicon: Lexicon, bound: Bindings) -> None:
    """In "slow attack and release" the release is slow too."""
    for index, (word_first, word_last) in list(bound.reach.items()):
        first = max(word_first, word_last) if index in bound.effects else -1
        if first < 0 or first + 2 >= len(items) or items[first + 1].entry.name != "and":
            continue
        target = items[first + 2]
        meaning = _meaning(items[index], target, lexicon) if target.section == "target" else None
        if meaning is not None and first + 2 not in bound.absorbed:
            bound.effects[first + 2] = meaning[0]
