"""Pictures: they open, they show what was played, and equal audio gives equal files."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.bundle.pictures import (
    HIGHEST_HZ,
    LOWEST_HZ,
    SPECTROGRAM_SIZE,
    WAVEFORM_SIZE,
    spectrogram_png,
    waveform_png,
)
from engine.bundle.previews import Pcm, to_pcm

RATE = 44_100


def opened(png: bytes, mode: str) -> Any:
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return np.asarray(image.convert(mode)).astype(int)


def tone(hertz: float, *, left: float = 0.5, right: float = 0.5, seconds: float = 1.0) -> Pcm:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE)
    return to_pcm(np.vstack([left * wave, right * wave]))


@pytest.mark.parametrize("hertz", [55.0, 440.0, 3520.0, 12_000.0])
def test_a_tone_lies_at_its_pitch(hertz: float) -> None:
    light = opened(spectrogram_png(tone(hertz), RATE), "L")[:, 450]
    height = SPECTROGRAM_SIZE[1]
    expected = height * (1 - np.log(hertz / LOWEST_HZ) / np.log(HIGHEST_HZ / LOWEST_HZ))
    assert np.average(np.arange(height), weights=light == light.max()) == pytest.approx(expected, abs=3)


def test_a_sound_begins_when_it_begins() -> None:
    pcm = tone(1000, seconds=2.0)
    pcm[:, : pcm.shape[1] // 2] = 0
    loudest = opened(spectrogram_png(pcm, RATE), "L").max(axis=0)
    middle = SPECTROGRAM_SIZE[0] // 2
    assert loudest[: middle - 30].max() < 30 < 200 < loudest[middle + 30 : -30].min()


def test_the_left_channel_points_up_and_the_right_one_down() -> None:
    alpha = opened(waveform_png(tone(200, left=0.8, right=0.2)), "RGBA")[:, :, 3]
    assert alpha.shape == WAVEFORM_SIZE[::-1]
    half = WAVEFORM_SIZE[1] // 2
    up, down = (alpha[:half] > 0).sum(), (alpha[half:] > 0).sum()
    assert up / down == pytest.approx(4, rel=0.15)


def test_silence_and_a_single_sample_are_drawn_too() -> None:
    for pcm in (np.zeros((2, RATE), np.int16), np.full((2, 1), 9000, np.int16)):
        assert opened(waveform_png(pcm), "RGBA").shape[:2] == WAVEFORM_SIZE[::-1]
        assert opened(spectrogram_png(pcm, RATE), "RGB").shape[:2] == SPECTROGRAM_SIZE[::-1]


def test_pictures_of_a_real_note_show_something_and_are_equal_each_time(audio: Any) -> None:
    pcm = to_pcm(audio)
    wave, spectrum = waveform_png(pcm), spectrogram_png(pcm, RATE)
    assert opened(wave, "RGBA")[:, :, 3].std() > 20
    assert opened(spectrum, "L").std() > 10
    assert (wave, spectrum) == (waveform_png(pcm.copy(order="F")), spectrogram_png(pcm.copy(order="F"), RATE))
