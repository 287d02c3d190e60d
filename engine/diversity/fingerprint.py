"""What a preview sounds like, small enough to be compared with all others."""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.measure.change import third_octave_levels_db

Fingerprint = NDArray[np.float64]
"""Levels of shape (2, segments, bands): of mid and side, dB against the loudest, not below -50."""

FLOOR_DB = -50.0
_SILENT_DB = -100.0
_BODY_FROM = 15
"""Frame of 46 ms at which the second segment begins, 0.7 s: what a short note leaves against how it began.

More segments tell no more presets apart, but are less alike when only the phases were drawn anew.
"""


def fingerprint(audio: Stereo, sample_rate: int) -> Fingerprint:
    """Of float32 audio of shape (2, n), rounded to 0.1 dB; of silence, the floor throughout."""
    levels = third_octave_levels_db(audio, sample_rate)
    frames = levels.shape[1]
    if not frames:
        return np.full((2, 1, levels.shape[2]), FLOOR_DB)
    starts = [start for start in (0, _BODY_FROM) if start < frames]
    sums = np.add.reduceat(10.0 ** (levels.astype(np.float64) / 10.0), starts, axis=1)
    decibels = 10.0 * np.log10(sums / np.diff([*starts, frames])[None, :, None] + 1e-12)
    if decibels.max() <= _SILENT_DB:
        return np.full(decibels.shape, FLOOR_DB)
    found: Fingerprint = np.round(np.maximum(decibels - decibels.max(), FLOOR_DB), 1)
    return found


def difference_db(first: Fingerprint, second: Fingerprint) -> float:
    """Root mean square of how far two fingerprints differ, over the segments that both have, dB.

    A place weighs by how far the louder of both stands above the floor, so that what nobody hears counts nothing.
    """
    both = min(first.shape[1], second.shape[1])
    a, b = first[:, :both], second[:, :both]
    weight = np.maximum(a, b) - FLOOR_DB
    total = float(weight.sum())
    return float(np.sqrt((weight * np.square(a - b)).sum() / total)) if total > 0.0 else 0.0
