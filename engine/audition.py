"""Listening before anyone else does: render, measure, judge, repair, and render again until a preset may ship.

First a rough pass: the centre note and the short takes of `engine.conditions`, knobs in every corner among them.
It sets the level and narrows the knobs that break something. Then the sound at the notes of its register and under
other phase seeds. A base's knobs are turned to both ends, one at a time, unless that was heard before; a variation
shares them, and is heard with them in every corner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType

from engine import conditions, macros
from engine.bundle.previews import encode_flac
from engine.compiler import canonical_bytes, compile_spec, playable
from engine.errors import SpecError, VitalFileError
from engine.gates import GateProfile, at_rest, judge, knob_faults, level_gain_db, shifted, suggest_repairs
from engine.measure.overall import combine
from engine.narrowing import Given, narrowings
from engine.render.job import SAMPLE_RATE, NotePlan, Outcome, Rendered, RenderJob, Take, Turn
from engine.render.pool import RenderPool
from engine.repair import apply_repair, merged
from schemas.measurements import GateReport, Measurements, Repair
from schemas.patch_spec import PatchSpec
from schemas.result import HeardPreset, MacroHeard, Repaired

MAX_PASSES = 10
_LITTLE_DB = 1.5
_MOST_TRIMS = 24
"""Repairs after which knobs that still break something are told, not trimmed once more."""
_LEVEL_TOLERANCE_DB = 0.8
"""A preset that is this near to its style's target stays there, rather than be rendered once more."""
_LEVEL_STEP_DB = 0.05
"""After the rough pass another one follows anyway, so the level is set as well as it is known."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A patch that wants to ship."""

    id: str
    kind: str
    spec: PatchSpec
    notes: tuple[NotePlan, ...]
    profile: GateProfile
    macros: tuple[MacroHeard, ...] = ()
    """What was heard of its knobs before: these are turned again only if they had to change."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a candidate, with the FLAC of what was heard last."""

    preset: HeardPreset
    flac: bytes | None


@dataclass(frozen=True, slots=True)
class _State:
    candidate: Candidate
    spec: PatchSpec
    rough: bool = True
    repairs: tuple[Repaired, ...] = ()
    passes: int = 0
    listens: int = 0
    measurements: Measurements | None = None
    report: GateReport | None = None
    audio: bytes | None = None
    takes: Measurements | None = None
    """What the rough pass measured of the sound as it is now: its takes need not be heard again."""
    macros: tuple[MacroHeard, ...] = ()
    knobs: tuple[int, ...] = (1, 2, 3, 4)
    """Knobs that are still to be heard."""
    given: Mapping[int, Given] = field(default_factory=lambda: MappingProxyType({}))
    """What each knob gave up that broke something."""
    patient: bool = False
    """Whether they are heard at a whole note: at a shorter one, nothing was heard of them."""
    refused: tuple[str, ...] = ()
    done: bool = False

    @property
    def is_base(self) -> bool:
        return self.candidate.kind == "base"


def audition(candidates: Sequence[Candidate], pool: RenderPool) -> tuple[Heard, ...]:
    """Each candidate as it ships, or why it doesn't, in their order. One that crashes costs itself alone.

    A base goes ahead by a pass. If it is refused, what varies it is refused unheard.
    """
    states = {candidate.id: _started(candidate) for candidate in candidates}
    bases = [state.candidate.id for state in states.values() if state.is_base]
    first = True
    while waiting := [state for state in states.values() if not state.done]:
        if first and bases:
            waiting = [state for state in waiting if state.is_base]
        first = False
        jobs = {}
        for state in waiting:
            job = _job(state)
            if isinstance(job, _State):
                states[state.candidate.id] = job
            else:
                jobs[state.candidate.id] = job
        for outcome in pool.map(list(jobs.values())):
            states[outcome.key] = _judged(states[outcome.key], outcome)
        if any(states[base].refused for base in bases):
            states = {key: _without_base(state) for key, state in states.items()}
    return tuple(_heard(states[candidate.id]) for candidate in candidates)


def _started(candidate: Candidate) -> _State:
    known = {macro.knob for macro in candidate.macros}
    mine = macros.knob_defaults(candidate.spec) if candidate.kind == "base" else ()
    knobs = tuple(knob for knob in mine if knob not in known)
    return _State(candidate, candidate.spec, macros=candidate.macros, knobs=knobs)


def try_knobs(candidate: Candidate, knobs: Sequence[int], pool: RenderPool) -> Heard:
    """What is heard of `knobs`, before anything else is: a role of which nothing is heard can still give way.

    The preset that comes back holds nothing but these macros and what hearing them cost.
    """
    state = replace(_State(candidate, candidate.spec, rough=False), knobs=tuple(knobs))
    for patient in (False, True):
        job = _turning(replace(state, patient=patient))
        if isinstance(job, _State):
            return _heard(job)
        outcome = pool.render(job)
        if not isinstance(outcome, Rendered):
            return _heard(replace(state, refused=(f"{outcome.kind}: {outcome.reason}",)))
        state = replace(state, passes=state.passes + 1, listens=state.listens + outcome.listens)
        state = replace(state, macros=_merged(state, macros.judge_macros(state.spec, outcome.turned, {})))
        state = replace(state, knobs=macros.undecided(state.macros))
        if not state.knobs:
            break
    return _heard(state)


def _turning(state: _State) -> RenderJob | _State:
    """The job that turns the knobs which are still to be heard, and does nothing else."""
    try:
        preset = playable(compile_spec(state.spec)).preset
    except (SpecError, VitalFileError) as error:
        return replace(state, refused=(str(error),), done=True)
    first = state.candidate.notes[0]
    turns = _turns(state)
    again = conditions.seed_lengths(first, turns, several=state.is_base)
    return RenderJob(key=state.candidate.id, preset=preset, notes=(first,), turns=turns, again=again)


def _turns(state: _State) -> tuple[Turn, ...]:
    axes = {knob: axis for knob, axis in macros.knob_axes(state.spec).items() if knob in state.knobs}
    return conditions.turns(
        state.candidate.notes[0],
        axes,
        macros.knob_defaults(state.spec),
        patient=state.patient,
    )


def _merged(state: _State, heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """What was heard just now of the knobs that were turned, and before of the others."""
    found = {macro.knob: macro for macro in state.macros}
    found |= {macro.knob: macro for macro in heard if macro.knob in state.knobs}
    return tuple(found[knob] for knob in sorted(found))


def _without_base(state: _State) -> _State:
    if state.done or state.is_base:
        return state
    return replace(state, refused=("Its base preset was refused",), done=True)


def _job(state: _State) -> RenderJob | _State:
    try:
        guarded = playable(compile_spec(state.spec))
    except (SpecError, VitalFileError) as error:
        return replace(state, refused=(str(error),), done=True)
    notes, key = state.candidate.notes, state.candidate.id
    takes = () if state.takes else _takes(state)
    if state.rough:
        return RenderJob(key=key, preset=guarded.preset, notes=notes[:1], takes=takes)
    if state.patient:
        return _turning(state)
    turns = _turns(state)
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


def _takes(state: _State) -> tuple[Take, ...]:
    first, voicing = state.candidate.notes[0], state.spec.modules.voicing
    chord = voicing.polyphony > 1 and state.candidate.profile.name in conditions.CHORD_STYLES
    edges = tuple(plan.note for plan in state.candidate.notes[1:])
    played = conditions.played_takes(first, edges=edges, chord=chord)
    return (*played, *conditions.knob_takes(first, macros.knob_defaults(state.spec), middles=state.is_base))


def _judged(state: _State, outcome: Outcome) -> _State:
    """The state after a render: accepted, refused, or repaired and to be rendered again."""
    state = replace(state, passes=state.passes + 1)
    if not isinstance(outcome, Rendered):
        return replace(state, refused=(f"{outcome.kind}: {outcome.reason}",), done=True)
    state = replace(state, listens=state.listens + outcome.listens)
    if state.patient:
        return _heard_patiently(state, outcome)
    measured = outcome.measurements
    if state.takes:
        together = combine(measured.notes, [*measured.takes, *state.takes.takes])
        measured = together.model_copy(update={"timbre": measured.timbre})
    report = judge(measured, state.candidate.profile)
    audio = None if outcome.preview is None else encode_flac(outcome.preview, SAMPLE_RATE)
    state = replace(state, measurements=measured, report=report, audio=audio)
    if state.passes < MAX_PASSES:
        repaired = _repaired(state, measured)
        if repaired is not None:
            return repaired
    if state.rough and (report.passed or _hopeful(state, measured)):
        return replace(state, rough=False, takes=measured)
    if not report.passed:
        heard = _blamed(state, _macros(state, outcome)) if not state.rough else ()
        return replace(state, macros=heard, refused=tuple(result.reason for result in report.failures), done=True)
    return _macros_judged(state, outcome)


def _hopeful(state: _State, measured: Measurements) -> bool:
    """Whether what fails in a rough pass is the knobs' alone: which to blame is known when they were turned."""
    return judge(at_rest(measured), state.candidate.profile).passed and state.is_base


def _repaired(state: _State, measured: Measurements) -> _State | None:
    """The state with all repaired that can be, to be rendered again; none if there is nothing to do."""
    wanted = _wanted(state, measured)
    made, done = state.spec, state.repairs
    gain_db = 0.0
    for repair in wanted:
        applied = apply_repair(made, repair)
        if applied is not None:
            made, what = applied
            done = (*done, what)
            gain_db += repair.gain_db or 0.0
    only_level = all(repair.kind == "level" for repair in wanted)
    exactly = only_level and _only_volume(state.spec, made)
    expected = shifted(measured, gain_db)
    if only_level and judge(at_rest(expected), state.candidate.profile).passed:
        narrowed = _narrowed(replace(state, spec=made, repairs=done), expected)
        if narrowed is not None:
            return narrowed
    if made is state.spec:
        return None
    takes = shifted(state.takes or measured, gain_db) if exactly else None
    return replace(state, spec=made, repairs=done, rough=not exactly, takes=takes)


def _only_volume(before: PatchSpec, after: PatchSpec) -> bool:
    """Whether two patches differ in nothing but their volume, which no macro moves."""
    moved = any(target.path == macros.VOLUME for macro in after.macros for target in macro.targets)
    volume = {"volume_db": before.modules.voicing.volume_db}
    voicing = after.modules.voicing.model_copy(update=volume)
    modules = after.modules.model_copy(update={"voicing": voicing})
    return not moved and after.model_copy(update={"modules": modules}) == before


def _wanted(state: _State, measured: Measurements) -> tuple[Repair, ...]:
    """The repairs that the gates suggest, and the levelling that every preset gets."""
    profile, resting = state.candidate.profile, at_rest(measured)
    report = judge(resting, profile)
    suggested = suggest_repairs(report, resting, profile=profile)
    if suggested or not report.passed:
        return suggested
    narrower = suggest_repairs(_little_mono_loss(measured, profile), measured, profile=profile)
    if narrower:
        return narrower
    gain_db = level_gain_db(resting, profile)
    if abs(gain_db) <= (_LEVEL_STEP_DB if state.passes == 1 else _LEVEL_TOLERANCE_DB):
        return ()
    return (Repair(kind="level", gain_db=gain_db, reason=f"Levelled to {profile.target_lufs} LUFS"),)


def _little_mono_loss(measured: Measurements, profile: GateProfile) -> GateReport:
    """What is lost in mono where knobs are turned, as far as it is little: the phases' doing, not the knobs'."""
    report = judge(measured, profile)
    little = [
        result
        for result in report.failures
        if result.gate in ("mono_safe", "mono_safe_low")
        and result.value is not None
        and result.limit is not None
        and abs(result.value - result.limit) <= _LITTLE_DB
    ]
    return report.model_copy(update={"results": tuple(little)})


def _narrowed(state: _State, expected: Measurements) -> _State | None:
    """The state with those knobs narrowed that break something; none if none does, or none can be narrowed."""
    faults = knob_faults(expected, state.candidate.profile)
    wanted = narrowings(
        faults,
        expected.takes,
        expected.notes[0],
        defaults=macros.knob_defaults(state.spec),
        given=state.given,
    )
    if not wanted:
        return None
    made, done, given, takes = state.spec, state.repairs, dict(state.given), expected
    labels = {macro.knob: macro.label for macro in macros.judge_macros(state.spec, (), {})}
    for one in wanted:
        before = given.get(one.knob, Given())
        given[one.knob] = Given(before.reach * one.part, before.trim_db + one.trim_db)
        if one.part < 1.0:
            made = macros.narrow(made, one.knob, part=one.part)
            amount, unit = round(one.part * 100, 1), "% of its reach"
            done = (*done, _macro_repair(labels[one.knob], amount, unit, one.reason))
        if one.trim_db:
            trimmed = macros.trim(made, one.knob, trim_db=one.trim_db)
            takes, made = macros.takes_after(made, trimmed, takes), trimmed
            done = (*done, _macro_repair(labels[one.knob], -one.trim_db, "dB over its travel", one.reason))
    changed = {one.knob for one in wanted if one.part < 1.0 and state.is_base}  # a trim changes the level alone
    state = replace(
        state,
        spec=made,
        repairs=done,
        given=MappingProxyType(given),
        rough=True,
        takes=None,
        knobs=tuple(sorted({*state.knobs, *changed})),
    )
    if any(one.part < 1.0 for one in wanted):
        return state
    # The volume comes last in Vital's chain, so what the takes are after a trim is known without hearing them.
    more = _narrowed(state, takes) if len(done) < _MOST_TRIMS else None
    return more or replace(state, rough=False, takes=takes)


def _macro_repair(label: str, amount: float, unit: str, reason: str) -> Repaired:
    kind = "macro" if unit.startswith("%") else "macro_level"
    return Repaired(kind=kind, subject=label, amount=round(amount, 2), unit=unit, reason=reason)


def _macros(state: _State, outcome: Rendered) -> tuple[MacroHeard, ...]:
    """What was heard of the knobs, with what breaks at their ends."""
    broken: dict[str, str] = {}
    for fault in knob_faults(outcome.measurements, state.candidate.profile):
        broken.setdefault(fault.take.condition, fault.reason)
    return macros.judge_macros(state.spec, outcome.turned, broken)


def _blamed(state: _State, heard: tuple[MacroHeard, ...]) -> tuple[MacroHeard, ...]:
    """The knobs with the role refused that breaks the sound and can't be narrowed any further."""
    if state.measurements is None:
        return heard
    wanted = narrowings(
        knob_faults(state.measurements, state.candidate.profile),
        state.measurements.takes,
        state.measurements.notes[0],
        defaults=macros.knob_defaults(state.spec),
        given={},
    )
    reasons = {one.knob: one.reason for one in wanted}
    return tuple(
        one.model_copy(update={"problem": f"Macro {one.knob} ({one.label}): {reasons[one.knob]}"})
        if one.knob in reasons and not one.problem
        else one
        for one in heard
    )


def _macros_judged(state: _State, outcome: Rendered) -> _State:
    """The state after its knobs were heard: one of which nothing is heard gets a second, longer hearing."""
    state = replace(state, macros=_merged(state, _macros(state, outcome)), done=True)
    problems = {macro.knob: macro.problem for macro in state.macros if macro.problem}
    if not problems:
        return state
    again = macros.undecided(state.macros)
    if state.passes >= MAX_PASSES or set(again) != set(problems):
        return replace(state, refused=tuple(problems.values()))
    return replace(state, knobs=again, patient=True, done=False)


def _heard_patiently(state: _State, outcome: Rendered) -> _State:
    """The state after the knobs that remained were heard at a whole note."""
    heard = _merged(state, _macros(state, outcome))
    problems = tuple(macro.problem for macro in heard if macro.problem)
    return replace(state, macros=heard, refused=problems, done=True)


def _heard(state: _State) -> Heard:
    flac = None if state.refused else state.audio
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
            takes=state.listens,
            measurements=state.measurements,
            gates=state.report,
            macros=state.macros,
        ),
        flac,
    )
