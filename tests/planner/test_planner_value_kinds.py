"""Kinds of saying a value: denied, disliked, in words, of an owner behind them, by a slope or an interval."""

import pytest

from engine.planner import plan

SAID = {
    "organ, no release, sustain none": {("release", 0.0), ("sustain", 0.0)},
    "lead, resonance zero, no feedback on the delay": {("resonance", 0.0), ("delay_feedback", 0.0)},
    "lead without detune, width zero": {("detune", 0.0), ("width", 0.0)},
    "bass lfo 1/4, resonance half": {("lfo_rate", "1/4"), ("resonance", 50.0)},
    "pad, sustain full, width at max": {("sustain", 100.0), ("width", 100.0)},
    "pad, 20 % width max": {("width", 20.0)},
    "bass. Drive (filter): 6 dB. Mix (delay): 30%.": {("filter_drive", 6.0), ("delay_mix", 30.0)},
    "lead, size of the reverb 80%": {("reverb_size", 80.0)},
    "pad with the filter moving over two bars": {("lfo_rate", "2/1")},
    "raise it a major third: soft pad": {("transpose", 4.0)},
    "lower the whole thing by a minor third, keys": {("transpose", -3.0)},
    "hard lead compress 50%": {("compressor_mix", 50.0)},
    "acid line but don't distort it": {("distortion_mix", 0.0)},
    "I keep hearing reverb in these bass presets and I hate it.": {("reverb_mix", 0.0)},
    "I hate reverb on basses": {("reverb_mix", 0.0)},
    "pad, no saw, no square": {("waveform", "not saw or square")},
    "sick of saws. lead": {("waveform", "not saw")},
    "bass, neither saw nor square": {("waveform", "not saw or square")},
    "tired of saws, give me a square lead": {("waveform", "square")},
    "bass, 24dB low pass": {("filter_slope", 24.0), ("filter_type", "low_pass")},
    "LP12 pad": {("filter_slope", 12.0), ("filter_type", "low_pass")},
    "four pole filter, bass": {("filter_slope", 24.0)},
    "low pass 24 dB slope, 700 Hz, pluck": {("filter_slope", 24.0), ("cutoff", 700.0), ("filter_type", "low_pass")},
    "LP 24 @ 300 Hz, bass": {("filter_slope", 24.0), ("cutoff", 300.0), ("filter_type", "low_pass")},
    "drive 12 dB, low pass, lead": {("distortion_drive", 12.0), ("filter_type", "low_pass")},
    "pad, nothing on the mod wheel": {("wheel_target", "none")},
    "organ that doesn't react to velocity": {("velocity_target", "none")},
    "organ, full sustain, release 50ms": {("sustain", 100.0), ("release", 0.05)},
    "lead, no effects: delay, chorus all off": {("delay_mix", 0.0), ("chorus_mix", 0.0)},
    "pad: reverb - 30 %, delay - off": {("reverb_mix", 30.0), ("delay_mix", 0.0)},
    "bell, reverb wet 35, dry otherwise": {("reverb_mix", 35.0)},
    "pad, vibrato 0.8 Hz with 12 cents": {("vibrato_rate", 0.8), ("vibrato_depth", 12.0)},
    "pad, harder hits are brighter": {("velocity_target", "cutoff")},
    "cowbell, D 250ms": {("decay", 0.25)},
    "disco strings, lowpass off": set(),
    "a pluck with a notch filter instead of a lowpass": {("filter_type", "notch")},
    "marimba, sin wave, fb 35%": {("waveform", "sine"), ("delay_feedback", 35.0)},
    "square lead, pulse width 30": {("waveform", "square"), ("pulse_width", 30.0)},
    "мягкий пэд, атака 2 с, релиз 3 с": {("attack", 2.0), ("release", 3.0)},
    "лид, детюн 12 центов": {("detune", 12.0)},
    "リード、デチューン15セント": {("detune", 15.0)},
    "主音,失谐15音分": {("detune", 15.0)},
    "부드러운 패드, 어택 2초, 릴리즈 300밀리초": {("attack", 2.0), ("release", 0.3)},
    "리드, 디튠 15센트": {("detune", 15.0)},
    "Lead, Vibrato 5 Hz, Hochpass 200 Hz": {("vibrato_rate", 5.0), ("cutoff", 200.0), ("filter_type", "high_pass")},
    "bass in a minor": set(),
}


@pytest.mark.parametrize("prompt", SAID)
def test_a_value_is_told(prompt: str) -> None:
    assert {(one.noun, one.value) for one in plan(prompt).values} == SAID[prompt]


def test_a_slope_that_no_filter_has_is_told_with_the_reason() -> None:
    intent = plan("pad, 48 dB low pass at 1 kHz")
    assert {one.noun for one in intent.values} == {"cutoff", "filter_type"}
    assert intent.notes == ('"48 dB" is not set: Vital\'s filters fall by 12 or 24 dB an octave.',)


@pytest.mark.parametrize("prompt", ["pad, attack 2 s, release 3 s", "80s pad, attack 2 s"])
def test_seconds_are_no_words_of_another_language(prompt: str) -> None:
    assert not plan(prompt).notes


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("make it like rain. pad. noise 35%", "Pad"),
        ("Think of a tractor idling - that's the bass I'm after.", "Bass"),
        ("Engine-like bass: saw", "Bass"),
        ("Spoon hits glass: keys, sine", "Keys"),
        ("fx hit, release 4 s", "SFX"),
        ("organ bass stab", "Bass"),
        ("engine hum loop", "SFX"),
        ("marimba loop", "Sequence"),
        ("kick, bass heavy", "Percussion"),
        ("strings, the bass is deep", "Pad"),
        ("a bell that decays into a pad", "Keys"),
        ("I hate reverb on basses", "Bass"),
    ],
)
def test_a_style_that_is_named_alone_outweighs_what_it_is_like(prompt: str, style: str) -> None:
    assert plan(prompt).style == style


def test_a_filter_that_is_off_is_banned_and_another_one_is_not() -> None:
    assert plan("disco strings, lowpass off").features.get("filter") == "banned"
    assert plan("a pluck with a notch filter instead of a lowpass").features["filter"] == "wanted"


@pytest.mark.parametrize("prompt", ["lead, sin, 7 voices", "marimba, sin wave, 1ms attack, delay none"])
def test_a_sine_is_no_spanish(prompt: str) -> None:
    assert plan(prompt).language == "en"
