"""The figures of a response map, and in what steps it holds them."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.audio import SILENT_LUFS
from engine.render.job import Outcome, Rendered
from schemas.responses import Grains

LEVELS = ("loudness_lufs", "peak_dbfs", "mono_loss_db")

GRAINS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(LEVELS, 0.1),
        "brightness": 0.02,
        "warmth": 0.05,
        "attack": 0.05,
        "length": 0.02,
        "movement": 0.02,
        "rate": 0.02,
        "width": 0.1,
        "space": 0.1,
        "grit": 0.05,
        "noise": 0.1,
        "weight": 0.1,
        "complexity": 0.02,
        "tension": 0.02,
        "resonance": 0.05,
    }
)
"""What 1 stands for, in each figure's unit: a twentieth to a thirtieth of what is clearly heard."""
FIGURES = tuple(GRAINS)

MapFigures = Mapping[str, float]
"""By name: the three levels of a note, then its fourteen axes, each in its unit."""


def figures_of(outcome: Outcome) -> MapFigures | None:
    """Level, peak, mono loss and timbre of the first note; none for what was not rendered or is silent."""
    if not isinstance(outcome, Rendered) or outcome.measurements.timbre is None:
        return None
    note = outcome.measurements.notes[0]
    if note.loudness_lufs < SILENT_LUFS:
        return None
    levels = {name: float(getattr(note, name)) for name in LEVELS}
    return levels | {str(axis): figure for axis, figure in outcome.measurements.timbre.items()}


def in_grains(figures: MapFigures, *, less: MapFigures | None = None) -> Grains:
    """The figures, or what they are above `less`, to the nearest grain.

    >>> in_grains(dict.fromkeys(FIGURES, 1.0), less=dict.fromkeys(FIGURES, 0.7))[:4]
    (3, 3, 3, 15)
    """
    start = less or dict.fromkeys(FIGURES, 0.0)
    return tuple(round((figures[name] - start[name]) / grain) for name, grain in GRAINS.items())


def from_grains(grains: Grains) -> dict[str, float]:
    """The figures in their units again."""
    return {name: round(count * grain, 2) for (name, grain), count in zip(GRAINS.items(), grains, strict=True)}
