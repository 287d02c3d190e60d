"""What the stages of a request hand on: plan, placed macros, and the result for each preset."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.base import Strict
from schemas.intent import Axis, Intent, ValueNoun, ValueUnit
from schemas.measurements import GateReport, Measurements, RepairedKind
from schemas.modulation import Pointer, RoleControl
from schemas.patch_spec import PatchSpec
from schemas.request import Request
from schemas.template import RoleId
from schemas.variations import PresetKind

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Plan(Strict):
    """A request that has been understood: what it asks for, which template answers, under which name."""

    key: Sha256
    request: Request
    intent: Intent
    template_id: str
    template_version: int
    title: str
    planner_note: Annotated[str, StringConstraints(max_length=300)] = ""
    """Who read the prompt, and why, where that wasn't the rules by themselves. Quotes nothing of the prompt."""
    draws: Annotated[int, Field(ge=0)] = 0
    """Which further drawing of the request this is: its words were not heard, or its gates not passed, before."""
    left_out: tuple[Axis, ...] = ()
    """Axes whose words sounded the other way in every drawing, and are not given."""
    out_of_reach: tuple[str, ...] = ()
    """What words ask for and the template can't be made, as sentences. Quotes nothing of the prompt."""


class MacroPlacement(Strict):
    """Where one of a template's eight roles went."""

    role_id: RoleId
    label: str
    control: RoleControl
    default: Annotated[float, Field(ge=0, le=1)]
    targets: tuple[Pointer, ...]
    reason: str
    """Why it lies there, in words."""


class Repaired(Strict):
    """A repair that was made before a preset passed."""

    kind: RepairedKind
    subject: str = ""
    """What was repaired, where that isn't the whole preset: a macro's label."""
    amount: float
    unit: str
    reason: str


class WordHeard(Strict):
    """The result for the words that ask for one axis, against a neutral twin: the same prompt without them."""

    axis: Axis
    words: tuple[str, ...]
    """As the prompt has them; for a variation, its type."""
    asked: Annotated[float, Field(ge=-1, le=1)]
    """Where the words put the sound on the axis."""
    neutral: float
    """The twin's figure."""
    heard: float
    """The figure of the sound that ships."""
    change: float
    """How far the sound lies from its twin in the direction that was asked for."""
    wanted: float
    """How far it should, at least."""
    unit: str
    satisfied: bool
    given: bool = True
    """False where the words sounded the other way whatever was tried, and were left out."""
    reason: str
    """In words."""


class ValueSet(Strict):
    """A value that the prompt asks for outright, and what the preset has that ships."""

    noun: ValueNoun
    asked: float | str
    unit: ValueUnit
    found: float | str | None
    """As `docs/understanding.md` says it is read from the file; none where the sound has no such thing."""
    kept: bool
    """Whether that is what was asked for: within 5 %, or the control's nearest step."""
    words: str
    """As the prompt has them."""
    reason: str = ""
    """Why it isn't kept, in words; empty if it is."""


class MacroEnd(Strict):
    """One end of a macro, heard."""

    position: Annotated[float, Field(ge=0, le=1)]
    change_db: Annotated[float, Field(ge=0, description="Against the default, over time and bands.")]
    noise_db: Annotated[float, Field(ge=0)] = 0.0
    """What another phase seed changes, measured in the same way."""
    broken: str = ""
    """What breaks there, in words; empty if nothing does."""


class MacroDirection(Strict):
    """Whether a macro turned up gives more of what its role stands for."""

    axis: str
    """The figure of `engine.measure.timbre` that was compared, higher meaning more."""
    low: float
    """With the macro at 0, or where it rests, if that is near."""
    high: float
    """With the macro at 1, or where it rests, if that is near."""
    noise: Annotated[float, Field(ge=0)]
    """How much that figure differs between phase seeds."""


class MacroHeard(Strict):
    """What a macro does to the sound."""

    number: Annotated[int, Field(ge=1, le=4)]
    role_id: str
    label: str
    ends: tuple[MacroEnd, ...]
    direction: MacroDirection | None = None
    """None where it was not judged: a variation shares its base's macros."""
    problem: str = ""
    """Why the macro can't keep its role, in words; empty if it can."""


class HeardPreset(Strict):
    """A preset after it was rendered: as it ships, or why it doesn't. Audio travels beside it, by `id`."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    """`base`, or the variation's id."""
    kind: PresetKind
    title: str
    status: Literal["accepted", "refused"]
    refused_because: tuple[str, ...] = ()
    spec: PatchSpec
    preset_sha256: Sha256
    repairs: tuple[Repaired, ...] = ()
    renders: Annotated[int, Field(ge=0)] = 0
    """How often it was loaded and rendered, repairs included."""
    takes: Annotated[int, Field(ge=0)] = 0
    """Notes that were rendered and listened to in all of these, turned macros included."""
    measurements: Measurements | None = None
    gates: GateReport | None = None
    macros: tuple[MacroHeard, ...] = ()
    words: tuple[WordHeard, ...] = ()
    """The result for each word of the prompt that asks for something; for a variation, for its type."""
    values: tuple[ValueSet, ...] = ()
    """What the prompt asks for in numbers, and what this preset has."""
    tuning_renders: Annotated[int, Field(ge=0)] = 0
    """How many renders were made to find the sound, before it was judged."""
