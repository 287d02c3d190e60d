"""The flat table of every control of Vital: pointer, range, scale, unit. Walked out of the schema's models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from schemas.parameters import Parameter, Scale
from schemas.patch_spec import Modules

MODULATION_SLOTS = 64
MODULATION_PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "amount": Parameter("modulation_#_amount", -1.0, 1.0, 0.0, Scale.LINEAR, ""),
        "curve": Parameter("modulation_#_power", -10.0, 10.0, 0.0, Scale.LINEAR, ""),
        "polarity": Parameter("modulation_#_bipolar", 0.0, 1.0, 0.0, Scale.SWITCH, ""),
        "stereo": Parameter("modulation_#_stereo", 0.0, 1.0, 0.0, Scale.SWITCH, ""),
        "bypass": Parameter("modulation_#_bypass", 0.0, 1.0, 0.0, Scale.SWITCH, ""),
    }
)
"""A modulation's controls, by the field of a connection that sets them."""
MACRO_PARAMETER = Parameter("macro_control_#", 0.0, 1.0, 0.0, Scale.LINEAR, "")
ORDER_PARAMETER = Parameter("effect_chain_order", 0, 362879, 0, Scale.INTEGER, "")


@dataclass(frozen=True, slots=True)
class Control:
    """One control: its name in the file, its parameter, and its place in the PatchSpec."""

    name: str
    parameter: Parameter
    pointer: str
    """JSON Pointer into the PatchSpec; empty for controls of macros, modulations and the effects' order."""
    path: tuple[str | int, ...]


@cache
def module_controls() -> Mapping[str, Control]:
    """Controls that a module's field sets, by name in the file; in the models' order."""
    return MappingProxyType({c.name: c for c in _walk(Modules(), ("modules",), "")})


@cache
def controls() -> Mapping[str, Control]:
    """All 772 controls, by name in the file."""
    table = dict(module_controls())
    others = [("effect_chain_order", ORDER_PARAMETER)]
    others += [(f"macro_control_{n}", MACRO_PARAMETER) for n in range(1, 5)]
    for slot in range(1, MODULATION_SLOTS + 1):
        others += [(k.vital.replace("#", str(slot)), k) for k in MODULATION_PARAMETERS.values()]
    table.update({name: Control(name, parameter, "", ()) for name, parameter in others})
    return MappingProxyType(table)


@cache
def by_pointer() -> Mapping[str, Control]:
    """Controls that a module's field sets, by JSON Pointer."""
    return MappingProxyType({c.pointer: c for c in module_controls().values()})


def _walk(model: BaseModel, path: tuple[str | int, ...], number: str) -> Iterator[Control]:
    for name, info in type(model).model_fields.items():
        parameter = next((m for m in info.metadata if isinstance(m, Parameter)), None)
        here = (*path, name)
        if parameter is not None:
            yield Control(parameter.vital.replace("#", number), parameter, _pointer(here), here)
            continue
        yield from _walk_value(getattr(model, name), here, number)


def _walk_value(value: Any, path: tuple[str | int, ...], number: str) -> Iterator[Control]:
    if isinstance(value, BaseModel):
        yield from _walk(value, path, number)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if isinstance(item, BaseModel):
                yield from _walk(item, (*path, index), "fx" if path[-1] == "fx" else str(index + 1))


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in path)
