"""Repairs: what would make a failed gate pass (`suggest`), doing it (`apply`), what to do about peaks that stand
against a level (`peaks`), and how far all of it may go (`limits`).

>>> import numpy as np
>>> from engine.gates import profile_for
>>> from engine.measure.note import measure_note
>>> from engine.measure.overall import summarise
>>> from engine.repair import level_gain_db
>>> tone = 0.5 * np.sin(2 * np.pi * 220.0 * np.arange(88_200) / 44_100).astype(np.float32)
>>> heard = summarise([measure_note(np.stack((tone, tone)), 44_100, note=57, velocity=0.8, hold_s=1.0)])
>>> heard.overall.loudness_lufs, level_gain_db(heard, profile_for("Pad"))
(-6.919, -17.09)
"""

from engine.repair.apply import apply_repair, merged
from engine.repair.peaks import Means, PeakStep, RoundedOff, means_left_alone, round_off
from engine.repair.suggest import level_gain_db, missing_db, suggest_repairs

__all__ = [
    "Means",
    "PeakStep",
    "RoundedOff",
    "apply_repair",
    "level_gain_db",
    "means_left_alone",
    "merged",
    "missing_db",
    "round_off",
    "suggest_repairs",
]
