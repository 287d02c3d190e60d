"""What each value writes into a patch, control by control, and what it leaves alone: not as it is read back."""

import pytest
from drafts import changes, draft

from engine.generate.values import hold_values, set_motions, set_values, values_set
from engine.planner import plan
from schemas.result import Repaired

SINE = {"kind": "own", "id": "sine"}
PULSE = {"kind": "own", "id": "pulse_width"}
WRITES = {
    # prompt, what the patch has before, what is written
    "cutoff": (
        "pad, cutoff 800 Hz",
        {"filter/0/on": True, "filter/0/keytrack_percent": 50.0},
        {"filter/0/cutoff_hz": 800.0, "filter/0/keytrack_percent": 0.0},
    ),
    "a filter of its own": (
        "pad, cutoff 800 Hz",
        {"filter/0/model": "ladder", "filter/0/style": 3, "filter/0/blend": 1.0},
        {
            "filter/0/on": True,
            "filter/0/model": "analog",
            "filter/0/style": 0,
            "filter/0/blend": 0.0,
            "filter/0/resonance_percent": 10.0,
            "filter/0/cutoff_hz": 800.0,
        },
    ),
    "a filter behind a vowel": (
        "pad, cutoff 800 Hz",
        {"filter/0/on": True, "filter/0/model": "formant", "osc/0/destination": "effects"},
        {
            "filter/1/on": True,
            "filter/1/from_other_filter": True,
            "filter/1/resonance_percent": 10.0,
            "filter/1/cutoff_hz": 800.0,
            "osc/0/destination": "filter_2",
        },
    ),
    "notch": ("pad, notch filter", {"filter/0/on": True}, {"filter/0/style": 2, "filter/0/blend": 1.0}),
    "high pass": ("pad, high pass filter", {"filter/0/on": True}, {"filter/0/blend": 2.0}),
    "a delay in ms": (
        "pad, 300 ms delay",
        {"fx/2/mix_percent": 10.0},
        {
            "fx/2/on": True,
            "fx/2/mix_percent": 25.0,
            "fx/2/sync": "free",
            "fx/2/time_s": 0.3,
            "fx/2/second_sync": "free",
            "fx/2/second_time_s": 0.3,
        },
    ),
    "a delay in notes": (
        "pad, delay 1/16 dotted",
        {"fx/2/mix_percent": 40.0},
        {
            "fx/2/on": True,
            "fx/2/sync": "dotted",
            "fx/2/tempo": "1/16",
            "fx/2/second_sync": "dotted",
            "fx/2/second_tempo": "1/16",
        },
    ),
    "voices of one that was alone": (
        "pad, 7 voices unison",
        {"osc/0/unison/detune_percent": 2.0, "osc/0/unison/stereo_spread_percent": 10.0},
        {
            "osc/0/unison/voices": 7,
            "osc/0/unison/detune_percent": 6.0,
            "osc/0/unison/stereo_spread_percent": 40.0,
        },
    ),
    "voices of some": (
        "pad, 7 voices unison",
        {
            "osc/0/unison/voices": 2,
            "osc/0/unison/detune_percent": 2.0,
            "osc/0/unison/stereo_spread_percent": 10.0,
        },
        {"osc/0/unison/voices": 7},
    ),
    "a wide detune": (
        "pad detuned by 2000 cents",
        {"osc/0/unison/voices": 3},
        {"osc/0/unison/detune_range_semitones": 20.0, "osc/0/unison/detune_percent": 100.0},
    ),
    "a tail": (
        "pad, reverb tail of 3 s",
        {"fx/8/mix_percent": 5.0},
        {"fx/8/on": True, "fx/8/decay_s": 3.0, "fx/8/mix_percent": 15.0},
    ),
    "a wheel for the level": (
        "lead, mod wheel adds volume",
        {"voicing/voice_amplitude_percent": 80.0},
        {"voicing/voice_amplitude_percent": 60.0, "mod_wheel > voicing/voice_amplitude_percent": 0.4},
    ),
    "a vibrato": (
        "lead, vibrato 5 Hz, 30 cents",
        {"lfo/0/stereo_deg": 90.0, "lfo/0/phase_deg": 45.0, "lfo/0/delay_s": 0.5, "lfo/0/fade_in_s": 0.5},
        {
            "lfo/0/sync": "free",
            "lfo/0/rate_hz": 5.0,
            "lfo/0/shape": SINE,
            "lfo/0/stereo_deg": 0.0,
            "lfo/0/phase_deg": 0.0,
            "lfo/0/delay_s": 0.0,
            "lfo/0/fade_in_s": 0.0,
            "lfo_1 > voicing/tune_cents": 0.3,
        },
    ),
    "a tremolo": (
        "lead, tremolo 4 Hz, tremolo depth 50%",
        {},
        {
            "lfo/0/sync": "free",
            "lfo/0/rate_hz": 4.0,
            "lfo/0/shape": SINE,
            "lfo_1 > voicing/voice_amplitude_percent": -0.5,
        },
    ),
    "a pulse of the tone and not of the sub": (
        "lead with a pulse width of 5%",
        {"osc/1/on": True, "osc/1/transpose_semitones": -12, "osc/2/on": True, "osc/2/transpose_semitones": -11},
        {
            "osc/0/wavetable/table": PULSE,
            "osc/0/wavetable/position": 256.0,
            "osc/2/wavetable/table": PULSE,
            "osc/2/wavetable/position": 256.0,
        },
    ),
}


def made(prompt, before=None, routes=()):
    one = draft(before, routes)
    for step in (set_values, set_motions, hold_values):
        step(one, plan(prompt))
    return one


@pytest.mark.parametrize("case", WRITES)
def test_a_value_writes_this_and_nothing_else(case):
    prompt, before, written = WRITES[case]
    assert changes(draft(before), made(prompt, before)) == written


def test_a_cutoff_that_is_set_does_not_follow_the_keys_again():
    one = made("pad, cutoff 800 Hz", {"filter/0/on": True})
    one.set("/modules/filter/0/keytrack_percent", 100.0)
    one.set("/modules/filter/0/cutoff_hz", 2000.0)
    assert one.get("/modules/filter/0/keytrack_percent") == 0.0
    assert one.get("/modules/filter/0/cutoff_hz") == 800.0


CUTOFF, RESONANCE = "/modules/filter/0/cutoff_hz", "/modules/filter/0/resonance_percent"


@pytest.mark.parametrize(
    ("words", "by_lfo", "polarity"), [("", 0.03, None), (", with a filter sweep", 0.2, "bipolar")]
)
def test_only_the_lfo_of_a_sweep_moves_a_cutoff_that_is_set_by_more_than_a_little(words, by_lfo, polarity):
    routes = [
        ("lfo_1", CUTOFF, 0.5),
        ("env_2", CUTOFF, -0.5),
        ("env_2", RESONANCE, 0.5),
        ("mod_wheel", CUTOFF, 0.4),
    ]
    one = made(f"pad, cutoff 800 Hz{words}", {"filter/0/on": True}, routes)
    left = one.document["modulation"]["routes"]
    assert [route["amount"] for route in left[:4]] == [by_lfo, -0.03, 0.5, 0.4]
    assert left[0].get("polarity") == polarity
    assert "polarity" not in left[1]


def read(prompt, before, repairs=()):
    (one,) = values_set(plan(prompt), draft(before).spec(), repairs, note=60)
    return one


@pytest.mark.parametrize(("attack_s", "kept"), [(1.0499, True), (0.9501, True), (1.051, False), (0.949, False)])
def test_a_value_is_kept_within_five_per_cent(attack_s, kept):
    assert read("pad, attack 1 s", {"env/0/attack_s": attack_s}).kept is kept


@pytest.mark.parametrize(
    ("kind", "prompt", "before"),
    [
        ("click", "pad, attack 10 ms", {"env/0/attack_s": 0.03}),
        ("width", "pad, stereo width 100%", {"voicing/stereo_percent": 80.0}),
        ("mono_low", "pad, stereo width 100%", {"voicing/stereo_percent": 80.0}),
    ],
)
def test_the_repair_that_moved_a_value_is_told_and_no_other(kind, prompt, before):
    others = [Repaired(kind="dc", amount=1.0, unit="dB", reason="Not this one")]
    mine = Repaired(kind=kind, amount=80.0, unit="%", reason="This one")
    assert read(prompt, before, [*others, mine]).reason == "This one"
    assert read(prompt, before, others).reason != "Not this one"
