"""The last door before the synth: what passes is of a form that Vital can load, with every value in range."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.compiler.canonical import canonical_bytes
from engine.compiler.controls import Control, controls
from engine.compiler.reader import check_form
from engine.errors import VitalFileError
from schemas.parameters import Parameter, Scale

_WHOLE = (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER)
_LARGEST_TOLD = 1e6
"""In any unit: a cutoff of 10^25 Hz says less than the number in the file."""
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
        return f"{at}: {_in_words(self, controls()[self.name].parameter)}"


def _in_words(problem: OutOfRange, parameter: Parameter) -> str:
    """In the parameter's unit, and as the file has it, where that is another number."""
    value = _beside(problem.value, problem.low, problem.high)
    limits = f"{problem.low:g} to {problem.high:g}"
    if parameter.scale in _WHOLE:
        wrong = "out of" if not problem.low <= problem.value <= problem.high else "no whole number of"
        meant = f" ({parameter.to_person(problem.used)})" if parameter.options else ""
        return f"{value} is {wrong} {limits}; measured as {problem.used:g}{meant}"
    low, high = sorted((parameter.to_person(problem.low), parameter.to_person(problem.high)))
    unit = f" {parameter.unit}".rstrip()
    read = f"{low:.5g} to {high:.5g}{unit}"
    used = f"{parameter.to_person(problem.used):.5g}{unit}"
    person = _to_person(parameter, problem.value)
    if person is None:
        return f"{value} in the file is out of {limits}, which is {read}; measured as {used}"
    said = f"{_beside(person, low, high)}{unit} is out of {read}; measured as {used}"
    return said if person == problem.value else f"{said} (in the file: {value}, out of {limits})"


def _to_person(parameter: Parameter, stored: float) -> float | None:
    """A value out of range in the parameter's unit; none where it has no meaning there, or none for anybody."""
    try:
        person = float(parameter.to_person(stored))
    except (ValueError, OverflowError):
        return None
    low, high = sorted((parameter.to_person(parameter.low), parameter.to_person(parameter.high)))
    squared_away = low <= person <= high  # a level of -1 would read as 100 %
    return None if squared_away or abs(person) > _LARGEST_TOLD else person


def _beside(value: float, low: float, high: float) -> str:
    """As short as it goes without looking like one of its limits."""
    short = f"{value:.6g}"
    return f"{value:.9g}" if short in (f"{low:.6g}", f"{high:.6g}") else short


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
