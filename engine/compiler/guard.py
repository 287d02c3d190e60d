"""The last door before the synth: what passes is of a form that Vital can load, with every value in range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.canonical import canonical_bytes
from engine.compiler.controls import Control, controls
from engine.compiler.reader import check_form
from engine.errors import VitalFileError
from schemas.knobs import Scale

TOLERANCE = 1e-6
"""Of a control's travel: Vital saves single-precision numbers, so its own limits come back a hair outside."""


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A value that a file has and its control doesn't."""

    name: str
    pointer: str
    value: float
    low: float
    high: float
    used: float
    """The nearest value in range, which sounds when the preset is measured."""

    def __str__(self) -> str:
        at = f"{self.name} ({self.pointer})" if self.pointer else self.name
        return f"{at}: {self.value:g} is out of {self.low:g} to {self.high:g}; measured as {self.used:g}"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A preset that may sound: its bytes, and what was moved into range for it."""

    preset: bytes
    out_of_range: tuple[OutOfRange, ...]


def playable(vital: Mapping[str, Any]) -> Guarded:
    """A file's bytes, safe to load into the synth: form checked, settings clamped to their ranges.

    Raises:
        VitalFileError: what is wrong and where.
    """
    check_form(vital)
    found = out_of_range(vital["settings"])
    settings = dict(vital["settings"])
    for where, holder in (("synth_version", vital), ("settings/sample", settings)):
        if not holder.get(where.rpartition("/")[2]):
            raise VitalFileError(f"{where}: missing; Vital loads no preset without it")
    settings.update({problem.name: problem.used for problem in found})
    return Guarded(canonical_bytes({**vital, "settings": settings}), found)


def out_of_range(settings: Mapping[str, Any]) -> tuple[OutOfRange, ...]:
    """Controls whose value the synth doesn't have, sorted by name."""
    found = []
    for name, control in controls().items():
        value = settings.get(name)
        if value is None:
            continue
        used = nearest(control, value)
        if used != value and not _is_rounding(control, value, used):
            knob = control.knob
            found.append(OutOfRange(name, control.pointer, value, knob.low, knob.high, used))
    return tuple(sorted(found, key=lambda problem: problem.name))


def nearest(control: Control, value: float) -> float:
    """The nearest value that the control has."""
    knob = control.knob
    inside = min(max(float(value), knob.low), knob.high)
    whole = knob.scale in (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER)
    return float(round(inside)) if whole else inside


def _is_rounding(control: Control, value: float, used: float) -> bool:
    return abs(value - used) <= TOLERANCE * (control.knob.high - control.knob.low)
