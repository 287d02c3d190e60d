"""docs/values.md says of every noun how it is said and read, as it is in force."""

from pathlib import Path
from typing import get_args

import pytest

from engine.generate.values.settings import SETTINGS
from engine.planner import plan
from schemas.intent import ValueNoun

PAGE = Path(__file__).parents[2] / "docs" / "values.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and line.count("|") == 5 and not line.startswith("| a prompt says")
]


def test_every_noun_has_a_row_in_order() -> None:
    assert [row[1].replace(" ", "_") for row in ROWS] == list(get_args(ValueNoun))


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_the_row_is_true(row: list[str]) -> None:
    said, noun, _, control = row
    name = noun.replace(" ", "_")
    assert name in {one.noun for one in plan(f"lead, {said}").values}
    assert {str(key): setting.control for key, setting in SETTINGS.items()}[name] == control
