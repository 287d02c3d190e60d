"""The macros of a preset under audition: tried, heard, and judged by what their roles promise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import macros
from engine.audition.jobs import next_job
from engine.audition.state import AuditionState, Candidate, Phase, begun_trial
from engine.errors import SpecError, VitalFileError
from engine.gates import macro_faults
from engine.macros.blame import reductions
from engine.render.job import Centre, Rendered, Turned
from engine.render.pool import RenderPool
from schemas.result import MacroHeard


@dataclass(frozen=True, slots=True)
class MacroTrial:
    """What was heard of some macros before anything else, and what that cost."""

    macros: tuple[MacroHeard, ...]
    centre: Centre | None
    """The first note as it is before anything is mended, with its phase seeds."""
    renders: int
    notes_played: int
    refused_because: tuple[str, ...] = ()
    """Why it can't be rendered, if so."""


def try_macros(candidate: Candidate, numbers: Sequence[int], pool: RenderPool) -> MacroTrial:
    """Hears these macros before anything else: a role without audible effect can still be replaced."""
    state = begun_trial(candidate, numbers)
    while not state.done:
        try:
            outcome = pool.render(next_job(state))
        except (SpecError, VitalFileError) as error:
            state = state.finished(str(error))
            break
        state = state.rendered(outcome)
        if not isinstance(outcome, Rendered):
            break
        state = state.first_heard(outcome)
        heard = _heard(state, outcome.turned, {})
        undecided = macros.undecided(heard)
        state = state.with_macros(heard)
        if not undecided or not state.left or state.phase is Phase.WHOLE_NOTES:
            break
        state = state.to_whole_notes(undecided)
    return MacroTrial(
        state.macros,
        None if state.refused else state.centre,
        state.passes,
        state.notes_played,
        state.refused,
    )


def _heard(state: AuditionState, turned: Sequence[Turned], broken: Mapping[str, str]) -> tuple[MacroHeard, ...]:
    """What was heard just now of the macros that were turned, and before of the others."""
    return macros.merge_heard(state.macros, macros.judge_macros(state.spec, turned, broken), state.to_hear)


def macros_heard(state: AuditionState, outcome: Rendered) -> tuple[MacroHeard, ...]:
    """What was heard of the macros so far, with what breaks at their ends."""
    broken: dict[str, str] = {}
    for fault in macro_faults(outcome.measurements, state.candidate.profile):
        broken.setdefault(fault.take.condition, fault.reason)
    return _heard(state, outcome.turned, broken)


def blamed(state: AuditionState, heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The macros with the role refused that breaks the sound and whose range can't be reduced any further."""
    if state.measurements is None:
        return heard
    wanted = reductions(
        macro_faults(state.measurements, state.candidate.profile),
        state.measurements.takes,
        state.measurements.notes[0],
        defaults=macros.macro_defaults(state.spec),
        reduced={},
    )
    reasons = {reduction.macro: reduction.reason for reduction in wanted}
    return tuple(
        macro.model_copy(update={"problem": f"Macro {macro.number} ({macro.label}): {reasons[macro.number]}"})
        if macro.number in reasons and not macro.problem
        else macro
        for macro in heard
    )


def macros_judged(state: AuditionState, outcome: Rendered) -> AuditionState:
    """The state after its macros were heard: one of which nothing is heard gets a second, longer hearing."""
    heard = macros_heard(state, outcome)
    undecided = macros.undecided(heard)
    problems = {macro.number: macro.problem for macro in heard if macro.problem}
    state = state.with_macros(heard)
    if not problems or not state.left or set(undecided) != set(problems):
        return state.finished(*problems.values())
    return state.to_whole_notes(undecided)


def after_whole_notes(state: AuditionState, outcome: Rendered) -> AuditionState:
    """The state after the macros that remained were heard at a whole note."""
    heard = macros_heard(state, outcome)
    return state.with_macros(heard).finished(*(macro.problem for macro in heard if macro.problem))
