"""A preset's file edited in ten places: in its PatchSpec, and in the file itself by what must come out."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from vital_documents import VitalDocument, plain

from engine import sounds
from engine.compiler import dump_spec, import_vital
from engine.compiler.controls import Control, module_controls
from engine.compiler.pointers import destinations
from schemas.parameters import Scale

SpecDocument = dict[str, Any]
Edit = Callable[[SpecDocument, VitalDocument, random.Random], None]
"""Changes the PatchSpec and the file in the same way, both in place."""
NOWHERE = {"source": "", "destination": ""}
_SLOT_NAMES = ("amount", "power", "bipolar", "stereo", "bypass", "ramp_up", "ramp_down")
_ALWAYS_SET = ("beats_per_minute", "mpe_enabled", "polyphony")
_OWN_TABLES = ("sine", "analog_saw", "octave_saw")


def edited(data: bytes, seed: int) -> tuple[SpecDocument, VitalDocument]:
    """The PatchSpec of a file with ten edits, and the file as it must be exported then."""
    draw = random.Random(seed)
    spec, file = json.loads(dump_spec(import_vital(data))), json.loads(data)
    for edit in (_set_controls, _tempo_and_mpe, _add_route, _set_amount, _choose_table, _name, _label_macro):
        edit(spec, file, draw)
    return spec, file


def control_at(spec: SpecDocument, control: Control, value: float) -> None:
    """Sets a control of a PatchSpec to a stored value."""
    holder: Any = spec
    for part in control.path[:-1]:
        holder = holder[part]
    holder[control.path[-1]] = control.parameter.to_person(value)


def _set_controls(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    """Four, those first that the file doesn't have as its fields say."""
    known = [name for name in module_controls() if name not in _ALWAYS_SET]
    odd = {*spec["imported"]["settings"], *spec["imported"]["absent"]} & set(known)
    for name in [*sorted(odd)[:2], *draw.sample([name for name in known if name not in odd], 4)][:4]:
        _set(spec, file, name, draw)


def _tempo_and_mpe(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    for name in _ALWAYS_SET:
        _set(spec, file, name, draw)


def _set(spec: SpecDocument, file: VitalDocument, name: str, draw: random.Random) -> None:
    control = module_controls()[name]
    low, high = control.parameter.low, control.parameter.high
    value = low + (high - low) * draw.uniform(0.1, 0.9)
    if control.parameter.scale in (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER):
        shown = control.parameter.to_stored(_at(spec, control))
        value = draw.choice([float(v) for v in range(int(low), int(high) + 1) if v != shown])
    control_at(spec, control, value)
    file["settings"][name] = value


def _at(spec: SpecDocument, control: Control) -> Any:
    holder: Any = spec
    for part in control.path:
        holder = holder[part]
    return holder


def _add_route(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    settings = file["settings"]
    entries = settings.setdefault("modulations", [])
    if NOWHERE not in entries:
        entries += [dict(NOWHERE) for _ in range(64 - len(entries))]
    free = [slot for slot, entry in enumerate(entries) if entry == NOWHERE]
    if not free:
        return
    amount, target = draw.uniform(-1, 1), draw.choice(sorted(destinations() & set(module_controls())))
    pointer = module_controls()[target].pointer
    route = {"source": "lfo_3", "target": pointer, "amount": amount, "slot": free[0]}
    spec["modulation"]["routes"].append(route)
    entries[free[0]] = {"source": "lfo_3", "destination": target}
    for part in _SLOT_NAMES:
        settings.pop(f"modulation_{free[0] + 1}_{part}", None)
    defaults = {"amount": amount, "power": 0.0, "bipolar": 0.0, "stereo": 0.0, "bypass": 0.0}
    settings.update({f"modulation_{free[0] + 1}_{part}": value for part, value in defaults.items()})


def _set_amount(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    connections = [*spec["modulation"]["routes"], *(t for macro in spec["macros"] for t in macro["targets"])]
    connection = draw.choice(connections)
    connection["amount"] = draw.uniform(-0.99, 0.99)
    file["settings"][f"modulation_{connection['slot'] + 1}_amount"] = connection["amount"]


def _choose_table(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    index, chosen = draw.randrange(3), draw.choice(_OWN_TABLES)
    tables = file["settings"].setdefault("wavetables", [])
    if index >= len(tables):
        tables += [sounds.vital_wavetable("analog_saw") for _ in range(3 - len(tables))]
    spec["modules"]["osc"][index]["wavetable"]["table"] = {"kind": "own", "id": chosen}
    tables[index] = sounds.vital_wavetable(chosen)


def _name(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    for field, key in (("name", "preset_name"), ("comments", "comments"), ("author", "author")):
        spec["metadata"][field] = file[key] = f"Edited {draw.randrange(1000)}"


def _label_macro(spec: SpecDocument, file: VitalDocument, draw: random.Random) -> None:
    number = draw.randrange(4)
    macro = spec["macros"][number]
    macro["label"] = file[f"macro{number + 1}"] = f"TURN {draw.randrange(1000)}"
    macro["default"] = file["settings"][f"macro_control_{number + 1}"] = draw.uniform(0.1, 0.9)


def of_no_template(seed: int) -> VitalDocument:
    """A valid preset whose every control is drawn at random, with routings that no template has."""
    draw = random.Random(seed)
    file = copy.deepcopy(plain())
    settings = file["settings"]
    for name, control in module_controls().items():
        if draw.random() < 0.5:
            low, high = control.parameter.low, control.parameter.high
            whole = control.parameter.scale in (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER)
            settings[name] = float(draw.randint(int(low), int(high))) if whole else draw.uniform(low, high)
    settings["effect_chain_order"] = float(draw.randrange(362_880))
    targets = sorted(destinations())
    for slot in draw.sample(range(64), draw.randrange(64)):
        source = draw.choice(("lfo_1", "env_3", "random_2", "macro_control_1", "macro_control_4", "note", "slide"))
        settings["modulations"][slot] = {"source": source, "destination": draw.choice(targets)}
    for slot in range(1, 65):  # of slots without a route, too: leftovers
        settings[f"modulation_{slot}_amount"] = draw.uniform(-1, 1)
        settings[f"modulation_{slot}_bipolar"] = float(draw.random() < 0.3)
    file.update(preset_name="", author=f"Nobody {seed}", comments="x" * draw.randrange(3000))
    return file
