"""What words do to a patch, seen in the patch; that they are heard is tested where presets are rendered."""

import pytest

from engine.catalog import catalog
from engine.generate import choose_template, make_patch
from engine.generate.roles import curve_at
from engine.planner import plan

TEMPLATES = sorted(catalog())


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


def test_words_that_were_spoken_lie_on_macros(templates, metadata):
    made = make_patch(plan("noisy wide long pad"), templates["warm_pad"], seed=3, metadata=metadata)
    on_macros = {p.role_id for p in made.placements if p.control.startswith("macro_")}
    assert {"noise", "width", "length"} <= on_macros


@pytest.mark.parametrize(
    ("prompt", "template_id"),
    [
        ("deep sub bass", "sub_bass"),
        ("reese bass", "reese_bass"),
        ("punchy kick drum", "kick"),
        ("angelic choir", "choir_pad"),
    ],
)
def test_the_template_that_a_prompt_names_answers(prompt, template_id, templates):
    assert choose_template(plan(prompt), templates, seed=0).id == template_id


@pytest.mark.parametrize(
    ("prompt", "target"),
    [
        ("warm bass with a slow filter sweep", "/modules/filter/0/cutoff_hz"),
        ("pad with vibrato", "/modules/voicing/tune_cents"),
        ("gated pad", "/modules/voicing/voice_amplitude_percent"),
        ("sidechained pumping pad", "/modules/voicing/voice_amplitude_percent"),
    ],
)
@pytest.mark.parametrize("template_id", TEMPLATES)
def test_a_wanted_motion_is_routed_in_every_template(template_id, prompt, target, templates, metadata):
    spec = make_patch(plan(prompt), templates[template_id], seed=3, metadata=metadata).spec
    assert any(
        abs(amount_at_the_default(spec, index)) > 0.01
        for index, route in enumerate(spec.modulation.routes)
        if route.source.startswith("lfo_") and route.target == target
    )


def amount_at_the_default(spec, index):
    """A route's amount with what the macros add to it where they stand; an amount's travel is 2."""
    pointer = f"/modulation/routes/{index}/amount"
    added = (
        2 * target.amount * curve_at(target.curve, macro.default)
        for macro in spec.macros[:4]
        for target in macro.targets
        if target.path == pointer
    )
    return spec.modulation.routes[index].amount + sum(added)


def test_a_slow_sweep_is_slower_than_a_fast_one(templates, metadata):
    def rate(prompt):
        spec = patch_of(prompt, templates["sub_bass"], metadata)
        route = next(
            r for r in spec.modulation.routes if r.target == "/modules/filter/0/cutoff_hz" and "lfo" in r.source
        )
        return spec.modules.lfo[int(route.source[-1]) - 1].rate_hz

    assert rate("bass with a slow filter sweep") < 0.4 < rate("bass with a fast filter sweep")
