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
    "brighter": {"brightness": 0.7},
    "darker": {"brightness": -0.7},
    "wider": {"width": 0.8},
    "tighter": {"width": -0.6, "space": -0.6, "length": -0.3},
    "evolving": {"movement": 0.8, "rate": -0.3},
    "steadier": {"movement": -0.8},
    "shorter": {"length": -0.7, "attack": -0.4},
    "longer": {"length": 0.7, "attack": 0.3},
    "dirtier": {"grit": 0.7},
    "deeper": {"space": 0.8, "length": 0.2},
}
LEAD = plan("supersaw lead")


def varied(*, seed=7, count=11, intent=LEAD, **options):
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
        if one.type == "reseeded":
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
    assert apply_patch(base, brighter.patch).modules == made_as(7, nudges={"brightness": 0.7}, **options).modules


def test_a_variation_is_named_after_the_base_and_its_type():
    base, found = varied(count=13)
    titles = {one.id: apply_patch(base, one.patch).metadata for one in found}
    assert titles["brighter"].name == "Mine - Brighter"
    assert titles["reseeded-2"].name == "Mine - Reseeded 2"
    assert titles["brighter"].author == "Ada"


def test_a_new_draw_is_pinned():
    base, found = varied(count=13)
    drawn = {one.id: apply_patch(base, one.patch) for one in found if one.type == "reseeded"}
    assert list(drawn) == ["reseeded", "reseeded-2", "reseeded-3"]
    seeds = {"reseeded": 4078986224, "reseeded-2": 3856594424, "reseeded-3": 2387699551}
    for name, seed in seeds.items():
        assert drawn[name].modules == made_as(seed).modules


@pytest.mark.parametrize("seed", range(6))
def test_the_six_that_are_furthest_apart_come_first_and_further_draws_last(seed):
    _, found = varied(seed=seed, count=16)
    ids = [one.id for one in found]
    assert set(ids[:6]) == {"brighter", "darker", "evolving", "wider", "shorter", "reseeded"}
    assert set(ids[6:11]) == {"tighter", "steadier", "longer", "dirtier", "deeper"}
    assert ids[11:] == ["reseeded-2", "reseeded-3", "reseeded-4", "reseeded-5", "reseeded-6"]


def test_another_seed_takes_the_types_in_another_order():
    orders = {tuple(one.id for one in varied(seed=seed, count=3)[1]) for seed in range(6)}
    assert len(orders) > 3
    later = {tuple(one.id for one in varied(seed=seed)[1][6:]) for seed in range(6)}
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
