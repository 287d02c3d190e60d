"""PatchSpec to `.vital`."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from engine import sounds
from engine.compiler import fx_order, initial
from engine.compiler.controls import MODULATION_SLOTS, module_controls
from engine.compiler.kept import with_kept
from engine.compiler.pointers import SlottedConnection, movable, slotted
from engine.compiler.vital_versions import opened
from engine.errors import SpecError
from engine.versions import VITAL
from schemas.modulation import CURVE_POWERS, Macro
from schemas.patch_spec import PatchSpec
from schemas.sources import SamplePlayer
from schemas.wavetables import DrawnShape, OwnSample, OwnShape, OwnTable, VitalTable

_Content = TypeVar("_Content")


def compile_spec(spec: PatchSpec) -> dict[str, Any]:
    """The content of the `.vital` file that `spec` describes; `canonical_bytes` writes it.

    Raises:
        SpecError: a pointer of a macro or a route doesn't resolve, or slots collide.
    """
    connections = slotted(spec)
    settings: dict[str, Any] = {}
    settings.update(_module_settings(spec))
    settings.update(_macro_settings(spec.macros))
    settings.update(_modulation_settings(connections))
    settings["effect_chain_order"] = fx_order.encode(spec.modules.fx_order)
    settings["modulations"] = _modulations(connections)
    settings.update(_content(spec))
    vital = {**_texts(spec), "settings": settings}
    return opened(with_kept(vital, spec)) if spec.imported else vital


def _content(spec: PatchSpec) -> dict[str, Any]:
    modules = spec.modules
    return {
        "wavetables": [
            _named(wavetable_json, osc.wavetable.table, f"/modules/osc/{i}/wavetable/table")
            for i, osc in enumerate(modules.osc)
        ],
        "lfos": [_named(shape_json, lfo.shape, f"/modules/lfo/{i}/shape") for i, lfo in enumerate(modules.lfo)],
        "sample": _named(sample_json, modules.sample, "/modules/sample/sample"),
    }


def _named(make: Callable[[_Content], dict[str, Any]], source: _Content, pointer: str) -> dict[str, Any]:
    """What `make` makes; its errors say where."""
    try:
        return make(source)
    except SpecError as error:
        raise SpecError(f"{pointer}: {error}") from None


def _module_settings(spec: PatchSpec) -> dict[str, float]:
    found = {}
    for path, fields in _fields_by_module():
        module: Any = spec
        for part in path:
            module = module[part] if isinstance(part, int) else getattr(module, part)
        values = module.__dict__
        for field, name, to_stored in fields:
            found[name] = to_stored(values[field])
    return found


_StoredFields = tuple[tuple[str, str, Callable[[Any], float]], ...]


@cache
def _fields_by_module() -> tuple[tuple[tuple[str | int, ...], _StoredFields], ...]:
    """The controls' table by the module that holds them: path, then each field with its control and conversion."""
    found: dict[tuple[str | int, ...], list[tuple[str, str, Callable[[Any], float]]]] = {}
    for control in module_controls().values():
        row = (str(control.path[-1]), control.name, control.parameter.to_stored)
        found.setdefault(control.path[:-1], []).append(row)
    return tuple((path, tuple(rows)) for path, rows in found.items())


def macros_by_number(spec_macros: tuple[Macro, ...]) -> Mapping[int, Macro]:
    """The macros that lie on Vital's four macros, by number 1..4."""
    by_number: dict[int, Macro] = {}
    for index, macro in enumerate(spec_macros):
        control = macro.control or (f"macro_{index + 1}" if index < 4 else "baked")
        if control.startswith("macro_"):
            by_number.setdefault(int(control[-1]), macro)
    return by_number


def _macro_settings(macros: tuple[Macro, ...]) -> dict[str, float]:
    by_number = macros_by_number(macros)
    return {f"macro_control_{n}": by_number[n].default if n in by_number else 0.0 for n in range(1, 5)}


def _texts(spec: PatchSpec) -> dict[str, str]:
    placed = macros_by_number(spec.macros)
    return {
        "author": spec.metadata.author,
        "comments": spec.metadata.comments,
        "preset_name": spec.metadata.name,
        "preset_style": spec.metadata.style,
        "synth_version": spec.imported.synth_version if spec.imported else VITAL,
        **{f"macro{n}": placed[n].label if n in placed else f"MACRO {n}" for n in range(1, 5)},
    }


def _modulation_settings(connections: tuple[SlottedConnection, ...]) -> dict[str, float]:
    values = dict(initial.MODULATION_SETTINGS)
    for found in connections:
        c, prefix = found.connection, f"modulation_{found.slot + 1}_"
        values[prefix + "amount"] = c.amount
        values[prefix + "power"] = CURVE_POWERS[c.curve] if isinstance(c.curve, str) else c.curve
        values[prefix + "bipolar"] = float(c.polarity == "bipolar")
        values[prefix + "stereo"] = float(c.stereo)
        values[prefix + "bypass"] = float(c.bypass)
    return values


def _modulations(connections: tuple[SlottedConnection, ...]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [{"destination": "", "source": ""} for _ in range(MODULATION_SLOTS)]
    for found in connections:
        target = movable(found.target, connections, where=found.pointer)
        entry: dict[str, Any] = {"destination": target.name, "source": found.source}
        if found.connection.shape is not None:
            entry["line_mapping"] = _named(shape_json, found.connection.shape, f"{found.pointer}/shape")
        entries[found.slot] = entry
    return entries


def wavetable_json(table: OwnTable | VitalTable | None) -> dict[str, Any]:
    """A wavetable as the file keeps it."""
    if table is None:
        return initial.wavetable()
    if isinstance(table, OwnTable):
        return sounds.vital_wavetable(table.id)
    return {
        "name": table.name,
        "author": table.author,
        "version": table.version,
        "full_normalize": table.full_normalize,
        "remove_all_dc": table.remove_all_dc,
        "groups": [
            {
                "components": [
                    {**c.settings, "type": c.type, "keyframes": [dict(k) for k in c.keyframes]}
                    for c in group.components
                ]
            }
            for group in table.groups
        ],
    }


def shape_json(shape: OwnShape | DrawnShape | None) -> dict[str, Any]:
    """An LFO's shape, or a modulation's curve, as the file keeps it."""
    if shape is None:
        return initial.lfo()
    if isinstance(shape, OwnShape):
        return sounds.vital_lfo(shape.id)
    return {
        "name": shape.name,
        "num_points": len(shape.points),
        "points": [coordinate for point in shape.points for coordinate in point],
        "powers": list(shape.powers),
        "smooth": shape.smooth,
    }


def sample_json(player: SamplePlayer) -> dict[str, Any]:
    """The player's sample as the file keeps it."""
    if player.sample is None:
        return initial.sample(plays=player.on)
    if isinstance(player.sample, OwnSample):
        return sounds.vital_sample(player.sample.id)
    return player.sample.model_dump(exclude={"kind"}, exclude_none=True)
