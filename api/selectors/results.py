"""What a finished job made, read from its bundle's manifest: presets, values that were set, words heard, macros."""

import json
from functools import lru_cache
from typing import Any

from api.models import Job
from api.store import store
from engine.set_values import shipped_value
from schemas.result import ValueSet
from service.layout import blob_key

MANIFEST = "meta/manifest.json"


def result_of(job: Job) -> dict[str, Any] | None:
    """Presets, refused presets and macros of a succeeded job; None for others, and for exports.

    Raises:
        ObjectError: the manifest is missing from the object store.
    """
    if job.state != "succeeded":
        return None
    found = job.artifacts.filter(path=MANIFEST).values_list("sha256", flat=True).first()
    return None if found is None else _read(found)


@lru_cache(maxsize=256)
def _read(sha256: str) -> dict[str, Any]:
    """Of a manifest, what is shown; never the request, since what is cached must not outlive the prompt."""
    manifest = json.loads(store().get(blob_key(sha256)))
    return {
        "planner_note": manifest.get("planner_note") or None,
        "presets": [_preset(one) for one in manifest["presets"]],
        "refused": [
            {name: one[name] for name in ("id", "kind", "title", "reasons")} for one in manifest.get("refused", ())
        ],
        "macros": [
            {name: one[name] for name in ("role_id", "label", "control", "default", "reason")}
            for one in manifest["macros"]
        ],
    }


def _preset(preset: dict[str, Any]) -> dict[str, Any]:
    heard = (preset.get("measurements") or {}).get("overall") or {}
    return {
        "id": preset["id"],
        "kind": preset["kind"],
        "title": preset["title"],
        "preview_s": preset["preview_s"],
        "loudness_lufs": heard.get("loudness_lufs"),
        "peak_dbfs": heard.get("peak_dbfs"),
        "files": {name: path for name, path in preset["files"].items() if path},
        "words": [
            {
                name: word[name]
                for name in ("axis", "words", "asked", "neutral", "heard", "unit", "satisfied", "reason")
            }
            for word in preset.get("words", ())
        ],
        "values": [_value(ValueSet.model_validate(value)) for value in preset.get("values", ())],
    }


def _value(value: ValueSet) -> dict[str, Any]:
    told = shipped_value(value)
    return value.model_dump(mode="json") | {"told": f"{told.text} {told.detail}".rstrip()}
