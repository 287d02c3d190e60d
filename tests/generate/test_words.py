"""What words do to a patch, seen in the patch; that they are heard is tested where presets are rendered."""

import pytest

from engine.generate import choose_template, make_patch
from engine.planner import plan


def patch_of(prompt, template, metadata):
    return make_patch(plan(prompt), template, seed=3, metadata=metadata).spec


def test_a_banned_reverb_is_off(templates, metadata):
    spec = patch_of("warm pad without any reverb", templates["warm_pad"], metadata)
    assert not spec.modules.fx[8].on


def test_a_wanted_delay_is_on(templates, metadata):
    spec = patch_of("sub bass with delay", templates["sub_bass"], metadata)
    assert spec.modules.fx[2].on
    assert spec.modules.fx[2].mix_percent > 0


def test_tempo_mono_and_glide_reach_the_voicing(templates, metadata):
    spec = patch_of("mono warm pad with glide at 96 bpm", templates["warm_pad"], metadata)
    assert spec.modules.voicing.tempo_bpm == pytest.approx(96)
    assert spec.modules.voicing.polyphony == 1
    assert spec.modules.voicing.glide_s > 0.01


def test_words_that_were_spoken_lie_on_knobs(templates, metadata):
    made = make_patch(plan("noisy wide long pad"), templates["warm_pad"], seed=3, metadata=metadata)
    on_knobs = {p.role_id for p in made.placements if p.control.startswith("macro_")}
    assert {"noise", "width", "length"} <= on_knobs


@pytest.mark.parametrize(
    ("prompt", "template_id"),
    [
        ("deep sub bass", "sub_bass"),
        ("reese bass", "reese_bass"),
        ("punchy kick drum", "kick"),
        ("warm pad", "warm_pad"),
    ],
)
def test_the_template_that_a_prompt_names_answers(prompt, template_id, templates):
    assert choose_template(plan(prompt), templates, seed=0).id == template_id
