"""A whole run, with the evaluators that need numpy alone, cut short and gone on with."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bench.sound.evaluators import EVALUATORS
from bench.sound.pairs import pairs
from bench.sound.run import Size, run, wrong_answers
from bench.sound.systems import CountingPool, Random
from bench.sound.workshop import Deadline, Workshop

OWN = [one for one in EVALUATORS if one.maker.startswith("own")]
PAIRS = tuple(pair for pair in pairs() if any(one.axis == pair.axis for one in OWN))
SIZE = Size(pairs=4, prompts=2, human=False)


@pytest.fixture(scope="module")
def pool() -> Iterator[CountingPool]:
    with CountingPool(1) as made:
        yield made


@cache
def own_answers() -> dict[str, list[str]]:
    return wrong_answers(OWN)


class OwnOnly(Workshop):
    """Where the benchmark's packages are missing, evaluators that need them count as failed."""

    def known_answers(self, make: object) -> dict[str, list[str]]:
        return {one.name: own_answers().get(one.name, ["its package is missing"]) for one in EVALUATORS}


def test_a_run_that_was_cut_short_goes_on_where_it_was(
    pool: CountingPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.sound.run.AXES", tuple({one.axis: None for one in OWN}))
    monkeypatch.setattr("bench.sound.run.pairs", lambda: PAIRS)
    late = run([Random()], OwnOnly(pool, tmp_path, Deadline(0.0)), SIZE, None)
    assert late.unfinished == ["pairs and prompts"]
    assert (late.ordered, late.sounds) == ([], [])
    done = run([Random()], OwnOnly(pool, tmp_path, Deadline.in_minutes(10)), SIZE, None)
    assert done.unfinished == []
    assert len(done.ordered) == 4
    assert all(one.figures for one in done.ordered)
    assert len(done.sounds) == 2
    rendered = pool.renders
    again = run([Random()], OwnOnly(pool, tmp_path, Deadline(0.0)), SIZE, None)
    assert again.unfinished == []
    assert again.ordered == done.ordered
    assert again.sounds == done.sounds
    assert pool.renders == rendered
