"""What would make a failed gate pass, in terms of the sound; `apply` turns it into a change of the patch."""

import math

from engine.gates.profiles import HUMAN, PROFILES
from engine.gates.rules import GateProfile
from engine.repair.limits import MONO_MARGIN_DB, ROOM_FOR_MACROS_DB
from schemas.measurements import GateReport, GateResult, Measurements, Repair, RepairKind


def level_gain_db(measurements: Measurements, profile: GateProfile) -> float:
    """Change of the output level that brings the centre note to the target loudness, dB.

    The loudest note's peak never exceeds the profile's ceiling; without a target loudness only the peak counts.
    0 for silence, which no gain can repair.
    """
    overall = measurements.overall
    if overall.peak <= 0.0:
        return 0.0
    room_db = 20.0 * math.log10(profile.peak_ceiling / overall.peak)
    headroom_db = min(room_db, max(room_db - ROOM_FOR_MACROS_DB, 0.0))
    wanted_db = 0.0 if profile.target_lufs is None else profile.target_lufs - overall.loudness_lufs
    return math.floor(min(headroom_db, wanted_db) * 100.0) / 100.0


def missing_db(measurements: Measurements, profile: GateProfile) -> float:
    """How far below its target a sound stays that is as loud as its peaks allow, dB; 0 where they leave room."""
    overall = measurements.overall
    if profile.target_lufs is None or overall.peak <= 0.0:
        return 0.0
    reached_lufs = overall.loudness_lufs + level_gain_db(measurements, profile)
    return max(round(profile.target_lufs - reached_lufs, 2), 0.0)


def side_factor(loss_db: float, limit_db: float) -> float:
    """Scale of the side signal (0..1) that takes a mono loss of `loss_db` to half a dB inside `limit_db`.

    With M^2 / (M^2 + S^2) = 10^(loss/10), the side may be scaled by k where k^2 S^2 / M^2 = 10^(-limit/10) - 1.
    """
    aim = 10.0 ** (-min(limit_db + MONO_MARGIN_DB, 0.0) / 10.0) - 1.0
    now = 10.0 ** (-loss_db / 10.0) - 1.0
    return 1.0 if now <= aim else math.floor(1e4 * math.sqrt(aim / now)) / 1e4


def suggest_repairs(
    report: GateReport, measurements: Measurements, *, profile: GateProfile | None = None
) -> tuple[Repair, ...]:
    """Repairs for the failed gates (warnings included), at most one of each kind, width before level.

    Silence, hanging notes and tuning can't be repaired: such a preset is refused. `profile` defaults to the
    built-in one that the report names. The level follows from what was measured: after a width or DC repair the
    sound is rendered again, and its level is judged anew.
    """
    rules = profile or PROFILES.get(report.profile, HUMAN)
    failed = {result.gate: result for result in report.results if not result.passed}
    repairs = []
    if result := failed.get("mono_safe"):
        repairs.append(_narrow("width", result))
    if result := failed.get("mono_safe_low"):
        repairs.append(_narrow("mono_low", result))
    if result := failed.get("dc"):
        repairs.append(Repair(kind="dc", reason=result.reason))
    if result := failed.get("click"):
        repairs.append(Repair(kind="click", reason=result.reason))
    level = failed.get("peak") or failed.get("loudness")
    gain_db = level_gain_db(measurements, rules)
    if level and abs(gain_db) >= 0.01:
        repairs.append(Repair(kind="level", gain_db=gain_db, reason=level.reason))
    return tuple(repairs)


def _narrow(kind: RepairKind, result: GateResult) -> Repair:
    factor = side_factor(result.value or 0.0, result.limit or 0.0)
    return Repair(kind=kind, factor=factor, reason=result.reason)
