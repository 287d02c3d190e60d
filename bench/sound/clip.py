"""A rendered note as every evaluator gets it, and the helpers that several of them share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from engine.audio import Stereo

SAMPLE_RATE = 44_100
Samples = NDArray[np.float64]
"""Of one channel, or figures along its time."""

_ENVELOPE_RATE = 441
_SMOOTH_S = 0.02
_REFERENCE_RMS = 0.1
SILENT_RMS = 1e-5
"""-100 dBFS: nothing is measured of what is quieter."""


@dataclass(frozen=True)
class Clip:
    """One note: `audio` of shape (2, n) at 44.1 kHz, 1 = full scale, whose key was held for `hold_s`."""

    audio: Stereo
    hold_s: float

    @property
    def length_s(self) -> float:
        """Length, s."""
        return float(self.audio.shape[1] / SAMPLE_RATE)

    @cached_property
    def silent(self) -> bool:
        """Whether nothing is heard at all."""
        return bool(not np.isfinite(self.audio).all() or float(np.sqrt(np.mean(self.audio**2))) < SILENT_RMS)

    @cached_property
    def mono(self) -> Samples:
        """The louder channel at an RMS of 0.1: no sum, in which wide sounds would lose partials."""
        power = np.square(self.audio, dtype=np.float64).mean(axis=1)
        louder = self.audio[int(power.argmax())].astype(np.float64)
        found: Samples = louder * (_REFERENCE_RMS / np.sqrt(power.max()))
        return found

    @cached_property
    def envelope(self) -> Samples:
        """Amplitude of both channels at 441 Hz: the root of their mean square under a Hann window of 20 ms."""
        window = np.hanning(round(_SMOOTH_S * SAMPLE_RATE))
        power = np.square(self.audio, dtype=np.float64).mean(axis=0)
        smooth = fftconvolve(power, window / window.sum(), mode="same")
        found: Samples = np.sqrt(np.maximum(smooth[:: SAMPLE_RATE // _ENVELOPE_RATE], 0.0))
        return found

    @property
    def envelope_rate(self) -> int:
        """Values of `envelope` a second."""
        return _ENVELOPE_RATE

    @cached_property
    def held(self) -> Samples:
        """`mono` from note on to note off."""
        return self.mono[: round(self.hold_s * SAMPLE_RATE)]
