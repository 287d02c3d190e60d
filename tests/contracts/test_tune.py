"""The closed loop on the real synth: words are heard, the same way each time, within their budget."""

from dataclasses import replace
from functools import partial

import pytest

from engine import rehearsal
from engine.budget import MOST_RENDERS, Budget
from engine.compiler import compile_spec
from engine.contracts import AUDIBLE, MAX_RENDERS, Asked, Tuned, tune, variation_heard, words_heard
from engine.errors import SpecError
from engine.planner import plan
from engine.render.job import NotePlan
from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage, render_stage
from schemas.intent import AXES
from schemas.request import Request

PLAIN = dict.fromkeys(AXES, 0.0)
TOO_DARK = {"brightness": -2.0}


@pytest.fixture(scope="module")
def pool():
    with RenderPool(2) as made:
        yield made


def heard(prompt, pool):
    made = plan_stage(Request(prompt=prompt, variations=0))
    return render_stage(made, patch_stage(made).spec, (), pool).presets[0]


@pytest.mark.parametrize(
    ("prompt", "axis"),
    [
        ("dark supersaw lead", "brightness"),
        ("electric piano with a slow attack", "attack"),
        ("short staccato string pad", "length"),
        ("very noisy sub bass", "noise"),
        ("wide sub bass", "width"),
        ("dry electric piano", "space"),
        ("thin reese bass", "weight"),
    ],
)
def test_a_word_is_heard_in_the_sound_that_ships(prompt, axis, pool):
    preset = heard(prompt, pool)
    word = next(one for one in preset.words if one.axis == axis)
    assert word.satisfied, word.reason
    assert word.heard == preset.measurements.timbre[axis]
    assert preset.renders + preset.tuning_renders <= 30


def test_the_loop_finds_the_same_sound_each_time(pool):
    first, again = heard("dark wide noisy pluck", pool), heard("dark wide noisy pluck", pool)
    assert first == again
    assert first.tuning_renders <= MAX_RENDERS


def test_nothing_is_tuned_where_nothing_is_asked(pool):
    assert heard("supersaw lead", pool).tuning_renders == 0


def test_a_word_is_judged_in_its_direction():
    up, down = (Asked("brightness", value, ("word",)) for value in (0.5, -0.5))
    twins = {"brightness": PLAIN}
    brighter = {**PLAIN, "brightness": 1.0}
    assert words_heard([up], twins, brighter)[0].satisfied
    assert not words_heard([down], twins, brighter)[0].satisfied
    assert words_heard([down], twins, brighter)[0].change == -1.0


def test_a_sound_at_the_end_of_an_axis_satisfies_the_word():
    narrow = Asked("width", -0.8, ("mono",))
    mono = {**PLAIN, "width": -40.0}
    found = words_heard([narrow], {"width": mono}, mono)[0]
    assert found.satisfied
    assert found.change == 0.0


def test_a_variation_is_held_to_its_type():
    step = AUDIBLE["brightness"].step
    assert variation_heard("brighter", PLAIN, {**PLAIN, "brightness": step})[0].satisfied
    assert not variation_heard("darker", PLAIN, {**PLAIN, "brightness": step})[0].satisfied
    assert variation_heard("reseeded", PLAIN, PLAIN) == ()


def test_what_cannot_be_rendered_ends_the_loop(pool):
    spec = patch_stage(plan_stage(Request(prompt="dark pad"))).spec
    broken = spec.model_copy(update={"macros": tuple(spec.macros) * 9})
    with pytest.raises(SpecError):
        compile_spec(broken)
    tuned = tune(plan("dark pad"), broken, lambda drives: spec, lambda asked: spec, note=NotePlan(60), pool=pool)
    assert tuned.heard(PLAIN) == ()


def test_a_base_that_its_words_would_spoil_is_given_less_of_them_and_says_so(pool, monkeypatch):
    def too_far(*args, **kwargs):
        return replace(tune(*args, **kwargs), drives={"attack": 2.0})

    monkeypatch.setattr(rehearsal, "tune", too_far)
    preset = heard("slow attack kick", pool)
    assert preset.status == "accepted", preset.refused_because
    held_back = next(repair for repair in preset.repairs if repair.kind == "words")
    assert held_back.subject == "attack"
    assert 0 < held_back.amount < 100
    assert "Too quiet" in held_back.reason


def test_a_sound_takes_no_more_renders_than_it_may(pool, monkeypatch):
    prompt = "warm analog bass with a slow filter sweep"
    freely = heard(prompt, pool)
    spent = freely.renders + freely.tuning_renders
    assert spent <= MOST_RENDERS
    for most in (spent - 1, freely.tuning_renders + 3, freely.tuning_renders + 2):
        monkeypatch.setattr(rehearsal, "Budget", partial(Budget, most))
        preset = heard(prompt, pool)
        assert freely.tuning_renders < preset.renders + preset.tuning_renders <= most
        if preset.status == "refused":
            assert f"the {most} renders that a sound may take are used up" in preset.refused_because[-1]


def test_a_base_that_can_be_mended_no_more_says_that_its_renders_are_used_up(pool, monkeypatch):
    monkeypatch.setattr(rehearsal, "Budget", partial(Budget, 7))
    monkeypatch.setattr(rehearsal, "tune", lambda *args, **kwargs: replace(tune(*args, **kwargs), drives=TOO_DARK))
    preset = heard("muffled kick", pool)
    assert preset.status == "refused"
    assert preset.refused_because[0] == preset.gates.failures[0].reason
    assert "the 7 renders that a sound may take are used up" in preset.refused_because[-1]
    assert preset.renders + preset.tuning_renders <= 7


def test_a_budget_keeps_what_the_audition_takes():
    budget = Budget(5)
    budget.spend(2)
    assert (budget.left, budget.for_trials, budget.enough_to_audition) == (3, 1, True)
    budget.spend(2)
    assert (budget.left, budget.for_trials, budget.enough_to_audition) == (1, 0, False)


def test_less_of_the_words_is_part_of_where_they_stand():
    tuned = Tuned(
        asked=(Asked("brightness", -0.5, ("dark",)), Asked("width", 0.8, ("wide",))), drives={"width": 1.6}
    )
    assert dict(tuned.weaker(0.5).drives) == {"brightness": -0.25, "width": 0.8}
