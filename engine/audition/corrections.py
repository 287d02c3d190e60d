"""What makes a preset pass that does not: the repairs that the gates suggest, the level, and the macros' range."""

from collections.abc import Sequence

from engine import macros
from engine.audio import SILENT_LUFS
from engine.audition.output import differ_at_the_output
from engine.audition.state import AuditionState
from engine.gates import GateProfile, at_rest, judge, macro_faults, shifted
from engine.macros.blame import ReducedMacro, Reduction, reductions
from engine.measure.level import amplitude_db
from engine.measure.overall import combine
from engine.repair import apply_repair, level_gain_db, missing_db, round_off, suggest_repairs
from engine.repair.limits import MOST_MISSING_DB
from schemas.measurements import GateReport, Measurements, Repair
from schemas.result import Repaired

_LITTLE_DB = 1.5
_MOST_TRIMS = 24
"""Rounds after which macros that still break something have their range reduced, not trimmed once more."""
_LEVEL_TOLERANCE_DB = 0.8
"""A preset that is this near to its style's target stays there, rather than be rendered once more."""
_LEVEL_STEP_DB = 0.05
"""After a survey another render follows anyway, so the level is set as well as it is known."""
_ABOUT_LEVEL = ("loudness", "peak")
_FURTHER_RENDERS = 2
"""Renders that must be left, besides one, for a repair that can't be known before it is heard."""
_MOST_REPAIRS = 6
"""Repairs that follow on each other without a render between them."""


def levelled_before(state: AuditionState) -> AuditionState:
    """The state with its sources turned up, if its first note is known to be softer than the volume can mend.

    This changes what distortion and effects do, so all would have to be heard once more after a survey.
    """
    centre, profile = state.candidate.centre, state.candidate.profile
    if centre is None or centre.figures.loudness_lufs < SILENT_LUFS:
        return state
    gain_db = level_gain_db(combine([centre.figures]), profile)
    repair = Repair(kind="level", gain_db=gain_db, reason=f"Levelled to {profile.target_lufs} LUFS")
    applied = apply_repair(state.spec, repair) if gain_db > 0.0 else None
    if applied is None or differ_at_the_output(state.spec, applied[0]):
        return state
    return state.repaired(applied[0], (applied[1],), None)


def corrected(state: AuditionState, measured: Measurements) -> AuditionState | None:
    """The state with all repaired that can be; none if there is nothing to do.

    What is done at the output is known without hearing it, so one repair follows on the other until it takes a
    render to go on.
    """
    found = None
    for _ in range(_MOST_REPAIRS):
        further = repaired(state, measured, again=found is not None)
        if further is None:
            break
        found = state = further
        if state.known is None:
            break
        measured = state.known.measured
    return found


def repaired(state: AuditionState, measured: Measurements, *, again: bool = False) -> AuditionState | None:
    """The state with what is most urgent repaired, `again` if one was before; none if nothing is to be done."""
    wanted = _wanted(state, measured, exactly=again or state.surveying)
    rounded = _peaks_rounded(state, at_rest(measured), wanted)
    if rounded is not None:
        return rounded
    spec, done, gain_db = state.spec, list[Repaired](), 0.0
    bass_is_wide = not any(one.kind == "mono_bass" for one in state.repairs)
    for repair in wanted:
        applied = apply_repair(spec, repair, heard_again=bass_is_wide and state.left > _FURTHER_RENDERS)
        if applied is not None:
            spec = applied[0]
            done.append(applied[1])
            gain_db += repair.gain_db or 0.0
    known = state.known.after(spec) if state.known else None
    changed = state.repaired(spec, tuple(done), known)
    if all(repair.kind == "level" for repair in wanted):
        louder = macros.measured_after(state.spec, spec, measured) if known else shifted(measured, gain_db)
        if judge(at_rest(louder), state.candidate.profile).passed:
            safer = macros_corrected(changed, louder)
            if safer is not None:
                return safer
    return None if spec is state.spec else changed


def _peaks_rounded(state: AuditionState, resting: Measurements, wanted: Sequence[Repair]) -> AuditionState | None:
    """The state with a step made against peaks that keep it below its level; none where that isn't the matter."""
    profile = state.candidate.profile
    missing, failures = missing_db(resting, profile), judge(resting, profile).failures
    others = [repair for repair in wanted if repair.kind != "level"]
    if others or missing <= MOST_MISSING_DB or any(one.gate not in _ABOUT_LEVEL for one in failures):
        return None
    alone = [note.peak for note in resting.notes] + [take.peak for take in resting.takes if len(take.notes) == 1]
    peak_db = amplitude_db(max(alone)) - macros.volume_db_at(state.spec, ())
    made = round_off(
        state.spec,
        missing_db=missing,
        peak_db=peak_db,
        before=state.peak_steps,
        left_alone=state.candidate.left_alone,
    )
    return None if made is None else state.with_peaks_rounded(made)


def _wanted(state: AuditionState, measured: Measurements, *, exactly: bool) -> tuple[Repair, ...]:
    """The repairs that the gates suggest, and the level that every preset gets, `exactly` where that is free."""
    profile, resting = state.candidate.profile, at_rest(measured)
    report = judge(resting, profile)
    suggested = suggest_repairs(report, resting, profile=profile)
    if suggested or not report.passed:
        return _first_of(suggested)
    narrower = suggest_repairs(_little_mono_loss(measured, profile), measured, profile=profile)
    if narrower:
        return _first_of(narrower)
    gain_db = level_gain_db(resting, profile)
    if abs(gain_db) <= (_LEVEL_STEP_DB if exactly else _LEVEL_TOLERANCE_DB):
        return ()
    return (Repair(kind="level", gain_db=gain_db, reason=f"Levelled to {profile.target_lufs} LUFS"),)


def _first_of(suggested: tuple[Repair, ...]) -> tuple[Repair, ...]:
    """What is to be done first: of two that make it narrower the one that goes further, and the level later.

    What is narrower at the output is louder in the middle.
    """
    narrower = [repair for repair in suggested if repair.kind in ("width", "mono_low")]
    if narrower:
        most = min(narrower, key=lambda repair: 1.0 if repair.factor is None else repair.factor)
        return tuple(repair for repair in suggested if repair is most or repair.kind in ("dc", "click"))
    return suggested


def _little_mono_loss(measured: Measurements, profile: GateProfile) -> GateReport:
    """What is lost in mono where macros are turned, as far as it is little: the phases' doing, not the macros'."""
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


def macros_corrected(state: AuditionState, expected: Measurements) -> AuditionState | None:
    """The state with those macros trimmed or reduced that break something; none if none does, or none can be.

    The volume comes last in Vital's chain, so what the takes are after a trim is known without hearing them. Trims
    that take back what others gave are shared out evenly from then on; where that finds no end, a range is reduced.
    """
    before, takes, evenly = state, expected, False
    for _ in range(_MOST_TRIMS):
        wanted = _reductions(state, takes, evenly=evenly)
        if not evenly and any(_turns_back(one, state) for one in wanted):
            evenly, wanted = True, _reductions(state, takes, evenly=True)
        if not wanted:
            break
        state, takes = _given_way(state, wanted, takes)
        if any(one.part < 1.0 for one in wanted):
            return state
    else:
        wanted = _reductions(before, expected, trims=False)
        state = _given_way(before, wanted, expected)[0] if wanted else state
    return None if state is before else state


def _reductions(
    state: AuditionState, expected: Measurements, *, evenly: bool = False, trims: bool = True
) -> tuple[Reduction, ...]:
    return reductions(
        macro_faults(expected, state.candidate.profile),
        expected.takes,
        expected.notes[0],
        defaults=macros.macro_defaults(state.spec),
        reduced=state.reduced,
        evenly=evenly,
        trims=trims,
    )


def _turns_back(reduction: Reduction, state: AuditionState) -> bool:
    return reduction.trim_db * state.reduced.get(reduction.macro, ReducedMacro()).trim_db < 0.0


def _given_way(
    state: AuditionState, wanted: Sequence[Reduction], expected: Measurements
) -> tuple[AuditionState, Measurements]:
    """The state after its macros gave way, and what is known of it then; a reduced range is to be heard again."""
    spec, done, takes = macros.give_way(state.spec, wanted, expected)
    reduced = dict(state.reduced)
    for one in wanted:
        before = reduced.get(one.macro, ReducedMacro())
        reduced[one.macro] = ReducedMacro(before.range * one.part, before.trim_db + one.trim_db)
    changed = {one.macro for one in wanted if one.part < 1.0 and state.is_base}  # a trim changes the level alone
    return state.with_reduced_macros(spec, done, reduced, to_hear=changed), takes
