"""MacroTemplate v1: a base patch, the ranges that a seed picks within, and eight roles on real targets."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_validator

from schemas.base import Strict
from schemas.effects import EFFECTS, EffectName
from schemas.intent import Axis, Share, Style, WordSlug
from schemas.modulation import CURVE_POWERS, Amount, Pointer, Route
from schemas.wavetables import Slug

RoleId = Axis
"""A role moves one perceptual axis; its low end is −1 on that axis, its high end +1."""
NamedCurve = Literal["linear", "log", "exp"]
Label = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[ -~]+$")]
Note = Annotated[int, Field(ge=0, le=127, description="MIDI note; 60 is C4.")]


class Behavior(Strict):
    """How a role's position becomes movement."""

    curve: NamedCurve = "linear"
    bipolar: bool = Field(default=False, description="The role rests in the middle and goes both ways.")
    steps: Annotated[int, Field(ge=2, le=128)] | None = Field(default=None, description="Positions; none: any.")


class RoleTarget(Strict):
    """A parameter that a role moves: by `amount` of its travel over the whole role, within `min`..`max`."""

    path: Pointer
    amount: Amount
    min: float | None = Field(default=None, description="Lowest value, in the parameter's unit.")
    max: float | None = Field(default=None, description="Highest value, in the parameter's unit.")
    curve: NamedCurve = "linear"
    weight: Share = Field(default=1.0, description="Share of the amount that is used.")


class Constraints(Strict):
    """What must hold for a role to be there."""

    requires: tuple[Pointer, ...] = Field(default=(), description="Switches that must be on.")
    forbids: tuple[Pointer, ...] = Field(default=(), description="Switches that must be off.")
    invariants: tuple[Literal["mono_safe", "non_silent"], ...] = ("mono_safe", "non_silent")


class Role(Strict):
    """One of a template's eight handles."""

    role_id: RoleId
    label: Label
    default: Share
    behavior: Behavior = Behavior()
    targets: Annotated[tuple[RoleTarget, ...], Field(min_length=1, max_length=8)]
    constraints: Constraints = Constraints()
    conflicts: tuple[RoleId, ...] = Field(default=(), description="Roles that can't lie on a macro beside it.")


class Register(Strict):
    """Notes that the sound is meant for."""

    low: Note
    center: Note
    high: Note

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.center <= self.high:
            raise ValueError("low, center and high must be in this order")
        return self


class Play(Strict):
    """How the sound is played when it is measured and previewed."""

    hold_s: Annotated[float, Field(gt=0, le=8, description="Seconds that the key is held.")] = 1.0
    render_s: Annotated[float, Field(gt=0, le=16, description="Seconds that are rendered.")] = 3.0
    velocity: Annotated[float, Field(gt=0, le=1)] = 0.8


class Range(Strict):
    """A parameter that the seed picks between `min` and `max`, evenly on the parameter's own travel."""

    path: Pointer
    min: float
    max: float


class Choice(Strict):
    """A value that the seed picks from `options`."""

    path: Pointer
    options: Annotated[tuple[JsonValue, ...], Field(min_length=1)]


class MacroTemplate(Strict):
    """A kind of sound: what it starts from, what may differ, and its eight handles."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    category: Style
    version: Annotated[int, Field(ge=1)]
    description: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    subtypes: tuple[WordSlug, ...] = Field(default=(), description="Planner's words that ask for it.")
    compass: Register = Field(alias="register", description="The notes that it is meant for.")
    play: Play = Play()
    base: dict[Pointer, JsonValue] = Field(description="Values that differ from Vital's start, by pointer.")
    fx_order: Annotated[tuple[EffectName, ...], Field(min_length=9, max_length=9)] = EFFECTS
    routes: Annotated[tuple[Route, ...], Field(max_length=24)] = ()
    ranges: tuple[Range, ...] = ()
    choices: tuple[Choice, ...] = ()
    roles: Annotated[tuple[Role, ...], Field(min_length=8, max_length=8)]
    macros: Annotated[tuple[RoleId, ...], Field(min_length=4, max_length=4)] = Field(
        description="The four roles on the macros where the prompt doesn't ask for others."
    )

    @model_validator(mode="after")
    def _roles_are_distinct(self) -> Self:
        ids = [role.role_id for role in self.roles]
        if len(set(ids)) != len(ids):
            raise ValueError("each role may stand once")
        strangers = [role for role in self.macros if role not in ids] + [
            other for role in self.roles for other in role.conflicts if other not in ids
        ]
        if strangers or len(set(self.macros)) != 4:
            raise ValueError(f"macros and conflicts must name the template's own roles, macros once: {strangers}")
        return self


__all__ = ["CURVE_POWERS", "MacroTemplate", "Role", "RoleId", "RoleTarget"]
