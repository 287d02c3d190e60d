"""The spread of human-made presets: nothing but figures, measured once (`bench/human_spread.py`)."""

from functools import cache
from importlib import resources
from typing import Annotated, get_args

from pydantic import Field

from schemas.base import Strict
from schemas.intent import Axis, Share, Style

AXES_IN_ORDER: tuple[Axis, ...] = get_args(Axis)


class Cell(Strict):
    """A region of the feature space in which human-made presets lie."""

    centre: dict[Axis, float]
    share: Share
    """Of the style's human-made presets, how many lie here."""


class HumanStyle(Strict):
    """The human-made presets of one style."""

    presets: int
    ranges: dict[Axis, tuple[float, float]]
    """5th and 95th percentile of each axis."""
    cells: tuple[Cell, ...]
    reach: Annotated[float, Field(gt=0)]
    """Distance to the nearest centre that 90 % of human presets keep, if the cells were found without them."""
    nearest: dict[str, float]
    """Median distance to the nearest neighbour among that many presets, drawn at random."""

    def nearest_among(self, count: int) -> float:
        """The same for any number of at least two: that of the largest sample that is not larger."""
        sizes = sorted(int(size) for size in self.nearest)
        return self.nearest[str(max(size for size in sizes if size <= max(count, sizes[0])))]


class HumanSpread(Strict):
    """Every style."""

    presets: int
    scale: dict[Axis, float]
    """What an axis is divided by: the range from its 5th to its 95th percentile over all styles."""
    styles: dict[Style, HumanStyle]


@cache
def human_spread() -> HumanSpread:
    """The committed figures."""
    text = resources.files("engine.diversity").joinpath("human_spread.json").read_text("utf-8")
    return HumanSpread.model_validate_json(text)
