"""What is compared: each system makes one preset of a prompt and a seed."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from bench.sound import space
from engine.catalog import catalog
from engine.compiler import compile_spec, playable
from engine.errors import GateError
from engine.generate.patch import make_patch
from engine.generate.seeds import pick, share
from engine.planner import plan
from engine.render.job import NotePlan, Outcome, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.stages import run_request
from schemas.intent import Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.request import Request
from schemas.template import MacroTemplate

MIDDLE = NotePlan(60, 0.8, 1.0, 3.0)
"""How a preset is played whose system doesn't say how."""


@dataclass(frozen=True)
class Made:
    """A preset, or why there is none; `plan` is the note that its system means it for."""

    preset: bytes = b""
    style: str | None = None
    template: str | None = None
    plan: NotePlan = MIDDLE
    refused: str = ""
    renders: int = 0
    """Times that a preset was loaded and rendered before this one was settled."""
    rendered_s: float = 0.0
    """Seconds of audio rendered in these."""
    wall_s: float = 0.0


class System(Protocol):
    """Something that makes presets of prompts."""

    name: str
    version: str
    """Of what it does by itself, beside the engine and the templates: another version makes everything anew."""

    def understands(self, prompt: str) -> str | None:
        """The style that it takes a prompt for, if it can tell without making a preset."""
        ...

    def make(self, prompt: str, seed: int) -> Made:
        """The preset for a prompt."""
        ...


class CountingPool(RenderPool):
    """A render pool that counts what it renders."""

    renders = 0
    rendered_s = 0.0

    def map(self, jobs: Iterable[RenderJob]) -> Iterator[Outcome]:
        """As `RenderPool.map`."""
        for outcome in super().map(jobs):
            self.renders += 1
            self.rendered_s += outcome.cost.audio_s if isinstance(outcome, Rendered) else 0.0
            yield outcome


class Rules:
    """The engine: planner, template, words, audition; the base preset only."""

    name = "rules"
    version = "1"

    def __init__(self, pool: CountingPool) -> None:
        self._pool = pool

    def understands(self, prompt: str) -> str | None:
        """The planner's style."""
        return plan(prompt).style

    def make(self, prompt: str, seed: int) -> Made:
        """The preset for a prompt, as it ships."""
        renders, rendered_s, started = self._pool.renders, self._pool.rendered_s, time.perf_counter()
        found: dict[str, Any] = {}
        try:
            bundle = run_request(Request(prompt=prompt, seed=seed, variations=0), self._pool)
        except GateError as error:
            found["refused"] = str(error)
        else:
            template = catalog()[bundle.manifest.template_id]
            found["preset"] = bundle.files[bundle.manifest.presets[0].files.preset]
            found.update(style=bundle.manifest.style, template=template.id, plan=_as_played(template))
        return Made(
            **found,
            renders=self._pool.renders - renders,
            rendered_s=self._pool.rendered_s - rendered_s,
            wall_s=time.perf_counter() - started,
        )


class Random:
    """Patches drawn evenly from `space`, whatever the prompt; no template, no word."""

    name = "random"
    version = "1"

    def understands(self, prompt: str) -> str | None:
        """None."""
        return None

    def make(self, prompt: str, seed: int) -> Made:
        """A patch that depends on prompt and seed as a hash does."""
        started = time.perf_counter()
        draft = space.start()
        for pointer, likely in space.SWITCHES.items():
            space.write(draft, pointer, share("random", pointer, seed, prompt) < likely)
        for pointer, options in space.OPTIONS.items():
            space.write(draft, pointer, pick(options, "random", pointer, seed, prompt))
        for pointer, span in space.SPANS.items():
            parameter = draft.parameter(pointer)
            low, high = parameter.to_stored(span.low), parameter.to_stored(span.high)
            space.write(
                draft, pointer, parameter.to_person(low + share("random", pointer, seed, prompt) * (high - low))
            )
        for source in ("env_2", "lfo_1", "lfo_2"):
            if share("routed", source, seed, prompt) < 0.5:
                amount = 2 * share("amount", source, seed, prompt) - 1
                space.route(draft, source, pick(space.TARGETS, "target", source, seed, prompt), 0.4 * amount)
        return Made(preset_of(draft.spec()), wall_s=time.perf_counter() - started)


class Retrieval:
    """The template whose name, description and sub-types are nearest to the prompt, its base as it is.

    Nearest by the cosine of TF-IDF vectors of words and of letter groups.
    """

    name = "retrieval"
    version = "1"

    def understands(self, prompt: str) -> str | None:
        """The nearest template's style."""
        return self.nearest(prompt).category

    def make(self, prompt: str, seed: int) -> Made:
        """The base patch of the nearest template."""
        started = time.perf_counter()
        template = self.nearest(prompt)
        empty = Intent(
            planner_version="none", prompt="-", usable=False, style=template.category, style_confidence=0
        )
        spec = make_patch(empty, template, seed=0, metadata=Metadata(name=template.name)).spec
        return Made(
            preset_of(spec),
            style=template.category,
            template=template.id,
            plan=_as_played(template),
            wall_s=time.perf_counter() - started,
        )

    def nearest(self, prompt: str) -> MacroTemplate:
        """The template with the highest cosine; among equal ones the first by id."""
        vectorizer, documents = self._index
        likeness = (documents @ vectorizer.transform([prompt]).T).toarray()[:, 0]
        return list(catalog().values())[int(likeness.argmax())]

    @cached_property
    def _index(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        vectorizer = FeatureUnion(
            [
                ("words", TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=r"[a-z0-9]+")),
                ("letters", TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5))),
            ]
        )
        texts = [f"{t.name}. {t.category}. {t.description} {' '.join(t.subtypes)}" for t in catalog().values()]
        return vectorizer, vectorizer.fit_transform(texts)


def preset_of(spec: PatchSpec) -> bytes:
    """A spec as the file that would ship."""
    return playable(compile_spec(spec)).preset


def _as_played(template: MacroTemplate) -> NotePlan:
    play = template.play
    return NotePlan(template.compass.center, play.velocity, play.hold_s, play.render_s)
