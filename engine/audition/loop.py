"""Listening before anyone else does: render, measure, judge, correct, and render again until a preset may ship.

First a survey: the notes of the register, other phase seeds and the short takes of `engine.audition.conditions`,
macros in every corner among them. It sets level and width and reduces the range of macros that break something.
What is done at the output alone (`engine.audition.output`) is known from there, so then the centre note is heard
as it ships, and must be what it was expected to be. A base's macros are turned to both ends, one at a time, unless
that was heard before; a variation shares them, and is heard with them in every corner.
"""

from collections.abc import Sequence

from engine.audio import SAMPLE_RATE
from engine.audition.corrections import corrected, levelled_before
from engine.audition.jobs import next_job
from engine.audition.macros import after_whole_notes, blamed, macros_heard, macros_judged
from engine.audition.state import Auditioned, AuditionState, Candidate, Phase, ended, started
from engine.codec import encode_flac
from engine.errors import SpecError, VitalFileError
from engine.gates import at_rest, judge
from engine.measure.overall import combine
from engine.render.job import Outcome, Rendered
from engine.render.pool import RenderPool
from schemas.measurements import Measurements

_KNOWN_WITHIN_DB = 0.1
"""By how much a note as it ships may differ from what was worked out, before all of it is heard again."""
_ALL_AGAIN = 2
"""Renders that it takes to hear all of a patch, and then the patch as it ships."""


def audition(candidates: Sequence[Candidate], pool: RenderPool) -> tuple[Auditioned, ...]:
    """Each candidate as it ships, or why it doesn't, in their order. One that crashes costs itself alone.

    If a base is refused, what varies it is heard no further and refused as well.
    """
    states = {candidate.id: levelled_before(started(candidate)) for candidate in candidates}
    bases = [state.candidate.id for state in states.values() if state.is_base]
    while waiting := [state for state in states.values() if not state.done]:
        jobs = {}
        for state in waiting:
            try:
                jobs[state.candidate.id] = next_job(state)
            except (SpecError, VitalFileError) as error:
                states[state.candidate.id] = state.finished(str(error))
        for outcome in pool.map(list(jobs.values())):
            states[outcome.key] = _judged(states[outcome.key], outcome)
        if any(states[base].refused for base in bases):
            states = {key: _without_base(state) for key, state in states.items()}
    return tuple(ended(states[candidate.id]) for candidate in candidates)


def _without_base(state: AuditionState) -> AuditionState:
    if state.is_base or state.refused:
        return state
    return state.finished("Its base preset was refused")


def _judged(state: AuditionState, outcome: Outcome) -> AuditionState:
    """The state after a render: accepted, refused, or corrected and to be rendered again."""
    state = state.rendered(outcome)
    if not isinstance(outcome, Rendered):
        return state
    if state.phase is Phase.WHOLE_NOTES:
        return after_whole_notes(state, outcome)
    if state.surveying:
        known = state.survey_of(outcome)
        state, measured = state.surveyed(known), known.measured
    elif state.known and state.left >= _ALL_AGAIN and not _as_known(state.known.measured, outcome.measurements):
        return state.to_survey()
    else:
        measured = _together(outcome.measurements, state.known.measured if state.known else None)
    report = judge(measured, state.candidate.profile)
    audio = None if outcome.preview is None else encode_flac(outcome.preview, SAMPLE_RATE)
    state = state.measured(measured, report, audio)
    better = corrected(state, measured) if state.left else None
    if better is not None and state.left >= (_ALL_AGAIN if better.surveying else 1):
        return better
    if state.surveying and state.left and (report.passed or _only_macros_fail(state, measured)):
        return state.to_ship()
    if state.surveying and report.passed:
        return state.finished("No render is left to hear it as it ships")
    if not report.passed:
        heard = () if state.surveying else blamed(state, macros_heard(state, outcome))
        return state.with_macros(heard).finished(*(result.reason for result in report.failures))
    return macros_judged(state, outcome)


def _as_known(known: Measurements, heard: Measurements) -> bool:
    """Whether the centre note is what it was said to be: then all else is, too."""
    before, now = known.notes[0], heard.notes[0]
    return (
        abs(before.loudness_lufs - now.loudness_lufs) <= _KNOWN_WITHIN_DB
        and abs(before.mono_loss_db - now.mono_loss_db) <= _KNOWN_WITHIN_DB
        and abs(before.peak_dbfs - now.peak_dbfs) <= _KNOWN_WITHIN_DB
    )


def _together(heard: Measurements, known: Measurements | None) -> Measurements:
    """The centre note as it ships, with what is known of all else."""
    if known is None:
        return heard
    edges = [note for note in known.notes[1:] if not note.condition]
    seeds = heard.notes[1:] or [note for note in known.notes[1:] if note.condition]
    centre = heard.notes[0]
    if centre.stuck_db is None:
        centre = centre.model_copy(update={"stuck_db": known.notes[0].stuck_db})
    together = combine([centre, *edges, *seeds], [*heard.takes, *known.takes])
    return together.model_copy(update={"timbre": heard.timbre})


def _only_macros_fail(state: AuditionState, measured: Measurements) -> bool:
    """Whether what fails in a survey is the macros' alone: which to blame is known when they were turned."""
    return judge(at_rest(measured), state.candidate.profile).passed and state.is_base
