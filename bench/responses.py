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
from engine.responses import FELT, FIGURES, GRAINS, Direction, contexts_of, directions, read_map
from engine.responses.figures import LEVELS
from engine.word_contracts import AUDIBLE
from schemas.intent import AXES, Style
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
_OWNERS = 2
"""As many templates of a style should own each axis and direction."""
_REASONS: Mapping[tuple[Style, str], str] = {}
"""By style and axis: why fewer do."""


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


def page(maps: Sequence[ResponseMap], *, measured: str) -> str:
    """docs/responses.md."""
    heard = rows(maps)
    cells = matrix(maps)
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
        not_owned=_not_owned(cells),
        few_owners=_few_owners(cells),
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


@dataclass(frozen=True)
class DirectionCell:
    """A cell of the matrix of directions, and whose it is."""

    template_id: str
    style: Style
    direction: Direction

    @property
    def goes_wrong(self) -> bool:
        """Whether it isn't owned because it is heard to go the other way."""
        return not self.direction.owned and self.direction.change <= -FELT


def matrix(maps: Sequence[ResponseMap]) -> list[DirectionCell]:
    """All templates' rows."""
    styles: dict[str, Style] = {one.template_id: template(one.template_id).category for one in maps}
    return [
        DirectionCell(one.template_id, styles[one.template_id], found) for one in maps for found in directions(one)
    ]


def _directions(cells: Sequence[DirectionCell]) -> str:
    lines = [
        "| axis | down: owned | unmoved | other way | up: owned | unmoved | other way | cells |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for axis in (*AXES, "all"):
        mine = [cell for cell in cells if axis in ("all", cell.direction.axis)]
        sides = [[cell for cell in mine if cell.direction.up == up] for up in (False, True)]
        counts = [str(count) for side in sides for count in _counts(side)]
        name, told = (axis, counts) if axis != "all" else ("**all**", [f"**{count}**" for count in counts])
        lines.append(f"| {name} | " + " | ".join(told) + f" | {len(mine)} |")
    lacking = sum(not cell.direction.owned for cell in cells)
    share = 100 * lacking / max(len(cells), 1)
    return "\n".join(lines) + f"\n\nNot owned: {lacking} of {len(cells)} cells, {share:.1f} %."


def _counts(cells: Sequence[DirectionCell]) -> tuple[int, int, int]:
    owned = sum(cell.direction.owned for cell in cells)
    backwards = sum(cell.goes_wrong for cell in cells)
    return owned, len(cells) - owned - backwards, backwards


def _not_owned(cells: Sequence[DirectionCell]) -> str:
    """A line an axis and direction: the templates that don't own it, with the change, the worst first."""
    lines = ["| axis and direction | templates, by how many audible steps their figure follows |", "|---|---|"]
    lacking = [cell for cell in cells if not cell.direction.owned]
    for name in dict.fromkeys(cell.direction.name for cell in cells):
        found = sorted(
            (round(cell.direction.change, 1), cell.template_id) for cell in lacking if cell.direction.name == name
        )
        if found:
            lines.append(f"| {name} | " + ", ".join(f"{who} {change + 0.0:.1f}" for change, who in found) + " |")
    return "\n".join(lines)


def few_owners(cells: Sequence[DirectionCell]) -> dict[tuple[Style, str], int]:
    """Styles with the axes and directions that fewer than two of their templates own, and how many do."""
    counts: dict[tuple[Style, str], int] = {}
    for cell in cells:
        key = cell.style, cell.direction.name
        counts[key] = counts.get(key, 0) + cell.direction.owned
    return {key: count for key, count in counts.items() if count < _OWNERS}


def _few_owners(cells: Sequence[DirectionCell]) -> str:
    found = few_owners(cells)
    if not found:
        return "Every style has two owners or more of each axis and direction."
    lines = ["| style | axis and direction | owners | why |", "|---|---|---|---|"]
    for (style, name), count in found.items():
        why = _REASONS.get((style, name.partition(" ")[0]), "not known")
        lines.append(f"| {style} | {name} | {count} | {why} |")
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

An axis is driven alone by 0.8; its own figure should follow. A template *owns* a cell if the figure moves that
way by a tenth of an audible step or more in the mean of the contexts that were heard, and not the other way in most
of them; or if the sound stands at that end already, as a struck sound does of a quick attack. *Unmoved* are cells
whose figure moves by less, *other way* those in which it is heard to go the other way. Neither is owned:
`template_catalog/not_owned.json` says so. A template that owns what words ask for is preferred, and people are told
what the template of their sound can't be made.

{directions}

### Styles with fewer than two owners

{few_owners}

### What templates don't own

{not_owned}
"""


def main() -> None:
    """Print and write."""
    maps = [known for one in template_ids() if (known := read_map(one)) is not None]
    PAGE.write_text(page(maps, measured=measured_line()), encoding="utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
