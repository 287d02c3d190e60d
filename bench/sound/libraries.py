"""Measures that others published: AudioCommons' timbral models, DIN 45692, essentia and librosa.

Each is imported when it is first asked for, so that what needs numpy alone runs without the benchmark's packages.
Higher means the same as in `bench.sound.measures`.
"""

import functools
import warnings
from typing import Any

import numpy as np

from bench.sound.clip import SAMPLE_RATE, Clip, Samples

_SHARPNESS_RATE = 48_000
_TINY = 1e-10


@functools.cache
def _timbral() -> Any:
    """`timbral_models` 0.4.0, which calls librosa and numpy as they were in 2019."""
    import librosa

    np.lib.pad = np.pad  # type: ignore[attr-defined]
    detect, strength = librosa.onset.onset_detect, librosa.onset.onset_strength
    librosa.onset.onset_detect = lambda y, sr, **rest: detect(y=y, sr=sr, **rest)
    librosa.onset.onset_strength = lambda y, sr, **rest: strength(y=y, sr=sr, **rest)
    import timbral_models

    return timbral_models


def _audio_commons(model: str, clip: Clip) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(getattr(_timbral(), f"timbral_{model}")(clip.mono.copy(), fs=SAMPLE_RATE))


def brightness(clip: Clip) -> float:
    """AudioCommons' brightness, about 0 to 100: share above 2 kHz and centroid above 100 Hz."""
    return _audio_commons("brightness", clip)


def boominess(clip: Clip) -> float:
    """AudioCommons' boominess, about 0 to 100: low part of Zwicker's specific loudness."""
    return _audio_commons("booming", clip)


def depth(clip: Clip) -> float:
    """AudioCommons' depth, about 0 to 100."""
    return _audio_commons("depth", clip)


def softness(clip: Clip) -> float:
    """AudioCommons' hardness, turned around: attack and bandwidth of the onset."""
    return -_audio_commons("hardness", clip)


def sharpness_acum(clip: Clip) -> float:
    """Sharpness of DIN 45692 by mosqito, acum, of the held note at an RMS of 0.1 Pa (74 dB SPL)."""
    import soxr
    from mosqito.sq_metrics import sharpness_din_st

    sound = clip.held / max(float(np.sqrt(np.mean(clip.held**2))), _TINY) * 0.1
    return float(sharpness_din_st(soxr.resample(sound, SAMPLE_RATE, _SHARPNESS_RATE), _SHARPNESS_RATE))


@functools.cache
def _essentia() -> Any:
    import essentia

    essentia.log.infoActive = False
    import essentia.standard

    return essentia.standard


def log_attack_s(clip: Clip) -> float:
    """essentia's LogAttackTime: log10 of the time from 10 % to 50 % of the held note's greatest amplitude, s.

    Not to the usual 90 %: a note whose level swells once it is there reaches that long after its attack.
    """
    held = clip.envelope[: round(clip.hold_s * clip.envelope_rate)]
    attack = _essentia().LogAttackTime(
        sampleRate=clip.envelope_rate, startAttackThreshold=0.1, stopAttackThreshold=0.5
    )
    return float(attack(np.concatenate(([0.0], held)).astype(np.float32))[0])


def effective_duration_s(clip: Clip) -> float:
    """essentia's EffectiveDuration: time for which the amplitude is above a tenth of its greatest, s."""
    duration = _essentia().EffectiveDuration(sampleRate=clip.envelope_rate, thresholdRatio=0.1)
    return float(duration(clip.envelope.astype(np.float32)))


def flatness_db(clip: Clip) -> float:
    """librosa's spectral flatness of the held note, dB, mean over frames weighted by their power."""
    import librosa

    power = np.abs(librosa.stft(clip.held.astype(np.float32), n_fft=2048)) ** 2
    flat = librosa.feature.spectral_flatness(S=power, power=1.0, amin=1e-9)[0]
    return float(10 * np.log10(np.average(flat, weights=power.sum(axis=0) + _TINY)))


def mel_modulation_db(clip: Clip) -> float:
    """How far the levels of librosa's mel bands swing about their trend, dB: deviation in the held note.

    40 bands, after the first quarter second; a straight line is taken from each band's level, so that a plain decay
    doesn't count. Frames of 46 ms every 10 ms, smoothed over 50 ms, which leaves swings up to about 10 Hz. Bands
    count by their mean power within 30 dB.
    """
    import librosa

    held = clip.held[min(round(0.25 * SAMPLE_RATE), len(clip.held) // 3) :].astype(np.float32)
    mel = librosa.feature.melspectrogram(y=held, sr=SAMPLE_RATE, n_fft=2048, hop_length=441, n_mels=40, fmin=40)
    power = _smoothed(mel.astype(np.float64), 5)
    loudest = power.mean(axis=1).max()
    levels = 10 * np.log10(power + 1e-6 * loudest)
    counted = power.mean(axis=1) >= loudest * 1e-3
    return float(np.mean(_detrended(levels[counted]).std(axis=1)))


def _smoothed(power: Samples, frames: int) -> Samples:
    kernel = np.ones(frames) / frames
    if power.shape[1] <= frames:
        return power
    return np.apply_along_axis(lambda row: np.convolve(row, kernel, mode="valid"), 1, power)


def _detrended(levels: Samples) -> Samples:
    time = np.arange(levels.shape[1], dtype=np.float64)
    time -= time.mean()
    slope = (levels * time).sum(axis=1, keepdims=True) / max(float((time**2).sum()), _TINY)
    flat: Samples = levels - levels.mean(axis=1, keepdims=True) - slope * time
    return flat
