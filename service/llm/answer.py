"""The form that a language model answers in: cut from the fields of an intent, in words instead of figures.

No offsets, since models can't count characters; lists instead of free dictionaries, since the strict kind of JSON
Schema has none; words for degrees, since a schema holds no model to a range; and with each item the words of the
prompt that it was read from, by which everything is checked.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.planner import known_subtypes
from schemas.intent import Axis, Feature, Style, ValueNoun

_POLES: Final[Mapping[Axis, tuple[str, str]]] = MappingProxyType(
    {
        "brightness": ("dark", "bright"),
        "warmth": ("cold", "warm"),
        "attack": ("sudden", "slow_to_swell"),
        "length": ("short", "long"),
        "movement": ("static", "moving"),
        "rate": ("slow_movement", "fast_movement"),
        "width": ("narrow", "wide"),
        "space": ("dry", "spacious"),
        "grit": ("clean", "gritty"),
        "noise": ("pure", "noisy"),
        "weight": ("light", "heavy"),
        "complexity": ("plain", "dense"),
        "tension": ("calm", "tense"),
        "resonance": ("flat", "resonant"),
    }
)
_DEGREES: Final = (("slightly_", 0.3), ("", 0.6), ("very_", 0.9))

CHARACTERS: Final[Mapping[str, tuple[Axis, float]]] = MappingProxyType(
    {
        f"{degree}{pole}": (axis, sign * size)
        for axis, poles in _POLES.items()
        for pole, sign in zip(poles, (-1, 1), strict=True)
        for degree, size in _DEGREES
    }
)
"""`very_dark` to `very_bright`, for each axis: which one the word is about, and where on it."""

UNITS: Final[Mapping[str, tuple[str, float]]] = MappingProxyType(
    {
        "ms": ("s", 0.001),
        "s": ("s", 1.0),
        "%": ("%", 1.0),
        "Hz": ("Hz", 1.0),
        "kHz": ("Hz", 1000.0),
        "dB": ("dB", 1.0),
        "cents": ("cents", 1.0),
        "semitones": ("semitones", 1.0),
        "octaves": ("semitones", 12.0),
        "voices": ("voices", 1.0),
        "bpm": ("bpm", 1.0),
    }
)
"""Units that people write, as the intent has them."""

REGISTERS: Final[Mapping[str, int]] = MappingProxyType(
    {"deepest": 28, "low": 40, "middle": 60, "high": 76, "highest": 88}
)
"""Where it is played, as the MIDI note in the middle of it."""

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ms": ("ms", "msec", "millisecond", "milliseconds"),
        "s": ("s", "sec", "secs", "second", "seconds"),
        "%": ("%", "percent", "per cent", "pct"),
        "Hz": ("hz", "hertz"),
        "kHz": ("khz", "k", "kilohertz"),
        "dB": ("db", "decibel", "decibels"),
        "cents": ("cent", "cents", "ct"),
        "semitones": ("semitone", "semitones", "st", "semis"),
        "octaves": ("octave", "octaves", "oct"),
        "voices": ("voice", "voices"),
        "bpm": ("bpm",),
    }
)
"""How people write these units."""
CHOICES: Final[Mapping[str, tuple[ValueNoun, str]]] = MappingProxyType(
    {
        **{f"{wave}_wave": ("waveform", wave) for wave in ("saw", "square", "triangle", "sine", "pulse")},
        **{f"{kind}_filter": ("filter_type", kind) for kind in ("low_pass", "high_pass", "band_pass", "notch")},
    }
)
"""Settings that are named, not numbered: whose it is, and the value."""

SURENESS: Final[Mapping[str, float]] = MappingProxyType({"certain": 0.95, "likely": 0.7, "a_guess": 0.4})
_KEYS: Final = tuple(
    f"{note} {mode}"
    for note in ("C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B")
    for mode in ("major", "minor")
)


def _one_of(values: Mapping[str, object] | tuple[str, ...] | frozenset[str]) -> Any:
    """A type that takes these words and no others; type checkers see text."""
    return Literal[tuple(sorted(values))]


class _Quoting(BaseModel):
    """One thing that was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    quote: str = Field(description="The words it was read from, copied exactly from the prompt or a tag.")


class StyleSaid(_Quoting):
    """What kind of instrument or sound it is as a whole."""

    style: Style
    sure: Literal["certain", "likely", "a_guess"]


class KindSaid(_Quoting):
    """A more exact kind of sound; the most fitting first."""

    kind: _one_of(known_subtypes())  # type: ignore[valid-type] # made of the lexicon


class CharacterSaid(_Quoting):
    """How the sound is."""

    character: _one_of(CHARACTERS)  # type: ignore[valid-type] # made of the axes
    said: Literal["described", "suggested"] = Field(
        description="`described`: the words say how it sounds. `suggested`: a thing, genre or mood suggests it."
    )


class FeatureSaid(_Quoting):
    """A part of the sound that must be there, or must not."""

    feature: Feature
    wish: Literal["wanted", "banned"]


class NumberSaid(_Quoting):
    """A number with its unit, as the prompt has them, and the setting that it is for."""

    noun: ValueNoun
    number: float
    unit: _one_of(UNITS)  # type: ignore[valid-type] # made of the table above


class ChoiceSaid(_Quoting):
    """A waveform of the oscillators, or a type of filter."""

    choice: _one_of(CHOICES)  # type: ignore[valid-type] # made of the table above


class KeySaid(_Quoting):
    """A musical key."""

    key: _one_of(_KEYS)  # type: ignore[valid-type] # made of notes and modes


class VoicingSaid(_Quoting):
    """Whether it plays one note at a time or several."""

    voicing: Literal["mono", "poly"]


class RegisterSaid(_Quoting):
    """Where on the keyboard it is meant to be played."""

    height: Literal["deepest", "low", "middle", "high", "highest"]


class Answer(BaseModel):
    """What a prompt for a synthesizer preset asks for. Lists are empty where the prompt says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)

    styles: list[StyleSaid] = Field(description="At most one.")
    kinds: list[KindSaid]
    characters: list[CharacterSaid]
    features: list[FeatureSaid]
    numbers: list[NumberSaid]
    choices: list[ChoiceSaid]
    keys: list[KeySaid] = Field(description="At most one.")
    voicings: list[VoicingSaid] = Field(description="At most one.")
    registers: list[RegisterSaid] = Field(description="At most one.")
