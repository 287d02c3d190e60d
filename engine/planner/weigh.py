"""From readings to values: axes, features, sub-types and the rest of an intent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from engine.planner.kinds import is_noun, names_style
from engine.planner.read import MAX_AXIS, Reading
from engine.planner.words import FEATURES, Effect
from schemas.intent import AXES, MAX_TAGS, Axis, Feature, Style

_SHARE = 0.3
_SHARE_OF: dict[str, float] = {"attack": 0.4}
"""Share that side effects and suggestions keep on an axis that a word is mainly about. A soft pluck
remains a pluck: the attack of a thing is hardest to talk away."""
_FAR = 0.4
"""Least share of what a noun suggests, however far from the head noun it stands."""
_OTHER_STYLE = 0.2
"""Share that sub-types of another style keep: the dog of a bass that growls like a dog."""
MAX_SUBTYPES = 8


def weigh_axes(readings: Iterable[Reading], shares: Mapping[int, float]) -> dict[Axis, float]:
    """Values of the axes that were spoken of, in the order of `AXES`.

    What a word mainly says outweighs side effects and what things suggest: a "bright cello" is bright although
    a cello is not. A noun beside the head noun suggests less: a bell pad is not struck as hard as a bell.
    Evidence of one kind and sign adds up towards 1 without reaching it.
    """
    said: dict[str, tuple[list[float], list[float]]] = {}
    for reading in readings:
        first = reading.direct
        nearness = _FAR + (1.0 - _FAR) * shares.get(reading.item, 1.0)
        for effect in reading.effects:
            if effect.kind == "axis":
                described, suggested = said.setdefault(effect.name, ([], []))
                main = first or (effect.main and reading.direct)
                (described if main else suggested).append(effect.value * (1.0 if main else nearness))
                first = False
    return {axis: _clamped(_outweigh(axis, *said[axis])) for axis in AXES if axis in said}


def _outweigh(axis: Axis, described: Sequence[float], suggested: Sequence[float]) -> float:
    value = _pooled(described)
    share = _SHARE_OF.get(axis, _SHARE) if described else 1.0
    return value + share * _pooled(suggested) * (1.0 - abs(value))


def _pooled(values: Iterable[float]) -> float:
    rest_up, rest_down = 1.0, 1.0
    for value in values:
        if value > 0:
            rest_up *= 1.0 - value
        else:
            rest_down *= 1.0 + value
    return rest_down - rest_up


def _clamped(value: float) -> float:
    return round(max(-MAX_AXIS, min(MAX_AXIS, value)), 3) + 0.0


def features(readings: Iterable[Reading]) -> dict[Feature, Literal["wanted", "banned"]]:
    """What is wanted or banned; words that describe outrank things that suggest, and later words earlier ones."""
    said: dict[str, Literal["wanted", "banned"]] = {}
    for reading in sorted(readings, key=lambda reading: reading.direct):
        for effect in reading.effects:
            if effect.kind in ("want", "ban"):
                said[effect.name] = "wanted" if effect.kind == "want" else "banned"
    return {name: said[name] for name in sorted(FEATURES) if name in said}


def subtypes(readings: Iterable[Reading], shares: Mapping[int, float], style: Style) -> tuple[str, ...]:
    """Kinds of sound, strongest first: head nouns, modifiers, adjectives; those of the style before others.

    What is denied is none of them, unless a noun names it elsewhere; of several ("neuro bass"), the first is
    denied.
    """
    points: dict[str, float] = {}
    denied, named = set[str](), set[str]()
    for reading in readings:
        denied.update([effect.name for effect in reading.effects if effect.kind == "untype"][:1])
        named.update(effect.name for effect in reading.effects if effect.kind == "type" and is_noun(reading))
        weight = max((e.value for e in reading.effects if e.kind == "noun"), default=0.5)
        if is_noun(reading) and not names_style(reading, style):
            weight *= _OTHER_STYLE
        for effect in reading.effects:
            if effect.kind == "type":
                points[effect.name] = points.get(effect.name, 0.0) + weight * shares.get(reading.item, 0.5)
    left = [slug for slug in points if slug in named or slug not in denied]
    return tuple(sorted(left, key=lambda slug: -points[slug])[:MAX_SUBTYPES])


def register_midi(readings: Sequence[Reading]) -> int | None:
    """The note that was named, else the mean of what words describe, else of what things suggest."""
    named = [e.value for e in _effects(readings, "register") if e.name == "note"]
    direct = [e.value for e in _effects([r for r in readings if r.direct], "register")]
    suggested = [e.value for e in _effects(readings, "register")]
    chosen = named or direct or suggested
    return round(sum(chosen) / len(chosen)) if chosen else None


def last_said(readings: Sequence[Reading], kind: str) -> Effect | None:
    """The last effect of a kind that words describe, else that things suggest."""
    for direct in (True, False):
        said = _effects([r for r in readings if r.direct is direct], kind)
        if said:
            return said[-1]
    return None


def tags(readings: Iterable[Reading], extra: Iterable[str]) -> tuple[str, ...]:
    """Genres, materials and moods in the order they were said, then what the user tagged."""
    said = [effect.name for effect in _effects(readings, "tag")]
    return tuple(dict.fromkeys([*said, *extra]))[:MAX_TAGS]


def _effects(readings: Iterable[Reading], kind: str) -> list[Effect]:
    return [effect for reading in readings for effect in reading.effects if effect.kind == kind]
