"""What a maker does with a sound that is too quiet but as loud as its peaks allow.

A compressor at the end of the chain first, which a held sound hardly shows; then saturation, which also takes the
peaks that are over before a compressor has noticed; then less difference between soft and hard. Each goes a step at
a time, and is heard before the next.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import JsonValue

from engine.compiler.slots import COMPRESSOR, DISTORTION, FILTER_FX, VOICING
from engine.generate.variations import Operations, apply_patch
from engine.repair.limits import (
    COMPRESSED_BELOW_PEAK_DB,
    COMPRESSOR_GAINS_DB,
    COMPRESSOR_RATIO,
    DRIVEN_ABOVE_CLIPPING_DB,
    LEAST_HELP_DB,
    LEAST_VELOCITY_PERCENT,
    SATURATION_GAINS_DB,
)
from schemas.effects import EFFECTS
from schemas.intent import Intent, ValueNoun
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired

Means = Literal["compressor", "soft_clip", "effects_filter", "velocity"]
_TOLD: dict[Means, tuple[str, str]] = {
    "compressor": ("a compressor", "dB below its peaks"),
    "soft_clip": ("a soft clip", "dB of drive"),
    "effects_filter": ("a saturating filter", "dB of drive"),
    "velocity": ("less velocity", "% of velocity"),
}
_SATURATES: tuple[Means, ...] = ("soft_clip", "effects_filter")
_CLEAN = -0.5
"""From here down on the axis of grit a prompt asks for a clean sound."""
_BY_FEATURE: dict[str, tuple[Means, ...]] = {
    "compressor": ("compressor",),
    "distortion": _SATURATES,
    "filter": ("effects_filter",),
    "velocity": ("velocity",),
}
_BY_VALUE: dict[ValueNoun, tuple[Means, ...]] = {
    "compressor_mix": ("compressor",),
    "distortion_drive": _SATURATES,
    "distortion_mix": _SATURATES,
    "velocity_target": ("velocity",),
}


@dataclass(frozen=True, slots=True)
class PeakStep:
    """One step that was made: by which means, how far (0 is its first degree), and what was so before, dB."""

    means: Means
    degree: int
    missing_db: float
    peak_db: float
    """Of the loudest note before this means was used at all: what it works on."""


class RoundedOff(NamedTuple):
    """A patch after one more step, the step, how it is told, and whether the step before it was taken back."""

    spec: PatchSpec
    step: PeakStep
    done: Repaired
    takes_back: bool


def means_left_alone(intent: Intent) -> frozenset[Means]:
    """Means that a prompt leaves no room for: what it denies or gives a value, and what its words stand against.

    A sound that is to be clean isn't saturated, and one that is to follow the velocity keeps its range.
    """
    named = [feature for feature, wish in intent.features.items() if wish == "banned" or feature == "velocity"]
    found = [means for feature in named for means in _BY_FEATURE.get(feature, ())]
    found += [means for value in intent.values for means in _BY_VALUE.get(value.noun, ())]
    found += _SATURATES if intent.axes.get("grit", 0.0) <= _CLEAN else ()
    return frozenset(found)


def round_off(
    spec: PatchSpec,
    *,
    missing_db: float,
    peak_db: float,
    before: Sequence[PeakStep] = (),
    left_alone: Collection[Means] = (),
) -> RoundedOff | None:
    """The patch with its peaks a step nearer to its level; none if nothing is left to do.

    `missing_db` is what it lacks in loudness, `peak_db` the peak of its loudest single note ahead of the output
    volume, full scale = 0 dB. `before` are the steps that were made so far.
    """
    idle = _idle(before, missing_db)
    takes_back = bool(before) and before[-1].means in idle
    if takes_back:
        spec = _taken_back(spec, before)
    saturates = next((means for means in _SATURATES if _used(means, before) or _is_free(spec, means)), None)
    for means in ("compressor", saturates, "velocity"):
        if means is None or means in left_alone or means in idle:
            continue
        if not _used(means, before) and not _is_free(spec, means):
            continue
        degree = _next_degree(means, before, missing_db)
        ahead_db = next((step.peak_db for step in before if step.means == means), peak_db)
        changed = _step(spec, means, degree, ahead_db)
        if changed is not None:
            subject, unit = _TOLD[means]
            reason = f"{missing_db:.1f} dB too quiet, and as loud as its peaks allowed"
            done = Repaired(kind="peaks", subject=subject, amount=changed[1], unit=unit, reason=reason)
            return RoundedOff(changed[0], PeakStep(means, degree, missing_db, ahead_db), done, takes_back)
    return None


_GAINS_DB: dict[Means, tuple[float, ...]] = {
    "compressor": COMPRESSOR_GAINS_DB,
    "soft_clip": SATURATION_GAINS_DB,
    "effects_filter": SATURATION_GAINS_DB,
    "velocity": (),
}
_SLOTS: dict[Means, str] = {"compressor": COMPRESSOR, "soft_clip": DISTORTION, "effects_filter": FILTER_FX}


def _used(means: Means, before: Sequence[PeakStep]) -> bool:
    return any(step.means == means for step in before)


def _idle(before: Sequence[PeakStep], missing_db: float) -> frozenset[Means]:
    """The means of which a step didn't help; saturation always does, if not at once."""
    after = [step.missing_db for step in before[1:]] + [missing_db] * bool(before)
    pairs = zip(before, after, strict=True)
    idle = (step.means for step, left_db in pairs if step.missing_db - left_db < LEAST_HELP_DB)
    return frozenset(means for means in idle if means not in _SATURATES)


def _taken_back(spec: PatchSpec, before: Sequence[PeakStep]) -> PatchSpec:
    """The patch without the last step, which didn't help."""
    last = before[-1]
    earlier = [step for step in before[:-1] if step.means == last.means]
    if earlier:
        changed = _step(spec, last.means, earlier[-1].degree, last.peak_db)
        return spec if changed is None else changed[0]
    return spec if last.means == "velocity" else _replaced(spec, (f"{_SLOTS[last.means]}/on", False))


def _next_degree(means: Means, before: Sequence[PeakStep], missing_db: float) -> int:
    """How far the means goes next: further than before, and as far as it takes for what is missing."""
    made = [step.degree for step in before if step.means == means]
    if made:
        return made[-1] + 1
    return sum(missing_db > gained_db for gained_db in _GAINS_DB[means])


def _is_free(spec: PatchSpec, means: Means) -> bool:
    """Whether the sound doesn't use it yet, and nothing moves it."""
    if means == "velocity":
        return True
    slot = _SLOTS[means]
    moved = [route.target for route in spec.modulation.routes]
    moved += [target.path for macro in spec.macros for target in macro.targets]
    number = int(slot.rpartition("/")[2])
    return not spec.modules.fx[number].on and not any(path.startswith(f"{slot}/") for path in moved)


def _step(spec: PatchSpec, means: Means, degree: int, peak_db: float) -> tuple[PatchSpec, float] | None:
    """The patch with a means used to this degree, and the setting it comes to; none if it doesn't go so far."""
    if means == "velocity":
        now = spec.modules.voicing.velocity_track_percent
        if degree or now < LEAST_VELOCITY_PERCENT:
            return None
        less = round(now / 2.0, 1)
        return _replaced(spec, (f"{VOICING}/velocity_track_percent", less)), less
    degrees = COMPRESSED_BELOW_PEAK_DB if means == "compressor" else DRIVEN_ABOVE_CLIPPING_DB
    if degree >= len(degrees):
        return None
    if means == "compressor":
        threshold_db = round(min(max(peak_db - degrees[degree], -80.0), 0.0), 1)
        return _last_in_chain(spec, "compressor", _compressing(threshold_db)), degrees[degree]
    most_db = 30.0 if means == "soft_clip" else 20.0
    drive_db = round(min(max(degrees[degree] - peak_db, 0.0), most_db), 1)
    if means == "soft_clip":
        return _last_in_chain(spec, "distortion", _clipping(drive_db)), drive_db
    return _last_in_chain(spec, "filter_fx", _driving(drive_db)), drive_db


_Settings = dict[str, JsonValue]


def _compressing(threshold_db: float) -> _Settings:
    """One band, downwards only, fast enough for a pluck and slow enough for its first click."""
    return {
        "bands": "single",
        "mix_percent": 100.0,
        "attack_percent": 10.0,
        "release_percent": 50.0,
        "band_gain_db": 0.0,
        "band_upper_threshold_db": threshold_db,
        "band_upper_ratio": COMPRESSOR_RATIO,
        "band_lower_ratio": 0.0,
    }


def _clipping(drive_db: float) -> _Settings:
    return {"curve": "soft_clip", "filter_order": "none", "mix_percent": 100.0, "drive_db": drive_db}


def _driving(drive_db: float) -> _Settings:
    """A low pass that is open as far as it goes: only its saturation is heard."""
    return {
        "model": "ladder",
        "style": 0,
        "cutoff_hz": 20_000.0,
        "resonance_percent": 0.0,
        "blend": 0.0,
        "keytrack_percent": 0.0,
        "mix_percent": 100.0,
        "drive_db": drive_db,
    }


def _last_in_chain(spec: PatchSpec, effect: str, settings: _Settings) -> PatchSpec:
    """An effect turned on behind all others, where only the output volume follows."""
    slot = f"/modules/fx/{[str(name) for name in EFFECTS].index(effect)}"
    order: list[JsonValue] = [*(name for name in spec.modules.fx_order if name != effect), effect]
    values = [(f"{slot}/{name}", value) for name, value in settings.items()]
    return _replaced(spec, ("/modules/fx_order", order), (f"{slot}/on", True), *values)


def _replaced(spec: PatchSpec, *changes: tuple[str, JsonValue]) -> PatchSpec:
    operations: Operations = tuple({"op": "replace", "path": path, "value": value} for path, value in changes)
    return apply_patch(spec, operations)
