"""Thousands of sounds: which are near is found the same as by comparing each with each."""

import numpy as np
import pytest

from engine.diversity import Sound, Sounds, distance
from engine.diversity.distance import UNITS, distances, near_rows
from engine.diversity.human import AXES_IN_ORDER

MANY = 5_000


def sounds(count: int, *, spread: float, seed: int = 1) -> list[Sound]:
    """Sounds of drawn figures and fingerprints; a small `spread` has many of them near one another."""
    draw = np.random.default_rng(seed)
    figures = 5.0 + spread * draw.standard_normal((count, len(AXES_IN_ORDER)))
    prints = np.maximum(-50.0 + spread * 10.0 * draw.standard_normal((count, 2, 2, 20)), -50.0)
    found = []
    for number in range(count):
        sound = Sound(f"no {number}", dict(zip(AXES_IN_ORDER, figures[number].tolist(), strict=True)), no_preview)
        sound.__dict__["print"] = prints[number]
        found.append(sound)
    return found


def no_preview() -> tuple[np.ndarray, int]:
    raise AssertionError("its fingerprint is known")


@pytest.mark.parametrize("spread", [0.02, 0.3, 3.0])
def test_rows_that_are_near_are_those_that_comparing_all_finds(spread: float) -> None:
    rows = 5.0 + spread * np.random.default_rng(2).standard_normal((MANY, len(UNITS)))
    rows[1::2] = np.round(rows[1::2], 1)  # so that some lie exactly 1 apart
    for row in rows[::250]:
        assert near_rows(rows, row).tolist() == np.flatnonzero(distances(rows, row) < 1.0).tolist()


def test_near_duplicates_are_those_that_comparing_each_with_each_finds() -> None:
    kept: list[Sound] = []
    known = Sounds()
    dropped = 0
    for sound in sounds(300, spread=0.35):
        nearest = min(((distance(sound, other), n) for n, other in enumerate(kept)), default=(9.0, 0))
        near = known.near_duplicate(sound)
        if nearest[0] < 1.0:
            assert near == (kept[nearest[1]].title, nearest[0])
            dropped += 1
            continue
        assert near is None
        known.add(sound)
        kept.append(sound)
    assert 10 < dropped < 290
