"""The task of the pairs: does the opposite word move the sound the right way?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.sound.evaluators import BenchAxis, Evaluator
from bench.sound.pairs import Pair
from bench.sound.systems import Made, System
from bench.sound.workshop import Workshop
from engine.render.job import NotePlan

HOLD_S, RENDER_S, VELOCITY = 2.0, 4.0, 0.8


@dataclass(frozen=True)
class Ordered:
    """One pair of one system."""

    system: str
    pair: Pair
    figures: Mapping[str, tuple[float, float]]
    """Figure of the low and of the high side, by evaluator, the one that decides first; empty if there are none."""
    problem: str = ""
    templates: tuple[str | None, str | None] = (None, None)

    @property
    def verdicts(self) -> dict[str, bool]:
        """Whether each evaluator orders the pair; a tie is wrong."""
        return {name: high > low for name, (low, high) in self.figures.items()}

    @property
    def right(self) -> bool:
        """Whether the evaluator that decides orders the pair."""
        return next(iter(self.verdicts.values()), False)


def judge(
    pair: Pair, system: System, evaluators: Mapping[BenchAxis, Sequence[Evaluator]], shop: Workshop
) -> Ordered:
    """Both sides made with one seed, played alike and measured."""
    made = [shop.make(system, prompt, pair.seed) for prompt in (pair.low, pair.high)]
    templates = (made[0].template, made[1].template)
    sides: list[dict[str, float]] = []
    for prompt, one in zip((pair.low, pair.high), made, strict=True):
        found = _figures(one, pair, evaluators[pair.axis], shop)
        if isinstance(found, str):
            return Ordered(system.name, pair, {}, f"{prompt}: {found}", templates)
        sides.append(found)
    low, high = sides
    return Ordered(system.name, pair, {name: (low[name], high[name]) for name in low}, "", templates)


def _figures(result: Made, pair: Pair, evaluators: Sequence[Evaluator], shop: Workshop) -> dict[str, float] | str:
    if result.refused:
        return f"refused: {result.refused}"
    return shop.figures(result.preset, NotePlan(pair.note, VELOCITY, HOLD_S, RENDER_S), evaluators)
