"""What a request's presets go through before they ship: tuned until the words are heard, then auditioned.

A knob that doesn't do what its role says, or can't be made safe, gives way to another role, and a variation that
doesn't do what its type says is pushed further; then all is heard again. In place of a variation that is refused,
another type is heard.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, cast

from engine import macros
from engine.audition import MAX_PASSES, Candidate, Heard, audition, try_knobs
from engine.budget import Budget
from engine.catalog import template
from engine.compiler.to_vital import knob_macros
from engine.contracts import Asked, Tuned, figures_of, heard_at, tune, variation_heard, without_words
from engine.gates import profile_for
from engine.generate import apply_patch, diff
from engine.making import Drives, measured_notes, patch_of, variations_of
from engine.render.job import Centre
from engine.render.pool import RenderPool
from engine.verdicts import kept, with_words
from schemas.intent import Axis
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Plan, Repaired
from schemas.template import RoleId
from schemas.variations import Variation, VariationsDiff

_REPLACEMENTS = 4
_OTHER_TYPES = 2
"""Types that may be heard in place of a variation that is refused."""
_PUSH = 1.8
"""How much further a variation goes whose type was not heard."""
_LESS = (0.6, 0.25)
"""Parts of what the words were driven to that a base is given which doesn't pass the gates with all of it."""


@dataclass(frozen=True, slots=True)
class Audition:
    """What became of a request's presets: base first, and variations against the base as it ships."""

    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]
    """FLAC of each accepted preset, by id."""


@dataclass(frozen=True, slots=True)
class _Knobs:
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
        return tuple(cast("RoleId", one.role_id) for one in self.off)


@dataclass(frozen=True, slots=True)
class _Spent:
    """What hearing a base has cost, and what fitting each of its variations has, by id."""

    renders: int = 0
    takes: int = 0
    fitting: Mapping[str, int] = field(default_factory=dict)


_NOTHING = _Spent()


@dataclass(frozen=True, slots=True)
class _Performed:
    """What was heard in the last audition, base first; the roles that made room for others; and what all cost."""

    heard: tuple[Heard, ...]
    off: tuple[MacroHeard, ...]
    spent: _Spent
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


@dataclass(frozen=True, slots=True)
class _Patches:
    """The base patch and the variations that were planned, and what becomes of them once something is changed."""

    made: Plan
    spec: PatchSpec
    variations: tuple[Variation, ...]
    budget: Budget
    """Of the base."""

    def base(self, tuned: Tuned, knobs: _Knobs) -> PatchSpec:
        if not tuned.drives and not knobs.off:
            return self.spec
        return patch_of(self.made, off_knobs=knobs.off_ids, drives=tuned.drives).spec

    def varied(
        self, spec: PatchSpec, tuned: Tuned, knobs: _Knobs, *, push: float = 1.0, without: Collection[str] = ()
    ) -> tuple[Variation, ...]:
        if spec is self.spec and push == 1.0 and not without:
            return self.variations
        changes: dict[str, Any] = {"off_knobs": knobs.off_ids, "drives": tuned.drives}
        return variations_of(self.made, spec, push=push, without=without, **changes)


def rehearse(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> Audition:
    """What becomes of a plan's base patch and its variations.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    A base that doesn't pass for what its words were driven to is heard again with less of them.
    """
    patches = _Patches(made, spec, variations, budget := Budget())
    tuned = _tuned(made, spec, pool)
    budget.spend(tuned.renders)
    found = _performed(patches, tuned, pool)
    for part in _LESS if tuned.asked else ():
        if not found.refused_by_gates or not budget.enough_to_audition:
            break
        less = _performed(patches, tuned.weaker(part), pool, spent=found.spent)
        held_back = _held_back(tuned, part, found.base)
        found = replace(less, held_back=held_back) if less.accepted else replace(found, spent=less.spent)
    heard = _verdicts(found.heard, tuned)
    base = heard[0].preset
    changes = {
        "repairs": (*found.held_back, *(_swapped(one) for one in found.off), *base.repairs),
        "renders": found.spent.renders,
        "takes": found.spent.takes,
        "tuning_renders": tuned.renders,
    }
    if base.status == "refused" and not budget.enough_to_audition:
        changes["refused_because"] = (*base.refused_because, budget.used_up)
    others = (_fitted(one.preset, found.spent.fitting) for one in heard[1:])
    presets = (base.model_copy(update=changes), *others)
    return Audition(
        presets=presets,
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.preset.status == "accepted" and one.flac},
    )


def _fitted(variation: HeardPreset, fitting: Mapping[str, int]) -> HeardPreset:
    return variation.model_copy(update={"tuning_renders": fitting.get(variation.id, 0)})


def _performed(patches: _Patches, tuned: Tuned, pool: RenderPool, *, spent: _Spent = _NOTHING) -> _Performed:
    """The base with its words driven so far, and what varies it: knobs tried, then all auditioned.

    A role that can't be made safe gives way to the next, and all is heard again.
    """
    knobs = _knobs(patches, tuned, pool)
    spec = patches.base(tuned, knobs)
    fitting = _fitting(patches, spec, tuned, knobs, pool)
    variations = tuple(fitting.variations.values())
    centres = {**fitting.centres, "base": knobs.centre}
    heard = _auditioned(patches, spec, variations, knobs, pool, centres)
    renders, takes = knobs.renders + fitting.base_renders, knobs.takes
    for _ in range(_REPLACEMENTS):
        base = heard[0].preset
        unsafe = macros.unheard(base.macros)
        if base.status == "accepted" or not unsafe or not patches.budget.enough_to_audition:
            break
        renders, takes = renders + base.renders, takes + base.takes
        knobs = replace(knobs, off=(*knobs.off, *unsafe))
        spec = patches.base(tuned, knobs)
        heard = _auditioned(patches, spec, patches.varied(spec, tuned, knobs), knobs, pool)
    base = heard[0].preset
    fitted = {id_: spent.fitting.get(id_, 0) + renders for id_, renders in fitting.renders.items()}
    cost = _Spent(spent.renders + renders + base.renders, spent.takes + takes + base.takes, fitted)
    others = _others(patches, spec, tuned, knobs, heard, pool) if base.status == "accepted" else {}
    for lost in (one.preset for one in heard if one.preset.id in others):
        fitted[others[lost.id].preset.id] = fitted.get(lost.id, 0) + lost.renders
    return _Performed(tuple(others.get(one.preset.id, one) for one in heard), knobs.off, cost)


def _others(
    patches: _Patches, spec: PatchSpec, tuned: Tuned, knobs: _Knobs, heard: tuple[Heard, ...], pool: RenderPool
) -> dict[str, Heard]:
    """Other types that pass, by the id of the refused variation whose place they take."""
    refused = [one.preset.id for one in _verdicts(heard, tuned) if one.preset.status == "refused"]
    tried, passed = {one.preset.id for one in heard}, list[Heard]()
    for _ in range(_OTHER_TYPES):
        variations = patches.varied(spec, tuned, knobs, without=tried)[: len(refused) - len(passed)]
        if not variations:
            break
        tried.update(one.id for one in variations)
        more = audition(_candidates(patches.made, spec, variations)[1:], pool)
        verdicts = _verdicts((heard[0], *more), tuned)[1:]
        passed += [one for one, verdict in zip(more, verdicts, strict=True) if verdict.preset.status == "accepted"]
    return dict(zip(refused, passed, strict=False))


def _verdicts(heard: tuple[Heard, ...], tuned: Tuned) -> tuple[Heard, ...]:
    """What was heard, with what became of words and types; a variation that isn't heard as its type is refused."""
    return tuple(kept(one) for one in with_words(heard, tuned))


def _knobs(patches: _Patches, tuned: Tuned, pool: RenderPool) -> _Knobs:
    """The roles on the knobs, each heard; one that gives not what it promises gives way to the next role."""
    found, known = _Knobs(), dict[str, MacroHeard]()
    for _ in range(_REPLACEMENTS + 1):
        spec = patches.base(tuned, found)
        on = {knob: macro.role_id for knob, macro in knob_macros(spec.macros).items()}
        fresh = [knob for knob, role in on.items() if role not in known]
        if not patches.budget.for_trials:
            break  # the audition hears those that were not tried
        candidate = _candidates(patches.made, spec, ())[0]
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


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Variations that are heard as what their types say, their first notes, and what it took to find each, by id.

    What a type took that isn't heard counts for the one that takes its place.
    """

    variations: dict[str, Variation]
    centres: dict[str, Centre | None]
    renders: dict[str, int]
    base_renders: int


def _fitting(patches: _Patches, spec: PatchSpec, tuned: Tuned, knobs: _Knobs, pool: RenderPool) -> _Fitting:
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
    return _Fitting(chosen, centres, renders, base_renders)


def _tuned(made: Plan, spec: PatchSpec, pool: RenderPool) -> Tuned:
    """How far the words' axes have to be driven until they are heard."""

    def make(drives: Drives) -> PatchSpec:
        return patch_of(made, drives=drives).spec

    def twin(asked: Asked) -> PatchSpec:
        return patch_of(made, intent=without_words(made.request, made.intent, asked)).spec

    note = measured_notes(template(made.template_id), made.intent)[0]
    return tune(made.intent, spec, make, twin, note=note, pool=pool)


def _auditioned(
    patches: _Patches,
    spec: PatchSpec,
    variations: tuple[Variation, ...],
    knobs: _Knobs,
    pool: RenderPool,
    centres: Mapping[str, Centre | None] = MappingProxyType({}),
) -> tuple[Heard, ...]:
    """What is heard of a base and its variations; `centres` is what is known of these patches' first notes."""
    candidates = _candidates(patches.made, spec, variations)
    base, *others = (replace(one, centre=centres.get(one.id)) for one in candidates)
    base = replace(base, most_passes=min(MAX_PASSES, patches.budget.left))
    by_role = {one.role_id: one for one in knobs.on}
    on = {knob: by_role.get(macro.role_id) for knob, macro in knob_macros(spec.macros).items()}
    known = tuple(one.model_copy(update={"knob": knob}) for knob, one in on.items() if one is not None)
    heard = audition([replace(base, macros=known), *others], pool)
    patches.budget.spend(heard[0].preset.renders)
    return heard


def _candidates(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...]) -> list[Candidate]:
    """The base, then its variations."""
    chosen = template(made.template_id)
    profile, notes = profile_for(chosen.category), measured_notes(chosen, made.intent)
    base = Candidate("base", "base", spec, notes, profile)
    return [base, *(Candidate(v.id, v.type, apply_patch(spec, v.patch), notes, profile) for v in variations)]


def _held_back(tuned: Tuned, part: float, refused: HeardPreset) -> tuple[Repaired, ...]:
    subject = ", ".join(one.axis for one in tuned.asked)
    reason, unit = "; ".join(refused.refused_because), "% of what its words ask for"
    return (Repaired(kind="words", subject=subject, amount=round(100 * part), unit=unit, reason=reason),)


def _swapped(macro: MacroHeard) -> Repaired:
    reason = f"{macro.problem}, so the next role took its knob"
    return Repaired(kind="role", subject=macro.label, amount=0.0, unit="% of its knob", reason=reason)


def _against_the_base(heard: tuple[Heard, ...]) -> VariationsDiff:
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
