"""How much of what people make a library covers, and which sounds were drawn anew to tell presets apart."""

from typing import Annotated

from pydantic import Field

from schemas.base import Strict
from schemas.intent import Axis, Share, Style

Distance = Annotated[float, Field(ge=0)]
"""1 is where a listener has two presets, and not one played twice."""


class StyleCoverage(Strict):
    """A style of a library beside the human-made presets of that style."""

    style: Style
    presets: int = Field(ge=1, description="presets of that style, variations included")
    cells: int = Field(ge=1, description="regions of the feature space where human-made presets of it lie")
    cells_reached: int = Field(ge=0, description="of these, the ones where a preset of the library lies")
    cells_reached_by_people: float = Field(
        ge=0, description="how many of them as many human-made presets, drawn at random, reach on average"
    )
    axes: dict[Axis, Share] = Field(
        description="of each axis, the share of the range from the 5th to the 95th percentile of human-made "
        "presets that lies between the library's lowest and highest figure"
    )
    nearest: Distance | None = Field(
        description="median distance of a base preset to its nearest neighbour by the axes alone (1: two presets); "
        "none for fewer than two"
    )
    nearest_of_people: Distance | None = Field(
        description="the same for an equal number of human-made presets, drawn at random; none for fewer than two"
    )


class Coverage(Strict):
    """Every style that a library has presets of."""

    human_presets: int = Field(ge=1, description="human-made presets that it is compared with, of all styles")
    styles: tuple[StyleCoverage, ...]


class Redrawn(Strict):
    """A request whose first sound was a near-duplicate, so that another seed drew one that is not."""

    bundle_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    title: str
    prompt: str
    asked_seed: Annotated[int, Field(ge=0)]
    seed: Annotated[int, Field(ge=0)]
    """The seed that was used: the request with this one, and `title` as its name, gives the same bundle."""
    sounded_like: str
    """Title of the preset that its first sound was a near-duplicate of."""
