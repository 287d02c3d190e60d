import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import SpecError
from engine.sounds import LFO_SHAPES, LfoShape, vital_lfo, vital_wavetable

every_shape = pytest.mark.parametrize("shape", LFO_SHAPES.values(), ids=LFO_SHAPES.keys())


def drawn(shape: LfoShape, phases: NDArray[np.float64]) -> NDArray[np.float64]:
    """The levels of a shape by its definition: straight, curved by (e^pt - 1) / (e^p - 1), or half cosines."""
    levels = np.empty_like(phases)
    for (x0, v0, power), (x1, v1, _) in zip(shape.points, shape.points[1:], strict=False):
        inside = (phases >= x0) & (phases <= x1)
        if x1 > x0:
            t = (phases[inside] - x0) / (x1 - x0)
            t = 0.5 - 0.5 * np.cos(np.pi * t) if shape.smooth else t
            t = np.expm1(power * t) / np.expm1(power) if power else t
            levels[inside] = v0 + (v1 - v0) * t
    return levels


def test_there_are_enough_shapes_of_every_kind() -> None:
    kinds = [shape.kind for shape in LFO_SHAPES.values()]
    assert len(kinds) >= 20
    assert min(kinds.count(k) for k in ("wave", "envelope", "steps", "gate", "rhythm")) >= 4


@every_shape
def test_it_is_what_vital_accepts(shape: LfoShape) -> None:
    lfo = vital_lfo(shape.id)
    xs, ys = lfo["points"][::2], lfo["points"][1::2]
    assert len(xs) == len(ys) == len(lfo["powers"]) == lfo["num_points"] <= 100
    assert (xs[0], xs[-1]) == (0.0, 1.0)
    assert xs == sorted(xs)
    assert 0.0 <= min(ys) < max(ys) <= 1.0
    assert max(abs(p) for p in lfo["powers"]) <= 20.0


@every_shape
def test_the_synth_plays_the_shape(player, shape: LfoShape) -> None:
    """An LFO of 1 Hz on the level of a saw, whose amplitude goes with the square of that control."""
    settings = {"osc_1_level": 0.0, "lfo_1_sync": 0.0, "lfo_1_frequency": 0.0, "lfo_1_smooth_time": -10.0}
    player.load(
        wavetable=vital_wavetable("analog_saw"),
        lfo=vital_lfo(shape.id),
        route=("lfo_1", "osc_1_level"),
        settings=settings,
    )
    cells = 105
    audio = player.play(1.0).reshape(cells, -1)
    heard = np.sqrt(np.sqrt((audio**2).mean(axis=1)))
    phases = (np.arange(cells * 32) + 0.5) / (cells * 32)
    meant = np.sqrt(np.sqrt((drawn(shape, phases) ** 4).reshape(cells, -1).mean(axis=1)))
    settled = slice(4, None)  # the tail of the note before lies under the first 40 ms
    assert np.corrcoef(heard[settled], meant[settled])[0, 1] > 0.98


def test_an_unknown_shape_is_named() -> None:
    with pytest.raises(SpecError, match="'sinus'"):
        vital_lfo("sinus")
