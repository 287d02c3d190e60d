"""Eight roles on four macros: who comes first, who goes to the hands, and what is told of each."""

import pytest
from known_template import PATHS, Constraints, role, template

from engine.generate import make_patch
from engine.planner import plan
from schemas.patch_spec import Metadata

PLAIN = plan("lead").model_copy(update={"axes": {}, "features": {}})


def placed(on_template=None, *, axes=None, **options):
    intent = PLAIN.model_copy(update={"axes": axes or {}})
    return make_patch(intent, on_template or template(), seed=1, metadata=Metadata(name="T"), **options)


def on(patch, *, control="macro_"):
    return [one.role_id for one in patch.placements if one.control.startswith(control)]


def told(patch, role_id):
    return next(one for one in patch.placements if one.role_id == role_id)


def macro(patch, role_id):
    return next(one for one in patch.spec.macros if one.role_id == role_id)


OFF = Constraints(requires=("/modules/fx/6/on",))


def test_the_templates_own_four_lie_on_the_macros_in_the_order_of_its_roles():
    patch = placed()
    assert on(patch) == ["width", "space", "grit", "noise"]
    assert [told(patch, one).control for one in on(patch)] == ["macro_1", "macro_2", "macro_3", "macro_4"]
    assert told(patch, "grit").reason == "the template's own choice"


def test_roles_that_the_prompt_speaks_of_come_first_the_strongest_of_all():
    patch = placed(axes={"length": 0.3, "attack": -0.9, "brightness": 0.5, "movement": 0.4, "width": 0.2})
    assert on(patch) == ["brightness", "movement", "length", "attack"]
    assert {told(patch, one).reason for one in on(patch)} == {"the prompt speaks of it"}


def test_equally_strong_roles_come_in_the_templates_order():
    patch = placed(axes={"attack": 0.5, "length": -0.5, "noise": 0.5, "grit": 0.5, "brightness": 0.5})
    assert on(patch) == ["brightness", "grit", "noise", "length"]


def test_where_the_templates_own_have_nothing_to_move_the_next_role_comes():
    patch = placed(template(changed={"space": role("space", constraints=OFF)}))
    assert on(patch) == ["brightness", "width", "grit", "noise"]
    assert told(patch, "brightness").reason == "the next that moves something here"
    assert (told(patch, "space").control, told(patch, "space").reason) == (
        "baked",
        "what it needs is off in this patch",
    )


def test_a_role_whose_target_stands_at_its_bound_comes_to_no_macro():
    full = template(base={**template().base, "/modules/fx/8/mix_percent": 100.0})
    assert on(placed(full)) == ["brightness", "width", "grit", "noise"]


def test_roles_that_were_turned_in_vain_keep_off_macros_and_hands():
    patch = placed(off_macros=["space", "brightness"])
    assert on(patch) == ["movement", "width", "grit", "noise"]
    assert told(patch, "brightness").control == told(patch, "space").control == "baked"
    assert told(patch, "space").reason == "set for this sound; not under a control"


@pytest.mark.parametrize(
    ("conflicts", "expected"),
    [
        (("width",), ["brightness", "width", "grit", "noise"]),
        (("length", "attack"), ["width", "space", "grit", "noise"]),
        (("attack", "width"), ["brightness", "width", "grit", "noise"]),
    ],
)
def test_roles_that_conflict_share_no_macros(conflicts, expected):
    assert on(placed(template(changed={"space": role("space", conflicts=conflicts)}))) == expected


def test_the_two_that_one_likes_best_under_a_hand_go_there():
    patch = placed()
    assert on(patch, control="mod_wheel") == ["movement"]
    assert on(patch, control="aftertouch") == ["brightness"]
    assert on(patch, control="baked") == ["length", "attack"]
    assert told(patch, "movement").reason == "not among the four on the macros; moves the sound while it is played"


def test_the_hands_order_is_that_of_playing():
    """movement, brightness, resonance, grit, space, width, rate, tension; never length, attack or noise."""
    patch = placed(axes={"movement": 0.9, "brightness": 0.9, "length": 0.9, "attack": 0.9})
    assert on(patch, control="mod_wheel") == ["grit"]
    assert on(patch, control="aftertouch") == ["space"]
    assert on(patch, control="baked") == ["width", "noise"]


def test_a_role_that_has_nothing_left_to_lift_leaves_the_hand_to_the_next():
    patch = placed(template(changed={"movement": role("movement", default=1.0)}))
    assert on(patch, control="mod_wheel") == ["brightness"]
    assert on(patch, control="aftertouch") == []
    assert told(patch, "movement").control == "baked"


def test_a_macro_rests_where_the_role_stands_and_its_base_is_lower_by_what_it_adds():
    patch = placed(axes={"space": 0.5})
    number = macro(patch, "space")
    assert (number.label, number.default, number.control) == ("MY SPACE", 0.75, "macro_2")
    (target,) = number.targets
    assert (target.path, target.amount, target.curve) == (PATHS["space"], pytest.approx(0.2), "linear")
    assert patch.spec.modules.fx[8].mix_percent == pytest.approx(55.0 - 15.0)
    assert (told(patch, "space").default, told(patch, "space").targets) == (0.75, (PATHS["space"],))


def test_a_hand_rests_at_nought_and_its_base_stays():
    patch = placed(axes={"movement": 0.5, **dict.fromkeys(["width", "space", "grit", "noise"], 0.9)})
    wheel = macro(patch, "movement")
    assert (wheel.label, wheel.default, wheel.control) == ("my movement", 0.0, "mod_wheel")
    assert wheel.targets[0].amount == pytest.approx(0.05)
    assert patch.spec.modules.fx[0].depth_percent == pytest.approx(55.0)
    assert told(patch, "movement").default == 0.75


def test_a_role_that_is_baked_in_stands_where_it_is_and_moves_nothing():
    baked = macro(placed(axes={"length": 0.1, **dict.fromkeys(["width", "space", "grit", "noise"], 0.9)}), "length")
    assert (baked.label, baked.default, baked.control, baked.targets) == ("my length", 0.55, "baked", ())


def test_two_macros_on_one_parameter_share_its_room():
    twice = role("grit", amount=0.9).model_copy(
        update={"targets": (role("space", amount=0.9).targets[0], *role("grit").targets)}
    )
    patch = placed(template(changed={"space": role("space", amount=0.9), "grit": twice}))
    assert macro(patch, "space").targets[0].amount == pytest.approx(0.9)
    assert [one.path for one in macro(patch, "grit").targets][:1] == [PATHS["space"]]
    assert macro(patch, "grit").targets[0].amount == pytest.approx(0.1)
    assert patch.spec.modules.fx[8].mix_percent == pytest.approx(0.0, abs=1e-6)
