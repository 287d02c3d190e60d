"""What a request's presets go through before they ship: its words driven until they are heard, then all auditioned.

The auditions (`engine.refine.auditions`) try the macros and fit the variations first. Where the base is refused for
what its words were driven to, all is auditioned again with less of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.audition import Auditioned
from engine.generate import diff
from engine.generate.values import values_set
from engine.refine.auditions import audition_all
from engine.refine.refinement import Refinement
from engine.refine.verdicts import judged
from engine.render.pool import RenderPool
from engine.word_contracts import Tuned, figures_of, heard_at, tune
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Plan, Repaired, ValueSet
from schemas.variations import Variation, VariationsDiff

_HELD_BACK_TO = (0.6, 0.25)
"""Parts of what the words were driven to that a base is given which doesn't pass the gates with all of it."""


@dataclass(frozen=True, slots=True)
class RefinedRequest:
    """A request's presets after the last render: base first, and variations against the base as it ships."""

    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]
    """FLAC of each accepted preset, by id."""


def refine(plan: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> RefinedRequest:
    """A plan's base patch and its variations as they ship, or why they don't.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    A base that doesn't pass for what its words were driven to is heard again with less of them.
    """
    start = Refinement.of(plan, spec, variations, pool)
    driven = _driven(start)
    tuned, budget = driven.words, start.budget
    auditioned = audition_all(driven)
    for part in _HELD_BACK_TO if tuned.asked else ():
        if not auditioned.refused_by_gates or not budget.enough_to_audition:
            break
        less = audition_all(driven.with_words(tuned.weaker(part)), before=auditioned.cost)
        held_back = _held_back(tuned, part, auditioned.base)
        auditioned = replace(less, held_back=held_back) if less.accepted else replace(auditioned, cost=less.cost)
    heard = judged(auditioned.heard, tuned)
    base = heard[0].preset
    changes = {
        "repairs": (*auditioned.held_back, *(_swapped(one) for one in auditioned.replaced), *base.repairs),
        "renders": auditioned.cost.renders,
        "takes": auditioned.cost.takes,
        "tuning_renders": tuned.renders,
        "values": _values(start, base),
    }
    if base.status == "refused" and not budget.enough_to_audition:
        changes["refused_because"] = (*base.refused_because, budget.used_up)
    others = (_fitted(one.preset, auditioned.cost.fitting, _values(start, one.preset)) for one in heard[1:])
    ids = {one.preset.id for one in heard}
    unheard = (one for one in auditioned.unheard if one.id not in ids) if auditioned.accepted else ()
    return RefinedRequest(
        presets=(base.model_copy(update=changes), *others, *unheard),
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.preset.status == "accepted" and one.flac},
    )


def _driven(start: Refinement) -> Refinement:
    """The request with its words' axes driven until they are heard, or as far as they go."""
    note = start.notes[0]
    tuned = tune(start.plan.intent, start.spec, start.patch, start.twin, note=note, pool=start.pool)
    start.budget.spend(tuned.renders)
    driven = start.with_words(tuned)
    if driven.notes[0] == note:
        return driven
    again = _twins_again(driven, tuned)
    start.budget.spend(len(again.asked))
    return driven.with_words(again)


def _twins_again(refinement: Refinement, tuned: Tuned) -> Tuned:
    """The words with their twins heard at the notes of the sound that they made slower: like is told by like."""
    specs = [refinement.twin(one) for one in tuned.asked]
    heard = heard_at(specs, refinement.notes[0], refinement.pool)
    figures = (figures_of(one) for one in heard)
    twins = {one.axis: found for one, found in zip(tuned.asked, figures, strict=True) if found is not None}
    return replace(tuned, twins={**tuned.twins, **twins}, renders=tuned.renders + len(heard), centre=None)


def _values(refinement: Refinement, preset: HeardPreset) -> tuple[ValueSet, ...]:
    return values_set(refinement.plan.intent, preset.spec, preset.repairs, note=refinement.notes[0].note)


def _fitted(variation: HeardPreset, fitting: Mapping[str, int], values: tuple[ValueSet, ...]) -> HeardPreset:
    return variation.model_copy(update={"tuning_renders": fitting.get(variation.id, 0), "values": values})


def _held_back(tuned: Tuned, part: float, refused: HeardPreset) -> tuple[Repaired, ...]:
    subject = ", ".join(one.axis for one in tuned.asked)
    reason, unit = "; ".join(refused.refused_because), "% of what its words ask for"
    return (Repaired(kind="words", subject=subject, amount=round(100 * part), unit=unit, reason=reason),)


def _swapped(macro: MacroHeard) -> Repaired:
    reason = f"{macro.problem}, so the next role took its place"
    return Repaired(kind="role", subject=macro.label, amount=0.0, unit="% of its macro", reason=reason)


def _against_the_base(heard: tuple[Auditioned, ...]) -> VariationsDiff:
    base = heard[0].preset.spec.model_dump(mode="json")
    accepted = [one.preset for one in heard[1:] if one.preset.status == "accepted"]
    documents = [preset.spec.model_dump(mode="json") for preset in accepted]
    return VariationsDiff(
        variations=tuple(
            Variation.model_validate(
                {
                    "id": preset.id,
                    "type": preset.kind,
                    "patch": diff(base, document),
                    "inverse": diff(document, base),
                }
            )
            for preset, document in zip(accepted, documents, strict=True)
        )
    )
