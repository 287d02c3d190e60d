"""The small pictures of the UI: a bar for each value, and words where there is none."""

import base64
from xml.etree import ElementTree

import pytest

from assets import metadata, plots


@pytest.mark.parametrize("values", [[-20.0], [-20.0, -20.0], [-30.2, -12.5, -3.0], [0.0]])
def test_a_plot_is_a_picture_with_a_bar_for_each_value_apart(values):
    bars = _bars(plots.histogram(values, title="Loudness", unit="LUFS"))
    assert len(bars) == len(set(values))


def test_a_timeline_shows_each_request_even_if_all_were_remembered():
    assert len(_bars(plots.timeline([("a", 0.0), ("b & <c>", 0.0)], title="Cost"))) == 2


@pytest.mark.parametrize(("seconds", "slow"), [(3.8, 0), (3.9, 1)])
def test_a_request_that_took_three_times_the_mean_stands_out(seconds, slow):
    bars = _bars(plots.timeline([*(("a", 1.0) for _ in range(9)), ("b", seconds)], title="Cost"))
    fills = [bar.get("fill") for bar in bars]
    assert len(set(fills)) == 1 + slow
    assert fills.count(fills[0]) == 10 - slow


def test_a_table_has_fifty_rows_and_a_row_of_pictures_eight_at_most():
    for rows, shown in ((50, 50), (51, 50)):
        assert len(metadata.records([{"n": n} for n in range(rows)]).records) == shown
    for pictures, shown in ((8, 8), (9, 8)):
        assert metadata.pictures([("a", b"png")] * pictures).value.count("![a](") == shown


def test_pairs_are_two_bars_a_name_even_if_nothing_was_reached():
    bars = _bars(plots.pairs([("Bass", 0, 2.5), ("<Pad>", 3, 0)], title="Cells", ours="this", theirs="people"))
    assert len(bars) == 4
    assert [float(bar.get("height")) > 0 for bar in bars] == [False, True, True, False]


def test_a_plot_of_nothing_says_so():
    assert "nothing" in plots.pairs([], title="Cells", ours="this", theirs="people")
    assert "nothing" in plots.histogram([], title="Loudness", unit="LUFS")


def _bars(markdown: str) -> list[ElementTree.Element]:
    svg = base64.b64decode(markdown.partition("base64,")[2].rstrip(")"))
    return ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}rect")[1:]
