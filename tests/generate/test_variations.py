"""Variations: named, different, and undone by their inverse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import catalog
from engine.compiler import dump_spec
from engine.errors import SpecError
from engine.generate import apply_patch, diff, make_patch, make_variations
from engine.planner import plan
from schemas.patch_spec import Metadata
from schemas.variations import VARIATION_TYPES

TEMPLATES = sorted(catalog())


@settings(max_examples=40, deadline=None)
@given(template_id=st.sampled_from(TEMPLATES), seed=st.integers(0, 2**32 - 1), count=st.integers(0, 16))
def test_patch_and_inverse_are_exact(template_id, seed, count):
    template, intent = catalog()[template_id], plan("warm evolving sound")
    base = make_patch(intent, template, seed=seed, metadata=Metadata(name="T")).spec
    variations = make_variations(base, intent, template, seed=seed, count=count)
    assert len({variation.id for variation in variations}) == count
    for variation in variations:
        varied = apply_patch(base, variation.patch)
        assert dump_spec(varied) != dump_spec(base)
        assert dump_spec(apply_patch(varied, variation.inverse)) == dump_spec(base)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_four_variations_are_of_four_types_and_sound_parameters_differ(template_id, intent, templates):
    base = make_patch(intent, templates[template_id], seed=1, metadata=Metadata(name="T")).spec
    variations = make_variations(base, intent, templates[template_id], seed=1, count=4)
    assert len({variation.type for variation in variations}) == 4
    assert {variation.type for variation in variations} <= set(VARIATION_TYPES)
    for variation in variations:
        assert any(not op["path"].startswith("/metadata") for op in variation.patch)


def test_a_patch_that_does_not_apply_says_so(intent, templates):
    base = make_patch(intent, templates["kick"], seed=1, metadata=Metadata(name="T")).spec
    with pytest.raises(SpecError, match="doesn't apply"):
        apply_patch(base, ({"op": "replace", "path": "/modules/nothing/here", "value": 1},))


def test_a_patch_out_of_range_names_the_pointer(intent, templates):
    base = make_patch(intent, templates["kick"], seed=1, metadata=Metadata(name="T")).spec
    with pytest.raises(SpecError, match=r"/modules/filter/0/cutoff_hz: must be at most"):
        apply_patch(base, ({"op": "replace", "path": "/modules/filter/0/cutoff_hz", "value": 1e6},))


def test_diff_writes_one_line_a_value():
    old, new = {"a": {"b/c": 1, "d": [1, 2]}}, {"a": {"b/c": 2, "d": [1, 2, 3]}}
    assert diff(old, new) == (
        {"op": "replace", "path": "/a/b~1c", "value": 2},
        {"op": "replace", "path": "/a/d", "value": [1, 2, 3]},
    )


ADDS = {
    "brighter": {"brightness": 1.0},
    "darker": {"brightness": -1.0},
    "wider": {"width": 1.0},
    "tighter": {"width": -0.9, "space": -0.9, "length": -0.4},
    "evolving": {"movement": 1.0, "rate": -0.4},
    "steadier": {"movement": -1.0},
    "shorter": {"length": -1.0, "attack": -0.5},
    "longer": {"length": 1.0, "attack": 0.4},
    "dirtier": {"grit": 1.0},
    "cleaner": {"grit": -1.0, "noise": -0.5},
    "deeper": {"space": 1.0, "length": 0.3},
    "softer": {"attack": 1.0, "brightness": -0.3},
}
LEAD = plan("supersaw lead")


def varied(*, seed=7, count=14, intent=LEAD, **options):
    chosen, name = catalog()["supersaw_lead"], Metadata(name="Mine", author="Ada")
    made = {key: options[key] for key in ("drives", "off_macros") if key in options}
    base = make_patch(intent, chosen, seed=seed, metadata=name, **made).spec
    return base, make_variations(base, intent, chosen, seed=seed, count=count, **options)


def made_as(seed, **options):
    return make_patch(LEAD, catalog()["supersaw_lead"], seed=seed, metadata=Metadata(name="X"), **options).spec


@pytest.mark.parametrize("push", [1.0, 1.8])
def test_a_type_adds_to_the_axes_what_it_is_pushed_by(push):
    base, found = varied(push=push)
    assert {one.type for one in found} == set(VARIATION_TYPES)
    for one in found:
        if one.type in ("reseeded", "octave"):
            continue
        nudges = {axis: push * nudge for axis, nudge in ADDS[one.type].items()}
        expected = made_as(7, nudges=nudges)
        made = apply_patch(base, one.patch)
        assert (made.modules, made.modulation, made.macros) == (
            expected.modules,
            expected.modulation,
            expected.macros,
        ), one.type


def test_a_variation_is_of_the_base_as_it_is_driven_and_with_the_roles_that_are_on_its_macros():
    options = {"drives": {"brightness": -1.5}, "off_macros": ["width"]}
    base, found = varied(**options)
    (brighter,) = [one for one in found if one.type == "brighter"]
    assert apply_patch(base, brighter.patch).modules == made_as(7, nudges={"brightness": 1.0}, **options).modules


def test_a_variation_is_named_after_the_base_and_its_type():
    base, found = varied(count=16)
    titles = {one.id: apply_patch(base, one.patch).metadata for one in found}
    assert titles["brighter"].name == "Mine - Brighter"
    assert titles["reseeded-2"].name == "Mine - Reseeded 2"
    assert titles["brighter"].author == "Ada"


def test_a_new_draw_is_pinned():
    base, found = varied(count=16)
    drawn = {one.id: apply_patch(base, one.patch) for one in found if one.type == "reseeded"}
    assert list(drawn) == ["reseeded", "reseeded-2", "reseeded-3"]
    seeds = {"reseeded": 4078986224, "reseeded-2": 3856594424, "reseeded-3": 2387699551}
    for name, seed in seeds.items():
        assert drawn[name].modules == made_as(seed).modules


FURTHEST = {"brighter", "darker", "evolving", "wider", "shorter", "longer", "dirtier", "octave", "reseeded"}


@pytest.mark.parametrize("seed", range(6))
def test_the_ones_that_are_furthest_apart_come_first_and_further_draws_last(seed):
    _, found = varied(seed=seed, count=16)
    ids = [one.id for one in found]
    assert set(ids[:9]) == FURTHEST
    assert set(ids[9:14]) == {"tighter", "steadier", "cleaner", "deeper", "softer"}
    assert ids[14:] == ["reseeded-2", "reseeded-3"]


def order_of(prompt, template_id, *, seed=7, axes=None):
    chosen, intent = catalog()[template_id], plan(prompt)
    intent = intent.model_copy(update={"axes": {**intent.axes, **(axes or {})}})
    base = make_patch(intent, chosen, seed=seed, metadata=Metadata(name="Mine")).spec
    return [one.id for one in make_variations(base, intent, chosen, seed=seed, count=14)]


@pytest.mark.parametrize(
    ("prompt", "template_id", "late"),
    [("sub bass", "sub_bass", {"wider", "shorter", "deeper"}), ("kick", "kick", {"shorter", "evolving", "softer"})],
)
def test_what_a_style_has_little_room_for_comes_last_of_the_types(prompt, template_id, late):
    order = [kind for kind in order_of(prompt, template_id) if kind in VARIATION_TYPES]
    assert late & set(order) <= set(order[-5:])


@pytest.mark.parametrize(("brightness", "late"), [(0.7, False), (0.71, True), (-1.0, False)])
def test_a_type_comes_late_that_goes_on_where_the_prompt_has_gone_already(brightness, late):
    orders = [order_of("supersaw lead", "supersaw_lead", seed=s, axes={"brightness": brightness}) for s in range(4)]
    assert all((order.index("brighter") >= 9) == late for order in orders)


def test_requests_of_one_seed_take_different_types():
    orders = [order_of(f"{word} supersaw lead", "supersaw_lead") for word in ("", "dark", "soft", "dirty", "slow")]
    assert len({tuple(order[:2]) for order in orders}) >= 4


@pytest.mark.parametrize(
    ("prompt", "template_id", "moved"),
    [("lead around C6", "supersaw_lead", -12), ("supersaw lead around C3", "supersaw_lead", 12)],
)
def test_an_octave_goes_towards_the_middle_of_the_keyboard_and_moves_nothing_else(prompt, template_id, moved):
    chosen, intent = catalog()[template_id], plan(prompt)
    base = make_patch(intent, chosen, seed=7, metadata=Metadata(name="Mine")).spec
    (octave,) = [one for one in make_variations(base, intent, chosen, seed=7, count=14) if one.type == "octave"]
    path, start = "/modules/voicing/transpose_semitones", base.modules.voicing.transpose_semitones
    sound = [op for op in octave.patch if not op["path"].startswith("/metadata/")]
    assert sound == [{"op": "replace", "path": path, "value": start + moved}]


def test_a_transposition_that_is_asked_for_stays():
    assert "octave" not in order_of("supersaw lead, transpose 7 semitones", "supersaw_lead")


def test_another_seed_takes_the_types_in_another_order():
    orders = {tuple(one.id for one in varied(seed=seed, count=3)[1]) for seed in range(6)}
    assert len(orders) > 3
    later = {tuple(one.id for one in varied(seed=seed)[1][9:]) for seed in range(6)}
    assert len(later) > 3


@pytest.mark.parametrize("count", [0, 1, 5])
def test_as_many_are_made_as_were_asked_for(count):
    assert len(varied(count=count)[1]) == count


def test_types_that_are_passed_over_leave_their_places_to_the_next():
    ids = [one.id for one in varied(count=4)[1]]
    without = [one.id for one in varied(count=3, without=[ids[1]])[1]]
    assert without == [ids[0], ids[2], ids[3]]


def test_a_type_that_changes_nothing_gives_way():
    ids = [one.id for one in varied(count=10, drives={"width": 2.0})[1]]
    assert "wider" not in ids
    assert len(ids) == 10


def test_a_resized_list_and_another_form_are_one_value_each():
    assert diff({"a": [1]}, {"a": [1, 2]}) == ({"op": "replace", "path": "/a", "value": [1, 2]},)
    assert diff({"a": {"b": 1}}, {"a": {"c": 1}}) == ({"op": "replace", "path": "/a", "value": {"c": 1}},)
    assert diff({"a": {"b": 1}}, {"a": None}) == ({"op": "replace", "path": "/a", "value": None},)
    assert diff({"a~b/c": 1}, {"a~b/c": 2}) == ({"op": "replace", "path": "/a~0b~1c", "value": 2},)
    assert diff([1, {"x": 2}], [1, {"x": 3}]) == ({"op": "replace", "path": "/1/x", "value": 3},)
    assert diff({"a": 1}, {"a": 1}) == ()


def test_what_becomes_a_list_is_one_value():
    assert diff({"a": "xy"}, {"a": [1, 2]}) == ({"op": "replace", "path": "/a", "value": [1, 2]},)
