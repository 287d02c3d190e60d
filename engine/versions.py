"""The versions that stand in every artifact. Raise one whenever what its part makes can change."""

import platform
from functools import cache
from importlib.metadata import version

ENGINE = "0.1.0"
PLANNER = "0.1.0"
SCHEMA = "1.0"
VITAL = "1.0.7"
"""The `synth_version` that Vital is told; any 1.0.x header also loads in 1.5 and 1.6."""


def all_versions() -> dict[str, str]:
    """Versions of the parts that decide an artifact's bytes, by part."""
    own = {"engine": ENGINE, "planner": PLANNER, "schema": SCHEMA}
    return {**own, "architecture": platform.machine(), **_installed()}


@cache
def _installed() -> dict[str, str]:
    return {name: version(name) for name in ("jinja2", "numpy", "pillow", "scipy", "soundfile", "vita")}
