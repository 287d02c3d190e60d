"""What a request is drawn as: as it was planned, then from other templates that answer as well, or other picks.

Words that sound the other way in every drawing are left out of the last one, and told as not given.
"""

from collections.abc import Collection

from engine.audition.notes import described
from engine.catalog import catalog, template
from engine.generate import Patch, make_patch, make_variations, templates_alike
from engine.generate.owners import out_of_reach
from engine.generate.seeds import bits
from engine.word_contracts import AskedAxis, asked_axes
from schemas.intent import Axis, Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.result import Plan
from schemas.variations import Variation

MOST_DRAWINGS = 3
"""Drawings whose words are driven before one is chosen; the rest of the work is done for the best of them."""


def drawn(plan: Plan, number: int) -> Plan:
    """The plan as it is drawn for the `number`-th time after the first; 0 is the plan itself.

    A template that the request names stays.
    """
    if not number:
        return plan
    alike = () if plan.request.template_id else templates_alike(plan.intent, catalog(), template(plan.template_id))
    turn = (template(plan.template_id), *alike)
    chosen = turn[number % len(turn)]
    answers = {"template_id": chosen.id, "template_version": chosen.version}
    return plan.model_copy(
        update={**answers, "draws": number, "out_of_reach": out_of_reach(chosen.id, plan.intent)}
    )


def without(plan: Plan, axes: Collection[Axis]) -> Plan:
    """The plan without what the words ask for on these axes."""
    return plan.model_copy(update={"left_out": (*plan.left_out, *axes)})


def seed_of(plan: Plan) -> int:
    """What the picks are drawn from: the request's own seed, and for each further drawing another one."""
    request = plan.request
    return bits("drawn anew", request.seed, request.prompt, plan.draws) % 2**32 if plan.draws else request.seed


def kept_intent(plan: Plan) -> Intent:
    """What the prompt asks for, without what was left out."""
    return leaving_out(plan.intent, plan.left_out)


def left_out(plan: Plan) -> tuple[AskedAxis, ...]:
    """The words that are not given."""
    return tuple(one for one in asked_axes(plan.intent) if one.axis in plan.left_out)


def leaving_out(intent: Intent, axes: Collection[Axis]) -> Intent:
    """The intent without its values on these axes; the same where there is nothing to leave out."""
    if not set(axes) & set(intent.axes):
        return intent
    return intent.model_copy(update={"axes": {one: value for one, value in intent.axes.items() if one not in axes}})


def metadata_of(plan: Plan) -> Metadata:
    """What Vital's browser shows of the base preset: nothing of what was left out."""
    return described(plan.model_copy(update={"intent": kept_intent(plan)}), template(plan.template_id))


def patch_of(plan: Plan) -> Patch:
    """The base patch of a plan as it is drawn, and where its macros went."""
    chosen = template(plan.template_id)
    return make_patch(kept_intent(plan), chosen, seed=seed_of(plan), metadata=metadata_of(plan))


def variations_of(plan: Plan, spec: PatchSpec) -> tuple[Variation, ...]:
    """As many variations of that base patch as were asked for."""
    chosen, count = template(plan.template_id), plan.request.variations
    return make_variations(spec, kept_intent(plan), chosen, seed=seed_of(plan), count=count)
