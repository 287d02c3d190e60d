"""Gates at the edges of their limits, and repairs by what they promise."""

import math
from collections.abc import Sequence

import pytest

from engine.gates import (
    HUMAN,
    PROFILES,
    STYLES,
    at_rest,
    judge,
    judge_cost,
    knob_faults,
    level_gain_db,
    profile_for,
    shifted,
    suggest_repairs,
)
from engine.gates.repair import side_factor
from engine.measure.overall import combine
from schemas.measurements import GateResult, Measurements, NoteMeasurements, RenderCost, TakeMeasurements

FINE = {
    "note": 60,
    "velocity": 0.8,
    "hold_s": 1.0,
    "render_s": 3.0,
    "nonfinite_samples": 0,
    "peak": 0.5,
    "peak_dbfs": -6.02,
    "loudness_lufs": -20.0,
    "mono_loss_db": -0.5,
    "low_band_mono_loss_db": -0.2,
    "dc": 0.0,
    "stuck_db": -90.0,
    "click_db": -3.0,
    "attack_s": 0.01,
    "pitch_hz": 261.63,
    "pitch_cents_off": 0.0,
    "centroid_hz": 900.0,
    "width": 0.1,
}


def note(**changes: object) -> NoteMeasurements:
    return NoteMeasurements.model_validate(FINE | changes)


def take(condition: str = "macro 2 at 1", **changes: object) -> TakeMeasurements:
    fine = {
        "condition": condition, "knobs": (None, 1.0, None, None), "notes": (60,), "velocity": 0.8, "hold_s": 0.4,
        "render_s": 0.4, "nonfinite_samples": 0, "peak": 0.4, "loudness_lufs": -40.0, "level_lufs": -40.0,
        "mono_loss_db": 0.0, "low_band_mono_loss_db": None,
    }  # fmt: skip
    return TakeMeasurements.model_validate(fine | changes)


def preset(
    style: str, *extra: NoteMeasurements, takes: Sequence[TakeMeasurements] = (), **changes: object
) -> Measurements:
    """A preset that passes everything in its style, but for `changes` to its centre note and the `extra` notes."""
    at_target = {"loudness_lufs": profile_for(style).target_lufs or -20.0}
    return combine([note(**(at_target | changes)), *extra], takes)


def result(measurements: Measurements, style: str, gate: str) -> GateResult:
    report = judge(measurements, profile_for(style))
    return next(r for r in report.results if r.gate == gate)


CASES = [(profile, rule) for profile in (*PROFILES.values(), HUMAN) for rule in profile.rules]


@pytest.mark.parametrize(("profile", "rule"), CASES, ids=[f"{p.name}-{r.gate}" for p, r in CASES])
def test_each_rule_passes_at_its_limit_and_fails_beyond_it(profile, rule):
    step = 1 if rule.figure == "nonfinite_samples" else 0.001
    for limit, sign in ((rule.minimum, -1), (rule.maximum, 1)):
        if limit is None:
            continue
        at = int(limit) if rule.figure == "nonfinite_samples" else limit
        inside, outside = ({rule.figure: value} for value in (at, at + sign * step))
        if rule.scope in ("takes", "knobs"):
            inside, outside = {"takes": [take(**inside)]}, {"takes": [take(**outside)]}
        assert result(preset(profile.name, **inside), profile.name, rule.gate).passed
        outside = preset(profile.name, **outside)
        broken = result(outside, profile.name, rule.gate)
        assert not broken.passed
        assert broken.limit == limit
        assert broken.reason.endswith(("on note 60", "on note 60, macro 2 at 1"))
        assert judge(outside, profile).passed == (rule.severity == "warn")


@pytest.mark.parametrize("style", STYLES)
def test_a_good_preset_passes_every_gate_of_its_style(style):
    report = judge(preset(style), PROFILES[style])
    assert report.passed
    assert not report.warnings
    assert suggest_repairs(report, preset(style)) == ()


def test_the_reason_names_the_worst_note_in_a_preset_makers_words():
    bad = preset("Lead", note(note=36, mono_loss_db=-4.1), note(note=84, mono_loss_db=-3.5))
    assert result(bad, "Lead", "mono_safe").reason == "Loses 4.1 dB when summed to mono (limit 3.0 dB) on note 36"
    assert result(bad, "Lead", "mono_safe").note == 36


def test_the_worst_of_notes_and_takes_counts_and_the_reason_says_where_it_lay():
    corner = take("macro corner 1·0·1·1", peak=1.2, knobs=(1.0, 0.0, 1.0, 1.0))
    chord = take("a chord at velocity 1", peak=1.1, knobs=(), notes=(60, 64, 67), level_lufs=None)
    found = result(preset("Keys", note(note=36, peak=1.0), takes=[chord, corner]), "Keys", "peak")
    assert found.reason == "Peaks at 1.20 of full scale (limit 0.94) on note 60, macro corner 1·0·1·1"
    assert (found.note, found.condition, found.value) == (60, "macro corner 1·0·1·1", 1.2)
    found = result(preset("Keys", takes=[chord]), "Keys", "peak")
    assert found.reason.endswith("on notes 60, 64, 67, a chord at velocity 1")
    found = result(preset("Keys", note(note=72, mono_loss_db=-5.0, condition="phase seed 3")), "Keys", "mono_safe")
    assert found.reason.endswith("on note 72, phase seed 3")
    found = result(preset("Keys", note(note=84, velocity=1.0, dc=0.3)), "Keys", "dc")
    assert found.condition == "velocity 1"
    assert found.reason.endswith("on note 84, velocity 1")


def test_a_note_of_an_instant_may_be_silent_and_a_corner_may_not():
    instant = take("a note of 30 ms", hold_s=0.03, knobs=(), loudness_lufs=-120.0, mono_loss_db=-9.0)
    assert judge(preset("Pad", takes=[instant]), PROFILES["Pad"]).passed
    assert not judge(preset("Pad", takes=[instant.model_copy(update={"peak": 1.5})]), PROFILES["Pad"]).passed
    assert not judge(preset("Pad", takes=[take(loudness_lufs=-61.0)]), PROFILES["Pad"]).passed


def test_what_people_make_may_fall_silent_at_a_corner_but_not_by_itself():
    report = judge(preset("human", takes=[take(loudness_lufs=-80.0)]), HUMAN)
    assert report.passed
    assert [warning.gate for warning in report.warnings] == ["non_silent_takes"]
    assert not judge(preset("human", loudness_lufs=-80.0), HUMAN).passed


def test_only_turned_knobs_are_held_to_the_cap_of_macros():
    cap = PROFILES["Lead"].rule("macro_level").maximum
    assert judge(preset("Lead", takes=[take("velocity 1", knobs=(), level_lufs=cap + 3)]), PROFILES["Lead"]).passed
    loud = preset("Lead", takes=[take(level_lufs=cap + 3), take("macro 1 at 1", level_lufs=cap + 1)])
    assert [fault.excess for fault in knob_faults(loud, PROFILES["Lead"])] == pytest.approx([3.0, 1.0])
    assert judge(at_rest(loud), PROFILES["Lead"]).passed


def test_a_gain_shifts_levels_and_nothing_else():
    before = preset("Lead", takes=[take(), take("a chord", level_lufs=None)], dc=0.01)
    after = shifted(before, -6.0)
    assert after.overall.peak == pytest.approx(before.overall.peak / 1.9953, rel=1e-4)
    assert after.takes[0].level_lufs == before.takes[0].level_lufs - 6.0
    assert after.takes[1].level_lufs is None
    assert after.overall.mono_loss_db == before.overall.mono_loss_db
    assert shifted(before, 0.0) == before


def test_a_figure_that_does_not_exist_is_passed_over():
    partly = preset("Pad", note(note=48, stuck_db=-3.0), stuck_db=None)
    assert not result(partly, "Pad", "stuck_note").passed
    untuned = preset("Pad", pitch_hz=None, pitch_cents_off=None)
    assert result(untuned, "Pad", "pitch").value is None
    assert result(untuned, "Pad", "pitch").passed


def test_loudness_is_that_of_the_centre_note():
    quiet_edge = preset("Lead", note(note=36, loudness_lufs=-40.0))
    assert result(quiet_edge, "Lead", "loudness").passed


def test_a_peaky_sound_may_stay_below_its_loudness():
    assert result(preset("Percussion", loudness_lufs=-30.0, peak=0.91), "Percussion", "loudness").passed
    assert not result(preset("Percussion", loudness_lufs=-30.0, peak=0.5), "Percussion", "loudness").passed
    assert not result(preset("Percussion", loudness_lufs=-10.0, peak=0.9), "Percussion", "loudness").passed


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("lufs", "peak"), [(-45.0, 0.05), (-30.0, 0.6), (-8.0, 1.4), (-12.0, 0.4)])
def test_a_level_repair_passes_the_gates_it_is_for(style, lufs, peak):
    before = preset(style, loudness_lufs=lufs, peak=peak)
    report = judge(before, PROFILES[style])
    (repair,) = suggest_repairs(report, before)
    assert repair.kind == "level"
    after = preset(style, loudness_lufs=lufs + repair.gain_db, peak=peak * 10 ** (repair.gain_db / 20))
    assert judge(after, PROFILES[style]).passed


def test_the_level_of_any_preset_is_only_kept_below_full_scale():
    assert level_gain_db(preset("human", peak=0.95), HUMAN) == 0.0
    assert level_gain_db(preset("human", peak=1.9), HUMAN) == pytest.approx(-5.67, abs=0.01)
    assert level_gain_db(preset("Pad", peak=0.0), PROFILES["Pad"]) == 0.0


@pytest.mark.parametrize("loss_db", [-3.2, -4.5, -9.0, -30.0])
@pytest.mark.parametrize("limit_db", [-3.0, -1.0])
def test_a_narrowed_side_meets_the_limit(loss_db, limit_db):
    side_over_mid = 10 ** (-loss_db / 10) - 1
    factor = side_factor(loss_db, limit_db)
    assert limit_db < _loss_db(side_over_mid * factor**2) <= limit_db + 1.2


def _loss_db(side_over_mid: float) -> float:
    return -10 * math.log10(1 + side_over_mid)


def test_repairs_come_with_the_reason_width_before_level():
    bad = preset("Bass", mono_loss_db=-4.0, low_band_mono_loss_db=-3.0, dc=0.05, peak=1.3)
    report = judge(bad, PROFILES["Bass"])
    repairs = suggest_repairs(report, bad)
    assert [r.kind for r in repairs] == ["width", "mono_low", "dc", "level"]
    assert repairs[0].reason == "Loses 4.0 dB when summed to mono (limit 2.0 dB) on note 60"


@pytest.mark.parametrize("changes", [{"stuck_db": -3.0}, {"nonfinite_samples": 5}])
def test_what_has_no_repair_is_left_to_be_refused(changes):
    bad = preset("Keys", **changes)
    report = judge(bad, PROFILES["Keys"])
    assert not report.passed
    assert suggest_repairs(report, bad) == ()


def test_a_click_asks_for_a_longer_attack():
    bad = preset("Keys", click_db=40.0)
    assert [repair.kind for repair in suggest_repairs(judge(bad, PROFILES["Keys"]), bad)] == ["click"]


def test_a_slow_render_is_told_and_stops_nothing():
    slow = RenderCost(audio_s=7.0, load_s=0.0, render_s=1.0, measure_s=0.0, times_realtime=7.0)
    told = judge_cost(slow, PROFILES["Bass"])
    assert (told.passed, told.severity) == (False, "warn")
    assert "7.0 times" in told.reason
    assert judge_cost(slow, PROFILES["Pad"]).passed


def test_every_style_without_a_profile_is_judged_as_any_preset():
    assert profile_for("Experiment") is HUMAN
