"""`.vital` to PatchSpec.

The typed fields take all that they can say. Then the PatchSpec is compiled again and compared with the file: what
comes out differently (values out of range, unknown settings, content of another form) is kept in `imported`, word
for word, and written back by the compiler where nobody has edited its field. So the round trip loses nothing,
whatever a file holds, but a version that no Vital opens.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from engine.compiler import fx_order, initial
from engine.compiler.controls import by_pointer, controls, module_controls
from engine.compiler.guard import nearest
from engine.compiler.kept import kept
from engine.compiler.pointers import destinations
from engine.compiler.reader import read_vital
from engine.compiler.to_vital import compile_spec
from engine.compiler.vital_versions import opened
from engine.versions import ENGINE
from schemas.modulation import Macro, MacroTarget, Modulation, ModulationSource, Route
from schemas.patch_spec import Imported, Metadata, Modules, PatchSpec
from schemas.wavetables import DrawnShape, SampleData, VitalTable

_MACRO_SOURCES = tuple(f"macro_control_{n}" for n in range(1, 5))
_SOURCES = frozenset((*get_args(ModulationSource), *_MACRO_SOURCES))
_TEXT_FIELDS = {"author": "author", "comments": "comments", "preset_name": "name", "preset_style": "style"}


def import_vital(data: bytes) -> PatchSpec:
    """A `.vital` file's bytes as a PatchSpec.

    Raises:
        VitalFileError: the file is malformed, or would crash the synth.
    """
    return decompile(read_vital(data))


def decompile(vital: Mapping[str, Any]) -> PatchSpec:
    """A PatchSpec that compiles to `vital` again, with a version that Vital opens.

    `vital` must have passed `read_vital` or `check_form`.
    """
    version, vital = vital.get("synth_version", ""), opened(vital)
    settings = vital["settings"]
    macros, routes = _connections(vital, settings)
    spec = PatchSpec(
        engine_version=ENGINE,
        metadata=_metadata(vital),
        modules=_modules(settings),
        modulation=Modulation(routes=routes),
        macros=macros,
        imported=Imported(synth_version=version),
    )
    return spec.model_copy(update={"imported": kept(vital, compile_spec(spec), spec)})


def _metadata(vital: Mapping[str, Any]) -> Metadata:
    limits = {"author": 120, "name": 120, "comments": 2000, "style": 40}
    return Metadata(**{field: vital.get(key, "")[: limits[field]] for key, field in _TEXT_FIELDS.items()})


def _modules(settings: Mapping[str, Any]) -> Modules:
    tree: dict[str, Any] = {}
    for control in module_controls().values():
        stored = nearest(control, settings.get(control.name, control.parameter.default))
        _put(tree, control.path[1:], control.parameter.to_person(stored))
    code = min(max(float(settings.get("effect_chain_order", 0.0)), 0.0), 362879.0)
    tree["fx_order"] = fx_order.decode(code)
    for index, effect in enumerate(Modules().fx):
        tree["fx"][index]["type"] = effect.type
    for index in range(3):
        tree["osc"][index]["wavetable"]["table"] = _table(_item(settings, "wavetables", index))
    for index in range(8):
        tree["lfo"][index]["shape"] = _shape(_item(settings, "lfos", index))
    tree["sample"]["sample"] = _sample(settings.get("sample"), plays=bool(tree["sample"]["on"]))
    return Modules.model_validate(_tuples(tree))


def _put(tree: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})  # type: ignore[arg-type]
    tree[path[-1]] = value  # type: ignore[index]


def _tuples(tree: Any) -> Any:
    """Dicts keyed 0..n−1 as tuples."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(isinstance(key, int) for key in tree):
        return tuple(_tuples(tree[index]) for index in range(len(tree)))
    return {key: _tuples(value) for key, value in tree.items()}


def _item(settings: Mapping[str, Any], name: str, index: int) -> Any:
    entries = settings.get(name, ())
    return entries[index] if index < len(entries) else None


def _table(entry: Mapping[str, Any] | None) -> VitalTable | None:
    if entry is None or entry == initial.wavetable():
        return None
    try:
        groups = tuple(
            {"components": tuple(_component(component) for component in group["components"])}
            for group in entry["groups"]
        )
        return VitalTable.model_validate({**entry, "groups": groups, "kind": "vital"})
    except (ValidationError, KeyError, TypeError):
        return None


def _component(entry: Mapping[str, Any]) -> dict[str, Any]:
    settings = {key: value for key, value in entry.items() if key not in ("type", "keyframes")}
    return {"type": entry["type"], "keyframes": tuple(entry["keyframes"] or ()), "settings": settings}


def _shape(entry: Mapping[str, Any] | None) -> DrawnShape | None:
    if entry is None or entry == initial.lfo():
        return None
    count = int(entry["num_points"])
    points = entry["points"]
    return DrawnShape(
        name=entry.get("name", ""),
        points=tuple((float(points[2 * i]), float(points[2 * i + 1])) for i in range(count)),
        powers=tuple(float(power) for power in entry["powers"][:count]),
        smooth=bool(entry.get("smooth", False)),
    )


def _sample(entry: Mapping[str, Any] | None, *, plays: bool) -> SampleData | None:
    if entry is None or entry == initial.sample(plays=plays):
        return None
    try:
        return SampleData.model_validate({**entry, "kind": "vital"})
    except ValidationError:
        return None


def _connections(
    vital: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[tuple[Macro, ...], tuple[Route, ...]]:
    entries = made_modulations(settings)
    pointers = _target_pointers(entries)
    targets: dict[str, list[MacroTarget]] = {source: [] for source in _MACRO_SOURCES}
    routes = []
    for slot, entry in entries.items():
        source, pointer = entry["source"], pointers[entry["destination"]]
        fields = _connection(settings, slot, entry)
        if source in targets:
            targets[source].append(MacroTarget(path=pointer, **fields))
        else:
            routes.append(Route(source=source, target=pointer, **fields))
    macros = tuple(
        Macro(
            role_id=f"macro_{n}",
            label=vital.get(f"macro{n}", f"MACRO {n}")[:40],
            default=nearest(controls()[f"macro_control_{n}"], settings.get(f"macro_control_{n}", 0.0)),
            targets=tuple(targets[f"macro_control_{n}"]),
        )
        for n in range(1, 5)
    )
    return macros, tuple(routes)


def made_modulations(settings: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """The modulations that Vital makes, by slot from 0: it skips an unknown source or target, and so do we."""
    entries = {
        slot: entry
        for slot, entry in enumerate(settings.get("modulations", ()))
        if entry.get("source") in _SOURCES and entry.get("destination") in destinations()
    }
    while True:  # one that moves a modulation which is not there falls, too
        amounts = {f"modulation_{slot + 1}_{part}" for slot in entries for part in ("amount", "power")}
        fallen = [
            slot
            for slot, entry in entries.items()
            if entry["destination"].startswith("modulation_") and entry["destination"] not in amounts
        ]
        if not fallen:
            return entries
        for slot in fallen:
            del entries[slot]


def routes_to_nowhere(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Modulations that name a source and a target of which Vital doesn't have both: it skips them.

    Each as `modulation 3: lfo_9 to filter_7_cutoff`. A slot that holds only one of the two was never connected.
    """
    made = made_modulations(settings)
    return tuple(
        f"modulation {slot + 1}: {entry['source']} to {entry['destination']}"
        for slot, entry in enumerate(settings.get("modulations", ()))
        if slot not in made and entry["source"] and entry["destination"]
    )


def _connection(settings: Mapping[str, Any], slot: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    def value(name: str) -> float:
        full = f"modulation_{slot + 1}_{name}"
        return nearest(controls()[full], settings.get(full, 0.0))

    return {
        "amount": value("amount"),
        "curve": value("power"),
        "polarity": "bipolar" if value("bipolar") else "unipolar",
        "stereo": bool(value("stereo")),
        "bypass": bool(value("bypass")),
        "shape": _mapping_shape(entry.get("line_mapping")),
        "slot": slot,
    }


def _mapping_shape(entry: Mapping[str, Any] | None) -> DrawnShape | None:
    if entry is None:
        return None
    made = _shape(entry)
    return made if made is not None else _shape({**entry, "name": entry.get("name", "") + " "})


def _target_pointers(entries: Mapping[int, Mapping[str, Any]]) -> Mapping[str, str]:
    """Pointers by the name of the control that a modulation moves, other modulations' amounts among them."""
    pointers = {c.name: p for p, c in by_pointer().items()}
    pointers.update({f"macro_control_{n + 1}": f"/macros/{n}/default" for n in range(4)})
    counts: Counter[str] = Counter()
    for slot, entry in entries.items():
        source = entry["source"]
        if source in _MACRO_SOURCES:
            parent = f"/macros/{int(source[-1]) - 1}/targets/{counts[source]}"
        else:
            source = "route"
            parent = f"/modulation/routes/{counts[source]}"
        counts[source] += 1
        pointers[f"modulation_{slot + 1}_amount"] = f"{parent}/amount"
        pointers[f"modulation_{slot + 1}_power"] = f"{parent}/curve"
    return pointers
