"""What gates say of a preset: where it was worst, what is passed over, what a gain would change."""

from typing import get_args

import pytest
from gate_figures import note, preset, take

from engine.gates import (
    HUMAN,
    PROFILES,
    STYLES,
    GateProfile,
    Rule,
    at_rest,
    judge,
    judge_cost,
    louder,
    macro_faults,
    profile_for,
    shifted,
)
from schemas.intent import Axis
from schemas.measurements import GateResult, Measurements, RenderCost


def result(measurements: Measurements, style: str, gate: str) -> GateResult:
    report = judge(measurements, profile_for(style))
    return next(r for r in report.results if r.gate == gate)


@pytest.mark.parametrize("style", STYLES)
def test_a_good_preset_passes_every_gate_of_its_style(style):
    report = judge(preset(style), PROFILES[style])
    assert report.passed
    assert not report.warnings


def test_the_reason_names_the_worst_note_in_a_preset_makers_words():
    bad = preset("Lead", note(note=36, mono_loss_db=-4.1), note(note=84, mono_loss_db=-3.5))
    assert result(bad, "Lead", "mono_safe").reason == "Loses 4.1 dB when summed to mono (limit 3.0 dB) on note 36"
    assert result(bad, "Lead", "mono_safe").note == 36


def test_the_worst_of_notes_and_takes_counts_and_the_reason_says_where_it_lay():
    corner = take("macro corner 1·0·1·1", peak=1.2, macros=(1.0, 0.0, 1.0, 1.0))
    chord = take("a chord at velocity 1", peak=1.1, macros=(), notes=(60, 64, 67), level_lufs=None)
    found = result(preset("Keys", note(note=36, peak=1.0), takes=[chord, corner]), "Keys", "peak")
    assert found.reason == "Peaks at 1.20 of full scale (limit 0.94) on note 60, macro corner 1·0·1·1"
    assert (found.note, found.condition, found.value) == (60, "macro corner 1·0·1·1", 1.2)
    found = result(preset("Keys", takes=[chord]), "Keys", "peak")
    assert found.reason.endswith("on notes 60, 64, 67, a chord at velocity 1")
    assert found.note == 60
    two = take("two notes", peak=1.1, macros=(), notes=(60, 67), level_lufs=None)
    assert result(preset("Keys", takes=[two]), "Keys", "peak").reason.endswith("on notes 60, 67, two notes")
    found = result(preset("Keys", note(note=72, mono_loss_db=-5.0, condition="phase seed 3")), "Keys", "mono_safe")
    assert found.reason.endswith("on note 72, phase seed 3")
    found = result(preset("Keys", note(note=84, velocity=1.0, dc=0.3)), "Keys", "dc")
    assert found.condition == "velocity 1"
    assert found.reason.endswith("on note 84, velocity 1")


def test_a_note_of_an_instant_may_be_silent_and_a_corner_may_not():
    instant = take("a note of 30 ms", hold_s=0.03, macros=(), loudness_lufs=-120.0, mono_loss_db=-9.0)
    assert judge(preset("Pad", takes=[instant]), PROFILES["Pad"]).passed
    assert not judge(preset("Pad", takes=[instant.model_copy(update={"peak": 1.5})]), PROFILES["Pad"]).passed
    assert not judge(preset("Pad", takes=[take(loudness_lufs=-61.0)]), PROFILES["Pad"]).passed


def test_what_people_make_may_fall_silent_at_a_corner_but_not_by_itself():
    report = judge(preset("human", takes=[take(loudness_lufs=-80.0)]), HUMAN)
    assert report.passed
    assert [warning.gate for warning in report.warnings] == ["non_silent_takes"]
    assert not judge(preset("human", loudness_lufs=-80.0), HUMAN).passed


def test_a_figure_that_does_not_exist_is_passed_over():
    partly = preset("Pad", note(note=48, stuck_db=-3.0), stuck_db=None)
    assert not result(partly, "Pad", "stuck_note").passed
    untuned = preset("Pad", pitch_hz=None, pitch_cents_off=None)
    assert result(untuned, "Pad", "pitch").value is None
    assert result(untuned, "Pad", "pitch").passed


def test_loudness_is_that_of_the_centre_note():
    quiet_edge = preset("Lead", note(note=36, loudness_lufs=-40.0))
    assert result(quiet_edge, "Lead", "loudness").passed


def test_a_figure_that_nothing_has_leaves_its_gate_without_value_limit_and_place():
    unheard = result(preset("Pad", pitch_hz=None, pitch_cents_off=None), "Pad", "pitch")
    assert unheard.model_dump() == {
        "gate": "pitch",
        "passed": True,
        "severity": "warn",
        "value": None,
        "limit": None,
        "unit": "cents",
        "note": None,
        "condition": "",
        "reason": "Does not apply to this sound",
    }


def test_a_result_tells_all_there_is_to_tell():
    bad = preset("Lead", note(note=36, mono_loss_db=-4.1, velocity=0.3))
    assert result(bad, "Lead", "mono_safe").model_dump() == {
        "gate": "mono_safe",
        "passed": False,
        "severity": "fail",
        "value": -4.1,
        "limit": -3.0,
        "unit": "dB",
        "note": 36,
        "condition": "velocity 0.3",
        "reason": "Loses 4.1 dB when summed to mono (limit 3.0 dB) on note 36, velocity 0.3",
    }


def test_a_condition_in_words_says_more_than_a_velocity():
    found = result(preset("Keys", note(note=84, velocity=1.0, dc=0.3, condition="phase seed 2")), "Keys", "dc")
    assert found.condition == "phase seed 2"


def test_of_what_is_as_bad_the_first_is_named():
    bad = preset("Keys", note(note=36, dc=0.3), note(note=84, dc=0.3))
    assert result(bad, "Keys", "dc").note == 36


def test_a_report_fails_by_one_failure_and_never_by_warnings():
    warned = judge(preset("Lead", pitch_cents_off=60.0), PROFILES["Lead"])
    assert (warned.passed, warned.failures, [one.gate for one in warned.warnings]) == (True, (), ["pitch"])
    failed = judge(preset("Lead", pitch_cents_off=60.0, dc=0.5, peak=1.5), PROFILES["Lead"])
    assert not failed.passed
    assert [one.gate for one in failed.failures] == ["peak", "dc"]
    assert [one.gate for one in failed.warnings] == ["pitch"]
    assert failed.profile == "Lead"


RULE = Rule(gate="g", figure="dc", unit="u", minimum=-1.0, maximum=2.0)


@pytest.mark.parametrize(
    ("value", "excess", "limit", "words"),
    [
        (-3.0, 2.0, -1.0, "-3 is below -1"),
        (-1.0, 0.0, -1.0, None),
        (0.0, -1.0, -1.0, None),
        (1.5, -0.5, 2.0, None),
        (2.0, 0.0, 2.0, None),
        (2.5, 0.5, 2.0, "2.5 is above 2"),
    ],
)
def test_a_rule_measures_from_the_limit_that_is_nearer(value, excess, limit, words):
    assert (RULE.excess(value), RULE.nearer_limit(value)) == (excess, limit)
    if words:
        assert RULE.complaint(value) == words


def test_a_rule_with_one_limit_leaves_the_other_side_open():
    low, high = Rule("g", "dc", "u", minimum=-1.0), Rule("g", "dc", "u", maximum=2.0)
    assert (low.excess(900.0), high.excess(-900.0)) == (-901.0, -902.0)
    assert (low.nearer_limit(900.0), high.nearer_limit(-900.0)) == (-1.0, 2.0)


def test_a_rule_of_zero_is_a_rule():
    least = Rule("g", "dc", "u", minimum=0.0, words_low="low")
    assert (least.excess(-1.0), least.complaint(-1.0)) == (1.0, "low")
    most = Rule("g", "dc", "u", maximum=0.0, words_high="high")
    assert (most.excess(1.0), most.complaint(1.0)) == (1.0, "high")


def test_words_may_name_a_size_without_its_sign():
    rule = Rule("g", "dc", "u", minimum=-3.0, words_low="{value} {limit} {size} {allowed}")
    assert rule.complaint(-4.0) == "-4.0 -3.0 4.0 3.0"


def test_a_rule_fails_and_looks_everywhere_unless_it_says_otherwise():
    assert (RULE.severity, RULE.scope) == ("fail", "each")
    profile = GateProfile("p", (RULE,))
    assert (profile.target_lufs, profile.peak_ceiling, profile.min_times_realtime) == (None, 0.97, 6.0)
    assert profile.rule("g") is RULE
    assert profile.rule("another") is None


def test_turned_macros_alone_are_held_to_the_cap_of_macros():
    assert judge(preset("Lead", takes=[take("velocity 1", macros=(), level_lufs=-12.0)]), PROFILES["Lead"]).passed
    loud = preset("Lead", takes=[take(level_lufs=-12.0), take("macro 1 at 1", level_lufs=-14.0)])
    assert not judge(loud, PROFILES["Lead"]).passed
    assert judge(at_rest(loud), PROFILES["Lead"]).passed


def test_at_rest_is_what_was_heard_with_no_macro_turned():
    played = take("velocity 1", macros=(), peak=0.6)
    heard = preset("Lead", note(note=72, peak=0.55), takes=[take(peak=0.9), played])
    resting = at_rest(heard)
    assert (resting.notes, resting.takes, resting.overall.peak) == (heard.notes, (played,), 0.6)
    assert heard.overall.peak == 0.9


def test_macro_faults_are_the_failures_of_turned_takes_by_rule_and_take():
    heard = preset(
        "Lead",
        note(note=72, peak=1.0),
        takes=[
            take("macro 1 at 1", level_lufs=-12.0, peak=0.94),
            take("macro 2 at 1", level_lufs=-14.0, peak=1.5),
            take("macro 3 at 1", level_lufs=-15.0),
            take("velocity 1", macros=(), peak=1.2, level_lufs=-3.0),
        ],
    )
    found = macro_faults(heard, PROFILES["Lead"])
    assert [(one.gate, one.take.condition, one.value, one.excess) for one in found] == [
        ("peak", "macro 2 at 1", 1.5, pytest.approx(0.56)),
        ("macro_level", "macro 1 at 1", -12.0, 3.0),
        ("macro_level", "macro 2 at 1", -14.0, 1.0),
    ]
    assert found[0].reason == "Peaks at 1.50 of full scale (limit 0.94) on note 60, macro 2 at 1"


def test_what_is_only_told_is_no_fault_of_a_macro():
    assert macro_faults(preset("human", takes=[take(peak=1.5, mono_loss_db=-20.0)]), HUMAN) == ()
    (fault,) = macro_faults(preset("human", takes=[take(peak=1.5, nonfinite_samples=3)]), HUMAN)
    assert (fault.gate, fault.excess) == ("finite", 3.0)


def test_a_gain_shifts_levels_and_nothing_else():
    before = preset(
        "Lead", note(note=72, loudness_lufs=-25.0), takes=[take(), take("a chord", level_lufs=None)], dc=0.01
    )
    after = shifted(before, -6.0)
    centre = after.notes[0]
    # 6 dB down is a factor of 0.501187
    assert (centre.peak, centre.peak_dbfs, centre.loudness_lufs, centre.dc) == (0.250594, -12.02, -25.0, 0.005012)
    assert (after.notes[1].loudness_lufs, after.overall.quietest_lufs) == (-31.0, -31.0)
    assert (after.overall.peak, after.overall.loudness_lufs, after.overall.dc) == (0.250594, -25.0, 0.005012)
    turned, chord = after.takes
    assert (turned.peak, turned.loudness_lufs, turned.level_lufs) == (0.200475, -46.0, -46.0)
    assert (chord.loudness_lufs, chord.level_lufs) == (-46.0, None)
    levels = {"peak", "peak_dbfs", "loudness_lufs", "dc"}
    assert centre.model_dump(exclude=levels) == before.notes[0].model_dump(exclude=levels)
    levels = {"peak", "loudness_lufs", "level_lufs"}
    assert turned.model_dump(exclude=levels) == before.takes[0].model_dump(exclude=levels)
    timbre = before.model_copy(update={"timbre": dict.fromkeys(get_args(Axis), 1.0)})
    assert shifted(timbre, 0.0) == timbre


def test_a_gain_up_is_a_gain_up_and_figures_stay_rounded():
    after = shifted(preset("Pad", loudness_lufs=-24.0, takes=[take(peak=0.3)]), 0.12345)
    assert (after.notes[0].peak, after.notes[0].loudness_lufs) == (0.507157, -23.877)
    assert louder(take(peak=0.3, level_lufs=-40.0), 6.0).level_lufs == -34.0
    assert louder(take(peak=0.3), 6.0).peak == 0.598579


def test_no_gain_takes_a_level_below_the_floor():
    faint = shifted(preset("Pad", loudness_lufs=-118.0, takes=[take(level_lufs=-119.5)]), -3.0)
    assert faint.notes[0].loudness_lufs == faint.takes[0].level_lufs == -120.0


@pytest.mark.parametrize(
    ("style", "times", "passed", "words"),
    [
        ("Bass", 10.0, True, "Renders 10.0 times faster than real time"),
        ("Bass", 9.94, False, "Heavy on the CPU: renders only 9.9 times faster than real time"),
        ("Pad", 7.0, True, "Renders 7.0 times faster than real time"),
        ("Pad", 5.9, False, "Heavy on the CPU: renders only 5.9 times faster than real time"),
    ],
)
def test_a_slow_render_is_told_and_stops_nothing(style, times, passed, words):
    slow = RenderCost(audio_s=7.0, all_audio_s=7.0, load_s=0.0, render_s=1.0, measure_s=0.0, times_realtime=times)
    told = judge_cost(slow, PROFILES[style])
    assert told.model_dump() == {
        "gate": "render_cost",
        "passed": passed,
        "severity": "warn",
        "value": round(times, 1),
        "limit": {"Bass": 10.0, "Pad": 6.0}[style],
        "unit": "x real time",
        "note": None,
        "condition": "",
        "reason": words,
    }
