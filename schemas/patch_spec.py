"""PatchSpec v1: everything that a `.vital` file can hold, in the units that a person reads."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, field_validator

from schemas.base import Strict
from schemas.effects import EFFECT_MODELS, EFFECTS, EffectModule, EffectName
from schemas.filters import VoiceFilter
from schemas.modulation import Macro, Modulation
from schemas.modulators import Envelope, Lfo, RandomSource
from schemas.sources import Oscillator, SamplePlayer
from schemas.voicing import Voicing

_Part = TypeVar("_Part")


def _filled(full: tuple[_Part, ...]) -> Any:
    """A list as long as the synth has of a module; a shorter one is filled up with what Vital starts from."""

    def fill(given: tuple[_Part, ...]) -> tuple[_Part, ...]:
        return (*given, *full[len(given) :])

    return AfterValidator(fill)


def _in_their_slots(given: tuple[EffectModule, ...]) -> tuple[EffectModule, ...]:
    for slot, (effect, name) in enumerate(zip(given, EFFECTS, strict=False)):
        if effect.type != name:
            raise ValueError(
                f"fx/{slot} is the place of the {name}, not of the {effect.type}; fx is in alphabetical order, "
                "and fx_order says in which order the sound passes"
            )
    return given


OSCILLATORS = (Oscillator(on=True), Oscillator(destination="filter_2"), Oscillator(destination="effects"))
FILTERS = (VoiceFilter(),) * 2
ENVELOPES = (Envelope(),) * 6
LFOS = (Lfo(),) * 8
RANDOMS = (RandomSource(),) * 4
FX: tuple[EffectModule, ...] = tuple(model() for model in EFFECT_MODELS)


class Modules(Strict):
    """The synth's modules. A shorter list than the synth has is filled up with what Vital starts from."""

    osc: Annotated[tuple[Oscillator, ...], Field(max_length=3), _filled(OSCILLATORS)] = OSCILLATORS
    sample: SamplePlayer = SamplePlayer()
    filter: Annotated[tuple[VoiceFilter, ...], Field(max_length=2), _filled(FILTERS)] = FILTERS
    env: Annotated[tuple[Envelope, ...], Field(max_length=6), _filled(ENVELOPES)] = ENVELOPES
    lfo: Annotated[tuple[Lfo, ...], Field(max_length=8), _filled(LFOS)] = LFOS
    random: Annotated[tuple[RandomSource, ...], Field(max_length=4), _filled(RANDOMS)] = RANDOMS
    fx: Annotated[
        tuple[Annotated[EffectModule, Field(discriminator="type")], ...],
        Field(max_length=9, description="The nine effects in their fixed slots."),
        AfterValidator(_in_their_slots),
        _filled(FX),
    ] = FX
    fx_order: Annotated[tuple[EffectName, ...], Field(min_length=9, max_length=9)] = Field(
        default=EFFECTS, description="The order in which the sound passes the effects."
    )
    voicing: Voicing = Voicing()

    @field_validator("fx_order")
    @classmethod
    def _order_is_a_permutation(cls, order: tuple[EffectName, ...]) -> tuple[EffectName, ...]:
        if sorted(order) != list(EFFECTS):
            raise ValueError(f"fx_order must name each of {', '.join(EFFECTS)} once")
        return order


class Metadata(Strict):
    """What Vital's browser shows."""

    name: Annotated[str, StringConstraints(max_length=120)] = ""
    author: Annotated[str, StringConstraints(max_length=120)] = ""
    comments: Annotated[str, StringConstraints(max_length=2000)] = ""
    style: Annotated[str, StringConstraints(max_length=40)] = ""


KeptContent = Annotated[
    str, StringConstraints(pattern=r"^(sample|wavetables/[0-2]|lfos/[0-7]|modulations/([0-9]|[1-5][0-9]|6[0-3]))$")
]


class Imported(Strict):
    """What an imported file says that the fields above can't: kept, written back, and reported by `check`."""

    synth_version: str
    settings: dict[str, JsonValue] = Field(default={}, description="Unknown settings, and values out of range.")
    absent: tuple[str, ...] = Field(default=(), description="Settings that the file doesn't have.")
    modulations: dict[Annotated[int, Field(ge=0, le=63)], JsonValue] = Field(
        default={}, description="Places that don't make a route, by slot."
    )
    content: dict[KeptContent, JsonValue] = Field(
        default={},
        description="Wavetables, LFOs or sample of another form, whole; null where the file has none.",
    )
    texts: dict[str, JsonValue] = Field(default={}, description="Top-level entries of another form; null: none.")
    fields: dict[str, JsonValue] = Field(
        default={},
        description="What the patch's own fields said in place of what is kept, by place in the file: numbers, or "
        "digests of the rest. What is kept counts until its field says something else.",
    )


class PatchSpec(Strict):
    """A patch for Vital. Targets of macros and routes are JSON Pointers into this document."""

    schema_version: Literal["1.0"] = "1.0"
    engine_version: str
    synth_target: Literal["vital"] = "vital"
    metadata: Metadata = Metadata()
    modules: Modules = Modules()
    modulation: Modulation = Modulation()
    macros: Annotated[tuple[Macro, ...], Field(max_length=8)] = ()
    imported: Imported | None = None
