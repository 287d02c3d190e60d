"""What a planner understood of a prompt: the only shape in which words reach the engine.

An axis says where a sound lies between two opposites. It is present only if the prompt spoke of it; absent
means "the template decides", which is not the same as 0.0 ("neither the one nor the other").
"""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.base import Strict

MAX_PROMPT_CHARS = 2_000
MAX_TAGS, MAX_TAG_CHARS = 16, 40

Style = Literal["Bass", "Lead", "Keys", "Pad", "Percussion", "Sequence", "SFX"]
"""Vital's own style names, without Experiment and Template."""

LanguageCode = Literal["en", "de", "fr", "es", "it", "pt", "ja", "zh", "ko", "ru"]
"""Languages that prompts are read in: English by the whole lexicon, the others by a core list."""

Axis = Literal[
    "brightness",
    "warmth",
    "attack",
    "length",
    "movement",
    "rate",
    "width",
    "space",
    "grit",
    "noise",
    "weight",
    "complexity",
    "tension",
    "resonance",
]

Feature = Literal[
    "reverb",
    "delay",
    "chorus",
    "phaser",
    "flanger",
    "distortion",
    "bitcrush",
    "compressor",
    "eq",
    "filter",
    "filter_sweep",
    "unison",
    "sub",
    "noise",
    "vibrato",
    "tremolo",
    "arpeggio",
    "gate",
    "pump",
    "pitch_rise",
    "pitch_drop",
    "fm",
    "sync",
    "ring_mod",
    "formant",
    "stereo",
    "velocity",
    "lfo",
]
"""Parts of a sound that a prompt can ask for or forbid. `gate` is a rhythmic on/off chop, `pump` a side-chain
dip on the beat, `filter_sweep` a cutoff that travels, `formant` a vowel, `stereo` unequal channels, `lfo` any
modulation by an LFO."""


class AxisMeaning(NamedTuple):
    """What the two ends of an axis sound like."""

    low: str
    high: str
    sets: str


AXES: dict[Axis, AxisMeaning] = {
    "brightness": AxisMeaning("dark, muffled", "bright, airy", "spectral centroid: filter cutoff, wave choice"),
    "warmth": AxisMeaning("cold, glassy, digital", "warm, round, analogue", "low-mid body, soft saturation, drift"),
    "attack": AxisMeaning(
        "at once, percussive (1 ms)", "slow swell (4 s)", "amplitude attack, logarithmic in time"
    ),
    "length": AxisMeaning(
        "staccato (50 ms)", "sustained, long release (8 s)", "decay, sustain, release; not reverb"
    ),
    "movement": AxisMeaning("static", "always changing", "depth of LFOs, random sources and envelopes"),
    "rate": AxisMeaning("one change in 20 s (0.05 Hz)", "fast (16 Hz)", "speed of what moves, logarithmic in Hz"),
    "width": AxisMeaning("mono, narrow", "wide", "unison spread, chorus, stereo modulation"),
    "space": AxisMeaning("dry, close", "drenched, far away", "reverb and delay: amount and size"),
    "grit": AxisMeaning("clean", "distorted, dirty", "drive, fold, crush"),
    "noise": AxisMeaning("pure tone", "mostly noise", "sample player level, breath, hiss"),
    "weight": AxisMeaning("thin, light", "heavy, sub-rich", "energy below 150 Hz, layering, thickness"),
    "complexity": AxisMeaning("plain, few partials", "dense or inharmonic", "wavetable, FM, layers"),
    "tension": AxisMeaning("calm, in tune", "detuned, dissonant, uneasy", "detune, intervals, pitch drift"),
    "resonance": AxisMeaning("flat response", "ringing, squelching peak", "filter resonance, comb feedback"),
}
"""Every axis with its meaning at -1 and at +1. `attack` -1 is instant; the reverb's tail is `space`, the
note's own release is `length`."""

WordSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""Lower-case ASCII words joined by hyphens."""

Unit = Annotated[float, Field(ge=-1.0, le=1.0)]
Share = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0, le=MAX_PROMPT_CHARS)]
Text = Annotated[str, StringConstraints(max_length=MAX_PROMPT_CHARS)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Evidence(Strict):
    """Words that gave something: `text` is characters `start` to `end` (exclusive) of the prompt or a tag."""

    source: Literal["prompt", "tag"] = "prompt"
    start: Offset
    end: Offset
    text: Text
    effect: Line
    """What the words gave, such as `brightness -0.60, style Bass +4.00`."""
    rule: Line
    """Why: the lexicon section, and what scaled or turned it, such as `quality, degree ×1.40`."""
    asks: Axis | None = None
    """The axis that these words are mainly about; none for things, styles and what only suggests."""
    read_as: Annotated[str, StringConstraints(max_length=300)] = ""
    """What the words were taken for, if one is misspelt: `pluck` for "pluk"."""


ValueNoun = Literal[
    "attack",
    "decay",
    "sustain",
    "release",
    "filter_type",
    "cutoff",
    "resonance",
    "filter_drive",
    "filter_slope",
    "distortion_drive",
    "distortion_mix",
    "chorus_mix",
    "phaser_mix",
    "flanger_mix",
    "delay_mix",
    "reverb_mix",
    "compressor_mix",
    "delay_time",
    "delay_feedback",
    "reverb_size",
    "reverb_decay",
    "waveform",
    "pulse_width",
    "unison_voices",
    "detune",
    "transpose",
    "lfo_rate",
    "vibrato_rate",
    "vibrato_depth",
    "tremolo_rate",
    "tremolo_depth",
    "glide",
    "polyphony",
    "voicing",
    "legato",
    "width",
    "noise_level",
    "tempo",
    "note",
    "velocity_target",
    "wheel_target",
    "lfo_target",
]
"""What a prompt can give a value to. `docs/understanding.md` says by which control of Vital each is read back."""

ValueUnit = Literal["s", "%", "Hz", "dB", "cents", "semitones", "voices", "bpm", "note", "note value", "word"]
"""`note` is a MIDI note number (C4 = 60), `note value` a length such as `1/8`, `1/8 dotted` or `1/8 triplet`, and
`word` a choice: a waveform, a filter type, `mono` or `poly`, what the mod wheel moves."""

MAX_VALUES = 64


class RequestedValue(Strict):
    """A value that the prompt asks for outright: it is set, where words are made to be heard."""

    noun: ValueNoun
    value: float | Annotated[str, StringConstraints(pattern=r"^[a-z0-9/]+([ _][a-z]+)*$", max_length=40)]
    unit: ValueUnit
    source: Literal["prompt", "tag"] = "prompt"
    start: Offset
    end: Offset
    text: Text


class Unused(Strict):
    """Content words of the prompt that gave nothing."""

    start: Offset
    end: Offset
    text: Text
    did_you_mean: Annotated[str, StringConstraints(max_length=300)] = ""
    """A word that they are near to, too far to be taken for it."""


class Intent(Strict):
    """A prompt as the engine sees it. Two intents that are equal make equal sounds from equal seeds."""

    schema_version: Literal["1.0"] = "1.0"
    planner_version: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    prompt: Annotated[str, StringConstraints(min_length=1, max_length=MAX_PROMPT_CHARS)]
    language: LanguageCode = "en"
    """The language that the prompt was read in."""
    usable: bool
    """False if no word was understood; style and all the rest are then defaults."""
    style: Style
    style_confidence: Share
    style_scores: dict[Style, Share] = Field(default_factory=dict)
    """Share of each style that some word spoke for."""
    subtypes: Annotated[tuple[WordSlug, ...], Field(max_length=8)] = ()
    """Kinds of sound, strongest first, such as `reese`, `supersaw`, `bell`, `riser`."""
    axes: dict[Axis, Unit] = Field(default_factory=dict)
    features: dict[Feature, Literal["wanted", "banned"]] = Field(default_factory=dict)
    tempo_bpm: Annotated[float, Field(ge=20.0, le=300.0)] | None = None
    register_midi: Annotated[int, Field(ge=0, le=127)] | None = None
    """Note around which the sound is meant to be played; C4 = 60."""
    voicing: Literal["mono", "poly"] | None = None
    glide_s: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    """Portamento time; 0.0 says that no glide is wanted, None that nothing was said."""
    key: Annotated[str, StringConstraints(pattern=r"^[A-G][#b]? (major|minor)$")] | None = None
    tags: Annotated[tuple[WordSlug, ...], Field(max_length=MAX_TAGS)] = ()
    values: Annotated[tuple[RequestedValue, ...], Field(max_length=MAX_VALUES)] = ()
    """What the prompt gives in numbers or by the name of a setting, at most one of a noun."""
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=MAX_PROMPT_CHARS)] = ()
    unused: Annotated[tuple[Unused, ...], Field(max_length=MAX_PROMPT_CHARS)] = ()
    notes: Annotated[tuple[Line, ...], Field(max_length=16)] = ()

    @field_validator("style_scores", "axes", "features")
    @classmethod
    def _in_one_order(cls, said: dict[str, object]) -> dict[str, object]:
        """Sorted, so that an intent that was written and read again still does things in the same order."""
        return dict(sorted(said.items()))

    @model_validator(mode="after")
    def _spans_are_slices_of_the_prompt(self) -> Self:
        said: list[Evidence | RequestedValue] = [*self.evidence, *self.values]
        spans: list[Evidence | RequestedValue | Unused] = [one for one in said if one.source == "prompt"]
        for span in [*spans, *self.unused]:
            if self.prompt[span.start : span.end] != span.text:
                msg = f"text {span.text!r} is not what the prompt has at {span.start} to {span.end}"
                raise ValueError(msg)
        return self

    @field_validator("values")
    @classmethod
    def _one_value_a_noun(cls, values: tuple[RequestedValue, ...]) -> tuple[RequestedValue, ...]:
        nouns = [one.noun for one in values]
        if len(set(nouns)) < len(nouns):
            msg = "a noun has more than one value"
            raise ValueError(msg)
        return values
