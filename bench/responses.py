"""`python -m bench.responses`: how well response maps predict, and which moves go wrong; writes docs/responses.md.

Nothing is rendered: all is worked out of the maps in `template_catalog/responses/`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bench.measured import measured_line
from engine.catalog import template, template_ids
from engine.responses import DRIVE, FIGURES, GRAINS, contexts_of, read_map
from engine.responses.figures import LEVELS
from engine.word_contracts import AUDIBLE
from schemas.intent import AXES
from schemas.responses import ResponseMap

PAGE = Path(__file__).parents[1] / "docs" / "responses.md"
Numbers = NDArray[np.float64]
_Key = TypeVar("_Key")
_UNITS = np.array([GRAINS[name] for name in FIGURES])
_LEVEL_STEP = 2.0
_STEPS = np.array([*(_LEVEL_STEP for _ in LEVELS), *(AUDIBLE[axis].step for axis in AXES)])
"""An audible step of each figure, levels included, in its unit."""
_NEAREST = 8
_FEWEST = 5
"""Rows of which a correlation says anything."""
_HEARD = 0.1
"""Part of an audible step that counts as a change."""
_SIDES = {-DRIVE: "down", DRIVE: "up"}


@dataclass(frozen=True)
class HeardMove:
    """A row of a map: what a move changed in a context of a template, and that context's base, in audible steps."""

    template_id: str
    context: str
    move: str
    change: Numbers
    base: Numbers

    @property
    def axis(self) -> str:
        """What the move is named after."""
        words = self.move.split()
        return words[1] if words[0] == "macro" else words[0]


def rows(maps: Sequence[ResponseMap]) -> list[HeardMove]:
    """All rows of some maps in which something was heard."""
    return [
        HeardMove(one.template_id, name, move, _in_steps(grains), _in_steps(context.base))
        for one in maps
        for name, context in one.contexts.items()
        for move, (_, grains) in context.rows.items()
        if grains is not None
    ]


def _in_steps(grains: Sequence[int]) -> Numbers:
    found: Numbers = np.array(grains) * _UNITS / _STEPS
    return found


Predicted = Iterator[tuple[HeardMove, Numbers]]


def by_other_contexts(heard: Sequence[HeardMove]) -> Predicted:
    """Each row with the mean of the same move in the template's other contexts, where there are any."""
    for group in _grouped(heard, lambda row: (row.template_id, row.move)).values():
        for row in group:
            others = [other.change for other in group if other is not row]
            if others:
                yield row, np.mean(others, axis=0)


def by_other_templates(heard: Sequence[HeardMove]) -> Predicted:
    """Each row with the mean of the same move in all other templates."""
    for group in _grouped(heard, lambda row: row.move).values():
        total = np.sum([row.change for row in group], axis=0)
        for own in _grouped(group, lambda row: row.template_id).values():
            rest = len(group) - len(own)
            if rest:
                mean = (total - np.sum([row.change for row in own], axis=0)) / rest
                yield from ((row, mean) for row in own)


def by_nearest_templates(heard: Sequence[HeardMove]) -> Predicted:
    """Each row with the same move in the few sounds of other templates that are most like its context's base.

    Likeness is the distance of the fourteen figures in audible steps; nearer ones weigh more.
    """
    axes = [number for number, name in enumerate(FIGURES) if name not in LEVELS]
    for group in _grouped(heard, lambda row: row.move).values():
        bases = np.array([row.base[axes] for row in group])
        changes = np.array([row.change for row in group])
        owners = np.array([row.template_id for row in group])
        for number, row in enumerate(group):
            distance = np.sqrt(np.square(np.clip(bases - bases[number], -8.0, 8.0)).sum(axis=1))
            distance[owners == row.template_id] = np.inf
            near = np.argsort(distance, kind="stable")[:_NEAREST]
            near = near[np.isfinite(distance[near])]
            if len(near):
                yield row, np.average(changes[near], axis=0, weights=1.0 / (1.0 + distance[near]))


def _grouped(heard: Sequence[HeardMove], key: Callable[[HeardMove], _Key]) -> dict[_Key, list[HeardMove]]:
    found: dict[_Key, list[HeardMove]] = {}
    for row in heard:
        found.setdefault(key(row), []).append(row)
    return found


def spearman(one: Numbers, other: Numbers) -> float:
    """Rank correlation; equal values share their ranks' mean. NaN where one side doesn't differ."""
    if len(one) < _FEWEST or np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return float("nan")
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Numbers) -> Numbers:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: Numbers = (ends - (counts - 1) / 2.0)[place]
    return found


@dataclass(frozen=True)
class Correlations:
    """Rank correlations of what was predicted with what was heard, by figure: of moves that are named after it, and
    of all other moves; and how many rows there were."""

    own: Mapping[str, float]
    side: Mapping[str, float]
    rows: int
    pooled_own: float = float("nan")
    pooled_side: float = float("nan")
    """Of all figures together, in audible steps."""


def correlations(predicted: Predicted) -> Correlations:
    """Of axes that are driven. Macros are left out: where one rests, and so how far it goes, is its template's."""
    pairs = [(row, guess) for row, guess in predicted if not row.move.startswith("macro ")]
    if not pairs:
        return Correlations({}, {}, 0)
    axes = np.array([row.axis for row, _ in pairs])
    heard, guessed = np.array([row.change for row, _ in pairs]), np.array([guess for _, guess in pairs])
    own, side = {}, {}
    for number, name in enumerate(FIGURES):
        mine = axes == name
        if mine.any():
            own[name] = spearman(heard[mine, number], guessed[mine, number])
        side[name] = spearman(heard[~mine, number], guessed[~mine, number])
    own_figure = axes[:, None] == np.array(FIGURES)[None, :]
    pooled = [spearman(heard[part], guessed[part]) for part in (own_figure, ~own_figure)]
    return Correlations(own, side, len(pairs), *pooled)


@dataclass(frozen=True)
class DirectionCell:
    """An axis driven one way in a template: the mean change of its own figure over the contexts, in audible steps
    towards where it was driven."""

    template_id: str
    axis: str
    side: str
    change: float

    @property
    def wrong(self) -> bool:
        """Whether it goes the other way at all."""
        return self.change < 0.0

    @property
    def heard_wrong(self) -> bool:
        """Whether it goes the other way by more than a tenth of what is clearly heard."""
        return self.change <= -_HEARD


def matrix(heard: Sequence[HeardMove]) -> list[DirectionCell]:
    """The matrix of directions: a cell a template, axis and direction that was heard in any context."""
    found = []
    for (template_id, move), group in _grouped(heard, lambda row: (row.template_id, row.move)).items():
        axis, _, drive = move.partition(" ")
        if axis in AXES:
            sign = 1.0 if float(drive) > 0 else -1.0
            change = sign * float(np.mean([row.change[FIGURES.index(axis)] for row in group]))
            found.append(DirectionCell(template_id, axis, _SIDES[float(drive)], round(change, 3)))
    return found


def page(maps: Sequence[ResponseMap], *, measured: str) -> str:
    """docs/responses.md."""
    heard = rows(maps)
    cells = matrix(heard)
    contexts = [name for one in maps for name in one.contexts]
    whole = sum(len(one.contexts) == len(contexts_of(template(one.template_id))) for one in maps)
    counts = ", ".join(f"{contexts.count(name)} `{name}`" for name in dict.fromkeys(contexts))
    return _PAGE.format(
        measured=measured,
        maps=len(maps),
        templates=len(template_ids()),
        whole=whole,
        counts=counts,
        rows=len(heard),
        prediction=_prediction(heard),
        directions=_directions(cells),
        wrong=_wrong_cells(cells),
    )


def _prediction(heard: Sequence[HeardMove]) -> str:
    ways = [correlations(way(heard)) for way in (by_other_contexts, by_other_templates, by_nearest_templates)]
    lines = [
        "| figure | other contexts: own | side | other templates: own | side | nearest templates: own | side |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in FIGURES:
        figures = [part.get(name, float("nan")) for way in ways for part in (way.own, way.side)]
        lines.append(f"| {name} | " + " | ".join(map(_two_digits, figures)) + " |")
    means = [_mean(part) for way in ways for part in (way.own, way.side)]
    lines.append("| **mean** | " + " | ".join(f"**{_two_digits(one)}**" for one in means) + " |")
    together = [one for way in ways for one in (way.pooled_own, way.pooled_side)]
    lines.append("| **all together** | " + " | ".join(f"**{_two_digits(one)}**" for one in together) + " |")
    lines.append("| rows | " + " | ".join(f"{way.rows} | " for way in ways) + "|")
    return "\n".join(lines)


def _mean(figures: Mapping[str, float]) -> float:
    known = [one for one in figures.values() if not np.isnan(one)]
    return float(np.mean(known)) if known else float("nan")


def _two_digits(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"


def _directions(cells: Sequence[DirectionCell]) -> str:
    lines = ["| axis | down: wrong | heard | up: wrong | heard | cells |", "|---|---|---|---|---|---|"]
    for axis in AXES:
        sides = [[cell for cell in cells if (cell.axis, cell.side) == (axis, side)] for side in _SIDES.values()]
        parts = [part for side in sides for part in (_share(side, "wrong"), _share(side, "heard_wrong"))]
        lines.append(f"| {axis} | " + " | ".join(parts) + f" | {sum(map(len, sides))} |")
    sides = [[cell for cell in cells if cell.side == side] for side in _SIDES.values()]
    parts = [f"**{part}**" for side in sides for part in (_share(side, "wrong"), _share(side, "heard_wrong"))]
    lines.append("| **all** | " + " | ".join(parts) + f" | {len(cells)} |")
    return "\n".join(lines)


def _share(cells: Sequence[DirectionCell], what: str) -> str:
    if not cells:
        return "–"
    return f"{100 * sum(getattr(cell, what) for cell in cells) / len(cells):.0f} %"


def _wrong_cells(cells: Sequence[DirectionCell]) -> str:
    """A line an axis and direction: the templates in which it is heard to go the wrong way, the worst first."""
    lines = ["| axis | direction | templates, by how many audible steps |", "|---|---|---|"]
    for axis in AXES:
        for side in _SIDES.values():
            found = sorted(
                (cell.change, cell.template_id)
                for cell in cells
                if (cell.axis, cell.side) == (axis, side) and cell.heard_wrong
            )
            if found:
                told = ", ".join(f"{name} {-change:.1f}" for change, name in found)
                lines.append(f"| {axis} | {side} | {told} |")
    return "\n".join(lines)


_PAGE = """# How templates answer

`python -m bench.responses` writes this page out of the maps in `template_catalog/responses/`. What a map is:
[decisions/response-map.md](decisions/response-map.md).

{measured}

{maps} of {templates} templates have a map, {whole} of them a whole one. Contexts that were heard: {counts};
together {rows} rows.

## How well maps predict

Rank correlations (Spearman) of predicted with heard changes, over all rows in which an axis was driven. *Own* is
the figure that the axis is named after, *side* the same figure when another axis is driven. *Other contexts* leaves
one context of a template out and takes the mean of the rest; *other templates* takes the mean of the same move in
all other templates; *nearest templates* weighs the eight sounds of other templates whose figures are nearest. *All
together* ranks the changes of all figures at once, in audible steps.

{prediction}

## Directions

An axis is driven alone by 0.8; its own figure should follow. *Wrong* is the share of templates in which it goes the
other way at all, in the mean of the contexts that were heard; *heard* the share in which it does so by more than a
tenth of an audible step.

{directions}

### Where it is heard to go the wrong way

{wrong}
"""


def main() -> None:
    """Print and write."""
    maps = [known for one in template_ids() if (known := read_map(one)) is not None]
    PAGE.write_text(page(maps, measured=measured_line()), encoding="utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
