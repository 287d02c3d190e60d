"""The renders that a sound may take, counted."""

from pathlib import Path

import pytest

from engine.refine.budget import Budget

DOCS = Path(__file__).parents[2] / "docs/decisions"


def test_a_sound_may_take_thirty_renders_as_the_decision_records_say():
    assert Budget().left == 30
    assert "**At most 30 renders a sound**" in (DOCS / "roles-and-macros.md").read_text()
    assert "of the 30 that a sound may take" in (DOCS / "words-as-contracts.md").read_text()


@pytest.mark.parametrize(
    ("spent", "left", "for_trials", "enough_to_audition"),
    [
        (0, 30, 28, True),
        (20, 10, 8, True),
        (27, 3, 1, True),
        (28, 2, 0, True),
        (29, 1, 0, False),
        (30, 0, 0, False),
        (33, 0, 0, False),
    ],
)
def test_a_budget_keeps_the_two_renders_that_an_audition_takes(spent, left, for_trials, enough_to_audition):
    budget = Budget()
    budget.spend(spent)
    assert (budget.left, budget.for_trials, budget.enough_to_audition) == (left, for_trials, enough_to_audition)


def test_what_is_spent_adds_up():
    budget = Budget(10)
    budget.spend(3)
    budget.spend(4)
    assert budget.left == 3


def test_a_budget_that_is_used_up_says_how_many_there_were():
    assert Budget(7).used_up == "It was not mended any further: the 7 renders that a sound may take are used up"
