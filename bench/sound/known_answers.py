"""Signals whose order on an axis is known. An evaluator that orders one wrongly is not used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.signal import butter, sosfilt

from bench.sound.clip import SAMPLE_RATE, Clip, Samples
from bench.sound.evaluators import BenchAxis, Evaluator

HOLD_S, LENGTH_S = 2.0, 4.0
_LEVEL = 0.2
_TABLE = 1 << 14


@dataclass(frozen=True)
class KnownAnswer:
    """Two clips, of which `high` lies further along the axis."""

    axis: BenchAxis
    text: str
    low: Clip
    high: Clip


def failures(evaluator: Evaluator, answers: Sequence[KnownAnswer]) -> tuple[str, ...]:
    """What the evaluator orders wrongly, in words; empty if it may be used."""
    wrong = []
    for answer in answers:
        if answer.axis == evaluator.axis:
            low, high = evaluator.measure(answer.low), evaluator.measure(answer.high)
            if not high > low:
                wrong.append(f"{answer.text}: {low:.4g}, {high:.4g}")
    return tuple(wrong)


def known_answers() -> tuple[KnownAnswer, ...]:
    """All of them: for each axis at a low and at a middle note, and at another level than its opposite."""
    return (*(answer for hz in (65.4, 261.6) for answer in _at(hz)), *_drums())


def _drums() -> list[KnownAnswer]:
    """A drum without and with noise: its click and its falling pitch aren't any."""
    plain = [_drum(250.0, 50.0, 0.15), _drum(220.0, 110.0, 0.3)]
    hiss = 0.2 * _noise(1) * _decay(0.1)
    return [
        _answer("noise", f"{name}, with noise", drum, drum + hiss)
        for name, drum in zip(("kick", "tom"), plain, strict=True)
    ]


def _at(hz: float) -> list[KnownAnswer]:
    tone = _saw(hz)
    sine = np.sin(2 * np.pi * hz * _time())
    noise = _noise(1)
    short, long = _note(release_s=0.05), _note(release_s=0.3)
    plucked, ringing = _decay(0.08), _decay(0.6)
    return [
        _answer("brightness", f"low-passed saw, saw ({hz:g} Hz)", _lowpass(tone, 4 * hz) * short, tone * short),
        _answer("brightness", f"sine, saw ({hz:g} Hz)", sine * short, tone * short),
        _answer("attack", f"ramps of 5 and 50 ms ({hz:g} Hz)", tone * _note(0.005), tone * _note(0.05)),
        _answer("attack", f"ramps of 30 and 800 ms ({hz:g} Hz)", tone * _note(0.03), tone * _note(0.8)),
        _answer(
            "attack", f"5 and 400 ms with tremolo ({hz:g} Hz)", tone * _trembling(0.005), tone * _trembling(0.4)
        ),
        _answer(
            "attack",
            f"5 and 400 ms with a slow swell ({hz:g} Hz)",
            tone * _trembling(0.005, 0.4),
            tone * _trembling(0.4, 0.4),
        ),
        _answer("length", f"decays of 80 and 600 ms ({hz:g} Hz)", tone * plucked, tone * ringing),
        _answer("length", f"plucked, held ({hz:g} Hz)", tone * ringing, tone * short),
        _answer("tail", f"dry, with a room ({hz:g} Hz)", tone * short, _room(tone * short, 1.5)),
        _answer("tail", f"dry and plucked, with a room ({hz:g} Hz)", tone * plucked, _room(tone * plucked, 1.5)),
        _answer("tail", f"short and long release ({hz:g} Hz)", tone * short, tone * long),
        _answer("width", f"mono, a little wide ({hz:g} Hz)", tone * short, _wide(tone * short, 0.2)),
        _answer("width", f"a little wide, wide ({hz:g} Hz)", _wide(tone * short, 0.2), _wide(tone * short, 0.8)),
        _answer("noise", f"saw, with breath ({hz:g} Hz)", tone * short, (tone + 0.1 * noise) * short),
        _answer("noise", f"saw, noise ({hz:g} Hz)", tone * short, noise * short),
        _answer(
            "noise",
            f"saw, darker with breath ({hz:g} Hz)",
            tone * short,
            _lowpass(tone + 0.3 * noise, 12 * hz) * short,
        ),
        _answer(
            "noise", f"seven saws, saw with breath ({hz:g} Hz)", _unison(hz) * short, (tone + 0.3 * noise) * short
        ),
        _answer("movement", f"steady, filter sweep at 2 Hz ({hz:g} Hz)", tone * short, _swept(tone, hz) * short),
        _answer("movement", f"steady, gated at 4 Hz ({hz:g} Hz)", tone * short, tone * _gate(4.0) * short),
        _answer("movement", f"steady decay, tremolo ({hz:g} Hz)", tone * ringing, tone * _gate(6.0, 0.5) * short),
        _answer("weight", f"without and with a sub ({hz:g} Hz)", tone * short, (tone + _sub(hz)) * short),
        _answer("weight", f"without lows, saw ({hz:g} Hz)", _highpass(tone, 3 * hz) * short, tone * short),
    ]


def _answer(axis: BenchAxis, text: str, low: Samples, high: Samples) -> KnownAnswer:
    """The quieter of the two is at -12 dB: level must not count."""
    return KnownAnswer(axis, text, _clip(low), _clip(high * 0.25))


def _clip(signal: Samples) -> Clip:
    audio = np.broadcast_to(signal * _LEVEL, (2, signal.shape[-1])).astype(np.float32)
    return Clip(np.ascontiguousarray(audio), HOLD_S)


def _time() -> Samples:
    return np.arange(round(LENGTH_S * SAMPLE_RATE)) / SAMPLE_RATE


def _saw(hz: float) -> Samples:
    """A saw of the partials below 18 kHz, read from a table of one period."""
    spectrum = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    partials = np.arange(1, int(18_000 / hz) + 1)
    spectrum[partials] = -0.5j * _TABLE / partials
    period = np.fft.irfft(spectrum)
    found: Samples = np.interp(hz * _time() % 1.0 * _TABLE, np.arange(_TABLE + 1), np.append(period, period[0]))
    return found


def _unison(hz: float) -> Samples:
    """Seven saws within 15 cents to either side."""
    saws = [_saw(hz * 2 ** (cents / 1200)) for cents in range(-15, 16, 5)]
    found: Samples = np.sum(saws, axis=0) / np.sqrt(len(saws))
    return found


def _noise(number: int) -> Samples:
    return np.random.default_rng(number).standard_normal(round(LENGTH_S * SAMPLE_RATE))


def _sub(hz: float) -> Samples:
    return np.sin(2 * np.pi * (hz / 4 if hz > 200 else hz / 2) * _time())


def _note(attack_s: float = 0.01, release_s: float = 0.05) -> Samples:
    """Held for `HOLD_S`, then let go: exponential release."""
    time = _time()
    after = np.maximum(time - HOLD_S, 0.0)
    return np.minimum(time / attack_s, 1.0) * np.exp(-after / release_s)


def _trembling(attack_s: float, rate_hz: float = 5.0) -> Samples:
    """A note whose level goes down and up by 6 dB once it is there, as with a rotating speaker or an ensemble."""
    return _note(attack_s) * (0.75 - 0.25 * np.cos(2 * np.pi * rate_hz * _time()))


def _decay(time_constant_s: float) -> Samples:
    time = _time()
    return np.minimum(time / 0.002, 1.0) * np.exp(-time / time_constant_s)


def _drum(start_hz: float, end_hz: float, time_constant_s: float) -> Samples:
    """A sine that falls within some 30 ms, with a click of 2 ms at its start."""
    hz = end_hz + (start_hz - end_hz) * np.exp(-_time() / 0.03)
    tone = np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE)
    return tone * np.exp(-_time() / time_constant_s) + 0.5 * _noise(5) * np.exp(-_time() / 0.002)


def _gate(rate_hz: float, depth: float = 0.95) -> Samples:
    return 1.0 - depth * (0.5 + 0.5 * np.sin(2 * np.pi * rate_hz * _time()))


def _filtered(kind: Literal["lowpass", "highpass"], signal: Samples, hz: float) -> Samples:
    found: Samples = sosfilt(butter(4, hz, btype=kind, fs=SAMPLE_RATE, output="sos"), signal)
    return found


def _lowpass(signal: Samples, hz: float) -> Samples:
    return _filtered("lowpass", signal, hz)


def _highpass(signal: Samples, hz: float) -> Samples:
    return _filtered("highpass", signal, hz)


def _swept(signal: Samples, hz: float) -> Samples:
    """Between two low-passes, to and fro twice a second."""
    share = 0.5 + 0.5 * np.sin(2 * np.pi * 2.0 * _time())
    return share * signal + (1 - share) * _lowpass(signal, 3 * hz)


def _room(signal: Samples, decay_s: float) -> Samples:
    """With decaying noise as the room's answer; `decay_s` is its time to -60 dB."""
    time = _time()
    answer = _noise(2) * 10 ** (-3 * time / decay_s)
    wet: Samples = np.fft.irfft(np.fft.rfft(signal, 2 * len(time)) * np.fft.rfft(answer, 2 * len(time)))[
        : len(time)
    ]
    mixed: Samples = signal + 0.3 * wet * (np.sqrt(np.mean(signal**2)) / np.sqrt(np.mean(wet**2)))
    return mixed


def _wide(signal: Samples, share: float) -> Samples:
    """Stereo: the other channel's copies are late by different times, as two players would be."""
    shapes: list[Callable[[Samples], Samples]] = [lambda s: np.roll(s, 331), lambda s: np.roll(s, 797)]
    return np.stack([(1 - share) * signal + share * shape(signal) for shape in shapes])
