"""What a request's presets go through before they ship: tuned until the words are heard, then auditioned.

A knob that doesn't do what its role says, or can't be made safe, gives way to another role, and a variation that
doesn't do what its type says is pushed further; then all is heard again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import cast

from engine import macros
from engine.audition import Candidate, Heard, audition
from engine.catalog import template
from engine.contracts import Asked, Tuned, tune, variation_heard, without_words
from engine.gates import profile_for
from engine.generate import apply_patch, diff
from engine.making import Drives, measured_notes, patch_of, variations_of
from engine.render.pool import RenderPool
from schemas.intent import Axis
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Plan, Repaired
from schemas.template import RoleId
from schemas.variations import Variation, VariationsDiff, VariationType

_REPLACEMENTS = 3
_PUSH = 1.8
"""How much further a variation goes whose type was not heard."""


@dataclass(frozen=True, slots=True)
class Audition:
    """What became of a request's presets: base first, and variations against the base as it ships."""

    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]
    """FLAC of each accepted preset, by id."""


def rehearse(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> Audition:
    """What becomes of a plan's base patch and its variations.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    """
    tuned = _tuned(made, pool)
    if tuned.drives:
        spec = patch_of(made, drives=tuned.drives).spec
        variations = variations_of(made, spec, drives=tuned.drives)
    heard = _auditioned(made, spec, variations, pool)
    replaced: tuple[MacroHeard, ...] = ()
    for _ in range(_REPLACEMENTS):
        dead = macros.unheard(heard[0].preset.macros)
        if heard[0].preset.status == "accepted" or not dead:
            break
        replaced += dead
        off_knobs = [cast("RoleId", one.role_id) for one in replaced]
        again = patch_of(made, off_knobs=off_knobs, drives=tuned.drives)
        varied = variations_of(made, again.spec, off_knobs=off_knobs, drives=tuned.drives)
        heard = _auditioned(made, again.spec, varied, pool)
    heard = _with_words(heard, tuned)
    heard = _pushed(made, heard, tuned, [cast("RoleId", one.role_id) for one in replaced], pool)
    base = heard[0].preset
    swaps = tuple(_swapped(one) for one in replaced)
    presets = (base.model_copy(update={"repairs": (*swaps, *base.repairs)}), *(one.preset for one in heard[1:]))
    return Audition(
        presets=presets,
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.preset.status == "accepted" and one.flac},
    )


def _tuned(made: Plan, pool: RenderPool) -> Tuned:
    """How far the words' axes have to be driven until they are heard."""

    def make(drives: Drives) -> PatchSpec:
        return patch_of(made, drives=drives).spec

    def twin(asked: Asked) -> PatchSpec:
        return patch_of(made, intent=without_words(made.request, made.intent, asked)).spec

    note = measured_notes(template(made.template_id), made.intent)[0]
    return tune(made.intent, make, twin, note=note, pool=pool)


def _with_words(heard: tuple[Heard, ...], tuned: Tuned) -> tuple[Heard, ...]:
    """What was heard, with what became of the prompt's words, and of the variations' types, as they ship."""
    base = heard[0].preset.measurements
    if base is None or base.timbre is None:
        return heard
    own = {"words": tuned.heard(base.timbre), "tuning_renders": tuned.renders}
    return (_changed(heard[0], own), *(_with_type(one, base.timbre) for one in heard[1:]))


def _with_type(one: Heard, base: Mapping[Axis, float]) -> Heard:
    measured = one.preset.measurements
    if measured is None or measured.timbre is None:
        return one
    kind = cast("VariationType", one.preset.kind)
    return _changed(one, {"words": variation_heard(kind, base, measured.timbre)})


def _changed(one: Heard, changes: Mapping[str, object]) -> Heard:
    return replace(one, preset=one.preset.model_copy(update=changes))


def _pushed(
    made: Plan, heard: tuple[Heard, ...], tuned: Tuned, off_knobs: Collection[RoleId], pool: RenderPool
) -> tuple[Heard, ...]:
    """Variations that don't do what their type says, pushed further and heard again; else they don't ship."""
    base = heard[0].preset
    faint = {one.preset.id for one in heard[1:] if _faint(one.preset)}
    if not faint or base.status == "refused" or base.measurements is None or base.measurements.timbre is None:
        return heard
    spec = patch_of(made, off_knobs=off_knobs, drives=tuned.drives).spec
    varied = variations_of(made, spec, off_knobs=off_knobs, drives=tuned.drives, push=_PUSH)
    candidates = _candidates(made, spec, tuple(one for one in varied if one.id in faint))[1:]
    again = {one.preset.id: _with_type(one, base.measurements.timbre) for one in audition(candidates, pool)}
    return tuple(_unless_faint(again.get(one.preset.id, one), one) for one in heard)


def _faint(preset: HeardPreset) -> bool:
    return preset.status == "accepted" and any(not word.satisfied for word in preset.words)


def _unless_faint(pushed: Heard, before: Heard) -> Heard:
    """The variation that was pushed, with the renders of both; refused if its type still isn't heard."""
    if pushed is before:
        return before
    pushed = _changed(pushed, _both(pushed.preset, before.preset))
    if not _faint(pushed.preset):
        return pushed
    reasons = tuple(f"Not heard as {word.words[0]}: {word.reason}" for word in pushed.preset.words)
    return _changed(pushed, {"status": "refused", "refused_because": reasons})


def _both(one: HeardPreset, other: HeardPreset) -> dict[str, object]:
    return {"renders": one.renders + other.renders, "takes": one.takes + other.takes}


def _auditioned(
    made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool
) -> tuple[Heard, ...]:
    return audition(_candidates(made, spec, variations), pool)


def _candidates(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...]) -> list[Candidate]:
    """The base, then its variations."""
    chosen = template(made.template_id)
    profile, notes = profile_for(chosen.category), measured_notes(chosen, made.intent)
    base = Candidate("base", "base", spec, notes, profile)
    return [base, *(Candidate(v.id, v.type, apply_patch(spec, v.patch), notes, profile) for v in variations)]


def _swapped(macro: MacroHeard) -> Repaired:
    reason = f"{macro.problem}, so the next role took its knob"
    return Repaired(kind="macro", subject=macro.label, amount=0.0, unit="% of its reach", reason=reason)


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
