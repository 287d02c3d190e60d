"""The notes that a request's presets are measured at, each held until a slow sound is there."""

from engine.audition.arrival import AT_ONCE_S, THERE_S
from engine.render.job import NotePlan, standard_notes
from schemas.intent import Intent
from schemas.template import MacroTemplate

_WIDEST_REGISTER = 24
"""Semitones from the centre to the notes that are measured at the register's ends."""
_EDGE_HOLD_S, _EDGE_RENDER_S = 0.5, 0.9


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


def held(plan: NotePlan, arrival_s: float) -> NotePlan:
    """The note, held until a sound is there that takes `arrival_s`, s, with the tail that it had.

    >>> held(NotePlan(60, 1.0, 0.5, 0.9), 4.0)
    NotePlan(note=60, velocity=1.0, hold_s=4.3, render_s=4.7)
    """
    if arrival_s <= AT_ONCE_S:
        return plan
    longer_s = max(arrival_s + THERE_S - plan.hold_s, 0.0)
    return plan._replace(hold_s=round(plan.hold_s + longer_s, 3), render_s=round(plan.render_s + longer_s, 3))
