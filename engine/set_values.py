"""Values that a prompt sets, as someone who makes presets writes them: "attack 10 ms", "cutoff 1.2 kHz".

>>> told("cutoff", 1200.0, "Hz"), told("transpose", -12.0, "semitones"), told("note", 45.0, "note")
('1.2 kHz', '−12 semitones (an octave down)', 'A2')
"""

from typing import Literal, NamedTuple

from schemas.intent import Intent, ValueNoun, ValueUnit
from schemas.result import ValueSet

NOT, OR = "not ", " or "
"""How a value begins that is anything but what follows, and what stands between the words of a choice."""
_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_NAMES: dict[str, str] = {
    "unison_voices": "unison",
    "lfo_rate": "LFO rate",
    "velocity_target": "velocity",
    "wheel_target": "mod wheel",
    "lfo_target": "LFO",
}
_JOINED = {"velocity_target": " to ", "wheel_target": " to ", "lfo_target": " to "}
_COUNTED = {"cents": "cent", "semitones": "semitone", "voices": "voice"}
"""Units that are counted: one of them has no s."""
_OCTAVES = {1: "an octave", 2: "two octaves", 3: "three octaves", 4: "four octaves"}
_PASSES = {"low_pass": "low-pass", "high_pass": "high-pass", "band_pass": "band-pass"}


def name_of(noun: ValueNoun | str) -> str:
    """What a value belongs to, such as `LFO rate` for `lfo_rate`."""
    return _NAMES.get(noun, noun.replace("_", " "))


def note_name(note: int, *, sharp: str = "♯") -> str:
    """A MIDI note as Vital writes it; 60 is C4. `sharp="#"` where a file should have plain letters."""
    return f"{_NOTES[note % 12]}{note // 12 - 1}".replace("#", sharp)


def told(noun: ValueNoun | str, value: float | str, unit: ValueUnit | str) -> str:
    """A value with its unit, such as `10 ms` for 0.01 s; `unit` is the one that `schemas.intent` knows.

    A rate or a time that was asked for as a note value may stand free in the patch, and the other way round: it is
    told as what it is.
    """
    if isinstance(value, str):
        return _word(noun, value)
    if unit == "note value":
        unit = "s" if noun == "delay_time" else "Hz"
    match unit:
        case "s":
            seconds = float(f"{value:.4g}")
            return f"{_figure(seconds)} s" if seconds >= 1.0 else f"{_figure(seconds * 1000.0)} ms"
        case "Hz":
            hertz = float(f"{value:.4g}")
            return f"{_figure(hertz / 1000.0)} kHz" if hertz >= 1000.0 else f"{_figure(hertz)} Hz"
        case "semitones":
            return _interval(value)
        case "note":
            return note_name(round(value))
    return f"{_figure(value)} {_COUNTED.get(unit, unit) if value == 1 else unit}".strip()


def _word(noun: str, value: str) -> str:
    if value == "none" and noun.endswith("_target"):
        return "nothing"
    if value.startswith(NOT):
        return f"anything but {value.removeprefix(NOT)}"
    return _PASSES.get(value, value.replace("_", " "))


def _figure(value: float) -> str:
    """Four figures at the most, and all that stand before the point."""
    shown = f"{value:.4g}" if abs(value) < 1000.0 else f"{value:.0f}"
    return shown.replace("-", "−")


def _interval(semitones: float) -> str:
    sign = "+" if semitones > 0 else ""
    text = f"{sign}{_figure(semitones)} semitone{'' if abs(semitones) == 1 else 's'}"
    octaves = _OCTAVES.get(round(abs(semitones)) // 12) if semitones % 12 == 0 else None
    return f"{text} ({octaves} {'up' if semitones > 0 else 'down'})" if octaves else text


class AskedValue(NamedTuple):
    """A value that a prompt, or a tag, asks for outright."""

    noun: str
    name: str
    value: float | str
    unit: str
    told: str
    """Value and unit, as `told` writes them."""
    source: str
    start: int
    end: int
    text: str
    """The words that it was read from."""


def asked_values(intent: Intent) -> list[AskedValue]:
    """All values of an intent, in its order."""
    return [
        AskedValue(
            noun=one.noun,
            name=name_of(one.noun),
            value=one.value,
            unit=one.unit,
            told=told(one.noun, one.value, one.unit),
            source=one.source,
            start=one.start,
            end=one.end,
            text=one.text,
        )
        for one in intent.values
    ]


class ShippedValue(NamedTuple):
    """The result for a value that was asked for."""

    text: str
    """What the preset has, such as `attack 10 ms`; what was asked for, if it has no such thing."""
    state: Literal["set", "not kept", "not set"]
    detail: str
    """What goes on behind `text`: what was asked for instead, and why it isn't kept; empty if all is as asked."""
    words: str
    """The prompt's; empty where they were erased."""


def shipped_value(value: ValueSet) -> ShippedValue:
    """A value of a preset that ships, in words: "width 92 %", "instead of 100 %: loses 3.0 dB in mono"."""
    asked = told(value.noun, value.asked, value.unit)
    found = asked if value.found is None else told(value.noun, value.found, value.unit)
    text = f"{name_of(value.noun)}{_JOINED.get(value.noun, ' ')}{found}"
    reason = _within_a_sentence(value.reason)
    if value.found is None:
        return ShippedValue(text, "not set", f"({reason})" if reason else "", value.words)
    if value.kept:
        return ShippedValue(text, "set", "" if found == asked else f"where {asked} was asked for", value.words)
    return ShippedValue(text, "not kept", f"instead of {asked}{f': {reason}' if reason else ''}", value.words)


def as_near_as(value: ValueSet) -> str:
    """What a value that isn't kept comes to, in words: "as near as Vital goes: 32 s", "not set: it is a sine"."""
    reason = _within_a_sentence(value.reason)
    if value.found is None:
        return f"not set: {reason}"
    found = told(value.noun, value.found, value.unit)
    return f"as near as Vital goes: {found}" if reason.startswith("Vital goes") else f"{found}, since {reason}"


def _within_a_sentence(reason: str) -> str:
    return reason if reason.startswith("Vital") else reason[:1].lower() + reason[1:]
