"""The stages of a request, each a pure function of what the one before made.

request -> `plan_stage` -> `patch_stage` -> `variation_stage` -> `render_stage` -> `bundle_stage` -> bundle.
`run_request` is all of them; the assets run the same ones, so both make the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from engine.audition.notes import measured_notes
from engine.catalog import catalog, template
from engine.errors import GateError, RequestError
from engine.generate import Patch, choose_template
from engine.generate.owners import out_of_reach
from engine.generate.values import values_set
from engine.hashing import content_hash
from engine.planner import not_understood, title
from engine.planner import plan as read_prompt
from engine.refine import RefinedRequest, refine
from engine.refine.drawings import patch_of, variations_of
from engine.render.pool import RenderPool
from engine.versions import all_versions
from schemas.intent import Intent
from schemas.patch_spec import PatchSpec
from schemas.request import Request
from schemas.result import MacroPlacement, Plan, ValueSet
from schemas.variations import Variation

if TYPE_CHECKING:
    from engine.bundle import Bundle

Stage = Literal["patch", "render", "bundle"]
OnStage = Callable[[Stage], None]

_MOVED = "moved when another role changed nothing that is heard"


def request_key(request: Request, intent: Intent | None = None) -> str:
    """A hash of all that decides the outcome: the request, every version, and an intent that came with it."""
    content = {"request": request.model_dump(mode="json"), "versions": all_versions()}
    return content_hash(content | ({"intent": intent.model_dump(mode="json")} if intent else {}))


def read_by_rules(request: Request) -> Intent:
    """What the rules understand of a request, however little that is; whichever planner it names.

    Raises:
        RequestError: the prompt, a tag or the template can't be used.
    """
    named = template(request.template_id) if request.template_id else None
    return read_prompt(request.prompt, tags=request.tags, style=named.category if named else None)


def plan_stage(request: Request, *, intent: Intent | None = None, planner_note: str = "") -> Plan:
    """What the prompt asks for, and the template that answers.

    The rules read the prompt, unless somebody else has: then `intent` is what they made of it, and `planner_note`
    says who that was. A request of the planner `llm` without an intent is read by the rules.

    Raises:
        RequestError: the prompt, a tag or the template can't be used, or no word was understood and no template is
            named; the text says what is wrong.
    """
    named = template(request.template_id) if request.template_id else None
    key = request_key(request, intent if request.planner == "llm" else None)
    if intent is None:
        intent = read_by_rules(request)
    if named is None and not intent.usable:
        raise RequestError(not_understood(intent))
    chosen = named or choose_template(intent, catalog(), seed=request.seed)
    return Plan(
        key=key,
        request=request,
        intent=intent,
        template_id=chosen.id,
        template_version=chosen.version,
        title=request.name or title(intent, request.seed),
        planner_note=planner_note,
        out_of_reach=out_of_reach(chosen.id, intent),
    )


def patch_stage(plan: Plan) -> Patch:
    """The base patch of a plan, and where its macros went."""
    return patch_of(plan)


def planned_values(plan: Plan) -> tuple[ValueSet, ...]:
    """What each value of a plan comes to in its base patch, before any gate: what is out of reach shows."""
    note = measured_notes(template(plan.template_id), plan.intent)[0].note
    return values_set(plan.intent, patch_stage(plan).spec, note=note)


def variation_stage(plan: Plan, spec: PatchSpec) -> tuple[Variation, ...]:
    """As many variations of the base patch as were asked for."""
    return variations_of(plan, spec)


def render_stage(
    plan: Plan, spec: PatchSpec, variations: tuple[Variation, ...], pool: RenderPool
) -> RefinedRequest:
    """Tunes the base until its words are heard, then renders, judges and repairs it and its variations."""
    return refine(plan, spec, variations, pool)


def bundle_stage(refined: RefinedRequest, placements: tuple[MacroPlacement, ...]) -> Bundle:
    """The bundle of a request. `placements` are those of its patch; another drawing of it has its own.

    Raises:
        GateError: the base preset was refused; the text says why, its `values` what the prompt set.
    """
    from engine.bundle import BundleContent, make_bundle  # pages, pictures and codecs: not before there is a sound

    base = refined.presets[0]
    if base.status == "refused":
        raise GateError(f"{base.title} was refused: {'; '.join(base.refused_because)}", base.values)
    return make_bundle(
        BundleContent(
            plan=refined.plan,
            placements=_as_heard(refined.placements or placements, base.spec),
            presets=refined.presets,
            variations=refined.variations,
            previews=refined.previews,
        )
    )


def _as_heard(placements: tuple[MacroPlacement, ...], base: PatchSpec) -> tuple[MacroPlacement, ...]:
    """Where the roles lie in the base that ships, in its order; the reasons of those that didn't move stay."""
    before: dict[str, MacroPlacement] = {placement.role_id: placement for placement in placements}
    found = []
    for macro in base.macros:
        planned = before[macro.role_id]
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
    return run_plan(plan_stage(request), pool)


def run_plan(plan: Plan, pool: RenderPool, *, on_stage: OnStage = lambda _: None) -> Bundle:
    """A plan to its bundle; `on_stage` is told what is about to happen.

    Raises:
        GateError: what was made of it did not pass the gates.
    """
    on_stage("patch")
    patch = patch_stage(plan)
    variations = variation_stage(plan, patch.spec)
    on_stage("render")
    refined = render_stage(plan, patch.spec, variations, pool)
    on_stage("bundle")
    return bundle_stage(refined, patch.placements)
