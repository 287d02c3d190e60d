"""How far two presets are from each other: 1 is where a listener has two sounds, and not one played twice.

Each perceptual axis and the fingerprint of the preview say how far apart they find two sounds, in units that the
phases of one preset, drawn anew, hardly ever reach. The one that finds them furthest apart decides, since a
difference in one thing is a difference.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from engine.diversity.fingerprint import Fingerprint, difference_db, fingerprint
from engine.measure.spectrum import Stereo
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


def figures_distance(one: Mapping[Axis, float], other: Mapping[Axis, float]) -> float:
    """The furthest that any axis finds two sounds apart."""
    return max(_apart(axis, one, other) for axis in UNITS)


def distance(one: Sound, other: Sound) -> float:
    """How far two sounds are apart, rounded to 0.01; below 1 they are near-duplicates. Symmetric, 0 to itself."""
    by_print = difference_db(one.print, other.print) / FINGERPRINT_DB
    return round(max(figures_distance(one.figures, other.figures), by_print), 2)


def near_duplicate(sound: Sound, others: Iterable[Sound]) -> NearSound | None:
    """The nearest of `others`, the first among equals, if it is nearer than 1."""
    nearest: NearSound | None = None
    for other in others:
        if figures_distance(sound.figures, other.figures) >= 1.0:
            continue  # spares the decoding of previews, and most of the work
        apart = distance(sound, other)
        if apart < (nearest.distance if nearest else 1.0):
            nearest = NearSound(other.title, apart)
    return nearest


def _apart(axis: Axis, one: Mapping[Axis, float], other: Mapping[Axis, float]) -> float:
    apart = abs(one[axis] - other[axis]) / UNITS[axis]
    if axis == "rate":
        apart *= min(1.0, min(one["movement"], other["movement"]) / _MOVING_DB)
    return apart
