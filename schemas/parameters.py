"""How one control of Vital is declared: its range as the synth stores it, and the unit a person reads.

A module model (`schemas.sources`, `.filters`, `.modulators`, `.effects`, `.voicing`) *is* the control table: each
of its fields says once which control it sets, over which range and on which scale. `engine.compiler.controls` walks
the models into the flat table; nothing else states a range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pydantic import Field


class Scale(StrEnum):
    """How the number that the synth stores becomes the number that a person reads."""

    LINEAR = "linear"  # stored × factor
    NOTE = "note"  # a MIDI note number as Hz: 440 · 2^((stored − 69)/12)
    POWER_OF_TWO = "power_of_two"  # 2^stored × factor: rates, times
    INVERSE_POWER_OF_TWO = "inverse_power_of_two"  # 2^−stored: a rate read as a time
    QUADRATIC = "quadratic"  # stored² × factor: levels
    QUARTIC = "quartic"  # stored⁴: envelope times
    SQUARE_ROOT_DB = "square_root_db"  # √stored − 80: the master volume in dB
    INTEGER = "integer"  # a whole number
    CHOICE = "choice"  # an index into named options
    SWITCH = "switch"  # 0 or 1


@dataclass(frozen=True)
class Parameter:
    """One control: the name in a `.vital` file with `#` for the module's number, its stored range and its scale."""

    vital: str
    low: float
    high: float
    default: float
    scale: Scale
    unit: str
    factor: float = 1.0
    options: tuple[str, ...] = ()
    first_option: int = 0
    """Stored index of `options[0]`."""

    @property
    def travel(self) -> float:
        """From the lowest to the highest stored value."""
        return self.high - self.low

    def inside(self, stored: float) -> float:
        """The nearest stored value within the range."""
        return min(max(stored, self.low), self.high)

    @cached_property
    def to_person(self) -> Callable[[float], Any]:
        """To the unit a person reads; what is stored must lie in the range, and be whole where the scale is."""
        return _TO_PERSON[self.scale](self)

    @cached_property
    def to_stored(self) -> Callable[[Any], float]:
        """To the number that the synth stores; the inverse of `to_person` to 1e-12, relative."""
        return _TO_STORED[self.scale](self)


def _option_at(parameter: Parameter) -> Callable[[float], str]:
    return lambda stored: parameter.options[int(stored) - parameter.first_option]


def _index_of(parameter: Parameter) -> Callable[[str], float]:
    return {
        option: float(index) for index, option in enumerate(parameter.options, parameter.first_option)
    }.__getitem__


_TO_PERSON: Mapping[Scale, Callable[[Parameter], Callable[[float], Any]]] = MappingProxyType(
    {
        Scale.LINEAR: lambda k: lambda s: s * k.factor,
        Scale.NOTE: lambda k: lambda s: 440.0 * 2.0 ** ((s - 69.0) / 12.0),
        Scale.POWER_OF_TWO: lambda k: lambda s: 2.0**s * k.factor,
        Scale.INVERSE_POWER_OF_TWO: lambda k: lambda s: 2.0**-s * k.factor,
        Scale.QUADRATIC: lambda k: lambda s: s * s * k.factor,
        Scale.QUARTIC: lambda k: lambda s: s**4 * k.factor,
        Scale.SQUARE_ROOT_DB: lambda k: lambda s: math.sqrt(s) - 80.0,
        Scale.INTEGER: lambda k: int,
        Scale.CHOICE: _option_at,
        Scale.SWITCH: lambda k: bool,
    }
)
_TO_STORED: Mapping[Scale, Callable[[Parameter], Callable[[Any], float]]] = MappingProxyType(
    {
        Scale.LINEAR: lambda k: lambda v: v / k.factor,
        Scale.NOTE: lambda k: lambda v: 69.0 + 12.0 * math.log2(v / 440.0),
        Scale.POWER_OF_TWO: lambda k: lambda v: math.log2(v / k.factor),
        Scale.INVERSE_POWER_OF_TWO: lambda k: lambda v: -math.log2(v / k.factor),
        Scale.QUADRATIC: lambda k: lambda v: math.sqrt(v / k.factor),
        Scale.QUARTIC: lambda k: lambda v: math.sqrt(math.sqrt(v / k.factor)),
        Scale.SQUARE_ROOT_DB: lambda k: lambda v: (v + 80.0) ** 2,
        Scale.INTEGER: lambda k: float,
        Scale.CHOICE: _index_of,
        Scale.SWITCH: lambda k: float,
    }
)
"""For each scale what makes a parameter's function: made once, since every preset passes by all of them."""


def declare(parameter: Parameter, text: str) -> Any:
    """A model field for `parameter`: default, bounds and unit in the person's scale."""
    extra: dict[str, Any] = (
        {"unit": parameter.unit, "vital": parameter.vital} if parameter.unit else {"vital": parameter.vital}
    )
    bounds: dict[str, Any] = {}
    if parameter.scale not in (Scale.CHOICE, Scale.SWITCH):
        low, high = sorted((parameter.to_person(parameter.low), parameter.to_person(parameter.high)), key=float)
        bounds = {"ge": low, "le": high}
    made = Field(
        default=parameter.to_person(parameter.default), description=text, json_schema_extra=extra, **bounds
    )
    made.metadata.append(parameter)
    return made


def number(
    vital: str,
    low: float,
    high: float,
    default: float,
    unit: str,
    text: str,
    *,
    scale: Scale = Scale.LINEAR,
    factor: float = 1.0,
) -> Any:
    """A continuous control; `low`, `high` and `default` as the synth stores them."""
    return declare(Parameter(vital, float(low), float(high), float(default), scale, unit, float(factor)), text)


def percent(
    vital: str, default: float, text: str, *, low: float = 0.0, high: float = 1.0, factor: float = 100.0
) -> Any:
    """A linear control read in per cent of its travel."""
    return number(vital, low, high, default, "%", text, factor=factor)


def pitch_hz(vital: str, default: float, text: str, *, low: float = 8.0, high: float = 136.0) -> Any:
    """A cutoff that the synth stores as a MIDI note number and a person reads in Hz."""
    return number(vital, low, high, default, "Hz", text, scale=Scale.NOTE)


def rate_hz(vital: str, low: float, high: float, default: float, text: str) -> Any:
    """A rate in Hz that the synth stores as a power of two."""
    return number(vital, low, high, default, "Hz", text, scale=Scale.POWER_OF_TWO)


def whole(vital: str, low: int, high: int, default: int, unit: str, text: str) -> Any:
    """A control of whole numbers."""
    return declare(Parameter(vital, low, high, default, Scale.INTEGER, unit), text)


def switch(vital: str, default: bool, text: str) -> Any:
    """An on/off control."""
    return declare(Parameter(vital, 0.0, 1.0, float(default), Scale.SWITCH, ""), text)


def choice(vital: str, options: tuple[str, ...], default: int, text: str, *, first: int = 0) -> Any:
    """A control that picks one of `options`; `default` and `first` are stored indices."""
    last = first + len(options) - 1
    return declare(Parameter(vital, first, last, default, Scale.CHOICE, "", 1.0, options, first), text)
