"""Signals whose figures can be worked out by hand.

Sines at multiples of 10 Hz go through a whole number of periods in each block of 100 ms, so all their energy lies
in one bin, and a Hann window leaves 2/3 of it there and 1/6 on either side.
"""

import numpy as np

RATE = 44_100


def seconds(length_s: float, rate: int = RATE) -> np.ndarray:
    """Time of each sample, s."""
    return np.arange(round(length_s * rate)) / rate


def sine(hz: float, length_s: float = 1.0, rate: int = RATE) -> np.ndarray:
    """Amplitude 1, from phase 0."""
    return np.sin(2 * np.pi * hz * seconds(length_s, rate))


def noise(length_s: float = 1.0, seed: int = 1) -> np.ndarray:
    """White, of variance 1."""
    return np.random.default_rng(seed).standard_normal(round(length_s * RATE))


def stereo(left: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    """Float32 of shape (2, n)."""
    return np.stack([left, left if right is None else right]).astype(np.float32)


def mid_side(mid: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Float32 of shape (2, n): left is mid + side, right is mid - side."""
    return stereo(mid + side, mid - side)


def gain(db: float) -> float:
    """The amplitude that lies at `db`."""
    return float(10.0 ** (db / 20.0))


def staircase(length: int, **steps: float) -> np.ndarray:
    """A signal of `length` samples that stands still but for `at_<sample>=<step>`."""
    signal = np.zeros(length)
    for name, step in steps.items():
        signal[int(name.removeprefix("at_")) :] += step
    return signal
