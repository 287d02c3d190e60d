"""Values in patches: set in every template, kept by words, roles, variations and the patch's own modulation."""

import pytest

from engine.catalog import catalog
from engine.generate import apply_patch, make_patch, make_variations
from engine.generate.values import values_set
from engine.planner import plan
from schemas.patch_spec import Metadata, PatchSpec
from schemas.result import Repaired, ValueSet
from schemas.template import MacroTemplate

ALL = (
    "attack 10 ms decay 300 ms sustain 50% release 200 ms, 8 voice polyphony, glide 80 ms, stereo width 40%",
    "high pass at 400 Hz, resonance 30%, filter drive 5 dB, tempo 128 bpm, noise at 20%, legato",
    "reverb 40%, reverb size 70%, reverb tail 3 s, delay 1/8 dotted at 30% mix, delay feedback 45%, chorus 35%",
    "phaser 20%, flanger 10%, distortion 40%, distortion drive 12 dB, compressor 30%, transpose -12",
    "1/16 LFO, vibrato at 5 Hz 30 cents, tremolo at 4 Hz, tremolo depth 50%, velocity controls the cutoff",
    "300 ms delay, mod wheel adds vibrato",
    "2 Hz LFO on the filter, mod wheel to vibrato and reverb, velocity to cutoff and volume",
    "1/8 LFO on the resonance, mod wheel opens the filter and adds tremolo",
    "24 dB low pass at 700 Hz, tremolo 11 Hz at 100%, no feedback on the delay",
    "12 dB high pass, resonance off, sustain none, no release, width zero",
    "reverb 0%, delay 0%, chorus 0%, phaser 0%, flanger 0%, distortion 0%, mono, no velocity",
)
OF_OSCILLATORS = (
    "LFO on the wavetable",
    "sine wave",
    "square with 20% pulse width",
    "saw, 7 voices unison, detuned by 20 cents",
    "anything but a saw, no detune",
    "no saw, no square, no sine",
    "neither square nor triangle",
)
WITHOUT_TONE = {"clap", "hat", "computer", "nature_texture"}
"""Templates made of noise, or whose words move their layers out of what counts as tone."""


def patch(prompt: str, template: MacroTemplate, **more: object) -> PatchSpec:
    return make_patch(plan(prompt), template, seed=1, metadata=Metadata(name="x"), **more).spec  # type: ignore[arg-type]


def read(prompt: str, spec: PatchSpec, **more: object) -> dict[str, ValueSet]:
    return {one.noun: one for one in values_set(plan(prompt), spec, note=60, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", catalog())
def test_every_template_keeps_every_value(name: str) -> None:
    for prompt in (*ALL, *(() if name in WITHOUT_TONE else OF_OSCILLATORS)):
        lost = [one for one in read(prompt, patch(prompt, catalog()[name])).values() if not one.kept]
        assert not lost, (prompt, lost)


def test_no_axis_moves_a_value() -> None:
    prompt = (
        "attack 10 ms, release 200 ms, cutoff 800 Hz, reverb 20%, distortion 15%, stereo width 30%, resonance 40%"
    )
    drives = {"attack": 2.0, "length": 2.0, "brightness": 2.0, "space": 2.0, "grit": 2.0, "width": 2.0}
    for name in ("warm_pad", "analog_bass", "supersaw_lead", "synth_pluck"):
        found = read(prompt, patch(prompt, catalog()[name], drives={**drives, "resonance": -2.0}))
        assert all(one.kept for one in found.values()), found


def test_no_macro_moves_a_value() -> None:
    prompt = "bright pad, attack 2 s, cutoff 800 Hz, reverb 20%"
    spec = patch(prompt, catalog()["warm_pad"])
    moved = {target.path for macro in spec.macros for target in macro.targets}
    held = {"/modules/env/0/attack_s", "/modules/filter/0/cutoff_hz", "/modules/fx/8/mix_percent"}
    assert moved
    assert not moved & held


def test_variations_keep_values() -> None:
    prompt, template = "pad, attack 2 s, cutoff 800 Hz, reverb 20%, release 3 s", catalog()["warm_pad"]
    base = patch(prompt, template)
    for one in make_variations(base, plan(prompt), template, seed=1, count=11):
        found = read(prompt, apply_patch(base, one.patch))
        assert all(value.kept for value in found.values()), (one.type, found)


def test_own_modulation_stays_near_a_cutoff() -> None:
    plain, set_to = (
        patch("pluck", catalog()["synth_pluck"]),
        patch("pluck, cutoff 800 Hz", catalog()["synth_pluck"]),
    )

    def most(spec: PatchSpec) -> float:
        routes = [r for r in spec.modulation.routes if r.target == "/modules/filter/0/cutoff_hz"]
        return max(abs(r.amount) for r in routes if not r.source.startswith(("mod_wheel", "aftertouch")))

    assert most(plain) > 0.25
    assert most(set_to) <= 0.03


def test_a_sweep_that_is_asked_for_goes_round_the_cutoff() -> None:
    spec = patch("pad with a slow filter sweep, cutoff 800 Hz", catalog()["warm_pad"])
    swept = [
        r for r in spec.modulation.routes if r.target == "/modules/filter/0/cutoff_hz" and r.source[:3] == "lfo"
    ]
    assert any(abs(route.amount) > 0.03 and route.polarity == "bipolar" for route in swept)


@pytest.mark.parametrize(
    ("prompt", "noun", "expected", "reason"),
    [
        ("pad, attack 60 s", "attack", 32.0, "Vital goes no higher"),
        ("pad, 40 voices of unison", "unison_voices", 16.0, "Vital goes no higher"),
        ("pad, reverb tail of 90 s", "reverb_decay", 64.0, "Vital goes no higher"),
        ("pad, transpose +60", "transpose", 48.0, "Vital goes no higher"),
        ("clap, sine wave", "waveform", None, "this sound has nothing that it could be set on"),
    ],
)
def test_what_is_out_of_reach_goes_as_near_as_it_can_and_is_told(
    prompt: str, noun: str, expected: float | None, reason: str
) -> None:
    name = "clap" if prompt.startswith("clap") else "warm_pad"
    one = read(prompt, patch(prompt, catalog()[name]))[noun]
    wanted = expected if expected is None else pytest.approx(expected, rel=1e-3)
    assert (one.found, one.kept, one.reason) == (wanted, False, reason)


def test_a_repair_that_moves_a_value_is_its_reason() -> None:
    prompt = "pad, stereo width 100%"
    spec = patch(prompt, catalog()["warm_pad"])
    voicing = spec.modules.voicing.model_copy(update={"stereo_percent": 80.0})
    narrowed = spec.model_copy(update={"modules": spec.modules.model_copy(update={"voicing": voicing})})
    repairs = [Repaired(kind="width", amount=75.0, unit="% of the width", reason="Loses 4.0 dB in mono")]
    one = read(prompt, narrowed, repairs=repairs)["width"]
    assert (one.asked, one.found, one.kept, one.reason) == (100.0, 80.0, False, "Loses 4.0 dB in mono")


def test_a_sine_has_no_pulse_width() -> None:
    found = read("pure sine lead with a pulse width of 20%", patch("sine, 20% pulse width", catalog()["mono_lead"]))
    assert found["waveform"].kept
    assert not found["pulse_width"].kept


def test_the_wheel_brings_in_a_vibrato_that_rests_at_none() -> None:
    spec = patch("lead, mod wheel adds vibrato", catalog()["mono_lead"])
    wheel = [route for route in spec.modulation.routes if route.source == "mod_wheel" and route.amount]
    assert len(wheel) == 1
    place = int(wheel[0].target.split("/")[3])
    vibrato = spec.modulation.routes[place]
    assert (vibrato.target, vibrato.amount, vibrato.polarity) == ("/modules/voicing/tune_cents", 0.0, "bipolar")
    assert not [macro for macro in spec.macros if macro.control == "mod_wheel"]


def test_a_note_far_from_its_template_is_told_with_the_reason() -> None:
    prompt = "warm pad around C0"
    (told,) = values_set(plan(prompt), patch(prompt, catalog()["warm_pad"]), note=36)
    assert (told.found, told.kept) == (36.0, False)
    assert told.reason == "it is played within two octaves of the middle of its template"
