"""Variations: the same words and seed with one axis pushed, or another draw; RFC 6902 patches with inverses."""

from collections.abc import Collection, Mapping
from typing import Any

import jsonpatch
import orjson
from pydantic import JsonValue

from engine.compiler.spec_io import spec_from_dict
from engine.errors import SpecError
from engine.generate.patch import make_patch
from engine.generate.seeds import bits, shuffled
from schemas.intent import Axis, Intent, Style
from schemas.patch_spec import PatchSpec
from schemas.template import MacroTemplate, RoleId
from schemas.variations import VARIATION_TYPES, Variation, VariationType

NUDGES: Mapping[VariationType, Mapping[Axis, float]] = {
    "brighter": {"brightness": 1.0},
    "darker": {"brightness": -1.0},
    "wider": {"width": 1.0},
    "tighter": {"width": -0.9, "space": -0.9, "length": -0.4},
    "evolving": {"movement": 1.0, "rate": -0.4},
    "steadier": {"movement": -1.0},
    "shorter": {"length": -1.0, "attack": -0.5},
    "longer": {"length": 1.0, "attack": 0.4},
    "dirtier": {"grit": 1.0},
    "cleaner": {"grit": -1.0, "noise": -0.5},
    "deeper": {"space": 1.0, "length": 0.3},
    "softer": {"attack": 1.0, "brightness": -0.3},
    "octave": {},
    "reseeded": {},
}
"""What each type adds to the axes, so that it is another sound; `octave` transposes, `reseeded` draws anew."""
_FIRST: tuple[VariationType, ...] = (
    "brighter", "darker", "evolving", "wider", "shorter", "longer", "dirtier", "octave", "reseeded",
)  # fmt: skip
"""The types to take first, because they are the furthest apart."""
_LAST_OF: Mapping[Style, tuple[VariationType, ...]] = {
    "Bass": ("wider", "shorter", "deeper"),
    "Percussion": ("shorter", "evolving", "wider", "steadier", "softer"),
    "Pad": ("shorter", "tighter"),
    "SFX": ("octave",),
}
"""What a style has little room for: a bass is narrow and long enough to be one, a hit is short as it is."""
_ROOM = 0.7
"""Where an axis is asked for beyond this, a type that goes on in that direction comes late."""
_OCTAVE, _HIGH_NOTE = 12, 60
"""Semitones; a sound that is played higher than this note goes down, any other up."""

Operations = tuple[dict[str, JsonValue], ...]


def make_variations(
    base: PatchSpec,
    intent: Intent,
    template: MacroTemplate,
    *,
    seed: int,
    count: int,
    drives: Mapping[Axis, float] | None = None,
    push: float = 1.0,
    without: Collection[str] = (),
    off_macros: Collection[RoleId] = (),
) -> tuple[Variation, ...]:
    """`count` variations of `base`, which was made from the same intent, template, seed, `drives` and `off_macros`.

    `push` scales what a type adds to the axes; ids in `without` are passed over. Types come in an order that the
    seed shuffles; one that changes nothing here (its axis stands at its end) gives way to the next, and where the
    types run out, further draws follow.
    """
    base_document = base.model_dump(mode="json")
    found: list[Variation] = []
    for kind, draw in _candidates(intent, template, seed, count):
        if len(found) == count:
            break
        name = f"{kind}-{draw}" if draw else kind
        if name in without:
            continue
        title = f"{base.metadata.name} - {name.replace('-', ' ').title()}"
        made = make_patch(
            intent,
            template,
            seed=seed if kind != "reseeded" else bits("reseed", seed, draw) % 2**32,
            metadata=base.metadata.model_copy(update={"name": title}),
            nudges={axis: push * nudge for axis, nudge in NUDGES[kind].items()},
            drives=drives,
            off_macros=off_macros,
        )
        varied = _an_octave_away(made.spec, intent, template) if kind == "octave" else made.spec
        document = varied.model_dump(mode="json")
        patch = diff(base_document, document)
        if any(not str(operation["path"]).startswith("/metadata/") for operation in patch):
            found.append(Variation(id=name, type=kind, patch=patch, inverse=diff(document, base_document)))
    return tuple(found)


def _candidates(intent: Intent, template: MacroTemplate, seed: int, count: int) -> list[tuple[VariationType, int]]:
    """Types by whether this sound has room for them, by how far apart they are, and as the seed shuffles them.

    What is asked for counts for the shuffle, since the requests of a library share a seed.
    """
    asked = [f"{axis} {value:.2f}" for axis, value in sorted(intent.axes.items())]
    order = shuffled(VARIATION_TYPES, "variation types", seed, template.id, *intent.subtypes, *asked)
    order.sort(key=lambda kind: (not _has_room(kind, intent, template), kind not in _FIRST))
    draws: list[tuple[VariationType, int]] = [("reseeded", n) for n in range(2, count + 2)]
    return [(kind, 0) for kind in order] + draws


def _has_room(kind: VariationType, intent: Intent, template: MacroTemplate) -> bool:
    if kind in _LAST_OF.get(template.category, ()):
        return False
    axis, nudge = next(iter(NUDGES[kind].items()), (None, 0.0))
    if axis is None:
        return True
    return intent.axes.get(axis, 0.0) * nudge <= _ROOM * abs(nudge)


def _an_octave_away(spec: PatchSpec, intent: Intent, template: MacroTemplate) -> PatchSpec:
    """Transposed by an octave, towards the middle of the keyboard; as it is where a transposition is asked for."""
    voicing = spec.modules.voicing
    played = intent.register_midi if intent.register_midi is not None else template.compass.center
    moved = voicing.transpose_semitones + (-_OCTAVE if played > _HIGH_NOTE else _OCTAVE)
    if abs(moved) > 4 * _OCTAVE or any(value.noun == "transpose" for value in intent.values):
        return spec
    modules = spec.modules.model_copy(update={"voicing": voicing.model_copy(update={"transpose_semitones": moved})})
    return spec.model_copy(update={"modules": modules})


def diff(old: Any, new: Any) -> Operations:
    """`replace` operations that make `new` of `old`, one a value that differs; a resized list is one value.

    Both must have the same form, as two PatchSpecs have. A general differ finds moves and copies; for a person who
    reads what a variation changes, one line a parameter says it better.
    """
    return tuple(_differences(old, new, ""))


def _differences(old: Any, new: Any, path: str) -> list[dict[str, JsonValue]]:
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [op for key in old for op in _differences(old[key], new[key], f"{path}/{_escaped(key)}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            op for i, (a, b) in enumerate(zip(old, new, strict=True)) for op in _differences(a, b, f"{path}/{i}")
        ]
    return [{"op": "replace", "path": path, "value": new}]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def apply_patch(base: PatchSpec, operations: Operations) -> PatchSpec:
    """`base` with an RFC 6902 patch applied, validated.

    Raises:
        SpecError: the patch doesn't apply, or what it makes breaks the schema.
    """
    document = orjson.loads(base.model_dump_json())
    try:
        made = jsonpatch.apply_patch(document, list(operations), in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise SpecError(f"the patch doesn't apply: {error}") from None
    return spec_from_dict(made)
