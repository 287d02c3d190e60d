"""A renderer that is made up: a `RenderPool` to whoever uses it, that reads what it tells off the preset's file.

It knows of Vital what the tests of the engine's middle need: the volume is stored as (dB + 80)^2, a level as the
root of its amplitude, macros add their amounts to what they move, `spread` narrows the side signal, and both come
last. All else that it tells is a `Sound`, which a test makes up as a function of what is played. A preset takes it
a millisecond or two.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.compiler.controls import controls
from engine.measure.overall import combine
from engine.measure.timbre import SILENT, Timbre
from engine.render.job import (
    Kept,
    NotePlan,
    Outcome,
    Rendered,
    RenderFailure,
    RenderJob,
    Take,
    Turn,
    Turned,
)
from schemas.measurements import Measurements, NoteMeasurements, RenderCost, TakeMeasurements

RATE = 44_100
FREE = RenderCost(audio_s=1.0, all_audio_s=2.0, load_s=0.0, render_s=0.1, measure_s=0.0, times_realtime=10.0)
MacroPositions = tuple[float | None, ...]


class DiedError(Exception):
    """Raised by a sound that the synth would not survive: `DiedError("crash", "why")`."""


@dataclass(frozen=True)
class FakeRoute:
    """What moves a control: `amount` times the control's range, with the source at 1."""

    source: str
    destination: str
    amount: float


@dataclass(frozen=True)
class FakePlayed:
    """What is played: a preset's settings, the notes, and under which condition."""

    settings: Mapping[str, Any]
    routes: tuple[FakeRoute, ...]
    notes: tuple[int, ...]
    velocity: float
    hold_s: float
    render_s: float
    macros: MacroPositions = ()
    """Where macros are turned to, as in a `Take`."""
    condition: str = ""
    """`phase seed 2` or a take's; empty for the notes of the register."""
    labels: tuple[str, ...] = ("", "", "", "")
    """What stands on the macros."""

    def macro(self, number: int) -> float:
        """Where a macro stands."""
        turned = self.macros[number - 1] if self.macros else None
        return float(self.settings[f"macro_control_{number}"]) if turned is None else turned

    def value(self, control: str) -> float:
        """A control as the file stores it, with what the macros add where they stand."""
        parameter, found = controls()[control].parameter, float(self.settings[control])
        for route in self.routes:
            if route.destination == control and route.source.startswith("macro_control_"):
                found += route.amount * self.macro(int(route.source[-1])) * parameter.travel
        return found

    @property
    def at_rest(self) -> bool:
        """Whether no macro is turned."""
        return all(place is None for place in self.macros)

    @property
    def volume_db(self) -> float:
        """The output volume where the macros stand."""
        return math.sqrt(max(self.value("volume"), 0.0)) - 80.0

    @property
    def sources_db(self) -> float:
        """All oscillators together against one at its initial level."""
        on = [n for n in range(1, 4) if self.settings[f"osc_{n}_on"]]
        power = sum(max(self.value(f"osc_{n}_level"), 0.0) ** 4 for n in on)
        return 10.0 * math.log10(max(power / 0.25, 1e-12))


@dataclass(frozen=True)
class FakeSound:
    """What a sound measures. Level and side are those before the stereo encoder, which narrows them."""

    lufs: float
    side: float = 0.0
    """Amplitude of the side signal against that of the middle."""
    crest_db: float = 0.0
    """How far the peak lies above that of a sine of this loudness."""
    low_mono_loss_db: float | None = None
    dc: float = 0.0
    click_db: float = -10.0
    stuck_db: float | None = -60.0
    nonfinite: int = 0
    attack_s: float = 0.01
    pitch_cents_off: float | None = 0.0
    hertz: float = 1000.0
    """The pitch of its audio, which tells it from other sounds."""
    timbre: Mapping[str, float] = field(default_factory=dict)
    """Figures by axis; those that are not in it are 0."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """Figures that are told in place of those that follow from the above."""


SoundOf = Callable[[FakePlayed], FakeSound]


def plain(played: FakePlayed) -> FakeSound:
    """A sound of -18 LUFS as the initial patch has it, as loud as volume and oscillators say, and mono."""
    return FakeSound(lufs=max(-18.0 + (played.volume_db + 6.0206) + played.sources_db, -120.0))


class Change:
    """What a macro's turn changes."""

    def __init__(
        self,
        change_db: float,
        *,
        noise_db: float = 0.5,
        feature: float = 0.0,
        rest: float = 0.0,
        noise: float = 0.1,
    ) -> None:
        self.change_db, self.noise_db = change_db, noise_db
        self.feature, self.rest, self.noise = feature, rest, noise


ChangeOf = Callable[[FakePlayed, FakePlayed, Turn], Change]


def by_amounts(turned: FakePlayed, rest: FakePlayed, turn: Turn) -> Change:
    """A macro changes 30 dB a whole range that it moves something by, and gives more of its axis turned up."""
    moved = [route.amount for route in turned.routes if route.source == f"macro_control_{turn.macro}"]
    away = turn.position - rest.macro(turn.macro)
    change_db = round(30.0 * sum(map(abs, moved)) * abs(away), 6)
    return Change(change_db, feature=round(10.0 * sum(moved) * turn.position, 6),
                  rest=round(10.0 * sum(moved) * rest.macro(turn.macro), 6))  # fmt: skip


@dataclass
class FakeRenderer:
    """`sound` makes up how a note sounds, `change` what a turned macro changes; `jobs` are all it was given."""

    sound: SoundOf = plain
    change: ChangeOf = by_amounts
    jobs: list[RenderJob] = field(default_factory=list)
    on_outcome: Callable[[Outcome], None] | None = None
    alive: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.alive = False

    def render(self, job: RenderJob) -> Outcome:
        return next(self.map([job]))

    def map(self, jobs: Iterable[RenderJob]) -> Iterator[Outcome]:
        for job in jobs:
            self.jobs.append(job)
            outcome = self._outcome(job)
            if self.on_outcome is not None:
                self.on_outcome(outcome)
            yield outcome

    def _outcome(self, job: RenderJob) -> Outcome:
        try:
            return self._rendered(job)
        except DiedError as died:
            kind, reason = died.args
            return RenderFailure(job.key, kind, reason)

    def _rendered(self, job: RenderJob) -> Rendered:
        document = json.loads(job.preset)
        preset, routes = document["settings"], _routes(document["settings"])
        labels = tuple(document[f"macro{number}"] for number in range(1, 5))

        def play(note: NotePlan, condition: str = "") -> FakePlayed:
            return FakePlayed(preset, routes, (note.note,), *note[1:], condition=condition, labels=labels)

        first = job.notes[0]
        plans = [(note, "") for note in job.notes[1:] if note != first]
        plans += [
            (first._replace(hold_s=min(first.hold_s, length_s), render_s=length_s), f"phase seed {number}")
            for number, length_s in enumerate(job.again, 2 + len(job.known_seeds))
        ]
        plans = plans if job.known else [(first, ""), *plans]
        played = [play(*one) for one in plans]
        sounds = [self.sound(one) for one in played]
        notes = [note_figures(one, sound) for one, sound in zip(played, sounds, strict=True)]
        edges = len(notes) - len(job.again)
        if job.known:
            known_seeds = (seed.figures for seed in job.known.seeds)
            notes = [job.known.figures, *notes[:edges], *known_seeds, *notes[edges:]]
        loudest_lufs = job.known.loudest_lufs if job.known else output(played[0], sounds[0])[0]
        offset_db = notes[0].loudness_lufs - loudest_lufs

        def heard(take: Take) -> tuple[TakeMeasurements, NDArray[np.float32]]:
            one = FakePlayed(preset, routes, *take[1:6], condition=take.condition, labels=labels)
            sound = self.sound(one)
            level = round(output(one, sound)[0] + offset_db, 3) if take.notes == (first.note,) else None
            return take_figures(one, sound, level), audio_of(one, sound) if job.keep else np.empty(0, np.float32)

        turned = [self._turned(play(first), first, turn, heard) for turn in job.turns]
        takes = [heard(take) for take in job.takes]
        measured = combine(notes, [*(one.take for one in turned if one.take), *(figures for figures, _ in takes)])
        timbres = tuple(timbre_of(sound) for sound in sounds[: len(job.notes)]) if job.timbre else ()
        timbre = timbres[0].figures() if timbres else job.known and job.known.timbre
        if timbre:
            measured = measured.model_copy(update={"timbre": timbre})
        kept = None
        if job.keep:
            audio = [audio_of(one, sound) for one, sound in zip(played, sounds, strict=True)]
            if job.known:
                known_audio = (seed.audio for seed in job.known.seeds)
                audio = [job.known.audio, *audio[:edges], *known_audio, *audio[edges:]]
            kept = Kept(tuple(audio), tuple(one for _, one in takes))
        return Rendered(
            key=job.key,
            measurements=measured,
            preview=audio_of(play(job.preview), self.sound(play(job.preview))) if job.preview else None,
            cost=FREE,
            turned=tuple(turned),
            timbres=timbres,
            kept=kept,
            loudest_lufs=loudest_lufs,
            known_notes=1 + len(job.known_seeds) if job.known else 0,
        )

    def _turned(self, rest: FakePlayed, first: NotePlan, turn: Turn, heard: Callable[[Take], Any]) -> Turned:
        macros = tuple(turn.position if number == turn.macro else None for number in range(1, 5))
        hold_s, condition = min(first.hold_s, turn.length_s), f"macro {turn.macro} at {turn.position:g}"
        take = Take(condition, (first.note,), first.velocity, hold_s, turn.length_s, macros)
        at_end = FakePlayed(rest.settings, rest.routes, *take[1:6], condition=condition, labels=rest.labels)
        try:
            figures = heard(take)[0]
            change = self.change(at_end, rest, turn)
        except DiedError as died:
            return Turned(turn.macro, turn.position, died=died.args[1], axis=turn.axis)
        named = bool(turn.axis)
        return Turned(
            turn.macro,
            turn.position,
            change_db=change.change_db,
            noise_db=change.noise_db,
            axis=turn.axis,
            feature=change.feature if named else None,
            feature_at_rest=change.rest if named else None,
            feature_noise=change.noise if named else 0.0,
            take=figures,
        )


def _routes(settings: Mapping[str, Any]) -> tuple[FakeRoute, ...]:
    """What moves what in a preset; none of what this renderer does not know."""
    found = []
    for number, one in enumerate(settings["modulations"], 1):
        if one["source"] and one["destination"] in controls() and not settings[f"modulation_{number}_bypass"]:
            amount = settings[f"modulation_{number}_amount"]
            found.append(FakeRoute(one["source"], one["destination"], float(amount)))
    return tuple(found)


def output(played: FakePlayed, sound: FakeSound) -> tuple[float, float, float]:
    """What leaves the synth: loudness in LUFS, amplitudes of the middle and of the side.

    A sine of 1 kHz in both channels at full scale has 0 LUFS, and what is narrowed is louder in the middle.
    """
    if sound.lufs <= -120.0:
        return -120.0, 0.0, 0.0
    angle = (1.0 - played.value("stereo_routing")) * math.pi / 4.0 if played.settings["stereo_mode"] == 0 else 0.0
    whole = 10.0 ** (sound.lufs / 20.0) / math.hypot(1.0, sound.side)
    middle = whole * (math.cos(angle) + math.sin(angle))
    side = whole * sound.side * (math.cos(angle) - math.sin(angle))
    return round(20.0 * math.log10(math.hypot(middle, side)), 3), middle, side


def _figures(played: FakePlayed, sound: FakeSound) -> dict[str, Any]:
    lufs, middle, side = output(played, sound)
    silent = middle == 0.0
    return {
        "velocity": played.velocity,
        "hold_s": played.hold_s,
        "render_s": played.render_s,
        "condition": played.condition,
        "nonfinite_samples": sound.nonfinite,
        "peak": round((middle + abs(side)) * 10.0 ** (sound.crest_db / 20.0), 6),
        "loudness_lufs": lufs,
        "mono_loss_db": 0.0 if silent else round(-10.0 * math.log10(1.0 + (side / middle) ** 2), 3),
        "low_band_mono_loss_db": sound.low_mono_loss_db,
    }


def note_figures(played: FakePlayed, sound: FakeSound) -> NoteMeasurements:
    """What is measured of a whole note."""
    figures = _figures(played, sound)
    peak, mono = figures["peak"], 10.0 ** (figures["mono_loss_db"] / 10.0)
    figures |= {
        "note": played.notes[0],
        "peak_dbfs": round(max(20.0 * math.log10(max(peak, 1e-6)), -120.0), 3),
        "dc": sound.dc,
        "stuck_db": sound.stuck_db,
        "click_db": sound.click_db,
        "attack_s": sound.attack_s,
        "pitch_cents_off": sound.pitch_cents_off,
        "centroid_hz": 1000.0,
        "width": round(1.0 - mono, 6),
    }
    return NoteMeasurements(**figures | _told(sound, NoteMeasurements))


def take_figures(played: FakePlayed, sound: FakeSound, level_lufs: float | None) -> TakeMeasurements:
    """What is measured of a short take."""
    figures = _figures(played, sound) | {"macros": played.macros, "notes": played.notes, "level_lufs": level_lufs}
    return TakeMeasurements(**figures | _told(sound, TakeMeasurements))


def _told(sound: FakeSound, model: type[NoteMeasurements | TakeMeasurements]) -> dict[str, Any]:
    return {name: value for name, value in sound.told.items() if name in model.model_fields}


def audio_of(played: FakePlayed, sound: FakeSound) -> NDArray[np.float32]:
    """A sine for as long as it is rendered, float32 of shape (2, n)."""
    _, middle, side = output(played, sound)
    wave = _sine(round(played.render_s * RATE), sound.hertz)
    return np.stack([np.float32(middle + side) * wave, np.float32(middle - side) * wave])


@cache
def _sine(samples: int, hertz: float) -> NDArray[np.float32]:
    return np.sin(2.0 * math.pi * hertz * np.arange(samples) / RATE).astype(np.float32)


def timbre_of(sound: FakeSound) -> Timbre:
    """Its figures by axis."""
    return Timbre(**{**dict.fromkeys(SILENT.figures(), 0.0), **sound.timbre})


def measurements(*sounds: FakeSound, takes: Iterable[TakeMeasurements] = ()) -> Measurements:
    """What is measured of notes that sound like this, the centre of the register first, with nothing rendered."""
    settings = {"stereo_routing": 1.0, "stereo_mode": 0}
    played = FakePlayed(settings, (), (48,), 0.8, 0.5, 1.0)
    return combine([note_figures(played, sound) for sound in sounds], list(takes))
