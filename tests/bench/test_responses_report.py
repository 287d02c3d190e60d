"""What the page of response maps says, worked out of rows that are known."""

import numpy as np
import pytest

from bench.responses import (
    HeardMove,
    by_nearest_templates,
    by_other_contexts,
    by_other_templates,
    correlations,
    matrix,
    page,
    spearman,
)
from engine.responses import FIGURES, read_map


def heard(template_id: str, context: str, move: str, base: float = 0.0, **changes: float) -> HeardMove:
    change = np.array([changes.get(name, 0.0) for name in FIGURES])
    return HeardMove(template_id, context, move, change, np.full(len(FIGURES), base))


def brightness(pairs: list[tuple[HeardMove, np.ndarray]]) -> list[tuple[str, float]]:
    return [(row.template_id, round(float(guess[FIGURES.index("brightness")]), 3)) for row, guess in pairs]


UP = "brightness +0.8"
ROWS = [
    heard("a", "plain", UP, brightness=1.0),
    heard("a", "higher", UP, brightness=3.0),
    heard("b", "plain", UP, 0.0, brightness=6.0),
    heard("c", "plain", UP, 9.0, brightness=-6.0),
]


def test_ranks_count_and_not_values_and_equal_ones_share_a_rank() -> None:
    assert spearman(np.array([1, 2, 3, 4, 5.0]), np.array([1, 4, 9, 16, 1000.0])) == pytest.approx(1.0)
    assert spearman(np.array([1, 2, 3, 4, 5.0]), np.array([5, 4, 3, 2, -90.0])) == pytest.approx(-1.0)
    assert spearman(np.array([1, 1, 2, 3, 3.0]), np.array([2, 2, 4, 5, 5.0])) == pytest.approx(1.0)
    assert np.isnan(spearman(np.array([1, 1, 1, 1, 1.0]), np.array([1, 2, 3, 4, 5.0])))
    assert np.isnan(spearman(np.array([1.0]), np.array([1.0])))


def test_a_context_is_predicted_by_the_others_of_its_template_alone() -> None:
    assert brightness(list(by_other_contexts(ROWS))) == [("a", 3.0), ("a", 1.0)]


def test_a_template_is_predicted_by_all_others_and_not_by_itself() -> None:
    assert brightness(list(by_other_templates(ROWS))) == [("a", 0.0), ("a", 0.0), ("b", -0.667), ("c", 3.333)]


def test_sounds_that_are_alike_weigh_more() -> None:
    guesses = dict(brightness(list(by_nearest_templates(ROWS))))
    assert 5.0 < guesses["a"] < 6.0
    assert guesses["b"] > 1.0


def test_own_and_side_figures_are_told_apart() -> None:
    sides = {"brightness": 1.0, "grit": -1.0}
    rows = [
        heard(str(number), context, f"{axis} +0.8", brightness=number + extra, noise=number * extra * side)
        for number in range(1, 7)
        for context, extra in (("plain", 0.1), ("higher", 0.2))
        for axis, side in sides.items()
    ]
    found = correlations(by_other_contexts(rows))
    assert found.rows == 24
    assert found.own["brightness"] == pytest.approx(0.94, abs=0.04)
    assert found.side["brightness"] == found.own["brightness"]
    assert found.side["noise"] > 0.8
    assert np.isnan(found.own["grit"])
    assert "loudness_lufs" not in found.own


def test_a_cell_is_the_mean_of_its_contexts_towards_where_it_was_driven() -> None:
    rows = [
        heard("a", "plain", "weight -0.8", weight=-3.0),
        heard("a", "higher", "weight -0.8", weight=2.0),
        heard("a", "plain", "weight +0.8", weight=-0.05),
        heard("a", "plain", "rate +0.8", rate=-0.1),
        heard("a", "plain", "macro weight 0", weight=5.0),
    ]
    cells = {(cell.axis, cell.side): cell for cell in matrix(rows)}
    assert cells.keys() == {("weight", "down"), ("weight", "up"), ("rate", "up")}
    assert cells["weight", "down"].change == 0.5
    assert not cells["weight", "down"].wrong
    assert (cells["weight", "up"].wrong, cells["weight", "up"].heard_wrong) == (True, False)
    assert (cells["rate", "up"].wrong, cells["rate", "up"].heard_wrong) == (True, True)


def test_the_page_counts_what_there_is() -> None:
    known = read_map("kick")
    assert known is not None
    text = page([known], measured="Measured 2026-11-28 at `0000000`.")
    assert "1 of 100 templates have a map" in text
    assert "| resonance | " in text
