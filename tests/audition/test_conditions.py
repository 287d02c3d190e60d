"""The worst cases, one by one: what docs/decisions/gate-limits.md lists is what is asked of the renderer."""

import pytest

from engine.audition import conditions
from engine.audition.arrival import Arrival
from engine.audition.conditions import corners, macro_takes, patient, played_takes
from engine.audition.notes import held, measured_notes
from engine.audition.turns import seed_lengths, turns
from engine.catalog import template
from engine.planner import plan
from engine.render.job import NotePlan, Take, Turn

NOTE = NotePlan(48, 0.8, 1.0, 3.0)
NOT = None


def test_soft_hard_a_chord_and_a_note_of_an_instant_are_played():
    *held, let_go = played_takes(NOTE, chord=True)
    assert held == [
        Take("velocity 0.3", (48,), 0.3, 0.3, 0.3, patience_s=3.0),
        Take("velocity 1", (48,), 1.0, 0.3, 0.3, patience_s=3.0),
        Take("a chord at velocity 1", (48, 52, 55), 1.0, 0.3, 0.3, patience_s=3.0),
    ]
    assert let_go._replace(render_s=round(let_go.render_s, 9)) == Take("a note of 30 ms", (48,), 0.8, 0.03, 0.3)


def test_without_a_chord_the_others_are_played():
    assert [take.condition for take in played_takes(NOTE, chord=False)] == [
        "velocity 0.3",
        "velocity 1",
        "a note of 30 ms",
    ]


def test_a_take_is_let_go_and_ends_with_its_note():
    held_briefly = NotePlan(48, 0.8, 0.1, 3.0)
    soft = played_takes(held_briefly, chord=False)[0]
    assert (soft.hold_s, soft.render_s, soft.patience_s) == (0.1, 0.3, 3.0)
    short = played_takes(NotePlan(48, 0.8, 0.2, 0.25), chord=False)[0]
    assert (short.hold_s, short.render_s, short.patience_s) == (0.2, 0.25, 0.25)


def test_a_chord_at_the_top_of_the_keyboard_stays_on_it():
    high = NotePlan(122, 0.8, 1.0, 3.0)
    assert played_takes(high, chord=True)[2].notes == (122, 126, 127)


def test_chords_are_for_styles_that_are_played_in_them():
    assert {"Keys", "Pad", "Lead", "Sequence"} == conditions.CHORD_STYLES


def test_a_base_is_heard_with_each_macro_in_its_middle_and_all_in_every_corner():
    found = macro_takes(NOTE, {1: 0.0, 2: 0.0, 3: 1.0, 4: 0.0})
    assert [(take.condition, take.macros) for take in found] == [
        ("macro 1 at 0.5", (0.5, NOT, NOT, NOT)),
        ("macro 2 at 0.5", (NOT, 0.5, NOT, NOT)),
        ("macro 3 at 0.5", (NOT, NOT, 0.5, NOT)),
        ("macro 4 at 0.5", (NOT, NOT, NOT, 0.5)),
        ("macro corner 0·0·0·0", (0.0, 0.0, 0.0, 0.0)),
        ("macro corner 1·0·0·0", (1.0, 0.0, 0.0, 0.0)),
        ("macro corner 1·1·0·0", (1.0, 1.0, 0.0, 0.0)),
        ("macro corner 0·1·0·0", (0.0, 1.0, 0.0, 0.0)),
        ("macro corner 0·1·1·0", (0.0, 1.0, 1.0, 0.0)),
        ("macro corner 1·1·1·0", (1.0, 1.0, 1.0, 0.0)),
        ("macro corner 1·0·1·0", (1.0, 0.0, 1.0, 0.0)),
        ("macro corner 0·0·1·0", (0.0, 0.0, 1.0, 0.0)),
        ("macro corner 0·0·1·1", (0.0, 0.0, 1.0, 1.0)),
        ("macro corner 1·0·1·1", (1.0, 0.0, 1.0, 1.0)),
        ("macro corner 1·1·1·1", (1.0, 1.0, 1.0, 1.0)),
        ("macro corner 0·1·1·1", (0.0, 1.0, 1.0, 1.0)),
        ("macro corner 0·1·0·1", (0.0, 1.0, 0.0, 1.0)),
        ("macro corner 1·1·0·1", (1.0, 1.0, 0.0, 1.0)),
        ("macro corner 1·0·0·1", (1.0, 0.0, 0.0, 1.0)),
        ("macro corner 0·0·0·1", (0.0, 0.0, 0.0, 1.0)),
    ]
    assert {take[1:5] for take in found} == {((48,), 0.8, 0.3, 0.3)}
    assert {take.patience_s for take in found} == {3.0}


def test_variations_are_heard_in_every_corner_but_not_in_the_middles():
    found = macro_takes(NOTE, {1: 0.0, 2: 0.0, 3: 1.0, 4: 0.0}, middles=False)
    assert [take.condition[:12] for take in found] == ["macro corner"] * 16


@pytest.mark.parametrize(
    ("rests", "places"),
    [
        (0.0, ["0.5"]),
        (0.01, ["0", "0.5"]),
        (0.2, ["0", "0.5"]),
        (0.25, ["0", "0.5"]),
        (0.26, ["0.5"]),
        (0.37, ["0.5"]),
        (0.375, ["0.5"]),
        (0.38, []),
        (0.5, []),
        (0.62, []),
        (0.625, ["0.5"]),
        (0.74, ["0.5"]),
        (0.75, ["0.5", "1"]),
        (0.99, ["0.5", "1"]),
        (1.0, ["0.5"]),
    ],
)
def test_a_macro_alone_is_heard_in_its_middle_and_at_an_end_that_it_nearly_stands_at(rests, places):
    """Its other ends are heard as turns; where it rests it is heard already."""
    found = macro_takes(NOTE, {2: rests})
    assert [take.condition for take in found] == [f"macro 2 at {place}" for place in places]
    assert [take.macros for take in found] == [(NOT, float(place), NOT, NOT) for place in places]


def test_without_middles_an_end_that_a_macro_nearly_stands_at_is_heard_still():
    assert [take.condition for take in macro_takes(NOTE, {2: 0.2, 3: 0.9}, middles=False)][:2] == [
        "macro 2 at 0",
        "macro 3 at 1",
    ]


def test_corners_are_of_the_macros_that_move_something():
    assert corners([3, 1]) == (
        (0.0, NOT, 0.0, NOT),
        (1.0, NOT, 0.0, NOT),
        (1.0, NOT, 1.0, NOT),
        (0.0, NOT, 1.0, NOT),
    )
    assert macro_takes(NOTE, {1: 0.5, 4: 0.5})[1].condition == "macro corner 1·–·–·0"


def test_there_are_no_corners_of_one_macro_or_none():
    assert corners([2]) == ()
    assert corners([]) == ()
    assert len(corners([1, 2, 3])) == 8


@pytest.mark.parametrize(
    ("rests", "ends"),
    [
        (0.0, (1.0,)),
        (0.25, (1.0,)),
        (0.26, (0.0, 1.0)),
        (0.5, (0.0, 1.0)),
        (0.74, (0.0, 1.0)),
        (0.75, (0.0,)),
        (1.0, (0.0,)),
    ],
)
def test_a_macro_is_turned_to_the_ends_that_it_does_not_nearly_stand_at(rests, ends):
    assert turns(NOTE, {3: "grit"}, {3: rests}) == tuple(Turn(3, end, 0.7, "grit") for end in ends)


def test_macros_are_turned_in_their_order():
    found = turns(NOTE, {4: "", 2: "noise"}, {2: 0.0, 4: 1.0})
    assert found == (Turn(2, 1.0, 0.7, "noise"), Turn(4, 0.0, 0.7, ""))


@pytest.mark.parametrize(
    ("axis", "hold_s", "render_s", "length_s"),
    [
        ("brightness", 1.0, 3.0, 0.7),
        ("", 1.0, 3.0, 0.7),
        ("brightness", 1.0, 0.5, 0.5),
        ("length", 1.0, 3.0, 3.0),
        ("space", 1.0, 3.0, 3.0),
        ("attack", 1.0, 3.0, 1.0),
        ("attack", 0.2, 3.0, 0.7),
        ("attack", 2.0, 3.0, 1.2),
        ("movement", 2.0, 3.0, 1.2),
        ("rate", 2.0, 3.0, 1.2),
        ("rate", 1.0, 1.1, 1.0),
        ("rate", 1.0, 0.9, 0.9),
    ],
)
def test_a_turn_is_heard_for_as_long_as_its_role_takes(axis, hold_s, render_s, length_s):
    first = NotePlan(48, 0.8, hold_s, render_s)
    assert [turn.length_s for turn in turns(first, {1: axis}, {1: 0.0})] == [length_s]


def test_patiently_the_whole_note_is_heard():
    assert turns(NOTE, {1: "brightness"}, {1: 0.0}, whole_notes=True) == (Turn(1, 1.0, 3.0, "brightness"),)


def test_phase_seeds_are_heard_as_long_as_the_longest_turn():
    heard = [Turn(1, 1.0, 0.7), Turn(2, 1.0, 3.0), Turn(3, 1.0, 1.2)]
    assert seed_lengths(NOTE, heard, several=True) == (3.0, 0.7)
    assert seed_lengths(NOTE, heard, several=False) == (3.0,)
    assert seed_lengths(NOTE, heard[:1], several=True) == (0.7, 0.7)


def test_phase_seeds_are_heard_without_turns_too():
    assert seed_lengths(NOTE, (), several=True) == (0.7, 0.7)
    assert seed_lengths(NOTE, (), several=False) == (0.7,)
    assert seed_lengths(NotePlan(48, 0.8, 0.3, 0.5), (), several=True) == (0.5, 0.5)


def slow(attack_s: float, *, by_macro_1: float = 0.0, **changes: float) -> Arrival:
    """A sound that takes so long to arrive, and a first macro that adds to the stored time of its attack."""
    moved = {"modulations": [{"source": "macro_control_1", "destination": "env_1_attack"}]}
    return Arrival({"env_1_attack": attack_s**0.25, "modulation_1_amount": by_macro_1, **moved, **changes})


@pytest.mark.parametrize(
    ("arrival_s", "hold_s", "render_s"),
    [(0.6, 0.5, 0.9), (0.601, 0.901, 1.301), (4.0, 4.3, 4.7), (10.0, 10.3, 10.7)],
)
def test_a_note_is_held_until_the_sound_is_there_and_keeps_its_tail(arrival_s, hold_s, render_s):
    assert held(NotePlan(36, 1.0, 0.5, 0.9), arrival_s) == (36, 1.0, hold_s, render_s)


def test_a_note_that_is_held_long_enough_stays_as_it_is():
    assert held(NotePlan(48, 0.8, 2.0, 3.4), 1.7) == (48, 0.8, 2.0, 3.4)
    assert held(NotePlan(48, 0.8, 2.0, 3.4), 1.8) == (48, 0.8, 2.1, 3.5)


@pytest.mark.parametrize("attack_s", [0.0, 0.3, 0.59])
def test_a_sound_that_is_there_at_once_is_heard_as_ever(attack_s):
    arrival = slow(attack_s, by_macro_1=0.5)
    assert played_takes(NOTE, chord=True, arrival=arrival) == played_takes(NOTE, chord=True)
    rests = {1: 0.0, 2: 0.5}
    assert macro_takes(NOTE, rests, arrival=arrival) == macro_takes(NOTE, rests)
    assert turns(NOTE, {1: "attack"}, rests, arrival=arrival) == turns(NOTE, {1: "attack"}, rests)
    assert seed_lengths(NOTE, (), several=True, arrival=arrival) == (0.7, 0.7)


def test_a_slow_sound_is_heard_until_it_is_there_soft_hard_and_in_chords_but_not_for_an_instant():
    *held_takes, let_go = played_takes(held(NOTE, 4.0), chord=True, arrival=slow(4.0))
    assert [(take.hold_s, take.render_s, take.patience_s) for take in held_takes] == [(4.3, 4.3, 6.3)] * 3
    assert not any(take.settings for take in held_takes)
    assert (let_go.hold_s, let_go.patience_s, let_go.settings) == (0.03, 0.0, ())


def test_with_macros_turned_a_slow_sound_is_hurried_by_what_its_envelope_lacks_there():
    """50 ms are 0.472871 as they are stored; the macro at 1 adds 0.2 of 2.378420, a half adds half as much."""
    found = macro_takes(held(NOTE, 4.0), {1: 0.0, 2: 0.0}, arrival=slow(4.0, by_macro_1=0.2))
    hurried = {take.macros: take.settings for take in found}
    assert {(take.hold_s, take.render_s, take.patience_s) for take in found} == {(0.3, 0.3, 6.3)}
    assert hurried[(0.0, 0.0, NOT, NOT)] == (("env_1_delay", 0.0), ("env_1_attack", 0.472871))
    assert hurried[(0.5, NOT, NOT, NOT)] == (("env_1_delay", 0.0), ("env_1_attack", 0.235029))
    assert hurried[(1.0, 1.0, NOT, NOT)] == (("env_1_delay", 0.0), ("env_1_attack", -0.002813))


def test_where_a_macro_makes_it_fast_a_sound_is_not_hurried():
    """1.5 s are stored as 1.106682, and the macro takes 0.25 of 2.378420 away: 68 ms are left."""
    found = macro_takes(held(NOTE, 1.5), {1: 0.0, 2: 0.0}, arrival=slow(1.5, by_macro_1=-0.25), middles=False)
    assert {take.macros: bool(take.settings) for take in found} == {
        (0.0, 0.0, NOT, NOT): True,
        (1.0, 0.0, NOT, NOT): False,
        (1.0, 1.0, NOT, NOT): False,
        (0.0, 1.0, NOT, NOT): True,
    }


@pytest.mark.parametrize(("opens_s", "length_s"), [(0.5, 0.3), (2.0, 2.3), (5.0, 5.3), (8.0, 5.3)])
def test_what_opens_a_sound_besides_its_envelope_is_waited_for_with_macros_turned_up_to_5_s(opens_s, length_s):
    arrival = slow(
        3.0, modulation_2_amount=1.0, osc_1_on=1.0, osc_1_level=0.0, env_2_attack=opens_s**0.25,
        modulations=[{}, {"source": "env_2", "destination": "osc_1_level"}],
    )  # fmt: skip
    found = macro_takes(held(NOTE, max(opens_s, 3.0)), {1: 0.0, 2: 0.0}, arrival=arrival, middles=False)
    assert {(take.hold_s, take.render_s) for take in found} == {(length_s, length_s)}
    unheld = macro_takes(NOTE, {1: 0.0, 2: 0.0}, arrival=arrival, middles=False)
    assert {take.patience_s for take in unheld} == {max(length_s, 3.0)}, "never less than the take itself"
    soft = played_takes(NOTE, chord=False, arrival=arrival)[0]
    assert soft.render_s == max(opens_s, 3.0) + 0.3


def test_what_is_compared_with_a_slow_note_is_heard_until_it_is_there():
    first, arrival = held(NOTE, 4.0), slow(4.0)
    (turn,) = turns(first, {2: "brightness"}, {2: 0.0}, arrival=arrival)
    assert turn == Turn(2, 1.0, 4.3, "brightness")
    assert seed_lengths(first, (), several=True, arrival=arrival) == (4.3, 4.3)
    assert seed_lengths(first, (turn,), several=True, arrival=arrival) == (4.3, 4.3)
    assert seed_lengths(NOTE, (), several=False, arrival=slow(9.0)) == (3.0,), "no longer than the note"


def test_takes_that_may_wait_are_given_patience():
    soft, instant = played_takes(NOTE, chord=False)[::2]
    assert [take.patience_s for take in patient((soft, instant), 8.3)] == [8.3, 0.0]
    assert [take.patience_s for take in patient((soft, instant), 2.0)] == [3.0, 0.0]


@pytest.mark.parametrize(
    ("name", "asked_for", "notes"),
    [
        ("warm_pad", None, (60, 48, 76)),
        ("warm_pad", 64, (64, 52, 80)),
        ("warm_pad", 84, (84, 72, 100)),
        ("warm_pad", 85, (84, 72, 100)),
        ("warm_pad", 36, (36, 24, 52)),
        ("warm_pad", 35, (36, 24, 52)),
        ("sub_bass", 9, (9, 0, 24)),
    ],
)
def test_a_register_moves_to_where_it_is_asked_for_by_two_octaves_at_the_most(name, asked_for, notes):
    intent = plan("pad").model_copy(update={"register_midi": asked_for})
    assert tuple(one.note for one in measured_notes(template(name), intent)) == notes
