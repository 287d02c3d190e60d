import base64

import numpy as np
import pytest

from engine.errors import SpecError
from engine.sounds import NOISES, samples, silent_sample, vital_sample

every_noise = pytest.mark.parametrize("ident", NOISES)
looped = pytest.mark.parametrize("ident", [n.id for n in NOISES.values() if n.loops])
one_shot = pytest.mark.parametrize("ident", [n.id for n in NOISES.values() if not n.loops])


def centroid_hz(ident: str) -> float:
    power = np.abs(np.fft.rfft(samples(ident).astype(np.float64))) ** 2
    return float((power * np.fft.rfftfreq(samples(ident).size, 1 / 44_100)).sum() / power.sum())


def test_there_are_enough_noises() -> None:
    assert len(NOISES) >= 10


@every_noise
def test_vital_json_holds_the_samples(ident: str) -> None:
    sample = vital_sample(ident)
    decoded = np.frombuffer(base64.b64decode(sample["samples"]), dtype="<i2")
    np.testing.assert_array_equal(decoded, samples(ident))
    assert decoded.size == sample["length"]


@every_noise
def test_it_fills_the_range_without_offset(ident: str) -> None:
    signal = samples(ident).astype(np.float64) / 32_768
    assert 0.97 < np.abs(signal).max() < 1.0
    assert abs(signal.mean()) < 0.002


@looped
def test_the_seam_is_no_bigger_than_other_steps(ident: str) -> None:
    signal = samples(ident).astype(np.float64)
    assert abs(signal[0] - signal[-1]) <= np.quantile(np.abs(np.diff(signal)), 0.995)


@one_shot
def test_a_one_shot_ends_in_silence(ident: str) -> None:
    assert np.abs(samples(ident)[-2_000:]).max() <= 8


@every_noise
def test_it_sounds(player, ident: str) -> None:
    settings = {"osc_1_on": 0.0, "sample_on": 1.0, "sample_destination": 3.0}
    player.load(sample=vital_sample(ident), settings=settings)
    assert np.abs(player.play(0.5)).max() > 0.03


def test_the_silent_sample_adds_nothing(player) -> None:
    player.load(sample=silent_sample(), settings={"osc_1_on": 0.0, "sample_on": 1.0, "sample_destination": 3.0})
    assert np.abs(player.play(0.5)).max() < 1e-6


def test_colours_are_ordered_from_dark_to_bright() -> None:
    centroids = [centroid_hz(ident) for ident in ("brown", "pink", "white", "blue")]
    assert centroids == sorted(centroids)


def test_an_unknown_noise_is_named() -> None:
    with pytest.raises(SpecError, match="'green'"):
        vital_sample("green")
