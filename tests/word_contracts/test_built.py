"""Moves that look at how a sound is built, heard in the audio and not by the figures that the loop tunes on."""

import numpy as np
import pytest

from engine.compiler import compile_spec, playable
from engine.render.job import NotePlan, RenderJob
from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage
from schemas.request import Request

RATE = 44_100


@pytest.fixture(scope="module")
def pool():
    with RenderPool(1) as pool:
        yield pool


def spec_of(prompt):
    return patch_stage(plan_stage(Request(prompt=prompt, seed=11))).spec


def played(prompt, pool, *, hold_s=0.5):
    """The note alone, mono, 1.5 s, at an RMS of 1."""
    preset = playable(compile_spec(spec_of(prompt))).preset
    note = NotePlan(48, 0.8, hold_s, 1.5)
    audio = pool.render(RenderJob("struck", preset, (note,), preview=note)).preview.mean(axis=0).astype(float)
    return audio / np.sqrt(np.mean(audio**2))


def hiss_db(audio):
    """Energy above 3 kHz from 50 to 250 ms against all energy there."""
    power = np.abs(np.fft.rfft(audio[RATE // 20 : RATE // 4])) ** 2
    hz = np.fft.rfftfreq(RATE // 4 - RATE // 20, 1 / RATE)
    return 10 * np.log10(power[hz > 3000].sum() / power.sum() + 1e-12)


@pytest.mark.parametrize(
    ("clean", "noisy"),
    [
        ("pure tom", "breathy tom"),
        ("clean kick", "noisy kick"),
        ("clean snare", "noisy snare"),
        ("conga", "noisy conga"),
    ],
)
def test_a_noisy_drum_has_noise_for_as_long_as_it_rings(clean, noisy, pool):
    assert hiss_db(played(noisy, pool)) > hiss_db(played(clean, pool)) + 10


def test_a_noisy_pad_is_noise_and_no_ringing_metal():
    def noises(prompt):
        made = [patch_stage(plan_stage(Request(prompt=prompt, seed=seed))).spec for seed in range(8)]
        return {spec.modules.sample.sample.id for spec in made}

    assert "metal_hiss" in noises("glass pad")
    assert "metal_hiss" not in noises("noisy glass pad")


@pytest.mark.parametrize("prompt", ["kick", "tom", "conga", "laser", "hoover lead", "riser"])
def test_a_pitch_that_falls_or_rises_by_itself_gets_no_second_course(prompt):
    assert not any(
        route.target == "/modules/voicing/transpose_semitones" for route in spec_of(prompt).modulation.routes
    )


def test_a_pitch_that_stands_still_falls_where_that_is_asked_for():
    routes = spec_of("square bass with a falling pitch").modulation.routes
    assert any(route.target == "/modules/voicing/transpose_semitones" for route in routes)


def test_a_cathedral_rings_on_after_a_snare(pool):
    far, dry = played("snare in a huge cathedral", pool), played("snare", pool)
    late = slice(int(0.9 * RATE), int(1.1 * RATE))
    assert 20 * np.log10(far[late].std() / (dry[late].std() + 1e-9)) > 12


def test_a_static_supersaw_beats_more_slowly():
    def detune(prompt):
        return spec_of(prompt).modules.osc[0].unison.detune_percent

    assert 0 < detune("static supersaw lead") < 0.6 * detune("supersaw lead")


def test_a_whoosh_with_an_immediate_attack_is_there_at_once(pool):
    def early_db(prompt):
        return 20 * np.log10(played(prompt, pool, hold_s=1.5)[: RATE // 10].std() + 1e-9)

    assert early_db("whoosh with an immediate attack") > early_db("whoosh") + 12
