"""What is asked: the pairs and the prompts."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import bench.sound
from bench.sound.evaluators import AXES
from bench.sound.paired import Ordered
from bench.sound.pairs import BASS, MIDDLE, Pair, pairs
from bench.sound.prompts import STYLES, held_out


def test_a_hundred_pairs_or_more_over_all_axes() -> None:
    counts = Counter(pair.axis for pair in pairs())
    assert sum(counts.values()) >= 100
    assert set(counts) == set(AXES)
    assert min(counts.values()) >= 12
    assert len({(pair.low, pair.high) for pair in pairs()}) == len(pairs())


def test_a_run_that_is_cut_short_has_heard_every_axis() -> None:
    assert {pair.axis for pair in pairs()[: len(AXES)]} == set(AXES)


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.id)
def test_both_sides_name_the_instrument_and_differ(pair: Pair) -> None:
    assert pair.kind in pair.low
    assert pair.kind in pair.high
    assert pair.low != pair.high
    assert 0 <= pair.seed < 2**32


def test_low_instruments_are_played_low() -> None:
    notes = {pair.kind: pair.note for pair in pairs()}
    assert notes["reese bass"] == notes["808 bass"] == notes["kick drum"] == BASS
    assert notes["supersaw lead"] == notes["bell"] == MIDDLE


def test_a_pair_is_right_by_its_first_evaluator_and_ties_are_wrong() -> None:
    pair = pairs()[0]
    assert Ordered("x", pair, {"first": (1.0, 2.0), "second": (2.0, 1.0)}).right
    assert not Ordered("x", pair, {"first": (2.0, 1.0), "second": (1.0, 2.0)}).right
    assert not Ordered("x", pair, {"first": (1.0, 1.0)}).right
    assert not Ordered("x", pair, {}, "refused").right


def test_held_out_prompts_come_style_by_style() -> None:
    found = held_out()
    assert {prompt.style for prompt in found[:7]} == set(STYLES)
    assert len({prompt.text for prompt in found}) == len(found)


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_no_measure_or_gate_of_the_engine_is_used() -> None:
    files = sorted(Path(next(iter(bench.sound.__path__))).glob("*.py"))
    assert len(files) > 15
    used = {name: path.name for path in files for name in imports(path)}
    assert not [name for name in used if name.startswith(("engine.measure", "engine.gates", "engine.audition"))]
