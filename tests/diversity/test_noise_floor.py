"""The threshold against real sounds: one preset with its phases drawn anew is one sound, two templates are two."""

from itertools import combinations

import pytest

from engine.audio import SAMPLE_RATE
from engine.audition.notes import measured_notes
from engine.catalog import template
from engine.compiler import compile_spec, playable
from engine.diversity import Sound, distance
from engine.render.job import Rendered, RenderJob
from engine.render.pool import RenderPool
from engine.stages import patch_stage, plan_stage
from schemas.request import Request

TEMPLATES = ("reese_bass", "supersaw_lead", "electric_piano", "string_pad", "snare", "pulse_sequence", "impact")
"""One a style, with what draws phases or noise."""


@pytest.fixture(scope="module")
def heard() -> dict[str, list[Sound]]:
    """Each template's preset as its first note and as a later one: the synth draws its phases anew in between."""
    with RenderPool(2, time_limit_s=60) as pool:
        found: dict[str, list[Sound]] = {name: [] for name in TEMPLATES}
        for outcome in pool.map([job for name in TEMPLATES for job in _jobs(name)]):
            assert isinstance(outcome, Rendered)
            name, number = outcome.key.split(":")
            preview = (outcome.preview, SAMPLE_RATE)
            found[name].append(Sound(name, outcome.timbres[int(number)].figures(), lambda preview=preview: preview))
    return found


def _jobs(name: str) -> list[RenderJob]:
    chosen = template(name)
    plan = plan_stage(Request(prompt=chosen.name, template_id=name))
    preset = playable(compile_spec(patch_stage(plan).spec)).preset
    first = measured_notes(chosen, plan.intent)[0]
    later = first._replace(velocity=first.velocity + 1e-6)
    return [
        RenderJob(f"{name}:0", preset, (first,), preview=first, timbre=True),
        RenderJob(f"{name}:1", preset, (first, later), preview=later, timbre=True),
    ]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_preset_with_other_phases_is_the_same_sound(heard, name):
    one, again = heard[name]
    assert distance(one, again) < 1.0


def test_phases_really_were_drawn_anew(heard):
    assert sum(distance(*pair) > 0.0 for pair in heard.values()) >= 5


@pytest.mark.parametrize(("first", "second"), list(combinations(TEMPLATES, 2)))
def test_two_templates_are_two_sounds(heard, first, second):
    assert distance(heard[first][0], heard[second][0]) >= 1.0
