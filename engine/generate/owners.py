"""Which axes a template doesn't own: driven there, its sound goes nowhere that is heard, or the other way.

Worked out of the response maps (`engine.responses.directions`) and stored beside them, so that nobody keeps it by
hand and choosing a template reads one small file. A template that nobody has measured owns all axes.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import orjson

from engine.prepared import TEMPLATES
from schemas.intent import Axis, Intent

FILE = "not_owned.json"
"""Beside the templates: by template, axes with the direction, such as "resonance up"."""

_FAINTEST = 0.15
_MADE: Mapping[Axis, tuple[str, str]] = {
    "brightness": ("darker", "brighter"),
    "warmth": ("colder", "warmer"),
    "attack": ("quicker to start", "slower to start"),
    "length": ("shorter", "longer"),
    "movement": ("more static", "livelier"),
    "rate": ("slower", "faster"),
    "width": ("narrower", "wider"),
    "space": ("drier", "more spacious"),
    "grit": ("cleaner", "grittier"),
    "noise": ("less noisy", "noisier"),
    "weight": ("lighter", "heavier"),
    "complexity": ("simpler", "more complex"),
    "tension": ("calmer", "tenser"),
    "resonance": ("less resonant", "more resonant"),
}


def cell(axis: str, *, up: bool) -> str:
    """The name of an axis and direction.

    >>> cell("resonance", up=True)
    'resonance up'
    """
    return f"{axis} {'up' if up else 'down'}"


@cache
def not_owned() -> Mapping[str, frozenset[str]]:
    """Axes with their direction by template, those of templates that own all left out."""
    file = resources.files(TEMPLATES).joinpath(FILE)
    found: dict[str, list[str]] = orjson.loads(file.read_bytes()) if file.is_file() else {}
    return {name: frozenset(cells) for name, cells in found.items()}


def lacking(template_id: str, intent: Intent) -> int:
    """How many of the axes that words ask for a template lacks, to either side.

    To either side, so that opposite words start from the same sound and can be compared.
    """
    cells = not_owned().get(template_id, frozenset())
    return sum(any(cell(axis, up=up) in cells for up in (False, True)) for axis in _spoken_of(intent))


def out_of_reach(template_id: str, intent: Intent) -> tuple[str, ...]:
    """What words ask of a template that it doesn't own, as sentences that quote nothing of the prompt.

    "Hardly", since words are driven further than a map looks, and may be heard after all.
    """
    cells = not_owned().get(template_id, frozenset())
    return tuple(
        f"The template {template_id} can hardly be made {_MADE[axis][value > 0]}."
        for axis, value in _spoken_of(intent).items()
        if cell(axis, up=value > 0) in cells
    )


def _spoken_of(intent: Intent) -> dict[Axis, float]:
    """The axes that words of the prompt describe; what a thing only suggests isn't asked for."""
    asked = {row.asks for row in intent.evidence if row.source == "prompt"}
    return {axis: value for axis, value in intent.axes.items() if axis in asked and abs(value) >= _FAINTEST}
