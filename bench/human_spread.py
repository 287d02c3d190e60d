"""The figures of human-made presets that coverage is held against: `python -m bench.human_spread FOLDER...`.

Renders every preset of the folders that names its style, and writes engine/diversity/human_spread.json: quantiles
and centres of cells, nothing that tells which presets they were.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any, get_args

import numpy as np

from engine.compiler import decompile, playable, read_vital
from engine.diversity.coverage import Points
from engine.diversity.distance import nearest_distances
from engine.diversity.human import AXES_IN_ORDER, HumanSpread
from engine.errors import SynthCopilotError
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool
from schemas.intent import Style

TARGET = Path(__file__).parents[1] / "engine" / "diversity" / "human_spread.json"
NOTES: dict[Style, NotePlan] = {
    "Bass": NotePlan(36, 0.8, 1.0, 2.4),
    "Lead": NotePlan(60, 0.8, 1.0, 2.2),
    "Keys": NotePlan(60, 0.8, 0.8, 2.2),
    "Pad": NotePlan(60, 0.8, 1.6, 3.0),
    "Percussion": NotePlan(60, 0.8, 0.2, 1.0),
    "Sequence": NotePlan(60, 0.8, 2.0, 2.8),
    "SFX": NotePlan(60, 0.8, 2.0, 2.8),
}
"""As the templates of each style are played."""
CELLS = 24
ENOUGH = 48
"""Presets of a style from which on it has cells of its own; the other styles share one set."""
SIZES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
_DRAWS = 400
_FOLDS = 5


def main() -> None:
    """Render, condense, write."""
    files = [path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.vital"))]
    points: dict[Style, list[list[float]]] = {style: [] for style in get_args(Style)}
    with RenderPool(1) as pool:
        for outcome in pool.map(_jobs(files)):
            if isinstance(outcome, Rendered) and outcome.timbres and outcome.measurements.overall.peak > 0.0:
                figures = outcome.timbres[0].figures()
                points[outcome.key.partition(":")[0]].append([figures[axis] for axis in AXES_IN_ORDER])  # type: ignore[index]
    spread = spread_of({style: np.array(rows) for style, rows in points.items() if rows})
    TARGET.write_text(json.dumps(spread, indent=1) + "\n", "utf-8")
    HumanSpread.model_validate_json(TARGET.read_text("utf-8"))


def _jobs(files: Sequence[Path]) -> Iterator[RenderJob]:
    for index, path in enumerate(files):
        try:
            vital = read_vital(path.read_bytes())
            style, preset = decompile(vital).metadata.style, playable(vital).preset
        except SynthCopilotError:
            continue
        note = next((note for name, note in NOTES.items() if name == style), None)
        if note:
            yield RenderJob(f"{style}:{index}", preset, (note,), timbre=True)


def spread_of(points: Mapping[Style, Points]) -> dict[str, Any]:
    """The document, from figures of shape (presets, axes) by style."""
    everyone = np.concatenate(list(points.values()))
    low, high = np.quantile(everyone, (0.05, 0.95), axis=0)
    scale = np.round(high - low, 3)
    few = [rows / scale for rows in points.values() if len(rows) < ENOUGH]
    shared = np.concatenate(few) if few else np.empty((0, everyone.shape[1]))
    return {
        "presets": len(everyone),
        "scale": _by_axis(scale),
        "styles": {style: _style(rows, scale, shared) for style, rows in points.items()},
    }


def _style(rows: Points, scale: Points, shared: Points) -> dict[str, Any]:
    scaled = rows / scale
    people = scaled if len(rows) >= ENOUGH else shared
    centres = _centres(people)
    counts = np.bincount(_away(scaled, centres).argmin(axis=1), minlength=len(centres))
    low, high = np.quantile(rows, (0.05, 0.95), axis=0)
    return {
        "presets": len(rows),
        "ranges": {
            axis: [round(float(a), 2), round(float(b), 2)]
            for axis, a, b in zip(AXES_IN_ORDER, low, high, strict=True)
        },
        "cells": [
            {"centre": _by_axis(centre * scale), "share": round(float(count) / len(rows), 4)}
            for centre, count in zip(centres, counts, strict=True)
        ],
        "reach": round(float(np.quantile(_held_out(people), 0.9)), 3),
        "nearest": {str(size): _nearest(rows, size) for size in SIZES if size <= len(rows)},
    }


def _nearest(rows: Points, size: int) -> float:
    """Of that many presets at a time, drawn at random, the median distance to the nearest other: the mean of it."""
    presets = [dict(zip(AXES_IN_ORDER, map(float, row), strict=True)) for row in rows]
    draw = np.random.default_rng(0)
    chosen = [draw.permutation(len(rows))[:size] for _ in range(max(10, _DRAWS // size))]
    medians = [median(nearest_distances([presets[index] for index in indices])) for indices in chosen]
    return round(fmean(medians), 2)


def _away(scaled: Points, centres: Points) -> Points:
    return np.asarray(np.sqrt(np.square(scaled[:, None, :] - centres).mean(axis=2)), dtype=np.float64)


def _held_out(scaled: Points) -> Points:
    """Distance of presets to the nearest centre of cells that were found without them, a fifth at a time."""
    folds = np.random.default_rng(0).permutation(len(scaled)) % _FOLDS
    found = [_away(scaled[folds == fold], _centres(scaled[folds != fold])).min(axis=1) for fold in range(_FOLDS)]
    return np.concatenate(found)


def _centres(scaled: Points) -> Points:
    """Lloyd's k-means from centres that were picked far from each other (k-means++), the best of ten starts."""
    draw = np.random.default_rng(0)
    return min((_lloyd(scaled, draw) for _ in range(10)), key=lambda found: found[1])[0]


def _lloyd(scaled: Points, draw: np.random.Generator) -> tuple[Points, float]:
    centres = scaled[[int(draw.integers(len(scaled)))]]
    while len(centres) < CELLS:
        away = np.square(scaled[:, None, :] - centres).sum(axis=2).min(axis=1)
        centres = np.vstack((centres, scaled[draw.choice(len(scaled), p=away / away.sum())]))
    for _ in range(100):
        home = np.square(scaled[:, None, :] - centres).sum(axis=2).argmin(axis=1)
        moved = np.array(
            [scaled[home == cell].mean(axis=0) if (home == cell).any() else centres[cell] for cell in range(CELLS)]
        )
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres, float(np.square(scaled[:, None, :] - centres).sum(axis=2).min(axis=1).sum())


def _by_axis(values: Points) -> dict[str, float]:
    return {axis: round(float(value), 2) for axis, value in zip(AXES_IN_ORDER, values, strict=True)}


if __name__ == "__main__":
    main()
