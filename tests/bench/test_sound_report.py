"""From findings to the page, with figures that can be checked by hand."""

from typing import Any

import numpy as np
import orjson
import pytest

from bench.sound.evaluators import AXES, of_axis
from bench.sound.library import BenchSound
from bench.sound.paired import Ordered
from bench.sound.pairs import pairs
from bench.sound.prompts import held_out
from bench.sound.report import brief, report
from bench.sound.run import Findings
from bench.sound.summary import summary
from bench.sound.systems import Made, Random


class Guess:
    """A system that takes everything for a pad."""

    name, version = "rules", "1"

    def understands(self, prompt: str) -> str | None:
        return "Pad"

    def make(self, prompt: str, seed: int) -> Made:
        return Made(refused="only its name is asked for")


def sounds() -> list[BenchSound]:
    """Two that are alike, one that is unlike them and clips, and one that was refused."""
    prompts = [prompt for prompt in held_out() if prompt.style == "Pad"][:4]
    rng = np.random.default_rng(1)
    first, other = rng.normal(-30, 10, 151), rng.normal(-30, 10, 151)
    heard = [first, first + 0.1, other]
    made = Made(b"x", "Pad", "warm_pad", renders=4, rendered_s=9.0, wall_s=1.0)
    found = [
        BenchSound("rules", prompt, made, tuple(row), -23.0 + n, ("clipping",) * (n == 2))
        for n, (prompt, row) in enumerate(zip(prompts, heard, strict=False))
    ]
    return [*found, BenchSound("rules", prompts[3], Made(refused="too loud"), faults=("refused",))]


@pytest.fixture(scope="module")
def summed_up() -> dict[str, Any]:
    used = {axis: of_axis(axis) for axis in AXES}
    asked = pairs()[:3]
    figures = {evaluator.name: (1.0, 2.0) for evaluator in of_axis(asked[0].axis)}
    turned = {**figures, next(iter(figures)): (2.0, 1.0)}
    ordered = [
        Ordered("rules", asked[0], figures),
        Ordered("rules", asked[1], turned),
        Ordered("rules", asked[2], {}, "refused: too loud"),
    ]
    findings = Findings(
        used, {"flatness": ["saw: 2, 1"]}, 3, 4, ordered, sounds(), [0.2, 0.3, 0.4], None, ["seed noise"]
    )
    result: dict[str, Any] = orjson.loads(
        orjson.dumps(summary(findings, [Guess(), Random()]), option=orjson.OPT_SERIALIZE_NUMPY)
    )
    return result


def row(text: str, title: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {title} "))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_table_counts_what_was_found(summed_up: dict[str, Any]) -> None:
    text = brief(summed_up)
    assert row(text, "Opposite words ordered") == ["33 % [6, 79] of 3", "–", "not configured"]
    assert row(text, "Refused by its own gates")[0] == "25 % [5, 70] of 4"
    assert row(text, "Clipping")[0] == "25 % [5, 70] of 4"
    assert row(text, "Near-duplicate pairs")[0] == "1 of 3"
    assert row(text, "Loudness spread within a style (sigma)")[0].startswith("1.0 LU")
    assert row(text, "Renders a sound, most")[0] == "4"
    share = sum(prompt.style == "Pad" for prompt in held_out()) / len(held_out())
    assert row(text, "Style understood")[0].startswith(f"{100 * share:.0f} %")
    assert row(text, "Style understood")[1] == "–"


def test_what_there_was_no_time_for_is_told(summed_up: dict[str, Any]) -> None:
    assert "Not finished in the time given: seed noise" in brief(summed_up)


def test_the_page_lists_failures_with_figures_and_what_is_not_used(summed_up: dict[str, Any]) -> None:
    text = report(summed_up, measured="Measured 2026-11-25 at `b7fe30e`.")
    assert "\n\nMeasured 2026-11-25 at `b7fe30e`.\n\n" in text
    wrong = pairs()[1:3]
    assert f"{wrong[0].low} / {wrong[0].high}" in text
    assert f"| {wrong[1].low} / {wrong[1].high} | refused: too loud |" in text
    assert "flatness (saw: 2, 1)" in text
    assert "no listener was trained" in text
    assert "No\n  model has written a patch here" in text
    for axis in AXES:
        assert f"**{axis}**" in text
