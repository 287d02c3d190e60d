"""Every template of the catalog keeps what its schema can't say: pointers, switches, ranges, choices, coverage."""

from collections import Counter
from typing import get_args

import orjson
import pytest
from jsonpointer import resolve_pointer

from engine.catalog import catalog, read_template
from engine.compiler import compile_spec
from engine.compiler.controls import by_pointer
from engine.compiler.pointers import movable, slotted
from engine.errors import SpecError
from engine.generate.draft import Draft
from engine.generate.roles import move_bases
from engine.planner import known_subtypes
from engine.sounds import LFO_SHAPES, NOISES, WAVETABLES
from schemas.intent import Style
from schemas.template import MacroTemplate

STYLES = get_args(Style)


def test_the_catalog_covers_every_style() -> None:
    counts = Counter(template.category for template in catalog().values())
    assert len(catalog()) >= 72
    assert all(counts[style] >= 3 for style in STYLES), counts


def test_no_two_templates_share_a_name() -> None:
    assert len({template.name for template in catalog().values()}) == len(catalog())


def test_base_is_a_patch_that_compiles(template: MacroTemplate, patch_of) -> None:
    compile_spec(patch_of(template).spec)


def test_every_pick_of_a_seed_is_a_value_that_its_control_has(template: MacroTemplate) -> None:
    for span in template.ranges:
        parameter = by_pointer()[span.path].parameter
        low, high = parameter.to_stored(span.min), parameter.to_stored(span.max)
        assert parameter.low <= low < high <= parameter.high, span.path
        assert span.min <= float(template.base[span.path]) <= span.max, f"{span.path}: the base is no pick"


def test_every_choice_leaves_a_patch_that_compiles(template: MacroTemplate, patch_of) -> None:
    spec = patch_of(template).spec
    for choice in template.choices:
        for option in choice.options:
            draft = Draft(spec.model_dump(mode="json"))
            draft.set(choice.path, option)
            compile_spec(draft.spec())


def test_every_choice_differs_from_the_others(template: MacroTemplate) -> None:
    for choice in template.choices:
        assert len(set(map(str, choice.options))) > 1, choice.path


def test_roles_move_what_the_synth_can_move(template: MacroTemplate, patch_of) -> None:
    connections = slotted(patch_of(template).spec)
    for role in template.roles:
        for target in role.targets:
            movable(target.path, connections, where=f"{template.id}/{role.role_id}")


def test_a_role_needs_only_what_the_base_has_on(template: MacroTemplate, patch_of) -> None:
    document = patch_of(template).spec.model_dump(mode="json")
    for role in template.roles:
        assert all(resolve_pointer(document, path) for path in role.constraints.requires), role.role_id
        assert not any(resolve_pointer(document, path) for path in role.constraints.forbids), role.role_id


def test_bounds_of_targets_hold_the_base(template: MacroTemplate, patch_of) -> None:
    draft = Draft(patch_of(template).spec.model_dump(mode="json"))
    for role in template.roles:
        for target in role.targets:
            parameter = draft.parameter(target.path)
            if target.min is None or target.max is None:
                continue
            ends = sorted((parameter.to_stored(target.min), parameter.to_stored(target.max)))
            base = _stored_base(template, target.path, draft)
            assert parameter.low - 1e-9 <= ends[0] < ends[1] <= parameter.high + 1e-9, target.path
            assert ends[0] - 1e-6 <= base <= ends[1] + 1e-6, f"{role.role_id}: {target.path}"


def _stored_base(template: MacroTemplate, path: str, draft: Draft) -> float:
    if path.startswith("/modulation/routes/"):
        return template.routes[int(path.split("/")[3])].amount
    parameter = draft.parameter(path)
    value = template.base.get(path)
    return parameter.default if value is None else parameter.to_stored(value)  # type: ignore[arg-type]


def test_the_ends_of_every_role_are_patches(template: MacroTemplate, patch_of) -> None:
    document = patch_of(template).spec.model_dump(mode="json")
    for role in template.roles:
        for place in (0.0, 1.0):
            draft = Draft.of(orjson.dumps(document))
            move_bases(draft, role, place)
            compile_spec(draft.spec())


def test_a_role_that_the_prompt_speaks_of_lies_on_a_macro(template: MacroTemplate, patch_of) -> None:
    names = [role.role_id for role in template.roles]
    for half in (names[:4], names[4:]):
        patch = patch_of(template, axes=dict.fromkeys(half, 0.1))
        on_macros = {one.role_id for one in patch.placements if one.control.startswith("macro_")}
        assert on_macros == set(half)


def test_sources_and_shapes_are_our_own(template: MacroTemplate) -> None:
    known = {"table": WAVETABLES, "shape": LFO_SHAPES, "sample": NOISES}
    for pointer, value in template.base.items():
        kind = pointer.rpartition("/")[2]
        if isinstance(value, dict) and value.get("kind") == "own":
            assert value["id"] in known[kind], pointer


@pytest.mark.parametrize("text", ["id: [", "id: kick\nname: x", "- 1"])
def test_a_broken_template_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(SpecError, match=r"template broken\.yaml"):
        read_template(text, name="broken.yaml")


def test_sub_types_are_words_that_the_planner_knows(template: MacroTemplate) -> None:
    assert set(template.subtypes) <= known_subtypes()


def test_every_kind_of_sound_that_the_planner_knows_has_a_template() -> None:
    covered = {kind for template in catalog().values() for kind in template.subtypes}
    assert known_subtypes() <= covered
