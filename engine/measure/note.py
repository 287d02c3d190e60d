"""All measures of one rendered note, as the fields of `schemas.measurements.NoteMeasurements`."""

import numpy as np

from engine.audio import Stereo
from engine.measure import envelope, level, loudness, pitch
from engine.measure.spectrum import centroid_hz, spectrum_of

MeasuredFigures = dict[str, float | int | str | None]

_LOUDEST = 1e4


def measure_note(audio: Stereo, sample_rate: int, *, note: int, velocity: float, hold_s: float) -> MeasuredFigures:
    """Measure `audio`, float32 of shape (2, n).

    Returns every field of `NoteMeasurements`, rounded: dB to 0.001, linear values to 1e-6, Hz to 0.01, cents to
    0.1. NaN and infinity are counted, then measured as 0; samples beyond +80 dBFS are held there.
    """
    clean, nonfinite = finite(audio)
    peak = level.peak(clean)
    spectrum = spectrum_of(clean, sample_rate)
    power = envelope.frame_power(clean, sample_rate)
    loss_db, width = level.mono_loss_and_width(clean)
    low_loss_db = level.low_band_mono_loss_db(spectrum)
    stuck = envelope.stuck_db(power, hold_s)
    tone = pitch.pitch_hz(clean, sample_rate, hold_s) if peak > 0.0 else None
    return {
        "note": note,
        "velocity": velocity,
        "hold_s": hold_s,
        "render_s": audio.shape[1] / sample_rate,
        "nonfinite_samples": nonfinite,
        "peak": round(peak, 6),
        "peak_dbfs": round(level.amplitude_db(peak), 3),
        "loudness_lufs": round(loudness.loudness_lufs(spectrum, clean.shape[1]), 3),
        "mono_loss_db": round(loss_db, 3),
        "low_band_mono_loss_db": None if low_loss_db is None else round(low_loss_db, 3),
        "dc": round(level.dc(clean), 6),
        "stuck_db": None if stuck is None else round(stuck, 3),
        "click_db": round(envelope.click_db(clean, sample_rate, peak), 3),
        "attack_s": round(envelope.attack_s(power), 3),
        "pitch_hz": None if tone is None else round(tone, 2),
        "pitch_cents_off": None if tone is None else round(pitch.cents_off(tone, note), 1),
        "centroid_hz": round(centroid_hz(spectrum), 2),
        "width": round(width, 6),
    }


def finite(audio: Stereo) -> tuple[Stereo, int]:
    """The audio without NaN, infinity and absurd values, and how many were not finite."""
    if abs(level.peak(audio)) <= _LOUDEST and not np.isnan(audio.sum()):
        return audio, 0
    known = np.isfinite(audio)
    held = np.clip(np.where(known, audio, np.float32(0.0)), -_LOUDEST, _LOUDEST).astype(np.float32)
    return held, int(audio.size - np.count_nonzero(known))
