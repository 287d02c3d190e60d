"""Variations that are heard as what their types say, and others in the place of those that are refused."""

from dataclasses import dataclass
from hashlib import sha256

from engine.audition import Auditioned, audition
from engine.compiler import canonical_bytes, compile_spec
from engine.generate import apply_patch
from engine.refine.refinement import Refinement
from engine.refine.verdicts import judged, not_heard
from engine.render.job import Centre
from engine.word_contracts import figures_of, heard_at, variation_heard
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, WordHeard
from schemas.variations import Variation

_PUSH = 1.8
"""How much further a variation goes whose type was not heard."""
_ROUNDS = 4
"""How often another type takes the place of one that isn't heard."""
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
    unheard: tuple[HeardPreset, ...] = ()
    """One for each that is missing of those asked for: the types that were given up first, with the reason."""


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
    given_up: dict[str, HeardPreset] = {}
    for push in (1.0, _PUSH) * _ROUNDS:
        varied = refinement.varied(base, push=push, without=spent)
        fresh = [one for one in varied if one.id not in chosen]
        if not fresh:
            break
        specs = [apply_patch(base, one.patch) for one in fresh]
        first = timbre is None and budget.for_trials > 0
        heard = heard_at([base, *specs] if first else specs, note, pool)
        for one in fresh:
            renders[one.id] = renders.get(one.id, owed.pop() if owed and push == 1.0 else 0) + 1
        figures = [figures_of(one) for one in heard]
        if first:
            timbre, _ = figures.pop(0), heard.pop(0)
            budget.spend(1)
            base_renders += 1
        for one, found, centre in zip(fresh, figures, heard, strict=True):
            centres[one.id] = centre
            words = () if timbre is None or found is None else variation_heard(one.type, timbre, found)
            if all(word.satisfied for word in words):
                chosen[one.id] = one
            else:
                given_up[one.id] = _refused(one, apply_patch(base, one.patch), words, renders[one.id])
        if push > 1.0:
            lost = [one.id for one in fresh if one.id not in chosen]
            spent, owed = spent.union(lost), [renders[id_] for id_ in lost]
    missing = refinement.plan.request.variations - len(chosen)
    unheard = tuple(preset for id_, preset in given_up.items() if id_ not in chosen)[: max(missing, 0)]
    return FittedVariations(chosen, centres, renders, base_renders, unheard)


def _refused(variation: Variation, spec: PatchSpec, words: tuple[WordHeard, ...], renders: int) -> HeardPreset:
    """A variation that is not heard as what its type says, however far it is pushed."""
    return HeardPreset(
        id=variation.id,
        kind=variation.type,
        title=spec.metadata.name,
        status="refused",
        refused_because=tuple(not_heard(word) for word in words),
        spec=spec,
        preset_sha256=sha256(canonical_bytes(compile_spec(spec))).hexdigest(),
        words=words,
        tuning_renders=renders,
    )


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
