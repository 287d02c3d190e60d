"""How much of what people make a library covers, style by style."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.diversity.distance import nearest_distances
from engine.diversity.human import AXES_IN_ORDER, HumanStyle, human_spread
from schemas.diversity import Coverage, StyleCoverage
from schemas.intent import Axis, Style

Points = NDArray[np.float64]
"""Figures in units of the human spread, shape (presets, axes)."""


class LibrarySound(NamedTuple):
    """A preset of a library: its style, its figures by axis, and whether it is a base."""

    style: Style
    figures: Mapping[Axis, float]
    base: bool


def coverage(presets: Sequence[LibrarySound]) -> Coverage:
    """Every style of the presets, in the order of the human sample."""
    human = human_spread()
    found = []
    for style, people in human.styles.items():
        own = [preset for preset in presets if preset.style == style]
        if own:
            found.append(_style(style, people, own))
    return Coverage(human_presets=human.presets, styles=tuple(found))


def scaled(figures: Mapping[Axis, float]) -> Points:
    """A preset's figures in units of the human spread."""
    spread = human_spread().scale
    return np.array([figures[axis] / spread[axis] for axis in AXES_IN_ORDER])


def _style(style: Style, people: HumanStyle, own: Sequence[LibrarySound]) -> StyleCoverage:
    points = np.array([scaled(preset.figures) for preset in own])
    bases = [preset.figures for preset in own if preset.base]
    inhabited = [cell for cell in people.cells if cell.share > 0.0]
    centres = np.array([scaled(cell.centre) for cell in people.cells])
    away = np.sqrt(np.square(points[:, None, :] - centres).mean(axis=2))
    home = away.argmin(axis=1)
    near = away.min(axis=1) <= people.reach
    reached = {int(cell) for cell in home[near] if people.cells[cell].share > 0.0}
    by_people = sum(1.0 - (1.0 - cell.share) ** len(own) for cell in inhabited)
    return StyleCoverage(
        style=style,
        presets=len(own),
        cells=len(inhabited),
        cells_reached=len(reached),
        cells_reached_by_people=round(by_people, 1),
        axes={axis: _spanned(people, axis, [preset.figures[axis] for preset in own]) for axis in AXES_IN_ORDER},
        nearest=round(median(nearest_distances(bases)), 2) if len(bases) > 1 else None,
        nearest_of_people=people.nearest_among(len(bases)) if len(bases) > 1 else None,
    )


def _spanned(people: HumanStyle, axis: Axis, figures: Sequence[float]) -> float:
    low, high = people.ranges[axis]
    within = min(max(figures), high) - max(min(figures), low)
    return round(max(within, 0.0) / (high - low), 2) if high > low else 1.0
