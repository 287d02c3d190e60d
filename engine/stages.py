"""The stages of a request, each a pure function of what the one before made.

request -> `plan_stage` -> `patch_stage` -> `variation_stage` -> `render_stage` -> `bundle_stage` -> bundle.
`run_request` is all of them; the assets run the same ones, so both make the same bytes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

import orjson

from engine import macros
from engine.audition import Candidate, Heard, audition
from engine.bundle import Bundle, BundleContent, make_bundle
from engine.catalog import catalog, template
from engine.contracts import Asked, Tuned, tune, variation_heard, without_words
from engine.errors import GateError
from engine.gates import profile_for
from engine.generate import Patch, apply_patch, choose_template, diff, make_patch, make_variations
from engine.planner import naming, plan
from engine.render.job import NotePlan, standard_notes
from engine.render.pool import RenderPool
from engine.versions import all_versions
from schemas.intent import Axis, Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.request import Request
from schemas.result import HeardPreset, MacroHeard, MacroPlacement, Plan, Repaired
from schemas.template import MacroTemplate, RoleId
from schemas.variations import Variation, VariationsDiff, VariationType

Drives = Mapping[Axis, float]
_EDGE_HOLD_S, _EDGE_RENDER_S = 0.5, 0.9
_REPLACEMENTS = 3
_MOVED = "moved when another role changed nothing that is heard"
_WIDEST_REGISTER = 24
"""Semitones from the centre to the notes that are measured at the register's ends."""


@dataclass(frozen=True, slots=True)
class Audition:
    """What became of a request's presets: base first, and variations against the base as it ships."""

    presets: tuple[HeardPreset, ...]
    variations: VariationsDiff
    previews: Mapping[str, bytes]
    """FLAC of each accepted preset, by id."""


def request_key(request: Request) -> str:
    """A hash of all that decides the outcome: the request and every version."""
    content = {"request": request.model_dump(mode="json"), "versions": all_versions()}
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def plan_stage(request: Request) -> Plan:
    """What the prompt asks for, and the template that answers.

    Raises:
        RequestError: the prompt, a tag or the template can't be used; the text names what is wrong.
    """
    asked = template(request.template_id) if request.template_id else None
    intent = plan(request.prompt, tags=request.tags, style=asked.category if asked else None)
    chosen = asked or choose_template(intent, catalog(), seed=request.seed)
    title = request.name or naming.title(intent, request.seed)
    return Plan(
        key=request_key(request),
        request=request,
        intent=intent,
        template_id=chosen.id,
        template_version=chosen.version,
        title=title,
    )


def patch_stage(made: Plan) -> Patch:
    """The base patch of a plan, and where its macros went."""
    return _patch(made, ())


def _patch(
    made: Plan, off_knobs: Collection[RoleId], *, drives: Drives | None = None, intent: Intent | None = None
) -> Patch:
    return make_patch(
        intent or made.intent,
        template(made.template_id),
        seed=made.request.seed,
        metadata=_metadata(made),
        drives=drives,
        off_knobs=off_knobs,
    )


def variation_stage(made: Plan, spec: PatchSpec) -> tuple[Variation, ...]:
    """As many variations of the base patch as were asked for."""
    return _variations(made, spec, ())


def _variations(
    made: Plan, spec: PatchSpec, off_knobs: Collection[RoleId], *, drives: Drives | None = None
) -> tuple[Variation, ...]:
    return make_variations(
        spec,
        made.intent,
        template(made.template_id),
        seed=made.request.seed,
        count=made.request.variations,
        drives=drives,
        off_knobs=off_knobs,
    )


def render_stage(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> Audition:
    """Tunes the base until its words are heard, then renders, measures, judges and repairs it and its variations.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    Where a knob of the base changes nothing that is heard, another role takes it, and all is heard again.
    """
    tuned = _tuned(made, pool)
    if tuned.drives:
        spec = _patch(made, (), drives=tuned.drives).spec
        variations = _variations(made, spec, (), drives=tuned.drives)
    heard = _auditioned(made, spec, variations, pool)
    replaced: tuple[MacroHeard, ...] = ()
    for _ in range(_REPLACEMENTS):
        dead = macros.unheard(heard[0].preset.macros)
        if heard[0].preset.status == "accepted" or not dead:
            break
        replaced += dead
        off_knobs = [cast("RoleId", one.role_id) for one in replaced]
        again = _patch(made, off_knobs, drives=tuned.drives)
        varied = _variations(made, again.spec, off_knobs, drives=tuned.drives)
        heard = _auditioned(made, again.spec, varied, pool)
    base = heard[0].preset
    swaps = tuple(_swapped(one) for one in replaced)
    presets = (base.model_copy(update={"repairs": (*swaps, *base.repairs)}), *(one.preset for one in heard[1:]))
    return Audition(
        presets=_with_words(presets, tuned),
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.flac is not None},
    )


def _tuned(made: Plan, pool: RenderPool) -> Tuned:
    """How far the words' axes have to be driven until they are heard."""

    def make(drives: Drives) -> PatchSpec:
        return _patch(made, (), drives=drives).spec

    def twin(asked: Asked) -> PatchSpec:
        return _patch(made, (), intent=without_words(made.request, made.intent, asked)).spec

    note = measured_notes(template(made.template_id), made.intent)[0]
    return tune(made.intent, make, twin, note=note, pool=pool)


def _with_words(presets: tuple[HeardPreset, ...], tuned: Tuned) -> tuple[HeardPreset, ...]:
    """The presets with what became of the prompt's words, and of the variations' types, as they ship."""
    figures = [preset.measurements.timbre if preset.measurements else None for preset in presets]
    base = figures[0]
    if base is None:
        return presets
    found = [presets[0].model_copy(update={"words": tuned.heard(base), "tuning_renders": tuned.renders})]
    for preset, own in zip(presets[1:], figures[1:], strict=True):
        words = variation_heard(cast("VariationType", preset.kind), base, own) if own else ()
        found.append(preset.model_copy(update={"words": words}))
    return tuple(found)


def _auditioned(
    made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool
) -> tuple[Heard, ...]:
    chosen = template(made.template_id)
    profile, notes = profile_for(chosen.category), measured_notes(chosen, made.intent)
    wanted = [Candidate("base", "base", spec, notes, profile)]
    wanted += [Candidate(v.id, v.type, apply_patch(spec, v.patch), notes, profile) for v in variations]
    return audition(wanted, pool)


def _swapped(macro: MacroHeard) -> Repaired:
    reason = f"{macro.label} changed nothing that is heard, so the next role took its knob"
    return Repaired(kind="macro", subject=macro.label, amount=0.0, unit="% of its reach", reason=reason)


def bundle_stage(made: Plan, placements: tuple[MacroPlacement, ...], heard: Audition) -> Bundle:
    """The bundle of a request.

    Raises:
        GateError: the base preset was refused; the text says why.
    """
    base = heard.presets[0]
    if base.status == "refused":
        raise GateError(f"{base.title} was refused: {'; '.join(base.refused_because)}")
    return make_bundle(
        BundleContent(
            plan=made,
            placements=_as_heard(placements, base.spec),
            presets=heard.presets,
            variations=heard.variations,
            previews=heard.previews,
        )
    )


def _as_heard(placements: tuple[MacroPlacement, ...], base: PatchSpec) -> tuple[MacroPlacement, ...]:
    """Where the roles lie in the base that ships, in its order; the reasons of those that didn't move stay."""
    before = {placement.role_id: placement for placement in placements}
    found = []
    for macro in base.macros:
        planned = before[cast("RoleId", macro.role_id)]
        control = macro.control or planned.control
        targets = tuple(target.path for target in macro.targets)
        reason = planned.reason if control == planned.control else _MOVED
        changes = {"control": control, "targets": targets, "reason": reason}
        found.append(planned.model_copy(update=changes))
    return tuple(found)


def run_request(request: Request, pool: RenderPool) -> Bundle:
    """A request from words to bundle.

    Raises:
        RequestError: the request can't be used.
        GateError: what was made of it did not pass the gates.
    """
    made = plan_stage(request)
    patch = patch_stage(made)
    heard = render_stage(made, patch.spec, variation_stage(made, patch.spec), pool)
    return bundle_stage(made, patch.placements, heard)


def measured_notes(chosen: MacroTemplate, intent: Intent) -> tuple[NotePlan, ...]:
    """The notes a preset is measured at: the template's register, moved to where the prompt wants to play."""
    register, play = chosen.compass, chosen.play
    shift = 0
    if intent.register_midi is not None:
        shift = min(max(intent.register_midi - register.center, -_WIDEST_REGISTER), _WIDEST_REGISTER)
    return standard_notes(
        *(min(max(note + shift, 0), 127) for note in (register.low, register.center, register.high)),
        hold_s=play.hold_s,
        render_s=play.render_s,
        edge_hold_s=min(_EDGE_HOLD_S, play.hold_s),
        edge_render_s=min(_EDGE_RENDER_S, play.render_s),
        velocity=play.velocity,
    )


def _metadata(made: Plan) -> Metadata:
    chosen = template(made.template_id)
    return Metadata(
        name=made.title,
        author=made.request.author,
        comments=naming.comment(made.intent),
        style=chosen.category,
    )


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
