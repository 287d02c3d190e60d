"""A structured fuzzer: spoils good JSON documents, one to four times each, in the same way for a seed."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from vital_documents import VitalDocument, component, line, plain, sixteen_bit, wavetable

from engine.compiler import canonical_bytes, compile_spec
from engine.compiler.controls import controls
from engine.stages import patch_stage, plan_stage
from schemas.request import Request

Holder = dict[str, Any] | list[Any]
PROMPTS = ("gritty reese bass", "wide evolving pad with delay", "bright plucked arpeggio", "noise riser")


def rich() -> VitalDocument:
    """A document with everything in it: all components, drawn lines, modulated modulations, a stereo sample."""
    document = plain()
    settings = document["settings"]
    kinds = list(_components())
    settings["wavetables"] = [wavetable(*kinds[i::3], name=f"Table {i}") for i in range(3)]
    settings["lfos"] = [line(i, points=3 + 5 * i) for i in range(8)]
    names = ["osc_1_level", "filter_1_cutoff", "modulation_1_amount", "lfo_1_frequency", "macro_control_2"]
    for slot in range(40):
        entry = {"source": f"lfo_{slot % 8 + 1}", "destination": names[slot % 5]}
        settings["modulations"][slot] = {**entry, "line_mapping": line(slot)} if slot % 7 == 0 else entry
        settings[f"modulation_{slot + 1}_amount"] = 0.3
    settings["sample"] = {
        "name": "Two sides", "length": 256, "sample_rate": 48000,
        "samples": sixteen_bit(256), "samples_stereo": sixteen_bit(256, 1),
    }  # fmt: skip
    settings.update({"osc_1_on": 1.0, "sample_on": 1.0, "osc_1_spectral_morph_phase": 0.5, "custom_warps": [{}]})
    return document


def generated(prompt: str) -> VitalDocument:
    """A preset of our own."""
    made = plan_stage(Request(prompt=prompt, variations=0))
    document: VitalDocument = json.loads(canonical_bytes(compile_spec(patch_stage(made).spec)))
    return document


def good_presets() -> list[VitalDocument]:
    """What mutants are made of."""
    return [plain(), rich(), *(generated(prompt) for prompt in PROMPTS)]


def mutants(documents: list[VitalDocument], count: int, *, seed: int) -> Iterator[bytes]:
    """`count` spoiled files."""
    draw = random.Random(seed)
    for _ in range(count):
        document = copy.deepcopy(draw.choice(documents))
        for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
            _spoil(document, draw)
        data = json.dumps(document).encode()
        yield _spoil_bytes(data, draw) if draw.random() < 0.08 else data


def _components() -> tuple[Any, ...]:
    return (
        "Wave Source", "Line Source", "Audio File Source", "Shepard Tone Source", "Phase Shift",
        "Wave Window", "Frequency Filter", "Slew Limiter", "Wave Folder", "Wave Warp",
    )  # fmt: skip


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


NASTY: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: False, lambda: "", lambda: "NaN", lambda: "0.5", lambda: [], lambda: {},
    lambda: [[]], lambda: {"a": {}}, lambda: -1, lambda: 0, lambda: 1, lambda: 0.5, lambda: 2, lambda: 65,
    lambda: 255,
    lambda: 257, lambda: 1e3, lambda: 1e6, lambda: 1e8, lambda: -1e9, lambda: 1e30, lambda: -1e30, lambda: 1e308,
    lambda: 5e-324, lambda: 2**31, lambda: 2**63, lambda: -(2**70), lambda: float("nan"), lambda: float("inf"),
    lambda: float("-inf"), lambda: "\ud800", lambda: "\x00", lambda: "x" * 100_000, lambda: _deep(70),
    lambda: [0.0] * 10_000, lambda: "Wave Source", lambda: "lfo_1", lambda: "env_1_attack", lambda: "../../etc",
)  # fmt: skip


CHANGES: tuple[Callable[[Any], Any], ...] = (
    lambda v: -v, lambda v: v + 1, lambda v: v - 1, lambda v: v * 1e3, lambda v: v * 1e9, lambda v: v / 3,
    lambda v: v + 0.5, lambda v: [v], str,
)  # fmt: skip


def _spoil(document: VitalDocument, draw: random.Random) -> None:
    draw.choice((_replace, _replace, _number, _number, _remove, _grow, _shrink, _rename, _swap, _text, _control,
                 _control, _content))(document, draw)  # fmt: skip


def _place(document: VitalDocument, draw: random.Random) -> tuple[Holder, Any]:
    """A random place: its holder and key. Each section of a preset is as likely as the others."""
    node: Any = document
    settings = document.get("settings")
    if isinstance(settings, dict) and settings and draw.random() < 0.9:
        node = settings
        sections = [
            k for k in ("modulations", "lfos", "wavetables", "sample") if isinstance(settings.get(k), list | dict)
        ]
        if sections and draw.random() < 0.7:
            section = draw.choice(sections)
            if not settings[section] or draw.random() < 0.1:
                return settings, section
            node = settings[section]
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return document, "empty"
        key = draw.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and draw.random() < 0.85:
            node = node[key]
            continue
        return node, key


def _put(holder: Holder, key: Any, value: Any) -> None:
    holder[key] = value


def _replace(document: VitalDocument, draw: random.Random) -> None:
    holder, key = _place(document, draw)
    _put(holder, key, draw.choice(NASTY)())


def _number(document: VitalDocument, draw: random.Random) -> None:
    for _ in range(20):
        holder, key = _place(document, draw)
        value = holder.get(key) if isinstance(holder, dict) else holder[key]
        if isinstance(value, int | float) and not isinstance(value, bool):
            change = draw.choice(CHANGES)
            return _put(holder, key, change(value))
    return None


def _remove(document: VitalDocument, draw: random.Random) -> None:
    holder, key = _place(document, draw)
    if isinstance(holder, list):
        del holder[key]
    else:
        holder.pop(key, None)


def _lists(document: VitalDocument, draw: random.Random) -> list[Any] | None:
    """A random list that isn't empty."""
    for _ in range(20):
        holder, key = _place(document, draw)
        if isinstance(holder, list) and holder:
            return holder
        value = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(value, list) and value:
            return value
    return None


def _grow(document: VitalDocument, draw: random.Random) -> None:
    found = _lists(document, draw)
    if found is not None:
        found.extend(copy.deepcopy(found[: draw.choice((1, 2, 64, 200))]))


def _shrink(document: VitalDocument, draw: random.Random) -> None:
    found = _lists(document, draw)
    if found is not None:
        del found[draw.randrange(len(found)) :]


def _rename(document: VitalDocument, draw: random.Random) -> None:
    holder, key = _place(document, draw)
    if isinstance(holder, dict):
        holder[draw.choice((f"{key}_", "type", "groups", "osc_1_levl", "points", ""))] = holder.pop(key, 1)


def _swap(document: VitalDocument, draw: random.Random) -> None:
    (one, first), (other, second) = _place(document, draw), _place(document, draw)
    try:
        value = copy.deepcopy(other[second])
        if not isinstance(value, dict | list) or len(json.dumps(value)) < 200_000:
            _put(one, first, value)
    except (KeyError, IndexError):
        return


def _text(document: VitalDocument, draw: random.Random) -> None:
    for _ in range(20):
        holder, key = _place(document, draw)
        value = holder.get(key) if isinstance(holder, dict) else holder[key]
        if isinstance(value, str) and value:
            at = draw.randrange(len(value))
            changes = (
                value[:at],
                value[:at] + "*" + value[at + 1 :],
                value + "AAAA",
                value[:at] + "AA" + value[at:],
            )
            return _put(holder, key, draw.choice((*changes, value[::-1])))
    return None


def _control(document: VitalDocument, draw: random.Random) -> None:
    name, control = draw.choice(list(controls().items()))
    parameter = control.parameter
    span = parameter.travel
    values = (
        parameter.low - span,
        parameter.high + span,
        parameter.high + 1,
        parameter.low - 1e-6,
        (parameter.low + parameter.high) / 2 + 0.37,
    )
    if isinstance(document.get("settings"), dict):
        document["settings"][name] = draw.choice(values)


def _content(document: VitalDocument, draw: random.Random) -> None:
    """A component of another kind, or a route to somewhere odd."""
    settings = document.get("settings")
    if not isinstance(settings, dict):
        return
    if draw.random() < 0.5:
        part = component(draw.choice(_components()), keyframes=draw.choice((0, 1, 2, 5)))
        part["type"] = draw.choice((*_components(), "Noise Source", 3, None))
        settings["wavetables"] = [{**wavetable("Wave Source"), "groups": [{"components": [part]}]}] * draw.randint(
            0, 4
        )
    else:
        names = [*controls(), "", "nothing", "modulation_65_amount"]
        routes = [{"source": f"lfo_{draw.randint(0, 9)}", "destination": draw.choice(names)} for _ in range(64)]
        settings["modulations"] = routes[: draw.randint(0, 64)] * draw.choice((1, 1, 1, 2))


def _spoil_bytes(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    ways = (data[:at], data[:at] + b"\x00" + data[at + 1 :], data[:at] + data[at + 9 :], b"\xef\xbb\xbf" + data,
            data[:at] + b"\xff" + data[at:], data + data, data[:at] + b"[" * 50_000 + data[at:], b"")  # fmt: skip
    return draw.choice(ways)
