"""What is planned of a request's presets, and the trial of its knobs: which roles may stay on them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from engine.audition import Candidate, try_knobs
from engine.budget import Budget
from engine.catalog import template
from engine.compiler.to_vital import knob_macros
from engine.contracts import Tuned, figures_of
from engine.gates import profile_for
from engine.generate import apply_patch
from engine.making import measured_notes, patch_of, variations_of
from engine.render.job import Centre
from engine.render.pool import RenderPool
from schemas.intent import Axis
from schemas.patch_spec import PatchSpec
from schemas.result import MacroHeard, Plan
from schemas.template import RoleId
from schemas.variations import Variation

REPLACEMENTS = 4
"""Roles that may give way to others, one after the other."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """Which roles keep off the knobs, what was heard of those that are on them, and what hearing them cost."""

    off: tuple[MacroHeard, ...] = ()
    on: tuple[MacroHeard, ...] = ()
    renders: int = 0
    takes: int = 0
    rest: Mapping[Axis, float] | None = None
    """The timbre of the base with these roles on its knobs, at rest."""
    centre: Centre | None = None
    """Its first note."""

    @property
    def off_ids(self) -> tuple[RoleId, ...]:
        """The roles that keep off the knobs."""
        return tuple(cast("RoleId", one.role_id) for one in self.off)


@dataclass(frozen=True, slots=True)
class Patches:
    """The base patch and the variations that were planned, and what becomes of them once something is changed."""

    made: Plan
    spec: PatchSpec
    variations: tuple[Variation, ...]
    budget: Budget
    """Of the base."""

    def base(self, tuned: Tuned, knobs: Knobs) -> PatchSpec:
        """The base with its words driven so far, and with these roles off its knobs."""
        if not tuned.drives and not knobs.off:
            return self.spec
        return patch_of(self.made, off_knobs=knobs.off_ids, drives=tuned.drives).spec

    def varied(
        self, spec: PatchSpec, tuned: Tuned, knobs: Knobs, *, push: float = 1.0, without: Collection[str] = ()
    ) -> tuple[Variation, ...]:
        """What varies that base: each type pushed so far, those in `without` passed over."""
        if spec is self.spec and push == 1.0 and not without:
            return self.variations
        changes: dict[str, Any] = {"off_knobs": knobs.off_ids, "drives": tuned.drives}
        return variations_of(self.made, spec, push=push, without=without, **changes)


def try_roles(patches: Patches, tuned: Tuned, pool: RenderPool) -> Knobs:
    """The roles on the knobs, each heard; one that gives not what it promises gives way to the next role."""
    found, known = Knobs(), dict[str, MacroHeard]()
    for _ in range(REPLACEMENTS + 1):
        spec = patches.base(tuned, found)
        on = {knob: macro.role_id for knob, macro in knob_macros(spec.macros).items()}
        fresh = [knob for knob, role in on.items() if role not in known]
        if not patches.budget.for_trials:
            break  # the audition hears those that were not tried
        candidate = candidates(patches.made, spec, ())[0]
        heard = try_knobs(replace(candidate, most_passes=patches.budget.for_trials), fresh, pool)
        trial = heard.preset
        patches.budget.spend(trial.renders)
        if trial.refused_because:
            return found  # it can't be rendered: the audition will say why
        known |= {macro.role_id: macro for macro in trial.macros}
        found = replace(found, renders=found.renders + trial.renders, takes=found.takes + trial.takes)
        found = replace(found, rest=figures_of(trial.measurements), centre=heard.centre)
        dead = tuple(known[role] for role in on.values() if known[role].problem)
        if not dead:
            break
        found = replace(found, off=(*found.off, *dead), rest=None, centre=None)
    return replace(found, on=tuple(one for one in known.values() if not one.problem))


def candidates(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...]) -> list[Candidate]:
    """The base, then its variations."""
    chosen = template(made.template_id)
    profile, notes = profile_for(chosen.category), measured_notes(chosen, made.intent)
    base = Candidate("base", "base", spec, notes, profile)
    return [base, *(Candidate(v.id, v.type, apply_patch(spec, v.patch), notes, profile) for v in variations)]
