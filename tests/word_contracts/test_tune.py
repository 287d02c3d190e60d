"""The closed loop on the real synth: words are heard in the sounds that ship."""

import pytest

from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage, render_stage
from schemas.request import Request


@pytest.fixture(scope="module")
def pool():
    with RenderPool(2) as made:
        yield made


def heard(prompt, pool):
    made = plan_stage(Request(prompt=prompt, variations=0))
    return render_stage(made, patch_stage(made).spec, (), pool).presets[0]


@pytest.mark.parametrize(
    ("prompt", "axis"),
    [
        ("dark supersaw lead", "brightness"),
        ("electric piano with a slow attack", "attack"),
        ("short staccato string pad", "length"),
        ("very noisy sub bass", "noise"),
        ("wide sub bass", "width"),
        ("dry electric piano", "space"),
        ("thin reese bass", "weight"),
    ],
)
def test_a_word_is_heard_in_the_sound_that_ships(prompt, axis, pool):
    preset = heard(prompt, pool)
    word = next(one for one in preset.words if one.axis == axis)
    assert word.satisfied, word.reason
    assert word.heard == preset.measurements.timbre[axis]
    assert 2 <= preset.tuning_renders <= 16
    assert preset.renders + preset.tuning_renders <= 30
