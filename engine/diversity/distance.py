"""How far two presets are from each other: 1 is where a listener has two sounds, and not one played twice.

Each perceptual axis and the fingerprint of the preview say how far apart they find two sounds, in units that the
phases of one preset, drawn anew, hardly ever reach. The one that finds them furthest apart decides, since a
difference in one thing is a difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.diversity.fingerprint import Fingerprint, difference_db, fingerprint
from schemas.intent import Axis

UNITS: Mapping[Axis, float] = MappingProxyType(
    {
        "brightness": 0.6,
        "length": 0.7,
        "movement": 1.3,
        "rate": 0.7,
        "width": 4.0,
        "space": 6.0,
        "attack": 4.5,
    }
)
"""Of the axes whose figures stand still when phases are drawn anew. The others (warmth, grit, noise, weight,
complexity, tension, resonance) swing by more than what tells two presets apart; the fingerprint hears these."""
FINGERPRINT_DB = 5.0
_MOVING_DB = 1.5
"""Movement from which its rate counts in full: what hardly moves has no rate to speak of."""

FigureRows = NDArray[np.float64]
_UNITS = np.array(list(UNITS.values()))
_MOVEMENT, _RATE = list(UNITS).index("movement"), list(UNITS).index("rate")


@dataclass(frozen=True)
class Sound:
    """A preset to compare: its figures by axis, and its preview, which is asked for only if need be."""

    title: str
    figures: Mapping[Axis, float]
    preview: Callable[[], tuple[Stereo, int]]
    """Audio of shape (2, n) and its sample rate."""

    @cached_property
    def print(self) -> Fingerprint:
        """The fingerprint of its preview."""
        return fingerprint(*self.preview())


class NearSound(NamedTuple):
    """What a sound is a near-duplicate of."""

    title: str
    distance: float


class Sounds:
    """Sounds of a library, to be asked whether another is one of them played twice."""

    def __init__(self, sounds: Iterable[Sound] = ()) -> None:
        self._sounds: list[Sound] = []
        self._rows = np.empty((0, len(UNITS)))
        for sound in sounds:
            self.add(sound)

    def add(self, sound: Sound) -> None:
        """One more."""
        count = len(self._sounds)
        if count == len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty((count + 64, len(UNITS)))))
        self._rows[count] = figures_row(sound.figures)
        self._sounds.append(sound)

    def near_duplicate(self, sound: Sound) -> NearSound | None:
        """The nearest to `sound`, the first among equals, if it is nearer than 1."""
        nearest: NearSound | None = None
        for index in near_rows(self._rows[: len(self._sounds)], figures_row(sound.figures)):
            other = self._sounds[index]
            away = distance(sound, other)
            if away < (nearest.distance if nearest else 1.0):
                nearest = NearSound(other.title, away)
        return nearest


def figures_row(figures: Mapping[Axis, float]) -> FigureRows:
    """The figures that tell sounds apart, in the order of `UNITS`."""
    return np.array([figures[axis] for axis in UNITS])


def distances(rows: FigureRows, row: FigureRows) -> FigureRows:
    """The furthest that any axis finds each of the rows and one row apart; of shape (n, axes) and (axes,), (n,).

    A rate counts by how far the sound that moves less does move.
    """
    apart = np.abs(rows - row) / _UNITS
    moving = np.minimum(rows[..., _MOVEMENT], row[_MOVEMENT]) / _MOVING_DB
    apart[..., _RATE] *= np.minimum(moving, 1.0)
    furthest: FigureRows = apart.max(axis=-1)
    return furthest


def near_rows(rows: FigureRows, row: FigureRows) -> NDArray[np.intp]:
    """Which of the rows no axis finds as far as 1 from one row, in their order; of shape (n, axes) and (axes,).

    One axis leaves a few of many: that spares the others most of their work, as all of them spare the decoding of
    previews.
    """
    few = np.flatnonzero(np.abs(rows[:, 0] - row[0]) / _UNITS[0] < 1.0)
    near: NDArray[np.intp] = few[distances(rows[few], row) < 1.0]
    return near


def figures_distance(first: Mapping[Axis, float], second: Mapping[Axis, float]) -> float:
    """The furthest that any axis finds two sounds apart."""
    return float(distances(figures_row(first), figures_row(second)))


def distance(first: Sound, second: Sound) -> float:
    """How far two sounds are apart, rounded to 0.01; below 1 they are near-duplicates. Symmetric, 0 to itself."""
    by_print = difference_db(first.print, second.print) / FINGERPRINT_DB
    return round(max(figures_distance(first.figures, second.figures), by_print), 2)


def nearest_distances(presets: Sequence[Mapping[Axis, float]]) -> list[float]:
    """Of each of at least two presets the distance to the nearest other, by the axes alone."""
    rows = np.array([figures_row(figures) for figures in presets])
    nearest = []
    for own, row in enumerate(rows):
        apart = distances(rows, row)
        apart[own] = np.inf
        nearest.append(float(apart.min()))
    return nearest
