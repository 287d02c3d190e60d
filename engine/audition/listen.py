"""Listening before anyone else does: render, measure, judge, repair, and render again until a preset may ship.

First a rough pass: the centre note and the short takes of `engine.conditions`, knobs in every corner among them.
It sets the level and narrows the knobs that break something. Then the sound at the notes of its register and under
other phase seeds. A base's knobs are turned to both ends, one at a time, unless that was heard before; a variation
shares them, and is heard with them in every corner.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine import conditions, macros
from engine.audition.knobs import (
    blamed,
    heard_patiently,
    macros_heard,
    macros_judged,
    merged_macros,
    turning,
    turns_of,
)
from engine.audition.mending import repaired
from engine.audition.state import MAX_PASSES, Candidate, Heard, State, as_heard, started
from engine.bundle.previews import encode_flac
from engine.compiler import compile_spec, playable
from engine.errors import SpecError, VitalFileError
from engine.gates import at_rest, judge
from engine.measure.overall import combine
from engine.render.job import SAMPLE_RATE, Outcome, Rendered, RenderJob, Take
from engine.render.pool import RenderPool
from schemas.measurements import Measurements


def audition(candidates: Sequence[Candidate], pool: RenderPool) -> tuple[Heard, ...]:
    """Each candidate as it ships, or why it doesn't, in their order. One that crashes costs itself alone.

    If a base is refused, what varies it is heard no further and refused as well.
    """
    states = {candidate.id: started(candidate) for candidate in candidates}
    bases = [state.candidate.id for state in states.values() if state.is_base]
    while waiting := [state for state in states.values() if not state.done]:
        jobs = {}
        for state in waiting:
            job = _job(state)
            if isinstance(job, State):
                states[state.candidate.id] = job
            else:
                jobs[state.candidate.id] = job
        for outcome in pool.map(list(jobs.values())):
            states[outcome.key] = _judged(states[outcome.key], outcome)
        if any(states[base].refused for base in bases):
            states = {key: _without_base(state) for key, state in states.items()}
    return tuple(as_heard(states[candidate.id]) for candidate in candidates)


def _without_base(state: State) -> State:
    if state.done or state.is_base:
        return state
    return replace(state, refused=("Its base preset was refused",), done=True)


def _job(state: State) -> RenderJob | State:
    try:
        guarded = playable(compile_spec(state.spec))
    except (SpecError, VitalFileError) as error:
        return replace(state, refused=(str(error),), done=True)
    notes, key = state.candidate.notes, state.candidate.id
    takes = () if state.takes else _takes(state)
    if state.rough:
        return RenderJob(key=key, preset=guarded.preset, notes=notes[:1], takes=takes)
    if state.patient:
        return turning(state)
    turns = turns_of(state)
    seeds = conditions.seed_lengths(notes[0], turns, several=state.is_base)
    return RenderJob(
        key=key,
        preset=guarded.preset,
        notes=notes,
        preview=notes[0],
        turns=turns,
        again=seeds,
        takes=takes,
        timbre=True,
    )


def _takes(state: State) -> tuple[Take, ...]:
    first, voicing = state.candidate.notes[0], state.spec.modules.voicing
    chord = voicing.polyphony > 1 and state.candidate.profile.name in conditions.CHORD_STYLES
    edges = tuple(plan.note for plan in state.candidate.notes[1:])
    played = conditions.played_takes(first, edges=edges, chord=chord)
    return (*played, *conditions.knob_takes(first, macros.knob_defaults(state.spec), middles=state.is_base))


def _judged(state: State, outcome: Outcome) -> State:
    """The state after a render: accepted, refused, or repaired and to be rendered again."""
    state = replace(state, passes=state.passes + 1)
    if not isinstance(outcome, Rendered):
        return replace(state, refused=(f"{outcome.kind}: {outcome.reason}",), done=True)
    state = replace(state, listens=state.listens + outcome.listens)
    if state.patient:
        return heard_patiently(state, outcome)
    measured = outcome.measurements
    if state.takes:
        together = combine(measured.notes, [*measured.takes, *state.takes.takes])
        measured = together.model_copy(update={"timbre": measured.timbre})
    report = judge(measured, state.candidate.profile)
    audio = None if outcome.preview is None else encode_flac(outcome.preview, SAMPLE_RATE)
    state = replace(state, measurements=measured, report=report, audio=audio)
    if state.passes < MAX_PASSES:
        mended = repaired(state, measured)
        if mended is not None:
            return mended
    if state.rough and (report.passed or _hopeful(state, measured)):
        return replace(state, rough=False, takes=measured)
    if not report.passed:
        heard = blamed(state, merged_macros(state, macros_heard(state, outcome))) if not state.rough else ()
        return replace(state, macros=heard, refused=tuple(result.reason for result in report.failures), done=True)
    return macros_judged(state, outcome)


def _hopeful(state: State, measured: Measurements) -> bool:
    """Whether what fails in a rough pass is the knobs' alone: which to blame is known when they were turned."""
    return judge(at_rest(measured), state.candidate.profile).passed and state.is_base
