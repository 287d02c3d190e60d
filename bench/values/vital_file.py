"""Values read from a `.vital` file by the names of Vital's own controls, by no code of the engine.

Scales as Vital stores them: envelope times are fourth roots of seconds, cutoffs MIDI notes, rates powers of two.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

FileValue = float | str | None

_TEMPOS = ("freeze", "32/1", "16/1", "8/1", "4/1", "2/1", "1/1", "1/2", "1/4", "1/8", "1/16", "1/32", "1/64")
_SYNCS = {2: " dotted", 3: " triplet"}
_NO_CORNER = (5, 6, 7)
"""Filter models without a corner frequency: formant, comb, phaser."""
_WAVES = {
    "Sine": "sine",
    "Analog Triangle": "triangle",
    "Analog Saw": "saw",
    "Analog Square": "square",
    "Pulse Width": "pulse",
    "Pulse 12": "pulse",
}


class VitalFile:
    """A preset's settings, asked by the nouns of a prompt."""

    def __init__(self, preset: Mapping[str, Any]) -> None:
        self.settings: Mapping[str, Any] = preset["settings"]

    def value(self, noun: str) -> FileValue:
        """The value of a noun such as `attack`; None where the preset has no such thing."""
        return _READERS[noun](self)

    def is_on(self, part: str) -> bool:
        """Whether a part such as `reverb`, `sub` or `vibrato` sounds."""
        return _PARTS[part](self) if part in _PARTS else self.number(f"{_SWITCHES.get(part, part)}_on") == 1.0

    def number(self, name: str) -> float:
        """A control as Vital stores it."""
        return float(self.settings[name])

    def routes(self) -> list[tuple[str, str, float, int]]:
        """Source, destination, amount and number of every modulation that has both."""
        found = []
        for n, one in enumerate(self.settings["modulations"], 1):
            if one.get("source") and one.get("destination"):
                found.append((one["source"], one["destination"], self.number(f"modulation_{n}_amount"), n))
        return found

    def moving(self, starts: str, ends: Sequence[str]) -> list[tuple[str, str, float, int]]:
        """Modulations that move something, by the source's first letters and the destination's last."""
        brought_in = {to for _, to, _, _ in self.routes() if to.startswith("modulation_")}
        return [
            route
            for route in self.routes()
            if route[0].startswith(starts)
            and route[1].endswith(tuple(ends))
            and (abs(route[2]) > 1e-6 or f"modulation_{route[3]}_amount" in brought_in)
        ]

    def most(self, amount: float, number: int) -> float:
        """How far a modulation moves with what brings it in turned up, such as the mod wheel; 1 is all the way."""
        own = f"modulation_{number}_amount"
        return abs(amount) + sum(2.0 * abs(more) for _, to, more, _ in self.routes() if to == own)

    def filter(self) -> str | None:
        """The first filter that is on and has a corner frequency."""
        for one in ("filter_1", "filter_2", "filter_fx"):
            if self.number(f"{one}_on") == 1.0 and self.number(f"{one}_model") not in _NO_CORNER:
                return one
        return None

    def oscillators(self) -> list[str]:
        """The oscillators that make the tone; the subs where there are no others."""
        on = [n for n in (1, 2, 3) if self.number(f"osc_{n}_on") and self.number(f"osc_{n}_level") ** 2 > 0.02]
        tone = [n for n in on if self.number(f"osc_{n}_transpose") > -12]
        return [f"osc_{n}" for n in tone or on]

    def rate(self, lfo: str) -> FileValue:
        """An LFO's rate: Hz, or a note value."""
        sync = int(self.number(f"{lfo}_sync"))
        if sync in (0, 4):
            return math.exp2(self.number(f"{lfo}_frequency"))
        return _TEMPOS[int(self.number(f"{lfo}_tempo"))] + _SYNCS.get(sync, "")


def _hz(note: float) -> float:
    return 440.0 * math.exp2((note - 69.0) / 12.0)


def _of_filter(field: str, scale: Callable[[float], float]) -> Callable[[VitalFile], FileValue]:
    def read(file: VitalFile) -> FileValue:
        there = file.filter()
        return None if there is None else scale(file.number(f"{there}_{field}"))

    return read


def _filter_type(file: VitalFile) -> FileValue:
    there = file.filter()
    if there is None:
        return None
    if file.number(f"{there}_style") == 2.0:
        return "notch"
    return ("low_pass", "band_pass", "high_pass")[round(file.number(f"{there}_blend"))]


def _mix(switch: str, control: str, factor: float = 100.0) -> Callable[[VitalFile], FileValue]:
    return lambda file: factor * file.number(control) if file.number(switch) == 1.0 else 0.0


def _of_effect(switch: str, control: str, scale: Callable[[float], float]) -> Callable[[VitalFile], FileValue]:
    return lambda file: scale(file.number(control)) if file.number(switch) == 1.0 else None


def _delay_time(file: VitalFile) -> FileValue:
    if file.number("delay_on") != 1.0:
        return None
    sync = int(file.number("delay_sync"))
    if sync == 0:
        return math.exp2(-file.number("delay_frequency"))
    return _TEMPOS[int(file.number("delay_tempo"))] + _SYNCS.get(sync, "")


def _waveform(file: VitalFile) -> FileValue:
    for one in file.oscillators()[:1]:
        table = str(file.settings["wavetables"][int(one[-1]) - 1]["name"])
        return _WAVES.get(table, table)
    return None


def _pulse_width(file: VitalFile) -> FileValue:
    for one in file.oscillators()[:1]:
        if file.settings["wavetables"][int(one[-1]) - 1]["name"] == "Pulse Width":
            return 50.0 - 45.0 * file.number(f"{one}_wave_frame") / 256.0
    return None


def _voices(file: VitalFile) -> FileValue:
    return next((file.number(f"{one}_unison_voices") for one in file.oscillators()), None)


def _detune(file: VitalFile) -> FileValue:
    """Cents between the middle and the outer voices: the stored value's square is a per cent of the range."""
    for one in file.oscillators()[:1]:
        if file.number(f"{one}_unison_voices") < 2:
            return 0.0
        return file.number(f"{one}_unison_detune") ** 2 * file.number(f"{one}_detune_range")
    return None


def _detune_percent(file: VitalFile) -> FileValue:
    """As Vital shows it."""
    return next((file.number(f"{one}_unison_detune") ** 2 for one in file.oscillators()), None)


def _lfo_rate(file: VitalFile) -> FileValue:
    """Of the first LFO that goes round and moves more than pitch and level."""
    round_going = [
        r for r in file.routes() if r[0].startswith("lfo_") and file.number(f"{r[0]}_sync_type") not in (2, 3)
    ]
    timbre = [r for r in round_going if not r[1].endswith(("_tune", "_transpose", "voice_amplitude"))]
    return file.rate(min(r[0] for r in timbre or round_going)) if round_going else None


def _vibrato(file: VitalFile, *, depth: bool) -> FileValue:
    for source, _, amount, number in file.moving("lfo_", ("_tune",)):
        return 100.0 * file.most(amount, number) if depth else file.rate(source)
    return 0.0 if depth else None


def _tremolo(file: VitalFile, *, depth: bool) -> FileValue:
    for source, _, amount, number in file.moving("lfo_", ("voice_amplitude",)):
        if amount <= 0.0:
            return 100.0 * file.most(amount, number) if depth else file.rate(source)
    return 0.0 if depth else None


def _target(source: str) -> Callable[[VitalFile], FileValue]:
    names = {
        "voice_amplitude": "level",
        "reverb_dry_wet": "reverb",
        "distortion_drive": "distortion",
        "env_1_attack": "attack",
    }

    def read(file: VitalFile) -> FileValue:
        for _, to, amount, _ in (r for r in file.routes() if r[0] == source):
            if abs(amount) < 1e-6:
                continue
            if to.startswith("modulation_"):
                moved = file.settings["modulations"][int(to.split("_")[1]) - 1]["destination"]
                return "vibrato" if moved.endswith("_tune") else "tremolo"
            if to.endswith(("_cutoff", "_resonance")):
                return to.rpartition("_")[2]
            return names.get(to, to)
        if source == "velocity" and file.number("velocity_track") > 0.0:
            return "level"
        return "none"

    return read


def _seconds(control: str) -> Callable[[VitalFile], FileValue]:
    return lambda file: file.number(control) ** 4


def _glide(file: VitalFile) -> FileValue:
    seconds = math.exp2(file.number("portamento_time"))
    return seconds if seconds > 0.001 else 0.0


_READERS: Mapping[str, Callable[[VitalFile], FileValue]] = {
    "attack": _seconds("env_1_attack"),
    "decay": _seconds("env_1_decay"),
    "sustain": lambda file: 100.0 * file.number("env_1_sustain"),
    "release": _seconds("env_1_release"),
    "filter_type": _filter_type,
    "cutoff": _of_filter("cutoff", _hz),
    "resonance": _of_filter("resonance", lambda stored: 100.0 * stored),
    "filter_drive": _of_filter("drive", float),
    "distortion_drive": _of_effect("distortion_on", "distortion_drive", float),
    "distortion_mix": _mix("distortion_on", "distortion_mix"),
    "chorus_mix": _mix("chorus_on", "chorus_dry_wet"),
    "phaser_mix": _mix("phaser_on", "phaser_dry_wet"),
    "flanger_mix": _mix("flanger_on", "flanger_dry_wet", 200.0),
    "delay_mix": _mix("delay_on", "delay_dry_wet"),
    "reverb_mix": _mix("reverb_on", "reverb_dry_wet"),
    "compressor_mix": _mix("compressor_on", "compressor_mix"),
    "delay_time": _delay_time,
    "delay_feedback": _of_effect("delay_on", "delay_feedback", lambda stored: 100.0 * stored),
    "reverb_size": _of_effect("reverb_on", "reverb_size", lambda stored: 100.0 * stored),
    "reverb_decay": _of_effect("reverb_on", "reverb_decay_time", lambda stored: math.pow(2.0, stored)),
    "waveform": _waveform,
    "pulse_width": _pulse_width,
    "unison_voices": _voices,
    "detune": _detune,
    "detune_percent": _detune_percent,
    "transpose": lambda file: file.number("voice_transpose"),
    "lfo_rate": _lfo_rate,
    "vibrato_rate": lambda file: _vibrato(file, depth=False),
    "vibrato_depth": lambda file: _vibrato(file, depth=True),
    "tremolo_rate": lambda file: _tremolo(file, depth=False),
    "tremolo_depth": lambda file: _tremolo(file, depth=True),
    "glide": _glide,
    "polyphony": lambda file: file.number("polyphony"),
    "voicing": lambda file: "mono" if file.number("polyphony") == 1.0 else "poly",
    "legato": lambda file: "on" if file.number("legato") == 1.0 else "off",
    "width": lambda file: 100.0 * file.number("stereo_routing"),
    "noise_level": lambda file: 100.0 * file.number("sample_level") ** 2 if file.number("sample_on") else 0.0,
    "tempo": lambda file: 60.0 * file.number("beats_per_minute"),
    "velocity_target": _target("velocity"),
    "wheel_target": _target("mod_wheel"),
}


def _sub(file: VitalFile) -> bool:
    """Whether something sounds an octave or more below the key, by its level or by what a macro adds to it."""
    raised = {to for source, to, amount, _ in file.routes() if source.startswith("macro") and amount > 0.0}
    low = [n for n in (1, 2, 3) if file.number(f"osc_{n}_on") == 1.0 and file.number(f"osc_{n}_transpose") <= -12]
    return any(file.number(f"osc_{n}_level") > 0.07 or f"osc_{n}_level" in raised for n in low)


def _unison(file: VitalFile) -> bool:
    numbers = (n for n in (1, 2, 3) if file.number(f"osc_{n}_on") == 1.0)
    return any(file.number(f"osc_{n}_unison_voices") > 1 for n in numbers)


def _falls(file: VitalFile) -> bool:
    return any(amount < 0.0 for _, _, amount, _ in file.moving("lfo_", ("voice_amplitude",)))


_SWITCHES = {"noise": "sample"}
_PARTS: Mapping[str, Callable[[VitalFile], bool]] = {
    "filter": lambda file: any(file.number(f"{one}_on") == 1.0 for one in ("filter_1", "filter_2", "filter_fx")),
    "sub": _sub,
    "unison": _unison,
    "lfo": lambda file: bool(file.moving("lfo_", ("",))),
    "vibrato": lambda file: bool(file.moving("lfo_", ("_tune",))),
    "tremolo": _falls,
}
