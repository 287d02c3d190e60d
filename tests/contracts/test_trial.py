"""The trial of a base's knobs: which roles stay on them, which give way to which, and what that takes."""

import pytest
from fake_renderer import DiedError
from worlds import REST, patches, planned, world_of

from engine.catalog import template
from engine.contracts import Asked, Tuned
from engine.gates import profile_for
from engine.making import measured_notes
from engine.trial import Knobs, candidates, try_roles
from schemas.result import MacroHeard

ALL = ("brightness", "tension", "width", "space", "attack", "length", "movement", "weight")
"""The roles of the supersaw in the order in which they come to the knobs."""
UNTUNED = Tuned(asked=())


def tried(*, most=30, **options):
    planned_patches = patches(planned(), most=most)
    world = world_of(planned_patches, **options)
    return try_roles(planned_patches, UNTUNED, world), world, planned_patches.budget


def roles(macros):
    return tuple(macro.role_id for macro in macros)


def turned(world):
    """The roles that each render turns, in order."""
    return [tuple(dict.fromkeys(turn.axis for turn in job.turns)) for job in world.jobs]


def test_four_roles_that_are_heard_take_one_render():
    knobs, world, budget = tried()
    assert (roles(knobs.on), knobs.off, knobs.off_ids) == (ALL[:4], (), ())
    assert turned(world) == [ALL[:4]]
    assert (knobs.renders, knobs.takes, budget.left) == (1, 10, 29)


def test_the_base_at_rest_is_known_from_then_on():
    knobs, world, _ = tried(figures={"base": {"grit": 5.0}})
    assert knobs.rest == REST | {"grit": 5.0}
    assert knobs.centre.figures == world.render(world.jobs[0]).measurements.notes[0]


def test_a_role_of_which_nothing_is_heard_is_heard_once_more_and_gives_way_to_the_next():
    knobs, world, budget = tried(dead=("tension",))
    assert roles(knobs.on) == ("brightness", "width", "space", "attack")
    assert roles(knobs.off) == knobs.off_ids == ("tension",)
    assert knobs.off[0].problem == "Macro 2 (DETUNE) changes the sound by 0.5 dB (at least 1.0 dB)"
    assert turned(world) == [ALL[:4], ("tension",), ("attack",)]
    assert (knobs.renders, budget.left) == (3, 27)
    assert knobs.takes == 19
    assert knobs.rest is not None
    assert knobs.centre is not None


def test_four_roles_give_way_at_most_one_after_the_other():
    knobs, world, _ = tried(dead=ALL[3:])
    twice = [(role,) for role in ALL[3:] for _ in range(2)]
    assert turned(world) == [ALL[:4], *twice[1:]]
    assert roles(knobs.off) == ALL[3:]
    assert roles(knobs.on) == ALL[:3]
    assert knobs.renders == 10


def test_what_is_known_of_a_base_is_of_no_base_whose_role_gave_way_last():
    knobs, _, _ = tried(dead=ALL[3:])
    assert knobs.rest is None
    assert knobs.centre is None


def test_a_base_of_which_no_role_is_heard_is_known_without_knobs():
    knobs, world, _ = tried(dead=ALL)
    assert roles(knobs.off) == ALL
    assert knobs.on == ()
    assert [len(axes) for axes in turned(world)] == [4, 4, 4, 4, 0]
    assert knobs.rest == REST


@pytest.mark.parametrize(
    ("most", "renders"),
    [(2, 0), (3, 1), (4, 2), (5, 3), (30, 3)],
)
def test_a_trial_leaves_the_two_renders_that_an_audition_needs(most, renders):
    knobs, world, budget = tried(dead=("tension",), most=most)
    assert len(world.jobs) == knobs.renders == renders
    assert budget.left == most - renders


def test_roles_that_no_render_was_left_for_are_neither_on_nor_off():
    knobs, _, _ = tried(most=2)
    assert knobs == Knobs()


def test_a_role_that_gave_way_with_the_last_render_is_off():
    knobs, _, _ = tried(dead=("tension",), most=3)
    assert roles(knobs.off) == ("tension",)
    assert roles(knobs.on) == ("brightness", "width", "space")


def test_what_cannot_be_rendered_is_left_to_the_audition():
    planned_patches = patches(planned())
    world = world_of(planned_patches)

    def dies(played):
        raise DiedError("crash", "the synth died")

    world.sound = dies
    knobs = try_roles(planned_patches, UNTUNED, world)
    assert (knobs, len(world.jobs)) == (Knobs(), 1)


def test_a_base_is_the_planned_one_until_something_is_driven_or_off():
    planned_patches = patches(planned())
    spec = planned_patches.spec
    off = MacroHeard(knob=1, role_id="brightness", label="X", ends=())
    assert planned_patches.base(UNTUNED, Knobs()) is spec
    driven = planned_patches.base(Tuned(asked=(), drives={"brightness": -1.0}), Knobs())
    assert driven.modules != spec.modules
    without = planned_patches.base(UNTUNED, Knobs(off=(off,)))
    assert [macro.role_id for macro in without.macros][:4] == ["tension", "width", "space", "attack"]


def test_variations_are_the_planned_ones_until_base_push_or_types_differ():
    planned_patches = patches(planned())
    spec, varied = planned_patches.spec, planned_patches.varied
    assert varied(spec, UNTUNED, Knobs()) is planned_patches.variations
    first = planned_patches.variations[0].id
    pushed = varied(spec, UNTUNED, Knobs(), push=1.8)
    assert [one.id for one in pushed] == [one.id for one in planned_patches.variations]
    assert pushed != planned_patches.variations
    assert first not in {one.id for one in varied(spec, UNTUNED, Knobs(), without=[first])}
    off = Knobs(off=(MacroHeard(knob=1, role_id="brightness", label="X", ends=()),))
    other = planned_patches.base(Tuned(asked=(Asked("width", 0.5, ("w",)),), drives={"width": 1.4}), off)
    again = varied(other, Tuned(asked=(), drives={"width": 1.4}), off)
    assert all("role_id" not in str(operation["path"]) for one in again for operation in one.patch)


def test_a_candidate_is_heard_at_the_templates_notes_by_its_styles_gates():
    planned_patches = patches(planned())
    made, spec, variations = planned_patches.made, planned_patches.spec, planned_patches.variations
    found = candidates(made, spec, variations)
    assert [(one.id, one.kind) for one in found] == [("base", "base"), *((v.id, v.type) for v in variations)]
    assert found[0].spec is spec
    assert [one.spec.metadata.name for one in found[1:]] == [f"{made.title} - {v.id.title()}" for v in variations]
    notes = measured_notes(template("supersaw_lead"), made.intent)
    assert all((one.notes, one.profile) == (notes, profile_for("Lead")) for one in found)
