"""What is said of a macro that was heard, and what a macro does that is narrowed or trimmed, in literal figures."""

import pytest
from made_up import CUTOFF, FOUR, VOLUME, macro, note, patch, take

from engine import macros
from engine.measure.overall import combine
from engine.render.job import Turned
from schemas.result import MacroDirection, MacroEnd, MacroHeard

NOT = None


def told(*ends, axis="", spec=None, broken=None):
    """What is said of the first macro, of which these `Turned` were heard."""
    spec = spec or patch(macro("ONE", cutoff=0.3, role=axis or "one"))
    turned = [Turned(1, axis=axis, **one) for one in ends]
    (found,) = macros.judge_macros(spec, turned, broken or {})
    return found


def end(position=1.0, change_db=9.0, noise_db=0.5, **figures):
    return {"position": position, "change_db": change_db, "noise_db": noise_db, **figures}


def axis_end(low, high, noise=0.1, **figures):
    return end(feature=high, feature_at_rest=low, feature_noise=noise, **figures)


@pytest.mark.parametrize(
    ("change_db", "problem"),
    [
        (0.0, "Macro 1 (ONE) changes the sound by 0.0 dB (at least 1.0 dB)"),
        (0.9, "Macro 1 (ONE) changes the sound by 0.9 dB (at least 1.0 dB)"),
        (0.99, "Macro 1 (ONE) changes the sound by 1.0 dB (at least 1.0 dB)"),
        (1.0, ""),
        (1.1, ""),
    ],
)
def test_a_macro_changes_the_sound_by_a_decibel(change_db, problem):
    assert told(end(change_db=change_db)).problem == problem


def test_a_macro_of_which_nothing_was_heard_has_a_problem():
    assert told().problem == "Macro 1 (ONE) changes the sound by 0.0 dB (at least 1.0 dB)"


@pytest.mark.parametrize(
    ("change_db", "noise_db", "fine"), [(2.0, 1.9, True), (2.0, 2.0, False), (2.0, 2.1, False)]
)
def test_a_macro_changes_the_sound_by_more_than_another_phase_seed(change_db, noise_db, fine):
    problem = told(end(change_db=change_db, noise_db=noise_db)).problem
    words = f"Macro 1 (ONE) changes the sound by 2.0 dB, which another phase seed does, too ({noise_db:.1f} dB)"
    assert problem == ("" if fine else words)


def test_the_end_that_is_furthest_above_its_noise_counts():
    assert told(end(0.0, 5.0, 4.9), end(1.0, 2.0, 0.5)).problem == ""
    assert "by 2.0 dB, which" in told(end(0.0, 5.0, 9.0), end(1.0, 2.0, 2.0)).problem
    assert told(end(0.0, 0.5, 0.0), end(1.0, 9.0, 0.0)).problem == ""


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.0, 1.25, ""),
        (1.0, 1.125, "Macro 1 (ONE) gives no more brightness turned up: 1 to 1.125 (seeds differ by 0.125)"),
        (1.0, 1.0, "Macro 1 (ONE) gives no more brightness turned up: 1 to 1 (seeds differ by 0.125)"),
        (1.0, 0.875, "Macro 1 (ONE) gives no more brightness turned up: 1 to 0.875 (seeds differ by 0.125)"),
        (1.0, 0.75, "Macro 1 (ONE) gives less brightness turned up: 1 to 0.75 (seeds differ by 0.125)"),
    ],
)
def test_a_macro_gives_more_of_its_axis_turned_up_than_seeds_do(low, high, words):
    assert told(axis_end(low, high, 0.125), axis="brightness").problem == words


@pytest.mark.parametrize(("high", "fine"), [(1.2, True), (0.8, False), (1.0, False)])
def test_a_macro_that_is_lost_among_seeds_is_heard_by_its_axis(high, fine):
    """Movement and rate: two seeds of what beats by itself differ frame by frame as much as anything."""
    found = told(axis_end(1.0, high, change_db=2.0, noise_db=3.0), axis="movement")
    assert (found.problem == "") == fine
    if high == 1.0:
        assert "which another phase seed does, too" in found.problem


def test_the_axis_does_not_excuse_a_macro_that_changes_nothing():
    assert "at least 1.0 dB" in told(axis_end(1.0, 1.2, change_db=0.9), axis="movement").problem


def test_the_direction_is_told_from_one_end_to_the_other():
    found = told(
        end(0.0, feature=0.5, feature_at_rest=1.0, feature_noise=0.2),
        end(1.0, feature=2.0, feature_at_rest=1.0, feature_noise=0.3),
        axis="grit",
    )
    assert found.direction == MacroDirection(axis="grit", low=0.5, high=2.0, noise=0.3)


def test_where_an_end_was_left_out_the_sound_at_rest_stands_for_it():
    up = told(axis_end(1.0, 2.0), axis="grit").direction
    assert (up.low, up.high) == (1.0, 2.0)
    down = told(end(0.0, feature=0.5, feature_at_rest=1.0, feature_noise=0.1), axis="grit").direction
    assert (down.low, down.high) == (0.5, 1.0)


def test_there_is_no_direction_without_an_axis_or_where_an_end_died():
    assert told(end()).direction is None
    died = told(axis_end(1.0, 2.0), end(0.0, feature_at_rest=1.0, died="it crashed"), axis="grit")
    assert died.direction is None
    assert [one.broken for one in died.ends] == ["", "it crashed"]


def test_what_breaks_at_an_end_is_told_there():
    loud, soft = (
        take(1.0, NOT, NOT, NOT, condition="macro 1 at 1"),
        take(0.0, NOT, NOT, NOT, condition="macro 1 at 0"),
    )
    found = told(end(1.0, take=loud), end(0.0, take=soft), broken={"macro 1 at 1": "Too loud"})
    assert found.ends == (
        MacroEnd(position=1.0, change_db=9.0, noise_db=0.5, broken="Too loud"),
        MacroEnd(position=0.0, change_db=9.0, noise_db=0.5, broken=""),
    )
    assert found.problem == ""


def test_each_macro_is_told_of_its_own_turns_in_the_macros_order():
    spec = patch(macro("B", drive=0.1, control="macro_3"), macro("A", cutoff=0.3, control="macro_1"))
    found = macros.judge_macros(spec, [Turned(3, 1.0, 5.0), Turned(1, 1.0, 0.2)], {})
    assert [(one.number, one.label, one.role_id, one.ends[0].change_db) for one in found] == [
        (1, "A", "a", 0.2),
        (3, "B", "b", 5.0),
    ]
    assert [bool(one.problem) for one in found] == [True, False]


def heard(problem="", direction=None, number=1):
    return MacroHeard(number=number, role_id="x", label="X", ends=(), direction=direction, problem=problem)


def way(low, high, noise=0.5):
    return MacroDirection(axis="grit", low=low, high=high, noise=noise)


def test_a_longer_note_may_tell_more_of_all_but_those_that_go_the_wrong_way():
    found = (
        heard("nothing is heard", number=1),
        heard(number=2),
        heard("less", way(2.0, 1.0), number=3),
        heard("no more", way(1.0, 1.25), number=4),
    )
    assert macros.undecided(found) == (1, 4)
    assert [one.number for one in macros.failed(found)] == [1, 3, 4]
    assert macros.undecided((heard("seeds", way(1.0, 2.0)),)) == (1,)
    assert macros.undecided((heard("just as seeds", way(1.5, 1.0, 0.5)),)) == (1,)


def test_the_axis_of_a_macro_is_that_of_its_role():
    spec = patch(macro("CUT", cutoff=0.2, role="brightness"), macro("ODD", drive=0.1, role="squelch"))
    assert macros.macro_axes(spec) == {1: "brightness", 2: ""}


def test_what_lies_on_no_macro_is_none():
    spec = patch(
        macro("A", rests=0.25, cutoff=0.2, control="macro_4", role="grit"),
        macro("B", drive=0.1, control="baked"),
        macro("C", drive=0.1, control="mod_wheel"),
    )
    assert macros.macro_axes(spec) == {4: "grit"}
    assert macros.macro_defaults(spec) == {4: 0.25}


def test_a_narrowed_macro_reaches_less_far_and_the_sound_at_rest_stays():
    """Half of 0.3 of 128 semitones, half turned, is given back: 9.6 semitones."""
    spec = patch(FOUR[1], macro("ONE", rests=0.5, cutoff=0.3, drive=0.4))
    made = macros.reduce_range(spec, 2, part=0.5)
    assert [target.amount for target in made.macros[1].targets] == pytest.approx([0.15, 0.2])
    assert made.modules.filter[0].cutoff_hz == pytest.approx(400.0 * 2 ** (9.6 / 12), rel=1e-6)
    assert made.modules.filter[0].drive_db == pytest.approx(
        spec.modules.filter[0].drive_db + 0.5 * 0.4 * 0.5 * 20.0
    )
    assert made.macros[0] == spec.macros[0]


def test_a_narrowed_macro_that_rests_at_zero_gives_nothing_back():
    made = macros.reduce_range(patch(*FOUR), 1, part=0.35)
    assert made.macros[0].targets[0].amount == pytest.approx(0.105)
    assert made.modules.filter[0].cutoff_hz == pytest.approx(400.0)


def volumes(spec, macro=1):
    """The output volume with a macro at 0, where it rests, and at 1."""
    places = (0.0, NOT, 1.0)
    return [macros.volume_db_at(spec, tuple(place if n == macro else NOT for n in range(1, 5))) for place in places]


def test_a_trimmed_macro_turns_the_output_down_on_its_way():
    """Stored is (0 + 80)^2 = 6400 of 7399.44; 5 dB there are 800."""
    made = macros.trim(patch(macro("ONE", cutoff=0.3), **{"voicing/volume_db": 0.0}), 1, trim_db=5.0)
    (own,) = [target for target in made.macros[0].targets if target.path == VOLUME]
    assert own.amount == pytest.approx(-0.108116, abs=2e-6)
    assert own.curve == "linear"
    assert made.modules.voicing.volume_db == pytest.approx(0.0, abs=1e-3)
    assert volumes(made) == pytest.approx([0.0, 0.0, -5.167], abs=0.002)
    assert [target.amount for target in made.macros[0].targets if target.path == CUTOFF] == [0.3]


def test_a_trimmed_macro_that_rests_amid_its_travel_is_louder_at_the_other_end():
    spec = patch(macro("ONE", rests=0.5, cutoff=0.3, control="macro_2"), **{"voicing/volume_db": 0.0})
    made = macros.trim(spec, 2, trim_db=5.0)
    assert volumes(made, 2) == pytest.approx([2.462, 0.0, -2.540], abs=0.002)
    assert made.modules.voicing.volume_db == pytest.approx(2.462, abs=0.002)
    back = macros.trim(made, 2, trim_db=-5.0)
    assert volumes(back, 2) == pytest.approx([0.0, 0.0, 0.0], abs=0.002)
    assert len(back.macros[0].targets) == 2


def test_trims_add_up_and_their_slope_is_that_at_rest():
    """The first leaves the stored volume at rest where it was, so the second is as steep."""
    spec = patch(macro("ONE", rests=0.5, cutoff=0.3, control="macro_2"), **{"voicing/volume_db": 0.0})
    twice = macros.trim(macros.trim(spec, 2, trim_db=3.0), 2, trim_db=2.0)
    assert volumes(twice, 2) == pytest.approx([2.462, 0.0, -2.540], abs=0.002)
    assert twice.macros[0].targets[1].amount == pytest.approx(-0.108116, abs=2e-5)


def test_a_trim_leaves_what_rests_where_it_is_with_the_other_macros():
    """Another macro holds the volume down at rest: 3 dB from there are less in stored steps."""
    other = macro("TWO", rests=1.0, volume=-0.4, control="macro_1")
    spec = patch(other, macro("ONE", cutoff=0.3, control="macro_2"), **{"voicing/volume_db": 0.0})
    assert macros.volume_db_at(spec, ()) == pytest.approx(-21.35, abs=0.01)
    made = macros.trim(spec, 2, trim_db=3.0)
    assert macros.volume_db_at(made, ()) == pytest.approx(-21.35, abs=0.01)
    assert macros.volume_db_at(made, (NOT, 1.0)) == pytest.approx(-24.43, abs=0.01)


def test_a_mod_wheel_that_moves_the_volume_holds_nothing_down_at_rest():
    """It rests at 0, whatever a role's place was: 3 dB from full volume are as many stored steps as without it."""
    wheel = macro("WHEEL", rests=1.0, volume=-0.4, control="mod_wheel")
    spec = patch(macro("ONE", cutoff=0.3, control="macro_1"), wheel, **{"voicing/volume_db": 0.0})
    made = macros.trim(spec, 1, trim_db=3.0)
    assert made.macros[0].targets[1].amount == pytest.approx(-0.064872, abs=2e-5)
    assert macros.volume_db_at(made, (1.0,)) == pytest.approx(-3.06, abs=0.01)


def test_a_trim_that_the_volume_has_no_room_for_is_less():
    spec = patch(macro("ONE", rests=0.5, cutoff=0.3, control="macro_1"), **{"voicing/volume_db": 5.9})
    made = macros.trim(spec, 1, trim_db=5.0)
    assert made.modules.voicing.volume_db == pytest.approx(6.02, abs=0.001)
    assert volumes(made) == pytest.approx([6.02, 5.9, 5.78], abs=0.002)
    low = patch(macro("ONE", rests=0.5, cutoff=0.3, control="macro_1"), **{"voicing/volume_db": -70.0})
    made = macros.trim(low, 1, trim_db=-18.0)
    assert volumes(made) == pytest.approx([-80.0, -70.0, -65.86], abs=0.02)


def test_a_trim_never_exceeds_what_a_macro_can_move():
    spec = patch(macro("ONE", volume=-0.95, control="macro_1"), **{"voicing/volume_db": 6.0})
    made = macros.trim(spec, 1, trim_db=18.0)
    assert made.macros[0].targets[0].amount == -1.0
    up = patch(macro("ONE", volume=0.95, control="macro_1"), **{"voicing/volume_db": 6.0})
    assert macros.trim(up, 1, trim_db=-18.0).macros[0].targets[0].amount == 1.0


def test_a_volume_that_macros_move_has_a_floor_but_no_ceiling():
    spec = patch(macro("UP", volume=0.5), macro("DOWN", volume=-1.0), **{"voicing/volume_db": 0.0})
    assert macros.volume_db_at(spec, ()) == pytest.approx(0.0, abs=1e-3)
    assert macros.volume_db_at(spec, (1.0,)) == pytest.approx(20.497, abs=0.002)
    assert macros.volume_db_at(spec, (NOT, 1.0, NOT, NOT)) == -80.0
    assert macros.volume_db_at(spec, (1.0, 0.5)) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("curve", ["exp", -4.0])
def test_a_volume_moves_along_the_curve_of_its_macro(curve):
    spec = patch(macro("ONE", volume=0.1), **{"voicing/volume_db": 0.0})
    bent = spec.macros[0].model_copy(
        update={"targets": (spec.macros[0].targets[0].model_copy(update={"curve": curve}),)}
    )
    bent = spec.model_copy(update={"macros": (bent,)})
    straight, curved = (macros.volume_db_at(one, (0.5,)) for one in (spec, bent))
    assert straight == pytest.approx(2.281, abs=0.002)
    assert 0.0 < curved < straight
    assert macros.volume_db_at(bent, (1.0,)) == pytest.approx(macros.volume_db_at(spec, (1.0,)))


def test_what_is_measured_after_a_volume_is_as_much_louder_wherever_the_macros_stand():
    before = patch(macro("ONE", cutoff=0.3, control="macro_1"), **{"voicing/volume_db": 0.0})
    after = macros.trim(before, 1, trim_db=5.0)
    after = after.model_copy(
        update={"modules": after.modules.model_copy(
            update={"voicing": after.modules.voicing.model_copy(update={"volume_db": -3.0})}
        )}
    )  # fmt: skip
    takes = [take(), take(1.0, NOT, NOT, NOT), take(0.0, NOT, NOT, NOT, notes=(48, 52), level_lufs=None)]
    measured = combine([note(dc=0.01), note(36, loudness_lufs=-20.0)], takes)
    measured = measured.model_copy(update={"timbre": {"grit": 1.0}})
    found = macros.measured_after(before, after, measured)
    assert [one.loudness_lufs for one in found.notes] == pytest.approx([-21.0, -23.0], abs=0.01)
    assert [one.level_lufs for one in found.takes] == pytest.approx([-21.0, -26.383, NOT], abs=0.01)
    assert [one.loudness_lufs for one in found.takes] == pytest.approx([-21.0, -26.383, -21.0], abs=0.01)
    assert [one.peak for one in found.takes] == pytest.approx([0.354, 0.1905, 0.354], abs=0.001)
    assert found.notes[0].dc == pytest.approx(0.00708, abs=1e-5)
    assert found.overall.peak == pytest.approx(0.354, abs=0.001)
    assert found.timbre == {"grit": 1.0}


def test_a_macro_that_nearly_rests_at_zero_leaves_the_volume_its_room_too():
    """Its volume at 0 would have to rise beyond the top."""
    spec = patch(macro("ONE", rests=0.05, cutoff=0.3, control="macro_1"), **{"voicing/volume_db": 6.0})
    made = macros.trim(spec, 1, trim_db=18.0)
    assert made.modules.voicing.volume_db == pytest.approx(6.02, abs=0.001)
    assert macros.volume_db_at(made, ()) == pytest.approx(6.0, abs=0.002)
