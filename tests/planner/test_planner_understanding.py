"""The labelled prompts: the page tells what the code gives, and the held-out half is understood."""

from collections import Counter

from bench.words.__main__ import PAGE
from bench.words.labelled import labelled
from bench.words.page import measured, page
from engine.planner import known_subtypes


def test_the_page_is_in_step_with_the_planner() -> None:
    written = PAGE.read_text(encoding="utf-8")
    (line,) = [line for line in written.splitlines() if line.startswith("Measured ")]
    assert written == page(measured_line=line), "run `python -m bench.words`"


def test_style_is_understood_on_nine_in_ten_prompts_that_were_held_out() -> None:
    _, held_out = measured()
    assert held_out.style_accuracy >= 0.90


def test_rows_are_many_balanced_and_unlike() -> None:
    rows = labelled()
    assert len(rows) >= 300
    assert len({row.prompt.casefold() for row in rows}) == len(rows)
    assert min(Counter(row.style for row in rows).values()) >= 55
    assert 0.35 <= sum(row.held_out for row in rows) / len(rows) <= 0.45


def test_most_sub_types_of_the_rows_are_ones_that_the_planner_knows() -> None:
    named = {kind for row in labelled() for kind in row.types}
    assert len(named - known_subtypes()) <= 6, named - known_subtypes()
