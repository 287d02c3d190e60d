"""Values that prompts ask for outright: which noun each number belongs to, in which unit."""

import pytest

from engine.planner import plan
from engine.planner.text import tokenise
from engine.planner.values.numbers import numbers
from schemas.intent import Feature
from tests.planner.said_values import SaidValue, said_values

SAID: dict[str, set[SaidValue]] = {
    # as people who do this job wrote them, and lost a value before
    "saw pluck attack 10 ms decay 300 ms sustain 50% release 200 ms": {
        ("attack", 0.01, "s"),
        ("decay", 0.3, "s"),
        ("sustain", 50.0, "%"),
        ("release", 0.2, "s"),
        ("waveform", "saw", "word"),
    },
    "attack 0.8s release 1.2s pad": {("attack", 0.8, "s"), ("release", 1.2, "s")},
    "pad attack=2s release=4s": {("attack", 2.0, "s"), ("release", 4.0, "s")},
    "pad with a two second attack": {("attack", 2.0, "s")},
    "pad with ADSR 800/200/70/1500": {
        ("attack", 0.8, "s"),
        ("decay", 0.2, "s"),
        ("sustain", 70.0, "%"),
        ("release", 1.5, "s"),
    },
    "pad with attack 2 seconds and release 500 ms": {("attack", 2.0, "s"), ("release", 0.5, "s")},
    "pluck, decay 200ms, sustain 0, release 100ms": {
        ("decay", 0.2, "s"),
        ("sustain", 0.0, "%"),
        ("release", 0.1, "s"),
    },
    "mono lead, glide time 0.3 seconds": {("glide", 0.3, "s"), ("voicing", "mono", "word")},
    "pad with 4 second attack and a 6 second release": {("attack", 4.0, "s"), ("release", 6.0, "s")},
    "lead with zero attack": {("attack", 0.0, "s")},
    "0 ms attack pluck": {("attack", 0.0, "s")},
    "pad with the low-pass cutoff at 800 Hz": {("cutoff", 800.0, "Hz"), ("filter_type", "low_pass", "word")},
    "saw bass through a low pass filter at 500 Hz": {
        ("cutoff", 500.0, "Hz"),
        ("filter_type", "low_pass", "word"),
        ("waveform", "saw", "word"),
    },
    "pad, HPF at 200 Hz": {("cutoff", 200.0, "Hz"), ("filter_type", "high_pass", "word")},
    "bass, cutoff 1.2kHz": {("cutoff", 1200.0, "Hz")},
    "lead with vibrato at 5 Hz": {("vibrato_rate", 5.0, "Hz")},
    "dubstep wobble at 140 bpm with a 1/8 LFO": {("lfo_rate", "1/8", "note value"), ("tempo", 140.0, "bpm")},
    "supersaw lead, 7 voices unison": {("unison_voices", 7.0, "voices"), ("waveform", "saw", "word")},
    "80s gated reverb snare": set(),
    "six voice analog polysynth": {("polyphony", 6.0, "voices"), ("voicing", "poly", "word")},
    "bass with two voices": {("unison_voices", 2.0, "voices")},
    "waveform: triangle, bass": {("waveform", "triangle", "word")},
    "triangle lead": {("waveform", "triangle", "word")},
    "wave=saw attack=500ms": {("waveform", "saw", "word"), ("attack", 0.5, "s")},
    "mod wheel adds vibrato": {("wheel_target", "vibrato", "word")},
    "saw pad detuned by 15 cents": {("detune", 15.0, "cents"), ("waveform", "saw", "word")},
    "sub bass, one octave down": {("transpose", -12.0, "semitones")},
    "lead two octaves up": {("transpose", 24.0, "semitones")},
    "lead at -12 semitones": {("transpose", -12.0, "semitones")},
    "lead at +12 semitones": {("transpose", 12.0, "semitones")},
    "pad with 5% reverb": {("reverb_mix", 5.0, "%")},
    "pad with 95% reverb": {("reverb_mix", 95.0, "%")},
    "bass, resonance 0%": {("resonance", 0.0, "%")},
    "bass, 0% resonance": {("resonance", 0.0, "%")},
    "square lead with 10% pulse width": {("pulse_width", 10.0, "%"), ("waveform", "square", "word")},
    "clean lead, distortion at 0%": {("distortion_mix", 0.0, "%")},
    "bass, stereo width 0%": {("width", 0.0, "%")},
    "lead, 80 ms glide": {("glide", 0.08, "s")},
    "lead, portamento 200ms": {("glide", 0.2, "s")},
    # numbers before their nouns, after them, and both in one prompt
    "10 ms attack 300 ms decay 50% sustain 200 ms release": {
        ("attack", 0.01, "s"),
        ("decay", 0.3, "s"),
        ("sustain", 50.0, "%"),
        ("release", 0.2, "s"),
    },
    "pad, 2 s attack, release of half a second": {("attack", 2.0, "s"), ("release", 0.5, "s")},
    "A: 0.8 s, R: 2s pad": {("attack", 0.8, "s"), ("release", 2.0, "s")},
    "keys A5 D200 S60 R400": {
        ("attack", 0.005, "s"),
        ("decay", 0.2, "s"),
        ("sustain", 60.0, "%"),
        ("release", 0.4, "s"),
    },
    "keys, adsr 0.01 0.3 0.5 0.2": {
        ("attack", 0.01, "s"),
        ("decay", 0.3, "s"),
        ("sustain", 50.0, "%"),
        ("release", 0.2, "s"),
    },
    # units
    "bass cutoff 2,500 Hz": {("cutoff", 2500.0, "Hz")},
    "pad attack 0,5 s": {("attack", 0.5, "s")},
    "kick, decay .25s": {("decay", 0.25, "s")},
    "pad, detune 12c, uni x7": {("detune", 12.0, "cents"), ("unison_voices", 7.0, "voices")},
    "lead, 16v unison": {("unison_voices", 16.0, "voices")},
    "delay dotted eighth at 30% mix, pad": {("delay_time", "1/8 dotted", "note value"), ("delay_mix", 30.0, "%")},
    "pad, delay 1/8T": {("delay_time", "1/8 triplet", "note value")},
    "pad with a 4 bar filter sweep": {("lfo_rate", "4/1", "note value")},
    "pad with a 4 second filter sweep": {("lfo_rate", 0.25, "Hz")},
    "choir pad, 30% wet distortion": {("distortion_mix", 30.0, "%")},
    "pad, delay a quarter wet": {("delay_mix", 25.0, "%")},
    "organ, sustain three quarters": {("sustain", 75.0, "%")},
    # parts of the effect that was named before
    "reverb: size 100%, decay 8 s, mix 60%. drone pad": {
        ("reverb_size", 100.0, "%"),
        ("reverb_decay", 8.0, "s"),
        ("reverb_mix", 60.0, "%"),
    },
    "organ, tremolo 3hz, 40% deep": {("tremolo_rate", 3.0, "Hz"), ("tremolo_depth", 40.0, "%")},
    "strings, vibrato 10 cents deep at 3 Hz": {("vibrato_rate", 3.0, "Hz"), ("vibrato_depth", 10.0, "cents")},
    # in a sentence
    "a pad that takes about four seconds to bloom and seven to die away": {
        ("attack", 4.0, "s"),
        ("release", 7.0, "s"),
    },
    "a pluck that dies away in 0.6 seconds even while I hold the key": {("decay", 0.6, "s")},
    "a pad, everything below 500 Hz removed": {("cutoff", 500.0, "Hz"), ("filter_type", "high_pass", "word")},
    "keys, let me hold up to six notes at once": {("polyphony", 6.0, "voices")},
    "growl bass; drop the VCO by 17 semitones": {("transpose", -17.0, "semitones")},
    "lead with the oscillator tuned a perfect fifth up": {("transpose", 7.0, "semitones")},
    "when I push the mod wheel it should get brighter, mellow lead": {("wheel_target", "cutoff", "word")},
    "organ, no velocity sensitivity": {("velocity_target", "none", "word")},
    "keys where velocity controls the cutoff": {("velocity_target", "cutoff", "word")},
    # in other languages, and in units that are seldom said
    "Pad, Attack 3 Sekunden": {("attack", 3.0, "s")},
    "nappe, attaque 3 s": {("attack", 3.0, "s")},
    "nappe, attaque 0,4 sec, relâchement de 2 s": {("attack", 0.4, "s"), ("release", 2.0, "s")},
    "パッド、アタック1.2秒": {("attack", 1.2, "s")},
    "パッド、カットオフ1.5kHz、リリース0.8秒": {("cutoff", 1500.0, "Hz"), ("release", 0.8, "s")},
    "アタック3秒、リリース2秒のパッド": {("attack", 3.0, "s"), ("release", 2.0, "s")},
    "pad, attack 2 minutes": {("attack", 120.0, "s")},
    # written onto its noun, or with characters that nobody sees
    "pad, attack10ms cutoff800hz": {("attack", 0.01, "s"), ("cutoff", 800.0, "Hz")},
    "pad attack10.5ms,reverb20% 30msrelease": {
        ("attack", 0.0105, "s"),
        ("reverb_mix", 20.0, "%"),
        ("release", 0.03, "s"),
    },
    "pad, at\u200btack\ufeff 10\u200b ms": {("attack", 0.01, "s")},
    "bass, filter1 and osc2": set(),
    # voices of a unison beside notes at once
    "lead 7 voices unison, polyphony 4": {("unison_voices", 7.0, "voices"), ("polyphony", 4.0, "voices")},
    "lead, 5 voices unison, 6 voices polyphony": {("unison_voices", 5.0, "voices"), ("polyphony", 6.0, "voices")},
    "lead, 8 voices, 4 voice polyphony": {("unison_voices", 8.0, "voices"), ("polyphony", 4.0, "voices")},
    # a cutoff at a note
    "lead with cutoff at C3": {("cutoff", 130.8128, "Hz")},
    "bass, low pass = A4": {("cutoff", 440.0, "Hz"), ("filter_type", "low_pass", "word")},
    "lead around C3, cutoff 500 Hz": {("note", 48.0, "note"), ("cutoff", 500.0, "Hz")},
    "bass in C3, filtered": {("note", 48.0, "note")},
    "everything under 500 Hz removed, pad": {("filter_type", "high_pass", "word"), ("cutoff", 500.0, "Hz")},
    "pad, nothing over 3 kHz": {("filter_type", "low_pass", "word"), ("cutoff", 3000.0, "Hz")},
    "pad, sustain -6 dB": {("sustain", 50.12, "%")},
    "pad, velocity to cutoff, velocity to volume": {("velocity_target", "cutoff", "word")},
    # what is denied by its name is off
    "pad, reverb off": {("reverb_mix", 0.0, "%")},
    "pad without noise or delay": {("noise_level", 0.0, "%"), ("delay_mix", 0.0, "%")},
    "no harsh distortion, pad": {("distortion_mix", 0.0, "%")},
    "pad, no reverb ... no, with reverb": set(),
    "pad, no effects": set(),
    "pad, not too much reverb": set(),
    # what is taken back
    "reverb 40% no reverb pad": {("reverb_mix", 0.0, "%")},
    "lead with vibrato 5 Hz, no vibrato": set(),
    "no reverb at first, then reverb 40% pad": {("reverb_mix", 40.0, "%")},
    "bass attack not 10 ms but 50 ms": {("attack", 0.05, "s")},
    # numbers that are no values
    "attack 1e9 s pad": set(),
    "-5 ms attack pluck": set(),
    "pad resonance -20%": set(),
    "808 bass with a fast attack": set(),
    "80s pad": set(),
    "tb-303 acid resonance": set(),
    "8-bit lead": set(),
    "a choir of 7 voices": set(),
    "arp over two octaves": set(),
}


@pytest.mark.parametrize("prompt", SAID)
def test_each_number_belongs_to_its_noun(prompt: str) -> None:
    assert said_values(prompt) == SAID[prompt]


@pytest.mark.parametrize("prompt", SAID)
def test_what_a_value_was_read_from_is_told(prompt: str) -> None:
    for one in plan(prompt).values:
        assert prompt[one.start : one.end] == one.text
        assert one.text


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("pad with 5% reverb", "pad with 95% reverb"),
        ("bass, resonance 0%", "bass, resonance 100%"),
        ("square lead with 10% pulse width", "square lead with 50% pulse width"),
        ("saw pad detuned by 3 cents", "saw pad detuned by 40 cents"),
        ("lead at -12 semitones", "lead at +12 semitones"),
    ],
)
def test_other_values_are_another_intent(left: str, right: str) -> None:
    assert plan(left).values != plan(right).values


def test_the_last_of_two_values_of_one_noun_counts() -> None:
    assert [one.value for one in plan("attack 10 ms pad, no wait, attack 2 s").values] == [2.0]


def test_the_prompt_overrules_a_tag() -> None:
    values = plan("pad, attack 2 s", tags=["attack 10 ms", "release 3 s"]).values
    assert [(one.noun, one.value, one.source) for one in values] == [
        ("release", 3.0, "tag"),
        ("attack", 2.0, "prompt"),
    ]


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("mono bass below 120 Hz", "every preset is kept safe in mono below 150 Hz"),
        ("pluck, filter envelope attack 200 ms", "only the amplitude's envelope takes times and levels"),
        ("pad, volume at 80%", "every preset is levelled to its style's loudness"),
    ],
)
def test_what_is_never_set_is_told_with_the_reason(prompt: str, why: str) -> None:
    intent = plan(prompt)
    assert any(why in note for note in intent.notes)
    assert not [one for one in intent.values if one.unit != "word"]


def test_what_is_switched_off_is_set_and_not_asked_to_be_heard() -> None:
    intent = plan("bright pad, reverb off")
    assert {row.text: row.asks for row in intent.evidence} == {
        "bright": "brightness",
        "pad": None,
        "reverb off": None,
    }
    assert intent.axes["space"] < 0
    assert [row.asks for row in plan("dry bright pad").evidence][:2] == ["space", "brightness"]


def test_a_word_beside_a_value_asks_for_nothing_more() -> None:
    intent = plan("pad, slow attack of 2 s")
    assert "rate" not in intent.axes
    assert not [row for row in intent.evidence if row.asks is not None]


def test_no_number_of_a_mono_range_is_a_note() -> None:
    assert plan("mono bass below 120 Hz").register_midi is None


def test_an_envelope_in_one_breath_tells_all_four() -> None:
    [row] = plan("pad with ADSR 800/200/70/1500").evidence[1:]
    assert row.effect.startswith("sets attack to 800 ms, attack ")
    assert all(
        part in row.effect for part in ("sets decay to 200 ms", "sets sustain to 70 %", "sets release to 1.5 s")
    )


@pytest.mark.parametrize("unit", ["s", "Hz", "%", "voices", "octaves down", "cents", "bpm"])
def test_a_number_of_four_hundred_digits_is_no_value_of_anything(unit: str) -> None:
    assert not plan(f"bass attack cutoff reverb {'1' * 400} {unit}").values


def test_a_prompt_may_give_a_value_to_every_noun() -> None:
    prompt = ", ".join(SAID)[:1990]
    assert len({one.noun for one in plan(prompt).values}) > 25


@pytest.mark.parametrize(
    ("words", "units"),
    [("40s", ["s"]), ("50s", []), ("60s", []), ("80s", []), ("90s", []), ("100s", ["s"])],
)
def test_years_are_no_seconds(words: str, units: list[str]) -> None:
    assert [one.unit for one in numbers(tokenise(f"{words} organ"))] == units


def test_the_attack_of_a_sixties_organ_is_no_time() -> None:
    assert not plan("the attack of a 60s organ").values


@pytest.mark.parametrize(
    ("prompt", "feature", "is_to_be"),
    [
        ("pad, delay mix 0%", "delay", "banned"),
        ("pad, delay feedback 0%", "delay", "wanted"),
        ("pad, reverb size 0%", "reverb", "wanted"),
        ("pad, vibrato depth 0%", "vibrato", "banned"),
    ],
)
def test_an_effect_is_off_where_none_of_it_is_left(prompt: str, feature: Feature, is_to_be: str) -> None:
    assert plan(prompt).features[feature] == is_to_be
