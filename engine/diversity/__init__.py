"""Telling presets apart: how far two sounds are from each other, and how much of what people make a library covers.

Where the figures come from: docs/decisions/diversity.md.
"""

from engine.diversity.coverage import Placed, coverage
from engine.diversity.distance import Near, Sound, distance, near_duplicate
from engine.diversity.redraw import MAX_REDRAWS, other_seed, refusal_reason

__all__ = [
    "MAX_REDRAWS",
    "Near",
    "Placed",
    "Sound",
    "coverage",
    "distance",
    "near_duplicate",
    "other_seed",
    "refusal_reason",
]
