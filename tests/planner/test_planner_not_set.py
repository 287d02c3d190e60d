"""Values that are understood and not set are told; what a later phrase says overrules what stands before it."""

import pytest

from engine.planner import plan
from engine.planner.report import explain

SET = {
    "bass, don't set the attack to 10 ms": set(),
    "do not filter below 500 Hz, bass": set(),
    "bass, never use 7 voices": set(),
    "bass, don't set the attack to 10 ms, use 20 ms": {("attack", 0.02)},
    "pad, why don't you set the attack to 10 ms": {("attack", 0.01)},
    "pad, don't make the reverb more than 30%": {("reverb_mix", 30.0)},
    "pad, attack 10 ms, no, 20 ms, wait, 30 ms": {("attack", 0.03)},
    "pluck with 200 Hz cutoff. No wait, 800 Hz, 200 would be too dull": {("cutoff", 800.0)},
    "bass, high cut 2k, low cut at 30 Hz": {("cutoff", 30.0), ("filter_type", "high_pass")},
    "bass, HPF 120, LPF 4k": {("cutoff", 4000.0), ("filter_type", "low_pass")},
    "lead, osc 2 an octave down": set(),
    "lead, osc2 -12 semitones": set(),
    "lead with an octave down on the second oscillator": set(),
    "lead, both oscillators an octave down": {("transpose", -12.0)},
    "bass with the sub osc one octave down": set(),
    "you can't have too much attack, 2 s, pad": {("attack", 2.0)},
    "I don't need any effects except a 15% chorus on this pad": {("chorus_mix", 15.0)},
    "pad, attack -10 ms": set(),
    "kick, pitch sweep from 200 Hz to 43 Hz in 50 ms": set(),
    "laser, pitch falls an octave in 300 ms": set(),
    "kick tuned to F1": {("note", 29.0)},
    "pad, attack 99999999999999999999999999 ms": set(),
    "pluck, third up, and osc 2 an octave down": {("transpose", 4.0)},
    "bass, env 2 attack 10 ms": set(),
    "bass, env2 attack 10 ms decay 300 ms, release 1 s": {("release", 1.0)},
    "bass, env 2: attack 10 ms, decay 300 ms": set(),
    "bass, second envelope decay 300 ms": set(),
    "bass, env 1 attack 10 ms": {("attack", 0.01)},
}


@pytest.mark.parametrize("prompt", SET)
def test_only_what_is_asked_of_the_whole_sound_is_set(prompt: str) -> None:
    assert {(one.noun, one.value) for one in plan(prompt).values} == SET[prompt]


TOLD = {
    "bass, don't set the attack to 10 ms": ['"attack to 10 ms" is not set: the prompt says not to.'],
    "do not filter below 500 Hz, bass": ['"filter below 500 Hz" is not set: the prompt says not to.'],
    "bass, attack 10 ms, long tail, attack 20 ms": ['"attack 10 ms" is not set: overruled by 20 ms.'],
    "pad, attack 10 ms, no, 20 ms, wait, 30 ms": [
        '"attack 10 ms" is not set: overruled by 20 ms.',
        '"20 ms" is not set: overruled by 30 ms.',
    ],
    "bass, high cut 2k, low cut at 30 Hz": [
        '"high cut 2k" is not set: a prompt sets one filter, and a later phrase sets it to 30 Hz.'
    ],
    "lead, osc 2 an octave down": [
        '"osc 2 an octave down" is not set: a prompt transposes the whole sound, not one of its oscillators.'
    ],
    "bass, env 2 attack 10 ms": [
        '"env 2 attack 10 ms" is not set: only the amplitude\'s envelope takes times and levels from a prompt.'
    ],
    "bass, attack 10 ms, attack 10 ms": [],
    "pad, attack -10 ms": ['"attack -10 ms" is not set: a time can\'t be negative.'],
    "pad, attack 99999999999999999999 ms": [
        '"99999999999999999999 ms" is not set: no value of Vital goes that far.'
    ],
    "kick, pitch sweep from 200 Hz to 43 Hz in 50 ms": [
        '"pitch sweep from 200 Hz to 43 Hz in 50 ms" is not set: '
        "how far and how fast the pitch moves isn't set from a prompt."
    ],
}


@pytest.mark.parametrize("prompt", TOLD)
def test_what_is_not_set_is_told(prompt: str) -> None:
    assert [note for note in plan(prompt).notes if "is not set" in note] == TOLD[prompt]


@pytest.mark.parametrize("prompt", TOLD)
def test_words_give_no_value_of_another_phrase(prompt: str) -> None:
    for row in explain(plan(prompt)):
        if row.effect.startswith("sets attack to "):
            assert row.effect.removeprefix("sets attack to ").partition(" ")[0] in row.text


def test_nothing_like_a_kind_of_lead_is_another_lead() -> None:
    intent = plan("nothing like a supersaw lead")
    assert intent.style == "Lead"
    assert [(one.noun, one.value) for one in intent.values] == [("waveform", "not saw")]
    assert not intent.subtypes


@pytest.mark.parametrize("said", ["without too much reverb", "without much reverb"])
def test_not_much_of_an_effect_is_little_of_it(said: str) -> None:
    intent = plan(f"pad {said}")
    assert not intent.values
    assert "reverb" not in intent.features
    assert -0.5 < intent.axes["space"] < 0.0


BOUND = {
    "lead, vib 5hz, LFO1 rate 2Hz": {("vibrato_rate", 5.0), ("lfo_rate", 2.0)},
    "lead, LFO 2 to the filter at 3 Hz": {("lfo_rate", 3.0), ("lfo_target", "cutoff")},
    "lead, LFO 2 Hz": {("lfo_rate", 2.0)},
    "pad that fades in over 1.5 s and out over 3 s": {("attack", 1.5), ("release", 3.0)},
    "pad, a delay which isn't synced, 333 ms": {("delay_time", 0.333)},
    "pad, delay not in sync, 333 ms": {("delay_time", 0.333)},
}


@pytest.mark.parametrize("prompt", BOUND)
def test_a_value_finds_its_noun(prompt: str) -> None:
    assert {(one.noun, one.value) for one in plan(prompt).values} == BOUND[prompt]


@pytest.mark.parametrize("prompt", ["bass, LP 500 Hz", "lead, LFO rate 3 Hz", "lead, LFO1 rate 2Hz"])
def test_the_noun_of_a_value_is_not_without_effect(prompt: str) -> None:
    assert not plan(prompt).unused
