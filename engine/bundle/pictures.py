"""Waveform and spectrogram as PNG; equal samples, equal bytes.

Only arithmetic that every CPU does alike comes between the samples and a pixel: integers, single products and sums,
comparisons. Logarithms, cosines and long sums of floats differ in their last bit between instruction sets, which
would now and then turn one pixel; so levels are found by comparing with thresholds instead.
"""

import io
import itertools
import math
import zlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.codec import Pcm

WAVEFORM_SIZE = (900, 160)
SPECTROGRAM_SIZE = (900, 220)
LOWEST_HZ, HIGHEST_HZ = 32.7, 18_000.0
"""Range of the spectrogram: from C1 to the end of hearing, nine octaves."""
RANGE_DB = 84.0
"""Below the loudest point, what the spectrogram shows."""
_SHADES = 64
_FRAME = 4096
_HOPS = 300
_BLOCK = 25
"""Frames transformed at a time: they stay in the cache."""
_ACCENT = (124, 108, 240)
_BODY_ALPHA, _EDGE_ALPHA, _STEPS = 255, 120, 8
_STOPS = (
    (0.00, (12, 11, 22)),
    (0.18, (34, 24, 74)),
    (0.38, (84, 40, 132)),
    (0.58, (164, 58, 132)),
    (0.76, (228, 100, 96)),
    (0.90, (250, 172, 104)),
    (1.00, (254, 242, 204)),
)
"""From night to ember; lightness rises evenly, so that it reads the same to colour-blind eyes."""


def waveform_png(pcm: Pcm) -> bytes:
    """The envelope of PCM of shape (2, n), left channel upwards and right downwards, on a transparent ground.

    Pale: peaks; full: root mean square. Scaled to its own peak, in one colour that fits a light or a dark page.
    """
    width, height = WAVEFORM_SIZE
    half = height // 2
    peaks, rms = _envelope(pcm, width)
    scale = (half - 3) / max(float(peaks.max()), 1.0)
    rows = np.arange(half, dtype=np.float64)[:, None] + 0.5
    halves = []
    for channel in (0, 1):
        edge = _coverage(peaks[channel] * scale + 1.0, rows)
        body = _coverage(rms[channel] * scale + 0.5, rows)
        halves.append(np.maximum(edge, np.where(body > 0, body + _STEPS, 0)))
    picture = np.vstack([halves[0][::-1], halves[1]]).astype(np.uint8)
    edges = [_EDGE_ALPHA * step // _STEPS for step in range(_STEPS + 1)]
    rise = _BODY_ALPHA - _EDGE_ALPHA
    bodies = [_EDGE_ALPHA + rise * step // _STEPS for step in range(1, _STEPS + 1)]
    alphas = edges + bodies
    return _png(
        picture, [_ACCENT] * len(alphas), transparency=bytes(alphas), compress_level=6, compress_type=zlib.Z_RLE
    )


def _envelope(pcm: Pcm, columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Peak and RMS of each column, both of shape (2, columns), in steps of PCM."""
    count = pcm.shape[1]
    if count < columns:
        pcm = np.repeat(pcm, -(-columns // count), axis=1)
        count = pcm.shape[1]
    starts = np.arange(columns) * count // columns
    lengths = np.diff(np.append(starts, count))
    wide = pcm.astype(np.int32)
    peaks = np.maximum.reduceat(np.abs(wide), starts, axis=1)
    squares = np.add.reduceat(wide.astype(np.int64) ** 2, starts, axis=1)
    return peaks.astype(np.float64), np.sqrt(squares / lengths)


def _coverage(length: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """How much of each pixel a bar of `length` covers, in steps 0 to 8."""
    return np.rint(np.clip(length[None, :] - rows + 0.5, 0.0, 1.0) * _STEPS).astype(np.int64)


def spectrogram_png(pcm: Pcm, sample_rate: int) -> bytes:
    """Level over time (rightwards) and pitch (upwards, logarithmic, 32.7 Hz to 18 kHz), both channels together.

    84 dB below the loudest point is black. The colours are in equal steps of dB.
    """
    width, height = SPECTROGRAM_SIZE
    power = _rows(_power(pcm, _HOPS), sample_rate, height)
    loudest = float(power.max())
    shades = np.searchsorted(_thresholds() * np.float32(loudest), power) if loudest > 0 else np.zeros(power.shape)
    picture = np.repeat(shades.astype(np.uint8), width // _HOPS, axis=1)
    return _png(picture[::-1], _palette(), compress_level=3)


def _power(pcm: Pcm, frames: int) -> NDArray[np.float32]:
    """Power of each bin, shape (bins, frames); frames are spread evenly, the first and last half outside."""
    count = pcm.shape[1]
    padded = np.zeros((2, count + _FRAME), dtype=np.float32)
    padded[:, _FRAME // 2 : _FRAME // 2 + count] = pcm
    starts = (np.arange(frames) * count // frames) + count // (2 * frames)
    power = np.zeros((_FRAME // 2 + 1, frames), dtype=np.float32)
    for channel in padded:
        views = np.lib.stride_tricks.sliding_window_view(channel, _FRAME)
        for first in range(0, frames, _BLOCK):
            block = slice(first, first + _BLOCK)
            spectrum = np.fft.rfft(views[starts[block]] * _window(), axis=1)
            parts = spectrum.view(np.float32)
            parts *= parts
            power[:, block] += (parts[:, ::2] + parts[:, 1::2]).T
    return power


def _rows(power: NDArray[np.float32], sample_rate: int, height: int) -> NDArray[np.float32]:
    """Power by pitch, shape (height, frames): the loudest bin of a row, or between two where they are sparse."""
    bin_hz = sample_rate / _FRAME
    ratio = HIGHEST_HZ / LOWEST_HZ
    edges = [LOWEST_HZ * ratio ** (row / height) / bin_hz for row in range(height + 1)]
    rows = np.empty((height, power.shape[1]), dtype=np.float32)
    for row, (low, high) in enumerate(itertools.pairwise(edges)):
        first, last = math.ceil(low), math.ceil(high)
        if last - first >= 2:
            rows[row] = power[first : min(last, len(power))].max(axis=0)
        else:
            centre = (low + high) / 2
            below, share = int(centre), np.float32(round(centre % 1.0, 4))
            rows[row] = power[below] * (1 - share) + power[below + 1] * share
    return rows


@cache
def _window() -> NDArray[np.float32]:
    """Hann, rounded so that the last bit of a cosine is nobody's business."""
    return np.array(
        [round(0.5 - 0.5 * math.cos(2 * math.pi * n / _FRAME), 6) for n in range(_FRAME)], dtype=np.float32
    )


@cache
def _thresholds() -> NDArray[np.float32]:
    """Where one shade ends and the next begins, as a share of the loudest power."""
    return np.array(
        [float(f"{10 ** (-RANGE_DB / 10 * (1 - step / _SHADES)):.6g}") for step in range(_SHADES)], dtype=np.float32
    )


@cache
def _palette() -> list[tuple[int, int, int]]:
    return [_colour(shade / _SHADES) for shade in range(_SHADES + 1)]


def _colour(position: float) -> tuple[int, int, int]:
    """The colour at 0..1 of the table, straight between its stops."""
    for (low, first), (high, second) in itertools.pairwise(_STOPS):
        if position <= high:
            share = (position - low) / (high - low)
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
            return red, green, blue
    return _STOPS[-1][1]


def _png(indices: NDArray[np.uint8], palette: list[tuple[int, int, int]], **options: Any) -> bytes:
    """A picture of palette indices; `options` are Pillow's for PNG."""
    image = Image.fromarray(np.ascontiguousarray(indices), "P")
    image.putpalette([value for colour in palette for value in colour])
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()
