"""The trial of a base's macros: which roles stay on them, which give way to which, and what that takes."""

import pytest
from fake_renderer import DiedError
from worlds import REST, planned, refinement_of

from engine.refine.macro_trial import try_roles
from engine.refine.refinement import TriedMacros
from engine.word_contracts import Tuned, heard_at

ALL = ("brightness", "tension", "width", "space", "attack", "length", "movement", "weight")
"""The roles of the supersaw in the order in which they come to the macros."""


def tried(*, most=30, **options):
    refinement = refinement_of(planned(), most=most, **options)
    return try_roles(refinement), refinement.pool, refinement.budget


def roles(macros):
    return tuple(macro.role_id for macro in macros)


def turned(world):
    """The roles that each render turns, in order."""
    return [tuple(dict.fromkeys(turn.axis for turn in job.turns)) for job in world.jobs]


def test_four_roles_that_are_heard_take_one_render():
    macros, world, budget = tried()
    assert (roles(macros.kept), macros.replaced) == (ALL[:4], ())
    assert turned(world) == [ALL[:4]]
    assert (macros.renders, macros.takes, budget.left) == (1, 10, 29)


def test_the_base_at_rest_is_known_from_then_on():
    macros, world, _ = tried(figures={"base": {"grit": 5.0}})
    assert macros.timbre == REST | {"grit": 5.0}
    assert macros.centre.figures == world.render(world.jobs[0]).measurements.notes[0]


def test_a_role_of_which_nothing_is_heard_is_heard_once_more_and_gives_way_to_the_next():
    macros, world, budget = tried(dead=("tension",))
    assert roles(macros.kept) == ("brightness", "width", "space", "attack")
    assert roles(macros.replaced) == ("tension",)
    assert macros.replaced[0].problem == "Macro 2 (DETUNE) changes the sound by 0.5 dB (at least 1.0 dB)"
    assert turned(world) == [ALL[:4], ("tension",), ("attack",)]
    assert (macros.renders, budget.left) == (3, 27)
    assert macros.takes == 13
    assert macros.timbre is not None
    assert macros.centre is not None


def test_four_roles_give_way_at_most_one_after_the_other():
    macros, world, _ = tried(dead=ALL[3:])
    twice = [(role,) for role in ALL[3:] for _ in range(2)]
    assert turned(world) == [ALL[:4], *twice[1:]]
    assert roles(macros.replaced) == ALL[3:]
    assert roles(macros.kept) == ALL[:3]
    assert macros.renders == 10


def test_the_base_at_rest_is_heard_once_whichever_roles_give_way():
    macros, world, _ = tried(dead=ALL[3:])
    assert macros.timbre == REST
    first, *later = world.jobs
    assert (first.known, first.again) == (None, (2.4, 0.7))
    assert all(job.known.figures == macros.centre.figures and job.again == () for job in later)


def test_a_base_of_which_no_role_is_heard_is_known_without_macros():
    macros, world, _ = tried(dead=ALL)
    assert roles(macros.replaced) == ALL
    assert macros.kept == ()
    assert [len(axes) for axes in turned(world)] == [4, 4, 4, 4]
    assert macros.timbre == REST


def test_what_the_words_heard_of_the_base_is_not_heard_again():
    refinement = refinement_of(planned(variations=0))
    (centre,) = heard_at([refinement.spec], refinement.notes[0], refinement.pool)
    macros = try_roles(refinement.with_words(Tuned(asked=(), centre=centre)))
    _, job = refinement.pool.jobs
    assert job.known is centre
    assert macros.timbre == centre.timbre


@pytest.mark.parametrize(
    ("most", "renders"),
    [(2, 0), (3, 1), (4, 2), (5, 3), (30, 3)],
)
def test_a_trial_leaves_the_two_renders_that_an_audition_needs(most, renders):
    macros, world, budget = tried(dead=("tension",), most=most)
    assert len(world.jobs) == macros.renders == renders
    assert budget.left == most - renders


def test_roles_that_no_render_was_left_for_are_neither_on_nor_off():
    macros, _, _ = tried(most=2)
    assert macros == TriedMacros()


def test_a_role_that_gave_way_with_the_last_render_is_off():
    macros, _, _ = tried(dead=("tension",), most=3)
    assert roles(macros.replaced) == ("tension",)
    assert roles(macros.kept) == ("brightness", "width", "space")


def test_what_cannot_be_rendered_is_left_to_the_audition():
    refinement = refinement_of(planned())

    def dies(played):
        raise DiedError("crash", "the synth died")

    refinement.pool.sound = dies
    assert (try_roles(refinement), len(refinement.pool.jobs)) == (TriedMacros(), 1)
