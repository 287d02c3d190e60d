"""The sounds of a template that are moved: what holds in all of them may be expected of the next one, too."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.generate import make_patch
from engine.hashing import content_hash
from engine.planner import plan
from schemas.intent import Axis, Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.template import MacroTemplate, RoleId

_NEIGHBOURS = 3
"""Axes of a template's name that are spoken of: each of these can't be moved from where nobody spoke of it."""
_NOT_HEARD = {"evidence", "unused", "notes", "prompt", "planner_version", "language", "tags", "style_scores"}


@dataclass(frozen=True, slots=True)
class MapContext:
    """A sound of a template: seed, register, the words that were said, and which roles lie on the macros."""

    name: str
    template: MacroTemplate
    seed: int
    intent: Intent
    off_macros: tuple[RoleId, ...] = ()

    def patch(self, drives: Mapping[Axis, float] | None = None) -> PatchSpec:
        """The patch, with some axes driven."""
        return make_patch(
            self.intent,
            self.template,
            seed=self.seed,
            metadata=Metadata(name=self.template.name),
            drives=drives,
            off_macros=self.off_macros,
        ).spec


def contexts_of(template: MacroTemplate) -> tuple[MapContext, ...]:
    """Three sounds of a template, that differ in as much as requests do.

    The first is its base at its centre with its own four macros; the second another seed, halfway up its register,
    with the other four roles on the macros; the third a third seed with what the lexicon makes of its name.
    """
    unspoken = Intent(
        style=template.category, planner_version="none", prompt="-", usable=False, style_confidence=0.0
    )
    higher = (template.compass.center + template.compass.high) // 2
    return (
        MapContext("plain", template, 1, unspoken),
        MapContext(
            "higher", template, 2, unspoken.model_copy(update={"register_midi": higher}), off_macros=template.macros
        ),
        MapContext("named", template, 3, named(template)),
    )


def named(template: MacroTemplate) -> Intent:
    """What the lexicon makes of a template's name, with the strongest of its axes."""
    read = plan(template.name, style=template.category)
    strongest = sorted(read.axes, key=lambda axis: (-abs(read.axes[axis]), axis))[:_NEIGHBOURS]
    return read.model_copy(update={"axes": {axis: read.axes[axis] for axis in sorted(strongest)}})


def lexicon_hash(template: MacroTemplate) -> str:
    """A hash of what the lexicon says of a template's name: as long as it stays, the template sounds the same."""
    return content_hash(named(template).model_dump(mode="json", exclude=_NOT_HEARD))[:16]


def template_hash(template: MacroTemplate) -> str:
    """A hash of all that stands in a template."""
    return content_hash(template.model_dump(mode="json"))[:16]
