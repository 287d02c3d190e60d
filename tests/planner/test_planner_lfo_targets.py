"""What an LFO and the controls under a hand are to move, where the prompt names it."""

import pytest

from engine.planner import plan

MOVED: dict[str, dict[str, float | str]] = {
    "pad with a 1/8 LFO on the filter": {"lfo_rate": "1/8", "lfo_target": "cutoff"},
    "pad, LFO rate 1/4 to the cutoff at 800 Hz": {"lfo_rate": "1/4", "lfo_target": "cutoff", "cutoff": 800.0},
    "bass, filter modulated by a 3 Hz LFO": {"lfo_rate": 3.0, "lfo_target": "cutoff"},
    "pad, LFO on the wavetable": {"lfo_target": "wavetable"},
    "pad, 2 Hz LFO on resonance": {"lfo_rate": 2.0, "lfo_target": "resonance"},
    "pad, LFO 2 Hz to pitch": {"vibrato_rate": 2.0},
    "lead, LFO 4 Hz on the volume": {"tremolo_rate": 4.0},
    "pad with a slow LFO and a filter": {},
    "lead, mod wheel to vibrato and cutoff": {"wheel_target": "vibrato and cutoff"},
    "lead, mod wheel opens the filter and adds vibrato": {"wheel_target": "cutoff and vibrato"},
    "lead, mod wheel to vibrato and reverb 20%": {"wheel_target": "vibrato", "reverb_mix": 20.0},
    "lead, velocity to cutoff and volume": {"velocity_target": "cutoff and level"},
}


@pytest.mark.parametrize("prompt", MOVED)
def test_what_is_moved_is_a_value(prompt: str) -> None:
    assert {one.noun: one.value for one in plan(prompt).values} == MOVED[prompt]


def test_a_target_that_no_lfo_is_routed_to_is_told_with_the_reason() -> None:
    intent = plan("pad, 1/16 LFO to the attack")
    assert [(one.noun, one.value) for one in intent.values] == [("lfo_rate", "1/16")]
    assert any(
        note.startswith('"attack" is not set: from a prompt an LFO goes to the cutoff') for note in intent.notes
    )
