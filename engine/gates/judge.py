"""Measurements against a profile."""

from dataclasses import dataclass

from engine.gates.rules import GateProfile, NoteOrTake, Rule
from engine.measure.overall import combine
from schemas.measurements import (
    FLOOR_DB,
    GateReport,
    GateResult,
    Measurements,
    NoteMeasurements,
    RenderCost,
    TakeMeasurements,
)


@dataclass(frozen=True)
class MacroFault:
    """A limit that is broken where macros are turned: by how much, in the rule's unit and in words."""

    take: TakeMeasurements
    gate: str
    value: float
    excess: float
    reason: str


def judge(measurements: Measurements, profile: GateProfile) -> GateReport:
    """One result for each rule, at what breaks it most or comes nearest to it. Deterministic."""
    results = tuple(_apply(rule, measurements) for rule in profile.rules)
    passed = all(r.passed for r in results if r.severity == "fail")
    return GateReport(profile=profile.name, passed=passed, results=results)


def at_rest(measurements: Measurements) -> Measurements:
    """What was heard with the macros where they rest."""
    return combine(measurements.notes, [take for take in measurements.takes if not take.macros])


def macro_faults(measurements: Measurements, profile: GateProfile) -> tuple[MacroFault, ...]:
    """Each limit that a take with turned macros breaks, in the order of the rules and the takes."""
    centre = measurements.notes[0]
    return tuple(
        MacroFault(
            take, rule.gate, value, rule.excess(value), f"{rule.complaint(value)} {_worst_case(take, centre).words}"
        )
        for rule in profile.rules
        if rule.severity == "fail"
        for take, value in rule.values(measurements)
        if isinstance(take, TakeMeasurements) and take.macros and rule.excess(value) > 0
    )


def shifted(measurements: Measurements, gain_db: float) -> Measurements:
    """What would be measured with the output turned up by `gain_db`: Vital's volume comes last in its chain."""
    if not gain_db:
        return measurements
    gain = 10.0 ** (gain_db / 20.0)
    notes = [
        note.model_copy(
            update=_turned_up(note, gain_db)
            | {"peak_dbfs": _level(note.peak_dbfs, gain_db), "dc": round(note.dc * gain, 6)}
        )
        for note in measurements.notes
    ]
    return combine(notes, [louder(take, gain_db) for take in measurements.takes])


def louder(take: TakeMeasurements, gain_db: float) -> TakeMeasurements:
    """What would be measured of a take with the output turned up by `gain_db`."""
    level_lufs = None if take.level_lufs is None else _level(take.level_lufs, gain_db)
    return take.model_copy(update=_turned_up(take, gain_db) | {"level_lufs": level_lufs})


def _turned_up(measured: NoteOrTake, gain_db: float) -> dict[str, object]:
    return {
        "peak": round(measured.peak * 10.0 ** (gain_db / 20.0), 6),
        "loudness_lufs": _level(measured.loudness_lufs, gain_db),
    }


def _level(level_db: float, gain_db: float) -> float:
    return round(max(level_db + gain_db, FLOOR_DB), 3)


def judge_cost(cost: RenderCost, profile: GateProfile) -> GateResult:
    """Whether a preset is slow to play. CPU time differs from run to run: told, never put in a bundle."""
    passed = cost.times_realtime >= profile.min_times_realtime
    verdict = "Renders" if passed else "Heavy on the CPU: renders only"
    return GateResult(
        gate="render_cost",
        passed=passed,
        severity="warn",
        value=round(cost.times_realtime, 1),
        limit=profile.min_times_realtime,
        unit="x real time",
        note=None,
        reason=f"{verdict} {cost.times_realtime:.1f} times faster than real time",
    )


def _apply(rule: Rule, measurements: Measurements) -> GateResult:
    known = rule.values(measurements)
    if not known:
        return _result(rule, passed=True, reason="Does not apply to this sound")
    worst, value = max(known, key=lambda pair: rule.excess(pair[1]))
    limit = rule.nearer_limit(value)
    at = _worst_case(worst, measurements.notes[0])
    if rule.excess(value) <= 0:
        reason = f"{value:g} {rule.unit} (limit {limit:g})"
        return _result(rule, passed=True, reason=reason, at=at, value=value, limit=limit)
    reason = f"{rule.complaint(value)} {at.words}"
    return _result(rule, passed=False, reason=reason, at=at, value=value, limit=limit)


@dataclass(frozen=True)
class _WorstCase:
    """Where a value lay: the (lowest) note, the condition, and both in words."""

    note: int
    condition: str
    words: str


def _worst_case(worst: NoteOrTake, centre: NoteMeasurements) -> _WorstCase:
    if isinstance(worst, TakeMeasurements):
        notes, condition = worst.notes, worst.condition
    else:
        notes, condition = (worst.note,), worst.condition
        if not condition and worst.velocity != centre.velocity:
            condition = f"velocity {worst.velocity:g}"
    words = f"on note{'s' * (len(notes) > 1)} {', '.join(map(str, notes))}"
    return _WorstCase(notes[0], condition, f"{words}, {condition}" if condition else words)


def _result(
    rule: Rule,
    *,
    passed: bool,
    reason: str,
    at: _WorstCase | None = None,
    value: float | None = None,
    limit: float | None = None,
) -> GateResult:
    return GateResult(
        gate=rule.gate,
        passed=passed,
        severity=rule.severity,
        value=value,
        limit=limit,
        unit=rule.unit,
        note=None if at is None else at.note,
        condition="" if at is None else at.condition,
        reason=reason,
    )
