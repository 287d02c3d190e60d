"""Makes, hears and measures presets for the tasks, each only once, and keeps to the time that was given."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.sound.clip import Clip
from bench.sound.evaluators import Evaluator
from bench.sound.keep import Keep, digest, sources_digest
from bench.sound.levels import BenchLevels
from bench.sound.studio import Studio, audio_key
from bench.sound.systems import Made, System
from engine.render.job import NotePlan
from engine.render.pool import RenderPool

_ENGINE = ("engine", "schemas", "template_catalog")
_MEASURES = (
    *(f"bench/sound/{name}.py" for name in ("clip", "measures", "libraries", "features", "levels")),
    "requirements-bench.txt",
)
_ANSWERS = (*_MEASURES, "bench/sound/evaluators.py", "bench/sound/known_answers.py")


class OutOfTimeError(Exception):
    """The time that was given is over; what is kept so far stays."""


@dataclass(frozen=True)
class Deadline:
    """A moment by the monotonic clock."""

    at_s: float

    @classmethod
    def in_minutes(cls, minutes: float) -> "Deadline":
        """So many minutes from now."""
        return cls(time.monotonic() + 60 * minutes)

    def check(self) -> None:
        """Raises OutOfTimeError if it is over."""
        if time.monotonic() > self.at_s:
            raise OutOfTimeError


class Workshop:
    """`make`, `figures` and `features` answer from what is kept in `folder` where they can.

    What is new raises OutOfTimeError once the deadline is over.
    """

    def __init__(self, pool: RenderPool, folder: Path, deadline: Deadline) -> None:
        self.studio = Studio(pool, folder / "audio")
        self._deadline = deadline
        self._made = Keep(folder / "made.jsonl")
        self._figures = Keep(folder / "figures.jsonl")
        self._sources = sources_digest(*_ENGINE)
        self._measures = sources_digest(*_MEASURES)

    def allow(self, minutes: float) -> None:
        """So many minutes from now, whatever was left."""
        self._deadline = Deadline.in_minutes(minutes)

    def known_answers(self, make: Callable[[], dict[str, list[str]]]) -> dict[str, list[str]]:
        """By evaluator what it gets wrong; held to the signals anew when anything about either has changed."""
        found: dict[str, list[str]] = self._figures.get(f"known answers {sources_digest(*_ANSWERS)}", make)
        return found

    def make(self, system: System, prompt: str, seed: int) -> Made:
        """The system's preset for a prompt."""
        key = digest(system.name, system.version, self._sources, prompt, str(seed))
        return _from_json(self._made.get(key, lambda: self._timed(lambda: _to_json(system.make(prompt, seed)))))

    def figures(
        self, preset: bytes, plan: NotePlan, evaluators: Sequence[Evaluator], *, take: int = 0
    ) -> dict[str, float] | str:
        """Each evaluator's figure by name, or why there are none."""
        heard: list[Clip | str] = []

        def measured(evaluator: Evaluator) -> float | str:
            if not heard:
                heard.append(self.studio.hear(preset, plan, take=take))
            clip = heard[0]
            if isinstance(clip, str):
                return clip
            return "silent" if clip.silent else evaluator.measure(clip)

        found: dict[str, float] = {}
        for one in evaluators:
            key = digest(audio_key(preset, plan, take), one.name, self._measures)
            figure = self._figures.get(key, partial(self._timed, partial(measured, one)))
            if isinstance(figure, str):
                return figure
            found[one.name] = figure
        return found

    def vector(
        self, preset: bytes, plan: NotePlan, name: str, measure: Callable[[Clip], Any], *, take: int = 0
    ) -> list[float] | str:
        """What `measure` makes of the clip, a list of numbers, or why there is none."""

        def made() -> list[float] | str:
            clip = self.studio.hear(preset, plan, take=take)
            if isinstance(clip, str):
                return clip
            return "silent" if clip.silent else np.asarray(measure(clip), dtype=np.float64).tolist()

        key = digest(audio_key(preset, plan, take), name, self._measures)
        found: list[float] | str = self._figures.get(key, lambda: self._timed(made))
        return found

    def levels(self, preset: bytes, plan: NotePlan, measure: Callable[[Clip], BenchLevels]) -> BenchLevels | str:
        """Loudness, peak and mono loss of the clip, silent or not, or why there is none."""

        def made() -> list[float] | str:
            clip = self.studio.hear(preset, plan)
            return clip if isinstance(clip, str) else list(astuple(measure(clip)))

        key = digest(audio_key(preset, plan, 0), "levels", self._measures)
        found = self._figures.get(key, lambda: self._timed(made))
        return found if isinstance(found, str) else BenchLevels(*found)

    def _timed(self, make: Callable[[], Any]) -> Any:
        self._deadline.check()
        return make()


def _to_json(result: Made) -> dict[str, Any]:
    return {**asdict(result), "preset": base64.b64encode(result.preset).decode(), "plan": list(result.plan)}


def _from_json(kept: dict[str, Any]) -> Made:
    return Made(**{**kept, "preset": base64.b64decode(kept["preset"]), "plan": NotePlan(*kept["plan"])})
