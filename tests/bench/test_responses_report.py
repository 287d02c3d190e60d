"""What the page of response maps says, worked out of rows that are known."""

import numpy as np
import pytest

from bench.responses import (
    DirectionCell,
    HeardMove,
    by_nearest_templates,
    by_other_contexts,
    by_other_templates,
    correlations,
    few_owners,
    page,
    spearman,
)
from engine.catalog import template_ids
from engine.responses import FIGURES, Direction, read_map
from schemas.intent import Style


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


def cell(name: str, *changes: float, style: Style = "Pad", at_its_end: bool = False) -> DirectionCell:
    axis, _, side = name.partition(" ")
    return DirectionCell("warm_pad", style, Direction(axis, side == "up", changes, at_its_end))  # type: ignore[arg-type]


def test_what_goes_the_other_way_is_told_from_what_doesnt_move() -> None:
    assert cell("rate up", -0.2).goes_wrong
    assert not cell("rate up", -0.05).goes_wrong
    assert not cell("rate up", -0.2, at_its_end=True).goes_wrong


def test_styles_with_fewer_than_two_owners_are_found() -> None:
    cells = [cell("rate up", 1.0), cell("rate up", 0.0), cell("rate down", 1.0), cell("rate down", 1.0)]
    assert few_owners([*cells, cell("rate up", 0.0, style="Lead")]) == {
        ("Pad", "rate up"): 1,
        ("Lead", "rate up"): 0,
    }


def test_every_style_with_fewer_owners_has_its_reason() -> None:
    maps = [known for one in template_ids() if (known := read_map(one)) is not None]
    assert "not known" not in page(maps, measured="")


def test_the_page_counts_what_there_is() -> None:
    known = read_map("kick")
    assert known is not None
    text = page([known], measured="Measured 2026-11-28 at `0000000`.")
    assert "1 of 100 templates have a map" in text
    assert "| resonance | " in text
    assert "of 28 cells" in text
