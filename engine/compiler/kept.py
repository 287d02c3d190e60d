"""What an imported file says that a PatchSpec's fields can't: kept at import, put back by the compiler.

A kept value counts only while its field says what it said at the import. Whoever sets the field afterwards, or
connects something in a slot that had leftovers, has the last word.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import orjson
from pydantic import BaseModel, JsonValue

from schemas.patch_spec import Imported, PatchSpec

_EQUAL = 1e-9
"""Relative; far inside of the 1e-6 that a round trip may lose."""
_LISTS = ("modulations", "wavetables", "lfos")
_OF_A_SLOT = re.compile(r"modulation_([1-9]|[1-5][0-9]|6[0-4])_")


def kept(vital: Mapping[str, Any], compiled: Mapping[str, Any], spec: PatchSpec) -> Imported:
    """What `vital` says otherwise than `compiled`, the file that the fields of its `spec` compile to."""
    settings, own = vital["settings"], compiled["settings"]
    lists = (*_LISTS, "sample")
    values = {k: v for k, v in settings.items() if k not in lists and not _same(v, own.get(k))}
    entries = enumerate(settings.get("modulations", ()))
    texts: dict[str, Any] = {
        k: v for k, v in vital.items() if k != "settings" and (k not in compiled or compiled[k] != v)
    }
    texts.update({name: None for name in compiled if name not in vital})
    imported = Imported(
        synth_version=spec.imported.synth_version if spec.imported else "",
        settings=values,
        absent=tuple(sorted(name for name in own if name not in settings)),
        modulations={slot: entry for slot, entry in entries if entry != own["modulations"][slot]},
        content=_content(settings, own),
        texts=texts,
    )
    said = {path: _said(compiled, spec, path) for path in _paths(imported)}
    return imported.model_copy(
        update={"fields": {path: value for path, value in said.items() if value is not None}}
    )


def _content(settings: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _LISTS:
        if name not in settings:
            continue
        given, compiled = settings[name], own[name]
        if name != "modulations":
            found.update({f"{name}/{i}": entry for i, entry in enumerate(given) if entry != compiled[i]})
        if len(given) < len(compiled):
            found[f"{name}/{len(given)}"] = None
    if "sample" in settings and settings["sample"] != own["sample"]:
        found["sample"] = settings["sample"]
    return found


def with_kept(compiled: dict[str, Any], spec: PatchSpec) -> dict[str, Any]:
    """`compiled`, the file of a spec's fields, with what was kept and still counts. A copy."""
    imported = spec.imported
    if imported is None:
        return compiled
    edited = {path for path, said in imported.fields.items() if not _same(said, _said(compiled, spec, path))}
    settings = compiled["settings"]
    for name, value in imported.settings.items():
        if f"settings/{name}" not in edited:
            settings[name] = deepcopy(value)
    for slot, entry in imported.modulations.items():
        if f"settings/modulations/{slot}" not in edited:
            settings["modulations"][slot] = deepcopy(entry)
    for name, content in sorted(imported.content.items(), key=lambda item: item[1] is None):
        if _content_path(name, content) not in edited:
            _put(settings, name, deepcopy(content))
    for name in imported.absent:
        if f"settings/{name}" not in edited:
            settings.pop(name, None)
    texts = {name: text for name, text in imported.texts.items() if name not in edited}
    return {name: text for name, text in {**compiled, **texts}.items() if text is not None}


def _put(settings: dict[str, Any], name: str, content: Any) -> None:
    kind, _, index = name.partition("/")
    if not index:
        settings[kind] = content
    elif content is None:
        settings[kind] = settings[kind][: int(index)]
    else:
        settings[kind][int(index)] = content


def _paths(imported: Imported) -> Iterator[str]:
    """The places in the file of all that was kept."""
    yield from (f"settings/{name}" for name in (*imported.settings, *imported.absent))
    yield from (f"settings/modulations/{slot}" for slot in imported.modulations)
    yield from (_content_path(name, content) for name, content in imported.content.items())
    yield from imported.texts


def _content_path(name: str, content: Any) -> str:
    """Where content lies in the file; where a list ends early, all that is left out of it."""
    return f"settings/{name}" + ("-" if content is None and "/" in name else "")


def _said(compiled: Mapping[str, Any], spec: PatchSpec, path: str) -> JsonValue:
    """What a patch's own fields say at a path of the file; None where they have no such thing."""
    if not path.startswith("settings/"):
        return _digest(compiled[path]) if path in compiled else None
    settings, name = compiled["settings"], path.removeprefix("settings/")
    kind, _, index = name.partition("/")
    if kind in (*_LISTS, "sample"):
        first = int(index.strip("-") or 0)
        return _digest(_entries(settings, spec, kind)[first : first + 1 if index.isdigit() else None])
    slot = _OF_A_SLOT.match(name)
    if slot is not None:
        entry = settings["modulations"][int(slot[1]) - 1]
        return [settings.get(name), entry["source"], entry["destination"]]
    value = settings.get(name)
    return float(value) if isinstance(value, int | float) else None


def _entries(settings: Mapping[str, Any], spec: PatchSpec, kind: str) -> list[Any]:
    """By the spec where it may choose none: then a stand-in is compiled, and somebody may choose that very one."""
    modules = spec.modules
    if kind == "modulations":
        return list(settings[kind])
    chosen: dict[str, list[BaseModel | None]] = {
        "wavetables": [osc.wavetable.table for osc in modules.osc],
        "lfos": [lfo.shape for lfo in modules.lfo],
        "sample": [modules.sample.sample],
    }
    return [one and one.model_dump(mode="json") for one in chosen[kind]]


def _digest(content: Any) -> str:
    """Of what is too long to be kept twice; numbers to nine digits, however an editor of JSON wrote them."""
    return hashlib.sha256(orjson.dumps(_plain(content), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _plain(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return f"{content:.9g}" if isinstance(content, int | float) and not isinstance(content, bool) else content


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, int | float) and isinstance(other, int | float) and not isinstance(value, bool):
        return abs(value - other) <= _EQUAL * abs(value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_same, value, other))
    return bool(value == other)
