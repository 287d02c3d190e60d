"""The worst cases, one by one: what docs/decisions/gate-limits.md lists is what is asked of the renderer."""

import pytest

from engine.audition import conditions
from engine.audition.conditions import corners, macro_takes, played_takes, seed_lengths, turns
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
