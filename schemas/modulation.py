"""Modulation routes and macros."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.base import Strict
from schemas.wavetables import ShapeSource

ModulationSource = Literal[
    "env_1", "env_2", "env_3", "env_4", "env_5", "env_6",
    "lfo_1", "lfo_2", "lfo_3", "lfo_4", "lfo_5", "lfo_6", "lfo_7", "lfo_8",
    "random", "random_1", "random_2", "random_3", "random_4",
    "velocity", "lift", "note", "note_in_octave", "stereo",
    "aftertouch", "mod_wheel", "pitch_wheel", "slide",
]  # fmt: skip
Pointer = Annotated[
    str,
    StringConstraints(pattern=r"^(/([^~/]|~[01])*)+$", max_length=200),
    Field(description="JSON Pointer, RFC 6901."),
]
CURVE_POWERS = {"linear": 0.0, "log": 4.0, "exp": -4.0}
"""Named curves as the power that Vital stores: above zero rises fast and flattens, below zero starts slowly."""
Curve = Literal["linear", "log", "exp"] | Annotated[float, Field(ge=-10, le=10)]
Amount = Annotated[float, Field(ge=-1, le=1, description="Part of the target's travel, −1..1.")]
RoleControl = Literal["macro_1", "macro_2", "macro_3", "macro_4", "mod_wheel", "aftertouch", "baked"]


class Connection(Strict):
    """What a route and a macro's target have in common."""

    amount: Amount
    curve: Curve = Field(default="linear", description="By name, or Vital's power −10..10 where 0 is straight.")
    polarity: Literal["unipolar", "bipolar"] = "unipolar"
    stereo: bool = Field(default=False, description="Invert the amount on the right side.")
    bypass: bool = False
    shape: ShapeSource | None = Field(default=None, description="A drawn curve between source and amount.")
    slot: Annotated[int, Field(ge=0, le=63)] | None = Field(default=None, description="Which of Vital's 64 slots.")


class Route(Connection):
    """A modulation: `source` moves the parameter at `target`."""

    source: ModulationSource
    target: Pointer


class MacroTarget(Connection):
    """One parameter that a macro moves."""

    path: Pointer


class Macro(Strict):
    """A role under one control: `default`, `min` and `max` are positions of that control, 0..1."""

    role_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    label: Annotated[str, StringConstraints(max_length=40)]
    default: Annotated[float, Field(ge=0, le=1)] = 0.0
    min: Annotated[float, Field(ge=0, le=1)] = 0.0
    max: Annotated[float, Field(ge=0, le=1)] = 1.0
    targets: Annotated[tuple[MacroTarget, ...], Field(max_length=64)] = ()
    control: RoleControl | None = Field(
        default=None,
        description="The control that it is on; none: the macro of its number in the list.",
    )


class Modulation(Strict):
    """All routes of a patch."""

    routes: Annotated[tuple[Route, ...], Field(max_length=64)] = ()
