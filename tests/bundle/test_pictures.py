"""Pictures: they open, they show what was played, and equal audio gives equal files."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.bundle.pictures import (
    SPECTROGRAM_SIZE,
    WAVEFORM_SIZE,
    spectrogram_png,
    waveform_png,
)
from engine.codec import Pcm, to_pcm

RATE = 44_100


def opened(png: bytes, mode: str) -> Any:
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return np.asarray(image.convert(mode)).astype(int)


def tone(hertz: float, *, left: float = 0.5, right: float = 0.5, seconds: float = 1.0) -> Pcm:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(RATE * seconds)) / RATE)
    return to_pcm(np.vstack([left * wave, right * wave]))


def test_pictures_have_these_sizes() -> None:
    assert opened(waveform_png(tone(440)), "RGBA").shape == (160, 900, 4)
    assert opened(spectrogram_png(tone(440), RATE), "RGB").shape == (220, 900, 3)


# 220 rows for the 9.1 octaves from 32.7 Hz to 18 kHz, the highest on top.
@pytest.mark.parametrize(("hertz", "row"), [(55.0, 201.9), (440.0, 129.4), (3520.0, 56.9), (12_000.0, 14.1)])
def test_a_tone_lies_at_its_pitch(hertz: float, row: float) -> None:
    light = opened(spectrogram_png(tone(hertz), RATE), "L")[:, 450]
    assert np.average(np.arange(220), weights=light == light.max()) == pytest.approx(row, abs=1.5)


@pytest.mark.parametrize(("level_db", "seen"), [(-80.0, True), (-88.0, False)])
def test_what_lies_84_db_below_the_loudest_is_night(level_db: float, seen: bool) -> None:
    loud, soft = (np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE) for hertz in (500.0, 8000.0))
    wave = 0.9 * loud + 0.9 * 10 ** (level_db / 20) * soft
    picture = opened(spectrogram_png(to_pcm(np.vstack([wave, wave])), RATE), "RGB")[:, 450]
    assert (picture[20:60] != (12, 11, 22)).any() == seen, "8 kHz lies at row 28"
    assert picture.sum(axis=1).max() == 254 + 242 + 204, "the loudest point is the brightest there is"


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


def test_peaks_are_pale_and_the_mean_square_full_in_one_colour_within_three_rows_of_the_edge() -> None:
    square = np.full((2, RATE), 32_767, np.int16)
    column = opened(waveform_png(square), "RGBA")[:, 450]
    assert column[:80, 3][::-1].tolist() == [255] * 77 + [187, 0, 0]
    assert (column[:80] == column[:79:-1]).all()
    assert column[40].tolist() == [124, 108, 240, 255]
    sine = opened(waveform_png(tone(4410)), "RGBA")[:80, 450, 3][::-1]
    assert (sine[:56] == 255).all()
    assert (sine[60:77] == 120).all()
    assert (sine[79:] == 0).all()


def test_a_spectrogram_has_300_moments_of_three_columns_each() -> None:
    noise = to_pcm(np.random.default_rng(0).uniform(-0.5, 0.5, (2, 2 * RATE)))
    picture = opened(spectrogram_png(noise, RATE), "L")
    assert (picture[:, ::3] == picture[:, 1::3]).all()
    assert (picture[:, ::3] == picture[:, 2::3]).all()
    assert len(np.unique(picture, axis=1).T) == 300
