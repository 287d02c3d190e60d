"""From an intent and a template of which all is known to a patch: picks, words, nudges, drives, and their order."""

import pytest
from known_template import PATHS, Behavior, Choice, Range, role, template

from engine.errors import SpecError
from engine.generate import make_patch
from engine.planner import plan
from schemas.modulation import Route
from schemas.patch_spec import Metadata

PLAIN = plan("lead").model_copy(update={"axes": {}, "features": {}})
ROOM = "/modules/fx/8/mix_percent"


def made(chosen=None, *, axes=None, seed=1, **options):
    changes = {name: options.pop(name) for name in ("features", "register_midi", "voicing") if name in options}
    intent = PLAIN.model_copy(update={"axes": axes or {}, **changes})
    metadata = options.pop("metadata", Metadata(name="T"))
    return make_patch(intent, chosen or template(), seed=seed, metadata=metadata, **options).spec


def room(spec):
    macro = next(one for one in spec.macros if one.role_id == "space")
    return round(spec.modules.fx[8].mix_percent + 100.0 * macro.targets[0].amount * macro.default, 6)


def test_a_patch_sounds_as_its_template_where_nothing_is_said():
    assert room(made()) == 50.0


@pytest.mark.parametrize(
    ("axes", "drives", "nudges", "mix"),
    [
        ({"space": 1.0}, None, None, 60.0),
        ({"space": -1.0}, None, None, 40.0),
        ({"space": 0.5}, None, None, 55.0),
        ({"space": 0.5}, {"space": 1.0}, None, 60.0),
        ({"space": 0.5}, None, {"space": -1.0}, 45.0),
        ({}, None, {"space": 0.4}, 54.0),
        ({}, {"space": 0.4}, {"space": 0.2}, 56.0),
        ({"space": 0.2}, {"width": 0.4}, None, 52.0),
    ],
)
def test_words_are_driven_and_nudged_along_the_role(axes, drives, nudges, mix):
    assert room(made(axes=axes, drives=drives, nudges=nudges)) == pytest.approx(mix)


def test_a_role_that_was_not_spoken_of_is_not_moved_to_its_default():
    patch = template(changed={"space": role("space", default=0.2)})
    assert room(made(patch)) == 50.0
    assert room(made(patch, nudges={"space": 0.0})) == 50.0


@pytest.mark.parametrize(
    ("drive", "mix", "decay_s"),
    [
        (1.0, 60.0, 2.2),
        (1.5, 77.5, 3.6238),  # beyond its role by half: 17.5 % more, and 0.72 octaves longer
        (2.0, 85.0, 5.9691),
        (2.5, 85.0, 5.9691),
    ],
)
def test_a_word_that_is_driven_beyond_its_role_moves_what_the_axis_owns(drive, mix, decay_s):
    spec = made(
        axes={"space": 1.0},
        drives={"space": drive} if drive <= 2.0 else {"space": 1.5},
        nudges={"space": 1.0} if drive > 2.0 else None,
    )
    assert room(spec) == pytest.approx(mix, abs=1e-3)
    assert spec.modules.fx[8].decay_s == pytest.approx(decay_s, rel=1e-4)


def test_driven_beyond_in_the_other_direction_it_moves_the_other_way():
    spec = made(axes={"space": -1.0}, drives={"space": -1.2})
    assert room(spec) == pytest.approx(20.0)


def test_an_axis_without_a_role_is_moved_by_what_it_owns():
    plain, high = made(), made(axes={"resonance": 0.5})
    assert plain.modules.filter[0].resonance_percent == pytest.approx(50.0)
    assert high.modules.filter[0].resonance_percent == pytest.approx(70.0)
    assert made(axes={"resonance": 0.5}, nudges={"resonance": -0.25}).modules.filter[
        0
    ].resonance_percent == pytest.approx(60.0)


def test_an_axis_with_a_role_is_not_moved_by_what_it_owns_within_the_role():
    assert made(axes={"brightness": 0.9}).modules.fx[4] == made().modules.fx[4]
    assert made(axes={"brightness": 1.0}).modules.fx[4].on is False
    assert made(axes={"brightness": 1.0}, drives={"brightness": 1.1}).modules.fx[4].on is True


def test_what_goes_beside_a_role_goes_with_it():
    assert made(axes={"space": 0.9}).modules.fx[8].decay_s == pytest.approx(1.98)
    assert made(axes={"space": 0.5}).modules.fx[8].decay_s == pytest.approx(1.0)


def test_a_seed_picks_evenly_within_a_range_on_the_parameters_own_travel():
    span = Range(path="/modules/filter/1/cutoff_hz", min=100.0, max=1600.0)
    picked = [made(template(ranges=(span,)), seed=seed).modules.filter[1].cutoff_hz for seed in range(40)]
    assert all(100.0 <= one <= 1600.0 for one in picked)
    assert 13 < sum(one < 400.0 for one in picked) < 27, "400 Hz is the middle of the four octaves"
    assert picked[:3] == pytest.approx([322.438, 274.701, 196.398], rel=1e-5)


def test_a_seed_picks_one_of_the_options():
    choice = Choice(path="/modules/filter/1/model", options=("analog", "ladder", "dirty"))
    picked = [made(template(choices=(choice,)), seed=seed).modules.filter[1].model for seed in range(5)]
    assert picked == ["analog", "dirty", "analog", "ladder", "dirty"]


def test_another_version_of_a_template_picks_anew():
    span = Range(path="/modules/filter/1/cutoff_hz", min=100.0, max=1600.0)
    first, other = (made(template(ranges=(span,), version=n)).modules.filter[1].cutoff_hz for n in (1, 2))
    assert first != other


def test_routes_order_of_effects_and_metadata_come_from_where_they_should():
    order = tuple(reversed(made().modules.fx_order))
    route = Route(source="env_2", target="/modules/osc/0/pan_percent", amount=0.3)
    metadata = Metadata(name="Mine", author="Ada", comments="c", style="Pad")
    spec = made(template(fx_order=order, routes=(route,)), metadata=metadata)
    assert spec.modules.fx_order == order
    assert spec.modulation.routes[0].source == "env_2"
    assert spec.metadata == metadata


def test_a_template_that_names_no_parameter_says_which():
    with pytest.raises(SpecError, match=r"template made_up: base: /modules/nothing doesn't name a parameter"):
        made(template(base={"/modules/nothing": 1}))


@pytest.mark.parametrize(("register_midi", "semitones"), [(None, -12), (63, -12), (64, -24), (84, -24)])
def test_a_patch_is_made_for_the_note_that_it_is_played_around(register_midi, semitones):
    spec = made(axes={"weight": 0.5}, register_midi=register_midi)
    assert spec.modules.osc[2].transpose_semitones == semitones


def test_a_role_with_steps_lands_on_one():
    patch = template(changed={"space": role("space", behavior=Behavior(steps=3))})
    spec = made(patch, axes={"space": 0.7})
    assert next(one for one in spec.macros if one.role_id == "space").default == 1.0


def test_features_come_before_roles_and_motions_after_the_axes():
    spec = made(axes={"rate": 1.0}, features={"reverb": "banned", "filter_sweep": "wanted"})
    assert not spec.modules.fx[8].on
    assert {route.source for route in spec.modulation.routes} == {"lfo_1"}
    assert PATHS["brightness"] in {route.target for route in spec.modulation.routes}
    assert spec.modules.lfo[0].rate_hz == pytest.approx(4.0), "and not the 8 Hz of what pulses with the rate"


def test_voices_are_those_that_the_prompt_asks_for():
    assert made(voicing="mono").modules.voicing.polyphony == 1
