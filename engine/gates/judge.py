"""Measurements against a profile."""

from engine.gates.rules import GateProfile, Rule
from schemas.measurements import GateReport, GateResult, Measurements, NoteMeasurements, RenderCost


def judge(measurements: Measurements, profile: GateProfile) -> GateReport:
    """One result for each rule, at the note that breaks it most or comes nearest to it. Deterministic."""
    results = tuple(_apply(rule, measurements) for rule in profile.rules)
    passed = all(r.passed for r in results if r.severity == "fail")
    return GateReport(profile=profile.name, passed=passed, results=results)


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
    notes = measurements.notes[:1] if rule.scope == "centre" else measurements.notes
    known = [(note, value) for note in notes if (value := rule.value_of(note)) is not None]
    if not known:
        return _result(rule, passed=True, reason="Does not apply to this sound")
    note, value = max(known, key=lambda pair: rule.excess(pair[1]))
    limit = rule.nearer_limit(value)
    if rule.excess(value) <= 0:
        reason = f"{value:g} {rule.unit} (limit {limit:g})"
        return _result(rule, passed=True, reason=reason, at=note, value=value, limit=limit)
    if _excused(rule, value, measurements):
        reason = f"{value:g} {rule.unit}: as loud as its peaks allow"
        return _result(rule, passed=True, reason=reason, at=note, value=value, limit=limit)
    reason = f"{rule.complaint(value)} on note {note.note}"
    return _result(rule, passed=False, reason=reason, at=note, value=value, limit=limit)


def _excused(rule: Rule, value: float, measurements: Measurements) -> bool:
    too_low = rule.minimum is not None and value < rule.minimum
    return too_low and rule.excused_at_peak is not None and measurements.overall.peak >= rule.excused_at_peak


def _result(
    rule: Rule,
    *,
    passed: bool,
    reason: str,
    at: NoteMeasurements | None = None,
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
        reason=reason,
    )
