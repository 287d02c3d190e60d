"""Variations that are heard as what their types say, and others in the place of those that are refused."""

from dataclasses import dataclass

from engine.audition import Auditioned, audition
from engine.generate import apply_patch
from engine.refine.refinement import Refinement
from engine.refine.verdicts import judged
from engine.render.job import Centre
from engine.word_contracts import figures_of, heard_at, variation_heard
from schemas.patch_spec import PatchSpec
from schemas.variations import Variation

_PUSH = 1.8
"""How much further a variation goes whose type was not heard."""
_OTHER_TYPES = 2
"""Types that may be heard in place of one that is refused."""


@dataclass(frozen=True, slots=True)
class FittedVariations:
    """Variations that are heard as what their types say, their first notes, and what it took to find each, by id.

    What a type took that isn't heard counts for the one that takes its place.
    """

    variations: dict[str, Variation]
    centres: dict[str, Centre | None]
    renders: dict[str, int]
    base_renders: int


def fit_variations(refinement: Refinement, base: PatchSpec) -> FittedVariations:
    """Variations of `base` that are heard as what their types say.

    A type that isn't heard is pushed further; if that doesn't help, another takes its place.
    """
    budget, note, pool = refinement.budget, refinement.notes[0], refinement.pool
    chosen: dict[str, Variation] = {}
    centres: dict[str, Centre | None] = {}
    spent: set[str] = set()
    timbre, base_renders = refinement.macros.timbre, 0
    renders: dict[str, int] = {}
    owed: list[int] = []
    for push in (1.0, _PUSH, 1.0, _PUSH):
        varied = refinement.varied(base, push=push, without=spent)
        fresh = [one for one in varied if one.id not in chosen]
        if not fresh:
            break
        specs = [apply_patch(base, one.patch) for one in fresh]
        first = timbre is None and budget.for_trials > 0
        heard = heard_at([base, *specs] if first else specs, note, pool)
        for one in fresh:
            renders[one.id] = renders.get(one.id, owed.pop() if owed and push == 1.0 else 0) + 1
        figures = [figures_of(one.measurements if one else None) for one in heard]
        if first:
            timbre, _ = figures.pop(0), heard.pop(0)
            budget.spend(1)
            base_renders += 1
        for one, found, rendered in zip(fresh, figures, heard, strict=True):
            centres[one.id] = rendered.centre if rendered else None
            if (
                timbre is None
                or found is None
                or all(w.satisfied for w in variation_heard(one.type, timbre, found))
            ):
                chosen[one.id] = one
        if push > 1.0:
            lost = [one.id for one in fresh if one.id not in chosen]
            spent, owed = spent.union(lost), [renders[id_] for id_ in lost]
    return FittedVariations(chosen, centres, renders, base_renders)


@dataclass(frozen=True, slots=True)
class StandIns:
    """Other types that pass, by the id of the refused variation whose place they take."""

    heard: dict[str, Auditioned]
    failed_renders: dict[str, int]
    """Renders of types that did not pass either, by the id of the first variation that they were heard for."""


def stand_ins(refinement: Refinement, base: PatchSpec, heard: tuple[Auditioned, ...]) -> StandIns:
    """Other types in the place of variations of `base` that are refused: at most two are heard for each."""
    words = refinement.words
    refused = [one.preset.id for one in judged(heard, words) if one.preset.status == "refused"]
    tried, passed, failed_renders = {one.preset.id for one in heard}, list[Auditioned](), 0
    for _ in range(_OTHER_TYPES if refused else 0):
        variations = refinement.varied(base, without=tried)[: len(refused) - len(passed)]
        if not variations:
            break
        tried.update(one.id for one in variations)
        more = audition(refinement.candidates(base, variations)[1:], refinement.pool)
        for one, verdict in zip(more, judged((heard[0], *more), words)[1:], strict=True):
            if verdict.preset.status == "accepted":
                passed.append(one)
            else:
                failed_renders += one.preset.renders
    return StandIns(dict(zip(refused, passed, strict=False)), dict.fromkeys(refused[:1], failed_renders))
