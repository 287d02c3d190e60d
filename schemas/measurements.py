"""What is measured on a rendered preset, and what the gates say about it.

Units stand in the names. A level that does not exist (silence) is written as -120 dB, never as minus infinity. All
numbers are rounded where they are made, so that the last bits of a CPU's arithmetic never reach a file.
Figures of CPU time are kept apart in `RenderCost`, which must not enter anything that is hashed.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Strict
from schemas.intent import Axis

FLOOR_DB = -120.0
"""Every level in dB is at least this."""

LevelDb = Annotated[float, Field(ge=FLOOR_DB, description="dB; -120 stands for silence")]
Position = Annotated[float, Field(ge=0, le=1)]
Severity = Literal["fail", "warn"]
RepairKind = Literal["level", "width", "mono_low", "dc", "click"]
RepairedKind = Literal[RepairKind, "mono_bass", "peaks", "macro", "macro_level", "role", "words"]
"""What gates ask for, and what else is done: bass moved to the middle, peaks rounded off for a level, a macro's
reach or level, its role, how far words were driven."""


class NoteMeasurements(Strict):
    """One rendered note."""

    note: int = Field(ge=0, le=127, description="MIDI note, 60 = middle C")
    velocity: float = Field(ge=0, le=1)
    hold_s: float = Field(gt=0, description="note on to note off, s")
    render_s: float = Field(gt=0, description="length of the render, s")
    nonfinite_samples: int = Field(ge=0, description="samples that were NaN or infinite (measured as 0)")
    peak: float = Field(ge=0, description="largest absolute sample, 1 = full scale")
    peak_dbfs: LevelDb
    loudness_lufs: LevelDb = Field(description="integrated loudness, ITU-R BS.1770-4")
    mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)] = Field(
        description="level of (L+R)/2 against the mean of L and R; 0 = mono, -3 = unrelated channels"
    )
    low_band_mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)] | None = Field(
        description="the same below 150 Hz; none if that band holds less than 1 % of the energy"
    )
    dc: float = Field(ge=0, description="largest absolute mean of a channel, 1 = full scale")
    stuck_db: LevelDb | None = Field(
        description="level at the end of the tail, 10 s after note off at the most, against the loudest moment; "
        "none with less than 1 s of tail, or if it has not died away and less than 10 s were heard"
    )
    click_db: LevelDb = Field(
        description="steepest step in the first 3 ms against the steepest of the following 97 ms"
    )
    attack_s: float = Field(ge=0, description="note on to 90 % of the loudest 10 ms, s")
    pitch_hz: float | None = Field(default=None, gt=0, description="none if the sound has no clear pitch")
    pitch_cents_off: float | None = Field(
        default=None, ge=-600, le=600, description="against the nearest octave of the note played"
    )
    centroid_hz: float = Field(ge=0, description="amplitude-weighted spectral centroid")
    width: float = Field(ge=0, le=1, description="side / (mid + side) energy; 0 = mono, 0.5 = unrelated")
    condition: str = Field(default="", description="what is unusual about it, in words: `phase seed 2`")


class TakeMeasurements(Strict):
    """A short listen under one worst-case condition: only what a cheap measure tells."""

    condition: str = Field(min_length=1, description="in words: `velocity 1.0`, `macro corner 1·0·1·1`")
    macros: tuple[Position | None, ...] = Field(
        default=(), max_length=4, description="positions of the macros that are turned; none: at rest"
    )
    notes: tuple[Annotated[int, Field(ge=0, le=127)], ...] = Field(min_length=1, description="several: a chord")
    velocity: float = Field(ge=0, le=1)
    hold_s: float = Field(gt=0)
    render_s: float = Field(gt=0)
    nonfinite_samples: int = Field(ge=0)
    peak: float = Field(ge=0, description="of the chord's sum")
    loudness_lufs: LevelDb = Field(description="of these seconds alone")
    level_lufs: LevelDb | None = Field(
        description="the centre note's loudness, plus what the loudest 300 ms differ by; none for other notes"
    )
    mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)]
    low_band_mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)] | None


class OverallMeasurements(Strict):
    """The worst over all notes and takes for what a gate limits; the centre note's for what describes the sound."""

    peak: float = Field(ge=0, description="largest of all notes and takes")
    peak_dbfs: LevelDb
    loudness_lufs: LevelDb = Field(description="of the centre note")
    quietest_lufs: LevelDb = Field(description="of the quietest note")
    mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)]
    low_band_mono_loss_db: Annotated[float, Field(ge=FLOOR_DB, le=0)] | None
    dc: float = Field(ge=0)
    stuck_db: LevelDb | None
    click_db: LevelDb
    pitch_cents_off: float | None = Field(description="of the note that is furthest off, with its sign")
    attack_s: float = Field(ge=0, description="of the centre note")
    centroid_hz: float = Field(ge=0, description="of the centre note")
    width: float = Field(ge=0, le=1, description="of the centre note")
    nonfinite_samples: int = Field(ge=0, description="sum over all notes and takes")


class Measurements(Strict):
    """Every note in the order rendered, the centre of the register first, the short takes, and their summary."""

    notes: tuple[NoteMeasurements, ...] = Field(min_length=1)
    takes: tuple[TakeMeasurements, ...] = ()
    overall: OverallMeasurements
    timbre: dict[Axis, float] | None = Field(
        default=None, description="A figure of the first note for each perceptual axis; none if not asked for."
    )


class RenderCost(Strict):
    """CPU time that a render took on this machine. Differs from run to run: never hashed, never in a bundle."""

    audio_s: float = Field(ge=0, description="seconds of its notes that were rendered, throw-away renders included")
    all_audio_s: float = Field(
        ge=0, description="the same of all that was played: notes, macros turned, short takes"
    )
    load_s: float = Field(ge=0)
    render_s: float = Field(ge=0)
    measure_s: float = Field(ge=0)
    times_realtime: float = Field(ge=0, description="audio_s / render_s")


class GateResult(Strict):
    """What one gate says."""

    gate: str
    passed: bool
    severity: Severity
    value: float | None = Field(description="what was measured; none if it doesn't apply to this sound")
    limit: float | None = Field(description="the limit that decided, in the same unit")
    unit: str
    note: int | None = Field(ge=0, le=127, description="the MIDI note at which the value lay")
    condition: str = Field(default="", description="the condition under which it lay there, if an unusual one")
    reason: str = Field(description="for a preset maker")


class GateReport(Strict):
    """All gates of a profile, in the profile's order."""

    profile: str
    passed: bool = Field(description="no gate of severity fail has failed")
    results: tuple[GateResult, ...]

    @property
    def failures(self) -> tuple[GateResult, ...]:
        """Failed gates that stop a preset."""
        return tuple(r for r in self.results if not r.passed and r.severity == "fail")

    @property
    def warnings(self) -> tuple[GateResult, ...]:
        """Failed gates that are only told."""
        return tuple(r for r in self.results if not r.passed and r.severity == "warn")


class Repair(Strict):
    """One change that should make a failed gate pass; whoever holds the PatchSpec applies it."""

    kind: RepairKind
    gain_db: float | None = Field(default=None, description="for level: change of the output gain")
    factor: float | None = Field(
        default=None, ge=0, le=1, description="for width, mono_low: scale of the side signal"
    )
    reason: str
