"""Which style a prompt means: the head noun of its first noun phrase, unless other words outweigh it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from engine.planner.kinds import is_noun
from engine.planner.match import Item
from engine.planner.read import Reader, Reading
from engine.planner.words import STYLES, Effect
from schemas.intent import Axis, Style

_MODIFIER = 0.5
"""Share of its weight that a noun keeps before the head noun: the bell of a bell pad."""
_FIRST_BY = {"": 1.0, "like": 0.95, "of": 0.9, "and": 1.0, "for": 0.85, "with": 0.9, "than": 0.9, "as": 0.95}
_LATER_BY = {"": 0.6, "like": 0.45, "of": 0.3, "and": 0.6, "for": 0.3, "with": 0.3, "than": 0.1, "as": 0.9}
"""Shares of a head noun by what led to it, for the first one of a prompt and for those after it."""
_OWN_NAME = 4.0
"""Weight of nouns that are a style's own name."""
_OUTRIGHT_BELOW = 3.5
"""A style's own name that stands alone ("Sounds like rain. Pad.") leads a prompt before things that weigh less."""
_NAMED_KIND = 0.65
"""Share of a modifier that names its style before a head noun that hardly does: the bass of "organ bass stab"."""
_STRONG_KIND, _WEAK_HEAD = 3.9, 2.5
_REPEATED = ("loop", "loops")
"""What goes round and round need be no pattern of notes: an engine loop."""
_INTRODUCES = ("that's", "it's", "this", "is", "a", "an", "my")
_STRONG_HEAD = 2.0
"""Weight from which on a head noun keeps later phrases aside."""
_ASIDE = 0.4
"""What later phrases count for at most, as a share of the head noun."""
_PURPOSE = 0.7
_PATTERN = 0.8
_MAX_LEAN = 2.3
_PRIOR = 0.6
_SURE = 2.0
_TRANSPARENT = {
    "synth",
    "synths",
    "sound",
    "sounds",
    "patch",
    "patches",
    "preset",
    "tone",
    "tones",
    "style",
    "type",
}
_TRANSPARENT |= {"timbre", "instrument", "classic", "section"}
"""Words that may stand inside a noun phrase: "bell synth pad"."""

_BIAS: dict[Style, float] = {"Pad": 0.12, "Keys": 0.1}
"""Sounds that forgive most, for prompts that hardly lean anywhere."""

_PRIORS: dict[Style, Mapping[Axis, float]] = {
    "Bass": {"weight": 0.9, "grit": 0.25, "brightness": -0.45, "attack": -0.1},
    "Lead": {"brightness": 0.45, "grit": 0.2, "tension": 0.2, "width": 0.1},
    "Keys": {"attack": -0.45, "warmth": 0.25, "grit": -0.2, "complexity": 0.1, "length": -0.1},
    "Pad": {"attack": 0.7, "length": 0.6, "space": 0.6, "width": 0.5, "warmth": 0.4, "tension": 0.1},
    "Percussion": {"attack": -0.5, "length": -0.7, "noise": 0.2},
    "Sequence": {"rate": 0.6, "movement": 0.35, "attack": -0.2},
    "SFX": {"noise": 0.75, "complexity": 0.45, "tension": 0.35, "movement": 0.2},
}


_REACHES: dict[Style, tuple[float, float]] = {"Bass": (0.0, 57.0), "Lead": (43.0, 127.0)}
"""Notes that are played on a style; one that is named beyond them doesn't speak for it."""


@dataclass(frozen=True, slots=True)
class Nouns:
    """What the sound nouns of a prompt count for."""

    shares: Mapping[int, float]
    """By item index, the share of its weight that each counts with."""
    aside: frozenset[int]
    """Items of later phrases that only go with the first one: together they count less than its head."""
    head: int = -1
    """The first head noun."""


def weigh_nouns(reader: Reader) -> Nouns:
    """Tell head nouns from modifiers, and the first phrase from those that only add to it."""
    heads: list[tuple[int, str]] = []
    modifiers: list[int] = []
    intro, last = "", -1
    nouns = {reading.item for reading in reader.readings if is_noun(reading)}
    for index, item in enumerate(reader.items):
        if index in nouns:
            if last >= 0 and item.word in _REPEATED and _named(reader.items[last]).name == "SFX":
                modifiers.append(index)
                continue
            if last >= 0:
                modifiers.append(last)
            last = index
        elif last >= 0 and _ends_phrase(item):
            heads.append((last, intro))
            intro, last = _intro(item), -1
        elif _ends_phrase(item):
            intro = _intro(item) if item.section == "preposition" else intro
    if last >= 0:
        heads.append((last, intro))
    outright = _outright(reader, heads, nouns)
    heads.sort(key=lambda head: head[0] != outright)
    shares = {index: _modifier(reader, index, nouns) for index in modifiers}
    aside = set()
    for place, (index, how) in enumerate(heads):
        shares[index] = _later(reader.items[index], how) if place else _FIRST_BY[how]
        if place and shares[index] <= _LATER_BY["and"]:
            aside.add(index)
    first = heads[0][0] if heads else -1
    aside |= {index for index in modifiers if index > first >= 0}
    return Nouns(shares, frozenset(aside), first)


def _named(item: Item) -> Effect:
    """The style that an item names."""
    return next((effect for effect in item.entry.effects if effect.kind == "noun"), Effect("noun"))


def _is_own_name(item: Item) -> bool:
    return _named(item).value >= _OWN_NAME and not any(effect.kind == "type" for effect in item.entry.effects)


def _later(item: Item, how: str) -> float:
    """The share of a head noun after the first; a purpose ("for percussion") and a pattern ("in a loop") weigh
    more."""
    if _is_own_name(item):
        if how == "for":
            return _PURPOSE
        if how == "with" and _named(item).name == "Sequence":
            return _PATTERN
    return _LATER_BY[how]


def _modifier(reader: Reader, index: int, nouns: Collection[int]) -> float:
    """The share of a noun before another one."""
    head = next((at for at in range(index + 1, len(reader.items)) if at in nouns), index)
    strong = _named(reader.items[index]).value >= _STRONG_KIND and _named(reader.items[head]).value < _WEAK_HEAD
    return _NAMED_KIND if strong and head != index else _MODIFIER


def _outright(reader: Reader, heads: Sequence[tuple[int, str]], nouns: Collection[int]) -> int:
    """The head noun that leads: the first, or a style's own name alone after a first that weighs less."""
    first = heads[0][0] if heads else -1
    if first < 0 or _named(reader.items[first]).value >= _OUTRIGHT_BELOW:
        return first
    return next((i for i, _ in heads if _is_own_name(reader.items[i]) and _stands_alone(reader, i, nouns)), first)


def _stands_alone(reader: Reader, index: int, nouns: Collection[int]) -> bool:
    """Whether a noun begins a thought, or stands between marks with nothing but an article before it."""
    at, described = index - 1, False
    while at >= 0 and at not in nouns:
        item = reader.items[at]
        if item.section in ("boundary", "colon"):
            return True
        if item.section == "comma":
            return not described
        if item.section == "stop" and item.word not in _INTRODUCES:
            introduced = item.word == "the" and at > 0 and reader.items[at - 1].word in _INTRODUCES[:4]
            if not introduced:
                return False
        elif item.section in ("preposition", "joiner", "negator", "idiom") and not item.hyphened:
            return False
        described = described or item.section not in ("stop", "degree")
        at -= 1
    return at < 0


def _ends_phrase(item: Item) -> bool:
    if item.section == "stop":
        return item.word not in _TRANSPARENT
    return item.section in ("preposition", "comma", "joiner", "boundary", "negator", "colon", "idiom", "quantity")


def _intro(item: Item) -> str:
    return item.entry.name if item.section == "preposition" else "and"


def style_scores(readings: Iterable[Reading], weighed: Nouns, axes: Mapping[Axis, float]) -> dict[Style, float]:
    """Points of each style in the order of `STYLES`; below zero if the words deny it.

    A kind of it that is asked for outweighs the denial: "I hate pads, give me a choir" is a pad in Vital's terms.
    """
    nouns: dict[str, float] = dict.fromkeys(STYLES, 0.0)
    aside, leans, denied = nouns.copy(), nouns.copy(), nouns.copy()
    most, note = inf, None
    for reading in readings:
        for effect in reading.effects:
            if effect.kind == "register" and effect.name == "note":
                note = effect.value
            if effect.kind == "noun":
                points = effect.value * (weighed.shares.get(reading.item, 1.0) if effect.value > 0 else 1.0)
                held = denied if points < 0 else aside if reading.item in weighed.aside else nouns
                held[effect.name] += points
                if reading.item == weighed.head and effect.value >= _STRONG_HEAD:
                    most = _ASIDE * effect.value
            elif effect.kind == "lean":
                leans[effect.name] += effect.value
    nouns = {style: nouns[style] + min(aside[style], most) for style in STYLES}
    nouns = {style: nouns[style] or denied[style] for style in STYLES}
    scores = {style: nouns[style] + min(leans[style], _MAX_LEAN) for style in STYLES}
    if max(nouns.values()) <= 0 and axes:
        for style in STYLES:
            fit = sum(axes.get(axis, 0.0) * share for axis, share in _PRIORS[style].items())
            scores[style] += _PRIOR * max(0.0, fit + _BIAS.get(style, 0.0))
    if max(nouns.values()) <= 0 and note is not None:
        for style, (low, high) in _REACHES.items():
            scores[style] = scores[style] if low <= note <= high else min(scores[style], 0.0)
    return scores


def choose(scores: Mapping[Style, float]) -> tuple[Style, float, dict[Style, float]]:
    """The style, how sure it is (0 to 1), and the share of every style that has points.

    A tie goes to the style that stands first in `STYLES`; without any points it is Pad with no confidence, since
    a sustained chord forgives every other choice, or Keys if a pad was denied.
    """
    total = sum(max(0.0, points) for points in scores.values())
    if total <= 0:
        return ("Keys" if scores["Pad"] < 0 else "Pad"), 0.0, {}
    style = max(STYLES, key=lambda name: (scores[name], -STYLES.index(name)))
    sure = scores[style] / total * min(1.0, scores[style] / _SURE)
    return style, round(sure, 3), {name: round(points / total, 3) for name, points in scores.items() if points > 0}
