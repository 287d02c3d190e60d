"""What a gate is: one figure of what was heard, its limits, and the words for breaking them."""

from dataclasses import dataclass
from typing import Literal

from schemas.measurements import Measurements, NoteMeasurements, Severity, TakeMeasurements

Scope = Literal["each", "held", "notes", "takes", "centre", "macros"]
"""What a rule looks at: everything; everything but a note of an instant; the notes that were measured in full; the
short takes but a note of an instant; the centre note; the takes with a macro turned."""
NoteOrTake = NoteMeasurements | TakeMeasurements

SHORTEST_HELD_S = 0.05
"""A note held for less is a note of an instant: a pad has hardly begun by then."""


@dataclass(frozen=True)
class Rule:
    """A figure must lie in `minimum`..`maximum` (both inclusive, None = open).

    `figure` names a field of `NoteMeasurements` or `TakeMeasurements`; where it is None or missing, it is passed
    over. `words_low` and `words_high` say what is wrong, with the fields {value}, {limit}, {size} (value without
    its sign) and {allowed} (limit without its sign).
    """

    gate: str
    figure: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None
    severity: Severity = "fail"
    scope: Scope = "each"
    words_low: str = "{value:g} is below {limit:g}"
    words_high: str = "{value:g} is above {limit:g}"

    def values(self, measurements: Measurements) -> list[tuple[NoteOrTake, float]]:
        """The rule's figure wherever it looks and there is one."""
        found = ((one, getattr(one, self.figure, None)) for one in self._looks_at(measurements))
        return [(one, value) for one, value in found if value is not None]

    def _looks_at(self, measurements: Measurements) -> tuple[NoteOrTake, ...]:
        notes, takes = measurements.notes, measurements.takes
        held = tuple(take for take in takes if take.hold_s >= SHORTEST_HELD_S)
        seen: dict[Scope, tuple[NoteOrTake, ...]] = {
            "each": (*notes, *takes),
            "held": (*notes, *held),
            "notes": notes,
            "takes": held,
            "centre": notes[:1],
            "macros": tuple(take for take in takes if take.macros),
        }
        return seen[self.scope]

    def excess(self, value: float) -> float:
        """How far `value` lies outside the limits, in the rule's unit; negative = inside by that much."""
        distances = [
            *([self.minimum - value] if self.minimum is not None else []),
            *([value - self.maximum] if self.maximum is not None else []),
        ]
        return max(distances)

    def nearer_limit(self, value: float) -> float:
        """The limit that decides about `value`."""
        limits = [limit for limit in (self.minimum, self.maximum) if limit is not None]
        return min(limits, key=lambda limit: abs(limit - value))

    def complaint(self, value: float) -> str:
        """What is wrong with a value outside the limits."""
        low = self.minimum is not None and value < self.minimum
        limit = self.nearer_limit(value)
        words = self.words_low if low else self.words_high
        return words.format(value=value, limit=limit, size=abs(value), allowed=abs(limit))


@dataclass(frozen=True)
class GateProfile:
    """The rules for one kind of preset, the loudness to aim at (LUFS, centre note), the slowest render allowed."""

    name: str
    rules: tuple[Rule, ...]
    target_lufs: float | None = None
    peak_ceiling: float = 0.97
    min_times_realtime: float = 6.0

    def rule(self, gate: str) -> Rule | None:
        """The rule of that gate, if the profile has one."""
        return next((rule for rule in self.rules if rule.gate == gate), None)
