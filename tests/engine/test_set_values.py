"""Values as musicians write them, asked for and as they ship."""

import doctest
from typing import get_args

import pytest

from engine import set_values
from engine.generate.values.settings import SETTINGS
from engine.planner import plan
from engine.set_values import as_near_as, asked_values, name_of, note_name, shipped_value, told
from engine.stages import plan_stage, planned_values
from schemas.intent import ValueNoun, ValueUnit
from schemas.request import Request
from schemas.result import ValueSet

TOLD = [
    ("attack", 0.01, "s", "10 ms"),
    ("attack", 0.0005, "s", "0.5 ms"),
    ("decay", 0.8, "s", "800 ms"),
    ("release", 1.5, "s", "1.5 s"),
    ("attack", 0.999999, "s", "1 s"),
    ("glide", 0.0, "s", "0 ms"),
    ("sustain", 50.0, "%", "50 %"),
    ("width", 92.345678, "%", "92.35 %"),
    ("cutoff", 800.0, "Hz", "800 Hz"),
    ("cutoff", 1200.0, "Hz", "1.2 kHz"),
    ("cutoff", 999.99, "Hz", "1 kHz"),
    ("cutoff", 15_000.0, "Hz", "15 kHz"),
    ("lfo_rate", 0.25, "Hz", "0.25 Hz"),
    ("filter_drive", 6.0, "dB", "6 dB"),
    ("distortion_drive", -3.5, "dB", "−3.5 dB"),
    ("detune", 15.0, "cents", "15 cents"),
    ("detune", 950.5, "cents", "950.5 cents"),
    ("vibrato_depth", 1.0, "cents", "1 cent"),
    ("transpose", 12.0, "semitones", "+12 semitones (an octave up)"),
    ("transpose", -24.0, "semitones", "−24 semitones (two octaves down)"),
    ("transpose", 7.0, "semitones", "+7 semitones"),
    ("transpose", 1.0, "semitones", "+1 semitone"),
    ("transpose", -1.0, "semitones", "−1 semitone"),
    ("transpose", 36.0, "semitones", "+36 semitones (three octaves up)"),
    ("transpose", 48.0, "semitones", "+48 semitones (four octaves up)"),
    ("transpose", 0.0, "semitones", "0 semitones"),
    ("transpose", 60.0, "semitones", "+60 semitones"),
    ("unison_voices", 7.0, "voices", "7 voices"),
    ("polyphony", 1.0, "voices", "1 voice"),
    ("unison_voices", 20_000.0, "voices", "20000 voices"),
    ("tempo", 128.0, "bpm", "128 bpm"),
    ("tempo", 87.5, "bpm", "87.5 bpm"),
    ("note", 45.0, "note", "A2"),
    ("note", 61.0, "note", "C♯4"),
    ("delay_time", "1/8 dotted", "note value", "1/8 dotted"),
    ("lfo_rate", "1/4", "note value", "1/4"),
    ("delay_time", 0.375, "note value", "375 ms"),
    ("lfo_rate", 2.0, "note value", "2 Hz"),
    ("filter_type", "low_pass", "word", "low-pass"),
    ("filter_type", "notch", "word", "notch"),
    ("waveform", "analog_saw", "word", "analog saw"),
    ("waveform", "none", "word", "none"),
    ("filter_type", "high_pass", "word", "high-pass"),
    ("filter_type", "band_pass", "word", "band-pass"),
    ("legato", "on", "word", "on"),
    ("voicing", "mono", "word", "mono"),
    ("wheel_target", "vibrato", "word", "vibrato"),
    ("velocity_target", "none", "word", "nothing"),
]


@pytest.mark.parametrize(("noun", "value", "unit", "text"), TOLD)
def test_a_value_is_told_with_its_unit(noun: ValueNoun, value: float | str, unit: ValueUnit, text: str) -> None:
    assert told(noun, value, unit) == text


def test_every_unit_is_among_them() -> None:
    assert {unit for _, _, unit, _ in TOLD} == set(get_args(ValueUnit))


@pytest.mark.parametrize(
    ("note", "name"), [(60, "C4"), (0, "C-1"), (61, "C♯4"), (59, "B3"), (69, "A4"), (127, "G9")]
)
def test_notes_have_the_names_that_vital_writes(note: int, name: str) -> None:
    assert note_name(note) == name


@pytest.mark.parametrize(
    ("noun", "name"),
    [("attack", "attack"), ("reverb_mix", "reverb mix"), ("lfo_rate", "LFO rate"), ("unison_voices", "unison"),
     ("wheel_target", "mod wheel"), ("velocity_target", "velocity")],
)  # fmt: skip
def test_a_noun_has_a_name(noun: ValueNoun, name: str) -> None:
    assert name_of(noun) == name


def test_no_two_nouns_share_a_name() -> None:
    assert len({name_of(noun) for noun in get_args(ValueNoun)}) == len(SETTINGS)


def shipped(noun: ValueNoun, asked: float | str, unit: ValueUnit, in_file: float | str | None, reason: str = "", *,
            kept: bool = False) -> tuple[str, str, str]:  # fmt: skip
    value = ValueSet(noun=noun, asked=asked, unit=unit, found=in_file, kept=kept, words="w", reason=reason)
    told = shipped_value(value)
    assert told.words == "w"
    return told.text, told.state, told.detail


def test_what_is_as_asked_is_set() -> None:
    assert shipped("attack", 0.01, "s", 0.01, kept=True) == ("attack 10 ms", "set", "")
    assert shipped("transpose", -12.0, "semitones", -12.0, kept=True)[0] == (
        "transpose −12 semitones (an octave down)"
    )
    assert shipped("wheel_target", "vibrato", "word", "vibrato", kept=True)[0] == "mod wheel to vibrato"
    assert shipped("velocity_target", "none", "word", "none", kept=True)[0] == "velocity to nothing"


def test_what_is_nearly_as_asked_is_set_and_both_numbers_are_told() -> None:
    assert shipped("attack", 0.1, "s", 0.098, kept=True) == ("attack 98 ms", "set", "where 100 ms was asked for")


def test_what_is_not_kept_is_told_with_both_numbers_and_the_reason() -> None:
    assert shipped("width", 100.0, "%", 92.0, "Loses 3.0 dB in mono") == (
        "width 92 %", "not kept", "instead of 100 %: loses 3.0 dB in mono"
    )  # fmt: skip
    assert shipped("unison_voices", 40.0, "voices", 16.0, "Vital goes no higher") == (
        "unison 16 voices", "not kept", "instead of 40 voices: Vital goes no higher"
    )  # fmt: skip
    assert shipped("waveform", "saw", "word", "square") == ("waveform square", "not kept", "instead of saw")


def test_what_the_sound_has_nothing_for_is_not_set() -> None:
    reason = "this sound has nothing that it could be set on"
    assert shipped("lfo_rate", 5.0, "Hz", None, reason) == ("LFO rate 5 Hz", "not set", f"({reason})")
    assert shipped("lfo_rate", 5.0, "Hz", None) == ("LFO rate 5 Hz", "not set", "")


def test_what_a_prompt_and_its_tags_ask_for_is_listed_with_the_words_it_was_read_from() -> None:
    rows = asked_values(plan("pad, attack 10 ms, 7 voices", tags=("cutoff 1.2 kHz",)))
    assert [(one.noun, one.name, one.value, one.unit, one.told, one.source, one.text) for one in rows] == [
        ("cutoff", "cutoff", 1200.0, "Hz", "1.2 kHz", "tag", "cutoff 1.2 kHz"),
        ("attack", "attack", 0.01, "s", "10 ms", "prompt", "attack 10 ms"),
        ("unison_voices", "unison", 7.0, "voices", "7 voices", "prompt", "7 voices"),
    ]
    assert (rows[1].start, rows[1].end) == (5, 17)
    assert asked_values(plan("pad")) == []


def test_evidence_tells_values_in_the_same_form() -> None:
    prompt = "pad, attack 10 ms, an octave down, low pass at 1200 Hz, delay 1/8 dotted, 3 voices"
    effects = " | ".join(row.effect for row in plan(prompt).evidence)
    for said in ("sets attack to 10 ms", "sets cutoff to 1.2 kHz", "sets delay time to 1/8 dotted",
                 "sets unison to 3 voices"):  # fmt: skip
        assert said in effects


def test_the_example_is_so() -> None:
    failed, tried = doctest.testmod(set_values)
    assert (failed, tried) == (0, 1)


def test_what_is_out_of_reach_is_told_before_anything_is_rendered() -> None:
    plan_of = plan_stage(Request(prompt="pad, attack 60 s, reverb 20%"))
    attack, reverb = planned_values(plan_of)
    assert as_near_as(attack) == "as near as Vital goes: 32 s"
    assert reverb.kept
