"""Coverage worked out by hand against a made-up spread, and the committed spread as it was measured."""

import hashlib
import json
from importlib import import_module, resources

import pytest
from pydantic import ValidationError

from engine.diversity import LibrarySound, coverage
from engine.diversity.coverage import scaled
from engine.diversity.distance import nearest_distances
from engine.diversity.human import AXES_IN_ORDER, HumanSpread, human_spread


def every(value: float) -> dict[str, float]:
    return dict.fromkeys(AXES_IN_ORDER, value)


@pytest.fixture
def spread(monkeypatch) -> HumanSpread:
    """Two styles. An axis is divided by 2; Bass has two inhabited cells, at 0 and 10, and an empty one at 20."""
    cells = [{"centre": every(at), "share": share} for at, share in ((0.0, 0.75), (10.0, 0.25), (20.0, 0.0))]
    ranges = dict.fromkeys(AXES_IN_ORDER, (2.0, 10.0)) | {"space": (3.0, 3.0)}
    style = {"ranges": ranges, "cells": cells, "reach": 0.5, "nearest": {"2": 3.0, "4": 2.0, "8": 1.0}}
    made = HumanSpread.model_validate_json(
        HumanSpread.model_construct(
            presets=20, scale=every(2.0), styles={name: {"presets": 10, **style} for name in ("Bass", "Pad")}
        ).model_dump_json(warnings=False)
    )
    module = import_module("engine.diversity.coverage")  # whose name the package gives to its function
    monkeypatch.setattr(module, "human_spread", lambda: made)
    return made


def bass(*figures: dict[str, float], base: bool = True):
    (found,) = coverage([LibrarySound("Bass", one, base) for one in figures]).styles
    return found


def test_styles_stand_in_the_order_of_the_human_sample_and_only_if_there_are_presets(spread):
    found = coverage([LibrarySound("Pad", every(1.0), True), LibrarySound("Bass", every(1.0), True)])
    assert (found.human_presets, [one.style for one in found.styles]) == (20, ["Bass", "Pad"])
    assert [one.style for one in coverage([LibrarySound("Pad", every(1.0), True)]).styles] == ["Pad"]
    assert coverage([]).styles == ()


def test_people_whose_presets_reach_nowhere_are_refused(spread):
    document = json.loads(spread.model_dump_json())
    document["styles"]["Bass"]["reach"] = 0.0
    with pytest.raises(ValidationError, match="greater than 0"):
        HumanSpread.model_validate_json(json.dumps(document))


def test_figures_are_told_in_units_of_the_human_spread(spread):
    assert scaled(every(3.0) | {"noise": -5.0}).tolist() == [1.5] * 9 + [-2.5] + [1.5] * 4


@pytest.mark.parametrize(
    ("figures", "reached"),
    [
        ([0.0], 1),
        ([1.0], 1),  # half a unit on every axis: at the reach
        ([1.02], 0),
        ([-1.0], 1),
        ([9.1], 1),
        ([5.0], 0),
        ([0.0, 10.0], 2),
        ([0.0, 0.5, 0.2], 1),
        ([20.0], 0),  # a cell that nobody's preset of that style lies in
        ([0.0, 20.0], 1),
    ],
)
def test_a_cell_is_reached_within_the_distance_that_people_keep(spread, figures, reached):
    found = bass(*[every(one) for one in figures])
    assert (found.presets, found.cells, found.cells_reached) == (len(figures), 2, reached)


def test_the_distance_to_a_cell_is_a_root_mean_square_over_all_axes(spread):
    """One axis of 14 off by 3.7 is sqrt(1.85^2 / 14) = 0.494 away, by 3.8 it is 0.508."""
    assert bass(every(0.0) | {"grit": 3.7}).cells_reached == 1
    assert bass(every(0.0) | {"grit": 3.8}).cells_reached == 0


@pytest.mark.parametrize(("count", "cells"), [(1, 1.0), (2, 1.4), (3, 1.6), (10, 1.9)])
def test_as_many_human_presets_reach_so_many_cells_on_average(spread, count, cells):
    """Of two: 1 - 0.25^2 of the one, 1 - 0.75^2 of the other."""
    assert bass(*[every(0.0)] * count).cells_reached_by_people == cells


def test_variations_count_as_presets_in_how_many_cells_people_reach(spread):
    presets = [LibrarySound("Bass", every(0.0), base) for base in (True, False, False)]
    (found,) = coverage(presets).styles
    assert (found.presets, found.cells_reached_by_people) == (3, 1.6)


@pytest.mark.parametrize(
    ("low", "high", "share"),
    [(2.0, 10.0, 1.0), (4.0, 8.0, 0.5), (8.0, 4.0, 0.5), (5.0, 5.0, 0.0), (-9.0, 6.0, 0.5), (9.0, 11.0, 0.12)],
)
def test_an_axis_is_spanned_by_the_share_of_its_range(spread, low, high, share):
    axes = bass(every(low), every(high)).axes
    assert list(axes) == list(AXES_IN_ORDER)
    assert axes["warmth"] == share
    assert axes["space"] == 1.0, "people leave no range to span"


def test_an_axis_beyond_its_range_spans_nothing(spread):
    assert bass(every(11.0), every(30.0)).axes["warmth"] == 0.0
    assert bass(every(-9.0), every(1.0)).axes["warmth"] == 0.0


def test_nearest_is_the_median_over_bases_of_the_distance_to_the_nearest_other(spread):
    """On brightness alone, in units of 0.6: neighbours at 1, 1, 2 and 3 units."""
    at = [0.0, 0.6, 1.8, 3.6]
    found = bass(*[every(5.0) | {"brightness": one} for one in at])
    assert (found.nearest, found.nearest_of_people) == (1.5, 2.0)
    assert nearest_distances([every(5.0) | {"brightness": one} for one in at]) == pytest.approx([1, 1, 2, 3])


def test_nearest_is_told_to_a_hundredth(spread):
    assert bass(every(5.0), every(5.0) | {"brightness": 5.7407}).nearest == 1.23


def test_one_base_has_no_nearest_and_variations_are_none(spread):
    alone = bass(every(5.0))
    assert (alone.nearest, alone.nearest_of_people) == (None, None)
    presets = [
        LibrarySound("Bass", every(5.0) | {"brightness": at}, base)
        for at, base in ((0.0, True), (0.3, False), (0.6, True))
    ]
    (found,) = coverage(presets).styles
    assert (found.presets, found.nearest, found.nearest_of_people) == (3, 1.0, 3.0)


@pytest.mark.parametrize(
    ("count", "nearest"), [(2, 3.0), (3, 3.0), (4, 2.0), (7, 2.0), (8, 1.0), (500, 1.0), (1, 3.0)]
)
def test_as_many_people_are_the_largest_sample_that_is_not_larger(spread, count, nearest):
    assert spread.styles["Bass"].nearest_among(count) == nearest


def test_sizes_of_samples_are_numbers_and_not_words():
    assert human_spread().styles["Keys"].nearest_among(12) == 1.4
    assert human_spread().styles["Keys"].nearest_among(100) == 0.79
    assert human_spread().styles["Bass"].nearest_among(5) == 3.31


def test_the_human_figures_are_those_that_the_decision_tells_of():
    data = resources.files("engine.diversity").joinpath("human_spread.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "482673199d607f477eea4c68cf931f2abb3f5bf495d09cb99892923fa7411adb"
    spread = human_spread()
    assert spread.presets == 336
    assert {style: (people.presets, people.reach) for style, people in spread.styles.items()} == {
        "Bass": (69, 0.269),
        "Lead": (19, 0.354),
        "Keys": (140, 0.194),
        "Pad": (57, 0.21),
        "Percussion": (15, 0.354),
        "Sequence": (15, 0.354),
        "SFX": (21, 0.354),
    }
