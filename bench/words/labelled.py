"""The labelled prompts, and which half of them each belongs to."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, cast

import yaml

from schemas.intent import Axis, Style

_HELD_OUT_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Labelled:
    """A prompt with what a preset maker would make of it."""

    prompt: str
    style: Style
    types: tuple[str, ...] = ()
    """Sub-types that are all right as the first one; none: not judged."""
    axes: tuple[tuple[Axis, int], ...] = ()
    """The side, +1 or -1, of each axis that the prompt plainly asks for."""

    @property
    def held_out(self) -> bool:
        """Whether the row is kept from tuning: decided by its text alone, about 40 % of all."""
        digest = sha256(self.prompt.encode()).digest()
        return int.from_bytes(digest[:8], "big") < _HELD_OUT_SHARE * 2**64


@cache
def labelled() -> tuple[Labelled, ...]:
    """All rows of `prompts.yaml`, in its order."""
    text = (files("bench.words") / "prompts.yaml").read_text(encoding="utf-8")
    return tuple(_row(row) for row in yaml.safe_load(text))


def _row(row: dict[str, Any]) -> Labelled:
    axes = tuple((cast("Axis", axis), int(sign)) for axis, sign in row.get("axes", {}).items())
    return Labelled(str(row["prompt"]), row["style"], tuple(row.get("types", ())), axes)
