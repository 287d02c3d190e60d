"""The expectation suites and plots, on tables that no run would write."""

import base64
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from assets import expectations, plots, tables

PLANNED = {
    "request_sha256": "1" * 64,
    "key": "2" * 64,
    "status": "planned",
    "style": "Percussion",
    "template_id": "kick",
    "title": "Thud",
    "usable": True,
    "document": "{}",
}
REFUSED = {"request_sha256": "3" * 64, "status": "refused", "refused_because": "no such template"}
RENDERED = {
    "key": "2" * 64, "preset_id": "base", "kind": "base", "style": "Percussion", "template_id": "kick",
    "title": "Thud", "status": "accepted", "refused_because": "", "gates_passed": True, "nonfinite_samples": 0,
    "redraws": 0, "repairs": 0, "renders": 1, **dict.fromkeys(tables.MEASURED, 0.0), "preset_sha256": "4" * 64,
    "preview_sha256": "5" * 64, "document": "{}", "variations_diff": "{}",
}  # fmt: skip


def plans(*rows) -> pa.Table:
    return tables.table(tables.PLANS, rows)


def renders(*rows) -> pa.Table:
    return tables.table(tables.RENDERS, rows)


def test_sound_plans_pass_with_refused_ones_among_them():
    assert expectations.judge_plans(plans(PLANNED, REFUSED), requests=2).passed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"style": "Polka"}, "style"),
        ({"template_id": "no-such"}, "template_id"),
        ({"title": ""}, "title"),
        ({"key": None}, "key"),
        ({"status": "lost"}, "status"),
        ({"request_sha256": REFUSED["request_sha256"]}, "request_sha256"),
    ],
)
def test_a_bad_plan_is_named(change, named):
    verdict = expectations.judge_plans(plans(PLANNED | change, REFUSED), requests=2)
    assert not verdict.passed
    assert any(f" on {named}:" in words for words in verdict.failed)


def test_a_lost_request_is_noticed():
    assert not expectations.judge_plans(plans(PLANNED), requests=2).passed


def test_sound_renders_pass_with_unmeasured_refused_ones_among_them():
    crashed = dict.fromkeys((*tables.MEASURED, "gates_passed", "nonfinite_samples", "preview_sha256"))
    refused = RENDERED | {"preset_id": "wider", "status": "refused"} | crashed
    assert expectations.judge_renders(renders(RENDERED, refused)).passed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"peak_dbfs": 0.1}, "peak_dbfs"),
        ({"loudness_lufs": None}, "loudness_lufs"),
        ({"nonfinite_samples": 1}, "nonfinite_samples"),
        ({"gates_passed": False}, "gates_passed"),
        ({"preview_sha256": None}, "preview_sha256"),
    ],
)
def test_a_bad_render_is_named(change, named):
    verdict = expectations.judge_renders(renders(RENDERED | change))
    assert any(f" on {named}:" in words for words in verdict.failed)


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
