"""Telling presets apart: how far two sounds are from each other, and how much of what people make a library covers.

Where the figures come from: docs/decisions/diversity.md.

>>> from engine.diversity import NearSound, other_seed, refusal_reason
>>> from schemas.request import Request
>>> refusal_reason(NearSound("Glacial Keel", 0.42))
'Sounds like Glacial Keel (distance 0.42; two presets are at least 1 apart)'
>>> asked = Request(prompt="warm pad", seed=7)
>>> other_seed(asked, attempt=1) == other_seed(asked, attempt=1) != other_seed(asked, attempt=2)
True
"""

from engine.diversity.coverage import LibrarySound, coverage
from engine.diversity.distance import NearSound, Sound, Sounds, distance
from engine.diversity.redraw import MAX_REDRAWS, other_seed, refusal_reason

__all__ = [
    "MAX_REDRAWS",
    "LibrarySound",
    "NearSound",
    "Sound",
    "Sounds",
    "coverage",
    "distance",
    "other_seed",
    "refusal_reason",
]
