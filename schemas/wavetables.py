"""Drawn and sampled content: wavetables, LFO shapes, samples. Each is our own by id, or the data itself."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from schemas.base import Strict

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
ComponentType = Literal[
    "Wave Source", "Line Source", "Audio File Source", "Shepard Tone Source",
    "Phase Shift", "Wave Window", "Frequency Filter", "Slew Limiter", "Wave Folder", "Wave Warp",
]  # fmt: skip


class OwnTable(Strict):
    """A wavetable that the engine synthesises."""

    kind: Literal["own"] = "own"
    id: Slug = Field(description="Its id in the catalog of wavetables.")


class Component(Strict):
    """A source or a modifier of a wavetable's frames."""

    type: ComponentType
    keyframes: tuple[dict[str, JsonValue], ...] = Field(
        description="Each with its `position` (0..256) and what the component's type keeps there; "
        "`wave_data` is the base64 of 2048 little-endian float32."
    )
    settings: dict[str, JsonValue] = Field(default={}, description="What the type keeps beside its keyframes.")


class TableGroup(Strict):
    """Components that are added up; each modifier works on the source before it."""

    components: tuple[Component, ...]


class VitalTable(Strict):
    """A whole wavetable as Vital keeps it."""

    kind: Literal["vital"] = "vital"
    name: str
    author: str = ""
    version: str = "1.0.7"
    full_normalize: bool = True
    remove_all_dc: bool = True
    groups: Annotated[tuple[TableGroup, ...], Field(max_length=64)]


TableSource = Annotated[OwnTable | VitalTable, Field(discriminator="kind")]


class OwnShape(Strict):
    """A shape that the engine keeps."""

    kind: Literal["own"] = "own"
    id: Slug = Field(description="Its id in the catalog of LFO shapes.")


class DrawnShape(Strict):
    """A drawn curve: of an LFO, or between a modulation's source and its amount."""

    kind: Literal["drawn"] = "drawn"
    name: str = ""
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=2, max_length=100)] = Field(
        description="x from 0 to 1 and y from 0 (top) to 1 (bottom)."
    )
    powers: tuple[float, ...] = Field(description="Curve of each segment; as many as points.")
    smooth: bool = False

    @model_validator(mode="after")
    def _a_power_each(self) -> Self:
        if len(self.powers) != len(self.points):
            raise ValueError(f"{len(self.points)} points need as many powers, and there are {len(self.powers)}")
        return self


ShapeSource = Annotated[OwnShape | DrawnShape, Field(discriminator="kind")]


class OwnSample(Strict):
    """A noise or texture that the engine synthesises."""

    kind: Literal["own"] = "own"
    id: Slug = Field(description="Its id in the catalog of noises.")


class SampleData(Strict):
    """A sample as Vital keeps it."""

    kind: Literal["vital"] = "vital"
    name: str
    length: Annotated[int, Field(ge=0, le=20_000_000, description="Frames.")]
    sample_rate: Annotated[int, Field(ge=1, le=1_000_000, description="Hz.")]
    samples: str = Field(description="Base64 of little-endian int16: mono, or the left side.")
    samples_stereo: str | None = Field(default=None, description="The right side, likewise.")


SampleSource = Annotated[OwnSample | SampleData, Field(discriminator="kind")]
