"""Arithmetic of single-cycle waves: harmonic series to frames, levels between frames, a common start.

Everything here works on arrays of shape (frames, `FRAME_SIZE`) or (frames, harmonics) in float64; the last
step, `finish`, makes the float32 frames that go into a file. What a wave *is* stands in the family modules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FRAME_SIZE = 2048
"""Samples in one cycle, fixed by Vital."""

MAX_HARMONIC = 1023
"""Highest harmonic of a frame; 1024 would be its Nyquist frequency."""

SPAN, WIDE_SPAN = 32, 64
"""`wave_frame` at which a morphing table ends: usual, and for sweeps over octaves, whose steps would be heard.

Vital holds whole frames and its load time grows with this position, see docs/decisions."""

Family = Literal["analog", "pulse", "fm", "formant", "additive", "acoustic", "harmonic_sweep", "digital", "noise"]
Frames = NDArray[np.float64]

_GRID = 2.0**-18


@dataclass(frozen=True, kw_only=True)
class WavetableRecipe:
    """How one wavetable is made, and what it is called and like.

    `words` describe the sound in the field's adjectives and nouns, darkest position first. `make` returns raw
    frames, shape (keyframes, 2048), any level and any offset; `finish` levels them.
    """

    id: str
    family: Family
    title: str
    words: tuple[str, ...]
    keyframes: int
    make: Callable[[], Frames]
    span: int = SPAN

    @property
    def morphs(self) -> bool:
        """Whether `wave_frame` changes the sound."""
        return self.keyframes > 1

    @property
    def last_position(self) -> int:
        """Greatest `wave_frame` that still changes the sound: `span`, or 0 for a single frame."""
        return self.span if self.morphs else 0


def harmonic_numbers(top: int = MAX_HARMONIC) -> Frames:
    """1.0, 2.0 ... `top`."""
    return np.arange(1, top + 1, dtype=np.float64)


def morph(count: int) -> Frames:
    """Morph positions 0..1 of `count` keyframes as a column, shape (count, 1)."""
    return np.linspace(0.0, 1.0, count)[:, np.newaxis]


def cycle(size: int = FRAME_SIZE) -> Frames:
    """Phase 0..1 of one cycle of `size` samples."""
    return np.arange(size, dtype=np.float64) / size


def from_sines(amplitudes: Frames) -> Frames:
    """Sum of sines: signed amplitudes (frames, harmonics), harmonic 1 first, to waves (frames, 2048).

    All partials start at phase 0 in every frame, so that two frames added while the synth morphs between them
    never cancel, and every wave starts at zero.
    """
    rows = np.atleast_2d(amplitudes)
    spectrum = np.zeros((rows.shape[0], FRAME_SIZE // 2 + 1), dtype=np.complex128)
    spectrum[:, 1 : rows.shape[1] + 1] = -0.5j * FRAME_SIZE * rows
    return np.fft.irfft(spectrum, n=FRAME_SIZE, axis=1)


def from_spectrum(spectrum: NDArray[np.complex128]) -> Frames:
    """Complex amplitudes (frames, harmonics), harmonic 1 first, to waves (frames, 2048)."""
    padded = np.zeros((spectrum.shape[0], FRAME_SIZE // 2 + 1), dtype=np.complex128)
    padded[:, 1 : spectrum.shape[1] + 1] = 0.5 * FRAME_SIZE * spectrum
    return np.fft.irfft(padded, n=FRAME_SIZE, axis=1)


def dispersed(amplitudes: Frames) -> Frames:
    """Sum of partials whose phases fall with the square of the harmonic: peaks spread over the cycle.

    The same phases in every frame, so a morph can't cancel; for spectra that as sines in phase would be one
    narrow click (Schroeder 1970).
    """
    h = harmonic_numbers(amplitudes.shape[1])
    return from_spectrum(amplitudes * np.exp(-1j * np.pi * h**2 / h.size))


def band_limited(shape: Callable[[Frames], Frames], top: int = MAX_HARMONIC, *, density: int = 16) -> Frames:
    """Frames of `shape`, a function of the phase 0..1, without the harmonics above `top`.

    The shape is sampled `density` times as densely as a frame, so that what its corners and jumps hold above
    `top` is cut instead of folded back; a shape without corners needs 4, one with jumps 16.
    """
    dense = np.atleast_2d(shape(cycle(FRAME_SIZE * density)))
    spectrum = np.fft.rfft(dense, axis=1)[:, : FRAME_SIZE // 2 + 1] / density
    spectrum[:, 1:] *= lanczos(FRAME_SIZE // 2)
    spectrum[:, top + 1 :] = 0.0
    return np.fft.irfft(spectrum, n=FRAME_SIZE, axis=1)


def lanczos(top: int) -> Frames:
    """Lanczos sigma factors of harmonics 1..`top`: they take the ringing off a cut Fourier series."""
    return np.sinc(harmonic_numbers(top) / (top + 1))


def finish(raw: Frames) -> NDArray[np.float32]:
    """Level raw frames: no offset, table peak 1, a common start near zero, float32, read-only.

    A frame's gain lies half-way (in dB) between equal peaks and equal RMS: equal peaks would make narrow pulses
    quiet, equal RMS would make every other frame quiet beside them. Values are rounded to 2^-18 so that the
    last bit of a sine, which differs between processors, doesn't reach the file.
    """
    frames = raw - raw.mean(axis=1, keepdims=True)
    peak = np.abs(frames).max(axis=1, keepdims=True)
    rms = np.sqrt((frames**2).mean(axis=1, keepdims=True))
    frames = frames / np.sqrt(peak * rms)
    frames = np.round(frames / np.abs(frames).max() / _GRID) * _GRID + 0.0  # no negative zeros
    at_start = np.abs(frames).max(axis=0)
    if at_start[0] > 0.02:
        frames = np.roll(frames, -int(at_start.argmin()), axis=1)
    result: NDArray[np.float32] = frames.astype(np.float32)
    result.flags.writeable = False
    return result
