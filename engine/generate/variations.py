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
from schemas.intent import Axis, Intent
from schemas.patch_spec import PatchSpec
from schemas.template import MacroTemplate, RoleId
from schemas.variations import VARIATION_TYPES, Variation, VariationType

NUDGES: Mapping[VariationType, Mapping[Axis, float]] = {
    "brighter": {"brightness": 0.7},
    "darker": {"brightness": -0.7},
    "wider": {"width": 0.8},
    "tighter": {"width": -0.6, "space": -0.6, "length": -0.3},
    "evolving": {"movement": 0.8, "rate": -0.3},
    "steadier": {"movement": -0.8},
    "shorter": {"length": -0.7, "attack": -0.4},
    "longer": {"length": 0.7, "attack": 0.3},
    "dirtier": {"grit": 0.7},
    "deeper": {"space": 0.8, "length": 0.2},
    "reseeded": {},
}
"""What each type adds to the axes; `reseeded` draws anew instead."""
_FIRST: tuple[VariationType, ...] = ("brighter", "darker", "evolving", "wider", "shorter", "reseeded")
"""The types to take first, because they are the furthest apart."""

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
    for kind, draw in _candidates(seed, count):
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
        document = made.spec.model_dump(mode="json")
        patch = diff(base_document, document)
        if any(not str(operation["path"]).startswith("/metadata/") for operation in patch):
            found.append(Variation(id=name, type=kind, patch=patch, inverse=diff(document, base_document)))
    return tuple(found)


def _candidates(seed: int, count: int) -> list[tuple[VariationType, int]]:
    first = shuffled(_FIRST, "variation types", seed)
    others = shuffled([kind for kind in VARIATION_TYPES if kind not in _FIRST], "variation types", seed)
    draws: list[tuple[VariationType, int]] = [("reseeded", n) for n in range(2, count + 2)]
    return [(kind, 0) for kind in (*first, *others)] + draws


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
