"""What makes a preset pass that does not: the repairs that the gates suggest, the level, and the knobs' reach."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from engine import macros
from engine.audition.state import State
from engine.gates import GateProfile, at_rest, judge, knob_faults, level_gain_db, shifted, suggest_repairs
from engine.narrowing import Given, Narrowing, narrowings
from engine.repair import apply_repair
from schemas.measurements import GateReport, Measurements, Repair
from schemas.patch_spec import PatchSpec
from schemas.result import Repaired

_LITTLE_DB = 1.5
_MOST_TRIMS = 24
"""Rounds after which knobs that still break something are narrowed, not trimmed once more."""
_LEVEL_TOLERANCE_DB = 0.8
"""A preset that is this near to its style's target stays there, rather than be rendered once more."""
_LEVEL_STEP_DB = 0.05
"""After the rough pass another one follows anyway, so the level is set as well as it is known."""


def repaired(state: State, measured: Measurements) -> State | None:
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
    expected = macros.measured_after(state.spec, made, measured) if exactly else shifted(measured, gain_db)
    if only_level and judge(at_rest(expected), state.candidate.profile).passed:
        safer = narrowed(replace(state, spec=made, repairs=done), expected)
        if safer is not None:
            return safer
    if made is state.spec:
        return None
    takes = macros.measured_after(state.spec, made, state.takes or measured) if exactly else None
    return replace(state, spec=made, repairs=done, rough=not exactly, takes=takes)


def _only_volume(before: PatchSpec, after: PatchSpec) -> bool:
    """Whether two patches differ in nothing but their volume."""
    volume = {"volume_db": before.modules.voicing.volume_db}
    voicing = after.modules.voicing.model_copy(update=volume)
    modules = after.modules.model_copy(update={"voicing": voicing})
    return after.model_copy(update={"modules": modules}) == before


def _wanted(state: State, measured: Measurements) -> tuple[Repair, ...]:
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


def narrowed(state: State, expected: Measurements) -> State | None:
    """The state with those knobs trimmed or narrowed that break something; none if none does, or none can be.

    The volume comes last in Vital's chain, so what the takes are after a trim is known without hearing them. Trims
    that take back what others gave are shared out evenly from then on; where that finds no end, a knob is narrowed.
    """
    before, takes, evenly = state, expected, False
    for _ in range(_MOST_TRIMS):
        wanted = _narrowings(state, takes, evenly=evenly)
        if not evenly and any(_turns_back(one, state) for one in wanted):
            evenly, wanted = True, _narrowings(state, takes, evenly=True)
        if not wanted:
            break
        state, takes = _given_way(state, wanted, takes)
        if state.rough:
            return state
    else:
        wanted = _narrowings(before, expected, trims=False)
        state = _given_way(before, wanted, expected)[0] if wanted else state
    return None if state is before else replace(state, takes=None if state.rough else takes)


def _narrowings(
    state: State, expected: Measurements, *, evenly: bool = False, trims: bool = True
) -> tuple[Narrowing, ...]:
    return narrowings(
        knob_faults(expected, state.candidate.profile),
        expected.takes,
        expected.notes[0],
        defaults=macros.knob_defaults(state.spec),
        given=state.given,
        evenly=evenly,
        trims=trims,
    )


def _turns_back(one: Narrowing, state: State) -> bool:
    return one.trim_db * state.given.get(one.knob, Given()).trim_db < 0.0


def _given_way(state: State, wanted: Sequence[Narrowing], expected: Measurements) -> tuple[State, Measurements]:
    """The state after its knobs gave way, and what is known of it then; to be heard again if one was narrowed."""
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
            takes, made = macros.measured_after(made, trimmed, takes), trimmed
            done = (*done, _macro_repair(labels[one.knob], -one.trim_db, "dB over its travel", one.reason))
    narrower = any(one.part < 1.0 for one in wanted)
    changed = {one.knob for one in wanted if one.part < 1.0 and state.is_base}  # a trim changes the level alone
    state = replace(
        state,
        spec=made,
        repairs=done,
        given=MappingProxyType(given),
        rough=narrower,
        takes=None,
        knobs=tuple(sorted({*state.knobs, *changed})),
    )
    return state, takes


def _macro_repair(label: str, amount: float, unit: str, reason: str) -> Repaired:
    kind = "macro" if unit.startswith("%") else "macro_level"
    return Repaired(kind=kind, subject=label, amount=round(amount, 2), unit=unit, reason=reason)
