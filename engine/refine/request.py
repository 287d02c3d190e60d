"""What a request's presets go through before they ship: tuned until the words are heard, then auditioned.

A macro that doesn't do what its role says, or can't be made safe, is given to another role, and a variation that
doesn't do what its type says is pushed further; then all is heard again. In place of a variation that is refused,
another type is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.audition import MAX_PASSES, Auditioned, audition
from engine.compiler.to_vital import macros_by_number
from engine.generate import diff
from engine.generate.values import values_set
from engine.macros import failed
from engine.refine.macro_trial import REPLACEMENTS, try_roles
from engine.refine.refinement import Refinement
from engine.refine.variations import fit_variations, stand_ins
from engine.refine.verdicts import judged
from engine.render.job import Centre
from engine.render.pool import RenderPool
from engine.word_contracts import AskedAxis, Drives, Tuned, figures_of, heard_at, tune, without_words
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


@dataclass(frozen=True, slots=True)
class _Cost:
    """What hearing a base has cost, and what fitting each of its variations has, by id."""

    renders: int = 0
    takes: int = 0
    fitting: Mapping[str, int] = field(default_factory=dict)


_NOTHING = _Cost()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What was heard in the last audition, base first; the roles that were replaced; and what all cost."""

    heard: tuple[Auditioned, ...]
    replaced: tuple[MacroHeard, ...]
    cost: _Cost
    unheard: tuple[HeardPreset, ...] = ()
    """Variations that were given up before the audition."""
    held_back: tuple[Repaired, ...] = ()

    @property
    def base(self) -> HeardPreset:
        return self.heard[0].preset

    @property
    def accepted(self) -> bool:
        return self.base.status == "accepted"

    @property
    def refused_by_gates(self) -> bool:
        """And not because it could not be rendered in time: how busy a machine is decides nothing that ships."""
        failures = self.base.gates.failures if self.base.gates else ()
        reasons = {result.reason for result in failures}
        return not self.accepted and bool(reasons) and set(self.base.refused_because) <= reasons


def refine(plan: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> RefinedRequest:
    """A plan's base patch and its variations as they ship, or why they don't.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    A base that doesn't pass for what its words were driven to is heard again with less of them.
    """
    start = Refinement.of(plan, spec, variations, pool)
    tuned, budget = _tuned(start), start.budget
    budget.spend(tuned.renders)
    driven = start.with_words(tuned)
    if driven.notes[0] != start.notes[0]:
        tuned = _twins_again(driven, tuned)
        driven = driven.with_words(tuned)
        budget.spend(len(tuned.asked))
    attempt = _attempt(driven)
    for part in _HELD_BACK_TO if tuned.asked else ():
        if not attempt.refused_by_gates or not budget.enough_to_audition:
            break
        less = _attempt(driven.with_words(tuned.weaker(part)), before=attempt.cost)
        held_back = _held_back(tuned, part, attempt.base)
        attempt = replace(less, held_back=held_back) if less.accepted else replace(attempt, cost=less.cost)
    heard = judged(attempt.heard, tuned)
    base = heard[0].preset
    changes = {
        "repairs": (*attempt.held_back, *(_swapped(one) for one in attempt.replaced), *base.repairs),
        "renders": attempt.cost.renders,
        "takes": attempt.cost.takes,
        "tuning_renders": tuned.renders,
        "values": _values(start, base),
    }
    if base.status == "refused" and not budget.enough_to_audition:
        changes["refused_because"] = (*base.refused_because, budget.used_up)
    others = (_fitted(one.preset, attempt.cost.fitting, _values(start, one.preset)) for one in heard[1:])
    ids = {one.preset.id for one in heard}
    unheard = (one for one in attempt.unheard if one.id not in ids) if attempt.accepted else ()
    return RefinedRequest(
        presets=(base.model_copy(update=changes), *others, *unheard),
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.preset.status == "accepted" and one.flac},
    )


def _tuned(refinement: Refinement) -> Tuned:
    """How far the words' axes have to be driven until they are heard."""

    def make(drives: Drives) -> PatchSpec:
        return refinement.patch(drives=drives)

    def twin(asked: AskedAxis) -> PatchSpec:
        return refinement.patch(intent=without_words(refinement.plan.request, refinement.plan.intent, asked))

    intent, note = refinement.plan.intent, refinement.notes[0]
    return tune(intent, refinement.spec, make, twin, note=note, pool=refinement.pool)


def _twins_again(refinement: Refinement, tuned: Tuned) -> Tuned:
    """The words with their twins heard at the notes of the sound that they made slower: like is told by like."""
    plan = refinement.plan
    intents = [without_words(plan.request, plan.intent, one) for one in tuned.asked]
    specs = [refinement.patch(intent=intent) for intent in intents]
    heard = heard_at(specs, refinement.notes[0], refinement.pool)
    figures = (figures_of(one.measurements if one else None) for one in heard)
    twins = {one.axis: found for one, found in zip(tuned.asked, figures, strict=True) if found is not None}
    return replace(tuned, twins={**tuned.twins, **twins}, renders=tuned.renders + len(heard))


def _attempt(refinement: Refinement, *, before: _Cost = _NOTHING) -> _Attempt:
    """The base with its words driven so far, and what varies it: macros tried, then all auditioned.

    A role that can't be made safe is replaced by the next, and all is heard again.
    """
    budget = refinement.budget
    refinement = refinement.with_macros(tried := try_roles(refinement))
    spec = refinement.base()
    fitted = fit_variations(refinement, spec)
    variations = tuple(fitted.variations.values())
    heard = _auditioned(refinement, spec, variations, {**fitted.centres, "base": tried.centre})
    renders, takes = tried.renders + fitted.base_renders, tried.takes
    for _ in range(REPLACEMENTS):
        base = heard[0].preset
        unsafe = failed(base.macros)
        if base.status == "accepted" or not unsafe or not budget.enough_to_audition:
            break
        renders, takes = renders + base.renders, takes + base.takes
        tried = replace(tried, replaced=(*tried.replaced, *unsafe))
        refinement = refinement.with_macros(tried)
        spec = refinement.base()
        heard = _auditioned(refinement, spec, refinement.varied(spec))
    base = heard[0].preset
    fitting = {id_: before.fitting.get(id_, 0) + count for id_, count in fitted.renders.items()}
    if base.status == "accepted":
        heard, fitting = _stood_in(refinement, spec, heard, fitting)
    cost = _Cost(before.renders + renders + base.renders, before.takes + takes + base.takes, fitting)
    return _Attempt(heard, tried.replaced, cost, fitted.unheard)


def _stood_in(
    refinement: Refinement, spec: PatchSpec, heard: tuple[Auditioned, ...], fitting: Mapping[str, int]
) -> tuple[tuple[Auditioned, ...], dict[str, int]]:
    """What was heard, with other types in the place of refused variations, and what fitting each has cost."""
    others, cost = stand_ins(refinement, spec, heard), dict(fitting)
    for id_, failed_renders in others.failed_renders.items():
        cost[id_] = cost.get(id_, 0) + failed_renders
    for lost in (one.preset for one in heard if one.preset.id in others.heard):
        cost[others.heard[lost.id].preset.id] = cost.get(lost.id, 0) + lost.renders
    return tuple(others.heard.get(one.preset.id, one) for one in heard), cost


def _auditioned(
    refinement: Refinement,
    spec: PatchSpec,
    variations: tuple[Variation, ...],
    centres: Mapping[str, Centre | None] = MappingProxyType({}),
) -> tuple[Auditioned, ...]:
    """What is heard of a base and its variations; `centres` is what is known of these patches' first notes."""
    planned, budget = refinement.candidates(spec, variations), refinement.budget
    base, *others = (replace(one, centre=centres.get(one.id)) for one in planned)
    base = replace(base, most_passes=min(MAX_PASSES, budget.left))
    by_role = {one.role_id: one for one in refinement.macros.kept}
    kept = {number: by_role.get(macro.role_id) for number, macro in macros_by_number(spec.macros).items()}
    known = tuple(one.model_copy(update={"number": number}) for number, one in kept.items() if one is not None)
    heard = audition([replace(base, macros=known), *others], refinement.pool)
    budget.spend(heard[0].preset.renders)
    return heard


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
