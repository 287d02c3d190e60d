"""JSON Pointers (RFC 6901) of parameters that a macro or a route may move."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from engine.compiler.controls import Control, by_pointer, controls
from engine.errors import SpecError
from schemas.modulation import Connection
from schemas.parameters import Parameter, Scale
from schemas.patch_spec import PatchSpec


@dataclass(frozen=True, slots=True)
class SlottedConnection:
    """A macro's target or a route with its source, its own pointer and the slot of Vital that it takes."""

    pointer: str
    source: str
    target: str
    connection: Connection
    slot: int


_FIXED_WORDS = (
    "attack_power", "decay_power", "release_power", "_threshold", "_ratio", "_quantize", "_wheel", "_style",
    "_order", "chorus_voices",
)  # fmt: skip


@cache
def destinations() -> frozenset[str]:
    """Names of the 428 controls that Vital can modulate: all but switches, choices other than tempos, and a few."""
    return frozenset(name for name, control in controls().items() if _is_destination(name, control.parameter))


def _is_destination(name: str, parameter: Parameter) -> bool:
    if name.startswith("modulation_"):
        return name.endswith(("_amount", "_power"))
    if parameter.scale is Scale.CHOICE:
        return name.endswith("_tempo")
    if parameter.scale is Scale.SWITCH:
        return False
    return not name.endswith(_FIXED_WORDS)


def movable(pointer: str, connections: Sequence[SlottedConnection] = (), *, where: str = "") -> Control:
    """The control at `pointer`, if Vital can modulate it.

    Beside the modules' parameters, `/modulation/routes/N/amount` and `/macros/N/targets/N/amount` (and `curve`)
    resolve to the amount of that connection, and `/macros/N/default` to that macro's position.

    Raises:
        SpecError: the pointer resolves to nothing, or to something that can't be moved.
    """
    name = _control_name(pointer, connections)
    at = f"{where}: " if where else ""
    if name is None:
        raise SpecError(f"{at}{pointer} doesn't name a parameter{_hint(pointer)}")
    if name not in destinations():
        raise SpecError(f"{at}{pointer} can't be moved by a macro or a modulation")
    return controls()[name]


def _control_name(pointer: str, connections: Sequence[SlottedConnection]) -> str | None:
    control = by_pointer().get(pointer)
    if control is not None:
        return control.name
    parts = pointer.split("/")[1:]
    if len(parts) == 3 and parts[0] == "macros" and parts[2] == "default" and parts[1] in {"0", "1", "2", "3"}:
        return f"macro_control_{int(parts[1]) + 1}"
    parent, _, leaf = pointer.rpartition("/")
    suffix = {"amount": "amount", "curve": "power"}.get(leaf)
    found = next((c for c in connections if c.pointer == parent), None)
    return f"modulation_{found.slot + 1}_{suffix}" if found and suffix else None


def _hint(pointer: str) -> str:
    parent = pointer.rpartition("/")[0]
    while parent:
        near = [p.removeprefix(parent) for p in by_pointer() if p.startswith(parent + "/")]
        if near:
            shown = ", ".join(near[:8]) + (", …" if len(near) > 8 else "")
            return f"; {parent} has {shown}"
        parent = parent.rpartition("/")[0]
    return "; parameters lie under /modules"


def slotted(spec: PatchSpec) -> tuple[SlottedConnection, ...]:
    """All connections of a patch with their slots: those that name one first, then macros' and routes' in order.

    Raises:
        SpecError: two connections want one slot, or there are more than 64.
    """
    found: list[tuple[str, str, str, Connection]] = []
    for index, macro in enumerate(spec.macros):
        control = macro.control or (f"macro_{index + 1}" if index < 4 else "baked")
        if control == "baked":
            continue
        source = control.replace("macro_", "macro_control_")
        found += [
            (f"/macros/{index}/targets/{n}", source, target.path, target) for n, target in enumerate(macro.targets)
        ]
    found += [
        (f"/modulation/routes/{n}", route.source, route.target, route)
        for n, route in enumerate(spec.modulation.routes)
    ]
    taken: dict[int, str] = {}
    for pointer, _, _, connection in found:
        if connection.slot is None:
            continue
        if connection.slot in taken:
            raise SpecError(f"{pointer}/slot: {connection.slot} is already taken by {taken[connection.slot]}")
        taken[connection.slot] = pointer
    kept = spec.imported.modulations if spec.imported else {}
    free = (slot for slot in range(64) if slot not in taken and slot not in kept)
    slots = []
    for pointer, source, target, connection in found:
        slot = connection.slot if connection.slot is not None else next(free, None)
        if slot is None:
            raise SpecError(f"{pointer}: Vital has 64 modulations and this patch wants more")
        slots.append(SlottedConnection(pointer, source, target, connection, slot))
    return tuple(slots)
