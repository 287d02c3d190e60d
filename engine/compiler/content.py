"""The guard of a preset's content: modulations, LFOs, wavetables, sample. What would crash Vital is refused.

What Vital does with malformed content was read in its loaders and measured with vita: it indexes past short lists,
copies 8,192 bytes whatever the length of the data, and has no answer to an unknown type of component.
"""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_args

import numpy as np

from engine.compiler.fields import flag, join, list_at, number, number_at, object_at, strict_number, text_at
from engine.errors import VitalFileError
from schemas.wavetables import ComponentType

COMPONENT_TYPES = frozenset(get_args(ComponentType))
FRAME_SAMPLES = 2048
LAST_POSITION = 257
LOUDEST_WAVE = 1e4
_OLD_NUMBERED_TYPES = 9
"""Wavetables older than 0.3.3 number their components."""
_LARGE = 1e7
_MOST_SAMPLES = 20_000_000


def check_content(settings: Mapping[str, Any]) -> None:
    """Checks what `settings` has of modulations, LFOs, wavetables and sample.

    Raises:
        VitalFileError: what is wrong and where.
    """
    if "modulations" in settings:
        for index, entry in enumerate(list_at(settings, "modulations", "settings", at_most=64)):
            _check_modulation(entry, f"settings/modulations/{index}")
    if "lfos" in settings:
        for index, entry in enumerate(list_at(settings, "lfos", "settings", at_most=8)):
            _check_line(object_at(entry, f"settings/lfos/{index}"), f"settings/lfos/{index}")
    if "wavetables" in settings:
        for index, entry in enumerate(list_at(settings, "wavetables", "settings", at_most=3)):
            check_wavetable(entry, f"settings/wavetables/{index}")
    if settings.get("sample") is not None:
        _check_sample(object_at(settings["sample"], "settings/sample"))


def _check_modulation(entry: Any, where: str) -> None:
    modulation = object_at(entry, where)
    text_at(modulation, "source", where)
    text_at(modulation, "destination", where)
    if "line_mapping" in modulation:
        _check_line(object_at(modulation["line_mapping"], join(where, "line_mapping")), join(where, "line_mapping"))


def _check_line(line: Mapping[str, Any], where: str) -> None:
    """A drawn line: Vital reads as many points as there are powers, and then uses `num_points` of them."""
    count = number_at(line, "num_points", where, low=2, high=100)
    powers = list_at(line, "powers", where, at_most=1000)
    points = list_at(line, "points", where, at_most=2000)
    if count != int(count):
        raise VitalFileError(f"{where}/num_points: must be whole")
    if len(powers) < count or len(points) < 2 * len(powers):
        raise VitalFileError(
            f"{where}: {int(count)} points need as many powers and twice as many numbers in points; "
            f"there are {len(powers)} and {len(points)}"
        )
    for name, values in (("points", points), ("powers", powers)):
        for index, value in enumerate(values):
            number(value, f"{where}/{name}/{index}", low=-1000, high=1000)
    if "name" in line:
        text_at(line, "name", where)
    if "smooth" in line:
        flag(line["smooth"], join(where, "smooth"))


def check_wavetable(entry: Any, where: str) -> None:
    """One wavetable; `where` is its path, for errors.

    Raises:
        VitalFileError: what is wrong and where.
    """
    table = object_at(entry, where)
    if "groups" not in table and {"num_points", "points", "powers"} <= table.keys():
        _check_line(table, where)
        return
    for name in ("name", "version", "author"):
        if name in table or name == "version":
            text_at(table, name, where)
    for name in ("full_normalize", "remove_all_dc"):
        if name in table:
            flag(table[name], join(where, name))
    old = _is_old(table["version"], join(where, "version"))
    for g, group in enumerate(list_at(table, "groups", where, at_most=64)):
        path = f"{where}/groups/{g}"
        for c, component in enumerate(list_at(object_at(group, path), "components", path, at_most=64)):
            at = f"{path}/components/{c}"
            _check_component(object_at(component, at), at, old=old)


def _is_old(version: str, where: str) -> bool:
    parts = version.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        raise VitalFileError(f"{where}: {version!r} is not a version such as 1.0.7")
    return tuple(int(part) for part in parts) < (0, 3, 9)


def _check_component(component: Mapping[str, Any], where: str, *, old: bool) -> None:
    kind = component.get("type")
    numbered = old and isinstance(kind, int) and 0 <= kind < _OLD_NUMBERED_TYPES
    if not numbered and not (isinstance(kind, str) and kind in COMPONENT_TYPES):
        raise VitalFileError(f"{where}/type: {str(kind)[:40]!r} is not a component that Vital has")
    emptied = component.get("keyframes", ()) is None  # Vital saves a component without keyframes so, and reads it
    keyframes = [] if emptied else list_at(component, "keyframes", where, at_most=LAST_POSITION)
    for index, entry in enumerate(keyframes):
        _check_keyframe(object_at(entry, f"{where}/keyframes/{index}"), f"{where}/keyframes/{index}", kind)
    for name, value in component.items():
        if name in ("type", "keyframes"):
            continue
        if name == "audio_file":
            _check_base64(text_at(component, name, where), join(where, name))
        elif name in _FLAGS:
            flag(value, join(where, name))
        elif name in _LIMITS:
            strict_number(value, join(where, name), low=_LIMITS[name][0], high=_LIMITS[name][1])
        else:
            _check_numbers(value, join(where, name))
    _check_needed(component, kind, where)


_FLAGS = frozenset(
    ("normalize_gain", "normalize_mult", "normalize", "horizontal_asymmetric", "vertical_asymmetric")
)
_INDEX = (0.0, 16.0)
_LIMITS = {
    **dict.fromkeys(
        ("interpolation", "interpolation_style", "style", "fade_style", "phase_style", "window_shape"), _INDEX
    ),
    "window_size": (1.0, _LARGE),
    "audio_sample_rate": (0.0, _LARGE),  # 0 where Vital saved no audio with it
    "num_points": (0.0, 1000.0),
    "random_seed": (-(2.0**63), 2.0**64),
}
_NEEDED = {
    "Wave Source": ("interpolation",),
    "Shepard Tone Source": ("interpolation",),
    "Line Source": ("num_points",),
    "Audio File Source": ("normalize_gain", "window_size", "audio_file"),
    "Phase Shift": ("style",),
    "Wave Window": ("window_shape",),
    "Frequency Filter": ("style", "normalize"),
    "Wave Warp": ("horizontal_asymmetric", "vertical_asymmetric"),
}
_NEEDED_IN_KEYFRAMES = {
    "Wave Source": ("wave_data",),
    "Shepard Tone Source": ("wave_data",),
    "Audio File Source": ("start_position", "window_fade", "window_size"),
    "Phase Shift": ("phase", "mix"),
    "Wave Window": ("left_position", "right_position"),
    "Frequency Filter": ("cutoff", "shape"),
    "Slew Limiter": ("up_run_rise", "down_run_rise"),
    "Wave Folder": ("fold_boost",),
    "Wave Warp": ("horizontal_power", "vertical_power"),
}


def _check_needed(component: Mapping[str, Any], kind: Any, where: str) -> None:
    for name in _NEEDED.get(kind, ()):
        if name not in component:
            raise VitalFileError(f"{where}/{name}: missing; a {kind} needs it")


def _check_keyframe(keyframe: Mapping[str, Any], where: str, kind: Any) -> None:
    number_at(keyframe, "position", where, low=0, high=LAST_POSITION)
    for name in _NEEDED_IN_KEYFRAMES.get(kind, ()):
        if name not in keyframe:
            raise VitalFileError(f"{where}/{name}: missing; a {kind} needs it")
    for name, value in keyframe.items():
        if name == "wave_data":
            problem = _wave_problem(text_at(keyframe, name, where))
            if problem:
                raise VitalFileError(f"{join(where, name)}: {problem}")
        elif name == "line":
            _check_line(object_at(value, join(where, name)), join(where, name))
        elif name in _NEEDED_IN_KEYFRAMES.get(kind, ()) or name == "pull_power":
            strict_number(value, join(where, name), low=-_LARGE, high=_LARGE)
        elif name != "position":
            _check_numbers(value, join(where, name))


def _check_numbers(value: Any, where: str) -> None:
    """Numbers anywhere in `value` must be finite and no larger than anything that Vital writes."""
    if isinstance(value, int | float):
        number(value, where, low=-_LARGE, high=_LARGE)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_numbers(inner, join(where, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_numbers(inner, join(where, index))


@lru_cache(maxsize=4096)
def _wave_problem(data: str) -> str:
    """What is wrong with a frame's base64; empty if nothing. Cached, since presets share frames."""
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return "is not base64"
    if len(raw) < FRAME_SAMPLES * 4:
        return f"has {len(raw) // 4} samples; a frame has {FRAME_SAMPLES}"
    wave = np.frombuffer(raw[: FRAME_SAMPLES * 4], dtype="<f4")
    if not np.isfinite(wave).all():
        return "holds samples that are not finite numbers"
    peak = float(np.abs(wave).max())
    return f"reaches {peak:g}; a wave stays near ±1" if peak > LOUDEST_WAVE else ""


def _check_base64(data: str, where: str) -> int:
    try:
        return len(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        raise VitalFileError(f"{where}: is not base64") from None


def _check_sample(sample: Mapping[str, Any]) -> None:
    where = "settings/sample"
    if "name" in sample:
        text_at(sample, "name", where)
    length = number_at(sample, "length", where, low=1, high=_MOST_SAMPLES)
    number_at(sample, "sample_rate", where, low=1, high=1_000_000)
    for name in ("samples", "samples_stereo"):
        if name == "samples" or name in sample:
            size = _check_base64(text_at(sample, name, where), join(where, name))
            if size < 2 * length:
                raise VitalFileError(f"{where}/{name}: has {size // 2:,} samples; length says {int(length):,}")
