"""Which macro gives way, and by how much: made-up corners whose effects are known."""

from itertools import product

import pytest
from made_up import note, take

from engine.gates import MacroFault, macro_faults, profile_for
from engine.macros.blame import ReducedMacro, Reduction, reductions
from engine.measure.overall import combine

NOT = None
REST = {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.0}


def corners(effects, figure="level_lufs", base=-18.0, rests=None, turned=(1, 2)):
    """A take at every corner of the macros `turned`; each adds its effect where it stands at 1."""
    found = []
    for places in product((0.0, 1.0), repeat=len(turned)):
        at = dict(zip(turned, places, strict=True))
        value = base + sum(effect for number, effect in effects.items() if at[number] == 1.0)
        found.append(take(*(at.get(number, NOT) for number in range(1, 5)), **{figure: value}))
    return found


def wanted(takes, *, centre=None, reduced=None, rests=None, style="Bass", **how):
    """What the macros have to give up for what these takes break in a style."""
    centre = centre or note()
    faults = macro_faults(combine([centre], takes), profile_for(style))
    return reductions(faults, takes, centre, defaults=rests or REST, reduced=reduced or {}, **how)


def test_where_nothing_is_broken_nothing_is_given_up():
    assert wanted(corners({1: 2.0, 2: 2.0})) == ()


def test_what_is_too_loud_is_trimmed_by_the_excess_and_half_a_decibel():
    """6 dB up where 4 are allowed: 2 too much."""
    (one,) = wanted(corners({1: 6.0, 2: 0.0}))
    assert (one.macro, one.part, one.trim_db) == (1, 1.0, 2.5)
    assert one.reason == "Too loud with its macros turned: -12.0 LUFS (at most -14.0 LUFS) on note 48, " \
        "macro corner 1·0·–·–"  # fmt: skip


def test_two_macros_that_make_it_loud_share_it_by_what_they_do():
    found = wanted(corners({1: 6.0, 2: 2.0}))
    assert [(one.macro, one.trim_db) for one in found] == [(1, 3.38), (2, 1.12)]
    assert {one.part for one in found} == {1.0}


def test_a_macro_that_makes_it_loud_turned_down_is_trimmed_the_other_way():
    takes = corners({1: -6.0, 2: 0.0}, base=-12.0)
    (one,) = wanted(takes, rests={1: 1.0, 2: 0.0})
    assert (one.macro, one.trim_db) == (1, -2.5)


def test_a_macro_that_rests_amid_its_travel_is_trimmed_the_more_over_the_whole():
    """From 0.5 to 1 it is half of its way: its part of the effect is half, and the slope twice as steep."""
    (one,) = wanted(corners({1: 14.0, 2: 0.0}, base=-25.0), rests={1: 0.5, 2: 0.0})
    assert (one.macro, one.trim_db) == (1, 7.0)


@pytest.mark.parametrize(("effect", "trims"), [(0.6, True), (0.5, True), (0.4, False)])
def test_a_macro_that_does_less_than_half_a_decibel_is_not_to_blame(effect, trims):
    found = wanted(corners({1: 6.0, 2: effect}))
    assert [one.macro for one in found] == ([1, 2] if trims else [1])


def test_no_macro_is_trimmed_by_more_than_it_does():
    """The excess is the sound's own: the macro takes back all that it adds, and no more."""
    (one,) = wanted(corners({1: 3.0, 2: 0.0}, base=-11.0))
    assert (one.macro, one.trim_db) == (1, 3.0)


@pytest.mark.parametrize(
    ("before_db", "effect", "trimmed"),
    [(0.0, 21.5, True), (0.0, 21.6, False), (15.4, 6.0, True), (15.6, 6.0, False), (-20.6, 6.0, False)],
)
def test_over_its_whole_travel_a_macro_is_trimmed_by_18_db_at_most(before_db, effect, trimmed):
    (one,) = wanted(corners({1: effect, 2: 0.0}), reduced={1: ReducedMacro(trim_db=before_db)})
    assert (one.trim_db > 0.0, one.part < 1.0) == (trimmed, not trimmed)


def test_if_one_macro_has_no_more_to_give_none_is_trimmed():
    (one,) = wanted(corners({1: 6.0, 2: 5.0}), reduced={2: ReducedMacro(trim_db=17.0)})
    assert (one.macro, one.part < 1.0, one.trim_db) == (1, True, 0.0)


def test_a_peak_is_trimmed_too_in_decibels_of_what_it_exceeds():
    """0.94 is the limit: 1.88 is twice that, 6.02 dB."""
    takes = corners({}, figure="peak", base=0.47)
    takes[-1] = takes[-1].model_copy(update={"peak": 1.88})
    takes[-2] = takes[-2].model_copy(update={"peak": 1.88})
    (one,) = wanted(takes)
    assert one.macro == 1
    assert one.trim_db == pytest.approx(6.52, abs=0.01)
    assert one.reason.startswith("Peaks at 1.88")


def test_without_trims_a_macro_is_narrowed():
    (one,) = wanted(corners({1: 10.0, 2: 0.0}), trims=False)
    assert one == Reduction(1, one.reason, part=0.35, trim_db=0.0)  # 6 dB and a half of 10


@pytest.mark.parametrize(
    ("loss_db", "part"),
    [
        (-2.1, 0.714),  # of 2.1 dB 0.1 is too much, and half a dB more
        (-3.0, 0.5),
        (-3.75, 0.4),
        (-4.0, 0.375),
        (-9.0, 0.35),  # never to less than about a third at once
    ],
)
def test_what_is_lost_in_mono_is_narrowed_in_proportion_to_what_the_macro_does(loss_db, part):
    (one,) = wanted(corners({1: loss_db, 2: 0.0}, figure="mono_loss_db", base=0.0))
    assert (one.macro, one.part, one.trim_db) == (1, part, 0.0)


def test_a_macro_gives_up_a_seventh_at_least():
    """0.01 dB too much of 10 that it does."""
    (one,) = wanted(corners({1: -2.01, 2: 0.0}, figure="mono_loss_db", base=0.0))
    assert one.part == 0.746
    takes = corners({1: -10.0, 2: 0.0}, figure="mono_loss_db", base=0.0)
    fault = MacroFault(takes[-1], "mono_safe", -2.01, 0.01, "little")
    (one,) = reductions([fault], takes, note(), defaults=REST, reduced={})
    assert one.part == 0.85


def test_the_macro_that_does_most_of_it_is_narrowed_and_of_two_equals_the_first():
    (one,) = wanted(corners({1: -1.5, 2: -2.5}, figure="mono_loss_db", base=0.0))
    assert one.macro == 2
    (one,) = wanted(corners({1: -2.0, 2: -2.0}, figure="mono_loss_db", base=0.0))
    assert one.macro == 1


def test_the_low_band_counts_as_well():
    (one,) = wanted(corners({1: 0.0, 2: -2.0}, figure="low_band_mono_loss_db", base=0.0))
    assert (one.macro, one.part) == (2, 0.35)
    assert "below 150 Hz" in one.reason
    takes = corners({}, figure="low_band_mono_loss_db", base=0.0)
    takes = [one.model_copy(update={"low_band_mono_loss_db": -2.0 if one.macros[1] else None}) for one in takes]
    assert wanted(takes)[0].part == 0.35


@pytest.mark.parametrize(
    ("reach", "part"),
    [(1.0, 0.35), (0.4, 0.5), (0.25, 0.8), (0.24, 0.833), (0.236, 0.847), (0.235, NOT), (0.2, NOT)],
)
def test_a_macro_keeps_a_fifth_of_its_reach(reach, part):
    """What is left of it may be 0.2 at the least; a step is never smaller than from 1 to 0.85."""
    found = wanted(
        corners({1: -9.0, 2: 0.0}, figure="mono_loss_db", base=0.0),
        reduced={1: ReducedMacro(range=reach), 2: ReducedMacro(range=0.2)},
    )
    assert [one.part for one in found] == ([] if part is NOT else [part])


def test_if_the_macro_to_blame_has_nothing_left_the_next_gives_way():
    takes = corners({1: -6.0, 2: -1.0}, figure="mono_loss_db", base=0.0)
    (one,) = wanted(takes, reduced={1: ReducedMacro(range=0.2)})
    assert (one.macro, one.part) == (2, 0.35)


def test_what_falls_silent_or_is_no_number_is_narrowed_by_two_fifths():
    """There is no telling how much would do."""
    (one,) = wanted(corners({1: -50.0, 2: 0.0}, figure="loudness_lufs"))
    assert (one.macro, one.part) == (1, 0.6)
    assert one.reason.startswith("Silent: -68.0 LUFS")
    (one,) = wanted(corners({1: 0, 2: 7}, figure="nonfinite_samples", base=0))
    assert (one.macro, one.part) == (2, 0.6)


def test_a_macro_that_does_not_make_it_worse_is_narrowed_by_two_fifths():
    """All corners are as bad: none is to blame, so the first tries."""
    (one,) = wanted(corners({}, figure="mono_loss_db", base=-3.0))
    assert (one.macro, one.part) == (1, 0.6)


def test_alone_a_macro_is_compared_with_the_note_at_rest():
    alone = [take(NOT, 1.0, NOT, NOT, level_lufs=-12.0)]
    assert [(one.macro, one.trim_db) for one in wanted(alone)] == [(2, 2.5)]
    half = [take(NOT, 0.5, NOT, NOT, level_lufs=-12.0)]
    assert [(one.macro, one.trim_db) for one in wanted(half)] == [(2, 5.0)]
    wide = [take(NOT, 1.0, NOT, NOT, mono_loss_db=-4.0)]
    assert [one.part for one in wanted(wide, centre=note(mono_loss_db=-1.0))] == [0.35]
    assert [one.part for one in wanted(wide)] == [0.375]


def test_where_a_level_was_not_told_the_loudness_of_the_take_stands_for_it():
    takes = corners({1: 6.0, 2: 0.0})
    takes[0] = takes[0].model_copy(update={"level_lufs": None, "loudness_lufs": -30.0})
    (one,) = wanted(takes)
    assert one.trim_db == 2.5
    fault = MacroFault(takes[2], "macro_level", -12.0, 2.0, "loud")
    quiet = [one.model_copy(update={"level_lufs": None, "loudness_lufs": -20.0}) for one in takes]
    assert reductions([fault], quiet, note(), defaults=REST, reduced={})[0].part == 0.6


def test_only_corners_of_the_same_macros_are_compared():
    takes = [*corners({1: 6.0, 2: 0.0}), take(1.0, NOT, NOT, NOT, level_lufs=-30.0)]
    (one,) = wanted(takes)
    assert one.trim_db == 2.5


def test_evenly_all_turned_macros_give_way_by_as_little_as_the_worst_corner_needs():
    """4.5 dB shared by the squares of how far each is turned: 1 and a half."""
    takes = corners({1: 8.0, 2: 0.0})
    takes[-1] = takes[-1].model_copy(update={"level_lufs": -10.0})
    takes[2] = takes[2].model_copy(update={"level_lufs": -10.1})
    found = wanted(takes, rests={1: 0.0, 2: 0.5}, evenly=True)
    assert [(one.macro, one.trim_db) for one in found] == [(1, 3.6), (2, 1.8)]


@pytest.mark.parametrize(("excess_db", "trimmed"), [(0.01, True), (-0.01, False)])
def test_less_than_half_a_decibel_is_not_trimmed(excess_db, trimmed):
    fault = MacroFault(take(1.0, 0.0, NOT, NOT), "macro_level", -14.0 + excess_db, excess_db, "loud")
    found = reductions([fault], corners({1: 6.0, 2: 0.0}), note(), defaults=REST, reduced={})
    assert (found[0].trim_db > 0.0) == trimmed


def test_the_worst_fault_of_each_gate_decides():
    takes = corners({1: -3.0, 2: -4.0}, figure="mono_loss_db", base=0.0)
    (one,) = wanted(takes)
    assert (one.macro, one.part) == (2, 0.35)  # 5 dB and a half too much, of the 4 that it does
    assert "Loses 7.0 dB" in one.reason


def test_a_macro_with_two_faults_gives_up_the_most_of_each():
    takes = [
        one.model_copy(
            update={
                "level_lufs": -12.0 if one.macros[0] else -18.0,
                "mono_loss_db": -4.0 if one.macros[0] else 0.0,
                "low_band_mono_loss_db": -1.4 if one.macros[0] else 0.0,
            }
        )
        for one in corners({})
    ]
    (one,) = wanted(takes)
    assert (one.macro, one.part, one.trim_db) == (1, 0.357, 2.5)
    assert one.reason.startswith("Loses 4.0 dB when")


def test_of_two_trims_the_larger_counts_whichever_its_sign():
    takes = corners({1: 6.0, 2: 0.0})
    takes = [one.model_copy(update={"peak": 1.3 if one.macros[0] else 0.5}) for one in takes]
    (one,) = wanted(takes)
    assert one.trim_db == 3.32  # 20 log10(1.3 / 0.94) and a half
    takes = [one.model_copy(update={"peak": 1.1 if one.macros[0] else 0.5}) for one in takes]
    assert wanted(takes)[0].trim_db == 2.5


def test_macros_come_in_their_order():
    takes = [
        one.model_copy(
            update={
                "mono_loss_db": -4.0 if one.macros[1] else 0.0,
                "level_lufs": -12.0 if one.macros[0] else -18.0,
            }
        )
        for one in corners({})
    ]
    assert [one.macro for one in wanted(takes)] == [1, 2]


def test_a_macro_that_gave_up_nothing_has_all_its_reach():
    assert ReducedMacro() == ReducedMacro(range=1.0, trim_db=0.0)
    (one,) = wanted(corners({1: 21.5, 2: 0.0}))
    assert (one.trim_db, one.part) == (18.0, 1.0)


def test_a_macro_that_makes_it_worse_by_ever_so_little_is_to_blame():
    (one,) = wanted(corners({1: -0.05, 2: 0.0}, figure="mono_loss_db", base=-3.0))
    assert (one.macro, one.part) == (1, 0.35)


def test_of_three_macros_only_corners_of_all_three_are_compared():
    takes = [
        *corners({1: -3.0}, figure="mono_loss_db", base=0.0, turned=(1, 2, 3)),
        take(0.0, NOT, NOT, NOT, mono_loss_db=-9.0, condition="macro 1 at 0"),
    ]
    fault = MacroFault(takes[-2], "mono_safe", -3.0, 1.0, "narrow")
    (one,) = reductions([fault], takes, note(), defaults=REST, reduced={})
    assert (one.macro, one.part) == (1, 0.5)


def test_no_macro_that_rests_amid_its_travel_takes_back_more_than_half_its_effect():
    (one,) = wanted(corners({1: 6.0, 2: 0.0}, base=-11.0), rests={1: 0.5, 2: 0.0})
    assert one.trim_db == 6.0  # 3 dB from where it rests, over half its travel


def test_a_macro_that_is_heard_at_one_end_alone_is_not_to_blame():
    takes = [one for one in corners({1: -3.0, 2: 0.0}, figure="mono_loss_db", base=0.0) if one.macros[0] == 1.0]
    (one,) = wanted(takes)
    assert (one.macro, one.part) == (1, 0.6)


def test_a_trim_of_just_half_a_decibel_is_made():
    (one,) = wanted(corners({1: 0.5, 2: 0.0}, base=-14.25))
    assert (one.trim_db, one.part) == (0.5, 1.0)
