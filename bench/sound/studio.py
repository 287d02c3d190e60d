"""Renders presets for the benchmark, all alike, and keeps what was heard for the next run."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import soundfile

from bench.sound.clip import SAMPLE_RATE, Clip
from engine.audio import Stereo
from engine.render.job import NotePlan, Rendered, RenderJob
from engine.render.pool import RenderPool

_HEADROOM = 4.0
"""Vital's output reaches 2.1 of full scale and a file's ends at 1."""
_OTHER_NOTES = (NotePlan(50, 0.8, 0.1, 0.2), NotePlan(53, 0.8, 0.1, 0.3), NotePlan(57, 0.8, 0.1, 0.4))
"""Notes before the one that is heard: each leaves Vital's random generator in another state."""


class Studio:
    """Audio of presets, rendered once and then read from `folder`."""

    def __init__(self, pool: RenderPool, folder: Path) -> None:
        self._pool, self._folder = pool, folder
        folder.mkdir(parents=True, exist_ok=True)

    def hear(self, preset: bytes, plan: NotePlan, *, take: int = 0) -> Clip | str:
        """The preset at a note, or why it can't be rendered. Takes 1 to 3 differ from 0 by the seed noise alone."""
        path = self._folder / f"{audio_key(preset, plan, take)}.flac"
        if not path.exists():
            audio = self._rendered(preset, plan, take)
            if isinstance(audio, str):
                return audio
            _write(path, audio)
        audio, _ = soundfile.read(path, dtype="float32", always_2d=True)
        return Clip(np.ascontiguousarray(audio.T) * np.float32(_HEADROOM), plan.hold_s)

    def _rendered(self, preset: bytes, plan: NotePlan, take: int) -> Stereo | str:
        notes = _OTHER_NOTES[:take] or (plan,)
        outcome = self._pool.render(RenderJob("bench", preset, notes, preview=plan))
        if not isinstance(outcome, Rendered):
            return f"{outcome.kind}: {outcome.reason}"
        return outcome.preview if outcome.preview is not None else "no audio came back"


def audio_key(preset: bytes, plan: NotePlan, take: int) -> str:
    """What a render is kept under."""
    return sha256(preset + repr((tuple(plan), take)).encode()).hexdigest()[:32]


def _write(path: Path, audio: Stereo) -> None:
    """Whole or not at all: a run may be killed at any time."""
    part = path.with_suffix(".part")
    soundfile.write(part, audio.T / _HEADROOM, SAMPLE_RATE, format="FLAC", subtype="PCM_24")
    part.replace(path)
