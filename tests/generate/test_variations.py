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
