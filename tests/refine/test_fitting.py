"""Variations that are heard as their types, and what takes the place of those that aren't; counted."""

import pytest
from fake_renderer import DiedError, FakePlayed, FakeSound, audio_of, measurements
from worlds import REST, hertz_of, planned, refinement_of

from engine.audition import audition
from engine.refine.refinement import TriedMacros
from engine.refine.variations import fit_variations, stand_ins
from engine.render.job import Centre
from schemas.variations import VARIATION_TYPES

PLAYED = FakePlayed({"stereo_routing": 1.0, "stereo_mode": 0}, (), (48,), 0.8, 0.5, 1.0)
AUDIO = audio_of(PLAYED, FakeSound(-18.0, hertz=hertz_of("base")))
NOTE = measurements(FakeSound(-18.0)).notes[0]
RESTING = TriedMacros(centre=Centre(NOTE, -18.0, AUDIO, REST))
"""Two variations are shorter and wider at this seed; brighter, darker, evolving would be the next."""
HEARD = {
    "brighter": {"brightness": 2.3},
    "darker": {"brightness": 1.7},
    "wider": {"width": -18.0},
    "tighter": {"width": -22.0},
    "evolving": {"movement": 2.45},
    "steadier": {"movement": 1.55},
    "shorter": {"length": 6.65},
    "longer": {"length": 7.35},
    "dirtier": {"grit": 3.0},
    "cleaner": {"grit": 1.0},
    "deeper": {"space": -17.0},
    "softer": {"attack": 7.75},
}
"""Figures with which each type is just heard."""


def heard_but(*unheard, pushed=()):
    """Figures in a world in which these types aren't heard, and these only if they are pushed further."""
    found = {kind: figures for kind, figures in HEARD.items() if kind not in (*unheard, *pushed)}
    found |= {f"{kind}!": figures for kind, figures in HEARD.items() if kind not in unheard}
    return found


def fitted(figures, *, macros=RESTING, most=30, variations=2, dies=(), **options):
    refinement = refinement_of(planned(variations=variations), most=most, figures=figures, **options)
    world = refinement.pool
    sounds = world.sound

    def sound(played):
        if world.name_of(world.jobs[-1]) in dies:
            raise DiedError("crash", "the synth died")
        return sounds(played)

    world.sound = sound
    found = fit_variations(refinement.with_macros(macros), refinement.spec)
    return found, world, refinement.budget


def test_types_that_are_heard_take_a_render_each():
    found, world, budget = fitted(heard_but())
    assert world.heard == ["shorter", "wider"]
    assert list(found.variations) == ["shorter", "wider"]
    assert (found.renders, found.base_renders, budget.left) == ({"shorter": 1, "wider": 1}, 0, 30)
    assert found.centres["wider"].figures == world.render(world.jobs[1]).measurements.notes[0]


def test_what_is_missing_of_those_asked_for_is_told_with_the_reason():
    every_other = [kind for kind in HEARD if kind not in ("shorter", "brighter")]
    found, _, _ = fitted(heard_but(*every_other), variations=4)
    assert {"shorter", "brighter"} <= set(found.variations)
    missing = 4 - len(found.variations)
    assert [one.status for one in found.unheard] == ["refused"] * missing
    for one in found.unheard:
        assert one.id not in found.variations
        assert one.refused_because[0].startswith(f"Not heard as {one.kind}: ")
        assert " were wanted" in one.refused_because[0]


def test_nothing_is_told_of_types_whose_place_another_took():
    found, _, _ = fitted(heard_but("wider"))
    assert len(found.variations) == 2
    assert not found.unheard


def test_a_world_in_which_every_type_is_heard_fits_them_all():
    found, _, _ = fitted(heard_but(), variations=len(VARIATION_TYPES))
    assert set(found.variations) == set(VARIATION_TYPES)


@pytest.mark.parametrize("kind", HEARD)
def test_each_type_is_judged_by_its_own_figure(kind):
    found, _, _ = fitted(heard_but(kind), variations=len(VARIATION_TYPES))
    assert set(VARIATION_TYPES) - set(found.variations) == {kind}


def test_a_type_that_is_not_heard_is_pushed_further():
    found, world, _ = fitted(heard_but(pushed=["wider"]), louder={"wider!": 1.0})
    assert world.heard == ["shorter", "wider", "wider!"]
    assert list(found.variations) == ["shorter", "wider"]
    assert found.renders == {"shorter": 1, "wider": 2}
    assert found.variations["wider"] != fitted(heard_but())[0].variations["wider"]
    shorter, wider = (found.centres[kind].figures.loudness_lufs for kind in ("shorter", "wider"))
    assert wider - shorter == pytest.approx(1.0, abs=0.01), "what is known is the pushed one's first note"


def test_another_type_takes_the_place_of_one_that_is_heard_neither_way_and_what_it_took_counts_for_it():
    found, world, _ = fitted(heard_but("wider"))
    assert world.heard == ["shorter", "wider", "wider!", "brighter"]
    assert list(found.variations) == ["shorter", "brighter"]
    assert found.renders == {"shorter": 1, "wider": 2, "brighter": 3}


def test_five_types_are_heard_in_a_place_each_pushed_further_and_then_there_is_one_fewer():
    lost = ("wider", "brighter", "darker", "evolving", "dirtier")
    found, world, _ = fitted(heard_but(*lost))
    tried = [name for kind in lost for name in (kind, f"{kind}!")]
    assert sorted(world.heard) == sorted(["shorter", *tried])
    assert list(found.variations) == ["shorter"]
    assert found.renders["dirtier"] == 10, "what the types before it took counts for it"
    assert [one.id for one in found.unheard] == ["wider"]


def test_each_type_that_is_lost_is_owed_by_one_other():
    found, world, _ = fitted(heard_but("shorter", "wider", pushed=["darker"]))
    assert world.heard == ["shorter", "wider", "shorter!", "wider!", "brighter", "darker", "darker!"]
    assert list(found.variations) == ["brighter", "darker"]
    assert found.renders == {"shorter": 2, "wider": 2, "brighter": 3, "darker": 4}


def test_a_base_that_is_not_known_is_heard_once_beside_them_and_paid_for():
    found, world, budget = fitted(heard_but(pushed=["wider"]), macros=TriedMacros())
    assert world.heard == ["base", "shorter", "wider", "wider!"]
    assert (found.base_renders, budget.left) == (1, 29)
    assert (list(found.variations), found.renders) == (["shorter", "wider"], {"shorter": 1, "wider": 2})


@pytest.mark.parametrize(("most", "heard"), [(3, ["base", "shorter", "wider"]), (2, ["shorter", "wider"])])
def test_a_base_is_not_heard_for_what_its_audition_needs(most, heard):
    found, world, budget = fitted({}, macros=TriedMacros(), most=most)
    assert world.heard[: len(heard)] == heard
    assert budget.left == 2
    assert found.base_renders == most - 2


def test_types_are_taken_as_they_are_where_no_base_is_known():
    found, world, _ = fitted({}, macros=TriedMacros(), most=2)
    assert list(found.variations) == ["shorter", "wider"]
    assert len(world.jobs) == 2


def test_what_cannot_be_rendered_is_left_to_the_audition():
    found, world, _ = fitted(heard_but("wider"), dies=["wider"])
    assert world.heard == ["shorter", "wider"]
    assert list(found.variations) == ["shorter", "wider"]
    assert found.centres["wider"] is None


def test_no_variation_is_fitted_where_none_is_asked_for():
    found, world, _ = fitted({}, variations=0)
    assert (found.variations, found.renders, world.jobs) == ({}, {}, [])


def test_a_variation_that_is_the_base_played_twice_is_pushed_further_and_then_gives_way():
    found, world, _ = fitted(heard_but(), alike={"wider": "base", "wider!": "base"})
    assert world.heard == ["shorter", "wider", "wider!", "brighter"]
    assert list(found.variations) == ["shorter", "brighter"]


def test_of_two_that_are_one_sound_the_first_is_kept():
    found, _, _ = fitted(heard_but() | {"wider": {"width": -18.0, "length": 6.65}}, alike={"wider": "shorter"})
    assert list(found.variations) == ["shorter", "wider"], "further pushed it is another"
    assert found.renders["wider"] == 2


def test_one_that_is_missing_since_it_is_another_s_sound_is_told_so():
    alike = {f"{kind}{mark}": "base" for kind in VARIATION_TYPES if kind != "shorter" for mark in ("", "!")}
    alike |= {f"reseeded-{n}{mark}": "base" for n in range(2, 9) for mark in ("", "!")}
    found, _, _ = fitted(heard_but(), alike=alike)
    assert list(found.variations) == ["shorter"]
    (missing,) = found.unheard
    assert missing.refused_because[0].startswith("Sounds like the base (distance 0.")


@pytest.mark.parametrize(("length", "passes"), [(6.62, False), (6.65, True)])
def test_a_lead_does_not_become_a_click(length, passes):
    found, world, _ = fitted(heard_but() | {"shorter": {"length": length}, "shorter!": {"length": 6.0}})
    assert ("shorter" in found.variations) == passes
    if not passes:
        assert world.heard[:4] == ["shorter", "wider", "shorter!", "brighter"]


def stood_in(*, silent, unheard=(), variations=2, alike=None, brighter=None):
    """What takes the place of refused variations, with all that was heard for it."""
    figures = {"base": {}} | heard_but(*unheard)
    figures["brighter"] = figures.get("brighter", {}) | (brighter or {})
    refinement = refinement_of(planned(variations=variations), figures=figures, silent=silent, alike=alike or {})
    spec, world = refinement.spec, refinement.pool
    heard = audition(refinement.candidates(spec, refinement.variations), world)
    assert heard[0].preset.status == "accepted"
    world.jobs.clear()
    found = stand_ins(refinement, spec, heard)
    assert all(job.key != "base" for job in world.jobs)
    return {id_: one.preset.id for id_, one in found.heard.items()}, found, list(dict.fromkeys(world.heard))


def test_nothing_stands_in_where_nothing_is_refused():
    assert stood_in(silent=())[::2] == ({}, [])


def test_the_next_type_stands_in_for_one_that_is_refused():
    stand, found, heard = stood_in(silent=("wider",))
    assert (stand, heard) == ({"wider": "brighter"}, ["brighter"])
    assert found.failed_renders == {"wider": 0}
    assert found.heard["wider"].preset.spec.metadata.name.endswith(" - Brighter")
    assert found.heard["wider"].flac


def test_a_second_type_is_heard_where_the_first_does_not_pass_and_what_was_in_vain_is_counted():
    stand, found, heard = stood_in(silent=("wider", "brighter"))
    assert (stand, heard) == ({"wider": "darker"}, ["brighter", "darker"])
    assert found.failed_renders == {"wider": 1}


def test_no_more_than_four_types_are_heard_in_the_place_of_one():
    others = ["brighter", "darker", "evolving", "dirtier"]
    stand, found, heard = stood_in(silent=("wider", *others))
    assert (stand, heard) == ({}, others)
    assert found.failed_renders == {"wider": 4}


def test_one_that_is_the_sound_of_another_that_ships_does_not_stand_in():
    stand, _, heard = stood_in(silent=("wider",), alike={"brighter": "shorter"}, brighter={"length": 6.65})
    assert (stand, heard) == ({"wider": "darker"}, ["brighter", "darker"])


def test_a_type_that_passes_the_gates_and_is_not_heard_does_not_stand_in():
    stand, found, heard = stood_in(silent=("wider",), unheard=("brighter",))
    assert (stand, heard) == ({"wider": "darker"}, ["brighter", "darker"])
    assert found.failed_renders["wider"] == 2


def test_a_variation_that_ships_not_as_its_type_is_stood_in_for():
    stand, _, heard = stood_in(silent=(), unheard=("wider",))
    assert (stand, heard) == ({"wider": "brighter"}, ["brighter"])


def test_two_that_are_refused_get_two_others_and_each_place_is_filled_once():
    stand, found, heard = stood_in(silent=("shorter", "wider"))
    assert (stand, heard) == ({"shorter": "brighter", "wider": "darker"}, ["brighter", "darker"])
    assert found.failed_renders == {"shorter": 0}


def test_as_many_are_heard_in_the_second_round_as_are_still_wanted():
    stand, found, heard = stood_in(silent=("shorter", "wider", "darker"))
    assert (stand, heard) == (
        {"shorter": "brighter", "wider": "evolving"},
        ["brighter", "darker", "evolving"],
    )
    assert found.failed_renders == {"shorter": 1}
