"""What is moved in a sound: each axis to both sides, each macro to both ends."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.audition.arrival import arrival_of
from engine.audition.notes import held, measured_notes
from engine.hashing import content_hash
from engine.render.job import NotePlan
from engine.responses.contexts import MapContext
from schemas.intent import AXES
from schemas.patch_spec import PatchSpec

DRIVE = 0.8
"""How far an axis is driven: what a plain word asks for, rather more than less."""
_NOT_HEARD = {"engine_version", "metadata"}


@dataclass(frozen=True, slots=True)
class Moved:
    """A context's patch, the note that it is heard at, and what each move makes of it, by key."""

    base: PatchSpec
    note: NotePlan
    patches: Mapping[str, PatchSpec]

    @property
    def base_hash(self) -> str:
        """Of patch and note."""
        return content_hash([patch_hash(self.base), *self.note])[:8]


def moved(context: MapContext) -> Moved:
    """All that is to be heard of a context.

    An axis that the context's own words speak of is left out: driven, it would start from another place than where
    nobody speaks of it.
    """
    base = context.patch()
    note, arrival = measured_notes(context.template, context.intent)[0], arrival_of(base)
    if arrival.is_slow:
        note = held(note, arrival.at())
    patches = {
        axis_key(axis, drive): context.patch({axis: drive})
        for axis in AXES
        if axis not in context.intent.axes
        for drive in (-DRIVE, DRIVE)
    }
    return Moved(base, note, patches | _turned(base))


def axis_key(axis: str, drive: float) -> str:
    """The key of a row: an axis driven.

    >>> axis_key("brightness", 0.8)
    'brightness +0.8'
    """
    return f"{axis} {drive:+g}"


def macro_key(role: str, end: int) -> str:
    """The key of a row: a role's macro turned to 0 or 1."""
    return f"macro {role} {end}"


def patch_hash(spec: PatchSpec) -> str:
    """A hash of what is heard of a patch."""
    return content_hash(spec.model_dump(mode="json", exclude=_NOT_HEARD))[:8]


def _turned(base: PatchSpec) -> dict[str, PatchSpec]:
    """The patch with each of its macros at 0 and at 1, unless it stands there."""
    found = {}
    for place, macro in enumerate(base.macros):
        if macro.control is None or not macro.control.startswith("macro_"):
            continue
        for end in (0, 1):
            if macro.default != end:
                turned = macro.model_copy(update={"default": float(end)})
                macros = (*base.macros[:place], turned, *base.macros[place + 1 :])
                found[macro_key(macro.role_id, end)] = base.model_copy(update={"macros": macros})
    return found
