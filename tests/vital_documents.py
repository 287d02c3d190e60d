"""Documents of the form that Vital saves, to vary in tests: vita's own plain one, and parts to put into it."""

from __future__ import annotations  # a type of vita's that outlives the tests aborts their process

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import vita
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.compiler.controls import Control, controls
from schemas.parameters import Scale
from schemas.wavetables import ComponentType

VitalDocument = dict[str, Any]
ChangeDocument = Callable[[VitalDocument], Any]
"""Changes a document in place."""


@cache
def _plain_text() -> str:
    return str(vita.Synth().to_json())


def plain() -> VitalDocument:
    """What a new synth saves: 772 settings, 64 empty modulations, 3 wavetables, 8 LFOs and a sample."""
    document: VitalDocument = json.loads(_plain_text())
    document["synth_version"] = "1.0.7"
    for table in document["settings"]["wavetables"]:
        table["version"] = "1.0.7"
    sample = document["settings"]["sample"]
    sample.update(length=512, samples=sample["samples"][: 4 * 344])
    return document


def play(synth: vita.Synth, note: int, velocity: float, held_s: float, total_s: float) -> NDArray[np.float64]:
    """Stereo audio, shape (2, samples), on a thread of its own: rendering leaves it without subnormal numbers."""
    with ThreadPoolExecutor(1) as thread:
        return np.asarray(thread.submit(synth.render, note, velocity, held_s, total_s).result(), dtype=np.float64)


def wave_data(seed: int) -> str:
    """A frame of 2048 random samples."""
    wave = np.random.Generator(np.random.PCG64(seed)).uniform(-1, 1, 2048)
    return base64.b64encode(wave.astype("<f4").tobytes()).decode()


def sixteen_bit(frames: int, seed: int = 0) -> str:
    """`frames` random samples of 16 bits."""
    wave = np.random.Generator(np.random.PCG64(seed)).integers(-20_000, 20_000, frames)
    return base64.b64encode(wave.astype("<i2").tobytes()).decode()


def line(seed: int = 0, points: int = 4) -> VitalDocument:
    """A drawn line, as LFOs, line sources and modulations have it."""
    draw = np.random.Generator(np.random.PCG64(seed)).uniform
    xs = [0.0, *sorted(draw(0, 1, points - 2).tolist()), 1.0]
    ys = draw(0, 1, points).tolist()
    flat = [value for point in zip(xs, ys, strict=True) for value in point]
    powers = draw(-10, 10, points).tolist()
    return {"name": f"Line {seed}", "num_points": points, "points": flat, "powers": powers, "smooth": seed % 2 == 1}


_STYLES = {"interpolation": 1, "interpolation_style": 2}
_KEYFRAMES: dict[str, dict[str, Any]] = {
    "Wave Source": {"wave_data": wave_data(1)},
    "Line Source": {"pull_power": 0.5, "line": line(2)},
    "Audio File Source": {"start_position": 3.0, "window_fade": 1.0, "window_size": 2048.0},
    "Shepard Tone Source": {"wave_data": wave_data(3)},
    "Phase Shift": {"phase": 1.5, "mix": 0.5},
    "Wave Window": {"left_position": 0.25, "right_position": 0.75},
    "Frequency Filter": {"cutoff": 4.0, "shape": 0.5},
    "Slew Limiter": {"up_run_rise": 0.1, "down_run_rise": 0.2},
    "Wave Folder": {"fold_boost": 2.0},
    "Wave Warp": {"horizontal_power": 1.0, "vertical_power": -2.0},
}
_SETTINGS: dict[str, dict[str, Any]] = {
    "Line Source": {"num_points": 4},
    "Audio File Source": {
        "normalize_gain": False, "normalize_mult": False, "window_size": 2048.0, "fade_style": 1, "phase_style": 0,
        "random_seed": 7, "audio_sample_rate": 44100, "audio_file": sixteen_bit(4096),
    },
    "Phase Shift": {"style": 0},
    "Wave Window": {"window_shape": 1},
    "Frequency Filter": {"style": 1, "normalize": True},
    "Wave Warp": {"horizontal_asymmetric": True, "vertical_asymmetric": False},
}  # fmt: skip


def component(kind: ComponentType, *, keyframes: int = 2) -> VitalDocument:
    """A whole component of a wavetable."""
    frames = [
        {"position": 256 * i // max(keyframes - 1, 1), **json.loads(json.dumps(_KEYFRAMES[kind]))}
        for i in range(keyframes)
    ]
    return {"type": kind, "keyframes": frames, **_STYLES, **_SETTINGS.get(kind, {})}


def wavetable(*kinds: ComponentType, name: str = "Drawn") -> VitalDocument:
    """A wavetable of one group."""
    return {
        "name": name,
        "author": "A. Maker",
        "version": "1.0.7",
        "full_normalize": True,
        "remove_all_dc": False,
        "groups": [{"components": [component(kind) for kind in kinds]}],
    }


def values(control: Control, *, beyond: bool = False) -> st.SearchStrategy[float]:
    """Stored values of a control, in range, or `beyond` it by up to a tenth of its travel."""
    parameter = control.parameter
    travel = parameter.travel * (0.1 if beyond else 0.0)
    if not beyond and parameter.scale in (Scale.CHOICE, Scale.SWITCH, Scale.INTEGER):
        return st.integers(int(parameter.low), int(parameter.high)).map(float)
    return st.floats(parameter.low - travel, parameter.high + travel, width=64, allow_subnormal=False)


def names(*, beyond: bool = False) -> st.SearchStrategy[tuple[str, float]]:
    """Names of controls with values."""
    table = controls()
    return st.sampled_from(sorted(table)).flatmap(
        lambda name: st.tuples(st.just(name), values(table[name], beyond=beyond))
    )
