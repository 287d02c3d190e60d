"""What a preset that can be played holds besides, and its maker should know."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.compiler.controls import controls
from engine.compiler.vital_versions import version_problem

_CONTENT = ("sample", "modulations", "wavetables", "lfos")
_LATER: tuple[tuple[re.Pattern[str], float | None], ...] = (
    (re.compile(r"osc_[1-3]_spectral_morph_phase"), 0.5),
    (re.compile(r"modulation_([1-9]|[1-5][0-9]|6[0-4])_ramp_(up|down)"), -10.0),
    (re.compile(r"custom_warps|random_values"), None),
)
"""What Vital 1.5 and 1.6 have and 1.0 doesn't, with the value that does nothing; None where no value tells."""
_MOST_NAMED = 4


def oddities(vital: Mapping[str, Any]) -> tuple[str, ...]:
    """A version that Vital refuses, settings that no Vital has, and such as are not heard here; a line each.

    What Vital skips of a preset's modulations says `routes_to_nowhere`.
    """
    others = [name for name in vital["settings"] if name not in controls() and name not in _CONTENT]
    later = {name: still for name in others for pattern, still in _LATER if pattern.fullmatch(name)}
    settings = vital["settings"]
    silent = [name for name, still in later.items() if still is not None and settings[name] != still]
    foreign = [name for name in others if name not in later]
    told = [version_problem(str(vital.get("synth_version", "")))]
    told.append(f"settings that no Vital has, and that each ignores: {_named(foreign)}" if foreign else "")
    told.append(f"set in Vital 1.5 or later, and not heard here: {_named(silent)}" if silent else "")
    return tuple(filter(None, told))


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(sorted(names)[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
