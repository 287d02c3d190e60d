"""The matrix of directions: whether a template's sound goes where an axis is driven, read off its map."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.generate.owners import cell
from engine.responses.figures import FIGURES, GRAINS
from engine.responses.moves import DRIVE, axis_key
from engine.word_contracts.audible import AUDIBLE
from schemas.intent import AXES, Axis
from schemas.responses import ContextResponses, Grains, ResponseMap

FELT = 0.1
"""Part of an audible step from which a figure has moved."""


@dataclass(frozen=True, slots=True)
class Direction:
    """An axis driven one way in a template, alone."""

    axis: Axis
    up: bool
    changes: tuple[float, ...]
    """Of its own figure in each context in which something is left to hear, in audible steps towards where it was
    driven."""
    at_its_end: bool
    """Whether the sound stands at that end already in all of them: it is what is asked for."""

    @property
    def name(self) -> str:
        """Axis and direction."""
        return cell(self.axis, up=self.up)

    @property
    def change(self) -> float:
        """The mean of the contexts; 0 where nothing is left to hear in any."""
        return sum(self.changes) / max(len(self.changes), 1)

    @property
    def owned(self) -> bool:
        """Whether the figure moves where it is driven: in the mean, and not the other way in most contexts."""
        backwards = sum(change <= -FELT for change in self.changes)
        return self.at_its_end or (self.change >= FELT and 2 * backwards <= len(self.changes))


def directions(known: ResponseMap) -> Iterator[Direction]:
    """A template's row of the matrix: all axes down and up, those left out that no context has driven."""
    for axis in AXES:
        for up in (False, True):
            key = axis_key(axis, DRIVE if up else -DRIVE)
            driven = [one for one in known.contexts.values() if key in one.rows]
            changes = (_change(one.rows[key][1], axis, up=up) for one in driven)
            at_its_end = all(AUDIBLE[axis].at_its_end(_base(one, axis), up=up) for one in driven)
            if driven:
                yield Direction(axis, up, tuple(one for one in changes if one is not None), at_its_end)


def not_owned_by(known: ResponseMap) -> list[str]:
    """The cells of a template that its map shows it doesn't own, in the order of the axes."""
    return [one.name for one in directions(known) if not one.owned]


def _change(grains: Grains | None, axis: Axis, *, up: bool) -> float | None:
    if grains is None:
        return None
    moved = grains[FIGURES.index(axis)] * GRAINS[axis] / AUDIBLE[axis].step
    return round(moved if up else -moved, 3)


def _base(context: ContextResponses, axis: Axis) -> float:
    return round(context.base[FIGURES.index(axis)] * GRAINS[axis], 2)
