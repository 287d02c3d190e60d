"""A plan made into sound to be heard: its patch, its variations, and the notes that it is measured at."""

from collections.abc import Collection, Mapping

from engine.catalog import template
from engine.generate import Patch, make_patch, make_variations
from engine.planner import naming
from engine.render.job import NotePlan, standard_notes
from schemas.intent import Axis, Intent
from schemas.patch_spec import Metadata, PatchSpec
from schemas.result import Plan
from schemas.template import MacroTemplate, RoleId
from schemas.variations import Variation

Drives = Mapping[Axis, float]
_EDGE_HOLD_S, _EDGE_RENDER_S = 0.5, 0.9
_WIDEST_REGISTER = 24
"""Semitones from the centre to the notes that are measured at the register's ends."""


def patch_of(
    made: Plan, *, off_knobs: Collection[RoleId] = (), drives: Drives | None = None, intent: Intent | None = None
) -> Patch:
    """The base patch of a plan: with some axes driven, with roles kept off the knobs, or with another intent."""
    return make_patch(
        intent or made.intent,
        template(made.template_id),
        seed=made.request.seed,
        metadata=_metadata(made),
        drives=drives,
        off_knobs=off_knobs,
    )


def variations_of(
    made: Plan,
    spec: PatchSpec,
    *,
    off_knobs: Collection[RoleId] = (),
    drives: Drives | None = None,
    push: float = 1.0,
    without: Collection[str] = (),
) -> tuple[Variation, ...]:
    """As many variations of a base patch as were asked for; the base was made with the same options."""
    return make_variations(
        spec,
        made.intent,
        template(made.template_id),
        seed=made.request.seed,
        count=made.request.variations,
        drives=drives,
        push=push,
        without=without,
        off_knobs=off_knobs,
    )


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
