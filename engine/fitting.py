"""Variations that are heard as what their types say, and others in the place of those that are refused."""

from dataclasses import dataclass

from engine.audition import Heard, audition
from engine.catalog import template
from engine.contracts import Tuned, figures_of, heard_at, variation_heard
from engine.generate import apply_patch
from engine.making import measured_notes
from engine.render.job import Centre
from engine.render.pool import RenderPool
from engine.trial import Knobs, Patches, candidates
from engine.verdicts import judged
from schemas.patch_spec import PatchSpec
from schemas.variations import Variation

_PUSH = 1.8
"""How much further a variation goes whose type was not heard."""
_OTHER_TYPES = 2
"""Types that may be heard in place of one that is refused."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Variations that are heard as what their types say, their first notes, and what it took to find each, by id.

    What a type took that isn't heard counts for the one that takes its place.
    """

    variations: dict[str, Variation]
    centres: dict[str, Centre | None]
    renders: dict[str, int]
    base_renders: int


def fit(patches: Patches, spec: PatchSpec, tuned: Tuned, knobs: Knobs, pool: RenderPool) -> Fitting:
    """Variations that are heard as what their types say.

    A type that isn't heard is pushed further; if that doesn't help, another takes its place.
    """
    note = measured_notes(template(patches.made.template_id), patches.made.intent)[0]
    chosen: dict[str, Variation] = {}
    centres: dict[str, Centre | None] = {}
    spent: set[str] = set()
    base, base_renders = knobs.rest, 0
    renders: dict[str, int] = {}
    owed: list[int] = []
    for push in (1.0, _PUSH, 1.0, _PUSH):
        varied = patches.varied(spec, tuned, knobs, push=push, without=spent)
        fresh = [one for one in varied if one.id not in chosen]
        if not fresh:
            break
        specs = [apply_patch(spec, one.patch) for one in fresh]
        first = base is None and patches.budget.for_trials > 0
        heard = heard_at([spec, *specs] if first else specs, note, pool)
        for one in fresh:
            renders[one.id] = renders.get(one.id, owed.pop() if owed and push == 1.0 else 0) + 1
        figures = [figures_of(one.measurements if one else None) for one in heard]
        if first:
            base, _ = figures.pop(0), heard.pop(0)
            patches.budget.spend(1)
            base_renders += 1
        for one, found, rendered in zip(fresh, figures, heard, strict=True):
            centres[one.id] = rendered.centre if rendered else None
            if base is None or found is None or all(w.satisfied for w in variation_heard(one.type, base, found)):
                chosen[one.id] = one
        if push > 1.0:
            lost = [one.id for one in fresh if one.id not in chosen]
            spent, owed = spent.union(lost), [renders[id_] for id_ in lost]
    return Fitting(chosen, centres, renders, base_renders)


@dataclass(frozen=True, slots=True)
class StandIns:
    """Other types that pass, by the id of the refused variation whose place they take."""

    heard: dict[str, Heard]
    in_vain: dict[str, int]
    """Renders of types that did not pass either, by the id of the first variation that they were heard for."""


def stand_ins(
    patches: Patches, spec: PatchSpec, tuned: Tuned, knobs: Knobs, heard: tuple[Heard, ...], pool: RenderPool
) -> StandIns:
    """Other types in the place of variations that are refused: at most two are heard for each."""
    refused = [one.preset.id for one in judged(heard, tuned) if one.preset.status == "refused"]
    tried, passed, in_vain = {one.preset.id for one in heard}, list[Heard](), 0
    for _ in range(_OTHER_TYPES if refused else 0):
        variations = patches.varied(spec, tuned, knobs, without=tried)[: len(refused) - len(passed)]
        if not variations:
            break
        tried.update(one.id for one in variations)
        more = audition(candidates(patches.made, spec, variations)[1:], pool)
        for one, verdict in zip(more, judged((heard[0], *more), tuned)[1:], strict=True):
            if verdict.preset.status == "accepted":
                passed.append(one)
            else:
                in_vain += one.preset.renders
    return StandIns(dict(zip(refused, passed, strict=False)), dict.fromkeys(refused[:1], in_vain))
