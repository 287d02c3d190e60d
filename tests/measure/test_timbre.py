"""Each perceptual figure on synthetic notes whose order is known, and that none of them hears a level."""

from functools import cache

import numpy as np
import pytest

from engine.measure.timbre import SILENT, Timbre, figure, timbre
from schemas.intent import AXES

RATE = 44_100
TIME = np.arange(2 * RATE) / RATE
HOLD_S = 0.7


def note(
    *, hz=220.0, slope=1.0, attack_s=0.01, decay_s=None, release_s=0.2, noise=0.0, side=0.0,
    tremolo=0.0, tremolo_hz=5.0, detune=0.0, stretch=0.0, peak=0.0, gain=0.1,
):  # fmt: skip
    """Harmonics that fall by `slope`, with a `peak` around 1,500 Hz, an envelope, and what is mixed in."""
    draw = np.random.default_rng(1)
    partials = [k for k in range(1, 30) if hz * k * (1 + stretch * k) < 16_000]
    peaks = {k: 1 + peak / (1 + ((hz * k - 1500.0) / 300.0) ** 2) for k in partials}
    tone = sum(
        peaks[k] * np.sin(2 * np.pi * hz * k * (1 + stretch * k) * TIME + k * k) / k**slope for k in partials
    )
    if detune:
        tone = tone + np.sin(2 * np.pi * hz * (1 + detune) * TIME) * 2
    tone = tone + noise * draw.standard_normal(len(TIME))
    envelope = np.minimum(TIME / attack_s, 1.0)
    if decay_s:
        envelope = envelope * np.exp(-TIME / decay_s)
    held = envelope[int(HOLD_S * RATE)]
    envelope = np.where(TIME > HOLD_S, held * np.exp(-(TIME - HOLD_S) / release_s), envelope)
    envelope = envelope * (1 + tremolo * np.sin(2 * np.pi * tremolo_hz * TIME))
    apart = side * draw.standard_normal(len(TIME)) * envelope
    return (gain * np.stack([tone * envelope + apart, tone * envelope - apart])).astype(np.float32)


@cache
def heard(**settings):
    return timbre(note(**settings), RATE, hold_s=HOLD_S)


@pytest.mark.parametrize(
    ("axis", "low", "high"),
    [
        ("brightness", {"slope": 2.0}, {"slope": 0.7}),
        ("warmth", {"slope": 0.4}, {"slope": 1.5}),
        ("attack", {"attack_s": 0.01}, {"attack_s": 0.4}),
        ("length", {"decay_s": 0.1}, {"decay_s": 0.6}),
        ("length", {"release_s": 0.1}, {"release_s": 0.8}),
        ("movement", {}, {"tremolo": 0.4}),
        ("rate", {"tremolo": 0.4, "tremolo_hz": 2.0}, {"tremolo": 0.4, "tremolo_hz": 8.0}),
        ("width", {}, {"side": 0.3}),
        ("space", {"release_s": 0.1}, {"release_s": 0.5}),
        ("grit", {"slope": 2.0}, {"slope": 0.5}),
        ("noise", {}, {"noise": 0.2}),
        ("weight", {"hz": 440.0}, {"hz": 110.0}),
        ("complexity", {"slope": 2.5}, {"slope": 0.5}),
        ("tension", {}, {"detune": 0.12}),
        ("resonance", {}, {"peak": 4.0}),
    ],
)
def test_a_figure_orders_what_is_known(axis, low, high):
    assert getattr(heard(**low), axis) + 0.25 < getattr(heard(**high), axis)


def test_every_axis_of_the_planner_has_a_figure():
    assert set(AXES) == set(heard().figures())


def test_a_level_is_not_heard():
    loud, quiet = heard(noise=0.05).figures(), heard(noise=0.05, gain=0.003).figures()
    assert all(quiet[axis] == pytest.approx(value, abs=0.02) for axis, value in loud.items())


def test_a_slow_attack_or_a_decay_is_no_movement():
    assert heard(attack_s=0.4).movement < 0.5
    assert heard(decay_s=0.6).movement < 0.5


@pytest.mark.parametrize("samples", [400, 2_000, 30_000])
def test_short_audio_has_figures(samples):
    found = timbre(note()[:, :samples], RATE, hold_s=samples / RATE)
    assert np.isfinite(list(found.figures().values())).all()


@pytest.mark.parametrize("axis", AXES)
def test_one_figure_by_itself_is_the_one_among_all(axis):
    click = np.zeros((2, RATE), np.float32)
    click[:, 0] = 1.0
    sounds = [note(noise=0.1, tremolo=0.3, side=0.1), note(decay_s=0.1)[:, :2_000], click, np.zeros_like(click)]
    for audio in sounds:
        whole = timbre(audio, RATE, hold_s=HOLD_S).figures()
        assert figure(axis, audio, RATE, hold_s=HOLD_S) == whole[axis]


def test_silence_and_what_is_not_finite_are_silent():
    assert timbre(np.zeros((2, RATE), np.float32), RATE, hold_s=0.5) == SILENT
    assert timbre(np.full((2, RATE), np.nan, np.float32), RATE, hold_s=0.5) == SILENT
    assert isinstance(SILENT, Timbre)
