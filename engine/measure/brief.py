"""What is measured of a short take: the few figures that say whether it could do harm."""

import numpy as np

from engine.audio import Stereo
from engine.measure import level, loudness
from engine.measure.note import MeasuredFigures, finite
from engine.measure.spectrum import spectrum_of


def measure_take(audio: Stereo, sample_rate: int) -> MeasuredFigures:
    """Figures of `audio`, float32 of shape (2, n), named, rounded and cleaned as those of `measure_note`.

    `loudest_lufs` is the loudness of the loudest 300 ms.
    """
    clean, nonfinite = finite(audio)
    spectrum = spectrum_of(clean, sample_rate)
    low_loss_db = level.low_band_mono_loss_db(spectrum)
    return {
        "nonfinite_samples": nonfinite,
        "peak": round(level.peak(clean), 6),
        "loudness_lufs": round(loudness.loudness_lufs(spectrum, clean.shape[1]), 3),
        "loudest_lufs": round(loudness.loudest_lufs(spectrum, clean.shape[1]), 3),
        "mono_loss_db": round(level.mono_loss_and_width(clean)[0], 3),
        "low_band_mono_loss_db": None if low_loss_db is None else round(low_loss_db, 3),
    }


def loudest_of(audio: Stereo, sample_rate: int) -> float:
    """Loudness of the loudest 300 ms of `audio`, LUFS."""
    clean = finite(np.ascontiguousarray(audio))[0]
    return round(loudness.loudest_lufs(spectrum_of(clean, sample_rate), clean.shape[1]), 3)
