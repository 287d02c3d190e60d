"""Previews: float audio to FLAC or MP3 and back; equal samples, equal bytes."""

import io
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.errors import BundleError

Pcm = NDArray[np.int16]
"""Audio as integers, shape (2, n), full scale 32,768."""

_FULL_SCALE = 32_768.0
_MP3 = {"bitrate_mode": "VARIABLE", "compression_level": 0.2}
"""LAME's V2, near 190 kbit/s for dense sounds."""


def to_pcm(audio: NDArray[Any]) -> Pcm:
    """Audio of shape (2, n) as 16-bit integers, rounded to even; what is beyond full scale is clipped.

    Rounded here and not in libsndfile, so that a preview is exact to half a step.

    Raises:
        BundleError: for another shape, no samples, or a sample that is not finite.
    """
    if audio.ndim != 2 or audio.shape[0] != 2 or audio.shape[1] == 0:
        raise BundleError(f"a preview has shape (2, n) with n > 0, not {audio.shape}")
    if not np.isfinite(audio).all():
        raise BundleError("a preview holds samples that are NaN or infinite")
    scaled = np.rint(audio.astype(np.float64) * _FULL_SCALE)
    return np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)


def encode_flac(audio: NDArray[Any], sample_rate: int) -> bytes:
    """Audio of shape (2, n), full scale 1, as 16-bit FLAC.

    Raises:
        BundleError: see `to_pcm`.
    """
    return _written(to_pcm(audio), sample_rate, format="FLAC", subtype="PCM_16")


def encode_mp3(pcm: Pcm, sample_rate: int) -> bytes:
    """PCM of shape (2, n) as MP3 (LAME in libsndfile, variable rate)."""
    # As floats: from integers of 16 bits libsndfile 1.2.2 makes another file each time, and noise at that.
    audio = pcm.astype(np.float32) / np.float32(_FULL_SCALE)
    return _written(audio, sample_rate, format="MP3", subtype="MPEG_LAYER_III", **_MP3)


def decode(data: bytes) -> tuple[Pcm, int]:
    """FLAC (or what else libsndfile reads) as PCM of shape (channels, n), and its sample rate.

    Raises:
        BundleError: if it can't be read.
    """
    try:
        samples, rate = sf.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except sf.LibsndfileError as error:
        raise BundleError(f"a preview can't be decoded: {error}") from None
    return np.ascontiguousarray(samples.T), rate


def _written(samples: Pcm | Stereo, sample_rate: int, **form: Any) -> bytes:
    stream = io.BytesIO()
    sf.write(stream, samples.T, sample_rate, **form)
    return stream.getvalue()
