"""Taking fields out of parsed JSON, with an error that says where a field is missing or of another type."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import VitalFileError


def object_at(value: Any, where: str) -> Mapping[str, Any]:
    """`value` as a JSON object."""
    if not isinstance(value, dict):
        raise VitalFileError(f"{where}: must be an object")
    return value


def list_at(holder: Mapping[str, Any], name: str, where: str, *, at_most: int) -> Sequence[Any]:
    """The list `name` of `holder`, no longer than `at_most`."""
    value = holder.get(name)
    path = join(where, name)
    if not isinstance(value, list):
        raise VitalFileError(f"{path}: must be a list{'' if name in holder else ', and is missing'}")
    if len(value) > at_most:
        raise VitalFileError(f"{path}: has {len(value):,} entries; Vital has room for {at_most}")
    return value


def text_at(holder: Mapping[str, Any], name: str, where: str) -> str:
    """The text `name` of `holder`."""
    value = holder.get(name)
    if not isinstance(value, str):
        raise VitalFileError(f"{join(where, name)}: must be text{'' if name in holder else ', and is missing'}")
    return value


def number_at(holder: Mapping[str, Any], name: str, where: str, *, low: float, high: float) -> float:
    """The number `name` of `holder`, within `low`..`high`."""
    return number(holder.get(name), join(where, name), low=low, high=high)


def number(value: Any, path: str, *, low: float, high: float) -> float:
    """`value` as a finite number within `low`..`high`; JSON's true and false count as 1 and 0, as in Vital."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise VitalFileError(f"{path}: must be a number")
    if not low <= value <= high:
        raise VitalFileError(f"{path}: {value:g} is out of {low:g} to {high:g}")
    return value


def strict_number(value: Any, path: str, *, low: float, high: float) -> float:
    """`value` as a number where Vital takes no true or false."""
    if isinstance(value, bool):
        raise VitalFileError(f"{path}: must be a number, is true or false")
    return number(value, path, low=low, high=high)


def flag(value: Any, path: str) -> bool:
    """`value` as true or false, where Vital takes no 1 or 0."""
    if not isinstance(value, bool):
        raise VitalFileError(f"{path}: must be true or false")
    return value


def join(where: str, name: str | int) -> str:
    """A path one step further."""
    return f"{where}/{name}" if where else str(name)
