"""Whether a variation is another sound than its base and its siblings, and one of its kind of sound.

Nearer than the limit of `engine.diversity` it is the same sound played twice; shorter than its style is played, it
is a click, whatever its type says.
"""

from collections.abc import Mapping

import numpy as np

from engine.audio import SAMPLE_RATE
from engine.codec import decode
from engine.diversity import Sound, Sounds, refusal_reason
from engine.render.job import Centre
from engine.word_contracts import TimbreFigures
from schemas.intent import Axis, Style
from schemas.result import HeardPreset

_SHORTEST_MS: Mapping[Style, float] = {
    "Bass": 120.0,
    "Lead": 100.0,
    "Keys": 120.0,
    "Pad": 600.0,
    "Percussion": 30.0,
    "Sequence": 60.0,
    "SFX": 60.0,
}
"""How long a variation sounds at least, in the figure of its length; a base that is shorter is its own limit."""
_FULL_SCALE = np.float32(32_768.0)


def centre_sound(title: str, centre: Centre | None) -> Sound | None:
    """A first note to compare; none if its timbre was not measured."""
    if centre is None or centre.timbre is None:
        return None
    return Sound(title=title, figures=centre.timbre, preview=lambda: (centre.audio, SAMPLE_RATE))


def shipped_sound(preset: HeardPreset, flac: bytes | None) -> Sound | None:
    """A preset as it ships to compare; none if it does not, or its timbre was not measured."""
    if (
        preset.status == "refused"
        or flac is None
        or preset.measurements is None
        or preset.measurements.timbre is None
    ):
        return None
    return Sound(
        title=preset.title,
        figures=preset.measurements.timbre,
        preview=lambda: (np.asarray(decode(flac)[0], dtype=np.float32) / _FULL_SCALE, SAMPLE_RATE),
    )


def too_near(sound: Sound | None, others: Sounds) -> str:
    """Why a sound is no other than one of `others`; empty if it is another, or can't be compared."""
    near = others.near_duplicate(sound) if sound else None
    return refusal_reason(near) if near else ""


def too_short(style: Style, base: TimbreFigures, figures: TimbreFigures) -> str:
    """Why a variation is too short for its style; empty if it is long enough, or no shorter than its base."""
    axis: Axis = "length"
    shortest_ms, length_ms = _SHORTEST_MS[style], 2.0 ** figures[axis]
    if length_ms >= shortest_ms or figures[axis] >= base[axis]:
        return ""
    return f"Too short for {style}: it sounds for {length_ms:.0f} ms, at least {shortest_ms:.0f} ms are wanted"
