"""A request's presets, its words driven so far: macros tried, variations fitted, and all auditioned.

A macro that can't be made safe is given to another role, and all is heard again. In place of a variation that is
refused, another type is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.audition import MAX_PASSES, Auditioned, audition
from engine.compiler.to_vital import macros_by_number
from engine.macros import failed
from engine.refine.macro_trial import REPLACEMENTS, try_roles
from engine.refine.refinement import Refinement
from engine.refine.variations import fit_variations, stand_ins
from engine.render.job import Centre
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Repaired
from schemas.variations import Variation


@dataclass(frozen=True, slots=True)
class Cost:
    """What hearing a base has cost, and what fitting each of its variations has, by id."""

    renders: int = 0
    takes: int = 0
    fitting: Mapping[str, int] = field(default_factory=dict)


NO_COST = Cost()


@dataclass(frozen=True, slots=True)
class AuditionedRequest:
    """What was heard in the last audition, base first; the roles that were replaced; and what all cost."""

    heard: tuple[Auditioned, ...]
    replaced: tuple[MacroHeard, ...]
    cost: Cost
    unheard: tuple[HeardPreset, ...] = ()
    """Variations that were given up before the audition."""
    held_back: tuple[Repaired, ...] = ()

    @property
    def base(self) -> HeardPreset:
        """The base as it was heard."""
        return self.heard[0].preset

    @property
    def accepted(self) -> bool:
        """Whether the base may ship."""
        return self.base.status == "accepted"

    @property
    def refused_by_gates(self) -> bool:
        """Whether gates refuse the base, and not because it could not be rendered in time.

        How busy a machine is decides nothing that ships.
        """
        failures = self.base.gates.failures if self.base.gates else ()
        reasons = {result.reason for result in failures}
        return not self.accepted and bool(reasons) and set(self.base.refused_because) <= reasons


def audition_all(refinement: Refinement, *, before: Cost = NO_COST) -> AuditionedRequest:
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
    cost = Cost(before.renders + renders + base.renders, before.takes + takes + base.takes, fitting)
    return AuditionedRequest(heard, tried.replaced, cost, fitted.unheard)


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
