"""The stages of a request, each a pure function of what the one before made.

request -> `plan_stage` -> `patch_stage` -> `variation_stage` -> `render_stage` -> `bundle_stage` -> bundle.
`run_request` is all of them; the assets run the same ones, so both make the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson

from engine.audition import Candidate, Heard, audition
from engine.bundle import Bundle, BundleContent, make_bundle
from engine.catalog import catalog, template
from engine.errors import GateError
from engine.gates import profile_for
from engine.generate import Patch, apply_patch, choose_template, diff, make_patch, make_variations
from engine.planner import naming, plan
from engine.render.job import NotePlan, standard_notes
from engine.render.pool import RenderPool
from engine.versions import all_versions
from schemas.intent import Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.request import Request
from schemas.result import HeardPreset, MacroPlacement, Plan
from schemas.template import MacroTemplate
from schemas.variations import Variation, VariationsDiff

_EDGE_HOLD_S, _EDGE_RENDER_S = 0.6, 1.2
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
    return make_patch(made.intent, template(made.template_id), seed=made.request.seed, metadata=_metadata(made))


def variation_stage(made: Plan, spec: PatchSpec) -> tuple[Variation, ...]:
    """As many variations of the base patch as were asked for."""
    return make_variations(
        spec, made.intent, template(made.template_id), seed=made.request.seed, count=made.request.variations
    )


def render_stage(made: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool) -> Audition:
    """Renders, measures, judges and repairs the base and its variations.

    The variations that come back are against the base as it ships: base plus patch is exactly what was rendered.
    """
    chosen = template(made.template_id)
    profile, notes = profile_for(chosen.category), measured_notes(chosen, made.intent)
    wanted = [Candidate("base", "base", spec, notes, profile)]
    wanted += [Candidate(v.id, v.type, apply_patch(spec, v.patch), notes, profile) for v in variations]
    heard = audition(wanted, pool)
    return Audition(
        presets=tuple(one.preset for one in heard),
        variations=_against_the_base(heard),
        previews={one.preset.id: one.flac for one in heard if one.flac is not None},
    )


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
            placements=placements,
            presets=heard.presets,
            variations=heard.variations,
            previews=heard.previews,
        )
    )


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
