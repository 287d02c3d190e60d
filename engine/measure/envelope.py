"""Measures of a note's course in time: click at the start, attack, and a note that does not end."""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Stereo
from engine.measure.level import FLOOR_DB, amplitude_db, decibels

_FRAME_S = 0.01
_ONSET_S = 0.003
_COMPARE_S = 0.1
_AUDIBLE_STEP = 0.02
_FADE_SAMPLES = 256
SHORTEST_TAIL_S = 1.0
"""A tail of less tells nothing of how a note ends."""
LONGEST_TAIL_S = 10.0
"""After note off; what is louder than `DIED_AWAY_DB` then is taken to hang."""
DIED_AWAY_DB = -24.0
"""Below this a tail counts as ended, against the loudest 100 ms of its note."""
_LISTENED_S = 1.0


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
    """How loud a note still is at the end of its tail, against its loudest 100 ms, dB; measured, never expected.

    The loudest 100 ms of the tail's second half count, of its last second at the most: a rest between two echoes is
    no end. What lies more than 10 s after note off is not listened to. None with less than 1 s of tail, and where
    less than 10 s of it have not died away: how such a note ends is to be heard.
    """
    per_block = round(0.1 / _FRAME_S)
    off = int(np.ceil(hold_s / _FRAME_S))
    listened = power[: off + round(LONGEST_TAIL_S / _FRAME_S)]
    tail = listened[off:]
    if _shorter(tail, SHORTEST_TAIL_S):
        return None
    blocks = len(listened) // per_block
    loudest = listened[: blocks * per_block].reshape(blocks, per_block).mean(axis=1).max()
    if loudest <= 0.0:
        return FLOOR_DB
    count = min(len(tail) // 2, round(_LISTENED_S / _FRAME_S)) // per_block
    last = tail[-count * per_block :].reshape(count, per_block).mean(axis=1).max()
    level_db = decibels(float(last / loudest))
    return None if level_db > DIED_AWAY_DB and _shorter(tail, LONGEST_TAIL_S) else level_db


def _shorter(tail: NDArray[np.float64], length_s: float) -> bool:
    """Whether a tail's frames fall short of `length_s` by more than what the renderer's fade takes of them."""
    return len(tail) * _FRAME_S < length_s - 2 * _FRAME_S
