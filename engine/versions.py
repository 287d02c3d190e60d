"""The versions that stand in every artifact. Raise one whenever what its part makes can change."""

import hashlib
import platform
from functools import cache
from importlib import resources
from importlib.metadata import version

ENGINE = "0.6.0"
PLANNER = "0.4.0"
SCHEMA = "1.0"
MEASURES = "2"
"""Of the figures that response maps hold (`engine.measure.timbre`, levels): raised, all maps are made anew."""
VITAL = "1.0.7"
"""The `synth_version` that Vital is told; any 1.0.x header also loads in 1.5 and 1.6."""


def all_versions() -> dict[str, str]:
    """Versions of the parts that decide an artifact's bytes, by part."""
    own = {"engine": ENGINE, "planner": PLANNER, "schema": SCHEMA, "templates": _content_hash("template_catalog")}
    return {**own, "architecture": platform.machine(), **_installed()}


@cache
def _content_hash(package: str) -> str:
    """Templates are data that people edit: their version is what stands in them, and what they don't own."""
    digest = hashlib.sha256()
    for file in sorted(resources.files(package).iterdir(), key=lambda path: path.name):
        if file.name.endswith((".yaml", "not_owned.json")):
            digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def _installed() -> dict[str, str]:
    return {
        name: version(name)
        for name in ("jinja2", "numpy", "pillow", "pyspellchecker", "soundfile", "vita", "wordllama")
    }
