"""What moves a template's sound, and how far, as it was measured: the response map, one a template.

Numbers in it are whole: multiples of a figure's grain (`engine.responses.figures`), so that a map is small, its
changes can be read, and the last bits of a CPU's arithmetic stay out of it.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.base import Strict
from schemas.wavetables import Slug

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")]
MoveKey = Annotated[str, StringConstraints(pattern=r"^([a-z]+ [+-]0\.\d+|macro [a-z]+ [01])$")]
"""An axis with how far it was driven (`brightness +0.8`), or a macro's role with its end (`macro grit 1`)."""
Grains = tuple[int, ...]
"""A number a figure, in the order of the map's `figures`."""


class ContextResponses(Strict):
    """One sound of the template, and what each move changes in it."""

    patch: Digest = Field(
        description="Hash of the patch that nothing was moved in, and of the note it was heard at."
    )
    base: Grains = Field(description="Its figures.")
    rows: dict[MoveKey, tuple[Digest, Grains | None]] = Field(
        description="By move: the hash of the moved patch, and what it has more of each figure than the base. "
        "Nothing where it can't be rendered or is silent."
    )


class ResponseMap(Strict):
    """What each axis and macro of a template does to every figure, in several contexts."""

    schema_version: Literal["1.0"] = "1.0"
    template_id: Slug
    template: Digest = Field(description="Hash of the template that was measured.")
    lexicon: Digest = Field(description="Hash of what the lexicon says of the template's name.")
    measures: str = Field(description="Version of the measures.")
    figures: tuple[str, ...] = Field(description="Names of the figures, in the order of all numbers.")
    contexts: dict[Slug, ContextResponses]
