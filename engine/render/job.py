"""What goes into the renderer and what comes out."""

from __future__ import annotations  # the render process needs no models: importing pydantic takes it 60 ms

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.audio import Stereo
from engine.measure.timbre import Timbre

if TYPE_CHECKING:
    from schemas.intent import Axis
    from schemas.measurements import Measurements, NoteMeasurements, RenderCost, TakeMeasurements

MAX_NOTES = 6
"""Notes of one job, preview included; see `engine.render.child` for what limits it."""
MAX_RENDER_S = 30.0
_SHORTEST_TURN_S = 0.1
MAX_TAKES = 64
LONGEST_TAKE_S = 0.6

FailureKind = Literal["refused", "poisoned", "timeout", "memory", "crash", "engine"]


class NotePlan(NamedTuple):
    """One note to render: MIDI note, velocity 0..1, note on to note off in s, length of the render in s."""

    note: int
    velocity: float = 0.8
    hold_s: float = 1.0
    render_s: float = 3.0


class Turn(NamedTuple):
    """A macro, 1..4, turned to a position, 0..1, and heard for the first `length_s` of the first note.

    `axis` names the figure of `engine.measure.timbre` that is read off it, if any.
    """

    macro: int
    position: float
    length_s: float = 0.7
    axis: str = ""


class Take(NamedTuple):
    """A short listen under one condition, which it names in words, measured cheaply.

    Several `notes` are a chord: the sum of them. `macros` are the positions of the four macros, None where one
    stays at rest; empty leaves all there. A take that has patience is stretched to where the first note is loudest,
    and heard for `patience_s`, as long as that note, where it is silent. `settings` are controls, as the file
    stores them, that stand elsewhere for this take.
    """

    condition: str
    notes: tuple[int, ...]
    velocity: float
    hold_s: float
    render_s: float
    macros: tuple[float | None, ...] = ()
    patience_s: float = 0.0
    settings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class HeardSeed:
    """What the first note measured under another phase seed, and its audio."""

    figures: NoteMeasurements
    audio: Stereo


@dataclass(frozen=True)
class Centre:
    """What the first note of a job measured, and its audio, when the same sound at rest was rendered before.

    `timbre` is that note's, by axis, if it was asked for, and `seeds` the same note under other phase seeds.
    """

    figures: NoteMeasurements
    loudest_lufs: float
    audio: Stereo
    timbre: Mapping[Axis, float] | None = None
    seeds: tuple[HeardSeed, ...] = ()


@dataclass(frozen=True)
class Kept:
    """The audio of what was measured, float32 of shape (2, n): notes and takes, in the measurements' order."""

    notes: tuple[Stereo, ...]
    takes: tuple[Stereo, ...]


@dataclass(frozen=True)
class RenderJob:
    """A preset to load, the notes to measure (the centre first), and the note whose audio is wanted.

    `preset` is the JSON text of a `.vital` file. `bpm` None means the preset's own tempo, as in Vital's standalone.
    A `preview` that is among `notes` costs nothing extra; None brings no audio back. Each of `turns` is
    compared with what the first note is without it. `again` are the seconds for which that note is heard anew, each
    time under another phase seed. `takes` follow last. With `timbre`, the measured notes are described as well.
    With `keep`, the audio of all that is measured comes back. A first note that is known is not rendered again, nor
    are the phase seeds that are known with it: `again` are those that come to them. `to_the_end`: where the first
    note has not died away when its render ends, it is heard once more, until it has, or for 10 s after note off.
    `patience_s`: a measured note or phase seed that is silent is held for so long before it is called so.
    """

    key: str
    preset: bytes
    notes: tuple[NotePlan, ...]
    bpm: float | None = None
    preview: NotePlan | None = None
    turns: tuple[Turn, ...] = ()
    again: tuple[float, ...] = ()
    takes: tuple[Take, ...] = ()
    timbre: bool = False
    keep: bool = False
    known: Centre | None = None
    to_the_end: bool = False
    patience_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.notes:
            raise ValueError(f"{self.key}: no note to render")
        if (count := len(self.all_notes) + len(self.again)) > MAX_NOTES:
            raise ValueError(f"{self.key}: {count} notes; at most {MAX_NOTES} share a render")
        if self.bpm is not None and not 20.0 <= self.bpm <= 300.0:
            raise ValueError(f"{self.key}: tempo {self.bpm} is outside 20..300 BPM")
        for plan in self.all_notes:
            _check(self.key, plan)
        for seconds in (*self.again, *(turn.length_s for turn in self.turns)):
            if not _SHORTEST_TURN_S <= seconds <= self.notes[0].render_s:
                raise ValueError(
                    f"{self.key}: {seconds} s of the first note are outside "
                    f"{_SHORTEST_TURN_S}..{self.notes[0].render_s} s"
                )
        if any(turn.macro not in range(1, 5) or not 0.0 <= turn.position <= 1.0 for turn in self.turns):
            raise ValueError(f"{self.key}: a turn is of macro 1..4 to 0..1")
        if len(self.takes) > MAX_TAKES:
            raise ValueError(f"{self.key}: {len(self.takes)} takes; at most {MAX_TAKES} share a render")
        for take in self.takes:
            _check_take(self.key, take)
        if not 0.0 <= self.patience_s <= MAX_RENDER_S / 2:
            raise ValueError(f"{self.key}: a silent note can't be held for {self.patience_s} s")
        if self.known and (self.timbre or self.preview):
            raise ValueError(f"{self.key}: what is told and kept of the first note needs it rendered")

    @property
    def known_seeds(self) -> tuple[HeardSeed, ...]:
        """The phase seeds that need not be rendered again."""
        return self.known.seeds if self.known else ()

    @property
    def all_notes(self) -> tuple[NotePlan, ...]:
        """The notes to measure, then the preview if it is not one of them."""
        extra = self.preview is not None and self.preview not in self.notes
        return (*self.notes, self.preview) if extra and self.preview else self.notes


def _check(key: str, plan: NotePlan) -> None:
    """Refuse what the engine would not survive, or would misread (it never ends a note held for 0 s)."""
    if not 0 <= plan.note <= 127:
        raise ValueError(f"{key}: MIDI note {plan.note} is outside 0..127")
    if not 0.0 < plan.velocity <= 1.0:
        raise ValueError(f"{key}: velocity {plan.velocity} is outside 0..1 (exclusive of 0)")
    if not 0.002 <= plan.hold_s <= plan.render_s <= MAX_RENDER_S:
        raise ValueError(
            f"{key}: hold {plan.hold_s} s, render {plan.render_s} s; "
            f"needs 0.002 <= hold <= render <= {MAX_RENDER_S}"
        )


def _check_take(key: str, take: Take) -> None:
    if not take.notes:
        raise ValueError(f"{key}: {take.condition} has no note")
    for note in take.notes:
        _check(key, NotePlan(note, take.velocity, take.hold_s, take.render_s))
    if len(take.macros) not in (0, 4) or any(
        place is not None and not 0.0 <= place <= 1.0 for place in take.macros
    ):
        raise ValueError(f"{key}: {take.condition} needs four macros at 0..1, or none")
    if not 0.0 <= take.patience_s <= MAX_RENDER_S:
        raise ValueError(f"{key}: {take.condition} can't be heard for {take.patience_s} s")


@dataclass(frozen=True)
class Turned:
    """What a turn does: how far the sound is from the default, how far another phase seed takes it, and its axis.

    `feature` is the figure of `axis` with the macro turned, `feature_at_rest` that of the note as it is, and
    `feature_noise` how far another phase seed takes that.
    """

    macro: int
    position: float
    change_db: float = 0.0
    noise_db: float = 0.0
    died: str = ""
    axis: str = ""
    feature: float | None = None
    feature_at_rest: float | None = None
    feature_noise: float = 0.0
    take: TakeMeasurements | None = None
    """How the sound stands there; none if it died."""


@dataclass(frozen=True)
class Rendered:
    """A preset that was rendered and measured. `preview` is read-only float32 of shape (2, n) at 44.1 kHz."""

    key: str
    measurements: Measurements
    preview: Stereo | None
    cost: RenderCost
    turned: tuple[Turned, ...] = ()
    timbres: tuple[Timbre, ...] = ()
    """Of each measured note, if the job asked for it."""
    kept: Kept | None = None
    loudest_lufs: float = 0.0
    """Loudness of the loudest 300 ms of the first note."""
    known_notes: int = 0
    """Notes that were not rendered again."""

    @property
    def notes_played(self) -> int:
        """Notes that were rendered, those of takes among them."""
        notes = len(self.measurements.notes) - self.known_notes
        return notes + sum(len(take.notes) for take in self.measurements.takes)

    @property
    def centre(self) -> Centre | None:
        """The first note, for a job that goes on with the same sound; none if its audio was not asked for."""
        audio = self.kept.notes[0] if self.kept else self.preview
        if audio is None:
            return None
        notes = self.measurements.notes
        pairs = zip(notes, self.kept.notes, strict=True) if self.kept else ()
        seeds = tuple(HeardSeed(note, heard) for note, heard in pairs if note.condition)
        return Centre(notes[0], self.loudest_lufs, audio, self.measurements.timbre, seeds)


@dataclass(frozen=True)
class RenderFailure:
    """A preset that cost itself alone.

    Kinds: `refused` the engine did not load it, `poisoned` the audio is not finite or stuck at Vital's output
    clamp, `timeout`, `memory`, `crash` the process died, `engine` the renderer itself failed twice with this
    preset in hand.
    """

    key: str
    kind: FailureKind
    reason: str


Outcome = Rendered | RenderFailure
Header = Mapping[str, object]


def standard_notes(
    low: int,
    centre: int,
    high: int,
    *,
    hold_s: float = 1.0,
    render_s: float = 3.0,
    edge_hold_s: float = 0.6,
    edge_render_s: float = 1.2,
    velocity: float = 0.8,
    edge_velocity: float = 1.0,
) -> tuple[NotePlan, ...]:
    """The measured notes of a register: the centre as the human baseline was measured, both ends hard and briefly.

    The first is also the preview. Equal notes are rendered once. Percussion wants shorter holds.
    """
    first = NotePlan(centre, velocity, hold_s, render_s)
    ends = dict.fromkeys(n for n in (low, high) if n != centre)
    return (first, *(NotePlan(n, edge_velocity, edge_hold_s, edge_render_s) for n in ends))
