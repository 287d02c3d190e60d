"""The notes that a preset is measured at, and a plan made into patches."""

import pytest
from worlds import planned

from engine.catalog import template
from engine.generate import make_patch, make_variations
from engine.making import measured_notes, patch_of, variations_of
from engine.planner import plan
from schemas.patch_spec import Metadata
from schemas.template import Play, Register

LEAD = template("supersaw_lead").model_copy(
    update={
        "compass": Register(low=40, center=60, high=72),
        "play": Play(hold_s=1.5, render_s=3.0, velocity=0.7),
    }
)


def notes(register_midi=None, chosen=LEAD):
    intent = plan("lead").model_copy(update={"register_midi": register_midi})
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


def metadata(made):
    return Metadata(name=made.title, author="Ada", comments=patch_of(made).spec.metadata.comments, style="Lead")


def by(author, **options):
    made = planned(**options)
    return made.model_copy(update={"request": made.request.model_copy(update={"author": author})})


def test_a_patch_says_its_title_its_author_what_was_asked_and_its_style():
    made = by("Ada", prompt="dark supersaw lead")
    said = patch_of(made).spec.metadata
    assert (said.name, said.author, said.style) == (made.title, "Ada", "Lead")
    assert said.comments.startswith("Lead (supersaw): wide, dark")


def test_a_plan_is_made_with_its_own_seed_template_and_intent_and_what_else_is_asked():
    made = by("Ada", seed=77)
    chosen, said = template("supersaw_lead"), metadata(made)
    plain = make_patch(made.intent, chosen, seed=77, metadata=said)
    assert patch_of(made) == plain
    driven = make_patch(
        made.intent, chosen, seed=77, metadata=said, drives={"brightness": -1.5}, off_knobs=["width"]
    )
    assert patch_of(made, drives={"brightness": -1.5}, off_knobs=["width"]) == driven != plain
    other = plan("dark lead")
    assert (
        patch_of(made, intent=other).spec.modules == make_patch(other, chosen, seed=77, metadata=said).spec.modules
    )


def test_variations_are_made_with_the_plans_own_count_and_seed_and_what_else_is_asked():
    made = by("Ada", seed=77, variations=3)
    chosen, spec = template("supersaw_lead"), patch_of(made).spec
    plain = make_variations(spec, made.intent, chosen, seed=77, count=3)
    assert variations_of(made, spec) == plain
    assert len(plain) == 3
    options = {"drives": {"brightness": 1.5}, "push": 1.8, "without": [plain[0].id], "off_knobs": ["width"]}
    other = patch_of(made, drives={"brightness": 1.5}, off_knobs=["width"]).spec
    for left_out in ({}, *({name} for name in options)):
        kept = {name: value for name, value in options.items() if name not in left_out}
        assert variations_of(made, other, **kept) == make_variations(
            other, made.intent, chosen, seed=77, count=3, **kept
        )
