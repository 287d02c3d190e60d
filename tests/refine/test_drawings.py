"""Which other drawings a request has, and which of them ships where words aren't heard or gates don't pass."""

from dataclasses import replace

import pytest
from worlds import REST, planned, world_of

from engine.catalog import catalog, template
from engine.generate import choose_template, templates_alike
from engine.planner import plan as read
from engine.refine import drawings, refine
from engine.refine.drawings import (
    drawn,
    kept_intent,
    leaving_out,
    left_out,
    patch_of,
    seed_of,
    variations_of,
    without,
)
from engine.refine.refinement import Refinement
from engine.stages import patch_stage, plan_stage, variation_stage
from schemas.request import Request


def asked(prompt="dark supersaw lead", **options):
    return plan_stage(Request(**{"prompt": prompt, "seed": 135, "variations": 0, **options}))


def test_the_first_drawing_is_the_plan_itself():
    plan = asked()
    assert drawn(plan, 0) is plan
    assert seed_of(plan) == plan.request.seed
    assert patch_of(plan) == patch_stage(plan)


def test_further_drawings_are_of_templates_that_answer_as_well_and_of_other_picks():
    plan = asked("saw lead")
    turn = (
        plan.template_id,
        *(one.id for one in templates_alike(plan.intent, catalog(), template(plan.template_id))),
    )
    assert len(turn) > 1
    for number in range(1, len(turn) + 1):
        further = drawn(plan, number)
        assert (further.template_id, further.draws) == (turn[number % len(turn)], number)
        assert further.template_version == template(further.template_id).version
        assert further.model_copy(update={"draws": 0, "template_id": plan.template_id}).request == plan.request
    seeds = {seed_of(drawn(plan, number)) for number in range(6)}
    assert len(seeds) == 6
    assert patch_of(drawn(plan, len(turn))).spec != patch_of(plan).spec


def test_a_template_that_was_named_stays():
    plan = asked("saw lead", template_id="mono_lead")
    assert {drawn(plan, number).template_id for number in range(4)} == {"mono_lead"}


@pytest.mark.parametrize("prompt", ["reese bass", "bell", "warm pad", "kick", "acid bass", "lead", "riser"])
def test_templates_alike_are_of_the_style_and_of_the_kind_that_was_mentioned(prompt):
    intent = read(prompt)
    chosen = choose_template(intent, catalog(), seed=1)
    mentioned = next((kind for kind in intent.subtypes if kind in chosen.subtypes), None)
    for one in templates_alike(intent, catalog(), chosen):
        assert one.category == chosen.category
        assert one.id != chosen.id
        assert mentioned is None or mentioned in one.subtypes


def test_what_is_left_out_is_in_no_patch_and_no_text_and_is_told():
    plan = without(asked("very dark wide supersaw lead"), ["brightness"])
    assert "brightness" in plan.intent.axes
    assert "brightness" not in kept_intent(plan).axes
    assert kept_intent(plan).axes["width"] == plan.intent.axes["width"]
    assert [(one.axis, one.words) for one in left_out(plan)] == [("brightness", ("very dark",))]
    assert "dark" not in patch_of(plan).spec.metadata.comments
    assert "wide" in patch_of(plan).spec.metadata.comments
    twins = Refinement.drawn(plan, None)
    (width,) = drawings.asked_axes(twins.intent)
    assert width.axis == "width"
    without_wide = leaving_out(asked("very dark supersaw lead").intent, ["brightness"])
    assert twins.twin(width).modules == twins.patch(intent=without_wide).modules


@pytest.fixture
def worlds():
    """Three drawings of one request, known by name, each as dark as `figures` say."""

    def make(figures, *, silent=(), prompt="dark supersaw lead", variations=0):
        plan = planned(prompt, variations=variations)
        pool = world_of(plan, figures=figures, silent=silent)
        pool.names.clear()
        for number, name in enumerate(("first", "second", "third")):
            one = Refinement.drawn(drawn(plan, number), None)
            pool.called(f"{name} twin", one.twin(drawings.asked_axes(plan.intent)[0]))
            pool.called(name, one.spec)
            for drive in (-0.806, -1.046, -1.1, -1.106, -1.546, -1.6, -2.0):
                pool.called(name, one.patch({"brightness": drive}))
        spec = patch_stage(plan).spec
        return refine(plan, spec, variation_stage(plan, spec), pool), pool

    return make


HEARD, SHORT, REVERSED = ({"brightness": 2.0 - down} for down in (0.9, 0.2, -0.3))


def test_words_that_are_heard_need_no_other_drawing(worlds):
    found, pool = worlds({"first": HEARD})
    assert (found.plan.draws, found.plan.left_out) == (0, ())
    assert found.placements == ()
    assert "second" not in pool.heard


def test_the_first_drawing_in_which_all_words_are_heard_ships(worlds):
    found, pool = worlds({"first": SHORT, "second": HEARD})
    assert found.plan.draws == 1
    assert found.placements == patch_of(found.plan).placements
    (base,) = found.presets
    assert base.words[0].satisfied
    assert "third" not in pool.heard
    assert base.renders + base.tuning_renders == len(pool.jobs)


def test_of_drawings_in_which_none_is_heard_the_nearest_ships(worlds):
    found, _ = worlds({"first": REVERSED, "second": SHORT, "third": {"brightness": 1.9}})
    (word,) = found.presets[0].words
    assert (found.plan.draws, word.change, word.satisfied, word.given) == (1, 0.2, False, True)


def test_words_that_only_go_the_other_way_are_left_out_and_told(worlds):
    found, pool = worlds({"first": REVERSED, "second": REVERSED, "third": REVERSED, "base": REST})
    (base,) = found.presets
    assert base.status == "accepted"
    assert found.plan.left_out == ("brightness",)
    (word,) = base.words
    assert (word.words, word.change, word.satisfied, word.given) == (("dark",), 0.0, False, False)
    assert word.reason.startswith("not given, since ")
    assert base.renders + base.tuning_renders == len(pool.jobs)


def test_another_drawing_ships_where_the_gates_refuse_the_first(worlds):
    found, pool = worlds({"first": HEARD, "second": HEARD}, silent=("first",))
    (base,) = found.presets
    assert (base.status, found.plan.draws) == ("accepted", 1)
    assert base.repairs == tuple(one for one in base.repairs if one.kind != "words"), "nothing was held back"
    assert base.renders + base.tuning_renders == len(pool.jobs)


def test_a_drawing_varies_itself():
    plan = drawn(planned(variations=2), 1)
    once = Refinement.drawn(plan, None)
    assert once.spec == patch_of(plan).spec
    assert once.variations == variations_of(plan, once.spec)
    assert once.varied(once.spec) == once.variations
    assert replace(once, placements=()).patch() == once.spec
