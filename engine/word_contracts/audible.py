"""How far a sound must move along an axis before a listener says that the word was taken seriously.

Figures are those of `engine.measure.timbre`. Why each step is what it is: docs/decisions/words-as-contracts.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.intent import Axis

_FAINT, _FULL = 0.4, 0.8


@dataclass(frozen=True, slots=True)
class Audible:
    """A clearly audible step on an axis, in the unit of its figure, and where the axis ends in practice.

    A sound below `least` or above `most` can't be pushed any further that way: a word that asks for it counts as
    satisfied.
    """

    step: float
    unit: str
    least: float | None = None
    most: float | None = None

    def wanted(self, value: float) -> float:
        """The change that a word asks for which puts a sound at `value`, −1..1, of the axis."""
        return round(self.step * (_FAINT + _FULL * abs(value)), 2)

    @property
    def faintest(self) -> float:
        """The least change that is worth a word, where the sound is one of the furthest of its style already."""
        return _FAINT * self.step

    def at_its_end(self, figure: float, *, up: bool) -> bool:
        """Whether there is no further to go."""
        if up:
            return self.most is not None and figure >= self.most
        return self.least is not None and figure <= self.least


AUDIBLE: Mapping[Axis, Audible] = MappingProxyType(
    {
        "brightness": Audible(0.6, "octaves", least=1.0, most=6.8),
        "warmth": Audible(1.2, "dB", most=-0.4),
        "attack": Audible(1.5, "octaves", least=4.3, most=10.0),
        "length": Audible(0.7, "octaves", least=5.6),
        "movement": Audible(0.9, "dB", least=0.7, most=3.5),
        "rate": Audible(0.5, "octaves"),
        "width": Audible(4.0, "dB", least=-30.0, most=-3.5),
        "space": Audible(6.0, "dB", least=-45.0, most=-6.0),
        "grit": Audible(2.0, "dB"),
        "noise": Audible(3.0, "dB", least=-42.0, most=-6.0),
        "weight": Audible(3.0, "dB", most=-1.0),
        "complexity": Audible(0.4, "bits", least=1.5),
        "tension": Audible(0.6, "points", least=0.6),
        "resonance": Audible(2.0, "dB"),
    }
)
