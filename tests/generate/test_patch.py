"""Patches: bounded, deterministic, with four macros whose default is the base."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import catalog
from engine.compiler import compile_spec, dump_spec
from engine.compiler.controls import by_pointer
from engine.generate import make_patch
from engine.generate.roles import curve_at
from engine.planner import plan
from schemas.patch_spec import Metadata

TEMPLATES = sorted(catalog())


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_the_same_request_makes_the_same_bytes(template_id, intent, metadata, templates):
    one, two = (make_patch(intent, templates[template_id], seed=7, metadata=metadata) for _ in range(2))
    assert dump_spec(one.spec) == dump_spec(two.spec)


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_another_seed_makes_another_sound(template_id, intent, metadata, templates):
    specs = {
        dump_spec(make_patch(intent, templates[template_id], seed=s, metadata=metadata).spec) for s in range(4)
    }
    assert len(specs) == 4


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_a_seed_stays_within_the_templates_ranges(template_id, metadata, templates):
    template = templates[template_id]
    plain = plan(template.category)
    free = {target.path for role in template.roles for target in role.targets}
    for seed in range(5):
        spec = make_patch(plain, template, seed=seed, metadata=metadata).spec.model_dump()
        for span in template.ranges:
            if span.path not in free:  # a macro's base lies where its macro is at 0
                control = by_pointer()[span.path]
                value = spec
                for part in control.path:
                    value = value[part]
                low, high = sorted((span.min, span.max))
                assert low - 1e-9 <= value <= high + 1e-9, span.path


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_four_roles_lie_on_macros_with_names_of_their_own(template_id, intent, metadata, templates):
    patch = make_patch(intent, templates[template_id], seed=1, metadata=metadata)
    vital = compile_spec(patch.spec)
    labels = [vital[f"macro{n}"] for n in range(1, 5)]
    assert len(set(labels)) == 4
    assert not any(label.startswith("MACRO") for label in labels)
    assert [p.control for p in patch.placements[:4]] == ["macro_1", "macro_2", "macro_3", "macro_4"]
    assert len({p.role_id for p in patch.placements}) == 8


@settings(max_examples=60, deadline=None)
@given(
    template_id=st.sampled_from(TEMPLATES),
    words=st.lists(
        st.sampled_from(["bright", "dark", "wide", "slow attack", "long", "noisy", "dirty"]), max_size=4
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_macro_at_its_default_leaves_each_target_within_its_travel(template_id, words, seed):
    """Base plus what the macros add must be a value that the control has, at 0, at the default and at 1."""
    template = catalog()[template_id]
    spec = make_patch(plan(" ".join([*words, template.category])), template, seed=seed, metadata=Metadata()).spec
    vital = compile_spec(spec)["settings"]
    for macro in spec.macros[:4]:
        for target in macro.targets:
            control = by_pointer().get(target.path)
            if control is None:
                continue
            travel = control.parameter.travel
            for position in (0.0, macro.default, 1.0):
                reached = vital[control.name] + target.amount * curve_at(target.curve, position) * travel
                assert control.parameter.low - 0.51 <= reached <= control.parameter.high + travel, (
                    target.path,
                    position,
                )


@pytest.mark.parametrize("curve", ["linear", "log", "exp"])
def test_curves_run_from_nought_to_one(curve):
    assert curve_at(curve, 0.0) == 0.0
    assert math.isclose(curve_at(curve, 1.0), 1.0)


def test_an_exponential_curve_starts_slowly_and_a_logarithmic_one_fast():
    assert curve_at("exp", 0.5) < 0.5 < curve_at("log", 0.5)
