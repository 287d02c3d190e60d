"""The notes that a preset is measured at, and a plan made into patches as far as words and macros have come."""

import pytest
from worlds import planned, refinement_of

from engine.audition.arrival import arrival_of
from engine.audition.notes import measured_notes, notes_told
from engine.catalog import template
from engine.compiler import dump_spec
from engine.gates import profile_for
from engine.generate import make_patch, make_variations
from engine.planner import naming
from engine.planner import plan as read_prompt
from engine.refine.refinement import Refinement, TriedMacros
from engine.stages import patch_stage, variation_stage
from engine.word_contracts import Tuned
from schemas.modulation import Modulation, Route
from schemas.patch_spec import Metadata
from schemas.result import MacroHeard
from schemas.template import Play, Register
from schemas.variations import Variation

LEAD = template("supersaw_lead").model_copy(
    update={
        "compass": Register(low=40, center=60, high=72),
        "play": Play(hold_s=1.5, render_s=3.0, velocity=0.7),
    }
)


def notes(register_midi=None, chosen=LEAD):
    intent = read_prompt("lead").model_copy(update={"register_midi": register_midi})
    return measured_notes(chosen, intent)


def test_the_centre_is_heard_as_the_template_is_played_and_the_ends_briefly_and_hard():
    centre, low, high = notes()
    assert centre == (60, 0.7, 1.5, 3.0)
    assert low == (40, 1.0, 0.5, 0.9)
    assert high == (72, 1.0, 0.5, 0.9)


def test_the_ends_are_heard_no_longer_than_the_centre():
    brief = LEAD.model_copy(update={"play": Play(hold_s=0.3, render_s=0.6, velocity=0.7)})
    _, low, _ = notes(chosen=brief)
    assert low == (40, 1.0, 0.3, 0.6)


@pytest.mark.parametrize(
    ("register_midi", "heard"),
    [
        (60, [60, 40, 72]),
        (65, [65, 45, 77]),
        (50, [50, 30, 62]),
        (84, [84, 64, 96]),
        (85, [84, 64, 96]),  # two octaves away at most
        (36, [36, 16, 48]),
        (35, [36, 16, 48]),
        (0, [36, 16, 48]),
    ],
)
def test_the_register_moves_to_where_the_prompt_plays(register_midi, heard):
    assert [note.note for note in notes(register_midi)] == heard


@pytest.mark.parametrize(
    ("compass", "register_midi", "heard"),
    [
        (Register(low=20, center=30, high=40), 6, [6, 0, 16]),
        (Register(low=90, center=100, high=110), 124, [124, 114, 127]),
    ],
)
def test_no_note_lies_outside_of_the_keyboard(compass, register_midi, heard):
    chosen = LEAD.model_copy(update={"compass": compass})
    assert [note.note for note in notes(register_midi, chosen)] == heard


def by(author, **options):
    plan = planned(**options)
    return plan.model_copy(update={"request": plan.request.model_copy(update={"author": author})})


def made_of(plan, intent=None, **options):
    """The patch by all that the plan says, and by nothing of the refinement's."""
    told = f"{naming.comment(plan.intent)} {notes_told(measured_notes(template('supersaw_lead'), plan.intent))}"
    metadata = Metadata(name=plan.title, author="Ada", comments=told, style="Lead")
    return make_patch(intent or plan.intent, template("supersaw_lead"), seed=77, metadata=metadata, **options).spec


def off(*roles):
    return TriedMacros(replaced=tuple(MacroHeard(number=1, role_id=role, label="X", ends=()) for role in roles))


def driven(**drives):
    return Tuned(asked=(), drives=drives)


def test_a_patch_says_its_title_its_author_what_was_asked_and_its_style():
    plan = by("Ada", prompt="dark supersaw lead")
    said = patch_stage(plan).spec.metadata
    assert (said.name, said.author, said.style) == (plan.title, "Ada", "Lead")
    assert said.comments.startswith("Lead (supersaw): wide, dark")


def test_a_patch_is_made_with_the_plans_seed_template_and_intent_and_what_else_is_asked():
    plan = by("Ada", seed=77)
    refinement = refinement_of(plan)
    assert patch_stage(plan).spec == refinement.patch() == made_of(plan)
    bright, wide = {"brightness": -1.5}, ["width"]
    both = refinement.with_macros(off("width")).patch(drives=bright)
    assert both == made_of(plan, drives=bright, off_macros=wide)
    assert len({dump_spec(one) for one in (both, refinement.patch(drives=bright), made_of(plan))}) == 3
    other = read_prompt("dark lead")
    assert refinement.patch(intent=other).modules == made_of(plan, other).modules


def test_a_base_is_the_planned_one_until_something_is_driven_or_a_role_replaced():
    refinement = refinement_of(planned())
    assert refinement.base() is refinement.spec
    further = refinement.with_words(driven(brightness=-1.0)).base()
    assert further == refinement.patch(drives={"brightness": -1.0}) != refinement.spec
    without = refinement.with_macros(off("brightness")).base()
    assert [macro.role_id for macro in without.macros][:4] == ["tension", "width", "space", "attack"]


def test_macros_are_tried_anew_where_words_are_driven_otherwise():
    tried = refinement_of(planned()).with_macros(off("width"))
    assert tried.macros == off("width")
    assert tried.with_words(driven(brightness=1.0)).macros == TriedMacros()


def test_variations_are_the_planned_ones_until_base_push_or_types_differ():
    refinement = refinement_of(planned())
    spec, first = refinement.spec, refinement.variations[0].id
    assert refinement.varied(spec) is refinement.variations
    pushed = refinement.varied(spec, push=1.8)
    assert [one.id for one in pushed] == [one.id for one in refinement.variations]
    assert pushed != refinement.variations
    assert first not in {one.id for one in refinement.varied(spec, without=[first])}


def test_variations_are_made_with_the_plans_own_count_and_seed_and_what_else_is_known():
    plan = by("Ada", seed=77, variations=3)
    chosen, spec = template("supersaw_lead"), patch_stage(plan).spec
    plain = make_variations(spec, plan.intent, chosen, seed=77, count=3)
    assert variation_stage(plan, spec) == plain
    assert len(plain) == 3
    refinement = refinement_of(plan).with_words(driven(brightness=1.5)).with_macros(off("width"))
    other, known = refinement.base(), {"drives": {"brightness": 1.5}, "off_macros": ["width"]}
    for options in ({}, {"push": 1.8}, {"without": [plain[0].id]}):
        expected = make_variations(other, plan.intent, chosen, seed=77, count=3, **known, **options)
        assert refinement.varied(other, **options) == expected


def test_a_candidate_is_heard_at_the_templates_notes_by_its_styles_gates():
    refinement = refinement_of(planned())
    spec, variations, title = refinement.spec, refinement.variations, refinement.plan.title
    found = refinement.candidates(spec, variations)
    assert [(one.id, one.kind) for one in found] == [("base", "base"), *((v.id, v.type) for v in variations)]
    assert found[0].spec is spec
    assert [one.spec.metadata.name for one in found[1:]] == [f"{title} - {v.id.title()}" for v in variations]
    expected = measured_notes(template("supersaw_lead"), refinement.plan.intent)
    assert refinement.notes == expected
    assert all((one.notes, one.profile) == (expected, profile_for("Lead")) for one in found)


def slower(spec, attack_s):
    envelopes = (spec.modules.env[0].model_copy(update={"attack_s": attack_s}), *spec.modules.env[1:])
    return spec.model_copy(update={"modules": spec.modules.model_copy(update={"env": envelopes})})


def test_the_notes_of_a_slow_sound_are_held_until_the_slowest_of_its_presets_is_there():
    planned_first = refinement_of(planned())
    centre, low, high = measured_notes(planned_first.template, planned_first.plan.intent)
    spec = slower(planned_first.spec, 4.0)
    assert arrival_of(spec).at() == pytest.approx(4.0, abs=0.001)
    alone = Refinement.of(planned_first.plan, spec, (), planned_first.pool)
    assert [(note.hold_s, note.render_s) for note in alone.notes] == [
        (4.3, pytest.approx(4.3 + centre.render_s - centre.hold_s)),
        (4.3, pytest.approx(4.3 + low.render_s - low.hold_s)),
        (4.3, pytest.approx(4.3 + high.render_s - high.hold_s)),
    ]
    even_slower = Variation(
        id="evolving", type="evolving",
        patch=({"op": "replace", "path": "/modules/env/0/attack_s", "value": 5.0},),
        inverse=({"op": "replace", "path": "/modules/env/0/attack_s", "value": 4.0},),
    )  # fmt: skip
    with_it = Refinement.of(planned_first.plan, spec, (even_slower,), planned_first.pool)
    assert [note.hold_s for note in with_it.notes] == [5.3, 5.3, 5.3]
    assert all(one.notes == with_it.notes for one in with_it.candidates(spec, (even_slower,)))
    quick = Refinement.of(planned_first.plan, planned_first.spec, (even_slower,), planned_first.pool)
    assert quick.notes == (centre, low, high), "the base is there at once"


def test_a_patch_that_makes_no_file_is_not_waited_for():
    first = refinement_of(planned())
    route = Route(source="env_2", target="/modules/nothing", amount=1.0)
    broken = first.spec.model_copy(update={"modulation": Modulation(routes=(route,))})
    assert Refinement.of(first.plan, broken, (), first.pool).notes == first.notes
