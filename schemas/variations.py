"""Variations: RFC 6902 patches against a base PatchSpec."""

from typing import Annotated, Literal, get_args

from pydantic import JsonValue, StringConstraints

from schemas.base import Strict

VariationType = Literal[
    "brighter", "darker", "wider", "tighter", "evolving", "steadier",
    "shorter", "longer", "dirtier", "cleaner", "deeper", "softer", "octave", "reseeded",
]  # fmt: skip
PresetKind = Literal["base", VariationType]
"""What a preset is: the base of a request, or a type of variation."""
VARIATION_TYPES: tuple[VariationType, ...] = get_args(VariationType)


class Variation(Strict):
    """A variation, and the patch that undoes it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    type: VariationType
    patch: tuple[dict[str, JsonValue], ...]
    inverse: tuple[dict[str, JsonValue], ...]


class VariationsDiff(Strict):
    """`meta/variations_diff.json` of a bundle."""

    base_schema_version: Literal["1.0"] = "1.0"
    variations: tuple[Variation, ...] = ()
