"""The `synth_version` of a file: Vital refuses one that is newer than itself.

What saves `99999.9.9` is Vital's engine outside of Vital, such as vita; no Vital opens that.
"""

from collections.abc import Mapping
from typing import Any

from engine.versions import VITAL

NEWEST = (1, 6)
"""The newest Vital that is known."""


def opened(vital: Mapping[str, Any]) -> dict[str, Any]:
    """`vital` with a version that Vital opens, also of its wavetables; nothing else is changed."""
    settings = vital["settings"]
    tables = settings.get("wavetables")
    if tables is not None and any(_no_vital_has(table.get("version")) for table in tables):
        settings = {**settings, "wavetables": [_openable(table, "version") for table in tables]}
    return _openable({**vital, "settings": settings}, "synth_version")


def version_problem(version: str) -> str:
    """Why Vital may not open a file of this version; empty if it will."""
    if _no_vital_has(version):
        return f"no Vital has version {version}, and each refuses the file; imported and exported it has {VITAL}"
    if _numbers(version) > NEWEST:
        newest = ".".join(map(str, NEWEST))
        return f"saved by Vital {version}: an older one refuses the file, and {newest} is the newest known here"
    return ""


def _openable(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**holder, name: VITAL} if _no_vital_has(holder.get(name)) else dict(holder)


def _no_vital_has(version: Any) -> bool:
    return isinstance(version, str) and _numbers(version)[:1] > NEWEST[:1]


def _numbers(version: str) -> tuple[int, ...]:
    """Major and minor; none for what isn't a version."""
    parts = version.split(".")[:2]
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else ()
