"""How loud a clip is, how far it peaks and what it loses in mono, by other means than the engine's gates."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pyloudnorm
from scipy.signal import resample_poly

from bench.sound.clip import SAMPLE_RATE, Clip

CLIPS_AT = 1.0
SILENT_BELOW_LUFS = -60.0
UNSAFE_LOSS_DB = 4.0
"""Two unrelated channels lose 3 dB; past 4 dB parts of the sound are gone in mono."""
_OVERSAMPLING = 4


@dataclass(frozen=True)
class BenchLevels:
    """Integrated loudness in LUFS, true peak (1 = full scale) and loss in mono in dB, 0 or more."""

    loudness_lufs: float
    true_peak: float
    mono_loss_db: float

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, of: silent, clipping, mono-unsafe."""
        found = {
            "silent": self.loudness_lufs < SILENT_BELOW_LUFS,
            "clipping": self.true_peak >= CLIPS_AT,
            "mono-unsafe": self.mono_loss_db > UNSAFE_LOSS_DB,
        }
        return tuple(name for name, wrong in found.items() if wrong)


def levels(clip: Clip) -> BenchLevels:
    """The levels of a clip, silent or not.

    Loudness by pyloudnorm (ITU-R BS.1770-4), peak at four times the sample rate.
    """
    audio = clip.audio.astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loudness = float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(audio.T))
    peak = float(np.abs(resample_poly(audio, _OVERSAMPLING, 1, axis=1)).max())
    return BenchLevels(max(loudness, -120.0) if not math.isnan(loudness) else -120.0, peak, _mono_loss_db(audio))


def _mono_loss_db(audio: np.ndarray) -> float:
    """Loudness-blind: energy of the mean of both channels against their mean energy."""
    both = float((audio**2).sum()) / 2
    summed = float((audio.mean(axis=0) ** 2).sum())
    if both <= 0:
        return 0.0
    return max(0.0, -10 * math.log10(max(summed / both, 1e-12)))
