"""Repairs: what each failed gate asks for, and that what was repaired passes."""

import math

import pytest
from gate_figures import note, preset, take
from limits_in_force import TARGET_LUFS

from engine.gates import HUMAN, PROFILES, STYLES, GateProfile, judge
from engine.repair import level_gain_db, suggest_repairs
from engine.repair import missing_db as missing_db_of
from engine.repair.suggest import side_factor
from schemas.measurements import GateReport, Measurements, Repair


def repairs(style: str, heard: Measurements) -> tuple[Repair, ...]:
    return suggest_repairs(judge(heard, PROFILES.get(style, HUMAN)), heard)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("lufs", "peak"), [(-45.0, 0.03), (-30.0, 0.2), (-8.0, 1.4), (-12.0, 0.4)])
def test_a_level_repair_passes_the_gates_it_is_for(style, lufs, peak):
    (repair,) = repairs(style, preset(style, loudness_lufs=lufs, peak=peak))
    assert repair.kind == "level"
    after = preset(style, loudness_lufs=lufs + repair.gain_db, peak=peak * 10 ** (repair.gain_db / 20))
    assert judge(after, PROFILES[style]).passed


@pytest.mark.parametrize(
    ("style", "lufs", "peak", "gain_db"),
    [
        ("Pad", -30.0, 0.2, 6.0),
        ("Pad", -20.0, 0.2, -4.0),
        ("Bass", -30.0, 0.1, 12.0),
        ("Keys", -30.006, 0.2, 2.0),
        ("Keys", -25.994, 0.2, -2.01),
        ("Pad", -40.0, 0.5, 5.09),  # 5.39 dB to the ceiling of 0.93, less 0.3
        ("Pad", -40.0, 0.92, 0.0),  # 0.09 dB to the ceiling: too little to keep 0.3 of, and nothing to take away
        ("Pad", -40.0, 0.96, -0.28),
        ("Pad", -20.0, 0.96, -4.0),
        ("Pad", -59.0, 0.005, 35.0),
        ("Pad", -30.0, 0.0, 0.0),
        ("human", -30.0, 0.95, 0.0),
        ("human", -30.0, 0.5, 0.0),
        ("human", -30.0, 1.9, -5.67),
    ],
)
def test_a_gain_reaches_the_target_as_far_as_the_peak_allows(style, lufs, peak, gain_db):
    heard = preset(style, loudness_lufs=lufs, peak=peak)
    assert level_gain_db(heard, PROFILES.get(style, HUMAN)) == pytest.approx(gain_db, abs=1e-9)


def test_the_highest_peak_of_all_that_was_heard_limits_a_gain():
    quiet = {"loudness_lufs": -40.0, "peak": 0.1}
    edge, turned = note(note=84, peak=0.5), take(peak=0.5)
    assert level_gain_db(preset("Pad", edge, **quiet), PROFILES["Pad"]) == 5.09
    assert level_gain_db(preset("Pad", takes=[turned], **quiet), PROFILES["Pad"]) == 5.09


@pytest.mark.parametrize(
    ("style", "lufs", "peak", "missing_db"),
    [
        ("Pad", -40.0, 0.5, 10.91),  # of 16 dB, 5.09 are left below the ceiling
        ("Pad", -40.0, 0.92, 16.0),
        ("Pad", -40.0, 0.96, 16.28),  # and its peak is too high as it is
        ("Pad", -24.0, 1.86, 6.03),
        ("Pad", -30.0, 0.2, 0.0),
        ("Pad", -20.0, 0.2, 0.0),
        ("Pad", -30.0, 0.0, 0.0),
        ("human", -30.0, 1.9, 0.0),
    ],
)
def test_what_is_missing_is_what_the_peaks_leave_no_room_for(style, lufs, peak, missing_db):
    heard = preset(style, loudness_lufs=lufs, peak=peak)
    assert missing_db_of(heard, PROFILES.get(style, HUMAN)) == pytest.approx(missing_db, abs=1e-9)


@pytest.mark.parametrize(
    ("loss_db", "limit_db", "factor"),
    [
        # sqrt((10^0.15 - 1) / (10^0.4 - 1)): half a dB inside a limit of 2 dB
        (-4.0, -2.0, 0.5223),
        (-9.0, -3.0, 0.3347),
        (-1.6, -2.0, 0.9623),
        (-1.5, -2.0, 1.0),
        (-0.1, -2.0, 1.0),
        (-4.0, -0.3, 0.0),
    ],
)
def test_the_side_is_scaled_to_half_a_db_inside_the_limit(loss_db, limit_db, factor):
    assert side_factor(loss_db, limit_db) == factor


@pytest.mark.parametrize("loss_db", [-3.2, -4.5, -9.0, -30.0])
@pytest.mark.parametrize("limit_db", [-3.0, -1.0])
def test_a_narrowed_side_meets_the_limit(loss_db, limit_db):
    side_over_mid = 10 ** (-loss_db / 10) - 1
    factor = side_factor(loss_db, limit_db)
    assert limit_db + 0.49 <= _loss_db(side_over_mid * factor**2) <= limit_db + 0.51


def _loss_db(side_over_mid: float) -> float:
    return -10 * math.log10(1 + side_over_mid)


def test_repairs_come_with_figures_and_reasons_width_before_level():
    bad = preset("Bass", mono_loss_db=-4.0, low_band_mono_loss_db=-3.0, dc=0.05, click_db=30.0, peak=1.3)
    assert [one.model_dump() for one in repairs("Bass", bad)] == [
        {
            "kind": "width",
            "gain_db": None,
            "factor": 0.5223,
            "reason": "Loses 4.0 dB when summed to mono (limit 2.0 dB) on note 60",
        },
        {
            "kind": "mono_low",
            "gain_db": None,
            "factor": 0.3501,
            "reason": "Loses 3.0 dB below 150 Hz when summed to mono (limit 1.0 dB) on note 60",
        },
        {
            "kind": "dc",
            "gain_db": None,
            "factor": None,
            "reason": "Offset from zero (DC) of 0.050 (limit 0.020) on note 60",
        },
        {
            "kind": "click",
            "gain_db": None,
            "factor": None,
            "reason": "Clicks at its start: a step 30 dB above its own (limit 18 dB) on note 60",
        },
        {
            "kind": "level",
            "gain_db": -2.91,
            "factor": None,
            "reason": "Peaks at 1.30 of full scale (limit 0.94) on note 60",
        },
    ]


FAULTS = {
    "mono_safe": ({"mono_loss_db": -9.0}, "width"),
    "mono_safe_low": ({"low_band_mono_loss_db": -9.0}, "mono_low"),
    "dc": ({"dc": 0.06}, "dc"),
    "click": ({"click_db": 40.0}, "click"),
    "peak": ({"peak": 1.2}, "level"),
    "loudness": ({"loudness_lufs": -40.0}, "level"),
}


@pytest.mark.parametrize(("gate", "fault"), FAULTS.items())
def test_each_fault_alone_asks_for_its_own_repair(gate, fault):
    spoilt, kind = fault
    bad = preset("Keys", **spoilt)
    report = judge(bad, PROFILES["Keys"])
    assert [one.gate for one in report.failures] == [gate]
    assert [one.kind for one in suggest_repairs(report, bad)] == [kind]


def test_of_a_peak_and_a_level_that_both_fail_the_peak_is_the_reason():
    (repair,) = repairs("Keys", preset("Keys", peak=1.3, loudness_lufs=-8.0))
    assert (repair.kind, repair.reason.partition(" of ")[0]) == ("level", "Peaks at 1.30")
    (repair,) = repairs("Keys", preset("Keys", peak=0.9, loudness_lufs=-8.0))
    assert not repair.reason.startswith("Peaks")


def test_what_is_only_warned_of_is_repaired_as_well():
    bad = preset("human", dc=0.06, peak=1.2)
    assert judge(bad, HUMAN).passed
    assert [one.kind for one in repairs("human", bad)] == ["dc", "level"]


def test_what_passes_needs_no_repair():
    for style in STYLES:
        assert repairs(style, preset(style)) == ()


def test_a_level_that_has_no_room_is_not_repaired():
    """Too quiet at rest, and a turned macro already at the ceiling: the gain would be 0."""
    stuck = preset("Pad", loudness_lufs=-30.0, peak=0.3, takes=[take(peak=0.92)])
    assert [one.gate for one in judge(stuck, PROFILES["Pad"]).failures] == ["loudness"]
    assert repairs("Pad", stuck) == ()


def test_a_hundredth_of_a_db_is_room_enough():
    tight = preset("Pad", loudness_lufs=-30.0, peak=0.3, takes=[take(peak=0.897)])
    assert [(one.kind, one.gain_db) for one in repairs("Pad", tight)] == [("level", 0.01)]


@pytest.mark.parametrize("changes", [{"stuck_db": -3.0}, {"nonfinite_samples": 5}])
def test_what_has_no_repair_is_left_to_be_refused(changes):
    bad = preset("Keys", **changes)
    assert not judge(bad, PROFILES["Keys"]).passed
    assert repairs("Keys", bad) == ()


def test_a_silent_edge_and_a_note_out_of_tune_have_no_repair():
    assert repairs("Keys", preset("Keys", note(note=84, loudness_lufs=-80.0), pitch_cents_off=60.0)) == ()


def test_the_level_is_worked_out_by_the_profile_that_judged_unless_another_is_given():
    loud = preset("Keys", loudness_lufs=-20.0)
    report = judge(loud, PROFILES["Keys"])
    assert [one.gain_db for one in suggest_repairs(report, loud)] == [-8.0]
    assert [one.gain_db for one in suggest_repairs(report, loud, profile=PROFILES["SFX"])] == [-1.0]


def test_a_report_by_a_profile_of_ones_own_aims_at_no_target():
    loud = preset("Keys", loudness_lufs=-20.0, peak=1.9)
    report = GateReport(profile="mine", passed=False, results=judge(loud, PROFILES["Keys"]).results)
    assert [one.gain_db for one in suggest_repairs(report, loud)] == [-5.67]
    own = GateProfile("mine", (), target_lufs=TARGET_LUFS["Pad"], peak_ceiling=0.95)
    assert [one.gain_db for one in suggest_repairs(report, loud, profile=own)] == [-6.03]
