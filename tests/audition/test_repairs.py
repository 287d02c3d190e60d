"""Repairs of a patch, in literal figures: what is set, what is told of it, and where there is no room left."""

import math

import pytest
from made_up import macro, patch

from engine.macros import volume_db_at
from engine.repair import apply_repair, merged
from schemas.measurements import Repair
from schemas.result import Repaired


def repaired(spec, kind, **how):
    return apply_repair(spec, Repair(kind=kind, reason="for once", **how))


def volume(spec):
    return spec.modules.voicing.volume_db


@pytest.mark.parametrize(
    ("now", "gain_db", "then"), [(-6.0, 3.0, -3.0), (-6.0, -3.25, -9.25), (0.0, 0.02, 0.02), (-70.0, -20.0, -80.0)]
)
def test_a_level_is_set_at_the_output(now, gain_db, then):
    made, what = repaired(patch(**{"voicing/volume_db": now}), "level", gain_db=gain_db)
    assert volume(made) == pytest.approx(then, abs=1e-3)
    assert what == Repaired(kind="level", amount=round(then - now, 2), unit="dB", reason="for once")
    assert made.modules.osc == patch().modules.osc


def test_what_the_volume_has_no_room_for_the_sources_that_are_on_take():
    """6.02 dB is its top: of 6 dB from 2.02, 2 are left, which is a factor of 1.2589."""
    on = {"osc/0/level_percent": 40.0, "osc/1/on": True, "osc/1/level_percent": 90.0, "osc/2/level_percent": 30.0}
    spec = patch(**on, **{"voicing/volume_db": 2.02})
    made, what = repaired(spec, "level", gain_db=6.0)
    assert volume(made) == 6.02
    assert [osc.level_percent for osc in made.modules.osc] == pytest.approx([50.357, 100.0, 30.0], abs=0.01)
    assert made.modules.sample.level_percent == spec.modules.sample.level_percent
    assert what.amount == 5.11, "4 dB at the output, and the two sources together 1.11 dB"
    with_noise = patch(**on, **{"voicing/volume_db": 2.02, "sample/on": True, "sample/level_percent": 20.0})
    assert repaired(with_noise, "level", gain_db=6.0)[0].modules.sample.level_percent == pytest.approx(
        25.179, abs=0.01
    )


@pytest.mark.parametrize(("gain_db", "level"), [(0.07, 40.0), (0.1, 40.463)])
def test_less_than_a_tenth_of_a_decibel_is_not_worth_a_render(gain_db, level):
    """At the volume's top: the sources would take all of it."""
    spec = patch(**{"voicing/volume_db": 6.02, "osc/0/level_percent": 40.0})
    found = repaired(spec, "level", gain_db=gain_db)
    assert (found is None) == (level == 40.0)
    if found:
        assert found[0].modules.osc[0].level_percent == pytest.approx(level, abs=0.001)


def test_a_level_that_has_no_room_at_all_is_no_repair():
    full = patch(**{"voicing/volume_db": 6.02, "osc/0/level_percent": 100.0})
    assert repaired(full, "level", gain_db=6.0) is None
    silent = patch(**{"voicing/volume_db": 6.02, "osc/0/level_percent": 0.0})
    assert repaired(silent, "level", gain_db=6.0) is None
    assert repaired(patch(**{"voicing/volume_db": 0.0}), "level", gain_db=0.0) is None
    assert repaired(patch(**{"voicing/volume_db": 0.0}), "level", gain_db=0.009) is None
    assert repaired(patch(**{"voicing/volume_db": -80.0}), "level", gain_db=-3.0) is None
    assert repaired(patch(**{"voicing/volume_db": 0.0}), "level") is None


def test_a_hundredth_of_a_decibel_is_set_and_a_source_that_stands_a_hundredth_below_its_top_is_not_turned_up():
    assert volume(repaired(patch(**{"voicing/volume_db": 0.0}), "level", gain_db=0.01)[0]) == 0.01
    nearly = patch(**{"voicing/volume_db": 6.02, "osc/0/level_percent": 99.99})
    assert repaired(nearly, "level", gain_db=6.0) is None
    for level in (99.989, 99.9):
        below = patch(**{"voicing/volume_db": 6.02, "osc/0/level_percent": level})
        assert repaired(below, "level", gain_db=6.0)[0].modules.osc[0].level_percent == 100.0


def test_a_level_is_that_at_rest_whatever_macros_add_there():
    spec = patch(macro("ONE", rests=0.5, volume=0.2, control="macro_1"), **{"voicing/volume_db": -10.0})
    before = volume_db_at(spec, ())
    assert before == pytest.approx(-4.9, abs=0.01)
    for gain_db in (-4.0, 3.0):
        made, _ = repaired(spec, "level", gain_db=gain_db)
        assert volume_db_at(made, ()) == pytest.approx(before + gain_db, abs=0.002)


def test_a_level_that_macros_hold_up_at_rest_goes_down_to_silence_and_no_further():
    spec = patch(macro("ONE", rests=1.0, volume=0.02, control="macro_1"), **{"voicing/volume_db": -76.0})
    made, _ = repaired(spec, "level", gain_db=-30.0)
    assert volume(made) == -80.0


def test_what_the_sources_take_is_what_the_volume_with_its_macros_can_not():
    """A macro holds the volume down at rest by more than its top has room for."""
    spec = patch(
        macro("ONE", rests=1.0, volume=-0.1, control="macro_1"),
        **{"voicing/volume_db": 6.02, "osc/0/level_percent": 40.0},
    )
    assert volume_db_at(spec, ()) == pytest.approx(1.61, abs=0.01)
    made, _ = repaired(spec, "level", gain_db=3.0)
    assert volume(made) == 6.02
    assert made.modules.osc[0].level_percent == pytest.approx(40.0 * 10 ** (3 / 20), abs=0.01)


@pytest.mark.parametrize("kind", ["width", "mono_low"])
@pytest.mark.parametrize(
    ("now", "factor", "then"), [(100.0, 0.5, 59.0), (100.0, 0.0, 0.0), (60.0, 0.4, 25.6), (50.0, 0.9, 45.4)]
)
def test_a_width_is_scaled_at_the_output(kind, now, factor, then):
    """In the mode `spread` the side signal is scaled by tan(r pi / 4)."""
    made, what = repaired(patch(**{"voicing/stereo_percent": now}), kind, factor=factor)
    assert made.modules.voicing.stereo_percent == then
    sides = [math.tan(one / 100 * math.pi / 4) for one in (now, then)]
    assert sides[1] == pytest.approx(sides[0] * factor, abs=0.001)
    assert what == Repaired(kind=kind, amount=round(factor * 100), unit="% of the width", reason="for once")


def test_a_width_that_does_not_get_smaller_is_no_repair():
    assert repaired(patch(**{"voicing/stereo_percent": 60.0}), "width", factor=1.0) is None
    assert repaired(patch(**{"voicing/stereo_percent": 60.0}), "width") is None
    assert repaired(patch(**{"voicing/stereo_percent": 0.0}), "width", factor=0.5) is None
    assert repaired(patch(**{"voicing/stereo_mode": "rotate"}), "width", factor=0.5) is None


def test_an_offset_is_cut_below_what_is_heard():
    made, what = repaired(patch(), "dc")
    eq = made.modules.fx[4]
    assert (eq.type, eq.on, eq.low_mode, eq.low_hz) == ("eq", True, "high_pass", 25.0)
    assert what == Repaired(kind="dc", amount=25.0, unit="Hz high pass", reason="for once")
    assert repaired(made, "dc") is None
    shelf, _ = repaired(patch(**{"fx/4/on": True, "fx/4/low_mode": "shelf"}), "dc")
    assert shelf.modules.fx[4].low_mode == "high_pass"
    off, _ = repaired(patch(**{"fx/4/on": False, "fx/4/low_mode": "high_pass"}), "dc")
    assert off.modules.fx[4].on


@pytest.mark.parametrize(
    ("now", "then", "ms"),
    [
        (0.0, 0.004, 4.0),
        (0.001, 0.004, 4.0),
        (0.0026, 0.0052, 5.2),
        (0.005, 0.01, 10.0),
        (0.008, 0.016, 16.0),
        (0.012, 0.016, 16.0),
    ],
)
def test_a_click_is_softened_by_an_attack_twice_as_long(now, then, ms):
    made, what = repaired(patch(**{"env/0/attack_s": now}), "click")
    assert made.modules.env[0].attack_s == pytest.approx(then)
    assert what == Repaired(kind="click", amount=ms, unit="ms attack", reason="for once")


@pytest.mark.parametrize("now", [0.016, 0.02, 1.0])
def test_an_attack_of_16_ms_is_not_made_longer(now):
    assert repaired(patch(**{"env/0/attack_s": now}), "click") is None


def told(kind, amount, unit, *, subject="", reason="why"):
    return Repaired(kind=kind, subject=subject, amount=amount, unit=unit, reason=reason)


def test_levels_add_up_and_tell_each_reason():
    assert merged([told("level", -3.5, "dB", reason="first"), told("level", 1.25, "dB", reason="second")]) == (
        told("level", -2.25, "dB", reason="first; second"),
    )
    trims = [
        told("macro_level", -2.0, "dB over its travel", subject="A"),
        told("macro_level", -1.0, "dB", subject="A"),
    ]
    assert [one.amount for one in merged(trims)] == [-3.0]


def test_parts_multiply():
    assert merged([told("width", 50.0, "% of the width"), told("width", 70.0, "% of the width")]) == (
        told("width", 35.0, "% of the width"),
    )
    reach = [told("macro", 35.0, "% of its range", subject="A"), told("macro", 60.0, "% of its range", subject="A")]
    assert [one.amount for one in merged(reach)] == [21.0]


def test_what_is_told_is_rounded_to_a_tenth_of_a_part_and_a_hundredth_of_a_decibel():
    parts = [told("macro", 33.3, "% of its range"), told("macro", 66.6, "% of its range")]
    assert [one.amount for one in merged(parts)] == [22.2]
    gains = [told("level", 1.234, "dB"), told("level", 1.0, "dB")]
    assert [one.amount for one in merged(gains)] == [2.23]
    assert repaired(patch(**{"voicing/volume_db": -6.0}), "level", gain_db=1.2345)[1].amount == 1.23


def test_of_what_does_neither_the_last_stands():
    assert merged(
        [told("click", 4.0, "ms attack", reason="hard"), told("click", 8.0, "ms attack", reason="hard")]
    ) == (told("click", 8.0, "ms attack", reason="hard"),)
    steps = [told("peaks", 30.0, "% of velocity"), told("peaks", 15.0, "% of velocity")]
    assert [one.amount for one in merged(steps)] == [15.0]


def test_a_reason_that_differs_in_its_figures_alone_is_told_once():
    loud = [
        "Too loud: -10.5 LUFS (at most -14.0 LUFS) on note 40, macro 1 at 1",
        "Too loud: -9.4 LUFS (at most -14.0 LUFS)",
    ]
    trims = [
        told("macro_level", -1.0, "dB", subject="A", reason=reason) for reason in (*loud, "Peaks at 1.2", loud[0])
    ]
    assert merged(trims)[0].reason == f"{loud[0]}; Peaks at 1.2"


def test_repairs_of_two_macros_or_kinds_stay_apart_in_their_order():
    found = merged(
        [
            told("macro", 50.0, "% of its range", subject="B"),
            told("level", 1.0, "dB"),
            told("macro", 60.0, "% of its range", subject="A"),
            told("macro", 50.0, "% of its range", subject="B"),
            told("width", 60.0, "% of the width"),
        ]
    )
    assert [(one.kind, one.subject, one.amount) for one in found] == [
        ("macro", "B", 25.0),
        ("level", "", 1.0),
        ("macro", "A", 60.0),
        ("width", "", 60.0),
    ]
