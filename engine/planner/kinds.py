"""Sub-types that depend on the style: "analog" makes an analog bass of a bass, and nothing of a bell.

A word that says how a sound is never changes what it is where a noun has said so: `kind` of an adjective counts
only if no noun of that style names a sub-type, `alone` only if no noun names a sound at all.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.planner.match import Item
from engine.planner.read import Reading
from engine.planner.words import Effect
from schemas.intent import Style


def kinds_in_style(readings: Sequence[Reading], items: Sequence[Item], style: Style) -> list[Reading]:
    """The readings with what a style decides turned into plain sub-types, or left out."""
    named = any(map(is_noun, readings))
    typed = any(names_style(one, style) and any(e.kind == "type" for e in one.effects) for one in readings)
    nouns = {one.item for one in readings if is_noun(one)}

    def decided(reading: Reading) -> Reading:
        weak = not is_noun(reading) and (typed or _added(items, reading.item, nouns))
        wanted = [
            e for e in reading.effects if (e.kind == "alone" and not named) or (e.style == style and not weak)
        ]
        first = tuple(Effect("type", effect.name, 1.0) for effect in wanted)
        return replace(
            reading, effects=first + tuple(e for e in reading.effects if e.kind not in ("kind", "alone"))
        )

    return [decided(reading) for reading in readings]


def is_noun(reading: Reading) -> bool:
    """Whether the words name a sound."""
    return any(effect.kind == "noun" and effect.value > 0 for effect in reading.effects)


def names_style(reading: Reading, style: Style) -> bool:
    """Whether the words name a sound of that style."""
    return any(effect.kind == "noun" and effect.name == style and effect.value > 0 for effect in reading.effects)


def _added(items: Sequence[Item], index: int, nouns: set[int]) -> bool:
    """Whether an effect is only added to a noun: the noise of "a pad with noise", not that of "a noise pad"."""
    if index < 0 or items[index].section != "feature":
        return False
    for at in range(index + 1, len(items)):
        if at in nouns:
            return False
        if items[at].section in ("preposition", "boundary", "comma", "joiner"):
            return True
    return bool(nouns)
