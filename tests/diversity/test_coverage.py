"""What a library covers of what people make, and the figures that it is held against."""

import json
from importlib import resources

import pytest

from engine.diversity import LibrarySound, coverage
from engine.diversity.distance import nearest_distances
from engine.diversity.human import AXES_IN_ORDER, human_spread

STYLES = sorted(human_spread().styles)


def middle(style):
    ranges = human_spread().styles[style].ranges
    return {axis: (low + high) / 2 for axis, (low, high) in ranges.items()}


def covered(style, *figures, base=True):
    (found,) = coverage([LibrarySound(style, one, base) for one in figures]).styles
    return found


@pytest.mark.parametrize("style", STYLES)
def test_presets_in_every_cell_reach_every_cell(style):
    centres = [cell.centre for cell in human_spread().styles[style].cells if cell.share > 0]
    found = covered(style, *centres)
    assert found.cells_reached == found.cells == len(centres)


@pytest.mark.parametrize("style", STYLES)
def test_one_sound_many_times_reaches_one_cell_and_spans_nothing(style):
    cell = next(cell for cell in human_spread().styles[style].cells if cell.share > 0)
    found = covered(style, *[cell.centre] * 5)
    assert found.cells_reached == 1
    assert set(found.axes.values()) == {0.0}
    assert found.nearest == 0.0 < found.nearest_of_people


@pytest.mark.parametrize("style", STYLES)
def test_the_ends_of_the_human_range_span_it_and_what_lies_beyond_adds_nothing(style):
    ranges = human_spread().styles[style].ranges
    low, high = ({axis: ends[side] for axis, ends in ranges.items()} for side in (0, 1))
    assert set(covered(style, low, high).axes.values()) == {1.0}
    beyond = {axis: top + 50 for axis, (_, top) in ranges.items()}
    assert set(covered(style, high, beyond).axes.values()) == {0.0}


def test_a_sound_that_nobody_makes_reaches_no_cell():
    assert covered("Keys", dict.fromkeys(AXES_IN_ORDER, 500.0)).cells_reached == 0


def test_variations_count_as_presets_but_not_as_neighbours():
    bass = middle("Bass")
    found = coverage([LibrarySound("Bass", bass, base=True), LibrarySound("Bass", bass, base=False)]).styles[0]
    assert (found.presets, found.nearest, found.nearest_of_people) == (2, None, None)


def test_more_human_presets_reach_more_cells_and_lie_closer():
    few, many = (covered("Keys", *[middle("Keys")] * count) for count in (3, 60))
    assert 1 < few.cells_reached_by_people <= 3 < many.cells_reached_by_people < many.cells
    assert many.nearest_of_people < few.nearest_of_people


def test_nearest_distances_are_of_others():
    one = middle("Pad")
    near, far = one | {"brightness": one["brightness"] + 0.3}, one | {"brightness": one["brightness"] + 3.0}
    assert nearest_distances([one, near, far]) == pytest.approx([0.5, 0.5, 4.5])


@pytest.mark.parametrize("style", STYLES)
def test_the_human_figures_hold_together(style):
    people = human_spread().styles[style]
    assert sum(cell.share for cell in people.cells) == pytest.approx(1.0, abs=0.01)
    assert all(low < high for low, high in people.ranges.values())
    assert list(people.ranges) == list(AXES_IN_ORDER)
    distances = [people.nearest[size] for size in sorted(people.nearest, key=int)]
    assert distances == sorted(distances, reverse=True)


def test_the_human_figures_are_figures_and_nothing_else():
    """Whoever made the presets is not to be told from what is kept of them."""
    document = json.loads(resources.files("engine.diversity").joinpath("human_spread.json").read_text("utf-8"))
    words = {*AXES_IN_ORDER, *STYLES, "presets", "scale", "styles", "ranges", "cells", "centre", "share"}
    words |= {"reach", "nearest"}

    def check(value):
        if isinstance(value, dict):
            assert all(key in words or key.isdigit() for key in value)
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                check(one)
        else:
            assert isinstance(value, int | float)

    check(document)
