"""Previews: what is heard is what was rendered, and equal audio gives equal files."""

import hashlib
import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from engine.codec import decode, encode_flac, encode_mp3, to_pcm
from engine.errors import BundleError

RATE = 44_100
_ENCODE_ELSEWHERE = """
import sys, numpy as np
from engine.codec import encode_mp3
pcm = np.frombuffer(sys.stdin.buffer.read(), np.int16).reshape(2, -1)
sys.stdout.buffer.write(encode_mp3(pcm, 44_100))
"""


def test_flac_is_within_half_a_step_of_what_was_rendered(audio: Any) -> None:
    pcm, rate = decode(encode_flac(audio, RATE))
    assert rate == RATE
    assert pcm.shape == audio.shape
    assert np.abs(pcm / 32768 - audio).max() <= 0.5001 / 32768


def test_flac_of_equal_audio_is_equal(audio: Any) -> None:
    assert encode_flac(audio, RATE) == encode_flac(audio.copy(order="F"), RATE)


def test_beyond_full_scale_is_clipped_and_not_wrapped() -> None:
    pcm = to_pcm(np.array([[1.5, 1.0], [-1.5, -1.0]], dtype=np.float32))
    assert pcm.tolist() == [[32767, 32767], [-32768, -32768]]


def test_mono_is_decoded_as_one_channel() -> None:
    stream = io.BytesIO()
    sf.write(stream, np.array([0.5, -0.25]), RATE, format="WAV", subtype="PCM_16")
    pcm, rate = decode(stream.getvalue())
    assert (pcm.tolist(), rate) == ([[16384, -8192]], RATE)


def test_what_is_no_audio_is_not_decoded() -> None:
    with pytest.raises(BundleError, match="a preview can't be decoded"):
        decode(b"no audio")


def test_previews_are_written_in_these_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        sf, "write", lambda stream, samples, rate, **form: asked.append((samples.shape, rate, form))
    )
    encode_flac(np.zeros((2, 9)), RATE)
    encode_mp3(np.zeros((2, 9), np.int16), RATE)
    mp3 = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "VARIABLE", "compression_level": 0.2}
    assert asked == [((9, 2), RATE, {"format": "FLAC", "subtype": "PCM_16"}), ((9, 2), RATE, mp3)]


@pytest.mark.parametrize("bad", [np.zeros((2, 0)), np.zeros(9), np.zeros((9, 2)), np.full((2, 9), np.nan)])
def test_what_is_no_stereo_audio_is_refused(bad: Any) -> None:
    with pytest.raises(BundleError, match=r"shape|NaN"):
        encode_flac(bad, RATE)


def test_mp3_sounds_like_what_was_rendered(audio: Any) -> None:
    pcm = to_pcm(audio)
    heard, rate = decode(encode_mp3(pcm, RATE))
    assert rate == RATE
    error = heard[:, : pcm.shape[1]].astype(float) - pcm[:, : heard.shape[1]]
    assert 10 * np.log10(np.sum(pcm.astype(float) ** 2) / np.sum(error**2)) > 20


def test_mp3_is_equal_in_another_process(audio: Any) -> None:
    pcm = to_pcm(audio)
    here = [hashlib.sha256(encode_mp3(pcm, RATE)).digest() for _ in range(3)]
    there = subprocess.run(
        [sys.executable, "-c", _ENCODE_ELSEWHERE], input=pcm.tobytes(), capture_output=True, check=True
    ).stdout
    assert {*here, hashlib.sha256(there).digest()} == {here[0]}


def test_what_is_no_audio_is_refused() -> None:
    with pytest.raises(BundleError, match="decoded"):
        decode(b"not audio at all")
