"""What a request's presets go through before they ship: tuned until the words are heard, then auditioned.

A knob that doesn't do what its role says, or can't be made safe, gives way to another role, and a variation that
doesn't do what its type says is pushed further; then all is heard again. In place of a variation that is refused,
another type is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine import macros
from engine.audition import MAX_PASSES, Heard, audition
from engine.budget import Budget
from engine.catalog import template
from engine.compiler.to_vital import knob_macros
from engine.contracts import Asked, Tuned, tune, without_words
from engine.fitting import fit, stand_ins
from engine.generate import diff
from engine.making import Drives, measured_notes, patch_of
from engine.render.job import Centre
from engine.render.pool import RenderPool
from engine.trial import REPLACEMENTS, Knobs, Patches, candidates, try_roles
from engine.verdicts import judged
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Plan, Repaired
from schemas.variations import Variation, VariationsDiff

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


def rehearse(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> Audition:
    """What becomes of a plan's base patch and its variations.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    A base that doesn't pass for what its words were driven to is heard again with less of them.
    """
    patches = Patches(made, spec, variations, budget := Budget())
    tuned = _tuned(made, spec, pool)
    budget.spend(tuned.renders)
    found = _performed(patches, tuned, pool)
    for part in _LESS if tuned.asked else ():
        if not found.refused_by_gates or not budget.enough_to_audition:
            break
        less = _performed(patches, tuned.weaker(part), pool, spent=found.spent)
        held_back = _held_back(tuned, part, found.base)
        found = replace(less, held_back=held_back) if less.accepted else replace(found, spent=less.spent)
    heard = judged(found.heard, tuned)
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


def _performed(patches: Patches, tuned: Tuned, pool: RenderPool, *, spent: _Spent = _NOTHING) -> _Performed:
    """The base with its words driven so far, and what varies it: knobs tried, then all auditioned.

    A role that can't be made safe gives way to the next, and all is heard again.
    """
    knobs = try_roles(patches, tuned, pool)
    spec = patches.base(tuned, knobs)
    fitting = fit(patches, spec, tuned, knobs, pool)
    variations = tuple(fitting.variations.values())
    centres = {**fitting.centres, "base": knobs.centre}
    heard = _auditioned(patches, spec, variations, knobs, pool, centres)
    renders, takes = knobs.renders + fitting.base_renders, knobs.takes
    for _ in range(REPLACEMENTS):
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
    if base.status == "accepted":
        others = stand_ins(patches, spec, tuned, knobs, heard, pool)
        for id_, in_vain in others.in_vain.items():
            fitted[id_] = fitted.get(id_, 0) + in_vain
        for lost in (one.preset for one in heard if one.preset.id in others.heard):
            fitted[others.heard[lost.id].preset.id] = fitted.get(lost.id, 0) + lost.renders
        heard = tuple(others.heard.get(one.preset.id, one) for one in heard)
    cost = _Spent(spent.renders + renders + base.renders, spent.takes + takes + base.takes, fitted)
    return _Performed(heard, knobs.off, cost)


def _tuned(made: Plan, spec: PatchSpec, pool: RenderPool) -> Tuned:
    """How far the words' axes have to be driven until they are heard."""

    def make(drives: Drives) -> PatchSpec:
        return patch_of(made, drives=drives).spec

    def twin(asked: Asked) -> PatchSpec:
        return patch_of(made, intent=without_words(made.request, made.intent, asked)).spec

    note = measured_notes(template(made.template_id), made.intent)[0]
    return tune(made.intent, spec, make, twin, note=note, pool=pool)


def _auditioned(
    patches: Patches,
    spec: PatchSpec,
    variations: tuple[Variation, ...],
    knobs: Knobs,
    pool: RenderPool,
    centres: Mapping[str, Centre | None] = MappingProxyType({}),
) -> tuple[Heard, ...]:
    """What is heard of a base and its variations; `centres` is what is known of these patches' first notes."""
    planned = candidates(patches.made, spec, variations)
    base, *others = (replace(one, centre=centres.get(one.id)) for one in planned)
    base = replace(base, most_passes=min(MAX_PASSES, patches.budget.left))
    by_role = {one.role_id: one for one in knobs.on}
    on = {knob: by_role.get(macro.role_id) for knob, macro in knob_macros(spec.macros).items()}
    known = tuple(one.model_copy(update={"knob": knob}) for knob, one in on.items() if one is not None)
    heard = audition([replace(base, macros=known), *others], pool)
    patches.budget.spend(heard[0].preset.renders)
    return heard


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
