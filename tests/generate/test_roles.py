"""Roles at work: where they stand, what they move, and how far their macros may go."""

import pytest
from drafts import draft

from engine.generate.roles import (
    Move,
    applies,
    axis_positions,
    bounds,
    curve_at,
    lifts,
    move_bases,
    moves,
    position,
)
from schemas.template import Behavior, Constraints, Role, RoleTarget

MIX = "/modules/fx/0/mix_percent"
CUTOFF = "/modules/filter/0/cutoff_hz"


def role(*targets, default=0.5, steps=None, requires=(), forbids=(), role_id="space"):
    return Role(
        role_id=role_id,
        label="ROLE",
        default=default,
        behavior=Behavior(steps=steps),
        targets=targets or (RoleTarget(path=MIX, amount=0.4),),
        constraints=Constraints(requires=requires, forbids=forbids),
    )


def target(amount=0.4, path=MIX, **options):
    return RoleTarget(path=path, amount=amount, **options)


@pytest.mark.parametrize(
    ("curve", "at", "value"),
    [
        ("linear", 0.3, 0.3),
        ("exp", 0.5, 0.119203),  # (e^2 - 1) / (e^4 - 1)
        ("log", 0.5, 0.880797),
        ("exp", 0.25, 0.032058),
        ("log", 0.25, 0.643914),
    ],
)
def test_a_curve_is_the_one_that_vital_draws(curve, at, value):
    assert curve_at(curve, at) == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(("curve", "power"), [("linear", 0.0), ("log", 4.0), ("exp", -4.0)])
def test_a_curve_by_its_power_is_the_one_by_its_name(curve, power):
    assert [curve_at(power, at) for at in (0.0, 0.3, 1.0)] == [curve_at(curve, at) for at in (0.0, 0.3, 1.0)]
    assert curve_at(10.0, 0.3) > curve_at("log", 0.3)


@pytest.mark.parametrize(
    ("default", "axis", "expected"),
    [
        (0.3, None, 0.3),
        (0.3, 0.0, 0.3),
        (0.3, 1.0, 1.0),
        (0.3, -1.0, 0.0),
        (0.3, 0.5, 0.65),
        (0.3, -0.5, 0.15),
        (0.3, 1.7, 1.0),
        (0.3, -1.7, 0.0),
    ],
)
def test_a_role_stands_between_its_default_and_its_ends(default, axis, expected):
    assert position(role(default=default), axis) == pytest.approx(expected)


@pytest.mark.parametrize(("axis", "expected"), [(0.1, 0.5), (0.3, 0.75), (0.7, 0.75), (0.8, 1.0), (-0.4, 0.25)])
def test_a_role_with_steps_stands_on_one_of_them(axis, expected):
    assert position(role(default=0.5, steps=5), axis) == pytest.approx(expected)


def test_a_role_that_was_not_spoken_of_stands_at_its_default_whatever_its_steps():
    assert position(role(default=0.4, steps=2), None) == 0.4


def test_positions_are_of_the_axes_that_were_spoken_of():
    roles = (role(default=0.2), role(default=0.6, role_id="width"))
    assert axis_positions(roles, {"space": 0.5}) == {"space": pytest.approx(0.6), "width": 0.6}


@pytest.mark.parametrize(
    ("on", "requires", "forbids", "there"),
    [
        ((), (), (), True),
        (("fx/0",), ("fx/0", "fx/1"), (), False),
        (("fx/0", "fx/1"), ("fx/0", "fx/1"), (), True),
        (("fx/1",), (), ("fx/0", "fx/1"), False),
        ((), (), ("fx/0", "fx/1"), True),
        (("fx/0",), ("fx/0",), ("fx/1",), True),
    ],
)
def test_a_role_applies_where_all_it_requires_is_on_and_nothing_that_it_forbids(on, requires, forbids, there):
    made = draft({f"{one}/on": True for one in on})
    switches = [tuple(f"/modules/{one}/on" for one in names) for names in (requires, forbids)]
    assert applies(role(requires=switches[0], forbids=switches[1]), made) is there


@pytest.mark.parametrize(
    ("limits", "range_"),
    [
        ({}, (0.0, 1.0)),
        ({"min": 20.0}, (0.2, 1.0)),
        ({"max": 80.0}, (0.0, 0.8)),
        ({"min": 20.0, "max": 80.0}, (0.2, 0.8)),
        ({"min": 80.0, "max": 20.0}, (0.2, 0.8)),
        ({"min": -50.0, "max": 180.0}, (0.0, 1.0)),
    ],
)
def test_a_target_stays_within_its_limits_and_the_controls(limits, range_):
    assert bounds(draft(), target(**limits)) == pytest.approx(range_)


@pytest.mark.parametrize(
    ("moved", "start", "position", "after"),
    [
        (target(0.4), 50.0, 1.0, 70.0),
        (target(0.4), 50.0, 0.0, 30.0),
        (target(0.4), 50.0, 0.5, 50.0),
        (target(0.4, weight=0.5), 50.0, 1.0, 60.0),
        (target(-0.4), 50.0, 1.0, 30.0),
        (target(0.4, max=60.0), 50.0, 1.0, 60.0),
        (target(0.4, min=45.0), 50.0, 0.0, 45.0),
        (target(0.4, max=60.0), 65.0, 1.0, 65.0),
        (target(0.4, min=45.0), 40.0, 0.0, 40.0),
        (target(0.4, curve="exp"), 50.0, 1.0, 85.2319),
        (target(0.4, curve="exp"), 50.0, 0.0, 45.2319),
    ],
)
def test_a_role_moves_its_targets_from_where_they_are_at_its_default(moved, start, position, after):
    made = draft({"fx/0/mix_percent": start})
    move_bases(made, role(moved), position)
    assert made.get(MIX) == pytest.approx(after, abs=1e-3)


def test_a_role_moves_on_the_scale_that_the_synth_stores():
    made = draft({"filter/0/cutoff_hz": 1000.0})
    move_bases(made, role(target(0.25, CUTOFF)), 1.0)
    assert made.get(CUTOFF) == pytest.approx(2519.84, rel=1e-4), "16 semitones of 128"


def moved(spec, start, position, **options):
    return moves(draft({"fx/0/mix_percent": start}), role(spec), position, **options)


def a_move(amount, shift, curve="linear"):
    return (Move(MIX, curve, pytest.approx(amount, rel=1e-4), pytest.approx(shift, rel=1e-4)),)


@pytest.mark.parametrize(
    ("spec", "start", "place", "expected"),
    [
        (target(0.4), 50.0, 0.5, a_move(0.4, 0.2)),
        (target(0.4), 50.0, 0.0, a_move(0.4, 0.0)),
        (target(0.4), 50.0, 1.0, a_move(0.4, 0.4)),
        (target(0.4, weight=0.5), 50.0, 0.5, a_move(0.2, 0.1)),
        (target(-0.4), 50.0, 0.5, a_move(-0.4, -0.2)),
        (target(0.4), 90.0, 0.5, a_move(0.2, 0.1)),  # 10 % above are half of the macro's way
        (target(0.4), 90.0, 0.0, a_move(0.1, 0.0)),
        (target(0.4), 10.0, 0.5, a_move(0.2, 0.1)),
        (target(-0.4), 90.0, 0.5, a_move(-0.2, -0.1)),
        (target(-0.4), 10.0, 0.5, a_move(-0.2, -0.1)),
        (target(0.4, max=60.0), 50.0, 0.5, a_move(0.2, 0.1)),
        (target(0.4, min=45.0), 50.0, 0.5, a_move(0.1, 0.05)),
        (target(-0.4, min=45.0), 50.0, 0.5, a_move(-0.1, -0.05)),
        (target(-0.4, max=52.0), 50.0, 0.5, a_move(-0.04, -0.02)),
        (target(0.4), 98.0, 0.5, a_move(0.04, 0.02)),
        (target(0.4), 98.1, 0.5, ()),  # less than a tenth of what it promises
        (target(0.4), 100.0, 0.5, ()),
        (target(0.4, weight=0.0), 50.0, 0.5, ()),
        (target(0.4, curve="exp"), 50.0, 0.5, a_move(0.4, 0.047681, "exp")),
    ],
)
def test_a_macro_reaches_as_far_as_both_its_ends_stay_within_bounds(spec, start, place, expected):
    assert moved(spec, start, place) == expected


@pytest.mark.parametrize(
    ("amount", "start", "shifted", "expected"),
    [
        (0.4, 30.0, 0.2, a_move(0.2, 0.1)),  # other macros took 20 of the 30 that it needs below
        (-0.4, 70.0, -0.2, a_move(-0.2, -0.1)),
        (0.4, 50.0, 0.1, a_move(0.4, 0.2)),
        (0.4, 50.0, 0.5, ()),
    ],
)
def test_a_macro_leaves_room_for_what_others_take_from_the_base(amount, start, shifted, expected):
    assert moved(target(amount), start, 0.5, shifts={MIX: shifted, "/modules/fx/1/mix_percent": 0.9}) == expected


def test_a_role_keeps_those_targets_that_move():
    both = role(target(0.4), target(0.4, "/modules/fx/2/mix_percent"))
    made = draft({"fx/0/mix_percent": 100.0, "fx/2/mix_percent": 50.0})
    assert [one.path for one in moves(made, both, 0.0)] == ["/modules/fx/2/mix_percent"]


@pytest.mark.parametrize(
    ("spec", "start", "place", "expected"),
    [
        (target(0.4), 50.0, 0.5, a_move(0.2, 0.0)),
        (target(0.4), 50.0, 0.0, a_move(0.4, 0.0)),
        (target(0.4, weight=0.5), 50.0, 0.0, a_move(0.2, 0.0)),
        (target(-0.4), 50.0, 0.5, a_move(-0.2, 0.0)),
        (target(0.4), 90.0, 0.5, a_move(0.1, 0.0)),
        (target(-0.4), 10.0, 0.5, a_move(-0.1, 0.0)),
        (target(0.4, max=60.0), 50.0, 0.5, a_move(0.1, 0.0)),
        (target(0.4), 96.0, 0.0, a_move(0.04, 0.0)),
        (target(0.4), 96.1, 0.0, ()),
        (target(0.4), 50.0, 1.0, ()),
        (target(0.4, weight=0.0), 50.0, 0.5, ()),
        (target(0.4, curve="exp"), 50.0, 0.5, a_move(0.352319, 0.0, "exp")),
    ],
)
def test_a_hand_lifts_from_where_the_role_stands_to_its_top(spec, start, place, expected):
    assert lifts(draft({"fx/0/mix_percent": start}), role(spec), place) == expected
