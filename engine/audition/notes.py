"""The notes that a request's presets are measured at, each held until a slow sound is there."""

import re
from collections.abc import Sequence

from engine.audition.arrival import AT_ONCE_S, THERE_S
from engine.planner import naming
from engine.render.job import NotePlan, standard_notes
from engine.set_values import note_name
from schemas.intent import Intent
from schemas.patch_spec import Metadata
from schemas.result import Plan
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
    low, centre, high = (min(max(n + shift, 0), 127) for n in (register.low, register.center, register.high))
    return _notes(low, centre, high, hold_s=play.hold_s, render_s=play.render_s, velocity=play.velocity)


def _notes(
    low: int, centre: int, high: int, *, hold_s: float, render_s: float, velocity: float
) -> tuple[NotePlan, ...]:
    return standard_notes(
        low,
        centre,
        high,
        hold_s=hold_s,
        render_s=render_s,
        edge_hold_s=min(_EDGE_HOLD_S, hold_s),
        edge_render_s=min(_EDGE_RENDER_S, render_s),
        velocity=velocity,
    )


def notes_told(notes: Sequence[NotePlan]) -> str:
    """The notes that a preset is measured at, as its comment says them; `notes_said` reads them again.

    >>> notes_told((NotePlan(38, 0.8, 0.5, 1.2), NotePlan(24), NotePlan(50)))
    'Played at D2 (C1 to D3), velocity 80 %, held 0.5 of 1.2 s.'
    """
    first, numbers = notes[0], [one.note for one in notes]
    low, centre, high = (note_name(number, sharp="#") for number in (min(numbers), first.note, max(numbers)))
    velocity = f"velocity {100.0 * first.velocity:g} %"
    return f"Played at {centre} ({low} to {high}), {velocity}, held {first.hold_s:g} of {first.render_s:g} s."


def described(plan: Plan, chosen: MacroTemplate) -> Metadata:
    """What Vital's browser shows of a plan's base preset: how it sounds, and at which notes it was measured."""
    metadata = naming.metadata(plan, chosen.category)
    told = f"{metadata.comments} {notes_told(measured_notes(chosen, plan.intent))}"
    return metadata.model_copy(update={"comments": told})


_SAID = re.compile(
    r"Played at ([A-G]#?-?\d) \(([A-G]#?-?\d) to ([A-G]#?-?\d)\), velocity ([\d.]{1,8}) %, held ([\d.]{1,8}) of "
    r"([\d.]{1,8}) s\."
)
_NUMBERS = {note_name(number, sharp="#"): number for number in range(128)}
_LONGEST_NOTE_S = 10.0


def notes_said(comments: str) -> tuple[NotePlan, ...] | None:
    """The notes that a preset's comment says it was measured at; none where it says no such thing.

    >>> notes_said("Bass: dark. Played at D2 (C1 to D3), velocity 80 %, held 0.5 of 1.2 s.")[0]
    NotePlan(note=38, velocity=0.8, hold_s=0.5, render_s=1.2)
    """
    found = _SAID.search(comments)
    if found is None:
        return None
    centre, low, high = (_NUMBERS.get(name) for name in found.groups()[:3])
    try:
        percent, hold_s, render_s = map(float, found.groups()[3:])
    except ValueError:
        return None
    fits = 0.0 < percent <= 100.0 and 0.0 < hold_s <= render_s <= _LONGEST_NOTE_S
    if centre is None or low is None or high is None or not fits:
        return None
    return _notes(low, centre, high, hold_s=hold_s, render_s=render_s, velocity=percent / 100.0)


def held(plan: NotePlan, arrival_s: float) -> NotePlan:
    """The note, held until a sound is there that takes `arrival_s`, s, with the tail that it had.

    >>> held(NotePlan(60, 1.0, 0.5, 0.9), 4.0)
    NotePlan(note=60, velocity=1.0, hold_s=4.3, render_s=4.7)
    """
    if arrival_s <= AT_ONCE_S:
        return plan
    longer_s = max(arrival_s + THERE_S - plan.hold_s, 0.0)
    return plan._replace(hold_s=round(plan.hold_s + longer_s, 3), render_s=round(plan.render_s + longer_s, 3))
