"""The last door before the synth: what passes is of a form that Vital can load, with every value in range."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.compiler.canonical import canonical_bytes
from engine.compiler.controls import Control, controls
from engine.compiler.reader import check_form
from engine.errors import VitalFileError
from schemas.parameters import Scale

_WHOLE = (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER)
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
    """A preset that may sound, and what was moved into range for it."""

    vital: Mapping[str, Any]
    out_of_range: tuple[OutOfRange, ...]

    @property
    def preset(self) -> bytes:
        """The file's bytes."""
        return canonical_bytes(dict(self.vital))

    def turned(self, macro: int, position: float) -> bytes:
        """The file's bytes with macro 1..4 turned to 0..1."""
        turned = {**self.vital["settings"], f"macro_control_{macro}": min(max(position, 0.0), 1.0)}
        return canonical_bytes({**self.vital, "settings": turned})


def playable(vital: Mapping[str, Any]) -> Guarded:
    """A file that is safe to load into the synth: form checked, settings clamped to their ranges.

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
    return Guarded({**vital, "settings": settings}, found)


def out_of_range(settings: Mapping[str, Any]) -> tuple[OutOfRange, ...]:
    """Controls whose value the synth doesn't have, sorted by name."""
    found = []
    for name, low, high, whole in _limits():
        value = settings.get(name)
        if value is None or (low <= value <= high and not (whole and value % 1)):
            continue
        control = controls()[name]
        used = nearest(control, value)
        if not _is_rounding(control, value, used):
            found.append(OutOfRange(name, control.pointer, value, low, high, used))
    return tuple(sorted(found, key=lambda problem: problem.name))


@cache
def _limits() -> tuple[tuple[str, float, float, bool], ...]:
    """The table as plain rows, since every preset passes by all 772 of them several times."""
    return tuple(
        (c.name, c.parameter.low, c.parameter.high, c.parameter.scale in _WHOLE) for c in controls().values()
    )


def nearest(control: Control, value: float) -> float:
    """The nearest value that the control has."""
    parameter = control.parameter
    inside = parameter.inside(float(value))
    return float(round(inside)) if parameter.scale in _WHOLE else inside


def _is_rounding(control: Control, value: float, used: float) -> bool:
    return abs(value - used) <= TOLERANCE * (control.parameter.travel)
