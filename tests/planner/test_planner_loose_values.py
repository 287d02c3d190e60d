"""Numbers that belong to a noun across marks and other words: bare, explained, answered, set right."""

import pytest

from engine.planner import plan
from tests.planner.said_values import SaidValue, said_values

BARE: dict[str, set[SaidValue]] = {
    "pad, phaser 45": {("phaser_mix", 45.0, "%")},
    "keys. delay 30.": {("delay_mix", 30.0, "%")},
    "bass, comp 60%, dist 25": {("compressor_mix", 60.0, "%"), ("distortion_mix", 25.0, "%")},
    "pluck, delay 375": {("delay_time", 0.375, "s")},
    "lead, hp 600": {("cutoff", 600.0, "Hz"), ("filter_type", "high_pass", "word")},
    "pad -> lowpass @ 900 -> reverb 40": {
        ("cutoff", 900.0, "Hz"),
        ("filter_type", "low_pass", "word"),
        ("reverb_mix", 40.0, "%"),
    },
    "lead, vibrato speed 6.1": {("vibrato_rate", 6.1, "Hz")},
    "wobble bass, lfo rate .5": {("lfo_rate", 0.5, "Hz")},
    "lead, porta 60": {("glide", 0.06, "s")},
    "pad, spread (width) 55": {("width", 55.0, "%")},
    "bass, oct=-2": {("transpose", -24.0, "semitones")},
    "pad ( + 2 octaves )": {("transpose", 24.0, "semitones")},
    '{"style":"pad","attack_ms":250,"cutoff_hz":900}': {("attack", 0.25, "s"), ("cutoff", 900.0, "Hz")},
    "keys ENV 8ms/200ms/40%/350ms": {
        ("attack", 0.008, "s"),
        ("decay", 0.2, "s"),
        ("sustain", 40.0, "%"),
        ("release", 0.35, "s"),
    },
    # numbers that are no share of an effect
    "pad with a reverb 80s style": set(),
    "lead, chorus 2": set(),
    "bass, distortion 12 bit": set(),
}

EXPLAINED: dict[str, set[SaidValue]] = {
    "pad, stereo width modest, 40%": {("width", 40.0, "%")},
    "pad with plenty of phaser, 65 %, please": {("phaser_mix", 65.0, "%")},
    "pad with a dotted eighth delay, but only at 15%": {
        ("delay_time", "1/8 dotted", "note value"),
        ("delay_mix", 15.0, "%"),
    },
    "keys, less chorus, meaning zero": {("chorus_mix", 0.0, "%")},
    "bass with distortion almost all the way up (75%)": {("distortion_mix", 75.0, "%")},
    "lead, delay? A quarter.": {("delay_time", "1/4", "note value")},
    "Reverb? 35%. Keys.": {("reverb_mix", 35.0, "%")},
    "Lead. Its echo? A quarter, 22 %.": {("delay_time", "1/4", "note value"), ("delay_mix", 22.0, "%")},
    "808s in dub swoop": set(),
    "pad with an echo that feeds back 45% of itself": {("delay_feedback", 45.0, "%")},
    "pad with an echo, half of it fed back": {("delay_feedback", 50.0, "%")},
    "pad with reverb 30% and with a five second decay": {("reverb_mix", 30.0, "%"), ("decay", 5.0, "s")},
    "pad with reverb 30% with a five second decay": {("reverb_mix", 30.0, "%"), ("reverb_decay", 5.0, "s")},
    "pad with vibrato four times a second": {("vibrato_rate", 4.0, "Hz")},
    "pad: lfo, one cycle in 8 bars": {("lfo_rate", "8/1", "note value")},
    "pad. 2 s in, 5 s out.": {("attack", 2.0, "s"), ("release", 5.0, "s")},
    "a pad that wakes up in 1.5 s": {("attack", 1.5, "s")},
    "a lead that takes 400 ms to fade when the key is up": {("release", 0.4, "s")},
    "a lead that needs 90 ms from one note to the next": {("glide", 0.09, "s")},
    "lead, slide, seventy milliseconds or so": {("glide", 0.07, "s")},
    "bass, drive on the filter 8 dB": {("filter_drive", 8.0, "dB")},
    "bass, no filter drive": {("filter_drive", 0.0, "dB")},
    "saw lead, four of them stacked in unison": {("unison_voices", 4.0, "voices"), ("waveform", "saw", "word")},
    "bass, HP 12 dB/oct @ 90 Hz": {
        ("cutoff", 90.0, "Hz"),
        ("filter_slope", 12.0, "dB"),
        ("filter_type", "high_pass", "word"),
    },
    "bandpassed telephone keys at 1.4 kHz": {("cutoff", 1400.0, "Hz"), ("filter_type", "band_pass", "word")},
    "the beat is 132, techno lead": {("tempo", 132.0, "bpm")},
}

SET_RIGHT: dict[str, set[SaidValue]] = {
    "pad, attack 900 ms, too slow for me, put it at 40": {("attack", 0.04, "s")},
    "pluck, decay a third... no, let's say 250 ms": {("decay", 0.25, "s")},
    "lead, release 3 s?? no 0.4 s": {("release", 0.4, "s")},
    "bass with 30% distortion, double that to 60": {("distortion_mix", 60.0, "%")},
    "lead, delay 1/4... sorry, dotted 1/4": {("delay_time", "1/4 dotted", "note value")},
    "the cutoff of 80 Hz is useless. 600! pad": {("cutoff", 600.0, "Hz")},
    "bass, glide was 300 ms, should be 40 ms": {("glide", 0.04, "s")},
    "pad, low pass... eh, high pass at 300 Hz": {("cutoff", 300.0, "Hz"), ("filter_type", "high_pass", "word")},
    "triangle?? no, square bass": {("waveform", "square", "word")},
    "bass, velocity to attack... wait, velocity to volume": {("velocity_target", "level", "word")},
    # a number of something else sets nothing right
    "lead, drive 6 dB, 128 bpm now, not 120": {("distortion_drive", 6.0, "dB"), ("tempo", 128.0, "bpm")},
}

ROUTES: dict[str, set[SaidValue]] = {
    "keys, velocity → cutoff": {("velocity_target", "cutoff", "word")},
    "keys, velocity goes to loudness, not to the filter": {("velocity_target", "level", "word")},
    "keys, tremolo on the wheel": {("wheel_target", "tremolo", "word")},
    "keys, the wheel shall affect the filter": {("wheel_target", "cutoff", "word")},
    "keys, leave velocity without any influence": {("velocity_target", "none", "word")},
}

INTERVALS: dict[str, set[SaidValue]] = {
    "bass, a tone lower": {("transpose", -2.0, "semitones")},
    "lead, whole step up": {("transpose", 2.0, "semitones")},
    "lead, a tritone down": {("transpose", -6.0, "semitones")},
    "these keys are a major third too high": {("transpose", -4.0, "semitones")},
    "bass with a dark tone below": set(),
}

WAVES = {
    "marimba-like keys, pulse, decay 2 s": "pulse",
    "alarm lead; pulse": "pulse",
    "lead, pulse at 20% width": "pulse",
    "pad with a wave sinus": "sine",
    "not another fat saw!! a square bass": "square",
}


@pytest.mark.parametrize("prompt", [*BARE, *EXPLAINED, *SET_RIGHT, *ROUTES, *INTERVALS])
def test_a_value_is_told(prompt: str) -> None:
    asked = (BARE | EXPLAINED | SET_RIGHT | ROUTES | INTERVALS)[prompt]
    found = said_values(prompt)
    assert {one for one in found if one[0] != "voicing"} == asked


@pytest.mark.parametrize(("prompt", "wave"), WAVES.items())
def test_a_waveform_is_told(prompt: str, wave: str) -> None:
    assert [one.value for one in plan(prompt).values if one.noun == "waveform"] == [wave]


def test_anything_but_a_waveform_is_not_that_waveform() -> None:
    assert [(one.noun, one.value) for one in plan("bass, anything but a sine").values] == [("waveform", "not sine")]


def test_words_of_both_languages_are_english() -> None:
    assert plan("dry as a bone keys: no delay").language == "en"


FOREIGN: dict[str, set[SaidValue]] = {
    "Bass mit Rechteck, Tiefpass bei 700 Hz, Hallanteil 20 %": {
        ("waveform", "square", "word"),
        ("filter_type", "low_pass", "word"),
        ("cutoff", 700.0, "Hz"),
        ("reverb_mix", 20.0, "%"),
    },
    "une basse en dents de scie, passe-haut à 90 Hz, largeur 30 %": {
        ("waveform", "saw", "word"),
        ("filter_type", "high_pass", "word"),
        ("cutoff", 90.0, "Hz"),
        ("width", 30.0, "%"),
    },
    "un bajo con onda triangular, coro 25 %, una quinta arriba": {
        ("waveform", "triangle", "word"),
        ("chorus_mix", 25.0, "%"),
        ("transpose", 7.0, "semitones"),
    },
    "un basso con onda quadra, passa basso a 500 Hz": {
        ("waveform", "square", "word"),
        ("filter_type", "low_pass", "word"),
        ("cutoff", 500.0, "Hz"),
    },
    "um baixo com onda senoidal, ataque 20 ms": {("waveform", "sine", "word"), ("attack", 0.02, "s")},
    "ベース、三角波": {("waveform", "triangle", "word")},
    "锯齿波贝斯": {("waveform", "saw", "word")},
    "사각파 베이스": {("waveform", "square", "word")},
    "бас, синусоида": {("waveform", "sine", "word")},
}


@pytest.mark.parametrize(("prompt", "asked"), FOREIGN.items())
def test_a_value_of_another_language_is_told(prompt: str, asked: set[SaidValue]) -> None:
    assert said_values(prompt) == asked


@pytest.mark.parametrize(
    ("prompt", "effect"),
    [
        ("un pad sin coro", "chorus"),
        ("un pad senza coro", "chorus"),
        ("a pad, stay away from delay", "delay"),
        ("keys that never had any chorus", "chorus"),
        ('{"type": "keys", "chorus": "off"}', "chorus"),
    ],
)
def test_an_effect_is_denied(prompt: str, effect: str) -> None:
    assert plan(prompt).features.items() >= {(effect, "banned")}
