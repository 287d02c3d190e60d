"""The end of Vital's chain, where a sound is made narrower and louder or softer: known without hearing it again.

The stereo encoder and the volume come last, and both are linear, so what was heard of a patch tells what is heard
of it with these two set otherwise. Measured on six templates with their effects on: within -110 dB of the peak.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from engine import macros
from engine.audio import SAMPLE_RATE, Stereo
from engine.compiler.slots import STEREO, VOLUME
from engine.gates import at_rest
from engine.measure.brief import loudest_of, measure_take
from engine.measure.note import measure_note
from engine.measure.overall import combine
from engine.render.job import Centre, Kept
from schemas.measurements import FLOOR_DB, Measurements, NoteMeasurements, TakeMeasurements
from schemas.patch_spec import PatchSpec

_CLAMPED = 2.09
"""Vital holds its output at 2.1, after the volume: what has reached that is lost."""

Gains = tuple[float, float]
"""Of what both channels have in common, and of what they differ by."""


@dataclass(frozen=True, slots=True)
class KnownSound:
    """What is known of all notes and takes of a patch, and the audio of `kept_as`, which differs at its output."""

    spec: PatchSpec
    measured: Measurements
    kept: Kept | None
    kept_as: PatchSpec

    def after(self, spec: PatchSpec) -> "KnownSound | None":
        """The same of `spec`, if it differs at its output alone; none where one must hear it.

        Where only the volume differs, the figures will do.
        """
        if not differ_at_the_output(self.spec, spec):
            return None
        if self.spec.modules.voicing.stereo_percent == spec.modules.voicing.stereo_percent:
            return replace(self, spec=spec, measured=macros.measured_after(self.spec, spec, self.measured))
        if self.kept is None or not _stands_still(spec) or _clamped(self.kept):
            return None
        gains, was = _gains(self.kept_as, spec), self.kept_as
        at_rest_db = _louder_db(was, spec, ())
        notes = tuple(_mixed(audio, gains, at_rest_db) for audio in self.kept.notes)
        takes = tuple(
            _mixed(audio, gains, _louder_db(was, spec, take.macros))
            for take, audio in zip(self.measured.takes, self.kept.takes, strict=True)
        )
        kept = Kept(notes, takes)
        return KnownSound(spec, _measured(self.measured, kept), kept, spec)

    def at_rest(self, spec: PatchSpec) -> "KnownSound | None":
        """What holds of `spec`, which sounds the same with its macros at rest; none where no audio was kept."""
        if self.kept is None:
            return None
        gains, louder_db = _gains(self.kept_as, spec), _louder_db(self.kept_as, spec, ())
        resting = zip(self.measured.takes, self.kept.takes, strict=True)
        kept = Kept(
            tuple(_mixed(audio, gains, louder_db) for audio in self.kept.notes),
            tuple(_mixed(audio, gains, louder_db) for take, audio in resting if not take.macros),
        )
        return KnownSound(spec, at_rest(self.measured), kept, spec)

    def joined(self, heard: Measurements, kept: Kept | None) -> "KnownSound":
        """With more takes that were heard of the same patch."""
        together = combine(self.measured.notes, [*self.measured.takes, *heard.takes])
        both = Kept(self.kept.notes, self.kept.takes + kept.takes) if self.kept and kept else None
        return replace(self, measured=together, kept=both)

    @property
    def centre(self) -> Centre | None:
        """The first note, as `kept_as` is."""
        if self.kept is None:
            return None
        audio = self.kept.notes[0]
        return Centre(self.measured.notes[0], loudest_of(audio, SAMPLE_RATE), audio)


def _measured(before: Measurements, kept: Kept) -> Measurements:
    notes = [_note(one, audio) for one, audio in zip(before.notes, kept.notes, strict=True)]
    offset_db = notes[0].loudness_lufs - loudest_of(kept.notes[0], SAMPLE_RATE)
    takes = [_take(one, audio, offset_db) for one, audio in zip(before.takes, kept.takes, strict=True)]
    return combine(notes, takes)


def differ_at_the_output(before: PatchSpec, after: PatchSpec) -> bool:
    """Whether two patches are the same but for their volume, how macros move it, and their width at the output."""
    mine = before.modules.voicing
    same = {"volume_db": mine.volume_db, "stereo_percent": mine.stereo_percent}
    voicing = after.modules.voicing.model_copy(update=same)
    modules = after.modules.model_copy(update={"voicing": voicing})
    return _untrimmed(after).model_copy(update={"modules": modules}) == _untrimmed(before)


def _untrimmed(spec: PatchSpec) -> PatchSpec:
    """The patch with macros that leave the volume alone."""
    quiet = tuple(
        macro.model_copy(update={"targets": tuple(one for one in macro.targets if one.path != VOLUME)})
        for macro in spec.macros
    )
    return spec.model_copy(update={"macros": quiet})


def _stands_still(spec: PatchSpec) -> bool:
    """Whether nothing moves the width at the output, which would be another one at each moment."""
    moved = {target.path for macro in spec.macros for target in macro.targets}
    moved |= {route.target for route in spec.modulation.routes}
    return spec.modules.voicing.stereo_mode == "spread" and STEREO not in moved


def _gains(before: PatchSpec, after: PatchSpec) -> Gains:
    """Measured: in the mode `spread`, each channel gets sin((1 - r) * pi / 4) of the other and cos of itself."""
    found = []
    for spec in (before, after):
        angle = (1.0 - spec.modules.voicing.stereo_percent / 100.0) * math.pi / 4
        found.append((math.cos(angle) + math.sin(angle), math.cos(angle) - math.sin(angle)))
    (mid_before, side_before), (mid_after, side_after) = found
    return mid_after / mid_before, side_after / side_before if side_before > 0.0 else 0.0


def _louder_db(before: PatchSpec, after: PatchSpec, positions: tuple[float | None, ...]) -> float:
    return macros.volume_db_at(after, positions) - macros.volume_db_at(before, positions)


def _mixed(audio: Stereo, gains: Gains, louder_db: float) -> Stereo:
    gain = 10.0 ** (louder_db / 20.0) / 2.0
    mid = (audio[0] + audio[1]) * np.float32(gains[0] * gain)
    side = (audio[0] - audio[1]) * np.float32(gains[1] * gain)
    return np.stack([mid + side, mid - side])


def _note(before: NoteMeasurements, audio: Stereo) -> NoteMeasurements:
    figures = measure_note(audio, SAMPLE_RATE, note=before.note, velocity=before.velocity, hold_s=before.hold_s)
    if figures["stuck_db"] is None:  # it was listened to for longer than its audio was kept
        figures["stuck_db"] = before.stuck_db
    return NoteMeasurements.model_validate(figures | {"condition": before.condition})


def _take(before: TakeMeasurements, audio: Stereo, offset_db: float) -> TakeMeasurements:
    figures = measure_take(audio, SAMPLE_RATE)
    loudest_lufs = float(figures.pop("loudest_lufs") or 0.0)
    level = None if before.level_lufs is None else round(max(loudest_lufs + offset_db, FLOOR_DB), 3)
    return before.model_copy(update={**figures, "level_lufs": level})


def _clamped(kept: Kept) -> bool:
    return any(np.abs(audio).max(initial=0.0) >= _CLAMPED for audio in (*kept.notes, *kept.takes))
