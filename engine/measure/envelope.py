"""Measures of a note's course in time: click at the start, attack, and a note that does not end."""

import numpy as np
from numpy.typing import NDArray

from engine.measure.level import FLOOR_DB, amplitude_db, decibels
from engine.measure.spectrum import Stereo

_FRAME_S = 0.01
_ONSET_S = 0.003
_COMPARE_S = 0.1
_AUDIBLE_STEP = 0.02
_FADE_SAMPLES = 256
_MIN_TAIL_S = 1.0
_STUCK_AFTER_S = 10.0
_ENDED_DB = -60.0


def frame_power(audio: Stereo, sample_rate: int) -> NDArray[np.float64]:
    """Mean square of both channels in frames of 10 ms. The renderer's fade over the last samples is left out."""
    frame = round(_FRAME_S * sample_rate)
    frames = max(1, (audio.shape[1] - _FADE_SAMPLES) // frame)
    part = audio[:, : frames * frame]
    length = part.shape[1] // frames
    squares = np.square(part[:, : frames * length]).reshape(2, frames, length)
    power: NDArray[np.float64] = squares.mean(axis=(0, 2), dtype=np.float64)
    return power


def attack_s(power: NDArray[np.float64]) -> float:
    """Time from note on until a frame first reaches 90 % of the amplitude of the loudest one, s (10 ms steps)."""
    loudest = power.max()
    return float(np.argmax(power >= 0.81 * loudest)) * _FRAME_S if loudest > 0 else 0.0


def click_db(audio: Stereo, sample_rate: int, peak: float) -> float:
    """Steepest sample-to-sample step in the first 3 ms against the steepest from 3 to 100 ms, dB.

    A waveform that starts in mid-swing steps further than it ever does again: a click. A saw has such steps in each
    period and a drum goes on as steeply as it began, so neither counts. Steps below 2 % of the note's peak are
    taken as 2 %: nobody hears them. -120 for silence.
    """
    onset, end = round(_ONSET_S * sample_rate), round(_COMPARE_S * sample_rate)
    start = np.concatenate((np.zeros((2, 1), audio.dtype), audio[:, :end]), axis=1)
    steps = np.abs(np.diff(start, axis=1)).max(axis=0)
    if peak <= 0.0 or len(steps) <= onset:
        return FLOOR_DB
    own = max(float(steps[onset:].max()), _AUDIBLE_STEP * peak)
    return amplitude_db(float(steps[:onset].max()) / own)


def stuck_db(power: NDArray[np.float64], hold_s: float) -> float | None:
    """Level to be expected 10 s after note off, against the loudest 100 ms, dB.

    The decay in dB/s between the halves of the tail is carried on to 10 s, so that a long release passes and a note
    that hangs does not. A tail that has already ended (-60 dB) counts as it is. None with less than 1 s of tail.
    """
    per_block = round(0.1 / _FRAME_S)
    off = int(np.ceil(hold_s / _FRAME_S))
    tail = power[off:]
    half = len(tail) // 2
    if len(tail) * _FRAME_S < _MIN_TAIL_S - 2 * _FRAME_S:
        return None
    blocks = len(power) // per_block
    loudest = power[: blocks * per_block].reshape(blocks, per_block).mean(axis=1).max()
    if loudest <= 0.0:
        return FLOOR_DB
    end = decibels(float(tail[-2 * per_block :].mean() / loudest))
    if end <= _ENDED_DB:
        return end
    first, second = (decibels(float(part.mean() / loudest)) for part in (tail[:half], tail[half:]))
    decay_db_per_s = min(0.0, (second - first) / (half * _FRAME_S))
    remaining_s = _STUCK_AFTER_S - len(tail) * _FRAME_S
    return max(FLOOR_DB, end + decay_db_per_s * max(0.0, remaining_s))
