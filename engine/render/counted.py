"""How much audio a job makes the synth render, in whichever fork."""

import contextlib
import os
import struct
from collections.abc import Mapping

from vita.vita import ControlValue, Synth

from engine.audio import Stereo

_SECONDS = struct.Struct("=d")
_AT_ONCE = 1 << 16


class CountedSynth:
    """A synth that counts the seconds that it renders; forks of it, and forks of these, count together.

    Each render is a write of eight bytes to a pipe that all of them share, which the kernel keeps whole.
    """

    def __init__(self, synth: Synth) -> None:
        self._synth = synth
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def render(self, note: int, velocity: float, hold_s: float, length_s: float) -> Stereo:
        """What the synth renders, float32 of shape (2, n)."""
        with contextlib.suppress(BlockingIOError):  # a pipe that is full counts no more, and stops nobody
            os.write(self._writer, _SECONDS.pack(length_s))
        return self._synth.render(note, velocity, hold_s, length_s)

    def load_json(self, text: str) -> bool:
        """Loads a preset; whether the synth took it."""
        return bool(self._synth.load_json(text))

    def set_bpm(self, bpm: float) -> None:
        """Sets the tempo."""
        self._synth.set_bpm(bpm)

    def get_controls(self) -> Mapping[str, ControlValue]:
        """The synth's controls by name."""
        return self._synth.get_controls()

    def rendered_s(self) -> float:
        """Seconds that were rendered since it was asked last, throw-away renders included."""
        found = b""
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self._reader, _AT_ONCE):
                found += part
        seconds: list[tuple[float]] = list(_SECONDS.iter_unpack(found))
        return round(sum(one for (one,) in seconds), 6)
