"""The macros of a preset under audition: turned, heard, and judged by what their roles promise."""

from collections.abc import Sequence
from dataclasses import replace

from engine import macros
from engine.audition import conditions
from engine.audition.arrival import arrival_of
from engine.audition.state import Auditioned, AuditionState, Candidate, Phase, as_heard
from engine.compiler import compile_spec, playable
from engine.errors import SpecError, VitalFileError
from engine.gates import macro_faults
from engine.macros.blame import reductions
from engine.render.job import Centre, Rendered, RenderJob, Turn
from engine.render.pool import RenderPool
from schemas.result import MacroHeard


def try_macros(candidate: Candidate, numbers: Sequence[int], pool: RenderPool) -> Auditioned:
    """What is heard of these macros before anything else: a role without audible effect can still be replaced.

    The preset that comes back holds nothing but these macros, what its first note measures, and what that cost.
    """
    state = AuditionState(candidate, candidate.spec, phase=Phase.AS_IT_SHIPS, to_hear=tuple(numbers))
    centre: Centre | None = None
    for phase in (Phase.AS_IT_SHIPS, Phase.WHOLE_NOTES):
        job = turning(replace(state, phase=phase))
        if isinstance(job, AuditionState):
            return as_heard(job)
        outcome = pool.render(job)
        state = replace(state, passes=state.passes + 1)
        if not isinstance(outcome, Rendered):
            return as_heard(state.finished(f"{outcome.kind}: {outcome.reason}"))
        state = replace(state, listens=state.listens + outcome.listens)
        state = replace(state, measurements=state.measurements or outcome.measurements)
        centre = centre or outcome.centre
        state = replace(state, macros=merged_macros(state, macros.judge_macros(state.spec, outcome.turned, {})))
        state = replace(state, to_hear=macros.undecided(state.macros))
        if not state.to_hear or not state.left:
            break
    return replace(as_heard(state), centre=centre)


def turning(state: AuditionState) -> RenderJob | AuditionState:
    """The job that turns the macros which are still to be heard, and does nothing else."""
    try:
        preset = playable(compile_spec(state.spec)).preset
    except (SpecError, VitalFileError) as error:
        return state.finished(str(error))
    turns, arrival = turns_of(state), arrival_of(state.spec)
    again = conditions.seed_lengths(state.candidate.notes[0], turns, several=state.is_base, arrival=arrival)
    return centre_job(state, preset, turns, again)


def centre_job(state: AuditionState, preset: bytes, turns: tuple[Turn, ...], again: tuple[float, ...]) -> RenderJob:
    """The centre note with its timbre and audio, `turns` beside it, and `again` under other phase seeds, s each."""
    first = state.candidate.notes[0]
    return RenderJob(
        key=state.candidate.id,
        preset=preset,
        notes=(first,),
        preview=first,
        turns=turns,
        again=again,
        timbre=True,
    )


def turns_of(state: AuditionState) -> tuple[Turn, ...]:
    """The turns of the macros that are still to be heard."""
    axes = {number: axis for number, axis in macros.macro_axes(state.spec).items() if number in state.to_hear}
    return conditions.turns(
        state.candidate.notes[0],
        axes,
        macros.macro_defaults(state.spec),
        whole_notes=state.phase is Phase.WHOLE_NOTES,
        arrival=arrival_of(state.spec),
    )


def merged_macros(state: AuditionState, heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """What was heard just now of the macros that were turned, and before of the others."""
    found = {macro.number: macro for macro in state.macros}
    found |= {macro.number: macro for macro in heard if macro.number in state.to_hear}
    return tuple(found[number] for number in sorted(found))


def macros_heard(state: AuditionState, outcome: Rendered) -> tuple[MacroHeard, ...]:
    """What was heard of the macros, with what breaks at their ends."""
    broken: dict[str, str] = {}
    for fault in macro_faults(outcome.measurements, state.candidate.profile):
        broken.setdefault(fault.take.condition, fault.reason)
    return macros.judge_macros(state.spec, outcome.turned, broken)


def blamed(state: AuditionState, heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The macros with the role refused that breaks the sound and whose range can't be reduced any further."""
    if state.measurements is None:
        return heard
    wanted = reductions(
        macro_faults(state.measurements, state.candidate.profile),
        state.measurements.takes,
        state.measurements.notes[0],
        defaults=macros.macro_defaults(state.spec),
        given={},
    )
    reasons = {one.macro: one.reason for one in wanted}
    return tuple(
        one.model_copy(update={"problem": f"Macro {one.number} ({one.label}): {reasons[one.number]}"})
        if one.number in reasons and not one.problem
        else one
        for one in heard
    )


def macros_judged(state: AuditionState, outcome: Rendered) -> AuditionState:
    """The state after its macros were heard: one of which nothing is heard gets a second, longer hearing."""
    state = replace(state, macros=merged_macros(state, macros_heard(state, outcome)))
    problems = {macro.number: macro.problem for macro in state.macros if macro.problem}
    again = macros.undecided(state.macros)
    if not problems or not state.left or set(again) != set(problems):
        return state.finished(*problems.values())
    return replace(state, to_hear=again, phase=Phase.WHOLE_NOTES)


def after_whole_notes(state: AuditionState, outcome: Rendered) -> AuditionState:
    """The state after the macros that remained were heard at a whole note."""
    heard = merged_macros(state, macros_heard(state, outcome))
    return replace(state, macros=heard).finished(*(macro.problem for macro in heard if macro.problem))
