"""A request's presets from the words' loop to the audition, on a made-up renderer: what ships, and what it took."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fake_renderer import DiedError
from worlds import REST, patch_of, planned, world_of

from engine.audition import Auditioned
from engine.audition.arrival import arrival_of
from engine.audition.notes import measured_notes
from engine.catalog import template
from engine.generate import apply_patch
from engine.refine import refine, refinement, request
from engine.refine.auditions import NO_COST, AuditionedRequest
from engine.refine.budget import Budget
from engine.stages import patch_stage, variation_stage
from engine.word_contracts import AskedAxis, Tuned, asked_axes, without_words

HEARD = {
    "shorter": {"length": 6.65},
    "wider": {"width": -14.0},
    "brighter": {"brightness": 3.0},
    "darker": {"brightness": 1.0},
    "evolving": {"movement": 4.0},
}


def refined(plan, world):
    spec = patch_stage(plan).spec
    return refine(plan, spec, variation_stage(plan, spec), world)


def world(a_plan=None, **options):
    a_plan = a_plan or planned()
    return a_plan, world_of(a_plan, figures=options.pop("figures", HEARD), **options)


def jobs(world):
    return [(world.name_of(job), "trial" if job.turns else "all" if job.takes else "one") for job in world.jobs]


def test_a_base_and_its_variations_are_tried_fitted_and_heard_as_they_ship():
    made, pool = world()
    found = refined(made, pool)
    assert [(one.id, one.kind, one.status) for one in found.presets] == [
        ("base", "base", "accepted"),
        ("shorter", "shorter", "accepted"),
        ("wider", "wider", "accepted"),
    ]
    assert jobs(pool) == [
        ("base", "trial"),
        ("shorter", "one"),
        ("wider", "one"),
        *(("base", "all"), ("shorter", "all"), ("wider", "all")),
        *(("base", "one"), ("shorter", "one"), ("wider", "one")),
    ]
    assert [(one.renders, one.tuning_renders) for one in found.presets] == [(3, 0), (2, 1), (2, 1)]


def test_every_render_is_counted_once():
    made, pool = world(planned("dark supersaw lead"))
    found = refined(made, pool)
    assert sum(one.renders + one.tuning_renders for one in found.presets) == len(pool.jobs)


def test_notes_that_were_listened_to_are_counted_with_those_of_the_trial():
    made, pool = world(planned(variations=0))
    (base,) = refined(made, pool).presets
    listened = [pool.render(job).notes_played for job in list(pool.jobs)]
    assert len(listened) == 3
    turns = len(pool.jobs[0].turns)
    assert base.takes == sum(listened)
    assert turns == 7


def test_first_notes_that_are_known_are_not_rendered_again():
    made, pool = world()
    refined(made, pool)
    assert [job.known is not None for job in pool.jobs[3:]] == [True, True, True, False, False, False]


def test_macros_that_were_heard_in_the_trial_are_told_of_the_base_and_not_turned_again():
    made, pool = world()
    base, *others = refined(made, pool).presets
    assert [(one.number, one.role_id) for one in base.macros] == [
        (1, "brightness"),
        (2, "tension"),
        (3, "width"),
        (4, "space"),
    ]
    assert all(one.macros == () for one in others)


def test_what_varies_the_base_is_told_as_patch_and_inverse_against_the_base_that_ships():
    made, pool = world()
    found = refined(made, pool)
    base = found.presets[0].spec
    assert base.modules.voicing.volume_db != patch_stage(made).spec.modules.voicing.volume_db, "it was levelled"
    for told, preset in zip(found.variations.variations, found.presets[1:], strict=True):
        assert (told.id, told.type) == (preset.id, preset.kind)
        assert apply_patch(base, told.patch) == preset.spec
        assert apply_patch(preset.spec, told.inverse) == base


def test_what_is_refused_has_no_preview_and_no_patch():
    refused = ("wider", "brighter", "darker", "evolving", "dirtier")
    made, pool = world(silent=refused)
    found = refined(made, pool)
    assert [(one.id, one.status) for one in found.presets] == [
        ("base", "accepted"),
        ("shorter", "accepted"),
        ("wider", "refused"),
    ]
    assert set(found.previews) == {"base", "shorter"}
    assert [one.id for one in found.variations.variations] == ["shorter"]


def test_what_stands_in_for_a_refused_variation_counts_what_was_heard_in_vain():
    made, pool = world(silent=("wider", "brighter"))
    found = refined(made, pool)
    assert [(one.id, one.status) for one in found.presets] == [
        ("base", "accepted"),
        ("shorter", "accepted"),
        ("darker", "accepted"),
    ]
    assert set(found.previews) == {"base", "shorter", "darker"}
    assert (found.presets[2].renders, found.presets[2].tuning_renders) == (2, 3)
    assert sum(one.renders + one.tuning_renders for one in found.presets) == len(pool.jobs)


def test_no_type_is_heard_for_a_base_that_is_refused():
    made, pool = world(silent=("base",))
    found = refined(made, pool)
    assert [one.status for one in found.presets] == ["refused"] * 3
    assert found.previews == {}
    assert found.variations.variations == ()
    assert "brighter" not in pool.heard
    assert found.presets[0].refused_because[0].startswith("Silent")


def test_a_role_that_gave_way_is_told_of_the_base():
    made, pool = world(planned(variations=0), dead=("tension",))
    (base,) = refined(made, pool).presets
    (swap,) = [one for one in base.repairs if one.kind == "role"]
    assert (swap.subject, swap.amount, swap.unit) == ("DETUNE", 0.0, "% of its macro")
    assert swap.reason == (
        "Macro 2 (DETUNE) changes the sound by 0.5 dB (at least 1.0 dB), so the next role took its place"
    )
    assert [one.role_id for one in base.macros] == ["brightness", "width", "space", "attack"]
    assert base.renders == 5


@pytest.fixture
def drawn_once(monkeypatch):
    """No request is drawn anew."""
    monkeypatch.setattr(request, "MOST_DRAWINGS", 1)
    monkeypatch.setattr(request, "_MOST_AUDITIONED", 1)


@pytest.fixture
def driven(monkeypatch, drawn_once):
    """Words that the loop drove to -1.5 with 4 renders, and names for the patches that less of them makes."""

    def make(accepted, *, most=30, dies=(), variations=0, prompt="dark supersaw lead"):
        made = planned(prompt, variations=variations)
        pool = world_of(made, figures=HEARD)
        for name, drive in (("all", -1.5), ("60 %", -0.9), ("25 %", -0.375)):
            pool.called(name, patch_of(made, drives={"brightness": drive}))
        pool.silent = tuple(name for name in ("all", "60 %", "25 %") if name not in accepted)
        tuned = Tuned(
            asked=(AskedAxis("brightness", -0.6, ("dark",)),),
            drives={"brightness": -1.5},
            twins={"brightness": REST},
            renders=4,
            score=(0, 1, 1.1),
        )
        monkeypatch.setattr(request, "tune", lambda *args, **options: tuned)
        monkeypatch.setattr(refinement, "Budget", lambda: Budget(most))
        sounds = pool.sound

        def sound(played):
            if pool.name_of(pool.jobs[-1]) in dies and not pool.jobs[-1].turns:
                raise DiedError("timeout", "too slow")
            return sounds(played)

        pool.sound = sound
        return refined(made, pool), pool

    return make


def words(base):
    return [one for one in base.repairs if one.kind == "words"]


def test_a_base_that_passes_ships_with_its_words_as_they_were_driven(driven):
    found, pool = driven(["all", "60 %", "25 %"])
    (base,) = found.presets
    assert (base.status, words(base), base.tuning_renders) == ("accepted", [], 4)
    assert set(pool.heard) == {"all"}


def test_a_base_that_the_gates_refuse_is_heard_with_60_percent_of_its_words(driven):
    found, pool = driven(["60 %", "25 %"])
    (base,) = found.presets
    assert base.status == "accepted"
    assert list(dict.fromkeys(pool.heard)) == ["all", "60 %"]
    (held_back,) = words(base)
    assert (held_back.amount, held_back.unit, held_back.subject) == (
        60,
        "% of what its words ask for",
        "brightness",
    )
    assert held_back.reason.startswith("Silent")
    assert base.words[0].words == ("dark",)
    assert base.renders == len(pool.jobs)
    assert set(found.previews) == {"base"}


def test_then_with_a_quarter_of_them(driven):
    found, pool = driven(["25 %"])
    (base,) = found.presets
    assert base.status == "accepted"
    assert list(dict.fromkeys(pool.heard)) == ["all", "60 %", "25 %"]
    assert [one.amount for one in words(base)] == [25]
    assert base.renders == len(pool.jobs)
    assert base.takes == sum(pool.render(job).notes_played for job in list(pool.jobs))


def test_a_base_that_passes_with_none_of_it_is_refused_as_its_words_drove_it(driven):
    found, pool = driven([])
    (base,) = found.presets
    assert base.status == "refused"
    assert words(base) == []
    assert (
        base.spec.modules.filter
        == patch_of(planned("dark supersaw lead"), drives={"brightness": -1.5}).modules.filter
    )
    assert base.renders == len(pool.jobs)
    assert base.takes == sum(pool.render(job).notes_played for job in list(pool.jobs))


def test_a_base_that_is_refused_for_more_than_the_gates_say_is_not_heard_with_less(driven):
    found, pool = driven(["60 %"], dies=["all"])
    (base,) = found.presets
    assert (base.status, base.refused_because) == ("refused", ("timeout: too slow",))
    assert set(pool.heard) == {"all"}


def test_a_base_of_which_nothing_was_asked_is_not_heard_with_less():
    made, pool = world(planned(variations=0), silent=("base",))
    (base,) = refined(made, pool).presets
    assert words(base) == []
    assert set(pool.heard) == {"base"}


def test_no_less_of_the_words_is_heard_where_no_audition_is_left(driven):
    """Words take four renders, the trial one, and the audition of what is silent one: six of seven are gone."""
    found, pool = driven(["60 %"], most=7)
    (base,) = found.presets
    assert base.status == "refused"
    assert set(pool.heard) == {"all"}
    assert base.refused_because[0].startswith("Silent")
    assert base.refused_because[-1] == (
        "It was not mended any further: the 7 renders that a sound may take are used up"
    )
    found, pool = driven(["60 %"], most=8)
    assert set(pool.heard) == {"all", "60 %"}


def test_a_base_that_is_refused_with_renders_left_does_not_speak_of_them(driven):
    found, _ = driven([])
    assert "used up" not in " ".join(found.presets[0].refused_because)


def test_a_base_that_ships_with_its_last_renders_does_not_speak_of_them(driven):
    found, pool = driven(["all"], most=7)
    assert found.presets[0].refused_because == ()
    assert len(pool.jobs) == 3


@pytest.mark.parametrize(("most", "first"), [(6, "all"), (7, "trial")])
def test_what_was_spent_on_words_counts_for_a_sounds_renders(driven, most, first):
    _, pool = driven(["all"], most=most)
    assert jobs(pool)[0] == ("all", first)


def breaking(pool, *controls):
    """Next to nothing wherever a macro is turned that moves one of these controls."""
    sounds = pool.sound

    def sound(played):
        turned = [
            f"macro_control_{number}"
            for number, place in enumerate(played.macros, 1)
            if place is not None and abs(place - played.settings[f"macro_control_{number}"]) > 0.01
        ]
        moved = [route.destination for route in played.routes if route.source in turned]
        found = sounds(played)
        broken = any(control in name for name in moved for control in controls)
        return replace(found, lufs=-90.0) if broken else found

    pool.sound = sound
    return pool


def test_a_role_that_cannot_be_made_safe_gives_way_to_the_next_and_all_is_heard_again():
    made, pool = world()
    found = refined(made, breaking(pool, "unison_detune"))
    base = found.presets[0]
    assert [one.status for one in found.presets] == ["accepted"] * 3
    assert [one.role_id for one in base.macros] == ["brightness", "width", "space", "attack"]
    (swap,) = [one for one in base.repairs if one.kind == "role"]
    assert swap.subject == "DETUNE"
    assert "Silent" in swap.reason
    heard = [job for job in pool.jobs if pool.name_of(job) == "base" or job.key == "base"]
    assert base.renders == len(heard)
    assert base.takes == sum(pool.render(job).notes_played for job in heard)


def test_four_roles_give_way_for_safety_at_most_within_the_sounds_renders(drawn_once):
    made, pool = world(planned(variations=0))
    (base,) = refined(made, breaking(pool, "")).presets
    assert base.status == "refused"
    swapped = [one.subject for one in base.repairs if one.kind == "role"]
    assert swapped == ["BRIGHT", "WIDTH", "ATTACK", "RELEASE"]
    assert base.renders == len(pool.jobs) == 28
    assert base.refused_because == ("Silent: -90.0 LUFS (at least -60 LUFS) on note 64, macro 3 at 1",), (
        "two renders are left, so that they were used up is not the reason"
    )


@pytest.mark.parametrize("most", [4, 7, 9])
def test_a_sound_that_takes_much_mending_takes_no_more_renders_than_it_may(most, monkeypatch, drawn_once):
    monkeypatch.setattr(refinement, "Budget", lambda: Budget(most))
    made, pool = world(planned(variations=0))
    (base,) = refined(made, breaking(pool, "unison_detune")).presets
    assert base.status == "refused"
    assert base.renders == len(pool.jobs) <= most
    assert base.refused_because[-1].endswith(f"the {most} renders that a sound may take are used up")


def test_words_are_tuned_at_the_first_note_against_the_prompt_without_them(drawn_once):
    made, pool = world(planned("dark supersaw lead", variations=0), figures={})
    twin = patch_of(made, intent=without_words(made.request, made.intent, asked_axes(made.intent)[0]))
    pool.called("twin", twin)
    pool.called("driven", patch_of(made, drives={"brightness": -1.046}))
    (base,) = refined(made, pool).presets
    assert pool.heard[:3] == ["twin", "base", "driven"]
    assert {job.notes for job in pool.jobs[:3]} == {measured_notes(template("supersaw_lead"), made.intent)[:1]}
    assert base.tuning_renders == 5
    assert base.renders == len(pool.jobs) - 5
    (word,) = base.words
    assert (word.words, word.satisfied) == (("dark",), False)


@pytest.mark.parametrize(
    ("because", "by_gates"),
    [(["Too quiet"], True), (["timeout: too slow"], False), (["Too quiet", "Macro 1 does nothing"], False)],
)
def test_a_base_is_refused_by_its_gates_where_nothing_else_is_said(because, by_gates):
    """A pass that the gates failed may be followed by one that could not be rendered in time."""
    made, pool = world(planned(variations=0), silent=("base",))
    (base,) = refined(made, pool).presets
    failed = base.gates.failures[0].model_copy(update={"reason": "Too quiet"})
    told = {"refused_because": tuple(because), "gates": base.gates.model_copy(update={"results": (failed,)})}
    heard = (Auditioned(base.model_copy(update=told), None),)
    assert AuditionedRequest(heard, (), NO_COST).refused_by_gates is by_gates


def test_words_that_make_a_sound_slower_than_its_notes_are_told_by_twins_at_the_longer_notes(monkeypatch):
    made = planned("supersaw lead with a slow attack", variations=0)
    asked = AskedAxis("attack", 0.7, ("slow attack",))
    tuned = Tuned(asked=(asked,), drives={"attack": 1.5}, twins={"attack": REST}, renders=4, score=(0, 1, 1.1))
    monkeypatch.setattr(request, "tune", lambda *args, **options: tuned)
    pool = world_of(made, figures={"twin": {"attack": 1.0}})
    pool.called("twin", patch_of(made, intent=without_words(made.request, made.intent, asked)))
    driven_s = arrival_of(patch_of(made, drives={"attack": 1.5})).at()
    assert driven_s == pytest.approx(3.0, abs=0.01)
    (base,) = refined(made, pool).presets
    assert pool.heard[0] == "twin"
    assert {job.notes[0].hold_s for job in pool.jobs} == {round(driven_s + 0.3, 3)}
    assert (base.words[0].neutral, base.tuning_renders) == (1.0, 5)
    assert arrival_of(base.spec).at() == pytest.approx(driven_s)


@pytest.mark.parametrize(("most", "first"), [(7, "all"), (8, "trial")])
def test_twins_that_are_heard_again_count_for_a_sounds_renders(most, first, monkeypatch):
    """Four renders for words and one for the twin: two of seven are left, which the audition needs."""
    made = planned("supersaw lead with a slow attack", variations=0)
    asked = AskedAxis("attack", 0.7, ("slow attack",))
    tuned = Tuned(asked=(asked,), drives={"attack": 1.5}, twins={"attack": REST}, renders=4, score=(0, 1, 1.1))
    monkeypatch.setattr(request, "tune", lambda *args, **options: tuned)
    monkeypatch.setattr(refinement, "Budget", lambda: Budget(most))
    pool = world_of(made, figures={})
    pool.called("twin", patch_of(made, intent=without_words(made.request, made.intent, asked)))
    refined(made, pool)
    assert pool.heard[0] == "twin"
    assert jobs(pool)[1][1] == first


def test_all_words_that_were_held_back_are_named():
    tuned = Tuned(asked=(AskedAxis("brightness", -0.6, ("dark",)), AskedAxis("width", 0.5, ("wide",))))
    (told,) = request._held_back(tuned, 0.25, SimpleNamespace(refused_because=("Silent", "Hangs")))
    assert (told.subject, told.amount, told.reason) == ("brightness, width", 25, "Silent; Hangs")
