"""How a note sounds to a listener: one figure for each perceptual axis, whatever the note's level.

The figures are made to be compared between two renders of one note (a word and its neutral twin, a macro's two
ends), on scales where equal steps sound about equal: octaves for what is a frequency or a time, decibels for a
share of energy. What a sound has none of stands at its floor.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.measure.level import mono_loss_and_width

Power = NDArray[np.float32]
FloatArray = NDArray[np.float64]

_SHORT, _LONG = 2048, 8192
_ENVELOPE_S = 0.005
_SMOOTH_FRAMES = 5
_ACTIVE_DB = -40.0
_FLOOR_DB = -60.0
_LOWEST_HZ, _HIGHEST_HZ = 40.0, 18_000.0
_LOW_HZ = 160.0
_WARM_HZ = (120.0, 600.0)
_SHORTEST_S = 0.003
_PARTIALS = 20
_PEAK_BANDS, _AROUND_BANDS = 3, 11
_QUIET_BAND_DB, _PEAK_DB = -50.0, -25.0
_NEIGHBOURS, _LOWER_THIRD = 17, 5
_TREBLE_HZ = 300.0
_FINE = ("noise", "complexity", "tension")
"""What is read off the long windows."""


@dataclass(frozen=True, slots=True)
class Timbre:
    """One figure an axis; higher is more of what stands at the axis's upper end."""

    brightness: float
    """Centroid of the average amplitude spectrum, octaves above 100 Hz."""
    warmth: float
    """Energy from 120 to 600 Hz against all energy, dB."""
    attack: float
    """Time to 50 % and to 90 % of the loudest amplitude (their geometric mean), octaves above 1 ms."""
    length: float
    """Time by which 90 % of the amplitude has passed, octaves above 1 ms."""
    movement: float
    """Deviation of the third-octave levels from the parabola through them while the note is held, dB."""
    rate: float
    """Mean frequency of their deviation from a straight line, octaves above 0.1 Hz."""
    width: float
    """Energy of the side signal against all energy, dB, not below -40."""
    space: float
    """Loudest-moment level against the second that follows the note's end, dB, not below -60."""
    grit: float
    """How full the spectrum is from 200 Hz to 10 kHz: mean third-octave level against the highest, dB."""
    noise: float
    """How far the spectrum is from partials with nothing between: the mean of the energy between them, above some
    300 Hz and against all, and of the spectral flatness, dB."""
    weight: float
    """Energy below some 160 Hz against all energy, dB."""
    complexity: float
    """Entropy of the energy over frequency, bits."""
    tension: float
    """Sensory dissonance between the partials that are strongest at a time (Plomp and Levelt 1965, in Sethares'
    form) against all energy, 0..100."""
    resonance: float
    """How far an octave of the spectrum stands above its surroundings at a time, dB."""

    def figures(self) -> dict[str, float]:
        """All figures by axis."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


SILENT = Timbre(
    0.0, _FLOOR_DB, 0.0, 0.0, 0.0, 0.0, -40.0, _FLOOR_DB, _FLOOR_DB, _FLOOR_DB, _FLOOR_DB, 0.0, 0.0, 0.0
)


def timbre(audio: Stereo, sample_rate: int, *, hold_s: float) -> Timbre:
    """Every figure of `audio`, float32 of shape (2, n), a note released after `hold_s`; rounded to 0.01."""
    framed = _framed(audio, sample_rate)
    if framed is None:
        return SILENT
    return Timbre(**_coarse_figures(framed, audio, sample_rate, hold_s), **_fine_figures(audio, sample_rate))


def figure(axis: str, audio: Stereo, sample_rate: int, *, hold_s: float) -> float:
    """The figure of one axis, as `timbre` has it; long windows, which cost the most, are only for who needs them.

    Raises:
        KeyError: there is no such axis.
    """
    framed = _framed(audio, sample_rate)
    if framed is None:
        return SILENT.figures()[axis]
    if axis in _FINE:
        return _fine_figures(audio, sample_rate)[axis]
    return _coarse_figures(framed, audio, sample_rate, hold_s)[axis]


class _Framed(NamedTuple):
    """A note that sounds: its amplitude by 5 ms, and its power by short windows, of which some are `active`."""

    envelope: FloatArray
    power: Power
    active: NDArray[np.bool_]


def _framed(audio: Stereo, sample_rate: int) -> _Framed | None:
    """None of what is silent, or all that sounds lies where the windows have their edges."""
    envelope = _envelope(audio, sample_rate)
    if not np.isfinite(envelope).all() or envelope.max(initial=0.0) <= 0.0:
        return None
    power = _power(audio, _SHORT)
    per_frame = power.sum(axis=1, dtype=np.float64)
    loudest = per_frame.max()
    return _Framed(envelope, power, per_frame > loudest * 10 ** (_ACTIVE_DB / 10)) if loudest > 0.0 else None


def _coarse_figures(framed: _Framed, audio: Stereo, sample_rate: int, hold_s: float) -> dict[str, float]:
    envelope, power, active = framed
    average = power[active].mean(axis=0, dtype=np.float64)
    hz = _bin_hz(_SHORT, sample_rate)
    bands = _bands(average, sample_rate, _SHORT)
    attack, length, risen_s = _times(envelope)
    movement, rate = _motion(power, active, sample_rate, from_s=min(risen_s, hold_s / 2.0), to_s=hold_s)
    figures = {
        "brightness": _octaves(_centroid_hz(average, hz), 100.0),
        "warmth": _share_db(_within(average, hz, *_WARM_HZ), average.sum()),
        "attack": attack,
        "length": length,
        "movement": movement,
        "rate": rate,
        "width": max(_share_db(mono_loss_and_width(audio)[1], 1.0), -40.0),
        "space": _tail_db(envelope, hold_s),
        "grit": _fullness_db(bands),
        "weight": _weight_db(average, hz),
        "resonance": _prominence_db(power[active], sample_rate),
    }
    return {axis: _rounded(value) for axis, value in figures.items()}


def _fine_figures(audio: Stereo, sample_rate: int) -> dict[str, float]:
    frames = _fine_frames(audio, sample_rate)
    fine = np.asarray(frames.sum(axis=0) / frames.sum(), dtype=np.float64)
    figures = {
        "noise": _noise_db(frames),
        "complexity": _entropy_bits(fine),
        "tension": _dissonance(frames, sample_rate),
    }
    return {axis: _rounded(value) for axis, value in figures.items()}


def _rounded(value: float) -> float:
    return round(float(value), 2) + 0.0


def _octaves(value: float, reference: float) -> float:
    return float(np.log2(max(value, reference / 1024) / reference))


def _share_db(part: float, whole: float) -> float:
    return float(max(10.0 * np.log10(max(part, 1e-30) / whole), _FLOOR_DB)) if whole > 0.0 else _FLOOR_DB


def _power(audio: Stereo, size: int) -> Power:
    """Power by frame and bin, channels averaged: Hann windows of `size` samples that overlap by half."""
    hop = size // 2
    short = max(size - audio.shape[1], 0)
    padded = np.pad(audio, ((0, 0), (0, short))) if short else audio
    frames = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop] * _window(size)
    bins = np.fft.rfft(frames, axis=2)
    squared: Power = (np.square(bins.real) + np.square(bins.imag)).mean(axis=0)
    return squared


@cache
def _window(size: int) -> NDArray[np.float32]:
    return np.hanning(size).astype(np.float32)


@cache
def _bin_hz(size: int, sample_rate: int) -> FloatArray:
    return np.asarray(np.fft.rfftfreq(size, 1.0 / sample_rate), dtype=np.float64)


def _centroid_hz(average: FloatArray, hz: FloatArray) -> float:
    audible = np.where(average > average.max() * 10 ** (_FLOOR_DB / 10), np.sqrt(average), 0.0)
    return float((audible * hz).sum() / audible.sum())


def _within(average: FloatArray, hz: FloatArray, low: float, high: float) -> float:
    return float(average[(hz >= low) & (hz < high)].sum())


def _weight_db(average: FloatArray, hz: FloatArray) -> float:
    """A soft edge, so that a sound which only reaches down to the edge has a figure, too."""
    low = average / (1.0 + (hz / _LOW_HZ) ** 4)
    return _share_db(float(low[1:].sum()), float(average[1:].sum()))


@cache
def _edges(sample_rate: int, size: int) -> NDArray[np.int64]:
    """First bins of third-octave bands from 40 Hz, and the bin behind the last."""
    count = int(3 * np.log2(_HIGHEST_HZ / _LOWEST_HZ))
    edges = _LOWEST_HZ * 2.0 ** (np.arange(count + 1) / 3.0)
    found: NDArray[np.int64] = np.unique(np.searchsorted(_bin_hz(size, sample_rate), edges))
    return found


def _bands(average: FloatArray, sample_rate: int, size: int) -> FloatArray:
    """Level of the third-octave bands, dB against the highest, not below -60."""
    sums = np.add.reduceat(average, _edges(sample_rate, size))[:-1]
    return np.asarray(np.maximum(10.0 * np.log10(sums / sums.max() + 1e-12), _FLOOR_DB), dtype=np.float64)


def _fullness_db(bands: FloatArray) -> float:
    return float(bands[len(bands) // 4 : -2].mean())


def _prominence_db(power: Power, sample_rate: int) -> float:
    """Three bands against the four on either side of them; root of the squares of all such peaks, by frame.

    Frame by frame, since a peak that follows an envelope is in no average. All peaks, since a tone has some of its
    own, and the highest of them is often none that a filter makes.
    """
    sums = np.add.reduceat(power, _edges(sample_rate, _SHORT), axis=1)[:, :-1].astype(np.float64)
    fullest = sums.max(axis=1, keepdims=True)
    levels = np.maximum(10.0 * np.log10(sums / fullest + 1e-12), _QUIET_BAND_DB)
    near, around = _sums_of(levels, _PEAK_BANDS), _sums_of(levels, _AROUND_BANDS)
    above = near / _PEAK_BANDS - (around - near) / (_AROUND_BANDS - _PEAK_BANDS)
    peaks = np.where(levels > _PEAK_DB, np.maximum(above, 0.0), 0.0)
    amplitude = np.sqrt(sums.sum(axis=1))
    return float(np.average(np.sqrt(np.square(peaks).sum(axis=1)), weights=amplitude))


def _sums_of(levels: FloatArray, count: int) -> FloatArray:
    """Of `count` bands around each band of each frame; beyond the ends it goes on as it ends."""
    padded = np.pad(levels, ((0, 0), (count // 2, count // 2)), mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, count, axis=1).sum(axis=2), dtype=np.float64)


def _envelope(audio: Stereo, sample_rate: int) -> FloatArray:
    """Amplitude of both channels in frames of 5 ms."""
    frame = round(_ENVELOPE_S * sample_rate)
    frames = max(audio.shape[1] // frame, 1)
    part = audio[:, : frames * frame].reshape(2, frames, -1)
    return np.asarray(np.sqrt(np.square(part).mean(axis=(0, 2), dtype=np.float64)), dtype=np.float64)


def _times(envelope: FloatArray) -> tuple[float, float, float]:
    """Attack and length, octaves above 1 ms, and when 90 % are reached, s.

    The attack is read off an envelope that is smoothed over 25 ms, since waves swing.
    """
    smooth = _smoothed(envelope, _SMOOTH_FRAMES)
    top = smooth.max()
    reached = [max(float(np.argmax(smooth >= share * top)) * _ENVELOPE_S, _SHORTEST_S) for share in (0.5, 0.9)]
    passed = np.cumsum(envelope)
    end_s = max(float(np.searchsorted(passed, 0.9 * passed[-1])) * _ENVELOPE_S, _SHORTEST_S)
    return float(np.mean([_octaves(time, 0.001) for time in reached])), _octaves(end_s, 0.001), reached[1]


def _smoothed(curve: FloatArray, width: int) -> FloatArray:
    sums = np.cumsum(np.concatenate((np.zeros(1), np.pad(curve, (width - 1, 0), mode="constant"))))
    return np.asarray((sums[width:] - sums[:-width]) / width, dtype=np.float64)


def _tail_db(envelope: FloatArray, hold_s: float) -> float:
    """The second that follows 50 ms after the note's end, against the loudest 100 ms."""
    squares = np.square(envelope)
    first = int((hold_s + 0.05) / _ENVELOPE_S)
    tail = squares[first : first + int(1.0 / _ENVELOPE_S)]
    loudest = _smoothed(squares, int(0.1 / _ENVELOPE_S)).max()
    return _share_db(float(tail.mean()), float(loudest)) if len(tail) else _FLOOR_DB


def _motion(
    power: Power, active: NDArray[np.bool_], sample_rate: int, *, from_s: float, to_s: float
) -> tuple[float, float]:
    """Deviation, dB, and its mean frequency in octaves above 0.1 Hz.

    A decay is no movement, nor is one that bends at its end: of each band's level the parabola through it is taken
    off. For the frequency only the straight line is, since much of a slow swing looks like a parabola. Bands weigh
    by how far they stand above 40 dB below the loudest.
    """
    hop_s = _SHORT / 2 / sample_rate
    held = slice(1 + int(from_s / hop_s), max(int(to_s / hop_s), 5))
    part = power[held][active[held]]
    if len(part) < 4:
        return 0.0, 0.0
    sums = np.add.reduceat(part, _edges(sample_rate, _SHORT), axis=1)[:, :-1].astype(np.float64)
    levels = np.maximum(10.0 * np.log10(sums / sums.max() + 1e-12), _ACTIVE_DB)
    weight = levels.mean(axis=0) - _ACTIVE_DB
    bent = float((np.square(_deviation(levels, 2)).mean(axis=0) * weight).sum())
    smooth = _deviation(levels, 1)
    total = float((np.square(smooth).mean(axis=0) * weight).sum())
    if total <= 1e-9 or weight.sum() <= 0.0:
        return 0.0, 0.0
    speed = float((np.square(np.diff(smooth, axis=0)).mean(axis=0) * weight).sum())
    mean_hz = np.sqrt(speed / total) / (2.0 * np.pi * hop_s)
    return float(np.sqrt(bent / weight.sum())), _octaves(float(mean_hz), 0.1)


def _deviation(levels: FloatArray, degree: int) -> FloatArray:
    """Of levels by frame and band from the polynomial of least squares, each frame with the next averaged."""
    time = np.linspace(-1.0, 1.0, len(levels))
    powers = np.polynomial.legendre.legvander(time, degree)
    fitted = powers @ np.linalg.lstsq(powers, levels, rcond=None)[0]
    moving = levels - fitted
    return np.asarray((moving[:-1] + moving[1:]) / 2.0, dtype=np.float64)


def _fine_frames(audio: Stereo, sample_rate: int) -> FloatArray:
    """Power of the louder long windows, by frame and bin up to 18 kHz."""
    power = _power(audio, _LONG)[:, 1 : int(_HIGHEST_HZ * _LONG / sample_rate)].astype(np.float64)
    per_frame = power.sum(axis=1)
    return np.asarray(power[per_frame >= per_frame.max() * 10 ** (_ACTIVE_DB / 10)], dtype=np.float64)


def _noise_db(frames: FloatArray) -> float:
    """What lies between partials is the lower third of a bin and its neighbours; it is what a noise has all over.

    Frame by frame, since the partials of a tone that moves would fill the average. Bass counts less, as it does for
    the ear: hiss over a sub is audible, though the sub has nearly all the energy.
    """
    frames = frames * _treble(frames.shape[1])
    pad = _NEIGHBOURS // 2
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(frames, ((0, 0), (pad, pad)), mode="edge"), 2 * pad + 1, 1
    )
    between = np.partition(around, _LOWER_THIRD, axis=2)[:, :, _LOWER_THIRD]
    share = _share_db(float(np.minimum(between, frames).sum()), float(frames.sum()))
    return (share + _flatness_db(frames.sum(axis=0))) / 2.0


def _flatness_db(average: FloatArray) -> float:
    """Geometric against arithmetic mean; what lies 80 dB below the highest bin counts as if it lay there."""
    audible = np.maximum(average / average.max(), 1e-8)
    return float(10.0 * (np.log10(audible).mean() - np.log10(audible.mean())))


@cache
def _treble(bins: int) -> FloatArray:
    """A first-order weighting of the long windows' bins that spares what lies above 300 Hz."""
    ratio = np.square((np.arange(bins) + 1) * (_HIGHEST_HZ / bins) / _TREBLE_HZ)
    return np.asarray(ratio / (1.0 + ratio), dtype=np.float64)


def _entropy_bits(fine: FloatArray) -> float:
    return float(-(fine * np.log2(fine + 1e-15)).sum())


def _dissonance(frames: FloatArray, sample_rate: int) -> float:
    """Frame by frame, since a glide has one partial after the other; against all energy, since the peaks of a noise
    are no partials. A partial's peak has two thirds of its energy."""
    roughest = sum(_roughness(frame, sample_rate) for frame in frames)
    return 150.0 * roughest / float(frames.sum())


def _roughness(frame: FloatArray, sample_rate: int) -> float:
    """Of the partials of one frame, in its unit of energy."""
    peaks = 1 + np.flatnonzero((frame[1:-1] > frame[:-2]) & (frame[1:-1] >= frame[2:]))
    strongest = np.sort(peaks[np.argsort(frame[peaks])[::-1][:_PARTIALS]])
    hz = (strongest + 1) * sample_rate / _LONG
    amplitude = np.sqrt(frame[strongest])
    low, high = _pairs(len(hz))
    distance = 0.24 * (hz[high] - hz[low]) / (0.0207 * hz[low] + 18.96)
    roughness = np.exp(-3.51 * distance) - np.exp(-5.75 * distance)
    return float((amplitude[low] * amplitude[high] * roughness).sum())


@cache
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    low, high = np.triu_indices(count, 1)
    return low, high
