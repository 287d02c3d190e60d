"""Listening before anyone else does: render, measure, judge, repair, and render again until a preset may ship.

First the level, then the sound at the notes of its register, with its four knobs turned: a base's to both ends, a
variation's, which shares the base's macros, to the further one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from engine import macros
from engine.bundle.previews import encode_flac
from engine.compiler import canonical_bytes, compile_spec, playable
from engine.errors import SpecError, VitalFileError
from engine.gates import GateProfile, judge, level_gain_db, suggest_repairs
from engine.render.job import SAMPLE_RATE, NotePlan, Outcome, Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.repair import apply_repair, merged
from schemas.measurements import GateReport, Measurements, Repair
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Repaired

MAX_PASSES = 8
_NARROWED = 0.6
_LEVEL_TAIL_S = 0.4
_LEVEL_TOLERANCE_DB = 0.8
"""A preset that is this near to its style's target stays there, rather than be rendered once more."""
_LEVEL_STEP_DB = 0.05
"""After the first pass a second one follows anyway, so the level is set as well as it is known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patch that wants to ship."""

    id: str
    kind: str
    spec: PatchSpec
    notes: tuple[NotePlan, ...]
    profile: GateProfile


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a candidate, with the FLAC of what was heard last."""

    preset: HeardPreset
    flac: bytes | None


@dataclass(frozen=True, slots=True)
class _State:
    candidate: Candidate
    spec: PatchSpec
    repairs: tuple[Repaired, ...] = ()
    passes: int = 0
    measurements: Measurements | None = None
    report: GateReport | None = None
    outcome: Outcome | None = None
    macros: tuple[MacroHeard, ...] = ()
    knobs: tuple[int, ...] = (1, 2, 3, 4)
    """Knobs that are still to be heard."""
    patient: bool = False
    """Whether they are heard at a whole note: at a short one, nothing was heard of them."""
    refused: tuple[str, ...] = field(default=())
    done: bool = False


def audition(candidates: Sequence[Candidate], pool: RenderPool) -> tuple[Heard, ...]:
    """Each candidate as it ships, or why it doesn't, in their order. One that crashes costs itself alone."""
    states = {candidate.id: _State(candidate, candidate.spec) for candidate in candidates}
    while waiting := [state for state in states.values() if not state.done]:
        jobs = {}
        for state in waiting:
            job = _job(state)
            if isinstance(job, _State):
                states[state.candidate.id] = job
            else:
                jobs[state.candidate.id] = job
        for outcome in pool.map(list(jobs.values())):
            states[outcome.key] = _judged(states[outcome.key], outcome)
    return tuple(_heard(states[candidate.id]) for candidate in candidates)


def _job(state: _State) -> RenderJob | _State:
    try:
        guarded = playable(compile_spec(state.spec))
    except (SpecError, VitalFileError) as error:
        return replace(state, refused=(str(error),), done=True)
    notes = state.candidate.notes
    if not state.passes:  # the first pass only finds the level, for which the tail counts little
        brief = notes[0]._replace(render_s=min(notes[0].render_s, notes[0].hold_s + _LEVEL_TAIL_S))
        return RenderJob(key=state.candidate.id, preset=guarded.preset, notes=(brief,))
    return RenderJob(
        key=state.candidate.id,
        preset=guarded.preset,
        notes=notes,
        preview=notes[0],
        turns=macros.turns(state.spec, both_ends=state.candidate.kind == "base", knobs=state.knobs),
        turn_s=notes[0].render_s if state.patient else macros.TURN_S,
        timbre=True,
    )


def _judged(state: _State, outcome: Outcome) -> _State:
    """The state after a render: accepted, refused, or repaired and to be rendered again."""
    first = not state.passes
    state = replace(state, passes=state.passes + 1, outcome=outcome)
    if not isinstance(outcome, Rendered):
        return replace(state, refused=(f"{outcome.kind}: {outcome.reason}",), done=True)
    profile = state.candidate.profile
    report = judge(outcome.measurements, profile)
    state = replace(state, measurements=outcome.measurements, report=report)
    if state.passes < MAX_PASSES:
        repaired = _repaired(state, _wanted(report, outcome.measurements, profile, first=first))
        if repaired is not None:
            return repaired
    if not report.passed:
        return replace(state, refused=tuple(result.reason for result in report.failures), done=True)
    return state if first else _macros_judged(state, outcome)


def _macros_judged(state: _State, outcome: Rendered) -> _State:
    """The state after its knobs were heard: what breaks the sound is narrowed, what does nothing refuses it."""
    heard = macros.judge_macros(state.spec, outcome.turned)
    if state.macros:
        heard = tuple(new if new.knob in state.knobs else old for old, new in zip(state.macros, heard, strict=True))
    problems = macros.problems(heard)
    broken = [macro for macro in heard if any(end.broken for end in macro.ends)]
    state = replace(state, macros=heard, done=True)
    if not problems:
        return state
    if state.passes >= MAX_PASSES:
        return replace(state, refused=tuple(problems.values()))
    if not broken:
        if state.patient:
            return replace(state, refused=tuple(problems.values()))
        return replace(state, knobs=tuple(problems), patient=True, done=False)
    made, done = state.spec, state.repairs
    for macro in broken:
        made = macros.narrow(made, macro.knob, part=_NARROWED)
        amount, unit = _NARROWED * 100, "% of its reach"
        reason = problems[macro.knob]
        done = (*done, Repaired(kind="macro", subject=macro.label, amount=amount, unit=unit, reason=reason))
    knobs = tuple(macro.knob for macro in broken)
    return replace(state, spec=made, repairs=done, knobs=knobs, patient=False, done=False)


def _wanted(
    report: GateReport, measurements: Measurements, profile: GateProfile, *, first: bool
) -> tuple[Repair, ...]:
    """The repairs that the gates suggest, and the levelling that every preset gets."""
    suggested = suggest_repairs(report, measurements, profile=profile)
    if suggested or not report.passed:
        return suggested
    gain_db = level_gain_db(measurements, profile)
    if abs(gain_db) <= (_LEVEL_STEP_DB if first else _LEVEL_TOLERANCE_DB):
        return ()
    return (Repair(kind="level", gain_db=gain_db, reason=f"Levelled to {profile.target_lufs} LUFS"),)


def _repaired(state: _State, repairs: tuple[Repair, ...]) -> _State | None:
    made, done = state.spec, state.repairs
    for repair in repairs:
        applied = apply_repair(made, repair)
        if applied is not None:
            made, what = applied
            done = (*done, what)
    return None if made is state.spec else replace(state, spec=made, repairs=done)


def _heard(state: _State) -> Heard:
    outcome = state.outcome
    audio = outcome.preview if isinstance(outcome, Rendered) else None
    flac = encode_flac(audio, SAMPLE_RATE) if audio is not None and not state.refused else None
    return Heard(
        HeardPreset(
            id=state.candidate.id,
            kind=state.candidate.kind,
            title=state.spec.metadata.name,
            status="refused" if state.refused else "accepted",
            refused_because=state.refused,
            spec=state.spec,
            preset_sha256=sha256(canonical_bytes(compile_spec(state.spec))).hexdigest(),
            repairs=merged(state.repairs),
            renders=state.passes,
            measurements=state.measurements,
            gates=state.report,
            macros=state.macros,
        ),
        flac,
    )
