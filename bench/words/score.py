"""How many styles, sub-types and sides of axes of labelled prompts the planner gets right."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from math import sqrt

from bench.words.labelled import Labelled
from schemas.intent import Intent

HEARD = 0.1
"""An axis that is nearer to the middle than this counts as not spoken of."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some labelled prompts."""

    prompts: int
    styles: int
    """Prompts whose style is right."""
    typed: int
    """Prompts whose first sub-type is judged."""
    types: int
    axes: int
    """Sides of axes that prompts plainly ask for."""
    sides: int
    """Of those, given with the right sign."""
    opposed: int
    """Of those, given with the wrong sign."""
    confusion: Counter[tuple[str, str]]
    """Prompts by style that was meant and style that was read."""

    def __add__(self, other: "Score") -> "Score":
        """Both together."""
        return Score(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def style_accuracy(self) -> float:
        """Share of prompts whose style is right."""
        return self.styles / self.prompts

    @property
    def type_accuracy(self) -> float:
        """Share of judged prompts whose first sub-type is one of the right ones."""
        return self.types / self.typed

    @property
    def axis_recall(self) -> float:
        """Share of the asked sides that were given."""
        return self.sides / self.axes

    @property
    def axis_precision(self) -> float:
        """Share of right signs among the asked axes that were given at all."""
        return self.sides / max(self.sides + self.opposed, 1)


def score(rows: Sequence[Labelled], plan: Callable[[str], Intent]) -> Score:
    """Plan every row and count."""
    read = [(row, plan(row.prompt)) for row in rows]
    said = [(intent.axes.get(axis, 0.0) * sign) for row, intent in read for axis, sign in row.axes]
    return Score(
        prompts=len(read),
        styles=sum(row.style == intent.style for row, intent in read),
        typed=sum(bool(row.types) for row, _ in read),
        types=sum(right_type(row, intent) for row, intent in read if row.types),
        axes=len(said),
        sides=sum(value >= HEARD for value in said),
        opposed=sum(value <= -HEARD for value in said),
        confusion=Counter((row.style, intent.style) for row, intent in read),
    )


def right_type(row: Labelled, intent: Intent) -> bool:
    """Whether the strongest sub-type is one that the row lists."""
    return bool(intent.subtypes) and intent.subtypes[0] in row.types


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share: the score interval of E. B. Wilson, JASA 22 (1927)."""
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = z / (1 + z * z / total) * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return middle - spread, middle + spread
