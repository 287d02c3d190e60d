"""The LFO shapes that presets are made of, as Vital's points and curve powers.

Shapes are written as levels: 1 is the greatest output of the LFO and 0 the least. Vital draws y downwards, so a
level v becomes y = 1 - v in the one place that writes its JSON.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from engine.errors import SpecError
from engine.sounds._random import generator

_EDGE = 0.004
"""Share of a cycle that a gate takes to open or close: 1 ms at 4 Hz, short to the ear but no click."""

ShapeKind = Literal["wave", "envelope", "steps", "gate", "rhythm"]


@dataclass(frozen=True, kw_only=True)
class LfoShape:
    """One LFO shape: `points` are (phase 0..1, level 0..1, power of the curve to the next point).

    A power of 0 is a straight line; a positive one starts slowly and ends fast, a negative one the other way
    round. With `smooth` the synth rounds every segment into half a cosine.
    """

    id: str
    kind: ShapeKind
    title: str
    words: tuple[str, ...]
    points: tuple[tuple[float, float, float], ...]
    smooth: bool = False


def _line(*points: tuple[float, float] | tuple[float, float, float]) -> tuple[tuple[float, float, float], ...]:
    return tuple((p[0], p[1], p[2] if len(p) == 3 else 0.0) for p in points)


def _steps(levels: Sequence[float]) -> tuple[tuple[float, float, float], ...]:
    """Equal steps that hold their level and jump to the next."""
    width = 1.0 / len(levels)
    points: list[tuple[float, float]] = []
    for index, level in enumerate(levels):
        points += [(index * width, level), ((index + 1) * width, level)]
    return _line(*points)


def _gate(pattern: str, *, length: float = 0.6) -> tuple[tuple[float, float, float], ...]:
    """A row of equal slots: "x" opens for `length` of its slot, "=" for all of it, "." stays shut.

    A slot that follows "=" goes on without a gap.
    """
    width = 1.0 / len(pattern)
    points: list[tuple[float, float]] = []
    is_open = False
    for index, slot in enumerate(pattern):
        start, end = index * width, (index + 1) * width
        if slot == ".":
            if is_open:
                points += [(start, 1.0), (min(start + _EDGE, end), 0.0)]
            is_open = False
            continue
        if not is_open:
            points += [(start, 0.0), (start + _EDGE, 1.0)]
        is_open = slot == "="
        if not is_open:
            close = start + length * width
            points += [(close - _EDGE, 1.0), (close, 0.0)]
    first = points[0][1] if points[0][0] == 0.0 else 0.0
    head = [] if points[0][0] == 0.0 else [(0.0, first)]
    tail = [(1.0, 1.0 if is_open else 0.0)]
    return _line(*head, *points, *tail)


def _hits(onsets: Iterable[float], *, power: float = -4.0) -> tuple[tuple[float, float, float], ...]:
    """A decay from 1 to 0 at each onset; every decay ends where the next one starts."""
    starts = [*onsets]
    ends = [*starts[1:], 1.0]
    points: list[tuple[float, float, float]] = []
    for start, end in zip(starts, ends, strict=True):
        points += [(start, 1.0, power), (end, 0.0, 0.0)]
    return tuple(points)


def _bounces(count: int = 6, ratio: float = 0.72) -> tuple[tuple[float, float, float], ...]:
    """A ball let fall: each arc is shorter and lower than the one before."""
    widths = [ratio**k for k in range(count)]
    total = sum(widths)
    points: list[tuple[float, float, float]] = []
    start = 0.0
    for k, width in enumerate(w / total for w in widths):
        points += [(start, 0.0, -2.5), (start + width / 2, ratio**k, 2.5)]
        start += width
    return (*points, (1.0, 0.0, 0.0))


def _random(ident: str, count: int) -> tuple[float, ...]:
    """Levels in sixteenths, no two neighbours alike, from the shape's name."""
    rng = generator("lfo", ident)
    levels: list[float] = []
    while len(levels) < count:
        level = int(rng.integers(0, 17)) / 16
        if not levels or abs(level - levels[-1]) > 0.15:
            levels.append(level)
    return tuple(levels)


def _drift() -> tuple[tuple[float, float, float], ...]:
    levels = _random("random_drift", 12)
    return _line(*((k / 12, level) for k, level in enumerate(levels)), (1.0, levels[0]))


def _up(count: int) -> tuple[float, ...]:
    return tuple(k / (count - 1) for k in range(count))


def _eighths(*onsets: int) -> tuple[float, ...]:
    return tuple(o / 8 for o in onsets)


def _sixteenths(*onsets: int) -> tuple[float, ...]:
    return tuple(o / 16 for o in onsets)


def _shape(
    kind: ShapeKind,
    ident: str,
    title: str,
    words: str,
    points: tuple[tuple[float, float, float], ...],
    *,
    smooth: bool = False,
) -> LfoShape:
    return LfoShape(id=ident, kind=kind, title=title, words=tuple(words.split(", ")), points=points, smooth=smooth)


_SHAPES = (
    _shape("wave", "sine", "Sine", "smooth, vibrato", _line((0, 0), (0.5, 1), (1, 0)), smooth=True),
    _shape("wave", "triangle", "Triangle", "even, sweep", _line((0, 0), (0.5, 1), (1, 0))),
    _shape("wave", "saw_up", "Saw Up", "rising, ramp", _line((0, 0), (1, 1))),
    _shape("wave", "saw_down", "Saw Down", "falling, ramp", _line((0, 1), (1, 0))),
    _shape("wave", "square", "Square", "trill, switching", _steps((1, 0))),
    _shape("wave", "pulse_25", "Pulse 25", "short, switching", _steps((1, 0, 0, 0))),
    _shape("wave", "wobble", "Wobble", "wobble, dubstep", _line((0, 0, -3), (0.35, 1, 3), (1, 0)), smooth=False),
    _shape(
        "wave",
        "double_wobble",
        "Double Wobble",
        "wobble, broken",
        _line((0, 0), (0.25, 1), (0.5, 0), (0.625, 0.7), (0.75, 0), (0.875, 0.7), (1, 0)),
        smooth=True,
    ),
    _shape(
        "wave",
        "slow_swell",
        "Slow Swell",
        "breathing, evolving",
        _line((0, 0), (0.6, 1), (0.75, 0.85), (1, 0)),
        smooth=True,
    ),
    _shape("wave", "random_drift", "Random Drift", "drifting, organic", _drift(), smooth=True),
    _shape("envelope", "decay", "Exponential Decay", "pluck, percussive", _line((0, 1, -5), (1, 0))),
    _shape("envelope", "rise", "Exponential Rise", "riser, building", _line((0, 0, 5), (1, 1))),
    _shape("envelope", "reverse", "Reverse Swell", "reversed, sucking", _line((0, 0, 4), (0.94, 1), (1, 0))),
    _shape("envelope", "ramp_hold", "Ramp and Hold", "attack, sustained", _line((0, 0), (0.3, 1), (1, 1))),
    _shape(
        "envelope",
        "sidechain",
        "Sidechain Pump",
        "pumping, ducking, house",
        _line((0, 1), (0.02, 0), (0.12, 0, -1.5), (0.7, 1), (1, 1)),
        smooth=False,
    ),
    _shape("envelope", "bounce", "Bounce", "bouncing, accelerating", _bounces()),
    _shape(
        "envelope",
        "stutter_fade",
        "Fading Stutter",
        "stutter, fading",
        tuple(
            (s + o, v * lv, 0.0)
            for s, lv in ((k / 8, 1 - k / 8) for k in range(8))
            for o, v in ((0.0, 1.0), (0.07, 1.0), (0.075, 0.0), (0.125, 0.0))
        ),
    ),
    _shape("steps", "steps_4_up", "Four Steps Up", "arpeggio, rising", _steps(_up(4))),
    _shape("steps", "steps_4_down", "Four Steps Down", "arpeggio, falling", _steps(_up(4)[::-1])),
    _shape("steps", "steps_8_up", "Eight Steps Up", "sequence, rising", _steps(_up(8))),
    _shape("steps", "steps_8_down", "Eight Steps Down", "sequence, falling", _steps(_up(8)[::-1])),
    _shape(
        "steps",
        "steps_zigzag",
        "Zig-zag Steps",
        "sequence, leaping",
        _steps((0, 0.5, 0.25, 0.75, 0.5, 1, 0.75, 0.25)),
    ),
    _shape("steps", "steps_octaves", "Octave Steps", "leaping, disco", _steps((0, 1) * 4)),
    _shape("steps", "random_8", "Eight Random Steps", "random, sample and hold", _steps(_random("random_8", 8))),
    _shape("steps", "random_16", "Sixteen Random Steps", "random, glitchy", _steps(_random("random_16", 16))),
    _shape("gate", "gate_even", "Even Gate", "gated, trance", _gate("xxxxxxxxxxxxxxxx", length=0.55)),
    _shape("gate", "gate_offbeat", "Off-beat Gate", "gated, off-beat, house", _gate("..==..==..==..==")),
    _shape("gate", "gate_trance", "Trance Gate", "gated, trance, driving", _gate("x.xx.xx.x.xx.xxx")),
    _shape("gate", "gate_gallop", "Gallop Gate", "gated, galloping", _gate("x.xxx.xxx.xxx.xx")),
    _shape("gate", "gate_broken", "Broken Gate", "gated, broken, garage", _gate("=.x..x=..x.=..xx")),
    _shape("gate", "gate_sparse", "Sparse Gate", "gated, sparse, dub", _gate("x.....x...x.....")),
    _shape("gate", "stutter", "Stutter", "stutter, glitchy", _gate("====....x.x.xxxx", length=0.5)),
    _shape("rhythm", "tresillo", "Tresillo", "syncopated, latin, plucked", _hits(_eighths(0, 3, 6))),
    _shape("rhythm", "son_clave", "Son Clave", "syncopated, latin", _hits(_sixteenths(0, 3, 6, 10, 12))),
    _shape("rhythm", "triplets", "Triplets", "rolling, triplet", _hits((0.0, 1 / 3, 2 / 3))),
    _shape(
        "rhythm",
        "swing",
        "Swing",
        "swung, shuffle",
        _hits((0, 1 / 6, 0.25, 0.25 + 1 / 6, 0.5, 0.5 + 1 / 6, 0.75, 0.75 + 1 / 6)),
    ),
    _shape("rhythm", "four_pulses", "Four Pulses", "driving, pulsing", _hits((0.0, 0.25, 0.5, 0.75))),
    _shape(
        "rhythm",
        "speed_up",
        "Speeding Up",
        "accelerating, build",
        _hits((0.0, 0.25, 0.5, 0.625, 0.75, 0.8125, 0.875, 0.90625, 0.9375, 0.96875), power=-2.5),
    ),
)

LFO_SHAPES: Mapping[str, LfoShape] = MappingProxyType({shape.id: shape for shape in _SHAPES})
"""Every LFO shape by id."""


@cache
def _numbers(ident: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    points = LFO_SHAPES[ident].points
    flat = tuple(round(v, 6) for x, level, _ in points for v in (x, 1.0 - level))
    return flat, tuple(float(power) for _, _, power in points)


def vital_lfo(ident: str) -> dict[str, Any]:
    """One entry of a preset's `lfos`, a fresh dict. Raises SpecError for an unknown id."""
    if ident not in LFO_SHAPES:
        raise SpecError(f"There is no LFO shape {ident!r}. Known: {', '.join(LFO_SHAPES)}.")
    shape = LFO_SHAPES[ident]
    points, powers = _numbers(ident)
    return {
        "name": shape.title,
        "num_points": len(powers),
        "points": list(points),
        "powers": list(powers),
        "smooth": shape.smooth,
    }
