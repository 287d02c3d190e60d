"""The closed loop: render, measure, and drive the axes whose words are not heard yet further.

An axis is driven by its role in the template and, past the end of that role, by `engine.generate.axis_moves`. All
of them stay within their bounds: a word that can't be satisfied costs a few renders and is reported, not forced.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.compiler import compile_spec, playable
from engine.errors import SpecError, VitalFileError
from engine.generate.words import MOST_DRIVE
from engine.render.job import Centre, NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.word_contracts.asked import MAX_AXES, AskedAxis, asked_axes
from engine.word_contracts.heard import TimbreFigures, is_reversed, words_heard
from schemas.intent import Axis, Intent, Style
from schemas.patch_spec import PatchSpec
from schemas.result import WordHeard

MAX_RENDERS = 16
"""Renders, those of the twins included; the rest of a sound's budget is for its macros and its audition."""
_LEAST_STEP, _LARGEST_STEP, _BLIND_STEP = 0.15, 0.6, 0.5
_ENOUGH, _AIMED_AT = 1.1, 1.25
"""Multiples of the wanted change: from the first on an axis is driven no further, and a step aims at the second.
What follows (macros, repairs, levelling) takes some of it back."""

_FADED_LUFS = -42.0
"""A sound softer than this is driven no further: levelling would turn up a sound that is hardly there."""

WordScore = tuple[int, int, float]
"""How well words are heard, greater is better: fewer the other way, more as far as wanted, nearer to that."""
_UNHEARD: WordScore = (-MAX_AXES, 0, 0.0)
Drives = Mapping[Axis, float]
Make = Callable[[Drives], PatchSpec]
"""A patch of the request with some axes driven."""
Twin = Callable[[AskedAxis], PatchSpec]
"""The patch of the request without the words that ask for an axis."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """How far each axis is driven, each twin's figures by the axis left out of it, and the renders it took."""

    asked: tuple[AskedAxis, ...]
    drives: Drives = field(default_factory=dict)
    twins: Mapping[Axis, TimbreFigures] = field(default_factory=dict)
    renders: int = 0
    centre: Centre | None = None
    """The note that was heard of the patch with these drives."""
    score: WordScore = (0, 0, 0.0)
    """How well its words were heard in that note."""
    the_other_way: tuple[Axis, ...] = ()
    """Axes whose words were heard the other way in it."""
    style: Style | None = None
    """What is common among human-made presets of this style says how far words go."""

    @property
    def complete(self) -> bool:
        """Whether every word was heard as far as wanted."""
        return self.score[:2] == (0, len(self.asked))

    def heard(self, figures: TimbreFigures) -> tuple[WordHeard, ...]:
        """The result for each word in a sound with these figures."""
        return words_heard(self.asked, self.twins, figures, self.style)

    def weaker(self, part: float) -> "Tuned":
        """The same with every axis driven only `part` as far: for a sound that the words would spoil."""
        driven = {one.axis: self.drives.get(one.axis, one.value) for one in self.asked}
        less = {axis: round(part * drive, 3) for axis, drive in driven.items()}
        return replace(self, drives=less, centre=None)


NOTHING_ASKED = Tuned(asked=(), drives=MappingProxyType({}), twins=MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Try:
    drives: Drives
    words: tuple[WordHeard, ...]
    centre: Centre | None

    @property
    def score(self) -> WordScore:
        """How well the words are heard."""
        near = sum(min(max(word.change / word.wanted, 0.0), _ENOUGH) for word in self.words)
        return -sum(map(is_reversed, self.words)), sum(word.satisfied for word in self.words), round(near, 6)


def tune(intent: Intent, first: PatchSpec, make: Make, twin: Twin, *, note: NotePlan, pool: RenderPool) -> Tuned:
    """Drives under which as many words as possible are heard; deterministic, at most `MAX_RENDERS` renders.

    `first` is the patch with the axes as the words set them. It is tried first, and if it stays the best there are
    no drives. A patch that can't be rendered ends the loop with the best so far: the audition says why.
    """
    asked = asked_axes(intent)
    if not asked:
        return NOTHING_ASKED
    drives: dict[Axis, float] = {one.axis: one.value for one in asked}
    undriven = dict(drives)
    heard = heard_at([twin(one) for one in asked] + [first], note, pool)
    figures, renders = [figures_of(one) for one in heard], len(heard)
    if any(one is None for one in figures):
        return replace(NOTHING_ASKED, renders=renders, score=_UNHEARD)
    twins = {one.axis: found for one, found in zip(asked, figures[:-1], strict=True) if found is not None}
    spec, centre, best = first, heard[-1], None
    while (found := figures_of(centre)) is not None:
        trial = _Try(dict(drives), words_heard(asked, twins, found, intent.style), centre)
        best = trial if best is None or trial.score > best.score else best
        further = _driven_on(trial)
        if further == drives or renders >= MAX_RENDERS:
            break
        drives, before = further, spec
        spec = make(drives)
        if spec == before:
            break  # all that is driven on has come to its end
        centre = heard_at([spec], note, pool)[0]
        renders += 1
    if best is None:
        return Tuned(asked, {}, twins, renders, score=_UNHEARD)
    found_drives = best.drives if best.drives != undriven else {}
    wrong = tuple(word.axis for word in best.words if is_reversed(word))
    return Tuned(asked, found_drives, twins, renders, best.centre, best.score, wrong, intent.style)


def _driven_on(trial: _Try) -> dict[Axis, float]:
    """The drives of the next round: further for each word not heard yet, by what the last round suggests."""
    found = dict(trial.drives)
    for word in trial.words:
        if word.change >= _ENOUGH * word.wanted or (word.satisfied and word.change < word.wanted):
            continue  # heard with some to spare, or at the end of its axis
        sign = 1.0 if word.asked > 0 else -1.0
        here = abs(found[word.axis])
        step = _BLIND_STEP
        if word.change > 0.1 * word.wanted:
            step = here * (_AIMED_AT * word.wanted / word.change - 1.0)
        step = min(max(step, _LEAST_STEP), _LARGEST_STEP)
        found[word.axis] = round(sign * min(here + step, MOST_DRIVE), 3)
    return found


def heard_at(specs: Sequence[PatchSpec], note: NotePlan, pool: RenderPool) -> list[Centre | None]:
    """What is heard of each patch at one note, timbre and all; none for one that can't be rendered."""
    jobs = [_job(str(number), spec, note) for number, spec in enumerate(specs)]
    outcomes = {one.key: one for one in pool.map([job for job in jobs if job is not None])}
    found = [outcomes.get(str(number)) for number in range(len(specs))]
    return [one.centre if isinstance(one, Rendered) else None for one in found]


def figures_of(heard: Centre | None) -> TimbreFigures | None:
    """The timbre of a sound that was heard, by axis; none where it wasn't, or is almost silent."""
    return heard.timbre if heard and heard.figures.loudness_lufs > _FADED_LUFS else None


def _job(key: str, spec: PatchSpec, note: NotePlan) -> RenderJob | None:
    try:
        preset = playable(compile_spec(spec)).preset
    except (SpecError, VitalFileError):
        return None
    return RenderJob(key=key, preset=preset, notes=(note,), preview=note, timbre=True)
