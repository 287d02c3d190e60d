"""The small pictures of the UI: a bar for each value, and words where there is none."""

import base64
from xml.etree import ElementTree

import pytest

from assets import plots


@pytest.mark.parametrize("values", [[-20.0], [-20.0, -20.0], [-30.2, -12.5, -3.0], [0.0]])
def test_a_plot_is_a_picture_with_a_bar_for_each_value_apart(values):
    bars = _bars(plots.histogram(values, title="Loudness", unit="LUFS"))
    assert len(bars) == len(set(values))


def test_a_timeline_shows_each_request_even_if_all_were_remembered():
    assert len(_bars(plots.timeline([("a", 0.0), ("b & <c>", 0.0)], title="Cost"))) == 2


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
