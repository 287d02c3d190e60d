"""One setting a noun: what a value writes, and how it is read back; the table of `docs/understanding.md`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.compiler.slots import (
    AMP,
    CHORUS,
    COMPRESSOR,
    DELAY,
    DISTORTION,
    FLANGER,
    PHASER,
    REVERB,
    SAMPLE,
    STEREO,
    VOICING,
)
from engine.generate.draft import Draft
from engine.generate.values.main_modules import filter_in_use, main_filter, main_oscillators, routes
from engine.generate.values.motions import get_rate, tremolo_route, vibrato_route
from engine.set_values import NOT, OR
from schemas.intent import ValueNoun
from schemas.parameters import Scale

Value = float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """`write` sets and pins a value; `read` gives it back, None where the patch has no such thing."""

    write: Callable[[Draft, Any], None]
    read: Callable[[Draft], Value | None]
    control: str
    """What is read, in words, for the documentation."""


def _pin(draft: Draft, pointer: str, value: float) -> None:
    kept = draft.nearest(pointer, value)
    draft.pin(pointer, round(kept) if draft.parameter(pointer).scale is Scale.INTEGER else kept)


def _control(pointer: str, words: str) -> Setting:
    return Setting(lambda draft, value: _pin(draft, pointer, value), lambda draft: draft.get(pointer), words)


def _effect(module: str, field: str, words: str, **least: float) -> Setting:
    """A control of an effect, which is on; `least` is what else must be heard of it."""

    def write(draft: Draft, value: float) -> None:
        draft.set(f"{module}/on", True)
        for name, lowest in least.items():
            draft.set(f"{module}/{name}", max(draft.get(f"{module}/{name}"), lowest))
        _pin(draft, f"{module}/{field}", value)

    def read(draft: Draft) -> Value | None:
        return float(draft.get(f"{module}/{field}")) if draft.is_on(f"{module}/on") else None

    return Setting(write, read, words)


def _mix(module: str, words: str) -> Setting:
    """The mix of an effect; 0 % turns it off, and one that is off is at 0 %."""

    def write(draft: Draft, value: float) -> None:
        draft.pin(f"{module}/on", value > 0.0)
        if value > 0.0:
            _pin(draft, f"{module}/mix_percent", value)

    def read(draft: Draft) -> Value:
        return float(draft.get(f"{module}/mix_percent")) if draft.is_on(f"{module}/on") else 0.0

    return Setting(write, read, words)


# The filter

_BLENDS: Mapping[str, tuple[float, int | None]] = {
    "low_pass": (0.0, None),
    "band_pass": (1.0, None),
    "high_pass": (2.0, None),
    "notch": (1.0, 2),
}
"""Blend, and the style where it must be another one than 12 or 24 dB."""
_ANY_SLOPE = ("analog", "dirty", "ladder", "digital")


def _filter(field: str, words: str) -> Setting:
    def write(draft: Draft, value: float) -> None:
        there = main_filter(draft)
        draft.pin(f"{there}/on", True)
        _pin(draft, f"{there}/{field}", value)
        if field == "cutoff_hz":
            draft.pin(f"{there}/keytrack_percent", 0.0)

    def read(draft: Draft) -> Value | None:
        there = filter_in_use(draft)
        return None if there is None else float(draft.get(f"{there}/{field}"))

    return Setting(write, read, words)


def _write_filter_type(draft: Draft, value: str) -> None:
    there, (blend, style) = main_filter(draft), _BLENDS[value]
    draft.pin(f"{there}/on", True)
    if draft.get(f"{there}/model") not in _ANY_SLOPE or style is not None:
        draft.pin(f"{there}/model", "analog")
    if style is not None:
        draft.pin(f"{there}/style", style)
    elif draft.get(f"{there}/style") > 1:
        draft.pin(f"{there}/style", 0)
    draft.pin(f"{there}/blend", blend)


def _read_filter_type(draft: Draft) -> Value | None:
    there = filter_in_use(draft)
    if there is None:
        return None
    if draft.get(f"{there}/style") == _BLENDS["notch"][1]:
        return "notch"
    blend = draft.get(f"{there}/blend")
    return "low_pass" if blend < 0.5 else "high_pass" if blend > 1.5 else "band_pass"


_FALLS_DB: Mapping[int, float] = {0: 12.0, 1: 24.0}
"""What a filter falls by in an octave, by its style."""


def _write_slope(draft: Draft, value: float) -> None:
    there = main_filter(draft)
    draft.pin(f"{there}/on", True)
    if f"{there}/style" in draft.pinned and draft.get(f"{there}/style") not in _FALLS_DB:
        return  # a notch has one slope
    if draft.get(f"{there}/model") not in _ANY_SLOPE:
        draft.pin(f"{there}/model", "analog")
    draft.pin(f"{there}/style", next(style for style, falls in _FALLS_DB.items() if falls == value))


def _read_slope(draft: Draft) -> Value | None:
    there = filter_in_use(draft)
    if there is None or draft.get(f"{there}/model") not in _ANY_SLOPE:
        return None
    return _FALLS_DB.get(draft.get(f"{there}/style"))


# The oscillators

_TABLES: Mapping[str, str] = {
    "sine": "sine",
    "triangle": "analog_triangle",
    "saw": "analog_saw",
    "square": "analog_square",
    "pulse": "pulse_width",
}
_PULSE_FRAME = 114.0
"""The frame of a pulse of 30 %, which is what "a pulse wave" is taken for."""
_WIDEST, _NARROWEST = 50.0, 5.0


def _play(draft: Draft, table: str, frame: float) -> None:
    for one in main_oscillators(draft):
        _play_on(draft, one, table, frame)


def _play_on(draft: Draft, oscillator: str, table: str, frame: float) -> None:
    draft.pin(f"{oscillator}/wavetable/table", {"kind": "own", "id": table})
    draft.pin(f"{oscillator}/wavetable/position", frame)
    draft.pin(f"{oscillator}/wavetable/frame_spread", 0.0)
    draft.pin(f"{oscillator}/warp/type", "none")
    draft.pin(f"{oscillator}/spectral_morph/type", "none")


_KIN: Mapping[str, tuple[str, ...]] = {
    "saw": ("analog_saw", "warm_saw", "saw_down", "gritty_saw", "sync_saw", "sine_saw", "saw_square"),
    "square": ("analog_square", "square", "pulse_width", "pulse_12", "four_pulses", "saw_square"),
    "pulse": ("analog_square", "square", "pulse_width", "pulse_12", "four_pulses"),
    "triangle": ("analog_triangle", "triangle"),
    "sine": ("sine", "sine_saw"),
}
"""Tables in which a waveform is heard as itself."""
_INSTEAD = ("triangle", "saw", "square", "sine")


def disliked(value: str) -> list[str]:
    """The waveforms that a value says the sound is not to have: "not saw or square"."""
    return value.removeprefix(NOT).split(OR) if value.startswith(NOT) else []


def _write_another(draft: Draft, gone: Sequence[str]) -> None:
    """Another waveform on the oscillators that have one of `gone`."""
    tables = {table for wave in gone for table in _KIN[wave]}
    instead = next((wave for wave in _INSTEAD if not set(_KIN[wave]) & tables), "triangle")
    for one in main_oscillators(draft):
        if (draft.get(f"{one}/wavetable/table") or {}).get("id") in tables:
            _play_on(draft, one, _TABLES[instead], 0.0)


def _write_waveform(draft: Draft, value: str) -> None:
    if disliked(value):
        _write_another(draft, disliked(value))
        return
    if any(f"{one}/wavetable/table" in draft.pinned for one in main_oscillators(draft)):
        return  # a pulse width says it better
    _play(draft, _TABLES[value], _PULSE_FRAME if value == "pulse" else 0.0)


def _read_waveform(draft: Draft) -> Value | None:
    for one in main_oscillators(draft)[:1]:
        table = (draft.get(f"{one}/wavetable/table") or {}).get("id")
        if table == "pulse_width" and draft.get(f"{one}/wavetable/position") < 1.0:
            return "square"
        return next((wave for wave, known in _TABLES.items() if known == table), str(table))
    return None


def _write_pulse_width(draft: Draft, value: float) -> None:
    width = min(max(min(value, 100.0 - value), _NARROWEST), _WIDEST)
    _play(draft, "pulse_width", (_WIDEST - width) / (_WIDEST - _NARROWEST) * 256.0)


def _read_pulse_width(draft: Draft) -> Value | None:
    for one in main_oscillators(draft)[:1]:
        if (draft.get(f"{one}/wavetable/table") or {}).get("id") == "pulse_width":
            return _WIDEST - float(draft.get(f"{one}/wavetable/position")) / 256.0 * (_WIDEST - _NARROWEST)
    return None


_SPREAD_FROM, _DETUNE_FROM = 40.0, 6.0


def _write_voices(draft: Draft, value: float) -> None:
    for one in main_oscillators(draft):
        alone = draft.get(f"{one}/unison/voices") < 2
        _pin(draft, f"{one}/unison/voices", value)
        if alone and value > 1:
            for field, least in (("stereo_spread_percent", _SPREAD_FROM), ("detune_percent", _DETUNE_FROM)):
                draft.set(f"{one}/unison/{field}", max(draft.get(f"{one}/unison/{field}"), least))


def _write_detune(draft: Draft, value: float, *, percent: bool = False) -> None:
    for one in main_oscillators(draft):
        if value == 0.0:  # voices in unison that are in tune are one
            draft.set(f"{one}/unison/voices", 1)
        elif draft.get(f"{one}/unison/voices") < 2:
            draft.set(f"{one}/unison/voices", 2)
        width = float(draft.get(f"{one}/unison/detune_range_semitones"))
        if not percent and value > 100.0 * width:
            width = min(value / 100.0, 48.0)
            draft.pin(f"{one}/unison/detune_range_semitones", width)
        _pin(draft, f"{one}/unison/detune_percent", value if percent else value / width)


def _read_main(field: str) -> Callable[[Draft], Value | None]:
    def read(draft: Draft) -> Value | None:
        return next((float(draft.get(f"{one}/{field}")) for one in main_oscillators(draft)), None)

    return read


def _read_detune(draft: Draft) -> Value | None:
    """Cents that the outer voices lie from the middle: the detune is a part of its range."""
    for one in main_oscillators(draft)[:1]:
        if draft.get(f"{one}/unison/voices") < 2:
            return 0.0
        part = float(draft.get(f"{one}/unison/detune_percent"))
        return part * float(draft.get(f"{one}/unison/detune_range_semitones"))
    return None


# Delay, noise, playing


def _write_delay_time(draft: Draft, value: Value) -> None:
    draft.set(f"{DELAY}/on", True)
    draft.set(f"{DELAY}/mix_percent", max(draft.get(f"{DELAY}/mix_percent"), 25.0))
    for before in ("", "second_"):
        if isinstance(value, str):
            length, _, feel = value.partition(" ")
            draft.pin(f"{DELAY}/{before}sync", feel or "tempo")
            draft.pin(f"{DELAY}/{before}tempo", length if length != "8/1" else "4/1")
        else:
            draft.pin(f"{DELAY}/{before}sync", "free")
            _pin(draft, f"{DELAY}/{before}time_s", value)


def _read_delay_time(draft: Draft) -> Value | None:
    if not draft.is_on(f"{DELAY}/on"):
        return None
    sync = draft.get(f"{DELAY}/sync")
    if sync == "free":
        return float(draft.get(f"{DELAY}/time_s"))
    length = str(draft.get(f"{DELAY}/tempo"))
    return length if sync == "tempo" else f"{length} {sync}"


def _write_noise(draft: Draft, value: float) -> None:
    draft.pin(f"{SAMPLE}/on", value > 0.0)
    if value > 0.0:
        if draft.get(f"{SAMPLE}/sample") is None:
            draft.set(f"{SAMPLE}/sample", {"kind": "own", "id": "white"})
        _pin(draft, f"{SAMPLE}/level_percent", value)


def _read_noise(draft: Draft) -> Value:
    return float(draft.get(f"{SAMPLE}/level_percent")) if draft.is_on(f"{SAMPLE}/on") else 0.0


def _write_transpose(draft: Draft, value: float) -> None:
    pointer = f"{VOICING}/transpose_semitones"
    _pin(draft, pointer, draft.get(pointer) + value)


def _read_transpose(draft: Draft) -> Value:
    return float(draft.get(f"{VOICING}/transpose_semitones"))


def _write_glide(draft: Draft, value: float) -> None:
    pointer = f"{VOICING}/glide_s"
    lowest = draft.parameter(pointer).to_person(draft.parameter(pointer).low)
    draft.pin(pointer, max(min(value, 16.0), float(lowest)))


def _read_glide(draft: Draft) -> Value:
    seconds = float(draft.get(f"{VOICING}/glide_s"))
    return seconds if seconds > 0.001 else 0.0


def _write_voicing(draft: Draft, value: str) -> None:
    pointer = f"{VOICING}/polyphony"
    if pointer not in draft.pinned:
        draft.pin(pointer, 1 if value == "mono" else max(draft.get(pointer), 8))


def _read_voicing(draft: Draft) -> Value:
    return "mono" if draft.get(f"{VOICING}/polyphony") == 1 else "poly"


def _nothing(draft: Draft, value: Value) -> None:
    """Motions and controllers are set when all others are."""


def _read_vibrato_rate(draft: Draft) -> Value | None:
    route = vibrato_route(draft)
    return None if route is None else get_rate(draft, f"/modules/lfo/{int(route['source'][4:]) - 1}")


def _read_tremolo_rate(draft: Draft) -> Value | None:
    route = tremolo_route(draft)
    return None if route is None else get_rate(draft, f"/modules/lfo/{int(route['source'][4:]) - 1}")


def _read_vibrato_depth(draft: Draft) -> Value:
    return 100.0 * _depth(draft, vibrato_route(draft))


def _read_tremolo_depth(draft: Draft) -> Value:
    return 100.0 * _depth(draft, tremolo_route(draft))


def _depth(draft: Draft, route: dict[str, Any] | None) -> float:
    """The amount of a route, at rest or with the control turned up that brings it in."""
    if route is None:
        return 0.0
    pointer = f"/modulation/routes/{next(n for n, one in enumerate(routes(draft)) if one is route)}/amount"
    brought_in = sum(2.0 * abs(one["amount"]) for one in routes(draft) if one["target"] == pointer)
    return abs(float(route["amount"])) + float(brought_in)


SETTINGS: Mapping[ValueNoun, Setting] = {
    "attack": _control(f"{AMP}/attack_s", "envelope 1, attack"),
    "decay": _control(f"{AMP}/decay_s", "envelope 1, decay"),
    "sustain": _control(f"{AMP}/sustain_percent", "envelope 1, sustain"),
    "release": _control(f"{AMP}/release_s", "envelope 1, release"),
    "filter_type": Setting(_write_filter_type, _read_filter_type, "the filter's blend (its style for a notch)"),
    "cutoff": _filter("cutoff_hz", "the filter's cutoff; it doesn't follow the keys"),
    "resonance": _filter("resonance_percent", "the filter's resonance"),
    "filter_drive": _filter("drive_db", "the filter's drive"),
    "filter_slope": Setting(_write_slope, _read_slope, "the filter's style, 12 or 24 dB"),
    "distortion_drive": _effect(DISTORTION, "drive_db", "distortion, drive", mix_percent=50.0),
    "distortion_mix": _mix(DISTORTION, "distortion, mix"),
    "chorus_mix": _mix(CHORUS, "chorus, mix"),
    "phaser_mix": _mix(PHASER, "phaser, mix"),
    "flanger_mix": _mix(FLANGER, "flanger, mix"),
    "delay_mix": _mix(DELAY, "delay, mix"),
    "reverb_mix": _mix(REVERB, "reverb, mix"),
    "compressor_mix": _mix(COMPRESSOR, "compressor, mix"),
    "delay_time": Setting(_write_delay_time, _read_delay_time, "delay, time or tempo of both sides"),
    "delay_feedback": _effect(DELAY, "feedback_percent", "delay, feedback", mix_percent=25.0),
    "reverb_size": _effect(REVERB, "size_percent", "reverb, size", mix_percent=15.0),
    "reverb_decay": _effect(REVERB, "decay_s", "reverb, decay", mix_percent=15.0),
    "pulse_width": Setting(_write_pulse_width, _read_pulse_width, "the oscillators' wavetable Pulse Width, frame"),
    "waveform": Setting(_write_waveform, _read_waveform, "the oscillators' wavetable"),
    "unison_voices": Setting(_write_voices, _read_main("unison/voices"), "the oscillators' unison voices"),
    "detune": Setting(_write_detune, _read_detune, "the oscillators' unison detune, as part of its range"),
    "transpose": Setting(
        _write_transpose, lambda d: float(d.get(f"{VOICING}/transpose_semitones")), "voice transpose"
    ),
    "lfo_rate": Setting(_nothing, lambda draft: None, "rate or tempo of the LFO that moves the sound most"),
    "vibrato_rate": Setting(_nothing, _read_vibrato_rate, "rate of the LFO on the voices' tuning"),
    "vibrato_depth": Setting(_nothing, _read_vibrato_depth, "its amount: 1 is 100 cents up and down"),
    "tremolo_rate": Setting(_nothing, _read_tremolo_rate, "rate of the LFO on the voices' level"),
    "tremolo_depth": Setting(_nothing, _read_tremolo_depth, "its amount"),
    "glide": Setting(_write_glide, _read_glide, "portamento time"),
    "polyphony": _control(f"{VOICING}/polyphony", "voices"),
    "voicing": Setting(_write_voicing, _read_voicing, "voices: one, or more"),
    "legato": Setting(
        lambda draft, value: draft.pin(f"{VOICING}/legato", value == "on"),
        lambda draft: "on" if draft.get(f"{VOICING}/legato") else "off",
        "legato",
    ),
    "width": _control(STEREO, "stereo routing"),
    "noise_level": Setting(_write_noise, _read_noise, "sample player, level"),
    "tempo": _control(f"{VOICING}/tempo_bpm", "tempo"),
    "note": Setting(_nothing, lambda draft: float(draft.note), "the note that the preview plays"),
    "velocity_target": Setting(_nothing, lambda draft: None, "routes of the velocity, and velocity tracking"),
    "wheel_target": Setting(_nothing, lambda draft: None, "routes of the mod wheel"),
    "lfo_target": Setting(_nothing, lambda draft: None, "routes of the LFO that moves the sound most"),
}
"""In the order in which they are set: a pulse width before a waveform, a filter's type before its cutoff."""


def write_percent_of_detune(draft: Draft, value: float) -> None:
    """A detune in per cent, as Vital shows it."""
    _write_detune(draft, value, percent=True)


def read_percent_of_detune(draft: Draft) -> Value | None:
    """The detune in per cent, as Vital shows it."""
    return _read_main("unison/detune_percent")(draft)
